// What a picture shows only after a run: where the time went, what came out as before, and why nodes ran.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "draw/box_face.h"
#include "draw/box_look.h"
#include "draw/draw.h"
#include "draw/legend.h"
#include "draw/part.h"
#include "draw/text_width.h"
#include "draw/time_share.h"
#include "painter/page.h"
#include "painter/render.h"
#include "report/pictures.h"
#include "report/run_difference.h"
#include "report/table.h"

using namespace hamcell;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

NodeRun run_of(NodeStatus status, double seconds, std::string reason = {}) {
  NodeRun run;
  run.status = status;
  run.seconds = seconds;
  run.reason = std::move(reason);
  return run;
}

/// read → clean → total, and clean → report.
GraphShape made_shape() {
  GraphShape shape;
  for (const char* name : {"read", "clean", "total", "report"}) {
    NodeShape node;
    node.name = name;
    node.type = "int";
    node.needed = true;
    shape.nodes.push_back(std::move(node));
  }
  shape.nodes[1].nodes = {0};
  shape.nodes[2].nodes = {1};
  shape.nodes[3].nodes = {1};
  return shape;
}

/// `clean` came out as before: `total` came from the cache, and `report`, which was edited, ran.
RunRecord made_record() {
  RunRecord record;
  record.id = "20260101-000000-00000000";
  record.module = "made";
  record.nodes = {run_of(NodeStatus::cached, 9), run_of(NodeStatus::executed, 3, "code changed: node clean"),
                  run_of(NodeStatus::cached, 5), run_of(NodeStatus::executed, 1, "clean changed")};
  record.nodes[1].is_same_value = true;
  return record;
}

Diagram made_diagram() { return after_diagram(made_shape(), made_record()); }

std::string group(const std::string& svg, const std::string& id) {
  const std::size_t begin = svg.find("<g id=\"" + id + "\"");
  REQUIRE(begin != std::string::npos);
  return svg.substr(begin, svg.find("</g>", begin) - begin);
}

const Group& group_of(const Page& page, const std::string& id) {
  for (const Group& group : page.groups)
    if (group.id == id) return group;
  FAIL("no such group");
  return page.groups.front();
}

Page page_of(const Diagram& diagram) { return hamcell::page_of(diagram, lay_out(diagram)); }

}  // namespace

TEST_CASE("a bar says which part of the time of all nodes that ran a node took") {
  const Page page = page_of(made_diagram());
  const Group& clean = group_of(page, "box_clean");
  const Group& report = group_of(page, "box_report");
  REQUIRE(clean.frames.size() == 2);
  REQUIRE(report.frames.size() == 2);
  CHECK(group_of(page, "box_read").frames.size() == 1);
  // The longest is as long as there is room, and any other in proportion.
  const double clean_room = clean.frames[0].width - 2 * time_bar_margin;
  const double report_room = report.frames[0].width - 2 * time_bar_margin;
  CHECK(clean.frames[1].width == doctest::Approx(clean_room));
  CHECK(report.frames[1].width == doctest::Approx(report_room / 3));
  for (const Group* box : {&clean, &report}) {
    const double edge = box->frames[0].top + box->frames[0].height;
    CHECK(box->frames[1].top + box->frames[1].height == doctest::Approx(edge - time_bar_inset));
    for (const Label& text : box->labels) CHECK(text.at.y + 0.2 * text.size <= box->frames[1].top);
  }
  const std::string svg = render(made_diagram(), PictureFormat::svg);
  CHECK(has(svg, "data-time-share=\"75%\""));
  CHECK(has(group(svg, "box_clean"), "time: 3.0 s, 75 % of the time of all nodes"));
  CHECK(has(group(svg, "legend_time"), ">time: 25 % … 75 %</text>"));
}

TEST_CASE("a node that ran alone, and a run in which everything hits, have no bar") {
  RunRecord record = made_record();
  record.nodes[3].status = NodeStatus::cached;
  CHECK(time_shares(after_diagram(made_shape(), record)).largest < 0);
  record.nodes[1].status = NodeStatus::cached;
  const std::string svg = render(after_diagram(made_shape(), record), PictureFormat::svg);
  CHECK_FALSE(has(svg, "time-share"));
  CHECK_FALSE(has(svg, "legend_time"));
}

TEST_CASE("a failed node's time counts, and a bar of next to nothing is a dot") {
  RunRecord record = made_record();
  record.nodes[1] = run_of(NodeStatus::failed, 0.001);
  record.nodes[1].error = "threw no";
  const Page page = page_of(after_diagram(made_shape(), record));
  const Group& clean = group_of(page, "box_clean");
  REQUIRE(clean.frames.size() == 2);
  CHECK(clean.frames[1].width == time_bar_height);
  CHECK(clean.frames[1].fill == clean.frames[0].outline);
  CHECK(has(clean.tooltip, "<1 % of the time"));
}

