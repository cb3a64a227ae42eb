// The page: what its script is told, and what of a cell's own words could do harm in it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "draw/box_face.h"
#include "draw/palette.h"
#include "draw/part.h"
#include "folder.h"
#include "made_cell.h"
#include "page/critical_path.h"
#include "page/page.h"
#include "page/web_parts.h"
#include "painter/render.h"
#include "report/pictures.h"
#include "run/versions.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {

NodeShape node_shape(const std::string& name, std::vector<std::uint32_t> needs = {}) {
  NodeShape node;
  node.name = name;
  node.type = "int";
  node.needed = true;
  node.nodes = std::move(needs);
  return node;
}

NodeRun node_run(NodeStatus status, double seconds = -1, double began = -1) {
  NodeRun run;
  run.status = status;
  run.seconds = seconds;
  run.began = began;
  return run;
}

/// Two ways from `first` to `last`: by `slow`, and by `quick`.
GraphShape made_shape() {
  GraphShape shape;
  shape.nodes = {node_shape("first"), node_shape("quick", {0}), node_shape("slow", {0}),
                 node_shape("last", {1, 2})};
  return shape;
}

RunRecord made_record() {
  RunRecord record;
  record.id = "20261129-120000-aaaaaaaa";
  record.module = "made";
  record.nodes = {node_run(NodeStatus::executed, 1, 0), node_run(NodeStatus::executed, 2, 1),
                  node_run(NodeStatus::executed, 3, 1), node_run(NodeStatus::executed, 1, 4)};
  return record;
}

PageSubject made_subject() {
  PageSubject subject;
  subject.title = "made";
  subject.cell = "made.cpp";
  subject.shape = made_shape();
  subject.record = made_record();
  subject.diagram = before_diagram(subject.shape, "made", true);
  return subject;
}

std::string page_of(const PageSubject& subject) {
  return page_html(subject,
                   {"<?xml version=\"1.0\"?>\n<svg id=\"one\"></svg>\n", "<svg id=\"two\"></svg>\n"});
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// What stands between the two, which must be there once.
std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t begin = text.find(before) + before.size();
  REQUIRE(text.find(before) != std::string::npos);
  return text.substr(begin, text.find(after, begin) - begin);
}

DiagramPart clustered(std::optional<std::string> group_by, std::vector<std::string> folds = {}) {
  DiagramPart part;
  part.clusters = {std::move(group_by), std::move(folds)};
  return part;
}

/// The nodes of made_shape: two of one owner, two of one stage.
Diagram tagged_diagram() {
  Diagram diagram = before_diagram(made_shape(), "made", true);
  for (std::size_t i : {0U, 1U}) diagram.boxes[i].tags = {{"owner", "ml"}};
  for (std::size_t i : {2U, 3U}) diagram.boxes[i].tags = {{"owner", "ml"}, {"stage", "late"}};
  for (Box& box : diagram.boxes) box.is_target = false;
  return diagram;
}

/// Every kind of box in every status, within a frame and outside.
Diagram diagram_of_everything() {
  Diagram diagram = before_diagram(made_shape(), "made", true);
  const Box sample = diagram.boxes[0];
  diagram.after_run = true;
  diagram.subtitle = "a subtitle";
  for (int status = 0; status <= static_cast<int>(NodeStatus::may_run); ++status) {
    Box box = sample;
    box.id = box.name = "status" + std::to_string(status);
    box.status = static_cast<NodeStatus>(status);
    box.is_target = status % 2 == 1;
    box.behavior = "cache";
    box.tags = {{"status", status_name(box.status)}};
    diagram.boxes.push_back(box);
    box.id += "_faded";
    box.is_faded = true;
    box.is_target = false;
    diagram.boxes.push_back(box);
  }
  for (const BoxKind kind : {BoxKind::input, BoxKind::optional_input, BoxKind::config}) {
    Box box = sample;
    box.id = "input" + std::to_string(static_cast<int>(kind));
    box.kind = kind;
    diagram.boxes.push_back(box);
    box.id += "_faded";
    box.is_faded = true;
    diagram.boxes.push_back(box);
  }
  diagram.arrows.push_back({4, static_cast<std::uint32_t>(diagram.boxes.size() - 1)});
  return page_part_of(std::move(diagram), clustered("status"));
}

