// The frames of clusters in a coarse layout.
#pragma once

#include <vector>

#include "draw/diagram.h"
#include "painter/layout.h"

namespace hamcell {

/// The frame of each cluster, around its boxes, wide enough for its label. Takes time in proportion to the
/// boxes.
std::vector<Area> frames_of(const Diagram& diagram, const Layout& layout);

/// Moves boxes and frames so that all are on the page, and makes the page as large as it must be.
void make_room_for_frames(Layout& layout);

}  // namespace hamcell
