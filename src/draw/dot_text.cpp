// DOT for people and other tools (to_dot), and for the layout.
#include "draw/dot_text.h"

#include <fmt/format.h>

#include <vector>

#include "draw/box_face.h"
#include "draw/dot_box.h"
#include "draw/dot_syntax.h"
#include "draw/draw.h"
#include "draw/legend.h"
#include "draw/palette.h"
#include "draw/time_share.h"

namespace hamcell {
namespace {

/// What the layout depends on besides the boxes. The limits bound the network simplex and the search for few
/// crossings on large graphs: ranks and places are then good instead of optimal.
std::string layout_attributes(const Diagram& diagram) {
  const std::size_t arrows = diagram.arrows.size();
  std::string text = "rankdir=LR nodesep=0.26 ranksep=0.55";
  if (arrows > many_arrows) text += " splines=line";
  if (arrows > very_many_arrows) return text + " nslimit=0.1 nslimit1=0.1 mclimit=0.05";
  return arrows > many_arrows ? text + " nslimit=2 nslimit1=2 mclimit=0.5" : text;
}

/// The boxes of a cluster, which are described elsewhere.
std::string members_of(const Diagram& diagram, const std::vector<std::string>& ids, std::size_t cluster) {
  std::string out;
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (diagram.boxes[i].cluster == cluster) out += fmt::format("    {}\n", quoted(ids[i]));
  return out;
}

}  // namespace

std::string skeleton_dot(const Diagram& diagram) {
  const std::vector<std::string> ids = safe_ids(diagram);
  std::string out = fmt::format(
      "digraph {{\n  graph [{}]\n  node [shape=box fixedsize=true label=\"\"]\n"
      "  edge [arrowsize=0.75]\n",
      layout_attributes(diagram));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    out += fmt::format("  {} [{}]\n", quoted(ids[i]), inches(box_size(diagram.boxes[i])));
  }
  const std::vector<std::string> clusters = safe_cluster_ids(diagram);
  for (std::size_t i = 0; i < clusters.size(); ++i)
    out += cluster_opening(clusters[i], diagram.clusters[i], "") + members_of(diagram, ids, i) + "  }\n";
  for (std::size_t i = 0; i < diagram.arrows.size(); ++i) {
    const Arrow& arrow = diagram.arrows[i];
    out += fmt::format("  {} -> {} [arrow={}]\n", quoted(ids[arrow.from]), quoted(ids[arrow.to]), i);
  }
  return out + "}\n";
}

std::string to_dot(const Diagram& diagram) {
  const std::vector<std::string> ids = safe_ids(diagram);
  const std::string title = title_rows(diagram);
  std::string out =
      fmt::format("digraph {} {{\n  graph [{} fontname=\"Helvetica,Arial,sans-serif\" bgcolor=white",
                  quoted(shown_title(diagram)), layout_attributes(diagram));
  if (!title.empty()) {
    out += fmt::format(" labelloc=t labeljust=l\n    label=<{}{}</TABLE>>", plain_table, title);
  }
  out += "]\n" + default_statements();
  const double longest = time_shares(diagram).largest;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string tip = fmt::format("\n    tooltip={}", quoted(escaped(tooltip(diagram.boxes[i]))));
    out += box_statement(ids[i], diagram.boxes[i], longest, tip);
  }
  const std::vector<std::string> clusters = safe_cluster_ids(diagram);
  for (std::uint32_t i = 0; i < clusters.size(); ++i) {
    const std::string tip = fmt::format(" tooltip={}", quoted(escaped(cluster_tooltip(diagram, i))));
    out += cluster_opening(clusters[i], diagram.clusters[i], tip) + members_of(diagram, ids, i) + "  }\n";
  }
  for (const Arrow& arrow : diagram.arrows) out += arrow_statement(diagram, ids, arrow, "");
  const std::vector<LegendEntry> entries = legend_of(diagram);
  if (!entries.empty()) {
    out += fmt::format("  subgraph cluster_legend {{\n    graph [style=rounded color=\"{}\" label={}]\n",
                       palette::legend_outline.light, legend_caption());
    for (const LegendEntry& entry : entries) out += legend_statement(entry, "");
    out += "  }\n";
  }
  return out + "}\n";
}

}  // namespace hamcell
