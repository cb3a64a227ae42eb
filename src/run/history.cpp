// Finds the last run in which a node took part. The shapes of graphs, which many runs share, say which runs
// are worth reading: only those in which the node was needed.
#include "run/history.h"

#include <algorithm>

namespace hamcell {

struct History::PastRun {
  const GraphShape* shape;
  RunRecord record;
};

namespace {

bool has_value(NodeStatus status) { return status == NodeStatus::cached || status == NodeStatus::executed; }

bool took_part(NodeStatus status) { return has_value(status) || status == NodeStatus::failed; }

const DefaultRun* find_default(const RunRecord& record, const std::string& name) {
  const auto found = std::ranges::find(record.defaults, name, &DefaultRun::name);
  return found == record.defaults.end() ? nullptr : &*found;
}

}  // namespace

std::string default_name(const std::string& node, const std::string& parameter) {
  return node + "(" + parameter + ")";
}

std::string absolute_path_of(const Cell& cell) {
  return cell.is_stdin ? cell.path : cell.folder + '/' + file_name(cell.path);
}

History::History(Cache* cache, std::string cell) : cache_(cache), cell_(std::move(cell)) {
  if (cache != nullptr) shapes_.emplace(*cache);
}
History::~History() = default;

/// Null where the record cannot be read.
const History::PastRun* History::read_run(const RunPlace& place, const GraphShape& shape) {
  auto run = runs_.find(place.id);
  if (run == runs_.end()) {
    const std::optional<StoredRun> stored = cache_->run(place.id);
    std::optional<RunRecord> record = stored ? run_from_stored(*stored) : std::nullopt;
    const bool fits =
        record && record->nodes.size() == shape.nodes.size() && record->inputs.size() == shape.inputs.size();
    run = runs_.emplace(place.id, fits ? new PastRun{&shape, *std::move(record)} : nullptr).first;
  }
  return run->second.get();
}

/// The last run in which the node ended in a way that counts, and its index there; null when there is none.
const History::PastRun* History::find_run(const std::string& node, std::size_t& index,
                                          bool (*counts)(NodeStatus)) {
  if (cache_ == nullptr) return nullptr;
  if (!places_) places_ = cache_->runs_of(cell_);
  for (const RunPlace& place : *places_) {
    const GraphShape* shape = shapes_->find(place.shape);
    if (shape == nullptr) continue;
    const auto at = std::ranges::find(shape->nodes, node, &NodeShape::name);
    if (at == shape->nodes.end() || !at->needed || at->is_overridden) continue;
    const PastRun* const run = read_run(place, *shape);
    index = static_cast<std::size_t>(at - shape->nodes.begin());
    if (run != nullptr && counts(run->record.nodes[index].status)) return run;
  }
  return nullptr;
}

std::optional<NodePast> History::past_of(const std::string& node) {
  std::size_t index = 0;
  const PastRun* run = find_run(node, index, took_part);
  if (run == nullptr) return std::nullopt;
  NodePast past{run->record.nodes[index].status, run->record.nodes[index].code_version, {}};
  for (const std::uint32_t i : run->shape->nodes[index].nodes) {
    const NodeShape& needed = run->shape->nodes[i];
    const bool is_ignored = needed.behavior == behavior_name(Behavior::ignore) && !needed.is_overridden;
    if (!is_ignored) past.arguments[needed.name] = {run->record.nodes[i].data_version, {}};
  }
  for (const std::uint32_t i : run->shape->nodes[index].inputs) {
    const InputShape& input = run->shape->inputs[i];
    if (input.is_given) {
      past.arguments[input.name] = {run->record.inputs[i].data_version, run->record.inputs[i].text};
    } else if (const DefaultRun* used = find_default(run->record, default_name(node, input.name))) {
      past.arguments[input.name] = {used->data_version, used->text};
    }
  }
  return past;
}

std::optional<Digest> History::last_version_of(const std::string& node) {
  std::size_t index = 0;
  const PastRun* run = find_run(node, index, has_value);
  if (run == nullptr) return std::nullopt;
  return run->record.nodes[index].data_version;
}

template <class Take>
void History::recent_runs(Take take) {
  constexpr std::size_t most_runs = 10;
  if (cache_ == nullptr) return;
  if (!places_) places_ = cache_->runs_of(cell_);
  for (std::size_t k = 0; k < std::min(places_->size(), most_runs); ++k) {
    const GraphShape* const shape = shapes_->find((*places_)[k].shape);
    const PastRun* const run = shape == nullptr ? nullptr : read_run((*places_)[k], *shape);
    if (run != nullptr && !take(*shape, run->record)) return;
  }
}

std::map<std::string, double> History::seconds_of_nodes() {
  std::map<std::string, double> seconds;
  recent_runs([&](const GraphShape& shape, const RunRecord& record) {
    for (std::size_t i = 0; i < shape.nodes.size(); ++i) {
      const NodeRun& node = record.nodes[i];
      const bool is_known = node.status == NodeStatus::executed || node.status == NodeStatus::cached;
      if (is_known && node.seconds >= 0) seconds.emplace(shape.nodes[i].name, node.seconds);
    }
    return true;
  });
  return seconds;
}

std::optional<double> History::build_seconds() {
  std::optional<double> seconds;
  recent_runs([&](const GraphShape&, const RunRecord& record) {
    if (record.build_seconds > 0) seconds = record.build_seconds;
    return !seconds;
  });
  return seconds;
}

std::optional<NodePast> History::past_of_default(const std::string& node, const std::string& parameter) {
  std::size_t index = 0;
  const PastRun* run = find_run(node, index, took_part);
  const DefaultRun* used =
      run == nullptr ? nullptr : find_default(run->record, default_name(node, parameter));
  if (used == nullptr || used->code_version.is_zero()) return std::nullopt;
  return NodePast{NodeStatus::executed, used->code_version, {}};
}

}  // namespace hamcell
