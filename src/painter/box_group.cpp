// The groups of boxes and clusters on a page: frames, and texts on them.
#include "painter/box_group.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "draw/dot_box.h"
#include "draw/dot_syntax.h"
#include "draw/palette.h"
#include "draw/text_width.h"

namespace hamcell {
namespace {

/// From the middle of a line to the baseline, as a part of the font size: that of capital letters.
constexpr double middle_to_baseline = 0.36;

constexpr double badge_inset = 9;    // points, both sides together
constexpr double badge_height = 15;  // points
constexpr double badge_gap = 6;      // points, between the type and the badge
constexpr double double_gap = 2.5;   // points, between the two outlines of a folded box

Frame framed(const BoxLook& look, Point center, BoxSize size) {
  const std::string_view style = look.style;
  const auto has = [&](std::string_view word) { return style.find(word) != std::string_view::npos; };
  Frame frame;
  frame.left = center.x - size.width / 2;
  frame.top = center.y - size.height / 2;
  frame.width = size.width;
  frame.height = size.height;
  frame.radius = has("rounded") ? std::min(corner_radius, size.height / 3) : 0;
  frame.fill = look.fill;
  frame.outline = look.outline;
  frame.outline_width = look.outline_width;
  frame.stroke = has("dashed") ? Stroke::dashed : has("dotted") ? Stroke::dotted : Stroke::solid;
  frame.has_diagonals = has("diagonals");
  return frame;
}

/// The last line of the type with the badge behind it, or either alone.
void place_type_and_badge(Group& group, const BoxFace& face, const BoxLook& look, Point middle) {
  const std::string type = face.type.empty() ? std::string() : face.type.back();
  const double type_width = type.empty() ? 0 : text_width(type, font_size::type, false);
  const double badge_width = text_width(face.badge, font_size::badge, false) + badge_inset;
  const double gap = type.empty() ? 0 : badge_gap;
  const double left = middle.x - (type_width + gap + badge_width) / 2;
  if (!type.empty()) {
    Label line = label({left + type_width, middle.y}, font_size::type, look.ink, type);
    line.side = Label::Side::right;
    line.italic = true;
    group.labels.push_back(std::move(line));
  }
  const Point badge{left + type_width + gap + badge_width / 2, middle.y};
  group.frames.push_back({badge.x - badge_width / 2, badge.y - badge_height / 2, badge_width, badge_height, 4,
                          palette::white.light, palette::muted_text.light, 1, Stroke::solid, false});
  group.labels.push_back(label(badge, font_size::badge, palette::ink.light, face.badge));
}

/// The note in bold and the figures behind it. Both are set from where they meet: however wide a reader's
/// fonts are, they do not run into each other.
void place_note(Group& group, const BoxFace& face, const BoxLook& look, Point middle) {
  const double note_width = text_width(face.note, font_size::note, true);
  const double figures_width = text_width(face.figures, font_size::note, false);
  Label note = label(middle, font_size::note, look.note_ink, face.note);
  note.bold = true;
  Label figures = label(middle, font_size::note, look.note_ink, face.figures);
  if (!face.note.empty() && !face.figures.empty()) {
    note.at.x = figures.at.x = middle.x + (note_width - figures_width) / 2;
    note.side = Label::Side::right;
    figures.side = Label::Side::left;
  }
  if (!face.note.empty()) group.labels.push_back(std::move(note));
  if (!face.figures.empty()) group.labels.push_back(std::move(figures));
}

/// The texts of a box, line by line, around its middle and above the `used` points at its lower edge. Where a
/// run has made lines of it that there is no full room for, all stand a little closer.
void place_face(Group& group, const Box& box, const BoxLook& look, Point center, double used) {
  constexpr double least_padding = 3.5;  // points, above and below
  const BoxFace face = box_face(box);
  const double box_height = box_size(box).height;
  const bool has_note = !face.note.empty() || !face.figures.empty();
  const double badge_line = std::max(line_spacing * font_size::type, badge_height + 4);
  const std::size_t plain_types = face.type.size() - (face.badge.empty() || face.type.empty() ? 0 : 1);
  const double sizes = font_size::name * static_cast<double>(face.name.size()) +
                       font_size::type * static_cast<double>(plain_types) +
                       font_size::note * static_cast<double>(face.lines.size() + (has_note ? 1 : 0)) +
                       (face.why.empty() ? 0 : font_size::why);
  const double fixed = face.badge.empty() ? 0 : badge_line;
  const double spacing = std::min(line_spacing, (box_height - 2 * least_padding - used - fixed) / sizes);
  const auto height = [&](double size) { return spacing * size; };
  const double all = fixed + height(sizes);
  double y = std::min(center.y - all / 2, center.y + box_height / 2 - used - least_padding - all);
  const auto next = [&](double line_height) {
    y += line_height;
    return Point{center.x, y - line_height / 2};
  };
  for (const std::string& line : face.name) {
    group.labels.push_back(label(next(height(font_size::name)), font_size::name, look.ink, line));
    group.labels.back().bold = true;
    group.labels.back().underlined = box.is_target;
  }
  for (std::size_t i = 0; i < plain_types; ++i) {
    group.labels.push_back(label(next(height(font_size::type)), font_size::type, look.ink, face.type[i]));
    group.labels.back().italic = true;
  }
  if (!face.badge.empty()) place_type_and_badge(group, face, look, next(badge_line));
  for (const std::string& line : face.lines) {
    group.labels.push_back(label(next(height(font_size::note)), font_size::note, look.note_ink, line));
    group.labels.back().bold = true;
  }
  if (has_note) place_note(group, face, look, next(height(font_size::note)));
  if (!face.why.empty())
    group.labels.push_back(label(next(height(font_size::why)), font_size::why, look.why_ink, face.why));
}

/// The second outline of a folded box, within the first.
Frame inner_frame(const Frame& outer) {
  const double inset = double_gap + outer.outline_width / 2;
  Frame inner = outer;
  inner.left += inset;
  inner.top += inset;
  inner.width -= 2 * inset;
  inner.height -= 2 * inset;
  inner.radius = std::max(0.0, outer.radius - inset);
  inner.outline_width = 1;
  inner.has_diagonals = false;
  return inner;
}

/// Makes everything larger or smaller around a point.
void scale_group(Group& group, Point middle, double factor) {
  const auto scale = [factor](double& value, double fixed) { value = fixed + factor * (value - fixed); };
  for (Frame& frame : group.frames) {
    scale(frame.left, middle.x);
    scale(frame.top, middle.y);
    for (double* length : {&frame.width, &frame.height, &frame.radius, &frame.outline_width})
      *length *= factor;
  }
  for (Label& label : group.labels) {
    scale(label.at.x, middle.x);
    scale(label.at.y, middle.y);
    label.size *= factor;
  }
}

}  // namespace

Label label(Point middle, double size, const char* color, std::string text) {
  Label made;
  made.at = {middle.x, middle.y + middle_to_baseline * size};
  made.size = size;
  made.color = color;
  made.text = std::move(text);
  return made;
}

std::vector<Frame> frames_of(const BoxLook& look, Point center, BoxSize size) {
  std::vector<Frame> frames = {framed(look, center, size)};
  if (look.is_double) frames.push_back(inner_frame(frames.front()));
  return frames;
}

Frame time_bar(const BoxLook& look, Point center, BoxSize size, double length, double inset, double scale) {
  const double height = scale * time_bar_height;
  const double left = center.x - size.width / 2 + (time_bar_margin * scale);
  Frame bar{left, center.y + size.height / 2 - inset - height, length, height};
  bar.radius = height / 2;
  bar.fill = bar.outline = look.outline;
  bar.outline_width = 0;
  return bar;
}

Group box_group(const std::string& id, const Box& box, Point center, double longest) {
  const BoxLook look = box_look(box);
  const BoxSize size = box_size(box);
  Group group{"box_" + id, look.classes, tooltip(box), frames_of(look, center, size), {}, {}, {}};
  double used = 0;
  if (const double length = time_bar_length(box, size.width, longest); length > 0) {
    const double inset = time_bar_inset + (look.is_double ? double_gap + 1 : 0);
    group.frames.push_back(time_bar(look, center, size, length, inset, 1));
    group.data.emplace_back("time-share", number(100 * box.time_share) + "%");
    used = inset + time_bar_height;
  }
  place_face(group, box, look, center, used);
  return group;
}

Group cluster_group(const Diagram& diagram, std::uint32_t index, const std::string& id, const Frame& frame) {
  const Cluster& cluster = diagram.clusters[index];
  const auto [tag, value] = cluster_label(cluster);
  Group group{id, "cluster", cluster_tooltip(diagram, index), {frame}, {}, {}, {}};
  group.data = {{"tag", visible(cluster.tag)}, {"value", visible(cluster.value)}};
  const Point start{frame.left + cluster_margin, frame.top + cluster_margin / 2 + cluster_label_height / 2};
  Label name = label(start, font_size::cluster, palette::muted_text.light, tag);
  // Each set from where they meet, as notes and figures are.
  name.at.x += text_width(tag, font_size::cluster, false);
  name.side = Label::Side::right;
  Label text = label(start, font_size::cluster, palette::ink.light, value);
  text.at.x = name.at.x + text_width("\u00A0", font_size::cluster, false);
  text.side = Label::Side::left;
  text.bold = true;
  group.labels = {std::move(name), std::move(text)};
  return group;
}

Group fold_group(const Box& box, const std::string& cluster_id, const Frame& cluster_frame, double longest) {
  constexpr double most = 6;            // times its usual size: as titles and legends are
  constexpr double part_of_room = 0.8;  // that an enlarged one takes
  const double width = cluster_frame.width - 2 * cluster_margin;
  const double height = cluster_frame.height - 2 * cluster_margin - cluster_label_height;
  const Point middle{cluster_frame.left + cluster_frame.width / 2,
                     cluster_frame.top + cluster_margin + cluster_label_height + height / 2};
  const BoxSize size = box_size(box);
  const double room = std::min(width / size.width, height / size.height);
  // It can take more than any box that stands in the picture at first.
  Group group = box_group(cluster_id, box, middle, std::max(longest, box.time_share));
  group.id = "folded_" + cluster_id;
  group.data = {{"cluster", cluster_id}};
  group.is_hidden = true;
  scale_group(group, middle, room < 1 ? room : std::clamp(part_of_room * room, 1.0, most));
  return group;
}

}  // namespace hamcell
