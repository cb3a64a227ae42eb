// What a picture shows, where it stands, and that nothing in it can do harm.
#include "draw/draw.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "draw/box_face.h"
#include "draw/box_look.h"
#include "draw/dot_box.h"
#include "draw/dot_syntax.h"
#include "draw/legend.h"
#include "draw/text_width.h"
#include "painter/graphviz.h"
#include "painter/page.h"
#include "painter/render.h"

using namespace hamcell;

namespace {

constexpr NodeStatus all_statuses[] = {NodeStatus::none,     NodeStatus::cached,    NodeStatus::executed,
                                       NodeStatus::failed,   NodeStatus::skipped,   NodeStatus::overridden,
                                       NodeStatus::unneeded, NodeStatus::would_run, NodeStatus::may_run};

Box node(const std::string& name, const std::string& type) {
  Box box;
  box.id = box.name = name;
  box.type = type;
  return box;
}

Box input(const std::string& name, BoxKind kind) {
  Box box = node(name, "double");
  box.kind = kind;
  return box;
}

/// An input, an optional one, and four nodes; the last is the target.
Diagram before_run() {
  Diagram diagram;
  diagram.title = "weather";
  diagram.summary = "A dataflow of four nodes.";
  diagram.boxes = {input("path", BoxKind::input),   input("threshold", BoxKind::optional_input),
                   node("raw", "std::vector<Day>"), node("clean", "std::vector<Day>"),
                   node("mean", "double"),          node("report", "std::string")};
  diagram.boxes[3].behavior = "recompute";
  diagram.boxes[5].is_target = true;
  diagram.arrows = {{0, 2}, {2, 3}, {3, 4}, {1, 4}, {4, 5}, {3, 5}};
  return diagram;
}

/// The same after a run in which something of everything happened.
Diagram after_run() {
  Diagram diagram = before_run();
  diagram.after_run = true;
  diagram.subtitle = "1 of 4 from cache (25 %), 1.2 s saved, and more words than the title has";
  diagram.boxes[0].value = "a value that is much longer than the name of the input";
  const NodeStatus statuses[] = {NodeStatus::cached, NodeStatus::executed, NodeStatus::failed,
                                 NodeStatus::skipped};
  for (std::size_t i = 0; i < 4; ++i) {
    diagram.boxes[i + 2].status = statuses[i];
    diagram.boxes[i + 2].seconds = 1.25;
    diagram.boxes[i + 2].bytes = 3400;
  }
  return diagram;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The text from the group with this id to the group's end.
std::string group(const std::string& svg, const std::string& id) {
  const std::size_t begin = svg.find("<g id=\"" + id + "\"");
  REQUIRE(begin != std::string::npos);
  return svg.substr(begin, svg.find("</g>", begin) - begin);
}

/// The numbers of the outline of a box, of the curve of an arrow, or of the whole drawing's shift.
std::string geometry(const std::string& text, const std::string& mark) {
  const std::size_t begin = text.find(mark);
  REQUIRE(begin != std::string::npos);
  return text.substr(begin, text.find('"', begin + mark.size()) - begin);
}

/// Lowest and highest coordinates of a box's outline; rounded and square corners have the same.
std::vector<double> extent(const std::string& svg, const std::string& id) {
  const std::string box = group(svg, id);
  const std::string mark = has(box, " d=\"M") ? " d=\"" : " points=\"";
  std::string numbers = geometry(box, mark).substr(mark.size());
  for (char& c : numbers) {
    if (c == 'M' || c == 'C' || c == ',') c = ' ';
  }
  std::vector<double> result = {1e9, 1e9, -1e9, -1e9};
  const char* at = numbers.c_str();
  char* end = nullptr;
  for (int i = 0;; ++i) {
    const double value = std::strtod(at, &end);
    if (end == at) return result;
    const std::size_t axis = i % 2 == 0 ? 0 : 1;
    result[axis] = std::min(result[axis], value);
    result[axis + 2] = std::max(result[axis + 2], value);
    at = end;
  }
}

/// Whether every element that is opened is closed in order, and no "&" stands without its reference.
bool is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at + 1)) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    if (tag.starts_with("?")) continue;
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else if (!tag.ends_with("/")) {
      open.push_back(tag.substr(0, tag.find_first_of(" \n")));
    }
  }
  for (std::size_t at = xml.find('&'); at != std::string::npos; at = xml.find('&', at + 1)) {
    const std::size_t end = xml.find(';', at);
    if (end == std::string::npos || end - at > 8) return false;
  }
  return open.empty();
}

