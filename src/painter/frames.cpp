// Frames around the boxes of clusters.
#include "painter/frames.h"

#include <algorithm>

#include "draw/dot_box.h"

namespace hamcell {

std::vector<Area> frames_of(const Diagram& diagram, const Layout& layout) {
  std::vector<Area> frames(diagram.clusters.size());
  std::vector<bool> is_begun(frames.size());
  for (std::size_t i = 0; i < diagram.boxes.size(); ++i) {
    const std::uint32_t cluster = diagram.boxes[i].cluster;
    if (cluster == no_cluster) continue;
    const auto& [x, y] = layout.centers[i];
    const auto& [width, height] = layout.sizes[i];
    Area& frame = frames[cluster];
    if (!is_begun[cluster]) frame = {x - width / 2, y - height / 2, width, height};
    is_begun[cluster] = true;
    const double right = std::max(frame.left + frame.width, x + width / 2);
    const double top = std::max(frame.bottom + frame.height, y + height / 2);
    frame.left = std::min(frame.left, x - width / 2);
    frame.bottom = std::min(frame.bottom, y - height / 2);
    frame.width = right - frame.left;
    frame.height = top - frame.bottom;
  }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    Area& frame = frames[i];
    const double label = cluster_label_width(cluster_label(diagram.clusters[i]));
    frame = {frame.left - cluster_margin, frame.bottom - cluster_margin,
             std::max(frame.width, label) + 2 * cluster_margin,
             frame.height + 2 * cluster_margin + cluster_label_height};
  }
  return frames;
}

void make_room_for_frames(Layout& layout) {
  double left = 0;
  double bottom = 0;
  double right = layout.size.width;
  double top = layout.size.height;
  for (const Area& frame : layout.clusters) {
    left = std::min(left, frame.left);
    bottom = std::min(bottom, frame.bottom);
    right = std::max(right, frame.left + frame.width);
    top = std::max(top, frame.bottom + frame.height);
  }
  for (Point& center : layout.centers) center = {center.x - left, center.y - bottom};
  for (Area& frame : layout.clusters) {
    frame.left -= left;
    frame.bottom -= bottom;
  }
  layout.size = {right - left, top - bottom};
}

}  // namespace hamcell
