// What a run did: its words, and how many nodes ended in each way.
#include "run/record.h"

namespace hamcell {

const char* run_status_name(RunStatus status) {
  switch (status) {
    case RunStatus::ok:
      return "ok";
    case RunStatus::failed:
      return "failed";
    case RunStatus::interrupted:
      return "interrupted";
    case RunStatus::dry_run:
      return "dry-run";
  }
  return "";
}

RunCounts count_nodes(const RunRecord& record) {
  RunCounts counts;
  for (const NodeRun& node : record.nodes) {
    switch (node.status) {
      case NodeStatus::cached:
        ++counts.cached;
        break;
      case NodeStatus::executed:
        ++counts.executed;
        break;
      case NodeStatus::failed:
        ++counts.failed;
        break;
      case NodeStatus::skipped:
        ++counts.skipped;
        break;
      case NodeStatus::overridden:
        ++counts.overridden;
        break;
      case NodeStatus::would_run:
        ++counts.would_run;
        break;
      case NodeStatus::may_run:
        ++counts.may_run;
        break;
      default:
        ++counts.unneeded;
        break;
    }
  }
  return counts;
}

}  // namespace hamcell
