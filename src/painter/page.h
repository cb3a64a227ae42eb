// The whole picture: title above, boxes and arrows as laid out, legend below.
#pragma once

#include <string>

#include "draw/diagram.h"
#include "painter/layout.h"

namespace hamcell {

/// The space around the picture, in points, on each side.
inline constexpr double page_margin = 14;

/// The picture in DOT with a place for everything, for the layout engine "nop2", at `dpi` dots per inch.
/// Boxes have the same place on the page whatever a run did to them, whatever the legend then has and the
/// title says.
std::string placed_dot(const Diagram& diagram, const Layout& layout, double dpi);

/// Size of the picture in points, without its margin.
BoxSize page_size(const Diagram& diagram, const Layout& layout);

}  // namespace hamcell
