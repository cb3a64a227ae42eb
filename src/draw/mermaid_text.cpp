// Mermaid's flowchart language (mermaid.js.org/syntax/flowchart.html), which GitHub and GitLab draw in
// Markdown.
#include <fmt/format.h>

#include <map>
#include <vector>

#include "base/text.h"
#include "draw/box_face.h"
#include "draw/box_look.h"
#include "draw/dot_box.h"
#include "draw/dot_syntax.h"
#include "draw/draw.h"
#include "draw/legend.h"
#include "draw/palette.h"
#include "draw/time_share.h"

namespace hamcell {
namespace {

/// As the content of a label in quotation marks: with Mermaid's character codes for all that could be taken
/// for markup, of Mermaid or of HTML.
std::string label_text(std::string_view text) {
  std::string out;
  for (const char c : visible(text)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          (static_cast<unsigned char>(c) >= 0x80) ||
                          std::string_view(" _.,=:+/-()").find(c) != std::string_view::npos;
    out += is_plain ? std::string(1, c) : fmt::format("#{};", static_cast<int>(c));
  }
  return out;
}

std::string lines_of(const std::vector<std::string>& lines, const char* tag) {
  if (lines.empty()) return {};
  std::string out = fmt::format("<{}>", tag);
  for (std::size_t i = 0; i < lines.size(); ++i) out += (i == 0 ? "" : "<br/>") + label_text(lines[i]);
  return out + fmt::format("</{}>", tag);
}

std::string label_of(const Box& box) {
  const BoxFace face = box_face(box);
  std::string label = lines_of(face.name, "b");
  if (box.is_target) label = "<u>" + label + "</u>";
  if (!face.type.empty()) label += "<br/>" + lines_of(face.type, "i");
  if (!face.badge.empty()) label += "<br/>" + label_text(face.badge);
  if (!face.lines.empty()) label += "<br/>" + lines_of(face.lines, "b");
  if (!face.note.empty() || !face.figures.empty()) label += "<br/>" + label_text(face.note + face.figures);
  if (!face.why.empty()) label += "<br/>" + label_text(face.why);
  if (box.time_share >= 0) label += "<br/>" + label_text(share_text(box.time_share) + " of the time");
  return label;
}

/// Nodes are rounded, folded ones have double sides, and inputs have corners.
std::string shaped(const Box& box, const std::string& label) {
  if (box.kind == BoxKind::folded) return "[[\"" + label + "\"]]";
  return box.kind == BoxKind::node ? "(\"" + label + "\")" : "[\"" + label + "\"]";
}

std::string style_of(const BoxLook& look) {
  std::string text = fmt::format("fill:{},stroke:{},stroke-width:{}px,color:{}", look.fill, look.outline,
                                 number(look.outline_width), look.ink);
  const std::string_view style = look.style;
  if (style.find("dashed") != std::string_view::npos) text += ",stroke-dasharray:6 4";
  if (style.find("dotted") != std::string_view::npos) text += ",stroke-dasharray:2 3";
  return text;
}

class Writer {
 public:
  explicit Writer(const Diagram& diagram) : diagram_(diagram), ids_(safe_ids(diagram)) {}

  std::string write() {
    write_title();
    out_ += "flowchart LR\n";
    // A word of the language ("end") is no name of a box.
    for (std::size_t i = 0; i < ids_.size(); ++i)
      if (diagram_.boxes[i].cluster == no_cluster) add_box_of_diagram(i, "  ");
    write_clusters();
    for (std::size_t i = 0; i < diagram_.arrows.size(); ++i) add_arrow(i);
    write_legend();
    for (const auto& [style, name] : classes_) out_ += fmt::format("  classDef {} {}\n", name, style);
    if (!faint_.empty())
      out_ += fmt::format("  linkStyle {} stroke:{}\n", faint_, palette::faint_arrow.light);
    return std::move(out_);
  }

 private:
  /// In front of the text, in YAML.
  void write_title() {
    std::string title = shown_title(diagram_);
    const std::string subtitle = shown_subtitle(diagram_);
    if (!subtitle.empty()) title += (title.empty() ? "" : ": ") + subtitle;
    if (title.empty()) return;
    std::string quoted;
    for (const char c : title) quoted += c == '\'' ? "''" : std::string(1, c);
    out_ += fmt::format("---\ntitle: '{}'\n---\n", quoted);
  }

  void add_box(const std::string& id, const Box& box, const std::string& label) {
    const auto [look, is_new] =
        classes_.try_emplace(style_of(box_look(box)), fmt::format("look{}", classes_.size()));
    out_ += id + shaped(box, label) + ":::" + look->second + '\n';
  }

  void add_box_of_diagram(std::size_t i, const std::string& indent) {
    add_box(indent + "box_" + ids_[i], diagram_.boxes[i], label_of(diagram_.boxes[i]));
  }

  void write_clusters() {
    const std::vector<std::string> clusters = safe_cluster_ids(diagram_);
    for (std::size_t k = 0; k < clusters.size(); ++k) {
      const auto [tag, value] = cluster_label(diagram_.clusters[k]);
      out_ +=
          fmt::format("  subgraph {} [\"{} <b>{}</b>\"]\n", clusters[k], label_text(tag), label_text(value));
      for (std::size_t i = 0; i < ids_.size(); ++i)
        if (diagram_.boxes[i].cluster == k) add_box_of_diagram(i, "    ");
      out_ += fmt::format("  end\n  style {} fill:{},stroke:{},color:{}\n", clusters[k],
                          palette::cluster_ground.light, palette::cluster_outline.light, palette::ink.light);
    }
  }

  void add_arrow(std::size_t i) {
    const Arrow& arrow = diagram_.arrows[i];
    out_ += fmt::format("  box_{} {} box_{}\n", ids_[arrow.from],
                        arrow.is_same_value ? "-->|same value|" : "-->", ids_[arrow.to]);
    if (is_faint(diagram_.boxes[arrow.from]) || is_faint(diagram_.boxes[arrow.to]))
      faint_ += (faint_.empty() ? "" : ",") + std::to_string(i);
  }

  void write_legend() {
    const std::vector<LegendEntry> entries = legend_of(diagram_);
    if (entries.empty()) return;
    out_ += "  subgraph legend [\"legend\"]\n";
    // What it cannot draw stands on its boxes and arrows in words.
    for (const LegendEntry& entry : entries)
      if (!entry.is_arrow && entry.sample.time_share < 0)
        add_box("    legend_" + entry.id, entry.sample, label_text(entry.text));
    out_ += fmt::format("  end\n  style legend fill:none,stroke:{}\n", palette::legend_outline.light);
  }

  const Diagram& diagram_;
  std::vector<std::string> ids_;
  std::map<std::string, std::string> classes_;  ///< style → its name
  std::string faint_;                           ///< numbers of arrows
  std::string out_;
};

}  // namespace

std::string to_mermaid(const Diagram& diagram) { return Writer(diagram).write(); }

}  // namespace hamcell
