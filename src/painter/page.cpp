// Puts title, boxes, arrows and legend on one page.
#include "painter/page.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <string_view>

#include "base/text.h"
#include "draw/box_look.h"
#include "draw/dot_box.h"
#include "draw/legend.h"
#include "draw/palette.h"
#include "draw/text_width.h"
#include "draw/time_share.h"
#include "painter/box_group.h"

namespace hamcell {
namespace {

// From top to bottom: title block, gap, boxes, gap, legend, and the word about a coarse drawing.

constexpr double block_gap = 22;          // between the blocks
constexpr double least_page_width = 420;  // a page with one box still has room for its title
constexpr double legend_row_height = 30;  // like all of the legend's, times the enlargement
constexpr double legend_gap = 9;
constexpr double legend_inset = 9;
constexpr double legend_caption_width = 52;
constexpr double cluster_radius = 14;

constexpr const char* coarse_note =
    "A coarse drawing: the graph is large, so boxes stand where it was quick to put them, and arrows pass "
    "behind boxes.";

/// How much larger title, legend and notes are than on a page of usual width: whoever looks at the whole of a
/// wide one should be able to read them. It depends on the boxes alone, as what stands where does.
double enlargement(const Layout& layout) {
  constexpr double usual_width = 1800;  // points
  constexpr double most = 6;
  return std::clamp(layout.size.width / usual_width, 1.0, most);
}

/// Room for both lines, though the second is there only after the run.
double title_height(const Diagram& diagram, double scale) {
  if (diagram.title.empty() && diagram.subtitle.empty()) return 0;
  return std::ceil(scale * line_spacing * (font_size::title + font_size::subtitle));
}

double title_width(const Diagram& diagram, double scale) {
  return std::ceil(scale * std::max(text_width(shown_title(diagram), font_size::title, true),
                                    text_width(shown_subtitle(diagram), font_size::subtitle, false)));
}

/// The widest sample of any legend; rows are counted in samples of this width, so that their number depends
/// on the number of entries alone.
constexpr double widest_legend_sample = 100;

std::size_t legend_entries_per_row(double page_width) {
  const double room = page_width - 2 * legend_inset - legend_caption_width;
  return static_cast<std::size_t>(std::max(1.0, room / (widest_legend_sample + legend_gap)));
}

/// Where the blocks are.
struct Blocks {
  BoxSize page;
  double boxes_top = 0;
  double legend_top = 0;
  std::size_t legend_per_row = 1;
  double scale = 1;  ///< of title, legend and notes
};

Blocks blocks_of(const Diagram& diagram, const Layout& layout) {
  Blocks blocks;
  const double scale = blocks.scale = enlargement(layout);
  const double note_width =
      layout.is_coarse ? std::ceil(text_width(coarse_note, scale * font_size::legend, false)) : 0;
  blocks.page.width =
      std::max({layout.size.width, least_page_width, title_width(diagram, scale), note_width});
  // The legend must not take the subtitle's width into account: it differs between before and after.
  blocks.legend_per_row = legend_entries_per_row(std::max(layout.size.width, least_page_width) / scale);
  const std::size_t rows = (most_legend_entries(diagram) + blocks.legend_per_row - 1) / blocks.legend_per_row;
  const double title = title_height(diagram, scale);
  blocks.boxes_top = title > 0 ? title + block_gap : 0;
  blocks.legend_top = blocks.boxes_top + layout.size.height + block_gap;
  blocks.page.height = blocks.legend_top + static_cast<double>(rows) * scale * legend_row_height;
  if (layout.is_coarse) blocks.page.height += 2 * scale * font_size::legend;
  return blocks;
}

Group title_group(const Diagram& diagram, double scale) {
  Group group{"title", "title", {}, {}, {}, {}, {}};
  double y = 0;
  const auto add = [&](std::string text, double size, const char* color, bool bold) {
    if (text.empty()) return;
    Label line = label({0, y + line_spacing * size / 2}, size, color, std::move(text));
    line.side = Label::Side::left;
    line.bold = bold;
    group.labels.push_back(std::move(line));
    y += line_spacing * size;
  };
  add(shown_title(diagram), scale * font_size::title, palette::ink.light, true);
  add(shown_subtitle(diagram), scale * font_size::subtitle, palette::muted_text.light, false);
  return group;
}

Group legend_box(const LegendEntry& entry, Point center, BoxSize size, double scale) {
  const BoxLook look = box_look(entry.sample);
  Group group{"legend_" + entry.id, "legend " + look.classes, {}, frames_of(look, center, size), {}, {}, {}};
  Label text = label(center, scale * font_size::legend, look.ink, entry.text);
  text.underlined = entry.sample.is_target;
  if (entry.sample.time_share > 0) {
    constexpr double shown_part = 0.6;  // a bar that is neither the longest nor the shortest
    const double least_inset = scale * 2;
    group.frames.push_back(
        time_bar(look, center, size, shown_part * (size.width - 4 * least_inset), least_inset, scale));
    text.at.y -= scale * 2.5;
  }
  group.labels = {std::move(text)};
  return group;
}

Group legend_arrow(const LegendEntry& entry, Point center, BoxSize size, double scale) {
  Group group{"legend_" + entry.id, "legend arrow", {}, {}, {}, {}, {}};
  const double left = center.x - size.width / 2;
  const double tip = left + scale * legend_arrow_length;
  Line line;
  line.id = "legend_" + entry.id + "_arrow";
  line.has_bar = true;
  line.color = palette::arrow.light;
  line.curve.tip = {tip, center.y};
  const double base = tip - 7.5;
  line.curve.points = {{left, center.y}, {left, center.y}, {base, center.y}, {base, center.y}};
  group.lines = {std::move(line)};
  Label text = label({tip + scale * 5, center.y}, scale * font_size::legend, palette::ink.light, entry.text);
  text.side = Label::Side::left;
  group.labels = {std::move(text)};
  return group;
}

/// One row of the legend, its samples from left to right; returns where the row ends.
double place_legend_row(std::vector<Group>& groups, std::span<const LegendEntry> entries, double y,
                        double scale) {
  double x = scale * (legend_inset + legend_caption_width);
  for (const LegendEntry& entry : entries) {
    const BoxSize sample = legend_sample_size(entry);
    const BoxSize size{scale * sample.width, scale * sample.height};
    const Point center{x + size.width / 2, y};
    groups.push_back(entry.is_arrow ? legend_arrow(entry, center, size, scale)
                                    : legend_box(entry, center, size, scale));
    x += size.width + scale * legend_gap;
  }
  return x + scale * (legend_inset - legend_gap);
}

void place_legend(Page& page, const Diagram& diagram, const Blocks& blocks) {
  const std::vector<LegendEntry> entries = legend_of(diagram);
  if (entries.empty()) return;
  const double scale = blocks.scale;
  std::vector<Group> samples;
  double bottom = blocks.legend_top;
  double right = 0;
  for (std::size_t first = 0; first < entries.size(); first += blocks.legend_per_row) {
    const std::size_t count = std::min(blocks.legend_per_row, entries.size() - first);
    right = std::max(right, place_legend_row(samples, std::span(entries).subspan(first, count),
                                             bottom + scale * legend_row_height / 2, scale));
    bottom += scale * legend_row_height;
  }
  Label caption = label({scale * legend_inset, blocks.legend_top + scale * legend_row_height / 2},
                        scale * font_size::legend, palette::muted_text.light, "Legend");
  caption.side = Label::Side::left;
  caption.bold = true;
  const Frame frame{0,
                    blocks.legend_top,
                    right,
                    bottom - blocks.legend_top,
                    corner_radius,
                    palette::white.light,
                    palette::legend_outline.light,
                    1,
                    Stroke::solid,
                    false};
  page.groups.push_back({"legend", "legend", {}, {frame}, {std::move(caption)}, {}, {}});
  for (Group& sample : samples) page.groups.push_back(std::move(sample));
}

void place_coarse_note(Page& page, double scale) {
  Label note = label({0, page.size.height - scale * font_size::legend / 2}, scale * font_size::legend,
                     palette::muted_text.light, coarse_note);
  note.side = Label::Side::left;
  page.groups.push_back({"coarse", "note", {}, {}, {std::move(note)}, {}, {}});
}

/// "clean → model", and of how many arrows between folded boxes.
std::string arrow_tooltip(const Diagram& diagram, const Arrow& arrow) {
  std::string text = diagram.boxes[arrow.from].name + " → " + diagram.boxes[arrow.to].name;
  if (arrow.count > 1) text += " (" + std::to_string(arrow.count) + " dependencies)";
  if (arrow.is_same_value) text += "\nthe value is the same as before, so what needs it did not run";
  return text;
}

void move_down(Line& line, double by) {
  for (Point& point : line.curve.points) point.y += by;
  line.curve.tip.y += by;
}

}  // namespace

Page page_of(const Diagram& diagram, const Layout& layout) {
  const Blocks blocks = blocks_of(diagram, layout);
  const std::vector<std::string> ids = safe_ids(diagram);
  Page page;
  page.size = blocks.page;
  page.title = diagram.title;
  page.description = diagram.summary;
  // The layout's y goes upwards.
  const auto placed = [&](Point point) {
    return Point{point.x, blocks.boxes_top + layout.size.height - point.y};
  };
  for (std::size_t i = 0; i < diagram.arrows.size(); ++i) {
    const std::uint32_t from = diagram.arrows[i].from;
    const std::uint32_t to = diagram.arrows[i].to;
    Line line;
    line.id = "arrow_" + ids[from] + "-" + ids[to];
    line.tooltip = arrow_tooltip(diagram, diagram.arrows[i]);
    line.is_faint = is_faint(diagram.boxes[from]) || is_faint(diagram.boxes[to]);
    line.has_bar = diagram.arrows[i].is_same_value;
    line.color = line.is_faint ? palette::faint_arrow.light : palette::arrow.light;
    line.curve.tip = placed(layout.curves[i].tip);
    for (const Point point : layout.curves[i].points) line.curve.points.push_back(placed(point));
    page.lines.push_back(std::move(line));
  }
  const std::vector<std::string> cluster_ids = safe_cluster_ids(diagram);
  for (std::uint32_t i = 0; i < cluster_ids.size(); ++i) {
    const Area& area = layout.clusters[i];
    const Point corner = placed({area.left, area.bottom + area.height});
    page.clusters.push_back(cluster_group(
        diagram, i, cluster_ids[i],
        {corner.x, corner.y, area.width, area.height, cluster_radius, palette::cluster_ground.light,
         palette::cluster_outline.light, 1, Stroke::solid, false}));
  }
  const double longest = time_shares(diagram).largest;
  if (title_height(diagram, 1) > 0) page.groups.push_back(title_group(diagram, blocks.scale));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Box& box = diagram.boxes[i];
    page.groups.push_back(box_group(ids[i], box, placed(layout.centers[i]), longest));
    if (box.cluster != no_cluster) page.groups.back().data.emplace_back("cluster", cluster_ids[box.cluster]);
  }
  for (std::size_t i = 0; i < diagram.clusters.size(); ++i)
    if (diagram.clusters[i].fold)
      page.groups.push_back(
          fold_group(*diagram.clusters[i].fold, cluster_ids[i], page.clusters[i].frames[0], longest));
  place_legend(page, diagram, blocks);
  if (layout.is_coarse) {
    place_coarse_note(page, blocks.scale);
    page.description += std::string(page.description.empty() ? "" : ". ") + coarse_note;
  }
  return page;
}

