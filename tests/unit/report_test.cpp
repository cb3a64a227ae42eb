// What the user is told about a run: table, line, diagrams.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/document.h"
#include "report/pictures.h"
#include "report/table.h"

using namespace hamcell;

namespace {

GraphShape made_shape() {
  GraphShape shape;
  InputShape path{"path", "std::string", false, false, true, true, "\"x.csv\"", ""};
  InputShape count{"count", "int", true, false, true, false, "", "7"};
  shape.inputs = {path, count};
  NodeShape raw{"raw", "std::vector<Day>", "Reads.", "cache", false, true, false, "", {}, {0, 1}};
  NodeShape total{"total", "double", "", "", true, true, false, "", {0}, {}};
  NodeShape other{"other", "int", "", "", false, false, false, "", {}, {}};
  shape.nodes = {raw, total, other};
  return shape;
}

RunRecord made_record() {
  RunRecord record;
  record.module = "made";
  record.seconds = 2;
  record.saved_seconds = 1.5;
  NodeRun cached;
  cached.status = NodeStatus::cached;
  cached.seconds = 1.5;
  cached.bytes = 2000;
  cached.preview = "2 rows";
  NodeRun failed;
  failed.status = NodeStatus::failed;
  failed.error = "threw\nsomething";
  NodeRun unneeded;
  unneeded.status = NodeStatus::unneeded;
  record.nodes = {cached, failed, unneeded};
  return record;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("The table has a line for each node that took part, and shows how a node failed in one line") {
  const std::string table = summary_table(made_shape(), made_record(), {.columns = 100});
  CHECK(has(table, "raw    cached  1.5 s  2.0 kB  2 rows\n"));
  CHECK(has(table, "threw\\nsomething\n"));
  CHECK(!has(table, "other"));
}

TEST_CASE("No line of the table is wider than the terminal") {
  RunRecord record = made_record();
  record.nodes[0].preview = std::string(500, 'x');
  const std::string table = summary_table(made_shape(), record, {.columns = 60});
  std::size_t start = 0;
  for (std::size_t end = table.find('\n'); end != std::string::npos;
       start = end + 1, end = table.find('\n', start))
    CHECK(end - start <= 62);
  CHECK(has(table, "…"));
}

TEST_CASE("Hidden results leave failures visible") {
  const std::string table =
      summary_table(made_shape(), made_record(), {.columns = 100, .color = false, .show_previews = false});
  CHECK(!has(table, "2 rows"));
  CHECK(has(table, "threw"));
}

TEST_CASE("The line counts what happened, and only a run without a miss has 100 %") {
  RunRecord record = made_record();
  CHECK(summary_line(record) == "3 nodes: 1 from cache (50 %), 1 failed, 1 not needed · 2.0 s · 1.5 s saved");
  record.nodes.assign(1000, record.nodes[0]);
  record.nodes[0].status = NodeStatus::executed;
  CHECK(has(summary_line(record), "999 from cache (99 %)"));
}

TEST_CASE("Before and after have the same boxes and arrows in the same order") {
  const Diagram before = before_diagram(made_shape(), "made", true);
  const Diagram after = after_diagram(made_shape(), made_record());
  REQUIRE(before.boxes.size() == after.boxes.size());
  for (std::size_t i = 0; i < before.boxes.size(); ++i) CHECK(before.boxes[i].id == after.boxes[i].id);
  REQUIRE(before.arrows.size() == 3);
  CHECK(after.arrows.size() == 3);
  CHECK(after.boxes[2].status == NodeStatus::cached);
  CHECK(after.boxes[3].reason == "threw\nsomething");
}

TEST_CASE("Without a run all functions are drawn alike; with one, what is not needed is faded") {
  const Diagram functions = before_diagram(made_shape(), "made", false);
  const Diagram execution = before_diagram(made_shape(), "made", true);
  CHECK(!functions.boxes[4].is_faded);
  CHECK(execution.boxes[4].is_faded);
  CHECK(!functions.boxes[3].is_target);
  CHECK(execution.boxes[3].is_target);
  CHECK(execution.boxes[0].value == "\"x.csv\"");
  CHECK(execution.boxes[1].kind == BoxKind::optional_input);
}

TEST_CASE("A dry run's table has the reasons, and its line counts what would and what may run") {
  RunRecord record = made_record();
  record.status = RunStatus::dry_run;
  record.nodes[1] = {};
  record.nodes[1].status = NodeStatus::may_run;
  record.nodes[1].reason = "depends on raw";
  CHECK(has(summary_table(made_shape(), record, {.columns = 100}), "total  may-run"));
  CHECK(has(summary_table(made_shape(), record, {.columns = 100}), "depends on raw\n"));
  CHECK(has(summary_line(record), "1 from cache (50 %), 1 may run, 1 not needed"));
  CHECK(has(summary_line(record), "dry run"));
}

TEST_CASE("The explanation has all reasons of each node, one a line, under its name") {
  RunRecord record = made_record();
  record.nodes[0].reason = "flags changed";
  record.nodes[0].details = {"flags changed", "code changed: helper sq is gone"};
  record.nodes[1].reason = "first run";
  CHECK(explanation(made_shape(), record) ==
        "raw    flags changed\n       code changed: helper sq is gone\ntotal  first run\n");
}

TEST_CASE("A document is laid out like nlohmann's, and keeps JSON that is written already") {
  using nlohmann::ordered_json;
  const ordered_json plain = {
      {"a", 1}, {"b", {1, "x", nullptr}}, {"c", ordered_json::object()}, {"d\"", {{"e", 0.1}}}};
  CHECK(document_text(plain) == plain.dump(2) + '\n');
  CHECK(document_text(ordered_json("\xff")) == "\"\xef\xbf\xbd\"\n");
  const ordered_json written = {
      {"values", {json_as_written("0.33333333333333333334"), json_as_written("[\n  1e4000\n]")}}};
  CHECK(document_text(written) ==
        "{\n  \"values\": [\n    0.33333333333333333334,\n    [\n      1e4000\n    ]\n  ]\n}\n");
}