/// What the style sheet makes of a colour of pictures, in the light and in the dark.
std::pair<std::string, std::string> shown_colors(const std::string& style, const std::string& color) {
  const std::string variable = between(style, "[fill=\"" + color + "\"] {\n  fill: var(", ")");
  const std::string both = between(style, variable + ": light-dark(", ")");
  return {both.substr(0, 7), both.substr(9)};
}

/// The WCAG's contrast (2.2, 1.4.3) of two colours, "#rrggbb".
double contrast(const std::string& one, const std::string& other) {
  const auto luminance = [](const std::string& color) {
    double sum = 0;
    constexpr double weights[] = {0.2126, 0.7152, 0.0722};
    for (std::size_t i = 0; i < 3; ++i) {
      const double part = std::stoi(color.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
      sum += weights[i] * (part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
  };
  const auto [dark, light] = std::minmax({luminance(one), luminance(other)});
  return (light + 0.05) / (dark + 0.05);
}

std::set<std::string> matches(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
    found.insert((*at)[1].str());
  return found;
}

}  // namespace

TEST_CASE("The critical path is the longest way by the time of the nodes that ran") {
  const CriticalPath path = critical_path(made_shape(), made_record());
  CHECK(path.nodes == std::vector<std::uint32_t>{0, 2, 3});
  CHECK(path.seconds == doctest::Approx(5));
}

TEST_CASE("The critical path leads past nodes from the cache, which take no time of it") {
  RunRecord record = made_record();
  record.nodes[2] = node_run(NodeStatus::cached, 100);
  CHECK(critical_path(made_shape(), record).nodes == std::vector<std::uint32_t>{0, 1, 3});
  record.nodes[1] = node_run(NodeStatus::cached, 100);
  CHECK(critical_path(made_shape(), record).nodes == std::vector<std::uint32_t>{0, 3});
  CHECK(critical_path(made_shape(), record).seconds == doctest::Approx(2));
}

TEST_CASE("What needs an overridden node waited for nothing") {
  RunRecord record = made_record();
  record.nodes[1] = node_run(NodeStatus::overridden);
  record.nodes[2] = node_run(NodeStatus::overridden);
  CHECK(critical_path(made_shape(), record).seconds == doctest::Approx(1));
}

TEST_CASE("A run in which nothing ran has no critical path") {
  RunRecord record = made_record();
  for (NodeRun& run : record.nodes) run = node_run(NodeStatus::cached, 1);
  CHECK(critical_path(made_shape(), record).nodes.empty());
  CHECK(critical_path({}, {}).nodes.empty());
}

TEST_CASE("A past run is told by the nodes that are shown, and knows those that it did not have") {
  GraphShape then;
  then.nodes = {node_shape("last"), node_shape("first"), node_shape("gone")};
  RunRecord record;
  record.nodes = {node_run(NodeStatus::executed, 7, 0), node_run(NodeStatus::cached, 1),
                  node_run(NodeStatus::executed, 9, 0)};
  const PastRun run = past_run_of(record, then, made_shape());
  CHECK(run.nodes == std::vector<NodeStatus>{NodeStatus::cached, NodeStatus::none, NodeStatus::none,
                                             NodeStatus::executed});
  CHECK(run.times == std::vector<std::pair<std::uint32_t, double>>{{3, 7.0}});
  CHECK(run.counts.executed == 2);
}

TEST_CASE("The runs of the past end with the one that is shown, and hold no later one") {
  const Folder folder;
  Cache cache(folder.path() + "/cache", Cache::Access::write);
  const GraphShape shape = made_shape();
  const std::string bytes = to_record(shape, shape_record);
  RunRecord record = made_record();
  record.cell = "/made/made.cpp";
  record.shape = digest_of(bytes);
  cache.store_shape(record.shape, bytes);
  for (int i = 0; i < 5; ++i) {
    record.id = "2026112" + std::to_string(i) + "-120000-aaaaaaaa";
    record.started_ns = i;
    cache.store_run(stored_from_run(record));
  }
  cache.commit();
  record.id = "20261123-120000-aaaaaaaa";
  record.started_ns = 3;
  const std::vector<PastRun> runs = past_runs(&cache, shape, record);
  REQUIRE(runs.size() == 4);
  CHECK(runs.front().started_ns == 0);
  CHECK(runs.back().id == record.id);
  record.id.clear();
  CHECK(past_runs(&cache, shape, record).size() == 5);
  CHECK(past_runs(nullptr, shape, record).empty());
}

TEST_CASE("The source of a node is its lines of the cell, with its signature") {
  MadeCell made;
  made.cell.content = "// one\nint twice(int n = 3) {\n  return 2 * n;\n}\nint next() { return 1; }";
  NodeFunction& twice = made.node("twice", {{"n", int_type, literal_default("3", "\x03")}});
  twice.begin_line = 2;
  twice.end_line = 4;
  NodeFunction& next = made.node("next");
  next.begin_line = next.end_line = 5;
  const Graph graph = build_graph(made.cell, {});
  const GraphShape shape = shape_of(made.cell, graph);
  const auto sources = sources_of(made.cell, graph, shape);
  REQUIRE(sources.size() == 2);
  const std::size_t first = shape.nodes[0].name == "twice" ? 0 : 1;
  CHECK(sources[first]->text == "int twice(int n = 3) {\n  return 2 * n;\n}");
  CHECK(sources[first]->signature == "int twice(int n = 3)");
  CHECK(sources[first]->place.text() == "made.cpp:2");
  CHECK(sources[1 - first]->text == "int next() { return 1; }");
}

TEST_CASE("A past run's node has the source of now only where its code is still the same") {
  MadeCell made;
  made.cell.content = "int a() { return 1; }\nint b() { return 1; }\nint c() { return 1; }\n";
  for (const char* name : {"a", "b", "c"}) {
    NodeFunction& function = made.node(name);
    function.begin_line = function.end_line = function.place.line;
  }
  const Graph graph = build_graph(made.cell, {});
  const GraphShape shape = shape_of(made.cell, graph);
  RunRecord record;
  for (const NodeShape& node : shape.nodes) {
    NodeRun run = node_run(NodeStatus::executed);
    run.code_version = code_version_of(made.cell, graph.nodes[*find_node(graph, node.name)]);
    record.nodes.push_back(run);
  }
  record.nodes[1].code_version = digest_of("another one");
  record.nodes[2].code_version = {};
  const auto sources = sources_of_run(made.cell, graph, shape, record);
  REQUIRE(sources.size() == 3);
  CHECK(sources[0]->text == "int " + shape.nodes[0].name + "() { return 1; }");
  CHECK(!sources[1]);
  CHECK(!sources[2]);
}

TEST_CASE("A very long definition is cut off after a whole line") {
  MadeCell made;
  made.cell.content = "int a() {\n";
  for (int i = 0; i < 5000; ++i) made.cell.content += "  do_something();\n";
  made.cell.content += "}";
  NodeFunction& function = made.node("a");
  function.begin_line = 1;
  function.end_line = 5002;
  const Graph graph = build_graph(made.cell, {});
  const std::string text = sources_of(made.cell, graph, shape_of(made.cell, graph))[0]->text;
  CHECK(text.size() < 33'000);
  CHECK(text.ends_with("  do_something();\n…"));
}

TEST_CASE("The data names each node's box, its place in the run and what it needs") {
  PageSubject subject = made_subject();
  subject.shape.nodes[0].name = "größe";
  subject.diagram = before_diagram(subject.shape, "made", true);
  const nlohmann::ordered_json data = page_data(subject);
  CHECK(data["nodes"][0]["box"] == "gr_c3_b6_c3_9fe");
  CHECK(data["nodes"][3]["needs"] == std::vector<int>{1, 2});
  CHECK(data["nodes"][3]["began"] == 4);
  CHECK(data["run"]["critical_path"]["nodes"] == std::vector<int>{0, 2, 3});
  CHECK(data["statuses"]["cached"] == "from cache");
}

TEST_CASE("A node that a part of the picture leaves out has no box, and stands in the table all the same") {
  PageSubject subject = made_subject();
  subject.diagram = part_of(subject.diagram, {false, "first", 0});
  const nlohmann::ordered_json data = page_data(subject);
  REQUIRE(data["nodes"].size() == 4);
  CHECK(data["nodes"][0].contains("box"));
  CHECK(!data["nodes"][1].contains("box"));
}

TEST_CASE("Values are left out of a page that is to have none") {
  PageSubject subject = made_subject();
  subject.record->nodes[0].preview = "42 apples";
  CHECK(has(page_of(subject), "42 apples"));
  subject.with_values = false;
  CHECK(!has(page_of(subject), "42 apples"));
}

TEST_CASE("A page before a run has no run, and one picture") {
  PageSubject subject = made_subject();
  subject.record.reset();
  const std::string page = page_html(subject, {"<svg id=\"one\"></svg>", ""});
  CHECK(has(page, "\"run\":null"));
  CHECK(has(page, "<div id=\"page-canvas\"><svg id=\"one\"></svg></div>"));
  CHECK(has(page, "<template id=\"page-kept\"></template>"));
}

TEST_CASE("A page after a run shows that state, and keeps the other one") {
  const std::string page = page_of(made_subject());
  CHECK(between(page, "<div id=\"page-canvas\">", "</div>") == "<svg id=\"two\"></svg>\n");
  CHECK(between(page, "<template id=\"page-kept\">", "</template>") == "<svg id=\"one\"></svg>\n");
  CHECK(!has(page, "<?xml"));
  CHECK(!has(page, "{{"));
}

TEST_CASE("A picture's own style sheet is not taken along: that of the page counts") {
  PageSubject subject = made_subject();
  subject.record.reset();
  const std::string svg = "<svg><style>a{}</style><g/><style type=\"text/css\">b{}</style></svg>";
  CHECK(between(page_html(subject, {svg, ""}), "<div id=\"page-canvas\">", "</div>") == "<svg><g/></svg>");
}

TEST_CASE("No text of a cell ends the data, becomes markup, or is taken for a place of the template") {
  const std::string hostile = "</script><script>alert(1)</script><!--{{script}}&amp;\"'\xff";
  PageSubject subject = made_subject();
  subject.title = subject.cell = hostile;
  subject.shape.nodes[0].name = subject.shape.nodes[0].documentation = hostile;
  subject.record->nodes[0].reason = subject.record->nodes[0].preview = hostile;
  subject.sources = {NodeSource{hostile, hostile, {hostile, 1, 0}, {{hostile, hostile}}}};
  const std::string page = page_of(subject);
  CHECK(!has(page, "<script>alert"));
  const std::string data = between(page, "id=\"page-data\">", "</script>");
  CHECK(!has(data, "<"));
  const auto parsed = nlohmann::json::parse(data);
  CHECK(parsed["nodes"][0]["preview"] ==
        "</script><script>alert(1)</script><!--{{script}}&amp;\"'\xEF\xBF\xBD");
  CHECK(parsed["nodes"][0]["tags"].size() == 1);
  CHECK(has(page, "<title>&lt;/script&gt;&lt;script&gt;alert(1)"));
  CHECK(matches(page, "(<script)").size() == 1);
}

TEST_CASE("The policy lets nothing run but the page's own script, and nothing be loaded") {
  const std::string page = page_of(made_subject());
  const std::string policy = between(page, "content=\"default-src", "\"");
  CHECK(policy.starts_with(" 'none'; script-src 'sha256-"));
  CHECK(!has(policy, "unsafe"));
  CHECK(!has(policy, "http"));
  CHECK(std::regex_search(policy, std::regex("script-src 'sha256-[A-Za-z0-9+/]{43}='; style-src 'sha256-")));
  CHECK(!std::regex_search(page, std::regex("(src|href)=\"(?!data:)")));
}

TEST_CASE("A page's frames know the box that stands for their nodes, and which of them are folded at first") {
  PageSubject subject = made_subject();
  subject.diagram = tagged_diagram();
  subject.diagram = page_part_of(subject.diagram, clustered("owner", {"stage=late"}));
  REQUIRE(subject.diagram.boxes.size() == 4);
  const nlohmann::ordered_json clusters = page_data(subject)["clusters"];
  REQUIRE(clusters.size() == 2);
  CHECK(clusters[0] == nlohmann::ordered_json({{"id", "cluster_stage_3dlate"},
                                               {"tag", "stage"},
                                               {"value", "late"},
                                               {"folded", true},
                                               {"nodes", {2, 3}}}));
  CHECK(clusters[1]["value"] == "ml");
  CHECK(clusters[1]["folded"] == false);
  CHECK(clusters[1]["nodes"] == std::vector<int>{0, 1});
  REQUIRE(subject.diagram.clusters[0].fold);
  const Box& box = *subject.diagram.clusters[0].fold;
  CHECK(box.kind == BoxKind::folded);
  CHECK(box.type == "stage · 2 nodes");
  CHECK(box.holds == std::vector<std::string>{"slow", "last"});
  const std::string svg = render(subject.diagram, PictureFormat::svg);
  CHECK(has(svg, "<g id=\"folded_cluster_stage_3dlate\" class=\"box node folded\" display=\"none\""));
  CHECK(has(svg, "<g id=\"box_slow\""));
}

TEST_CASE("The box of a frame is not larger than its nodes, and is enlarged where they take much room") {
  const Diagram one = page_part_of(tagged_diagram(), clustered("owner"));
  const auto name_size = [](const Diagram& diagram) {
    const std::string group = between(render(diagram, PictureFormat::svg), "<g id=\"folded_", "</g>");
    return std::stod(between(group, "font-size=\"", "\""));
  };
  Diagram many = tagged_diagram();
  for (int i = 0; i < 30; ++i) {
    Box box = many.boxes[0];
    box.id = box.name = "more" + std::to_string(i);
    many.boxes.push_back(box);
  }
  many = page_part_of(many, clustered("owner"));
  CHECK(name_size(one) <= font_size::name * 2);
  CHECK(name_size(many) > name_size(one));
  CHECK(name_size(many) <= font_size::name * 6);
}

TEST_CASE("A page around a node begins with what the picture has, and has the nodes of its folds, too") {
  Diagram diagram = tagged_diagram();
  Box far = diagram.boxes[0];
  far.id = far.name = "far";
  far.tags.clear();
  diagram.boxes.push_back(far);
  diagram.arrows.push_back({3, 4});
  DiagramPart part = clustered({}, {"stage=late"});
  part.focus = "stage=late";
  part.depth = 0;
  const Diagram picture = part_of(diagram, part);
  REQUIRE(picture.boxes.size() == 1);
  const Diagram page = page_part_of(diagram, part);
  REQUIRE(page.boxes.size() == 2);
  CHECK(page.boxes[0].id == "slow");
  CHECK(page.boxes[1].id == "last");
  CHECK(page.clusters[0].is_folded);
}

TEST_CASE("The style sheet has the palette's colours for every one that pictures are painted with") {
  const Diagram diagram = diagram_of_everything();
  const std::string svg = render(diagram, PictureFormat::svg);
  const std::string style(web::style);
  for (const char* property : {"fill", "stroke"}) {
    const std::string pattern = std::string(property) + "=\"(#[0-9a-f]{6})\"";
    const std::set<std::string> painted = matches(svg, pattern.c_str());
    CHECK(painted.size() > 5);
    for (const std::string& color : painted) {
      CAPTURE(property);
      CAPTURE(color);
      const auto known = std::ranges::find(palette::all, color, &PaletteColor::light);
      REQUIRE(known != palette::all.end());
      const std::string variable = "--palette-" + std::string(known->name);
      CHECK(has(style, "#page-canvas [" + std::string(property) + "=\"" + color + "\"] {\n  " + property +
                           ": var(" + variable + ");"));
      CHECK(has(style, variable + ": light-dark(" + known->light + ", " + known->dark + ");"));
    }
  }
}

TEST_CASE("Every text of a picture has a contrast of 4.5:1 and more in a page, light and dark") {
  const std::string svg = render(diagram_of_everything(), PictureFormat::svg);
  const std::string style(web::style);
  const std::regex group_pattern("<g id=\"(\\w+)\"[^>]*>([^]*?)</g>");
  std::size_t texts = 0;
  for (std::sregex_iterator at(svg.begin(), svg.end(), group_pattern), end; at != end; ++at) {
    const std::string group = (*at)[2];
    std::smatch ground;
    const bool has_ground =
        std::regex_search(group, ground, std::regex("<(?:path|polygon) fill=\"(#[0-9a-f]{6})\""));
    for (const std::string& ink : matches(group, "<text[^>]* fill=\"(#[0-9a-f]{6})\"")) {
      const auto [light_ink, dark_ink] = shown_colors(style, ink);
      const auto [light, dark] = shown_colors(style, has_ground ? ground[1].str() : "#ffffff");
      CAPTURE((*at)[1].str());
      CHECK(contrast(light_ink, light) >= 4.5);
      CHECK(contrast(dark_ink, dark) >= 4.5);
      ++texts;
    }
  }
  CHECK(texts > 40);
}
