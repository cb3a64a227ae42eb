// The whole picture as shapes, lines and texts with a place for each: title above, boxes and arrows as laid
// out, legend below. What paints it (svg.h, cairo.h) decides nothing any more.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "draw/box_face.h"
#include "draw/diagram.h"
#include "painter/layout.h"

namespace hamcell {

/// The space around the picture, in points, on each side.
inline constexpr double page_margin = 14;

// Coordinates are in points, to the right and downwards, from the upper left corner inside the margin.

struct Label {
  enum class Side { left, middle, right };  ///< which part of the text stands at `at`
  Point at;                                 ///< `y` of the baseline
  Side side = Side::middle;
  double size = 0;  ///< of the font, points
  bool bold = false;
  bool italic = false;
  bool underlined = false;
  const char* color = "";
  std::string text;
};

enum class Stroke { solid, dashed, dotted };

struct Frame {
  double left = 0, top = 0, width = 0, height = 0;
  double radius = 0;  ///< of its corners; 0: square
  const char* fill = "";
  const char* outline = "";
  double outline_width = 1;  ///< 0: no outline
  Stroke stroke = Stroke::solid;
  bool has_diagonals = false;  ///< short lines across its corners
};

struct Line {
  std::string id;
  std::string tooltip;
  bool is_faint = false;
  bool has_bar = false;  ///< across it, just before its head: nothing new went along it
  const char* color = "";
  Curve curve;  ///< downwards, like everything here
};

/// A box, a cluster, a sample of the legend, or the title: frames, and texts on them.
struct Group {
  std::string id;
  std::string classes;
  std::string tooltip;  ///< may be empty
  std::vector<Frame> frames;
  std::vector<Label> labels;
  /// What programs that read an SVG may want to know: pairs of an attribute's name, without "data-", and its
  /// value.
  std::vector<std::pair<const char*, std::string>> data;
  bool is_hidden = false;        ///< until a page's script shows it; an SVG has it, and no other picture
  std::vector<Line> lines = {};  ///< of a sample of the legend: an arrow
};

struct Page {
  BoxSize size;                 ///< without the margin
  std::string title;            ///< for readers that do not see the picture
  std::string description;      ///< for them, too
  std::vector<Group> clusters;  ///< painted first
  std::vector<Line> lines;      ///< painted next
  std::vector<Group> groups;
};

/// Boxes have the same place on the page whatever a run did to them, whatever the legend then has and the
/// title says.
Page page_of(const Diagram& diagram, const Layout& layout);

/// Puts a line of text above everything else, in a font of this size, and makes room for it.
void add_note_above(Page& page, const std::string& text, double font_size);

/// Every colour that is painted with, as 0xrrggbb.
std::vector<std::uint32_t> colors_of(const Page& page);

/// How wide arrows are, and how far their heads reach.
inline constexpr double arrow_width = 1.1;
inline constexpr double arrow_head_half_width = 2.7;

/// The corners of an arrow's head: its tip is the second.
std::vector<Point> arrow_head(const Curve& curve);

/// The corners of the bar across an arrow.
std::vector<Point> arrow_bar(const Curve& curve);

/// The lines across the corners of a frame, two points for each.
std::vector<Point> diagonals_of(const Frame& frame);

}  // namespace hamcell
