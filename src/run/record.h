// What a run did: the type that the run stage hands to pictures, report and history.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/record.h"
#include "cache/cache.h"
#include "draw/diagram.h"
#include "run/run_request.h"

namespace hamcell {

enum class RunStatus : std::uint8_t { ok, failed, interrupted, dry_run };

const char* run_status_name(RunStatus status);  ///< "ok", "failed", "interrupted", "dry-run"

struct NodeRun {
  NodeStatus status = NodeStatus::none;
  std::string reason;                ///< why it ran, or was skipped
  std::vector<std::string> details;  ///< all the reasons why it ran, where there are several; not recorded
  std::string error;                 ///< how it failed; empty otherwise
  std::vector<Note> notes;           ///< where it was when it failed, the innermost first; not recorded
  Digest code_version;
  Digest data_version;       ///< all zeros where none is known
  Digest cache_key;          ///< all zeros where none was made
  double seconds = -1;       ///< that the function ran, in this run or, from the cache, when it was stored
  double began = -1;         ///< seconds since the run began; -1: it did not run
  std::uint32_t runner = 0;  ///< that it ran in, numbered in the order in which they were started
  std::int64_t bytes = -1;   ///< of the encoded value; -1: not encoded
  /// It ran, and its value is the one that it had before, so that something that needs it came from the
  /// cache.
  bool is_same_value = false;
  std::string preview;
};

struct InputRun {
  std::string text;     ///< of the given value
  Digest data_version;  ///< all zeros where the default was used
};

/// A default argument that was used: it takes part in the key of its node as an input does.
struct DefaultRun {
  std::string name;     ///< "wet_mean(threshold_mm)"
  std::string text;     ///< as written
  Digest code_version;  ///< of the expression; all zeros for a literal
  Digest data_version;
  Digest cache_key;  ///< all zeros for a literal
};

struct RunRecord {
  std::string id;               ///< "20261122-181530-3f9a02c7": sorts by time; empty for a dry run
  std::string cell;             ///< absolute path
  std::string module;           ///< title of the pictures
  std::int64_t started_ns = 0;  ///< since 1970
  double seconds = 0;           ///< of the whole run, building included
  double build_seconds = 0;
  double build_began = -1;   ///< seconds since the run began; -1: nothing was compiled
  double saved_seconds = 0;  ///< what the nodes from the cache had taken when they ran
  RunStatus status = RunStatus::ok;
  Digest shape;                  ///< key of the GraphShape in the cache
  std::vector<NodeRun> nodes;    ///< in the order of GraphShape::nodes
  std::vector<InputRun> inputs;  ///< in the order of GraphShape::inputs
  std::vector<DefaultRun> defaults;
  RunRequest request;
};

/// One that no other run has, for RunRecord::id.
std::string new_run_id();

/// How many nodes ended in each way.
struct RunCounts {
  unsigned cached = 0, executed = 0, failed = 0, skipped = 0, overridden = 0, unneeded = 0;
  unsigned would_run = 0, may_run = 0;  ///< in a dry run
  unsigned taking_part() const { return cached + executed + failed + skipped + would_run + may_run; }
};
RunCounts count_nodes(const RunRecord& record);

/// As the history keeps it: what is the same in a run that repeats this one is its outcome.
StoredRun stored_from_run(const RunRecord& record);
/// Nothing where it is damaged, or of another version of hamcell.
std::optional<RunRecord> run_from_stored(const StoredRun& stored);

inline constexpr std::string_view shape_record = "hamcell shape 2";

}  // namespace hamcell

template <>
struct ham::members<hamcell::NodeRun> {
  template <class F>
  static constexpr void each(F&& f) {
    f("status", &hamcell::NodeRun::status);
    f("reason", &hamcell::NodeRun::reason);
    f("error", &hamcell::NodeRun::error);
    f("code_version", &hamcell::NodeRun::code_version);
    f("data_version", &hamcell::NodeRun::data_version);
    f("cache_key", &hamcell::NodeRun::cache_key);
    f("seconds", &hamcell::NodeRun::seconds);
    f("began", &hamcell::NodeRun::began);
    f("runner", &hamcell::NodeRun::runner);
    f("bytes", &hamcell::NodeRun::bytes);
    f("is_same_value", &hamcell::NodeRun::is_same_value);
    f("preview", &hamcell::NodeRun::preview);
  }
};
template <>
struct ham::members<hamcell::InputRun> {
  template <class F>
  static constexpr void each(F&& f) {
    f("text", &hamcell::InputRun::text);
    f("data_version", &hamcell::InputRun::data_version);
  }
};
template <>
struct ham::members<hamcell::DefaultRun> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::DefaultRun::name);
    f("text", &hamcell::DefaultRun::text);
    f("code_version", &hamcell::DefaultRun::code_version);
    f("data_version", &hamcell::DefaultRun::data_version);
    f("cache_key", &hamcell::DefaultRun::cache_key);
  }
};
