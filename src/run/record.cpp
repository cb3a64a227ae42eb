// What a run did: its words, and how many nodes ended in each way.
#include "run/record.h"

#include <ctime>
#include <utility>

#include "run/versions.h"

namespace hamcell {

constexpr std::string_view run_record = "hamcell run 5";
constexpr std::string_view outcome_record = "hamcell outcome 3";

/// What every run has of its own.
struct RunHead {
  std::string id, cell;
  std::int64_t started_ns = 0;
  double seconds = 0;
  double build_seconds = 0;
  double build_began = -1;
  Digest shape;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::RunHead> {
  template <class F>
  static constexpr void each(F&& f) {
    f("id", &hamcell::RunHead::id);
    f("cell", &hamcell::RunHead::cell);
    f("started_ns", &hamcell::RunHead::started_ns);
    f("seconds", &hamcell::RunHead::seconds);
    f("build_seconds", &hamcell::RunHead::build_seconds);
    f("build_began", &hamcell::RunHead::build_began);
    f("shape", &hamcell::RunHead::shape);
  }
};
/// Of its members the head has the others.
template <>
struct ham::members<hamcell::RunRecord> {
  template <class F>
  static constexpr void each(F&& f) {
    f("module", &hamcell::RunRecord::module);
    f("saved_seconds", &hamcell::RunRecord::saved_seconds);
    f("status", &hamcell::RunRecord::status);
    f("nodes", &hamcell::RunRecord::nodes);
    f("inputs", &hamcell::RunRecord::inputs);
    f("defaults", &hamcell::RunRecord::defaults);
    f("request", &hamcell::RunRecord::request);
  }
};

namespace hamcell {

StoredRun stored_from_run(const RunRecord& record) {
  const RunHead head{record.id,          record.cell, record.started_ns, record.seconds, record.build_seconds,
                     record.build_began, record.shape};
  return {record.id,    record.started_ns,           record.cell,
          record.shape, to_record(head, run_record), to_record(record, outcome_record)};
}

std::optional<RunRecord> run_from_stored(const StoredRun& stored) {
  std::optional<RunHead> head = from_record<RunHead>(stored.record, run_record);
  std::optional<RunRecord> record = from_record<RunRecord>(stored.outcome, outcome_record);
  if (!head || !record) return std::nullopt;
  record->id = std::move(head->id);
  record->cell = std::move(head->cell);
  record->started_ns = head->started_ns;
  record->seconds = head->seconds;
  record->build_seconds = head->build_seconds;
  record->build_began = head->build_began;
  record->shape = head->shape;
  return record;
}

std::string new_run_id() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%d-%H%M%S-", &local);
  return text + fresh_version().hex().substr(0, 8);
}

const char* run_status_name(RunStatus status) {
  switch (status) {
    case RunStatus::ok:
      return "ok";
    case RunStatus::failed:
      return "failed";
    case RunStatus::interrupted:
      return "interrupted";
    case RunStatus::dry_run:
      return "dry-run";
  }
  return "";
}

RunCounts count_nodes(const RunRecord& record) {
  RunCounts counts;
  for (const NodeRun& node : record.nodes) {
    switch (node.status) {
      case NodeStatus::cached:
        ++counts.cached;
        break;
      case NodeStatus::executed:
        ++counts.executed;
        break;
      case NodeStatus::failed:
        ++counts.failed;
        break;
      case NodeStatus::skipped:
        ++counts.skipped;
        break;
      case NodeStatus::overridden:
        ++counts.overridden;
        break;
      case NodeStatus::would_run:
        ++counts.would_run;
        break;
      case NodeStatus::may_run:
        ++counts.may_run;
        break;
      default:
        ++counts.unneeded;
        break;
    }
  }
  return counts;
}

}  // namespace hamcell