void add_note_above(Page& page, const std::string& text, double font_size) {
  const double height = std::ceil(2 * font_size);
  for (Line& line : page.lines) move_down(line, height);
  for (std::vector<Group>* groups : {&page.clusters, &page.groups})
    for (Group& group : *groups) {
      for (Frame& frame : group.frames) frame.top += height;
      for (Label& label : group.labels) label.at.y += height;
      for (Line& line : group.lines) move_down(line, height);
    }
  Label note = label({0, font_size * line_spacing / 2}, font_size, palette::muted_text.light, text);
  note.side = Label::Side::left;
  page.size.width = std::max(page.size.width, std::ceil(text_width(text, font_size, false)));
  page.size.height += height;
  page.groups.push_back({"note", "note", {}, {}, {std::move(note)}, {}, {}});
}

std::vector<std::uint32_t> colors_of(const Page& page) {
  std::set<std::string_view> colors = {palette::white.light};
  for (const Line& line : page.lines) colors.insert(line.color);
  for (const std::vector<Group>* groups : {&page.clusters, &page.groups})
    for (const Group& group : *groups) {
      for (const Frame& frame : group.frames) colors.insert({frame.fill, frame.outline});
      for (const Label& label : group.labels) colors.insert(label.color);
      for (const Line& line : group.lines) colors.insert(line.color);
    }
  std::vector<std::uint32_t> numbers;
  for (const std::string_view color : colors)
    numbers.push_back(static_cast<std::uint32_t>(std::stoul(std::string(color.substr(1)), nullptr, 16)));
  return numbers;
}

