// The words for what happened to a node.
#include "draw/diagram.h"

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

}  // namespace hamcell
