// The graph stage: what is resolved, and what is refused in which words.
#include <doctest/doctest.h>

#include <algorithm>

#include "graph/graph.h"
#include "graph/shape.h"
#include "made_cell.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {

GraphRequest running(std::vector<Binding> inputs = {}) {
  GraphRequest request;
  request.inputs = std::move(inputs);
  request.will_run = true;
  return request;
}

std::vector<Problem> problems_of(const MadeCell& made, const GraphRequest& request) {
  try {
    build_graph(made.cell, request);
  } catch (const Failure& failure) {
    CHECK(failure.status() == ExitStatus::cell);
    return failure.problems();
  }
  return {};
}

const GraphNode& node_named(const Graph& graph, const std::string& name) {
  const auto found = std::ranges::find(graph.nodes, name, &GraphNode::name);
  REQUIRE(found != graph.nodes.end());
  return *found;
}

std::uint32_t index_of(const Graph& graph, const std::string& name) {
  return static_cast<std::uint32_t>(&node_named(graph, name) - graph.nodes.data());
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Nodes come out in an order in which needs come first, whatever the order in the cell") {
  MadeCell made;
  made.node("last", {{"middle"}});
  made.node("middle", {{"first"}});
  made.node("first");
  const Graph graph = build_graph(made.cell, running());
  CHECK(index_of(graph, "first") < index_of(graph, "middle"));
  CHECK(index_of(graph, "middle") < index_of(graph, "last"));
  const GraphNode& last = node_named(graph, "last");
  CHECK(graph.nodes[last.arguments[0].index].name == "middle");
  CHECK(node_named(graph, "first").users == std::vector{index_of(graph, "middle")});
}

TEST_CASE("A cycle is one problem that shows every node of it, and none that only leads there") {
  MadeCell made;
  made.node("outside", {{"a"}});
  made.node("a", {{"b"}});
  made.node("b", {{"c"}});
  made.node("c", {{"a"}});
  const std::vector<Problem> problems = problems_of(made, running());
  REQUIRE(problems.size() == 1);
  CHECK(has(problems[0].what, "a → c → b → a"));
  CHECK(problems[0].notes.size() == 3);
  CHECK(!has(problems[0].what, "outside"));
}

TEST_CASE("A type that does not fit is a problem at the parameter that names both types and both places") {
  MadeCell made;
  made.node("raw", {}, days_type);
  made.node("total", {{"raw", int_type}});
  const std::vector<Problem> problems = problems_of(made, running());
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].place == Place{"made.cpp", 2, 20});
  CHECK(has(problems[0].what, "'int'"));
  CHECK(has(problems[0].what, "'std::vector<Day>'"));
  CHECK(problems[0].notes[0].place == Place{"made.cpp", 1, 5});
}

TEST_CASE("A type that the compiler found to convert fits") {
  MadeCell made;
  made.node("name", {}, string_type);
  made.node("length", {{"name", string_view_type}});
  CHECK(problems_of(made, running()).size() == 1);
  made.cell.model.conversions.push_back({string_type, string_view_type, true});
  CHECK(problems_of(made, running()).empty());
}

TEST_CASE("Missing inputs are reported all at once, with type and user") {
  MadeCell made;
  made.node("one", {{"path", string_type}});
  made.node("two", {{"count", int_type}});
  const std::vector<Problem> problems = problems_of(made, running());
  REQUIRE(problems.size() == 2);
  CHECK(has(problems[0].what, "'path' (std::string)"));
  CHECK(has(problems[0].notes[0].text, "'one'"));
  CHECK(has(problems[1].what, "'count' (int)"));
}

TEST_CASE("A missing input that is nearly a node's name asks whether that was meant") {
  MadeCell made;
  made.node("raw_data");
  made.node("total", {{"raw"}});
  const std::vector<Problem> problems = problems_of(made, running());
  REQUIRE(problems.size() == 1);
  CHECK(has(problems[0].next, "did you mean node 'raw_data'?"));
}