TEST_CASE("shares are told in whole percents, and only the whole is 100 %") {
  CHECK(share_text(0) == "<1 %");
  CHECK(share_text(0.0099) == "<1 %");
  CHECK(share_text(0.01) == "1 %");
  CHECK(share_text(0.58) == "58 %");
  CHECK(share_text(0.9999) == "99 %");
  CHECK(share_text(1) == "100 %");
  CHECK(range_text({0.5, 0.5}) == "50 %");
  CHECK(range_text({0.001, 0.58}) == "<1 % … 58 %");
}

TEST_CASE("a part of the picture keeps the shares of the whole run") {
  DiagramPart part;
  part.focus = "report";
  part.depth = 0;
  const Diagram diagram = part_of(made_diagram(), part);
  REQUIRE(diagram.boxes.size() == 1);
  CHECK(diagram.boxes[0].time_share == doctest::Approx(0.25));
}

TEST_CASE("an arrow that nothing new went along has a bar, and what it comes from says so") {
  const std::string svg = render(made_diagram(), PictureFormat::svg);
  CHECK(has(svg, "<g id=\"arrow_clean-total\" class=\"edge same-value\">"));
  CHECK(has(svg, "<g id=\"arrow_clean-report\" class=\"edge\">"));
  CHECK(has(svg, "<g id=\"arrow_read-clean\" class=\"edge\">"));
  CHECK(
      has(group(svg, "arrow_clean-total"), "the value is the same as before, so what needs it did not run"));
  CHECK(has(group(svg, "box_clean"), "· same value"));
  CHECK(has(group(svg, "legend_same_value"), "class=\"edge same-value\""));
  CHECK_FALSE(has(group(svg, "box_report"), "same value"));
  RunRecord record = made_record();
  record.nodes[1].is_same_value = false;
  CHECK_FALSE(has(render(after_diagram(made_shape(), record), PictureFormat::svg), "same"));
}

TEST_CASE("the bar across an arrow stands just before its head, at right angles") {
  Curve curve;
  curve.points = {{0, 0}, {0, 0}, {50, 0}, {50, 0}};
  curve.tip = {57.5, 0};
  const std::vector<Point> bar = arrow_bar(curve);
  REQUIRE(bar.size() == 4);
  for (const Point corner : bar) {
    CHECK(corner.x < 50);
    CHECK(corner.x > 40);
  }
  CHECK(bar[0].x == bar[3].x);
  CHECK(bar[0].y == doctest::Approx(-bar[3].y));
}

TEST_CASE("a box says why its node ran, shortened between words") {
  const std::string svg = render(made_diagram(), PictureFormat::svg);
  CHECK(has(group(svg, "box_clean"), ">code changed: node clean</text>"));
  Diagram diagram = made_diagram();
  diagram.boxes[1].why = "code changed: helper mean_of_all_the_wet_days_there_are (weather.cpp:122)";
  CHECK(box_face(diagram.boxes[1]).why == "code changed: helper…");
  diagram.boxes[1].why = std::string(200, 'W') + " and more";
  CHECK(box_face(diagram.boxes[1]).why.empty());
  diagram.boxes[1].why = "a\nb";
  CHECK(box_face(diagram.boxes[1]).why == "a\\nb");
  for (std::size_t words = 1; words < 40; ++words) {
    diagram.boxes[1].why.clear();
    for (std::size_t i = 0; i < words; ++i) diagram.boxes[1].why += "Wäge, ";
    CHECK(text_width(box_face(diagram.boxes[1]).why, font_size::why, false) <
          box_size(diagram.boxes[1]).width);
  }
}

TEST_CASE("a reason that all nodes have, and one that stands on the box, are left out") {
  RunRecord record = made_record();
  for (NodeRun& run : record.nodes) run = run_of(NodeStatus::executed, 1, "first run");
  for (const Box& box : after_diagram(made_shape(), record).boxes) CHECK(box.why.empty());
  record.nodes[2].reason = "clean changed";
  CHECK(after_diagram(made_shape(), record).boxes[0].why == "first run");
  GraphShape shape = made_shape();
  shape.nodes[0].behavior = "recompute";
  record.nodes[0].reason = "behavior recompute";
  CHECK(after_diagram(shape, record).boxes[0].why.empty());
  record.nodes[2].reason = "code changed: node total (made.cpp:12)";
  CHECK(after_diagram(shape, record).boxes[2].why == "code changed: node total");
  record.nodes[2].reason = "first run";
  for (const Box& box : after_diagram(shape, record).boxes) CHECK(box.why.empty());
  // How a node failed is always told.
  for (NodeRun& run : record.nodes) run.reason = "first run";
  record.nodes[1] = run_of(NodeStatus::failed, 1, "first run");
  record.nodes[1].error = "threw no";
  const Diagram diagram = after_diagram(made_shape(), record);
  CHECK(diagram.boxes[0].why.empty());
  CHECK(diagram.boxes[1].why == "threw no");
  record.nodes[1].error = "threw std::runtime_error: no: rain";
  CHECK(after_diagram(made_shape(), record).boxes[1].why == "no: rain");
}

