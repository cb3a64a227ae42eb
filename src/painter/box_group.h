// The groups of boxes and clusters on a page: frames, and texts on them.
#pragma once

#include <string>
#include <vector>

#include "draw/box_look.h"
#include "draw/diagram.h"
#include "painter/page.h"

namespace hamcell {

inline constexpr double line_spacing = 1.28;  ///< of the font size
inline constexpr double corner_radius = 11;

/// A text whose letters stand around the middle of a line.
Label label(Point middle, double size, const char* color, std::string text);

/// The frame of a box, or its two.
std::vector<Frame> frames_of(const BoxLook& look, Point center, BoxSize size);

/// The bar that says how long a box took, `length` points long, so far from the box's lower edge.
Frame time_bar(const BoxLook& look, Point center, BoxSize size, double length, double inset, double scale);

/// A box with its texts, around its middle. `longest` is the largest share of time in the picture.
Group box_group(const std::string& id, const Box& box, Point center, double longest);

/// The frame of a cluster with its label in the upper left corner.
Group cluster_group(const Diagram& diagram, std::uint32_t index, const std::string& id, const Frame& frame);

/// The box that stands for the nodes of a cluster, in the middle of where they are: not larger than they are,
/// and enlarged where there is much room, so that it can be read when all of the graph is seen.
Group fold_group(const Box& box, const std::string& cluster_id, const Frame& cluster_frame, double longest);

}  // namespace hamcell
