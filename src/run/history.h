// What the last run of a cell knew about its nodes and inputs: what reasons are told from.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cache/cache.h"
#include "run/record.h"

namespace hamcell {

class History {
 public:
  /// Of the cell with this absolute path. `cache` is null for --no-cache: nothing was ever seen then.
  History(Cache* cache, std::string cell) : cache_(cache), cell_(std::move(cell)) {}

  std::optional<NodeRun> last_of(const std::string& node);
  std::optional<InputRun> last_input(const std::string& input);

 private:
  void recall();

  Cache* cache_;
  std::string cell_;
  bool has_recalled_ = false;
  std::map<std::string, NodeRun> nodes_;
  std::map<std::string, InputRun> inputs_;
};

}  // namespace hamcell
