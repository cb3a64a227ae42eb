// The words for what happened to a node, and what is shown of it.
#include "draw/diagram.h"

#include <algorithm>
#include <array>

namespace hamcell {

const char* status_name(NodeStatus status) {
  switch (status) {
    case NodeStatus::none:
      return "";
    case NodeStatus::cached:
      return "cached";
    case NodeStatus::executed:
      return "executed";
    case NodeStatus::failed:
      return "failed";
    case NodeStatus::skipped:
      return "skipped";
    case NodeStatus::overridden:
      return "overridden";
    case NodeStatus::unneeded:
      return "unneeded";
    case NodeStatus::would_run:
      return "would-run";
    case NodeStatus::may_run:
      return "may-run";
  }
  return "";
}

NodeStatus shown_status(const Box& box) {
  if (is_input(box)) return box.status;
  if (box.is_overridden) return NodeStatus::overridden;
  if (box.is_faded && box.status == NodeStatus::none) return NodeStatus::unneeded;
  return box.status;
}

std::vector<StatusCount> counts_of(const std::vector<const Box*>& boxes) {
  constexpr std::array telling = {NodeStatus::failed,     NodeStatus::skipped, NodeStatus::would_run,
                                  NodeStatus::executed,   NodeStatus::may_run, NodeStatus::cached,
                                  NodeStatus::overridden, NodeStatus::unneeded};
  std::vector<StatusCount> counts;
  for (const NodeStatus status : telling) {
    const auto count =
        std::ranges::count_if(boxes, [&](const Box* box) { return shown_status(*box) == status; });
    if (count > 0) counts.push_back({status, static_cast<std::uint32_t>(count)});
  }
  return counts;
}

}  // namespace hamcell
