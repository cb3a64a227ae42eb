// Looks through the boxes for what the legend has to explain.
#include "draw/legend.h"

#include <algorithm>
#include <array>
#include <functional>

#include "draw/box_face.h"
#include "draw/time_share.h"

namespace hamcell {
namespace {

struct Kind {
  const char* id;
  const char* text;
  Box sample;
  std::function<bool(const Box&)> applies;
};

Box sample_of(BoxKind kind, bool is_target = false) {
  Box box;
  box.kind = kind;
  box.is_target = is_target;
  return box;
}

Box unchanged_sample() {
  Box box = sample_of(BoxKind::node);
  box.is_same = true;
  return box;
}

bool is_node(const Box& box) { return box.kind == BoxKind::node; }

/// A node without a status: after the run every node has one, which the legend explains in its place.
bool is_plain_node(const Box& box) {
  return is_node(box) && !box.is_target && !box.is_same && shown_status(box) == NodeStatus::none;
}

std::vector<Kind> kinds() {
  const auto is = [](BoxKind kind) { return [kind](const Box& box) { return box.kind == kind; }; };
  return {
      {"input", "input", sample_of(BoxKind::input), is(BoxKind::input)},
      {"optional_input", "optional input", sample_of(BoxKind::optional_input), is(BoxKind::optional_input)},
      {"config", "config", sample_of(BoxKind::config), is(BoxKind::config)},
      {"node", "node", sample_of(BoxKind::node), is_plain_node},
      {"folded", "folded nodes", sample_of(BoxKind::folded), is(BoxKind::folded)},
      {"target", "target", sample_of(BoxKind::node, true),
       [](const Box& box) { return box.is_target && !box.is_same; }},
      {"same", "unchanged", unchanged_sample(), [](const Box& box) { return box.is_same; }}};
}

constexpr std::array statuses = {NodeStatus::executed,   NodeStatus::cached,  NodeStatus::would_run,
                                 NodeStatus::may_run,    NodeStatus::failed,  NodeStatus::skipped,
                                 NodeStatus::overridden, NodeStatus::unneeded};

LegendEntry entry_for(NodeStatus status) {
  Box sample = sample_of(BoxKind::node);
  sample.status = status;
  return {status_name(status), status_word(status), std::move(sample)};
}

}  // namespace

std::vector<LegendEntry> legend_of(const Diagram& diagram) {
  std::vector<LegendEntry> entries;
  for (Kind& kind : kinds()) {
    if (std::ranges::any_of(diagram.boxes, kind.applies))
      entries.push_back({kind.id, kind.text, kind.sample});
  }
  for (const NodeStatus status : statuses) {
    const bool occurs = std::ranges::any_of(
        diagram.boxes, [&](const Box& box) { return !box.is_same && shown_status(box) == status; });
    if (occurs) entries.push_back(entry_for(status));
  }
  if (const TimeShares shares = time_shares(diagram); shares.largest > 0) {
    Box sample = sample_of(BoxKind::node);
    sample.status = NodeStatus::executed;
    sample.time_share = shares.largest;
    entries.push_back({"time", "time: " + range_text(shares), std::move(sample)});
  }
  if (std::ranges::any_of(diagram.arrows, &Arrow::is_same_value))
    entries.push_back({"same_value", "same value", sample_of(BoxKind::node), /*is_arrow=*/true});
  return entries;
}

std::size_t most_legend_entries(const Diagram& diagram) {
  // A run that happens knows no would-run or may-run, and a dry run neither executed, failed nor skipped.
  // What tells of time and of the same value is there only with two nodes.
  constexpr std::size_t of_runs = 2;
  constexpr std::size_t most_for_nodes = 6 + of_runs;
  std::size_t count = 0;
  for (const BoxKind kind : {BoxKind::input, BoxKind::optional_input, BoxKind::config, BoxKind::folded}) {
    count += std::ranges::any_of(diagram.boxes, [&](const Box& box) { return box.kind == kind; }) ? 1 : 0;
  }
  count += std::ranges::any_of(diagram.boxes, &Box::is_target) ? 1 : 0;
  count += std::ranges::any_of(diagram.boxes, &Box::is_same) ? 1 : 0;
  const auto nodes = static_cast<std::size_t>(std::ranges::count_if(diagram.boxes, std::not_fn(is_input)));
  return count + (nodes < 2 ? nodes : std::min(nodes + of_runs, most_for_nodes));
}

}  // namespace hamcell
