// Reads the last run of a cell back from the cache, when something has to be explained.
#include "run/history.h"

#include "graph/shape.h"

namespace hamcell {

void History::recall() {
  if (has_recalled_ || cache_ == nullptr) return;
  has_recalled_ = true;
  const std::optional<StoredRun> stored = cache_->last_run(cell_);
  if (!stored) return;
  std::optional<RunRecord> record = from_record<RunRecord>(stored->record, run_record);
  if (!record) return;
  const std::optional<std::string> bytes = cache_->find_shape(record->shape);
  const std::optional<GraphShape> shape =
      bytes ? from_record<GraphShape>(*bytes, shape_record) : std::nullopt;
  if (!shape || shape->nodes.size() != record->nodes.size() || shape->inputs.size() != record->inputs.size())
    return;
  for (std::size_t i = 0; i < shape->nodes.size(); ++i) nodes_[shape->nodes[i].name] = record->nodes[i];
  for (std::size_t i = 0; i < shape->inputs.size(); ++i) inputs_[shape->inputs[i].name] = record->inputs[i];
}

std::optional<NodeRun> History::last_of(const std::string& node) {
  recall();
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<InputRun> History::last_input(const std::string& input) {
  recall();
  const auto found = inputs_.find(input);
  return found == inputs_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace hamcell
