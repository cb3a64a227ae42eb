// How a box is painted: fill, outline and ink say what it is and what happened to it.
#pragma once

#include <string>

#include "draw/diagram.h"

namespace hamcell {

/// Colours are "#rrggbb". Every ink has a contrast of at least 4.5:1 on the fill it stands on, every
/// outline at least 3:1 on white; outlines of different meaning differ in dashes, width or corners, too. What
/// is a target has its name underlined as well.
struct BoxLook {
  const char* fill = "";
  const char* outline = "";
  double outline_width = 1;   ///< points
  const char* style = "";     ///< Graphviz styles: "rounded,filled,dashed"
  const char* ink = "";       ///< of name and type
  const char* note_ink = "";  ///< of the line that says what happened
  const char* why_ink = "";   ///< of the line that says why
  std::string classes;        ///< of the box in an SVG: "box input optional", "box target cached"
  bool is_double = false;     ///< a second, thin outline within the first
};

BoxLook box_look(const Box& box);

/// Whether the box stands back: not needed, or skipped. Its arrows do, too.
bool is_faint(const Box& box);

}  // namespace hamcell