TEST_CASE("all that a box can say fits into it, above its bar") {
  for (const char* behavior : {"", "recompute"})
    for (const char* type : {"int", "std::map<std::string, std::vector<std::pair<int, std::string>>>"}) {
      Diagram diagram = made_diagram();
      diagram.boxes[1].behavior = behavior;
      diagram.boxes[1].type = type;
      const Page page = page_of(diagram);
      const Group& box = group_of(page, "box_clean");
      CHECK(box.labels.front().at.y - 0.75 * box.labels.front().size > box.frames.front().top + 3);
      CHECK(box.labels.back().text == "code changed: node clean");
      const auto bar = std::ranges::find(box.frames, 0, &Frame::outline_width);
      REQUIRE(bar != box.frames.end());
      CHECK(box.labels.back().at.y + 0.2 * box.labels.back().size <= bar->top);
      double last = 0;
      for (const Label& text : box.labels) {
        CHECK((text.at.y >= last - 1));
        last = text.at.y;
      }
    }
}

TEST_CASE("a folded box has the time of its nodes in sum, and its arrows a bar where all of them have one") {
  Diagram diagram = made_diagram();
  diagram.boxes[1].tags = diagram.boxes[3].tags = {{"owner", "ml"}};
  DiagramPart part;
  part.clusters.folds = {"ml"};
  Diagram folded = part_of(diagram, part);
  REQUIRE(folded.boxes.size() == 3);
  CHECK(folded.boxes[1].time_share == doctest::Approx(1));
  CHECK(folded.boxes[1].why.empty());
  REQUIRE(folded.arrows.size() == 2);
  CHECK(folded.arrows[1].is_same_value);
  diagram.arrows.push_back({3, 2});
  folded = part_of(diagram, part);
  REQUIRE(folded.arrows.size() == 2);
  CHECK_FALSE(folded.arrows[1].is_same_value);
}

TEST_CASE("boxes, arrows and the page are the same before and after") {
  const Diagram before = before_diagram(made_shape(), "made", true);
  const Diagram after = made_diagram();
  CHECK(lay_out(before) == lay_out(after));
  CHECK(hamcell::page_of(before, lay_out(before)).size.height ==
        hamcell::page_of(after, lay_out(after)).size.height);
  CHECK(most_legend_entries(before) == most_legend_entries(after));
  CHECK(legend_of(after).size() <= most_legend_entries(after));
}

TEST_CASE("a comparison of two runs says what changed, and nothing of one of them alone") {
  const Diagram diagram = difference_diagram({made_record(), made_shape()}, {made_record(), made_shape()});
  CHECK(time_shares(diagram).largest < 0);
  for (const Box& box : diagram.boxes) CHECK((box.why.empty() && !box.is_same_value));
  for (const Arrow& arrow : diagram.arrows) CHECK_FALSE(arrow.is_same_value);
}

TEST_CASE("texts for other tools have bars, marks and reasons as far as they can") {
  const std::string dot = to_dot(made_diagram());
  CHECK(
      has(dot, "\"clean\" -> \"total\" [id=\"arrow_clean-total\" class=\"same-value\" arrowhead=normaltee]"));
  CHECK(has(dot, "BGCOLOR=\"#35535f\""));
  CHECK(has(dot, ">code changed: node clean</FONT>"));
  CHECK(has(dot, "\"legend:same_value\" [shape=plaintext"));
  CHECK(has(dot, "time: 25 % … 75 %"));
  const std::string mermaid = to_mermaid(made_diagram());
  CHECK(has(mermaid, "\n  box_clean -->|same value| box_total\n"));
  CHECK(has(mermaid, "<br/>code changed: node clean<br/>75 #37; of the time\""));
  CHECK_FALSE(has(mermaid, "legend_time"));
  CHECK_FALSE(has(mermaid, "legend_same_value"));
}

TEST_CASE("the explanation says of a node that ran that it gave the same value") {
  CHECK(has(explanation(made_shape(), made_record()),
            "clean   code changed: node clean\n        gave the same value as before\n"));
}

TEST_CASE("the record of a run keeps which values were the same") {
  const std::optional<RunRecord> again = run_from_stored(stored_from_run(made_record()));
  REQUIRE(again);
  CHECK(again->nodes[1].is_same_value);
  CHECK_FALSE(again->nodes[3].is_same_value);
}
