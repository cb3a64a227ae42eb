// The summary of a run on standard output.
#include "report/table.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/pictures.h"
#include "value/json.h"

namespace hamcell {
namespace {

struct Row {
  std::string name, status, time, size, value;
  NodeStatus kind = NodeStatus::none;
};

std::string padded(std::string text, std::size_t width) {
  const std::size_t used = display_width(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

std::string padded_left(const std::string& text, std::size_t width) {
  const std::size_t used = display_width(text);
  return used < width ? std::string(width - used, ' ') + text : text;
}

const char* color_of(NodeStatus status) {
  switch (status) {
    case NodeStatus::cached:
      return "\033[33m";
    case NodeStatus::executed:
    case NodeStatus::would_run:
      return "\033[32m";
    case NodeStatus::failed:
      return "\033[1;31m";
    default:
      return "\033[2m";
  }
}

/// Statuses whose reason stands in the place of a value.
bool is_explained(NodeStatus status) {
  return status == NodeStatus::skipped || status == NodeStatus::would_run || status == NodeStatus::may_run;
}

Row row_of(const NodeShape& node, const NodeRun& run) {
  Row row{visible(node.name), status_name(run.status), "", "", visible(run.preview), run.status};
  const bool has_value = run.status == NodeStatus::cached || run.status == NodeStatus::executed;
  if (run.seconds >= 0 && (has_value || run.status == NodeStatus::failed))
    row.time = format_seconds(run.seconds);
  if (run.bytes >= 0 && has_value) row.size = format_bytes(static_cast<std::uint64_t>(run.bytes));
  if (has_value && run.bytes < 0) row.value = "(" + visible(node.type) + ", not stored)";
  if (run.status == NodeStatus::failed) row.value = visible(run.error);
  if (is_explained(run.status)) row.value = visible(run.reason);
  return row;
}

}  // namespace

std::string summary_table(const GraphShape& shape, const RunRecord& record, const TableOptions& options) {
  Row head{"node", "status", "time", "size", options.show_previews ? "value" : ""};
  std::vector<Row> rows;
  for (std::size_t i = 0; i < record.nodes.size(); ++i)
    if (record.nodes[i].status != NodeStatus::unneeded)
      rows.push_back(row_of(shape.nodes[i], record.nodes[i]));
  std::size_t name = display_width(head.name), status = display_width(head.status),
              time = display_width(head.time), size = display_width(head.size);
  for (const Row& row : rows) {
    name = std::max(name, display_width(row.name));
    status = std::max(status, display_width(row.status));
    time = std::max(time, display_width(row.time));
    size = std::max(size, display_width(row.size));
  }
  const std::size_t used = name + status + time + size + 8;
  const std::size_t left = std::max<std::size_t>(options.columns > used ? options.columns - used : 0, 20);
  std::string out;
  const auto print = [&](const Row& row, bool is_head) {
    const bool shows_value =
        options.show_previews || row.kind == NodeStatus::failed || is_explained(row.kind);
    std::string line = padded(row.name, name) + "  ";
    const std::string word = padded(row.status, status);
    line += options.color && !is_head ? color_of(row.kind) + word + "\033[0m" : word;
    line += "  " + padded_left(row.time, time) + "  " + padded_left(row.size, size);
    if (shows_value) line += "  " + shortened(row.value, left);
    line.erase(line.find_last_not_of(' ') + 1);
    out += (options.color && is_head ? "\033[1m" + line + "\033[0m" : line) + '\n';
  };
  print(head, true);
  for (const Row& row : rows) print(row, false);
  return out;
}

std::string explanation(const GraphShape& shape, const RunRecord& record) {
  std::size_t width = 0;
  const auto is_told = [](const NodeRun& run) { return !run.reason.empty() || !run.details.empty(); };
  for (std::size_t i = 0; i < record.nodes.size(); ++i)
    if (is_told(record.nodes[i])) width = std::max(width, display_width(visible(shape.nodes[i].name)));
  std::string out;
  for (std::size_t i = 0; i < record.nodes.size(); ++i) {
    if (!is_told(record.nodes[i])) continue;
    std::vector<std::string> lines = record.nodes[i].details;
    if (lines.empty()) lines = {record.nodes[i].reason};
    if (record.nodes[i].is_same_value) lines.emplace_back("gave the same value as before");
    std::string name = visible(shape.nodes[i].name);
    for (const std::string& line : lines) {
      out += padded(std::exchange(name, ""), width) + "  " + visible(line) + '\n';
    }
  }
  return out;
}

std::string result_values(const Cell& cell, const Graph& graph, const GraphShape& shape,
                          const RunResult& result) {
  std::string out;
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    const GraphNode& node = graph.nodes[shape.graph_nodes[i]];
    if (!node.is_target) continue;
    if (result.values[i]) {
      out += visible(node.name) + " = " +
             json_from_cbor(cell.model.types, node.type, result.values[i]->view(), {.indent = 2}) + '\n';
    } else if (result.record.nodes[i].status == NodeStatus::executed ||
               result.record.nodes[i].status == NodeStatus::cached) {
      const std::string& why = cell.model.types[node.type].why_opaque;
      out += visible(node.name + ": no value to show" +
                     (why.empty() ? "" : ", since it is not stored: " + why)) +
             '\n';
    }
  }
  return out;
}

std::string summary_line(const std::string& counts, double seconds, double saved_seconds) {
  std::string line = counts + " · " + format_seconds(seconds);
  if (saved_seconds > 0) line += " · " + format_seconds(saved_seconds) + " saved";
  return line;
}

std::string summary_line(const RunRecord& record) {
  std::string line = summary_line(counts_text(record), record.seconds, record.saved_seconds);
  if (record.status == RunStatus::interrupted) line += " · interrupted";
  if (record.status == RunStatus::dry_run) line += " · dry run";
  return line;
}

}  // namespace hamcell
