// The palette, and which part of it stands for what. Light blue, yellow, dashes and the orange outline are
// the words of Apache Hamilton's diagrams.
#include "draw/box_look.h"

namespace hamcell {
namespace {

constexpr const char* white = "#ffffff";
constexpr const char* light_blue = "#c9e3ee";
constexpr const char* yellow = "#ffc72e";
constexpr const char* light_red = "#fbdcdc";
constexpr const char* light_grey = "#f1f3f4";
constexpr const char* ink = "#17242b";
constexpr const char* muted_ink = "#5a666e";
constexpr const char* slate = "#35535f";
constexpr const char* orange = "#d95f00";
constexpr const char* red = "#a3001c";
constexpr const char* violet = "#6b3fa0";
constexpr const char* grey = "#828e95";

BoxLook look_of_input(const Box& box) {
  switch (box.kind) {
    case BoxKind::optional_input:
      return {white, slate, 1.8, "filled,dotted", ink, ink, "box input optional"};
    case BoxKind::config:
      return {light_grey, slate, 1.4, "filled,dashed", ink, ink, "box input config"};
    default:
      return {white, slate, 1.4, "filled,dashed", ink, ink, "box input"};
  }
}

/// The outline and the inks of a node by its status. A target stays yellow whatever happened to it.
BoxLook look_of_node(const Box& box) {
  const char* fill = box.is_target ? yellow : light_blue;
  switch (box.status) {
    case NodeStatus::none:
    case NodeStatus::executed:
      return {fill, slate, 1.3, "rounded,filled", ink, ink, {}};
    case NodeStatus::cached:
      return {fill, orange, 3.4, "rounded,filled", ink, ink, {}};
    case NodeStatus::failed:
      return {box.is_target ? yellow : light_red, red, 2.4, "filled,diagonals", ink, red, {}};
    case NodeStatus::skipped:
      return {box.is_target ? yellow : light_grey, slate, 1.4, "rounded,filled,dashed", ink, ink, {}};
    case NodeStatus::overridden:
      return {fill, violet, 2.6, "rounded,filled,dotted", ink, ink, {}};
    case NodeStatus::unneeded:
      return {white, grey, 1.0, "rounded,filled,dotted", muted_ink, muted_ink, {}};
    case NodeStatus::would_run:
      return {fill, slate, 2.2, "rounded,filled,dashed", ink, ink, {}};
    case NodeStatus::may_run:
      return {fill, slate, 1.6, "rounded,filled,dotted", ink, ink, {}};
  }
  return {};
}

}  // namespace

bool is_faint(const Box& box) {
  return box.is_faded || box.status == NodeStatus::unneeded || box.status == NodeStatus::skipped;
}

BoxLook box_look(const Box& box) {
  if (box.kind != BoxKind::node) {
    BoxLook look = look_of_input(box);
    if (box.is_faded) {
      look.outline = grey;
      look.ink = look.note_ink = muted_ink;
      look.classes += " faded";
    }
    return look;
  }
  Box shown = box;
  if (box.is_overridden) shown.status = NodeStatus::overridden;
  if (box.is_faded && shown.status == NodeStatus::none) shown.status = NodeStatus::unneeded;
  BoxLook look = look_of_node(shown);
  look.classes = "box node";
  if (box.is_target) look.classes += " target";
  if (box.is_faded) look.classes += " faded";
  if (shown.status == NodeStatus::overridden) {
    look.classes += " overridden";
  } else if (box.status != NodeStatus::none) {
    look.classes += std::string(" ") + status_name(box.status);
  }
  return look;
}

}  // namespace hamcell