TEST_CASE("A missing input of a node that other functions call suggests to make that node static") {
  MadeCell made;
  made.node("square", {{"v", double_type}}, double_type);
  made.node("total").calls = {0};
  const std::vector<Problem> problems = problems_of(made, running());
  REQUIRE(problems.size() == 1);
  CHECK(has(problems[0].next, "'static'"));
}

TEST_CASE("A missing input whose name is a helper's says why that is no node") {
  MadeCell made;
  made.node("total", {{"threshold"}});
  made.cell.model.helpers.push_back({"threshold", {"made.cpp", 9, 1}, "it is static"});
  const std::vector<Problem> problems = problems_of(made, running());
  REQUIRE(problems.size() == 1);
  CHECK(has(problems[0].next, "because it is static"));
}

TEST_CASE("Inputs that only unneeded nodes take may be missing") {
  MadeCell made;
  made.node("wanted");
  made.node("other", {{"path", string_type}});
  GraphRequest request = running();
  request.targets = {"wanted"};
  CHECK(problems_of(made, request).empty());
}

TEST_CASE(
    "Unknown inputs, overrides, config keys and targets are reported together, each with a suggestion") {
  MadeCell made;
  made.node("total", {{"path", string_type}});
  GraphRequest request = running({{"pth", "x", "-i pth=x"}});
  request.overrides = {{"totl", "1", "-o totl=1"}};
  request.config = {{"pat", "1", "-c pat=1"}};
  request.targets = {"ttal"};
  const std::vector<Problem> problems = problems_of(made, request);
  REQUIRE(problems.size() == 4);
  for (const Problem& problem : problems) CHECK_MESSAGE(has(problem.next, "did you mean"), problem.what);
}

TEST_CASE("An input may be a view in one node and its owner in another, but not two types") {
  MadeCell made;
  made.node("one", {{"path", string_type}});
  made.node("two", {{"path", string_view_type}});
  CHECK(problems_of(made, running({{"path", "x", ""}})).empty());
  made.node("three", {{"path", int_type}});
  const std::vector<Problem> problems = problems_of(made, running({{"path", "x", ""}}));
  REQUIRE(!problems.empty());
  CHECK(has(problems[0].what, "'int' here and 'std::string' elsewhere"));
}

TEST_CASE("A string input takes its value as it stands, and @@ stands for one @") {
  MadeCell made;
  made.node("one", {{"path", string_type}});
  const Graph plain = build_graph(made.cell, running({{"path", "[1,2]", ""}}));
  CHECK(plain.inputs[0].value->cbor == "\x65[1,2]");
  const Graph at = build_graph(made.cell, running({{"path", "@@home", ""}}));
  CHECK(at.inputs[0].value->cbor == "\x65@home");
}

TEST_CASE("An input that does not fit its type is refused before anything runs, with the place inside it") {
  MadeCell made;
  made.node("one", {{"days", days_type}});
  const std::vector<Problem> problems =
      problems_of(made, running({{"days", R"([{"date":"x","rain":"wet"}])", "-i days=…"}}));
  REQUIRE(problems.size() == 1);
  CHECK(has(problems[0].what, "days[0].rain"));
}

TEST_CASE("The later of two values for one input counts") {
  MadeCell made;
  made.node("one", {{"count"}});
  const Graph graph = build_graph(made.cell, running({{"count", "1", ""}, {"count", "2", ""}}));
  CHECK(graph.inputs[0].value->text == "2");
}

TEST_CASE("A literal default is the argument's value; a given input takes its place") {
  MadeCell made;
  made.node("one", {{"count", int_type, literal_default("7", "\x07")}});
  const Graph defaulted = build_graph(made.cell, running());
  CHECK(defaulted.nodes[0].arguments[0].source == Argument::Source::literal);
  CHECK(defaulted.nodes[0].arguments[0].cbor == "\x07");
  CHECK(defaulted.inputs[0].is_optional);
  const Graph given = build_graph(made.cell, running({{"count", "7", ""}}));
  CHECK(given.nodes[0].arguments[0].source == Argument::Source::input);
  CHECK(given.inputs[0].value->cbor == "\x07");
}

