// Clusters: which nodes belong together, and what they look like within a frame or folded.
#include "draw/cluster.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "draw/box_face.h"
#include "draw/box_look.h"
#include "draw/draw.h"
#include "draw/legend.h"
#include "draw/part.h"
#include "painter/circles.h"
#include "painter/coarse_layout.h"
#include "painter/layout.h"
#include "painter/page.h"
#include "painter/render.h"

using namespace hamcell;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Box tagged(const char* name, std::vector<std::pair<std::string, std::string>> tags) {
  Box box;
  box.id = box.name = name;
  box.tags = std::move(tags);
  return box;
}

/// n → a → b → c → d, a → d and a → c, where b and d belong to "ml": folded, "ml" needs c and c needs "ml".
Diagram made_diagram() {
  Diagram diagram;
  diagram.boxes = {tagged("n", {}), tagged("a", {{"owner", "data"}, {"stage", "clean"}}),
                   tagged("b", {{"owner", "ml"}}), tagged("c", {{"owner", "data"}}),
                   tagged("d", {{"owner", "ml"}, {"stage", "clean"}})};
  diagram.boxes[0].kind = BoxKind::input;
  diagram.arrows = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {1, 4}, {1, 3}};
  return diagram;
}

Diagram part(const Clusters& clusters, Diagram diagram = made_diagram()) {
  DiagramPart wanted;
  wanted.clusters = clusters;
  return part_of(std::move(diagram), wanted);
}

std::string ids(const Diagram& diagram) {
  std::string out;
  for (const Box& box : diagram.boxes) out += box.id + ' ';
  return out;
}

std::string arrows(const Diagram& diagram) {
  std::string out;
  for (const Arrow& arrow : diagram.arrows)
    out += diagram.boxes[arrow.from].id + '>' + diagram.boxes[arrow.to].id + '*' +
           std::to_string(arrow.count) + ' ';
  return out;
}

Problem problem_of(const Clusters& clusters) {
  try {
    part(clusters);
  } catch (const Failure& failure) {
    CHECK(failure.status() == ExitStatus::cell);
    return failure.problems().front();
  }
  FAIL("no failure");
  return {};
}

/// Nodes in a chain with arrows to some behind, of `clusters` clusters and some without.
Diagram large_graph(std::uint32_t count, std::uint32_t clusters) {
  Diagram diagram;
  std::uint32_t random = 7;
  for (std::uint32_t i = 0; i < count; ++i) {
    Box box;
    box.id = box.name = "f" + std::to_string(i);
    random = random * 1664525U + 1013904223U;
    if (const std::uint32_t owner = (random >> 16U) % (clusters + 1); owner < clusters)
      box.tags = {{"owner", "team" + std::to_string(owner)}};
    diagram.boxes.push_back(std::move(box));
    for (std::uint32_t k = 1; k <= 2 && k * 3 <= i; ++k) diagram.arrows.push_back({i - k * 3, i});
  }
  return diagram;
}

bool holds(const Area& area, Point center, BoxSize size) {
  return area.left <= center.x - size.width / 2 && center.x + size.width / 2 <= area.left + area.width &&
         area.bottom <= center.y - size.height / 2 && center.y + size.height / 2 <= area.bottom + area.height;
}

bool meets(const Area& area, Point center, BoxSize size) {
  return area.left < center.x + size.width / 2 && center.x - size.width / 2 < area.left + area.width &&
         area.bottom < center.y + size.height / 2 && center.y - size.height / 2 < area.bottom + area.height;
}

/// Every frame is around its own boxes, meets no others, and no other frame.
void check_frames(const Diagram& diagram, const Layout& layout) {
  REQUIRE(layout.clusters.size() == diagram.clusters.size());
  std::size_t outside = 0;
  std::size_t strangers = 0;
  for (std::uint32_t k = 0; k < layout.clusters.size(); ++k) {
    const Area& area = layout.clusters[k];
    CHECK(area.left >= -0.01);
    CHECK(area.bottom >= -0.01);
    CHECK(area.left + area.width <= layout.size.width + 0.01);
    CHECK(area.bottom + area.height <= layout.size.height + 0.01);
    for (std::size_t i = 0; i < diagram.boxes.size(); ++i) {
      const bool is_member = diagram.boxes[i].cluster == k;
      if (is_member && !holds(area, layout.centers[i], layout.sizes[i])) ++outside;
      if (!is_member && meets(area, layout.centers[i], layout.sizes[i])) ++strangers;
    }
    for (std::size_t i = 0; i < k; ++i) {
      const Area& other = layout.clusters[i];
      strangers += meets(area, {other.left + other.width / 2, other.bottom + other.height / 2},
                         {other.width, other.height})
                       ? 1
                       : 0;
    }
  }
  CHECK(outside == 0);
  CHECK(strangers == 0);
}

}  // namespace

