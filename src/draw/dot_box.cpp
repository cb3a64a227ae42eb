// Labels and attributes of what a diagram consists of, the same in every form of DOT text.
#include "draw/dot_box.h"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <utility>

#include "base/text.h"
#include "draw/box_face.h"
#include "draw/box_look.h"
#include "draw/dot_syntax.h"
#include "draw/palette.h"
#include "draw/text_width.h"

namespace hamcell {
namespace {

constexpr std::size_t title_columns = 100;
constexpr std::size_t subtitle_columns = 160;

/// A cell of this size. Without a fixed size Graphviz would stretch it to its part of the box's widest line.
std::string fixed_cell(double width, double height, const char* alignment, std::string_view content) {
  return fmt::format("<TD FIXEDSIZE=\"TRUE\" WIDTH=\"{:.0f}\" HEIGHT=\"{:.0f}\" ALIGN=\"{}\">{}</TD>", width,
                     height, alignment, content);
}

/// A table of just this size around one row of fixed cells.
std::string fixed_table(double width, double height, const char* more, std::string_view cells) {
  return fmt::format(
      "<TABLE FIXEDSIZE=\"TRUE\" WIDTH=\"{:.0f}\" HEIGHT=\"{:.0f}\" CELLBORDER=\"0\" CELLSPACING=\"0\" "
      "CELLPADDING=\"0\" {}><TR>{}</TR></TABLE>",
      width, height, more, cells);
}

constexpr double badge_inset = 9;    // points, both sides together
constexpr double badge_height = 15;  // points

/// The behavior on a small label of its own.
std::string badge_table(const std::string& badge) {
  const double width = text_width(badge, font_size::badge, false) + badge_inset;
  return fixed_table(width, badge_height,
                     "BORDER=\"1\" STYLE=\"rounded\" COLOR=\"#4a565d\" BGCOLOR=\"#ffffff\"",
                     fixed_cell(width - 2, badge_height - 2, "CENTER",
                                font(font_size::badge, palette::ink.light, escaped(badge))));
}

/// The lines of the type, with the badge beside the last one.
std::string type_rows(const BoxFace& face, const BoxLook& look) {
  std::string rows;
  const auto line = [&](const std::string& text) {
    return font(font_size::type, look.ink, tagged("I", text));
  };
  for (std::size_t i = 0; i + 1 < face.type.size(); ++i) rows += row(line(face.type[i]));
  if (face.badge.empty()) return face.type.empty() ? rows : rows + row(line(face.type.back()));
  if (face.type.empty()) return rows + row(badge_table(face.badge));
  constexpr double gap = 6;
  constexpr double height = badge_height + 5;
  const double type_width = text_width(face.type.back(), font_size::type, false);
  const double badge_width = text_width(face.badge, font_size::badge, false) + badge_inset;
  const std::string cells = fixed_cell(type_width, height, "RIGHT", line(face.type.back())) +
                            fixed_cell(gap, height, "CENTER", "") +
                            fixed_cell(badge_width, height, "CENTER", badge_table(face.badge));
  return rows + row(fixed_table(type_width + gap + badge_width + 2, height, "BORDER=\"0\"", cells));
}

/// The bar of its time, with nothing behind it up to where the longest would end.
std::string time_bar_row(const Box& box, const BoxLook& look, double longest) {
  const double room = box_size(box).width - 2 * time_bar_margin;
  const double length = std::round(time_bar_length(box, box_size(box).width, longest));
  if (length == 0) return {};
  const std::string bar =
      fmt::format("<TD FIXEDSIZE=\"TRUE\" WIDTH=\"{:.0f}\" HEIGHT=\"{:.0f}\" BGCOLOR=\"{}\"></TD>", length,
                  time_bar_height, look.outline);
  const double rest = std::floor(room) - length;
  return row(fixed_table(std::floor(room), time_bar_height, "BORDER=\"0\"",
                         rest < 1 ? bar : bar + fixed_cell(rest, time_bar_height, "LEFT", "")));
}

std::string box_label(const Box& box, const BoxLook& look, double longest) {
  const BoxFace face = box_face(box);
  std::string rows;
  for (const std::string& line : face.name) {
    const std::string name = tagged("B", line);
    rows += row(font(font_size::name, look.ink, box.is_target ? "<U>" + name + "</U>" : name));
  }
  rows += type_rows(face, look);
  for (const std::string& line : face.lines)
    rows += row(font(font_size::note, look.note_ink, tagged("B", line)));
  std::string note = face.note.empty() ? "" : tagged("B", face.note);
  note += escaped(face.figures);
  if (!note.empty()) rows += row(font(font_size::note, look.note_ink, note));
  if (!face.why.empty()) rows += row(font(font_size::why, look.why_ink, escaped(face.why)));
  rows += time_bar_row(box, look, longest);
  return rows.empty() ? "\"\"" : fmt::format("<{}{}</TABLE>>", plain_table, rows);
}

std::string look_attributes(const BoxLook& look) {
  return fmt::format("style=\"{}\" fillcolor=\"{}\" color=\"{}\" penwidth={}{}", look.style, look.fill,
                     look.outline, number(look.outline_width), look.is_double ? " peripheries=2" : "");
}

/// Unique, and of letters, digits and underscores alone.
std::vector<std::string> made_safe(std::vector<std::string> names) {
  std::set<std::string> taken;
  for (std::string& name : names) {
    std::string id;
    for (const char c : name) {
      const bool plain =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      id += plain ? std::string(1, c) : fmt::format("_{:02x}", static_cast<unsigned char>(c));
    }
    while (!taken.insert(id).second) id += "_";
    name = std::move(id);
  }
  return names;
}

}  // namespace

std::vector<std::string> safe_ids(const Diagram& diagram) {
  std::vector<std::string> ids;
  for (const Box& box : diagram.boxes) ids.push_back(box.id);
  return made_safe(std::move(ids));
}

std::vector<std::string> safe_cluster_ids(const Diagram& diagram) {
  std::vector<std::string> ids;
  for (const Cluster& cluster : diagram.clusters) ids.push_back(cluster.id);
  ids = made_safe(std::move(ids));
  for (std::string& id : ids) id.insert(0, "cluster_");
  return ids;
}

std::string box_statement(const std::string& id, const Box& box, double longest, const std::string& more) {
  const BoxLook look = box_look(box);
  return fmt::format("  {} [id={} class={} {} {}{}\n    label={}]\n", quoted(id), quoted("box_" + id),
                     quoted(look.classes), inches(box_size(box)), look_attributes(look), more,
                     box_label(box, look, longest));
}

std::string arrow_statement(const Diagram& diagram, const std::vector<std::string>& ids, const Arrow& arrow,
                            const std::string& more) {
  const std::string& from = ids[arrow.from];
  const std::string& to = ids[arrow.to];
  const bool faint = is_faint(diagram.boxes[arrow.from]) || is_faint(diagram.boxes[arrow.to]);
  return fmt::format(
      "  {} -> {} [id={}{}{}{}]\n", quoted(from), quoted(to), quoted("arrow_" + from + "-" + to),
      arrow.is_same_value ? " class=\"same-value\" arrowhead=normaltee" : "",
      faint ? fmt::format(" class=\"faint\" color=\"{}\" style=dashed", palette::faint_arrow.light) : "",
      more);
}

std::string default_statements() {
  return fmt::format(
      "  node [shape=box fixedsize=true fontname=\"Helvetica,Arial,sans-serif\" fontsize={} margin=0]\n"
      "  edge [color=\"{}\" penwidth=1.1 arrowsize=0.75]\n",
      number(font_size::type), palette::arrow.light);
}

std::string cluster_opening(const std::string& id, const Cluster& cluster, const std::string& more) {
  const ClusterLabel label = cluster_label(cluster);
  const std::string text =
      font(font_size::cluster, palette::muted_text.light, escaped(label.tag + "\u00A0")) +
      font(font_size::cluster, palette::ink.light, tagged("B", label.value));
  const double width = cluster_label_width(label);
  return fmt::format(
      "  subgraph {} {{\n    graph [id={} class=cluster style=\"rounded,filled\" fillcolor=\"{}\" "
      "color=\"{}\" margin={} labelloc=t labeljust=l{}\n      label=<{}>]\n",
      quoted(id), quoted(id), palette::cluster_ground.light, palette::cluster_outline.light,
      number(cluster_margin), more,
      fixed_table(width, cluster_label_height, "BORDER=\"0\"",
                  fixed_cell(width, cluster_label_height, "LEFT", text)));
}

double cluster_label_width(const ClusterLabel& label) {
  return std::ceil(text_width(label.tag + "\u00A0", font_size::cluster, false) +
                   text_width(label.value, font_size::cluster, true));
}

BoxSize legend_sample_size(const LegendEntry& entry) {
  const double text = std::ceil(text_width(entry.text, font_size::legend, false));
  return {text + (entry.is_arrow ? legend_arrow_length + 5 : 16), 22};
}

std::string legend_statement(const LegendEntry& entry, const std::string& more) {
  if (entry.is_arrow)
    return fmt::format("    {} [shape=plaintext id={} class=legend {}{} label=<{}>]\n",
                       quoted("legend:" + entry.id), quoted("legend_" + entry.id),
                       inches(legend_sample_size(entry)), more,
                       font(font_size::legend, palette::ink.light, escaped("─|▸ " + entry.text)));
  const BoxLook look = box_look(entry.sample);
  return fmt::format("    {} [id={} class={} {} {}{}\n      label={}]\n", quoted("legend:" + entry.id),
                     quoted("legend_" + entry.id), quoted("legend " + look.classes),
                     inches(legend_sample_size(entry)), look_attributes(look), more,
                     fmt::format("<{}>", font(font_size::legend, look.ink, escaped(entry.text))));
}

std::string legend_caption() {
  return fmt::format("<{}>", font(font_size::legend, palette::muted_text.light, "<B>Legend</B>"));
}

std::string shown_title(const Diagram& diagram) { return shortened(visible(diagram.title), title_columns); }

std::string shown_subtitle(const Diagram& diagram) {
  return shortened(visible(diagram.subtitle), subtitle_columns);
}

std::string title_rows(const Diagram& diagram) {
  std::string rows;
  const auto add = [&](const std::string& text, double size, const char* color, const char* tag) {
    if (text.empty()) return;
    const std::string content = tag != nullptr ? tagged(tag, text) : escaped(text);
    rows += fmt::format("<TR><TD ALIGN=\"LEFT\">{}</TD></TR>", font(size, color, content));
  };
  add(shown_title(diagram), font_size::title, palette::ink.light, "B");
  add(shown_subtitle(diagram), font_size::subtitle, palette::muted_text.light, nullptr);
  return rows;
}

}  // namespace hamcell