TEST_CASE("A default that is no literal becomes a node of its own that is neither drawn nor counted") {
  MadeCell made;
  DefaultArgument computed;
  computed.text = "make()";
  made.node("early");
  made.node("one", {{"count", int_type, computed}, {"early"}});
  const Graph graph = build_graph(made.cell, running());
  REQUIRE(graph.nodes.size() == 3);
  CHECK(graph.nodes[0].is_default_value());
  const GraphNode& one = node_named(graph, "one");
  CHECK(graph.nodes[one.arguments[0].index].name == "one(count)");
  CHECK(graph.nodes[one.arguments[1].index].name == "early");
  const GraphShape shape = shape_of(made.cell, graph);
  CHECK(shape.nodes.size() == 2);
  CHECK(shape.nodes[1].inputs.size() == 1);
  CHECK(shape.nodes[1].nodes.size() == 1);
}

TEST_CASE("The config picks between variants, and its absence names the choices") {
  MadeCell made;
  NodeFunction& fast = made.node("model");
  fast.function = "model__fast";
  fast.when = {{"engine", "fast"}};
  NodeFunction& exact = made.node("model");
  exact.function = "model__exact";
  exact.when = {{"engine", "exact"}};
  made.node("report", {{"model"}});
  GraphRequest request = running();
  request.config = {{"engine", "exact", ""}};
  const Graph graph = build_graph(made.cell, request);
  CHECK(made.cell.model.functions[node_named(graph, "model").function].function == "model__exact");
  const std::vector<Problem> problems = problems_of(made, running());
  REQUIRE(!problems.empty());
  CHECK(has(problems[0].next, "-c engine=fast"));
  CHECK(has(problems[0].next, "-c engine=exact"));
}

TEST_CASE("An override takes the place of the node and of what only it needs") {
  MadeCell made;
  made.node("raw");
  made.node("clean", {{"raw"}});
  made.node("total", {{"clean"}});
  GraphRequest request = running();
  request.overrides = {{"clean", "5", ""}};
  const Graph graph = build_graph(made.cell, request);
  CHECK(!node_named(graph, "raw").needed);
  CHECK(node_named(graph, "clean").override_value->cbor == "\x05");
  CHECK(node_named(graph, "total").needed);
}

TEST_CASE("Only what the targets need is needed") {
  MadeCell made;
  made.node("raw");
  made.node("left", {{"raw"}});
  made.node("right", {{"raw"}});
  GraphRequest request = running();
  request.targets = {"left"};
  const Graph graph = build_graph(made.cell, request);
  CHECK(node_named(graph, "raw").needed);
  CHECK(node_named(graph, "left").is_asked_for);
  CHECK(!node_named(graph, "right").needed);
}

TEST_CASE("A behavior from outside wins over an attribute, and a named node over a bare flag") {
  MadeCell made;
  made.node("marked").behavior = Behavior::disable;
  made.node("plain");
  made.node("named");
  GraphRequest request = running();
  request.behaviors = {{Behavior::recompute, true, {}}, {Behavior::ignore, false, {"named"}}};
  const Graph graph = build_graph(made.cell, request);
  CHECK(node_named(graph, "marked").behavior == Behavior::recompute);
  CHECK(node_named(graph, "plain").behavior == Behavior::recompute);
  CHECK(node_named(graph, "named").behavior == Behavior::ignore);
}

TEST_CASE("The default behavior is for nodes without one") {
  MadeCell made;
  made.node("marked").behavior = Behavior::disable;
  made.node("plain");
  GraphRequest request = running();
  request.default_behavior = Behavior::recompute;
  const Graph graph = build_graph(made.cell, request);
  CHECK(node_named(graph, "marked").behavior == Behavior::disable);
  CHECK(node_named(graph, "plain").behavior == Behavior::recompute);
}

TEST_CASE("A chain of a hundred thousand nodes is sorted without deep recursion") {
  MadeCell made;
  made.node("n0");
  for (int i = 1; i < 100'000; ++i) made.node("n" + std::to_string(i), {{"n" + std::to_string(i - 1)}});
  std::ranges::reverse(made.cell.model.functions);
  const Graph graph = build_graph(made.cell, running());
  CHECK(graph.nodes.front().name == "n0");
  CHECK(graph.nodes.back().name == "n99999");
}
