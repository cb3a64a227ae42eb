// Puts title, boxes, arrows and legend on one page, and writes it as DOT.
#include "painter/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "draw/dot_box.h"
#include "draw/dot_syntax.h"
#include "draw/legend.h"
#include "draw/text_width.h"

namespace hamcell {
namespace {

// From top to bottom: title block, gap, boxes, gap, legend.

constexpr double block_gap = 22;          // between the blocks
constexpr double least_page_width = 420;  // a page with one box still has room for its title
constexpr double legend_row_height = 30;
constexpr double legend_gap = 9;
constexpr double legend_inset = 9;
constexpr double legend_caption_width = 52;

/// Room for both lines, though the second is there only after the run.
double title_height(const Diagram& diagram) {
  if (diagram.title.empty() && diagram.subtitle.empty()) return 0;
  return std::ceil(1.28 * (font_size::title + font_size::subtitle));
}

double title_width(const Diagram& diagram) {
  return std::ceil(std::max(text_width(shown_title(diagram), font_size::title, true),
                            text_width(shown_subtitle(diagram), font_size::subtitle, false)));
}

/// The widest sample of any legend; rows are counted in samples of this width, so that their number depends
/// on the number of entries alone.
constexpr double widest_legend_sample = 100;

std::size_t legend_entries_per_row(double page_width) {
  const double room = page_width - 2 * legend_inset - legend_caption_width;
  return static_cast<std::size_t>(std::max(1.0, room / (widest_legend_sample + legend_gap)));
}

/// "12.5,3", for `pos` attributes.
std::string place(Point point) { return number(point.x) + "," + number(point.y); }

struct Page {
  double width = 0;
  double height = 0;
  double boxes_bottom = 0;  ///< y of the layout's origin
  std::size_t legend_per_row = 1;
};

Page page_of(const Diagram& diagram, const Layout& layout) {
  Page page;
  page.width = std::max({layout.size.width, least_page_width, title_width(diagram)});
  // The legend must not take the subtitle's width into account: it differs between before and after.
  page.legend_per_row = legend_entries_per_row(std::max(layout.size.width, least_page_width));
  const std::size_t rows = (most_legend_entries(diagram) + page.legend_per_row - 1) / page.legend_per_row;
  page.boxes_bottom = static_cast<double>(rows) * legend_row_height + block_gap;
  const double title = title_height(diagram);
  page.height = page.boxes_bottom + layout.size.height + (title > 0 ? title + block_gap : 0);
  return page;
}

/// Graphviz takes the page from what stands on it: two invisible specks hold its corners. Their size is in
/// whole points, to which Graphviz rounds.
std::string page_corners(const Page& page) {
  constexpr BoxSize speck{2, 2};
  const auto corner = [&](const char* name, Point center) {
    return fmt::format("  {} [style=invis shape=plaintext label=\"\" {} pos=\"{}\"]\n", quoted(name),
                       inches(speck), place(center));
  };
  return corner("page:lower", {1, 1}) + corner("page:upper", {page.width - 1, page.height - 1});
}

std::string placed_title(const Diagram& diagram, const Page& page) {
  const std::string rows = title_rows(diagram);
  if (rows.empty()) return {};
  const BoxSize size{title_width(diagram), title_height(diagram)};
  return fmt::format(
      "  \"page:title\" [id=title class=title shape=plaintext {} pos=\"{}\"\n"
      "    label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\" "
      "FIXEDSIZE=\"TRUE\" WIDTH=\"{:.0f}\" HEIGHT=\"{:.0f}\">{}</TABLE>>]\n",
      inches(size), place({size.width / 2, page.height - size.height / 2}), size.width, size.height, rows);
}

/// One row of the legend, its samples from left to right; returns where the row ends.
double place_legend_row(std::string& out, std::span<const LegendEntry> entries, double y) {
  double x = legend_inset + legend_caption_width;
  for (const LegendEntry& entry : entries) {
    const double width = legend_sample_size(entry).width;
    out += legend_statement(entry, fmt::format(" pos=\"{}\"", place({x + width / 2, y})));
    x += width + legend_gap;
  }
  return x - legend_gap + legend_inset;
}

std::string placed_legend(const Diagram& diagram, const Page& page) {
  const std::vector<LegendEntry> entries = legend_of(diagram);
  if (entries.empty()) return {};
  std::string samples;
  const double top = page.boxes_bottom - block_gap;
  double bottom = top;
  double right = 0;
  for (std::size_t first = 0; first < entries.size(); first += page.legend_per_row) {
    const std::size_t count = std::min(page.legend_per_row, entries.size() - first);
    right = std::max(right, place_legend_row(samples, std::span(entries).subspan(first, count),
                                             bottom - legend_row_height / 2));
    bottom -= legend_row_height;
  }
  const Point caption{legend_inset + legend_caption_width / 2 - 4, top - legend_row_height / 2};
  return fmt::format(
      "  subgraph cluster_legend {{\n    graph [id=legend class=legend style=rounded color=\"#c3ccd1\" "
      "bb=\"0,{},{},{}\" lp=\"{}\"\n      label={}]\n{}  }}\n",
      number(bottom), number(right), number(top), place(caption), legend_caption(), samples);
}

std::string curve_text(const Curve& curve, Point shift) {
  const auto moved = [&](Point point) { return place({point.x + shift.x, point.y + shift.y}); };
  std::string text = "e," + moved(curve.tip);
  for (const Point point : curve.points) text += " " + moved(point);
  return text;
}

}  // namespace

std::string placed_dot(const Diagram& diagram, const Layout& layout, double dpi) {
  const std::vector<std::string> ids = safe_ids(diagram);
  const Page page = page_of(diagram, layout);
  const Point shift{0, page.boxes_bottom};
  std::string out = fmt::format(
      "digraph {{\n  graph [dpi={} pad={:.4f} outputorder=edgesfirst bgcolor=white "
      "fontname=\"Helvetica,Arial,sans-serif\"]\n{}",
      number(dpi), page_margin / points_per_inch, default_statements());
  out += page_corners(page) + placed_title(diagram, page);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Point center{layout.centers[i].x + shift.x, layout.centers[i].y + shift.y};
    out += box_statement(ids[i], diagram.boxes[i], fmt::format(" pos=\"{}\"", place(center)));
  }
  for (std::size_t i = 0; i < diagram.arrows.size(); ++i) {
    const std::string more = fmt::format(" pos=\"{}\"", curve_text(layout.curves[i], shift));
    out += arrow_statement(diagram, ids, diagram.arrows[i], more);
  }
  return out + placed_legend(diagram, page) + "}\n";
}

BoxSize page_size(const Diagram& diagram, const Layout& layout) {
  const Page page = page_of(diagram, layout);
  return {page.width, page.height};
}

}  // namespace hamcell
