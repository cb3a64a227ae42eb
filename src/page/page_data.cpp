// The JSON of a page. Digests are hexadecimal, times seconds, and points in time milliseconds since 1970.
#include "page/page_data.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/text.h"
#include "draw/box_face.h"
#include "draw/dot_box.h"
#include "page/critical_path.h"
#include "report/trace_text.h"

namespace hamcell {
namespace {

using nlohmann::ordered_json;

/// Of a value that was given, so many columns are shown.
constexpr std::size_t value_columns = 2'000;
/// A node that walks through a tree of files uses thousands: so many are listed.
constexpr std::size_t most_files = 200;

constexpr std::int64_t ns_per_ms = 1'000'000;

/// How long lists say what became of a node: a letter for each.
char letter_of(NodeStatus status) {
  switch (status) {
    case NodeStatus::cached:
      return 'c';
    case NodeStatus::executed:
      return 'x';
    case NodeStatus::failed:
      return 'f';
    case NodeStatus::skipped:
      return 's';
    case NodeStatus::overridden:
      return 'o';
    default:
      return '.';
  }
}

/// Members that say nothing are left out.
void add(ordered_json& out, const char* name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}
void add(ordered_json& out, const char* name, const Digest& digest) {
  if (!digest.is_zero()) out[name] = digest.hex();
}

ordered_json trace_of(const Trace& trace) {
  Trace shown = trace;
  if (shown.files.size() > most_files) shown.files.resize(most_files);
  ordered_json out = trace_json(shown);
  out["more_files"] = trace.files.size() - shown.files.size();
  return out;
}

void add_source(ordered_json& out, const NodeSource& source) {
  out["signature"] = source.signature;
  out["source"] = source.text;
  out["place"] = source.place.text();
  if (source.tags.empty()) return;
  out["tags"] = ordered_json::object();
  for (const auto& [name, value] : source.tags) out["tags"][name] = value;
}

void add_run(ordered_json& out, const NodeRun& run, bool with_values) {
  out["status"] = status_name(run.status);
  add(out, "reason", run.status == NodeStatus::failed ? run.error : run.reason);
  if (run.details.size() > 1) out["reasons"] = run.details;
  if (run.seconds >= 0) out["seconds"] = run.seconds;
  if (run.bytes >= 0) out["bytes"] = run.bytes;
  if (with_values) add(out, "preview", run.preview);
  add(out, "code_version", run.code_version);
  add(out, "data_version", run.data_version);
  add(out, "cache_key", run.cache_key);
  if (run.began < 0) return;
  out["began"] = run.began;
  out["runner"] = run.runner;
}

ordered_json input_json(const InputShape& input) {
  ordered_json out = {{"name", input.name}, {"type", input.type}};
  out["kind"] = input.is_config ? "config" : input.is_optional ? "optional" : "required";
  if (input.is_given) out["value"] = shortened(input.value_text, value_columns);
  add(out, "default", input.default_text);
  if (!input.needed) out["unneeded"] = true;
  return out;
}

ordered_json node_json(const PageSubject& subject, std::size_t i) {
  const NodeShape& node = subject.shape.nodes[i];
  ordered_json out = {
      {"name", node.name}, {"type", node.type}, {"needs", node.nodes}, {"inputs", node.inputs}};
  add(out, "documentation", node.documentation);
  add(out, "behavior", node.behavior);
  if (node.is_target) out["target"] = true;
  if (!node.needed) out["unneeded"] = true;
  if (node.is_overridden) out["override"] = shortened(node.override_text, value_columns);
  if (i < subject.sources.size() && subject.sources[i]) add_source(out, *subject.sources[i]);
  if (i < subject.traces.size() && subject.traces[i]) out["trace"] = trace_of(*subject.traces[i]);
  if (subject.record && i < subject.record->nodes.size())
    add_run(out, subject.record->nodes[i], subject.with_values);
  return out;
}

/// The ids under which nodes and inputs stand in the pictures.
void add_boxes(const Diagram& diagram, ordered_json& nodes, ordered_json& inputs) {
  const std::vector<std::string> ids = safe_ids(diagram);
  std::map<std::string, std::string> node_ids, input_ids;
  for (std::size_t i = 0; i < ids.size(); ++i)
    (diagram.boxes[i].kind == BoxKind::node ? node_ids : input_ids).emplace(diagram.boxes[i].id, ids[i]);
  const auto fill = [](ordered_json& all, const std::map<std::string, std::string>& known) {
    for (ordered_json& one : all) {
      const auto found = known.find(one["name"].get_ref<const std::string&>());
      if (found != known.end()) one["box"] = found->second;
    }
  };
  fill(nodes, node_ids);
  fill(inputs, input_ids);
}

/// The frames of the graph, each with the indexes of the nodes in it.
ordered_json clusters_json(const PageSubject& subject) {
  const Diagram& diagram = subject.diagram;
  std::map<std::string, std::size_t> nodes;
  for (std::size_t i = 0; i < subject.shape.nodes.size(); ++i) nodes.emplace(subject.shape.nodes[i].name, i);
  const std::vector<std::string> ids = safe_cluster_ids(diagram);
  ordered_json all = ordered_json::array();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Cluster& cluster = diagram.clusters[i];
    all.push_back({{"id", ids[i]},
                   {"tag", cluster.tag},
                   {"value", cluster.value},
                   {"folded", cluster.is_folded},
                   {"nodes", ordered_json::array()}});
  }
  for (const Box& box : diagram.boxes)
    if (box.cluster != no_cluster) all[box.cluster]["nodes"].push_back(nodes.at(box.id));
  return all;
}

ordered_json run_json(const RunRecord& record, const GraphShape& shape) {
  const CriticalPath path = critical_path(shape, record);
  ordered_json out = {{"status", run_status_name(record.status)},
                      {"started", record.started_ns / ns_per_ms},
                      {"seconds", record.seconds},
                      {"saved_seconds", record.saved_seconds},
                      {"critical_path", {{"nodes", path.nodes}, {"seconds", path.seconds}}}};
  add(out, "id", record.id);
  if (record.build_began >= 0)
    out["build"] = {{"began", record.build_began}, {"seconds", record.build_seconds}};
  return out;
}

ordered_json past_json(const PastRun& run) {
  std::string letters;
  for (const NodeStatus status : run.nodes) letters += letter_of(status);
  return {{"id", run.id},
          {"started", run.started_ns / ns_per_ms},
          {"status", run_status_name(run.status)},
          {"seconds", run.seconds},
          {"build_seconds", run.build_seconds},
          {"saved_seconds", run.saved_seconds},
          {"cached", run.counts.cached},
          {"executed", run.counts.executed},
          {"failed", run.counts.failed},
          {"taking_part", run.counts.taking_part()},
          {"nodes", letters},
          {"times", run.times}};
}

/// The statuses in the order and with the words of the pictures.
ordered_json status_words() {
  ordered_json words = ordered_json::object();
  for (const NodeStatus status :
       {NodeStatus::executed, NodeStatus::cached, NodeStatus::would_run, NodeStatus::may_run,
        NodeStatus::failed, NodeStatus::skipped, NodeStatus::overridden, NodeStatus::unneeded})
    words[status_name(status)] = status_word(status);
  return words;
}

}  // namespace

ordered_json page_data(const PageSubject& subject) {
  ordered_json out = {{"title", subject.title}, {"cell", subject.cell}};
  out["statuses"] = status_words();
  out["run"] = subject.record ? run_json(*subject.record, subject.shape) : ordered_json(nullptr);
  ordered_json nodes = ordered_json::array();
  for (std::size_t i = 0; i < subject.shape.nodes.size(); ++i) nodes.push_back(node_json(subject, i));
  ordered_json inputs = ordered_json::array();
  for (const InputShape& input : subject.shape.inputs) inputs.push_back(input_json(input));
  add_boxes(subject.diagram, nodes, inputs);
  out["nodes"] = std::move(nodes);
  out["inputs"] = std::move(inputs);
  out["clusters"] = clusters_json(subject);
  out["runs"] = ordered_json::array();
  for (const PastRun& run : subject.runs) out["runs"].push_back(past_json(run));
  return out;
}

}  // namespace hamcell
