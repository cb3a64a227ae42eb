// Which colour of the palette stands for what. Light blue, yellow, dashes and the orange outline are
// the words of Apache Hamilton's diagrams.
#include "draw/box_look.h"

#include "draw/palette.h"

namespace hamcell {
namespace {

constexpr const char* white = palette::white.light;
constexpr const char* light_blue = palette::light_blue.light;
constexpr const char* yellow = palette::yellow.light;
constexpr const char* light_red = palette::light_red.light;
constexpr const char* light_grey = palette::light_grey.light;
constexpr const char* ink = palette::ink.light;
constexpr const char* muted_ink = palette::muted_ink.light;
constexpr const char* muted_text = palette::muted_text.light;
constexpr const char* slate = palette::slate.light;
constexpr const char* orange = palette::orange.light;
constexpr const char* red = palette::red.light;
constexpr const char* violet = palette::violet.light;
constexpr const char* grey = palette::grey.light;

BoxLook look_of_input(const Box& box) {
  switch (box.kind) {
    case BoxKind::optional_input:
      return {white, slate, 1.8, "filled,dotted", ink, ink, ink, "box input optional"};
    case BoxKind::config:
      return {light_grey, slate, 1.4, "filled,dashed", ink, ink, ink, "box input config"};
    default:
      return {white, slate, 1.4, "filled,dashed", ink, ink, ink, "box input"};
  }
}

/// The outline and the inks of a node by its status. A target stays yellow whatever happened to it.
BoxLook look_of_node(const Box& box) {
  const char* fill = box.is_target ? yellow : light_blue;
  switch (box.status) {
    case NodeStatus::none:
    case NodeStatus::executed:
      return {fill, slate, 1.3, "rounded,filled", ink, ink, muted_text, {}};
    case NodeStatus::cached:
      return {fill, orange, 3.4, "rounded,filled", ink, ink, muted_text, {}};
    case NodeStatus::failed:
      return {box.is_target ? yellow : light_red, red, 2.4, "filled,diagonals", ink, red, red, {}};
    case NodeStatus::skipped:
      return {
          box.is_target ? yellow : light_grey, slate, 1.4, "rounded,filled,dashed", ink, ink, muted_text, {}};
    case NodeStatus::overridden:
      return {fill, violet, 2.6, "rounded,filled,dotted", ink, ink, muted_text, {}};
    case NodeStatus::unneeded:
      return {white, grey, 1.0, "rounded,filled,dotted", muted_ink, muted_ink, muted_ink, {}};
    case NodeStatus::would_run:
      return {fill, slate, 2.2, "rounded,filled,dashed", ink, ink, muted_text, {}};
    case NodeStatus::may_run:
      return {fill, slate, 1.6, "rounded,filled,dotted", ink, ink, muted_text, {}};
  }
  return {};
}

}  // namespace

bool is_faint(const Box& box) {
  return box.is_same || box.is_faded || box.status == NodeStatus::unneeded ||
         box.status == NodeStatus::skipped;
}

BoxLook box_look(const Box& box) {
  if (is_input(box)) {
    BoxLook look = look_of_input(box);
    if (box.is_same) look.classes += " same";
    if (box.is_faded || box.is_same) {
      look.outline = grey;
      look.ink = look.note_ink = muted_ink;
      if (box.is_faded) look.classes += " faded";
    }
    return look;
  }
  Box shown = box;
  shown.status = shown_status(box);
  BoxLook look = look_of_node(shown);
  if (box.is_same) look = {white, grey, 1.0, "rounded,filled", muted_ink, muted_ink, muted_ink, {}};
  look.is_double = box.kind == BoxKind::folded;
  look.classes = look.is_double ? "box node folded" : "box node";
  if (box.is_target) look.classes += " target";
  if (box.is_faded) look.classes += " faded";
  if (box.is_same) {
    look.classes += " same";
  } else if (shown.status == NodeStatus::overridden) {
    look.classes += " overridden";
  } else if (box.status != NodeStatus::none) {
    look.classes += std::string(" ") + status_name(box.status);
  }
  return look;
}

}  // namespace hamcell