TEST_CASE("nodes are grouped by the values of a tag, and what has none stays outside") {
  const Diagram diagram = part({"owner", {}});
  REQUIRE(diagram.clusters.size() == 2);
  CHECK(diagram.clusters[0].value == "data");
  CHECK(diagram.clusters[1].id == "owner=ml");
  std::vector<std::uint32_t> found;
  for (const Box& box : diagram.boxes) found.push_back(box.cluster);
  CHECK(found == std::vector<std::uint32_t>{no_cluster, 0, 1, 0, 1});
}

TEST_CASE("a fold is named by a value, by tag and value, by a tag, or all at once") {
  CHECK(ids(part({{}, {"ml"}})) == "n a owner=ml c ");
  CHECK(ids(part({{}, {"owner=data"}})) == "n owner=data b d ");
  CHECK(ids(part({{}, {"owner"}})) == "n owner=data owner=ml ");
  CHECK(ids(part({"owner", {"all"}})) == "n owner=data owner=ml ");
  CHECK(ids(part({"owner", {"stage=clean"}})) == "n stage=clean b c ");
  CHECK(ids(part({"owner", {"ml", "ml", "owner=ml"}})) == "n a owner=ml c ");
}

TEST_CASE("a node with several values goes into the first that is folded") {
  CHECK(ids(part({{}, {"clean", "ml"}})) == "n stage=clean owner=ml c ");
  CHECK(ids(part({{}, {"ml", "clean"}})) == "n stage=clean owner=ml c ");
  CHECK(part({{}, {"clean", "ml"}}).boxes[1].holds == std::vector<std::string>{"a", "d"});
  CHECK(part({{}, {"ml", "clean"}}).boxes[1].holds == std::vector<std::string>{"a"});
}

TEST_CASE("arrows of folded nodes are merged, and a circle that comes of it is drawn both ways") {
  CHECK(arrows(part({{}, {"ml"}})) == "n>a*1 a>owner=ml*2 owner=ml>c*1 c>owner=ml*1 a>c*1 ");
  CHECK(arrows(part({{}, {"owner"}})) == "n>owner=data*1 owner=data>owner=ml*3 owner=ml>owner=data*1 ");
}

TEST_CASE("a folded box says how many nodes ended how, and has the look of what tells most") {
  Diagram diagram = made_diagram();
  diagram.boxes[1].status = NodeStatus::cached;
  diagram.boxes[2].status = NodeStatus::cached;
  diagram.boxes[3].status = NodeStatus::executed;
  diagram.boxes[4].status = NodeStatus::failed;
  diagram.boxes[2].seconds = 1.5;
  diagram.boxes[4].seconds = 0.5;
  diagram.boxes[2].bytes = 2000;
  diagram.boxes[4].is_target = true;
  const Box box = part({{}, {"ml"}}, diagram).boxes[2];
  CHECK(box.status == NodeStatus::failed);
  CHECK(box.seconds == doctest::Approx(2.0));
  CHECK(box.bytes == 2000);
  CHECK(box.is_target);
  const BoxFace face = box_face(box);
  CHECK(face.type == std::vector<std::string>{"owner · 2 nodes, 1 target"});
  CHECK(face.lines == std::vector<std::string>{"1 failed, 1 from cache"});
  CHECK(has(face.figures, "2.0 s"));
  CHECK(has(box_look(box).classes, "folded"));
  CHECK(has(box_look(box).classes, "failed"));
  CHECK(has(tooltip(box), "owner=ml: owner · 2 nodes, 1 target\n1 failed, 1 from cache\nnodes: b, d"));
  CHECK(part({{}, {"data"}}, diagram).boxes[1].status == NodeStatus::executed);
  diagram.boxes[2].status = NodeStatus::skipped;
  CHECK(part({{}, {"ml"}}, diagram).boxes[2].status == NodeStatus::failed);
}

TEST_CASE("a folded box has one size before and after a run, and no text wider than it") {
  Diagram before = made_diagram();
  Diagram after = before;
  for (Box& box : after.boxes) box.status = NodeStatus::cached;
  after.boxes[2].status = NodeStatus::skipped;
  CHECK(box_size(part({{}, {"ml"}}, before).boxes[2]) == box_size(part({{}, {"ml"}}, after).boxes[2]));
  CHECK(lay_out(part({"owner", {"ml"}}, before)) == lay_out(part({"owner", {"ml"}}, after)));
  CHECK(page_of(part({"owner", {"ml"}}, before), lay_out(part({"owner", {"ml"}}, before))).size ==
        page_of(part({"owner", {"ml"}}, after), lay_out(part({"owner", {"ml"}}, after))).size);
}

TEST_CASE("steps of a focus are counted in the folded picture, and a folded node is its box") {
  DiagramPart wanted;
  wanted.clusters.folds = {"ml"};
  wanted.depth = 1;
  for (const char* focus : {"b", "d", "owner=ml"}) {
    wanted.focus = focus;
    CHECK(ids(part_of(made_diagram(), wanted)) == "a owner=ml c ");
  }
}