std::vector<Point> arrow_head(const Curve& curve) {
  if (curve.points.empty()) return {};
  const Point base = curve.points.back();
  const double x = curve.tip.x - base.x;
  const double y = curve.tip.y - base.y;
  const double length = std::max(1e-6, std::hypot(x, y));
  const Point aside{-y / length * arrow_head_half_width, x / length * arrow_head_half_width};
  return {{base.x + aside.x, base.y + aside.y}, curve.tip, {base.x - aside.x, base.y - aside.y}};
}

std::vector<Point> arrow_bar(const Curve& curve) {
  constexpr double before_head = 7;  // points
  constexpr double half_length = 5.2;
  constexpr double half_width = 1.2;
  if (curve.points.empty()) return {};
  const Point base = curve.points.back();
  const double length = std::max(1e-6, std::hypot(curve.tip.x - base.x, curve.tip.y - base.y));
  const Point along{(curve.tip.x - base.x) / length, (curve.tip.y - base.y) / length};
  const auto corner = [&](double forwards, double aside) {
    const double way = forwards - before_head;
    return Point{base.x + along.x * way - along.y * aside, base.y + along.y * way + along.x * aside};
  };
  return {corner(-half_width, -half_length), corner(half_width, -half_length),
          corner(half_width, half_length), corner(-half_width, half_length)};
}

std::vector<Point> diagonals_of(const Frame& frame) {
  if (!frame.has_diagonals) return {};
  const double cut = std::min(12.0, frame.height / 3);
  const double right = frame.left + frame.width;
  const double bottom = frame.top + frame.height;
  return {{frame.left, frame.top + cut}, {frame.left + cut, frame.top}, {right - cut, frame.top},
          {right, frame.top + cut},      {right, bottom - cut},         {right - cut, bottom},
          {frame.left + cut, bottom},    {frame.left, bottom - cut}};
}

}  // namespace hamcell
