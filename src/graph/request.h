// What the user gave to the dataflow and asked of it, as the command line says it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cell/model.h"

namespace hamcell {

/// One `NAME=VALUE`, `NAME=@FILE` or `@FILE` of --inputs, --config or --overrides, in the order given.
struct Binding {
  std::string name;  ///< empty for `@FILE.json`, which binds all members of the object
  std::string
      value;  ///< as it stands behind "=", still with its "@" or "@@"; of `@FILE.json` the "@FILE.json"
  std::string origin;  ///< for messages: "--inputs path=x.csv", or "hamcell.toml:3"
};

/// Whether the value of a binding is `@FILE`, and no text with "@@" in front.
bool names_file(const std::string& value);

/// --recompute and its like.
struct BehaviorRequest {
  Behavior behavior = Behavior::standard;
  bool all = false;  ///< a bare flag: every node that is not named
  std::vector<std::string> nodes;
};

struct GraphRequest {
  std::vector<Binding> inputs, config, overrides;
  std::vector<std::string> secrets;  ///< inputs whose values appear nowhere
  std::vector<std::string> targets;  ///< empty: all nodes
  std::vector<BehaviorRequest> behaviors;
  std::optional<Behavior> default_behavior;  ///< for nodes without one
  bool will_run = false;                     ///< missing inputs of what the targets need are errors
};

/// What the user gave, for the history: without the values of secrets, but with the names of files that have
/// them.
GraphRequest without_secrets(GraphRequest request);

/// The first secret whose value `without_secrets` took away; empty where nothing is missing.
std::string missing_secret(const GraphRequest& request);

}  // namespace hamcell
