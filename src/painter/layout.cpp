// The layout, by Graphviz's dot, of the bare graph.
#include "painter/layout.h"

#include <locale>
#include <sstream>
#include <string_view>

#include "base/error.h"
#include "draw/dot_box.h"
#include "draw/dot_text.h"
#include "painter/coarse_layout.h"
#include "painter/graphviz.h"

namespace hamcell {
namespace {

/// The numbers in a text where anything else separates them: "e,12.5,3 4,5" has four.
std::vector<double> numbers_in(std::string text) {
  for (char& c : text) {
    if (c == ',' || c == ';') c = ' ';
  }
  std::istringstream words(text);
  words.imbue(std::locale::classic());
  std::vector<double> numbers;
  for (double value = 0; words >> value;) numbers.push_back(value);
  return numbers;
}

/// Graphviz's splineType: "e,TIP P0 P1 P2 P3 …" with an arrow at the end, in points.
Curve curve_of(const std::string& text) {
  constexpr std::string_view end_mark = "e,";
  Curve curve;
  if (!text.starts_with(end_mark)) return curve;
  const std::vector<double> values = numbers_in(text.substr(end_mark.size()));
  for (std::size_t i = 2; i + 1 < values.size(); i += 2) curve.points.push_back({values[i], values[i + 1]});
  if (values.size() >= 2) curve.tip = {values[0], values[1]};
  return curve;
}

Point point_of(const std::string& text) {
  const std::vector<double> values = numbers_in(text);
  return values.size() == 2 ? Point{values[0], values[1]} : Point{};
}

Area area_of(const std::string& text) {
  const std::vector<double> values = numbers_in(text);
  if (values.size() != 4) return {};
  return {values[0], values[1], values[2] - values[0], values[3] - values[1]};
}

/// Whether Graphviz would take long. Each rank that an arrow passes is a node to it, and its time grows
/// faster than their number: the limits are where it takes about 3 s, with its network simplex unlimited and
/// limited.
bool is_too_large(const Diagram& diagram) {
  const std::size_t arrows = diagram.arrows.size();
  return arrows > very_many_arrows || rank_spans(diagram) > (arrows > many_arrows ? 13000U : 6500U);
}

}  // namespace

Layout lay_out(const Diagram& diagram) {
  Layout layout;
  if (diagram.boxes.empty()) return layout;
  if (is_too_large(diagram)) return coarse_layout(diagram);
  GraphvizGraph graph(skeleton_dot(diagram));
  graph.lay_out("dot");
  graph.attach_positions();
  const std::vector<double> bounds = numbers_in(graph.graph_attribute("bb"));
  if (bounds.size() != 4) {
    throw Failure(ExitStatus::storage, "Graphviz gave no layout of the diagram", "draw with --format dot");
  }
  layout.size = {bounds[2] - bounds[0], bounds[3] - bounds[1]};
  const std::vector<std::string> ids = safe_ids(diagram);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    layout.sizes.push_back(box_size(diagram.boxes[i]));
    layout.centers.push_back(point_of(graph.node_attribute(ids[i], "pos")));
  }
  for (const std::string& id : safe_cluster_ids(diagram))
    layout.clusters.push_back(area_of(graph.cluster_attribute(id, "bb")));
  layout.curves.resize(diagram.arrows.size());
  for (const auto& [arrow, curve] : graph.edge_attributes("arrow", "pos")) {
    layout.curves[std::stoul(arrow)] = curve_of(curve);
  }
  return layout;
}

}  // namespace hamcell
