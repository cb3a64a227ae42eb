// Diagrams as flowcharts of Mermaid.
#include <doctest/doctest.h>

#include "draw/draw.h"

using namespace hamcell;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Diagram made_diagram() {
  Diagram diagram;
  diagram.title = "it's";
  diagram.subtitle = "1 of 2 from cache";
  diagram.after_run = true;
  diagram.boxes.resize(3);
  diagram.boxes[0].id = diagram.boxes[0].name = "end";
  diagram.boxes[0].kind = BoxKind::input;
  diagram.boxes[0].type = "std::map<int, char>";
  diagram.boxes[1].id = diagram.boxes[1].name = "clean";
  diagram.boxes[1].status = NodeStatus::cached;
  diagram.boxes[2].id = diagram.boxes[2].name = "späte";
  diagram.boxes[2].status = NodeStatus::skipped;
  diagram.boxes[2].is_target = true;
  diagram.arrows = {{0, 1}, {1, 2}};
  return diagram;
}

}  // namespace

TEST_CASE("a flowchart goes from left to right under its title") {
  CHECK(
      to_mermaid(made_diagram()).starts_with("---\ntitle: 'it''s: 1 of 2 from cache'\n---\nflowchart LR\n"));
  Diagram bare = made_diagram();
  bare.title = bare.subtitle = "";
  CHECK(to_mermaid(bare).starts_with("flowchart LR\n"));
}

TEST_CASE("inputs have corners, nodes are round, and no name is a word of the language") {
  const std::string text = to_mermaid(made_diagram());
  CHECK(has(text, "\n  box_end[\"<b>end</b><br/><i>map#60;int, char#62;</i>\"]:::look"));
  CHECK(has(text, "\n  box_clean(\"<b>clean</b><br/>from cache\"):::look"));
  CHECK(has(text, "\n  box_sp_c3_a4te(\"<u><b>späte</b></u>"));
  CHECK(has(text, "\n  box_end --> box_clean\n  box_clean --> box_sp_c3_a4te\n"));
}

TEST_CASE("every look is a class, and arrows to what did not run are faint") {
  const std::string text = to_mermaid(made_diagram());
  CHECK(has(text, "stroke:#d95f00,stroke-width:3.4px"));
  CHECK(has(text, "stroke-dasharray:6 4"));
  CHECK(has(text, "\n  linkStyle 1 stroke:#9aa7ae\n"));
}

TEST_CASE("the legend has what occurs") {
  const std::string text = to_mermaid(made_diagram());
  CHECK(has(text, "\n  subgraph legend [\"legend\"]\n"));
  CHECK(has(text, "legend_cached(\"from cache\"):::look"));
  CHECK(!has(text, "legend_failed"));
}

TEST_CASE("nothing in a name or a value is taken for markup") {
  Diagram diagram = made_diagram();
  diagram.boxes[0].value = "\"<script>`[x]#;\n--> {y}\"";
  const std::string text = to_mermaid(diagram);
  CHECK(!has(text, "<script"));
  CHECK(!has(text, "`"));
  CHECK(!has(text, "{y"));
  CHECK(!has(text, "= \""));
}
