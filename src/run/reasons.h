// Why a node has to run, in words, from the comparison of what its key is made of with what it was made of in
// the last run in which the node took part.
#pragma once

#include <string>
#include <vector>

#include "cache/entry.h"
#include "graph/graph.h"
#include "run/code_parts.h"
#include "run/history.h"

namespace hamcell {

/// One reason, and everything that is behind it.
struct Reason {
  std::string text;  ///< "code changed: helper sq (weather.cpp:12) and 1 more"
  std::vector<std::string>
      details;  ///< all that differs, one line each; the first is what `text` begins with

  Reason(std::string only) : text(std::move(only)), details{text} {}
  Reason(const char* only) : Reason(std::string(only)) {}
  /// `all` is not empty. The first counts; `and N more` is said of differences of its own kind.
  explicit Reason(std::vector<std::string> all);
};

/// What one argument adds to the key of a node.
struct KeyPart {
  std::size_t argument = 0;  ///< index into GraphNode::arguments
  Digest version;            ///< all zeros while it is not known
};

/// Everything that a cache key is made of, besides the name of the node.
struct KeyParts {
  Digest code_version;
  std::vector<KeyPart> arguments;
};

/// Why a node that no entry was found for has to run.
Reason reason_of_miss(const Cell& cell, const Graph& graph, const GraphNode& node, const KeyParts& now,
                      History& history, CodeParts& code);

/// Why the entry with this trace does not hold; `change` is what trace_change said.
Reason reason_of_trace(const Trace& trace, const std::string& change);

}  // namespace hamcell
