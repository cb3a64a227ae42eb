// Where the boxes stand and the arrows run, without anything of how they look.
#pragma once

#include <vector>

#include "draw/box_face.h"
#include "draw/diagram.h"

namespace hamcell {

struct Point {
  double x = 0;  ///< points, to the right
  double y = 0;  ///< points, upwards
  bool operator==(const Point&) const = default;
};

/// A curve from box to box: cubic Bézier pieces that share their ends (1 + 3 n points), then the arrow's tip.
struct Curve {
  std::vector<Point> points;
  Point tip;
  bool operator==(const Curve&) const = default;
};

/// A rectangle; its lower left corner and its size, in points.
struct Area {
  double left = 0, bottom = 0, width = 0, height = 0;
  bool operator==(const Area&) const = default;
};

struct Layout {
  BoxSize size;                ///< of the whole; the origin is the lower left corner
  std::vector<Point> centers;  ///< of Diagram::boxes, in their order
  std::vector<BoxSize> sizes;  ///< of Diagram::boxes
  std::vector<Curve> curves;   ///< of Diagram::arrows
  std::vector<Area> clusters;  ///< frames of Diagram::clusters: around their boxes and around no others
  bool is_coarse = false;      ///< made in a hurry, because the diagram is large
  bool operator==(const Layout&) const = default;
};

/// Lays the boxes out in ranks from left to right: by Graphviz dot, whose time grows faster than the graph,
/// or coarsely where it would be seconds. What a run did to the nodes does not enter, so a diagram made
/// before and one made after the run have the same layout, and one layout can be used for both. Throws
/// Failure (storage) when Graphviz cannot do it.
Layout lay_out(const Diagram& diagram);

}  // namespace hamcell