/// WCAG 2.1, "relative luminance", of "#rrggbb".
double luminance(const std::string& color) {
  const auto channel = [&](std::size_t at) {
    const double value = std::stoi(color.substr(at, 2), nullptr, 16) / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

double contrast(const std::string& a, const std::string& b) {
  const double light = std::max(luminance(a), luminance(b));
  const double dark = std::min(luminance(a), luminance(b));
  return (light + 0.05) / (dark + 0.05);
}

/// Big-endian, as in a PNG's header.
unsigned png_number(const std::string& png, std::size_t at) {
  unsigned value = 0;
  for (std::size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<unsigned char>(png[i]);
  return value;
}

std::vector<std::string> legend_texts(const Diagram& diagram) {
  std::vector<std::string> texts;
  for (const LegendEntry& entry : legend_of(diagram)) texts.push_back(entry.text);
  return texts;
}

}  // namespace

TEST_CASE("the words for a status are those of --json") {
  CHECK(std::string(status_name(NodeStatus::none)).empty());
  CHECK(status_name(NodeStatus::cached) == std::string("cached"));
  CHECK(status_name(NodeStatus::would_run) == std::string("would-run"));
  CHECK(status_name(NodeStatus::may_run) == std::string("may-run"));
}

TEST_CASE("every box and arrow stands at the same place before and after the run") {
  const std::string before = render(before_run(), PictureFormat::svg);
  const std::string after = render(after_run(), PictureFormat::svg);
  CHECK(before != after);
  CHECK(geometry(before, "translate(") == geometry(after, "translate("));
  const Diagram diagram = before_run();
  for (const Box& box : diagram.boxes) {
    CAPTURE(box.id);
    CHECK(extent(before, "box_" + box.id) == extent(after, "box_" + box.id));
  }
  for (const Arrow& arrow : diagram.arrows) {
    const std::string id = "arrow_" + diagram.boxes[arrow.from].id + "-" + diagram.boxes[arrow.to].id;
    CHECK(geometry(group(before, id), " d=\"") == geometry(group(after, id), " d=\""));
  }
}

TEST_CASE("a layout made before the run draws the same picture after it") {
  const Layout layout = lay_out(before_run());
  CHECK(layout == lay_out(after_run()));
  CHECK(render(after_run(), layout, PictureFormat::svg) == render(after_run(), PictureFormat::svg));
}

TEST_CASE("arrows go from left to right and touch their boxes") {
  const Diagram diagram = before_run();
  const Layout layout = lay_out(diagram);
  for (std::size_t i = 0; i < diagram.arrows.size(); ++i) {
    const Arrow& arrow = diagram.arrows[i];
    CHECK(layout.centers[arrow.from].x < layout.centers[arrow.to].x);
    REQUIRE(layout.curves[i].points.size() % 3 == 1);
    const Point tip = layout.curves[i].tip;
    CHECK(std::abs(tip.x - layout.centers[arrow.to].x) <= layout.sizes[arrow.to].width / 2 + 2);
    CHECK(std::abs(tip.y - layout.centers[arrow.to].y) <= layout.sizes[arrow.to].height / 2 + 2);
  }
}

TEST_CASE("the size of a box does not depend on what happened or which value was given") {
  for (const BoxKind kind : {BoxKind::node, BoxKind::input, BoxKind::optional_input, BoxKind::config}) {
    Box box = node("a_name", "std::map<int, Day>");
    box.kind = kind;
    const BoxSize size = box_size(box);
    for (const NodeStatus status : all_statuses) {
      box.status = status;
      box.value = "a value that is very much longer than the name and the type of the box together";
      box.seconds = 7100;
      box.bytes = 999000000;
      box.is_overridden = box.is_faded = box.is_target = true;
      CHECK(box_size(box) == size);
    }
  }
}

TEST_CASE("no text is wider than its box") {
  std::vector<Box> boxes = after_run().boxes;
  boxes.push_back(node(std::string(200, 'W'), std::string(200, 'm')));
  boxes.push_back(
      node("f", "std::unordered_map<std::string, std::vector<std::pair<int, std::optional<deep::Type>>>>"));
  for (Box box : boxes) {
    for (const NodeStatus status : all_statuses) {
      box.status = status;
      box.value = "{\"a\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}";
      const BoxFace face = box_face(box);
      const double width = box_size(box).width;
      for (const std::string& line : face.name) CHECK(text_width(line, font_size::name, true) < width);
      for (const std::string& line : face.type) CHECK(text_width(line, font_size::type, false) < width);
      const double note =
          text_width(face.note, font_size::note, true) + text_width(face.figures, font_size::note, false);
      CHECK(note < width);
    }
    CHECK(box_size(box).width < 480);
  }
}

TEST_CASE("a text is never wider than the metric says, by the fonts of this machine") {
  const auto measured = [](const std::string& text, const std::string& tag) {
    GraphvizGraph graph(
        "digraph { n [shape=plaintext fontname=\"Helvetica,Arial,sans-serif\" fontsize=20 "
        "label=<<" +
        tag + ">" + escaped(text) + "</" + tag + ">>] }");
    graph.lay_out("dot");
    graph.attach_positions();
    return std::stod(graph.node_attribute("n", "width")) * 72;
  };
  for (const std::string text : {"wet_mean_temperature", "WWWWMMMM@%", "iiiilll", "map<int, vector<Day>>",
                                 "0123456789", "from cache · 1.2 s · 3.4 kB", "Größe", "{\"a\": [1, 2]}"}) {
    for (const bool bold : {true, false}) {
      const std::string tag = bold ? "B" : "I";
      // Twice the text less the text: Graphviz adds a margin of its own.
      const double width = measured(text + text, tag) - measured(text, tag);
      CAPTURE(text);
      CHECK(width > 20);
      CHECK(width <= text_width(text, 20, bold));
    }
  }
}

TEST_CASE("each status has a word, a line and a class of its own") {
  std::set<std::string> words, lines;
  for (const NodeStatus status : all_statuses) {
    Diagram diagram = before_run();
    diagram.boxes[4].status = status;
    const std::string box = group(render(diagram, PictureFormat::svg), "box_mean");
    if (status == NodeStatus::none) continue;
    CHECK(has(box, std::string(">") + status_word(status) + "</text>"));
    CHECK(has(box, std::string("class=\"box node ") + status_name(status) + "\""));
    words.insert(status_word(status));
    const BoxLook look = box_look(diagram.boxes[4]);
    lines.insert(std::string(look.style) + std::to_string(look.outline_width));
  }
  CHECK(words.size() == std::size(all_statuses) - 1);
  CHECK(lines.size() == std::size(all_statuses) - 1);
}

TEST_CASE("text and outlines have enough contrast in every state") {
  for (const BoxKind kind : {BoxKind::node, BoxKind::input, BoxKind::optional_input, BoxKind::config}) {
    for (const NodeStatus status : all_statuses) {
      for (const bool is_target : {false, true}) {
        for (const bool is_faded : {false, true}) {
          Box box = node("n", "int");
          box.kind = kind;
          box.status = status;
          box.is_target = is_target;
          box.is_faded = is_faded;
          const BoxLook look = box_look(box);
          CAPTURE(look.classes);
          CHECK(contrast(look.ink, look.fill) >= 4.5);
          CHECK(contrast(look.note_ink, look.fill) >= 4.5);
          CHECK(contrast(look.outline, "#ffffff") >= 3);
        }
      }
    }
  }
}

TEST_CASE("the legend has just what occurs") {
  CHECK(legend_texts(before_run()) == std::vector<std::string>{"input", "optional input", "node", "target"});
  CHECK(legend_texts(after_run()) == std::vector<std::string>{"input", "optional input", "target", "executed",
                                                              "from cache", "failed", "skipped"});
  CHECK(legend_texts(Diagram{}).empty());
  CHECK(has(render(after_run(), PictureFormat::svg), "<g id=\"legend_cached\""));
  CHECK_FALSE(has(render(before_run(), PictureFormat::svg), "<g id=\"legend_cached\""));
}

TEST_CASE("the room kept for the legend is the same before and after the run") {
  CHECK(most_legend_entries(before_run()) == most_legend_entries(after_run()));
  CHECK(most_legend_entries(after_run()) >= legend_of(after_run()).size());
}

TEST_CASE("boxes keep their place when the legend grows from one row to several") {
  Diagram before;
  before.title = "narrow";
  for (std::size_t i = 0; i < std::size(all_statuses); ++i) {
    before.boxes.push_back(node("f" + std::to_string(i), "int"));
  }
  Diagram after = before;
  for (std::size_t i = 0; i < 7; ++i) after.boxes[i].status = all_statuses[i];
  const std::string svg_before = render(before, PictureFormat::svg);
  const std::string svg_after = render(after, PictureFormat::svg);
  REQUIRE(legend_of(after).size() > legend_of(before).size() + 4);
  CHECK(geometry(svg_before, "viewBox=\"") == geometry(svg_after, "viewBox=\""));
  CHECK(geometry(svg_before, "translate(") == geometry(svg_after, "translate("));
  for (const Box& box : before.boxes) {
    CHECK(extent(svg_before, "box_" + box.id) == extent(svg_after, "box_" + box.id));
  }
}

TEST_CASE("the behavior of a node is written on it, before and after the run") {
  CHECK(has(group(render(before_run(), PictureFormat::svg), "box_clean"), ">recompute</text>"));
  CHECK(has(group(render(after_run(), PictureFormat::svg), "box_clean"), ">recompute</text>"));
  CHECK_FALSE(has(group(render(before_run(), PictureFormat::svg), "box_mean"), "recompute"));
}

TEST_CASE("time and size are shown for a node that has a result, and only then") {
  const std::string svg = render(after_run(), PictureFormat::svg);
  CHECK(has(group(svg, "box_raw"), "1.2 s"));
  CHECK(has(group(svg, "box_raw"), "3.4 kB"));
  const std::string skipped = group(svg, "box_report");
  CHECK_FALSE(has(skipped.substr(skipped.find("</title>")), "3.4 kB"));
}

TEST_CASE("an input shows its value, and an optional one without a value its default") {
  Box box = input("threshold", BoxKind::optional_input);
  CHECK(box_face(box).note == "optional");
  CHECK(box_face(box).figures.empty());
  box.default_text = "1.0";
  CHECK(has(box_face(box).figures, "= 1.0"));
  box.value = "2.5";
  CHECK(box_face(box).note.empty());
  CHECK(has(box_face(box).figures, "= 2.5"));
}

TEST_CASE("an override shows its value before the run, too") {
  Box box = node("mean", "double");
  box.is_overridden = true;
  box.value = "3";
  CHECK(box_face(box).note == "overridden");
  CHECK(has(box_face(box).figures, "= 3"));
}

TEST_CASE("a tooltip has the documentation, the full type, the reason and the versions") {
  Diagram diagram = after_run();
  Box& box = diagram.boxes[2];
  box.type = "std::vector<Day, std::allocator<Day>>";
  box.documentation = "Reads the file.\nEvery line.";
  box.reason = "first run";
  box.code_version = "00ff";
  box.data_version = "11ee";
  const std::string svg = group(render(diagram, PictureFormat::svg), "box_raw");
  for (const char* part :
       {"std::vector&lt;Day, std::allocator&lt;Day&gt;&gt;", "Reads the file.\nEvery line.",
        "reason: first run", "code version: 00ff", "data version: 11ee"}) {
    CHECK(has(svg, part));
  }
  CHECK(has(svg, ">vector&lt;Day&gt;</text>"));
}

TEST_CASE("nothing in a name, a type, a value or a comment becomes markup") {
  const std::string attack =
      "</title><script>alert(\"1\")</script>&amp;&#x3c;]]>-->\x1b[31m\x01\xff\xEF\xBF\xBF'\\N\\\"";
  Diagram diagram = after_run();
  diagram.title = diagram.subtitle = diagram.summary = attack;
  for (Box& box : diagram.boxes) {
    box.name = box.type = box.value = box.documentation = box.reason = box.behavior = box.default_text =
        attack;
    box.id += attack;
  }
  const std::string svg = render(diagram, PictureFormat::svg);
  CHECK_FALSE(has(svg, "<script"));
  CHECK_FALSE(has(svg, "\x1b"));
  CHECK_FALSE(has(svg, "\xEF\xBF\xBF"));
  CHECK(is_well_formed(svg));
  CHECK(has(svg, "&lt;/title&gt;&lt;script&gt;"));
  GraphvizGraph graph(to_dot(diagram));
  CHECK_NOTHROW(graph.lay_out("dot"));
}

TEST_CASE("an SVG is well-formed, describes itself, and refers to nothing outside") {
  const std::string svg = render(after_run(), PictureFormat::svg);
  CHECK(is_well_formed(svg));
  CHECK(has(svg, "role=\"img\">\n<title>weather</title>\n<desc>A dataflow of four nodes.</desc>"));
  CHECK_FALSE(has(svg, "<!"));
  CHECK_FALSE(has(svg, "href="));
}

TEST_CASE("the same diagram gives the same bytes") {
  for (const PictureFormat format :
       {PictureFormat::svg, PictureFormat::png, PictureFormat::pdf, PictureFormat::dot}) {
    CHECK(render(after_run(), format) == render(after_run(), format));
  }
  CHECK(has(render(after_run(), PictureFormat::pdf), "CreationDate (D:19700101000000"));
}

TEST_CASE("a PNG has two dots for each point of a screen") {
  const std::string png = render(before_run(), PictureFormat::png);
  REQUIRE(png.starts_with("\x89PNG\r\n\x1a\n"));
  const BoxSize page = page_of(before_run(), lay_out(before_run())).size;
  CHECK(std::abs(png_number(png, 16) - (page.width + 2 * page_margin) * 192 / 72) < 8);
  CHECK(std::abs(png_number(png, 20) - (page.height + 2 * page_margin) * 192 / 72) < 8);
}

TEST_CASE("a PNG of a very long chain stays within what cairo can draw") {
  Diagram diagram;
  diagram.title = "chain";
  for (std::uint32_t i = 0; i < 300; ++i) {
    diagram.boxes.push_back(node("f" + std::to_string(i), "int"));
    if (i > 0) diagram.arrows.push_back({i - 1, i});
  }
  const std::string png = render(diagram, PictureFormat::png);
  CHECK(png_number(png, 16) > 30000);
  CHECK(png_number(png, 16) < 32100);
}

TEST_CASE("a PNG of a very large picture takes a bounded number of pixels") {
  Diagram diagram;
  diagram.boxes = {node("f", "int")};
  Layout layout = lay_out(diagram);
  layout.size = {9000, 9000};
  const std::string png = render(diagram, layout, PictureFormat::png);
  const double pixels = static_cast<double>(png_number(png, 16)) * png_number(png, 20);
  CHECK(pixels > 38e6);
  CHECK(pixels < 41e6);
}

TEST_CASE("a diagram of one box and one of none can be drawn") {
  Diagram one;
  one.title = "one";
  one.boxes = {node("alone", "int")};
  CHECK(has(render(one, PictureFormat::svg), "id=\"box_alone\""));
  CHECK(is_well_formed(render(Diagram{}, PictureFormat::svg)));
  CHECK(render(Diagram{}, PictureFormat::png).starts_with("\x89PNG"));
}

TEST_CASE("boxes whose ids differ only in unusual characters keep ids of their own") {
  Diagram diagram;
  diagram.boxes = {node("a b", "int"), node("a_20b", "int"), node("é", "int"), node("", "int")};
  const std::vector<std::string> ids = safe_ids(diagram);
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 4);
  CHECK(ids[2] == "_c3_a9");
}

TEST_CASE("what Graphviz cannot do becomes a failure with its message and a next step") {
  try {
    GraphvizGraph graph("digraph { a -> ");
    FAIL("no failure");
  } catch (const Failure& failure) {
    CHECK(failure.status() == ExitStatus::storage);
    CHECK(has(failure.what(), "syntax error"));
    CHECK_FALSE(failure.problems().front().next.empty());
  }
  GraphvizGraph graph("digraph { a }");
  CHECK_THROWS_AS(graph.lay_out("no-such-engine"), Failure);
}

TEST_CASE("the DOT text has the title, the legend and every box and arrow") {
  const std::string dot = to_dot(after_run());
  CHECK(dot.starts_with("digraph \"weather\" {"));
  CHECK(has(dot, "subgraph cluster_legend"));
  CHECK(has(dot, "\"raw\" -> \"clean\""));
  CHECK(has(dot, "1 of 4 from cache (25 %)"));
}
