// The run as one JSON document: what `--json` prints.
#include "report/run_json.h"

#include <nlohmann/json.hpp>

#include "report/document.h"
#include "value/data_item.h"
#include "value/json.h"

namespace hamcell {
namespace {

using nlohmann::ordered_json;

ordered_json digest_json(const Digest& digest) {
  return digest.is_zero() ? ordered_json(nullptr) : ordered_json(digest.hex());
}
ordered_json file_json(const std::string& file) {
  return file.empty() ? ordered_json(nullptr) : ordered_json(file);
}

/// JSON text as a part of the document; text that was cut for display stays text.
ordered_json value_json(const std::string& text) {
  return is_json(text) ? json_as_written(text) : ordered_json(text);
}

ordered_json node_json(const RunJsonRequest& request, std::size_t i) {
  const GraphNode& node = request.graph.nodes[request.shape.graph_nodes[i]];
  const NodeRun& run = request.result.record.nodes[i];
  ordered_json out;
  out["name"] = node.name;
  out["type"] = request.shape.nodes[i].type;
  out["status"] = status_name(run.status);
  out["behavior"] = behavior_name(node.behavior);
  out["reason"] = run.status == NodeStatus::failed ? run.error : run.reason;
  if (request.with_reasons) out["reasons"] = run.details;
  out["same_value"] = run.is_same_value;
  out["code_version"] = digest_json(run.code_version);
  out["data_version"] = digest_json(run.data_version);
  out["cache_key"] = digest_json(run.cache_key);
  out["seconds"] = run.seconds >= 0 ? ordered_json(run.seconds) : ordered_json(nullptr);
  out["bytes"] = run.bytes >= 0 ? ordered_json(run.bytes) : ordered_json(nullptr);
  const bool has_value = request.with_values && i < request.result.values.size() && request.result.values[i];
  if (has_value)
    out["value"] = json_as_written(
        json_from_cbor(request.cell.model.types, node.type, request.result.values[i]->view(), {.indent = 2}));
  return out;
}

}  // namespace

std::string run_json(const RunJsonRequest& request) {
  const RunRecord& record = request.result.record;
  const RunCounts counts = count_nodes(record);
  ordered_json out;
  out["run_id"] = record.id.empty() ? ordered_json(nullptr) : ordered_json(record.id);
  out["cell"] = request.cell.path;
  out["status"] = run_status_name(record.status);
  out["inputs"] = ordered_json::object();
  for (const InputShape& input : request.shape.inputs)
    if (input.is_given) out["inputs"][input.name] = value_json(input.value_text);
  out["nodes"] = ordered_json::array();
  for (std::size_t i = 0; i < record.nodes.size(); ++i) out["nodes"].push_back(node_json(request, i));
  out["cached"] = counts.cached;
  out["executed"] = counts.executed;
  out["failed"] = counts.failed;
  out["skipped"] = counts.skipped;
  if (record.status == RunStatus::dry_run) {
    out["would_run"] = counts.would_run;
    out["may_run"] = counts.may_run;
  }
  out["seconds"] = record.seconds;
  out["saved_seconds"] = record.saved_seconds;
  out["display"] = file_json(request.display);
  out["display_cache"] = file_json(request.display_cache);
  return document_text(out);
}

}  // namespace hamcell
