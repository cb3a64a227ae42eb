// Makes diagrams of a dataflow, before a run and after it, from one shape.
#include "report/pictures.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "draw/type_text.h"

namespace hamcell {
namespace {

/// As many characters of a value as a box has room for.
constexpr std::size_t value_columns = 32;

BoxKind kind_of(const InputShape& input) {
  if (input.is_config) return BoxKind::config;
  return input.is_optional ? BoxKind::optional_input : BoxKind::input;
}

std::string columns_text(const ColumnShapes& columns) {
  std::vector<std::string> parts;
  for (const auto& [name, type] : columns)
    parts.push_back(type.empty() ? name : name + ": " + short_type(type));
  return join(parts, ", ");
}

}  // namespace

Diagram before_diagram(const GraphShape& shape, const std::string& title, bool of_execution) {
  Diagram diagram;
  diagram.title = title;
  diagram.summary = "Dataflow " + title + ": " + plural(shape.nodes.size(), "node") + ", " +
                    plural(shape.inputs.size(), "input");
  for (const InputShape& input : shape.inputs) {
    Box box;
    box.id = input.name;
    box.kind = kind_of(input);
    box.name = input.name;
    box.type = input.type;
    box.is_faded = of_execution && !input.needed;
    if (input.is_given) box.value = shortened(input.value_text, value_columns);
    box.default_text = input.default_text;
    box.columns = columns_text(input.columns);
    diagram.boxes.push_back(std::move(box));
  }
  const auto first_node = static_cast<std::uint32_t>(shape.inputs.size());
  for (const NodeShape& node : shape.nodes) {
    Box box;
    box.id = node.name;
    box.name = node.name;
    box.type = node.type;
    box.is_target = of_execution && node.is_target;
    box.is_faded = of_execution && !node.needed;
    box.is_overridden = node.is_overridden;
    box.behavior = node.behavior;
    box.documentation = node.documentation;
    box.columns = columns_text(node.columns);
    box.tags = node.tags;
    if (node.is_overridden) box.value = shortened(node.override_text, value_columns);
    const auto here = static_cast<std::uint32_t>(diagram.boxes.size());
    diagram.boxes.push_back(std::move(box));
    for (const std::uint32_t input : node.inputs) diagram.arrows.push_back({input, here, 1});
    for (const std::uint32_t needed : node.nodes) diagram.arrows.push_back({first_node + needed, here, 1});
  }
  return diagram;
}

std::string counts_text(const RunRecord& record) {
  const RunCounts counts = count_nodes(record);
  std::vector<std::string> parts;
  if (counts.cached != 0) {
    const double share = 100.0 * counts.cached / std::max(1U, counts.taking_part());
    // Only a run without a miss may say 100 %.
    const int percent =
        counts.cached == counts.taking_part() ? 100 : std::min(99, static_cast<int>(std::lround(share)));
    parts.push_back(std::to_string(counts.cached) + " from cache (" + std::to_string(percent) + " %)");
  }
  const auto add = [&](unsigned count, const char* word) {
    if (count != 0) parts.push_back(std::to_string(count) + ' ' + word);
  };
  add(counts.would_run, "would run");
  add(counts.may_run, "may run");
  add(counts.executed, "executed");
  add(counts.failed, "failed");
  add(counts.skipped, "skipped");
  add(counts.overridden, "overridden");
  add(counts.unneeded, "not needed");
  return plural(record.nodes.size(), "node") + (parts.empty() ? "" : ": " + join(parts, ", "));
}

/// Which share of the time of all nodes that ran each of them took. Nothing is said of one that ran alone.
void add_time_shares(Diagram& diagram, const RunRecord& record, std::size_t first_node) {
  const auto has_run = [](const NodeRun& run) {
    return (run.status == NodeStatus::executed || run.status == NodeStatus::failed) && run.seconds >= 0;
  };
  double all = 0;
  for (const NodeRun& run : record.nodes) all += has_run(run) ? run.seconds : 0;
  if (all <= 0 || std::ranges::count_if(record.nodes, has_run) < 2) return;
  for (std::size_t i = 0; i < record.nodes.size() && first_node + i < diagram.boxes.size(); ++i)
    if (has_run(record.nodes[i])) diagram.boxes[first_node + i].time_share = record.nodes[i].seconds / all;
}

/// "code changed: node clean" of "code changed: node clean (weather.cpp:12)": the tooltip has the rest.
std::string without_place(const std::string& reason) {
  const std::size_t place = reason.rfind(" (");
  return place != std::string::npos && reason.ends_with(')') ? reason.substr(0, place) : reason;
}

/// "no rain" of "threw std::runtime_error: no rain": what was said is worth the room more than its type.
std::string message_of(const std::string& error) {
  const std::size_t colon = error.find(": ");
  return error.starts_with("threw ") && colon != std::string::npos ? error.substr(colon + 2) : error;
}

/// Writes on the boxes why their nodes ran, where that tells anything: not that all of them ran for the first
/// time or without a cache, and not their behavior, which stands on the box already.
void add_reasons(Diagram& diagram) {
  std::vector<Box*> told;
  for (Box& box : diagram.boxes)
    if (box.status == NodeStatus::executed || box.status == NodeStatus::failed ||
        box.status == NodeStatus::would_run)
      told.push_back(&box);
  std::erase_if(told, [](const Box* box) { return box->reason == "behavior " + box->behavior; });
  const auto has_failed = [](const Box* box) { return box->status == NodeStatus::failed; };
  const auto have_all = [&](const char* reason) {
    return std::ranges::all_of(told,
                               [&](const Box* box) { return has_failed(box) || box->reason == reason; });
  };
  const bool tells_nothing = have_all("first run") || have_all("the cache is off");
  for (Box* box : told) {
    if (has_failed(box))
      box->why = message_of(box->reason);
    else if (!tells_nothing)
      box->why = without_place(box->reason);
  }
}

Diagram after_diagram(const GraphShape& shape, const RunRecord& record) {
  Diagram diagram = before_diagram(shape, record.module, true);
  diagram.after_run = true;
  diagram.subtitle = counts_text(record);
  if (record.saved_seconds > 0) diagram.subtitle += " · " + format_seconds(record.saved_seconds) + " saved";
  diagram.summary = (record.status == RunStatus::dry_run ? "Dry run of dataflow " : "Run of dataflow ") +
                    record.module + ": " + diagram.subtitle;
  for (std::size_t i = 0; i < record.nodes.size() && i < shape.nodes.size(); ++i) {
    const NodeRun& run = record.nodes[i];
    Box& box = diagram.boxes[shape.inputs.size() + i];
    box.status = run.status;
    box.seconds = run.seconds;
    box.bytes = run.bytes;
    // What a cached node's box shows must be the same each time; a failed one says how it failed.
    box.reason = run.status == NodeStatus::failed ? run.error : run.reason;
    if (!run.code_version.is_zero()) box.code_version = run.code_version.hex();
    if (!run.data_version.is_zero()) box.data_version = run.data_version.hex();
    box.is_same_value = run.is_same_value;
  }
  for (Arrow& arrow : diagram.arrows)
    arrow.is_same_value =
        diagram.boxes[arrow.from].is_same_value && diagram.boxes[arrow.to].status == NodeStatus::cached;
  add_time_shares(diagram, record, shape.inputs.size());
  add_reasons(diagram);
  return diagram;
}

}  // namespace hamcell
