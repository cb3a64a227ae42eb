// What earlier runs of a cell knew about its nodes: what reasons are told from.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "graph/shape.h"
#include "run/kept_shapes.h"
#include "run/record.h"

namespace hamcell {

/// What a parameter of a node was given in a past run.
struct PastArgument {
  Digest version;
  std::string text;  ///< of an input: its value as JSON, or its default as written; may be empty
};

/// A node in the last run in which it took part.
struct NodePast {
  NodeStatus status = NodeStatus::none;
  Digest code_version;
  /// By the name of the parameter: all that was in the node's key.
  std::map<std::string, PastArgument> arguments;
};

/// Reads the past only as far as it is asked for: a run without a miss reads nothing.
class History {
 public:
  /// Of the cell with this absolute path. `cache` is null for --no-cache: nothing was ever seen then.
  History(Cache* cache, std::string cell);
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  /// The last run in which the node ran, failed, or came from the cache; nothing when it never did.
  std::optional<NodePast> past_of(const std::string& node);
  /// The same for the default of a parameter of `node`; it has no arguments.
  std::optional<NodePast> past_of_default(const std::string& node, const std::string& parameter);
  /// The data version in the last run in which the node came out with a value; nothing when there is none.
  std::optional<Digest> last_version_of(const std::string& node);
  /// How long nodes ran, by their name, as the newest of the last few runs that know it say.
  std::map<std::string, double> seconds_of_nodes();
  /// How long the compiler took in the newest of the last few runs that needed it; nothing when none did.
  std::optional<double> build_seconds();

 private:
  struct PastRun;
  /// Calls `take(shape, record)` for the last few runs, the newest first, until it says false.
  template <class Take>
  void recent_runs(Take take);
  const PastRun* find_run(const std::string& node, std::size_t& index, bool (*counts)(NodeStatus));
  const PastRun* read_run(const RunPlace& place, const GraphShape& shape);

  Cache* cache_;
  std::string cell_;
  std::optional<std::vector<RunPlace>>
      places_;                        ///< of all runs of the cell, the newest first; once asked for
  std::optional<KeptShapes> shapes_;  ///< where there is a cache
  std::map<std::string, std::unique_ptr<PastRun>> runs_;  ///< by id; null where a record cannot be read
};

/// By which the history knows a cell: its absolute path, "<stdin>" or "<NAME>" for standard input.
std::string absolute_path_of(const Cell& cell);

/// How a default argument is called in records: "wet_mean(threshold_mm)".
std::string default_name(const std::string& node, const std::string& parameter);

}  // namespace hamcell