TEST_CASE("a tag or value that no node has is an error that says what may be meant") {
  CHECK(problem_of({"ownr", {}}).what == "no node has the tag 'ownr' of --group-by");
  CHECK(problem_of({"ownr", {}}).next == "did you mean 'owner'?");
  CHECK(problem_of({"zzzz", {}}).next == "their tags are: owner, stage");
  CHECK(problem_of({"owner", {"mll"}}).next == "did you mean 'ml'?");
  CHECK(problem_of({{}, {"ownr=ml"}}).what == "no node has the tag 'ownr' of --fold ownr=ml");
  CHECK(problem_of({{}, {"owner=dta"}}).next == "did you mean 'data'?");
  CHECK(has(problem_of({{}, {"qqqqqq"}}).next, "the values are: data, clean, ml"));
  Diagram bare = made_diagram();
  for (Box& box : bare.boxes) box.tags.clear();
  CHECK_THROWS_AS(part({"owner", {}}, bare), Failure);
  CHECK(part({"owner", {"ml"}, true}, bare).clusters.empty());
}

TEST_CASE("a value of two tags has to be named with its tag") {
  Diagram diagram = made_diagram();
  diagram.boxes[1].tags[1].second = "ml";
  try {
    part({{}, {"ml"}}, diagram);
    FAIL("no failure");
  } catch (const Failure& failure) {
    CHECK(failure.problems().front().next == "say which one: --fold stage=ml or --fold owner=ml");
  }
  CHECK(ids(part({"owner", {"ml"}}, diagram)) == "n a owner=ml c ");
}

TEST_CASE("a frame is around its boxes and no others") {
  for (const std::uint32_t clusters : {1U, 3U, 8U}) {
    const Diagram diagram = grouped(large_graph(60, clusters), "owner");
    check_frames(diagram, lay_out(diagram));
    CHECK_FALSE(lay_out(diagram).is_coarse);
    const Layout coarse = coarse_layout(diagram);
    check_frames(diagram, coarse);
    for (std::size_t i = 0; i < coarse.centers.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        CHECK_FALSE(meets(
            {coarse.centers[k].x - coarse.sizes[k].width / 2,
             coarse.centers[k].y - coarse.sizes[k].height / 2, coarse.sizes[k].width, coarse.sizes[k].height},
            coarse.centers[i], coarse.sizes[i]));
  }
}

TEST_CASE("a graph that is too large for Graphviz has its frames, too") {
  const Diagram diagram = grouped(large_graph(3000, 20), "owner");
  const Layout layout = lay_out(diagram);
  CHECK(layout.is_coarse);
  check_frames(diagram, layout);
}

TEST_CASE("a coarse layout draws circles: one arrow of each goes back") {
  const Diagram diagram = part({{}, {"owner"}});
  CHECK(std::ranges::count(backward_arrows(diagram), true) == 1);
  const Layout layout = coarse_layout(diagram);
  REQUIRE(layout.curves.size() == 3);
  CHECK(layout.curves[1].points.front().x < layout.curves[1].tip.x);
  CHECK(layout.curves[2].points.front().x > layout.curves[2].tip.x);
  CHECK(rank_spans(diagram) == 3);
  CHECK(std::ranges::count(backward_arrows(large_graph(100, 3)), true) == 0);
}

TEST_CASE("every form of a picture has frames and folded boxes") {
  const Diagram diagram = part({"owner", {"data"}});
  const std::string svg = render(diagram, PictureFormat::svg);
  CHECK(has(svg,
            "<g id=\"cluster_owner_3dml\" class=\"cluster\" data-tag=\"owner\" data-value=\"ml\">\n"
            "<title>owner: ml\n2 nodes</title>"));
  CHECK(has(svg, "<g id=\"box_b\" class=\"box node\" data-cluster=\"cluster_owner_3dml\">"));
  CHECK(has(svg, "<g id=\"box_owner_3ddata\" class=\"box node folded\">"));
  CHECK(has(svg, "<title>data → d (2 dependencies)</title>"));
  CHECK(has(svg, ">folded nodes</text>"));
  const std::string dot = to_dot(diagram);
  CHECK(has(dot, "subgraph \"cluster_owner_3dml\" {"));
  CHECK(has(dot, "peripheries=2"));
  const std::string mermaid = to_mermaid(diagram);
  CHECK(has(mermaid, "  subgraph cluster_owner_3dml [\"owner: <b>ml</b>\"]\n    box_b("));
  CHECK(has(mermaid, "box_owner_3ddata[[\""));
}

TEST_CASE("nothing in a tag's value becomes markup") {
  Diagram diagram = made_diagram();
  diagram.boxes[2].tags = {{"owner", "\"]<script>&'\n\\N"}};
  for (const char* fold : {"", "owner"}) {
    const Diagram shown =
        part({"owner", *fold == 0 ? std::vector<std::string>{} : std::vector<std::string>{fold}}, diagram);
    for (const std::string& text : {render(shown, PictureFormat::svg), to_dot(shown), to_mermaid(shown)})
      CHECK(!has(text, "<script"));
    CHECK(has(render(shown, PictureFormat::svg), "&lt;script&gt;"));
  }
}
