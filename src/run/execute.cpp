// A run from its start to its place in the history.
//
// One thread and one event loop. Deciding (decider.h) goes ahead as far as versions are known, before
// anything is built; what has to run goes to runners (runners.h), and what they answer is told to the
// decider.
#include "run/execute.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <set>

#include "base/interrupt.h"
#include "cache/store.h"
#include "run/decider.h"
#include "run/limits.h"
#include "run/purity.h"
#include "run/runners.h"
#include "run/same_value.h"
#include "run/versions.h"
#include "value/preview.h"
#include "value/type_table.h"

namespace hamcell {
namespace {

/// How often a node may find its arguments damaged before that counts as a failure.
constexpr unsigned most_tries = 3;

/// Bytes of a value that is read and checked for its preview alone. Of a larger one only what is previewed is
/// read, or a run in which nothing is shown would wait for the rest.
constexpr std::int64_t most_previewed_whole = 4 << 20;

std::string failure_text(const Answer& answer) {
  if (answer.error_type.empty())
    return answer.error.empty() ? "threw something that has no name" : answer.error;
  return "threw " + answer.error_type + (answer.error.empty() ? "" : ": " + answer.error);
}

class Execution {
 public:
  Execution(const Cell& cell, const Graph& graph, const GraphShape& shape, const RunSettings& settings,
            Cache* cache, RunObserver& observer)
      : cell_(cell),
        types_(cell.model.types),
        graph_(graph),
        shape_(shape),
        settings_(settings),
        cache_(cache),
        observer_(observer),
        history_(cache, absolute_path_of(cell)),
        code_(cell, cache),
        decider_(cell, graph, {settings.opt_in, settings.wanted}, cache, history_, code_, observer),
        claims_(cache != nullptr && cache->is_writable() ? std::make_unique<Claims>(cache->folder())
                                                         : nullptr),
        runners_(cell, graph, decider_, history_, cache, claims_.get(), observer,
                 {settings.jobs, settings.color, settings.timeout, settings.memory,
                  [this](std::uint32_t i) {
                    return will_store(i) && decider_.keeps_value(i) ? cache_->folder() : std::string();
                  },
                  settings.early, settings.only_code_of_now}) {
    result_.record.cell = absolute_path_of(cell);
  }

  RunResult run() {
    result_.record.id = new_run_id();
    result_.record.module = settings_.module;
    result_.record.request = settings_.request;
    result_.record.started_ns = now_ns();
    try {
      report_cache();
      decider_.start();
      loop();
    } catch (const Failure& failure) {
      // A compiler that Ctrl-C ended as well is no failure of the cell's.
      if (!is_interrupted()) result_.failure = failure;
      decider_.give_up(is_interrupted() ? "the run was interrupted"
                                        : std::string("the run was stopped: ") + failure.what());
    }
    finish(std::chrono::duration<double>(std::chrono::steady_clock::now() - settings_.began).count());
    return std::move(result_);
  }

 private:
  void loop() {
    while (true) {
      decider_.decide_all();
      if (is_interrupted()) return stop();
      const bool goes_on = !decider_.has_failed() || settings_.keep_going;
      runners_.begin_next();
      goes_on ? runners_.dispatch() : runners_.take_back();
      const bool has_to_wait = runners_.is_busy() || (goes_on && runners_.waits_for_others());
      if (!has_to_wait) {
        if (decider_.has_open_decisions()) continue;
        break;
      }
      if (cache_ != nullptr) publish_beside();
      const bool is_open = unpublished_since_ns_ != 0 || is_publishing_;
      for (FinishedCall& call : runners_.wait(is_open ? least_publish_ms : patience_ms)) take_result(call);
    }
    // With --keep-going nothing is left over by now; the words are for the case that this is not so.
    const bool stopped = decider_.has_failed() && !settings_.keep_going;
    decider_.give_up(stopped ? "the run stopped when " + decider_.failed_name() +
                                   " failed; -k goes on with what does not depend on it"
                             : "it was never decided, which is a mistake of hamcell: please report it");
  }

  /// What was stored since the last call is written in one short transaction, while the run goes on; other
  /// processes, which may be waiting for it, see it then.
  void publish_beside() {
    if (is_publishing_ && !cache_->is_committing()) end_publishing();
    if (!is_publishing_ && is_time_to_publish()) begin_publishing();
  }

  void begin_publishing() {
    is_publishing_ = true;
    unpublished_since_ns_ = 0;
    published_ = std::exchange(to_publish_, {});
    if (claims_ != nullptr) claims_->begin_write();
    // What the run waits for it may be a fifth of its time.
    const std::int64_t began_ns = monotonic_ns();
    cache_->begin_commit();
    publish_ms_ = std::clamp(static_cast<int>((monotonic_ns() - began_ns) * 4 / 1'000'000), least_publish_ms,
                             most_publish_ms);
  }

  void end_publishing() {
    if (!std::exchange(is_publishing_, false)) return;
    const bool is_written = cache_->end_commit();
    if (claims_ != nullptr) claims_->release_stored();
    for (const std::uint32_t i : std::exchange(published_, {}))
      if (is_written && cache_->is_writable() && !node(i).is_default_value()) observer_.stored(node(i).name);
    report_cache();
  }

  /// Answers that come one after the other are written together.
  bool is_time_to_publish() const {
    return unpublished_since_ns_ != 0 &&
           monotonic_ns() - unpublished_since_ns_ >= std::int64_t{publish_ms_} * 1'000'000;
  }

  void report_cache() {
    if (cache_ == nullptr) return;
    for (const Problem& warning : cache_->take_warnings()) observer_.warn(warning);
  }

  /// What has finished is kept; what runs is ended.
  void stop() {
    runners_.take_back();
    // What comes may also be that a call was not begun, and hide what has finished elsewhere.
    while (runners_.has_answers()) {
      for (FinishedCall& call : runners_.wait(0)) take_result(call);
      decider_.decide_all();
      runners_.begin_next();
    }
    decider_.give_up("the run was interrupted");
  }

  const GraphNode& node(std::uint32_t i) const { return graph_.nodes[i]; }

  bool will_store(std::uint32_t i) const { return is_to_be_stored(i) && cache_->is_writable(); }

  bool is_to_be_stored(std::uint32_t i) const {
    const Behavior behavior = node(i).behavior;
    return cache_ != nullptr && (behavior == Behavior::standard || behavior == Behavior::recompute);
  }

  // ---- What came of a call

  void take_result(FinishedCall& call) {
    const std::uint32_t i = call.node;
    const Answer& answer = call.answer;
    NodeState& state = decider_.state(i);
    if (cache_ != nullptr && unpublished_since_ns_ == 0) unpublished_since_ns_ = monotonic_ns();
    if (answer.damaged_argument < 0) note_held_arguments(call);
    if (answer.damaged_argument >= 0) lose_argument(call);
    // Its key may be another when it is called again.
    const bool is_called_again = state.must_redo || answer.damaged_argument >= 0;
    if (is_called_again && claims_ != nullptr) {
      state.is_sure_miss = false;
      claims_->release(state.result.cache_key, decider_.code_claim_of(i));
    }
    if (state.must_redo) {
      runners_.release(call.runner, state.value);
      return decider_.redo(i);
    }
    if (answer.damaged_argument >= 0) return try_again(call);
    state.result.seconds = answer.seconds;
    if (answer.began_ns != 0) state.began_ns = answer.began_ns;
    if (claims_ != nullptr) claims_->release_when_stored(state.result.cache_key, decider_.code_claim_of(i));
    code_.keep(node(i), state.result.code_version);
    if (!answer.ok) return decider_.fail(i, failure_text(answer));
    keep_result(call);
    release_arguments(i);
  }

  /// The runner now has the values that it was given.
  void note_held_arguments(const FinishedCall& call) {
    const std::vector<Argument>& arguments = node(call.node).arguments;
    for (std::size_t k = 0; k < arguments.size(); ++k) {
      if (arguments[k].source != Argument::Source::node) continue;
      NodeState& needed = decider_.state(arguments[k].index);
      const bool is_dropped = call.sent[k].is_last_use && call.answer.ok;
      // It may have been made anew meanwhile; what this runner has is then an older one.
      if (needed.value == call.sent[k].number)
        is_dropped ? void(needed.runners.erase(call.runner)) : void(needed.runners.insert(call.runner));
      else if (!is_dropped)
        runners_.release(call.runner, call.sent[k].number);
    }
  }

  /// The value of an argument could not be read from where it was said to be.
  void lose_argument(const FinishedCall& call) {
    const auto k = static_cast<std::size_t>(call.answer.damaged_argument);
    const Argument& argument = node(call.node).arguments[k];
    if (argument.source != Argument::Source::node) return;
    if (decider_.state(argument.index).value == call.sent[k].number) decider_.lose_value(argument.index);
  }

  /// The node whose argument was lost is called again when the value has been made anew.
  void try_again(const FinishedCall& call) {
    const auto k = static_cast<std::size_t>(call.answer.damaged_argument);
    NodeState& state = decider_.state(call.node);
    if (node(call.node).arguments[k].source != Argument::Source::node || ++state.tries > most_tries)
      return decider_.fail(call.node, "could not be given the value of '" +
                                          decider_.function(call.node).parameters[k].name +
                                          "': it cannot be read" +
                                          (call.answer.error.empty() ? "" : ": " + call.answer.error));
    state.phase = Phase::queued;
    decider_.prepare_again(call.node);
  }

  void keep_result(FinishedCall& call) {
    const std::uint32_t i = call.node;
    Answer& answer = call.answer;
    seal_variables(answer.trace);
    NodeState& state = decider_.state(i);
    state.runners = {call.runner};
    state.is_stored = answer.is_encoded;
    state.bytes = answer.bytes;
    state.content = answer.content;
    state.result.bytes = answer.is_encoded ? static_cast<std::int64_t>(answer.size) : -1;
    if (answer.storage_failed && !note_failed_storage(call)) return run_again(call);
    if (is_wanted_file(i) && !keep_wanted_value(i)) return run_again(call);
    if (answer.is_encoded) state.result.preview = preview_of(i);
    if (state.result.status == NodeStatus::cached) state.is_made_again = true;
    state.result.status = NodeStatus::executed;
    const Digest version = version_of(i, answer);
    store_entry(i, version, answer);
    if (cache_ != nullptr) warn_of_effects(i, answer.trace);
    state.trace = std::move(answer.trace);
    if (!node(i).is_default_value()) observer_.finished(node(i).name, state.result);
    decider_.settle(i, version);
  }

  /// The value is only in its runner. False where the node must run again, because the user is to see it.
  bool note_failed_storage(const FinishedCall& call) {
    const std::uint32_t i = call.node;
    const bool is_cache = cache_ != nullptr && decider_.state(i).store == cache_->folder();
    if (call.answer.is_refused || !is_cache) {
      const bool is_known = call.answer.is_refused && !refused_.insert(i).second;
      if (!is_known)
        observer_.warn({decider_.function(i).place,
                        "the result of node '" + node(i).name + "' is not stored: " + call.answer.error,
                        "",
                        {},
                        {}});
      return true;
    }
    cache_->stop_writing(call.answer.error);
    report_cache();
    // From now on values go to the scratch folder.
    return !settings_.wanted.contains(i);
  }

  void run_again(const FinishedCall& call) {
    NodeState& state = decider_.state(call.node);
    runners_.release(call.runner, state.value);
    state.runners.clear();
    state.is_stored = false;
    state.bytes.reset();
    decider_.redo(call.node);
  }

  bool is_wanted_file(std::uint32_t i) const {
    const NodeState& state = decider_.state(i);
    return settings_.wanted.contains(i) && state.is_stored && !state.bytes;
  }

  static std::optional<ValueBytes> read_stored(const NodeState& state) {
    return read_result(state.store, state.content, static_cast<std::uint64_t>(state.result.bytes));
  }

  /// Held on to until it is shown, since others may remove it from the store meanwhile. False where they
  /// have.
  bool keep_wanted_value(std::uint32_t i) {
    NodeState& state = decider_.state(i);
    std::optional<ValueBytes> bytes = read_stored(state);
    if (!bytes) return ++state.tries > most_tries;
    decider_.keep_wanted_value(i, *std::move(bytes));
    return true;
  }

  /// The data version of a node that has just run.
  Digest version_of(std::uint32_t i, const Answer& answer) const {
    if (node(i).behavior == Behavior::disable) return fresh_version();
    // Key and trace stand for a value that is not stored only where they decide what it is.
    const bool is_stored = decider_.is_storable(i) && decider_.keeps_value(i);
    const bool is_decided = !is_stored && answer.trace.settled && node(i).behavior == Behavior::standard &&
                            !decider_.always_runs(i);
    if (is_decided) return unstored_version_of(decider_.state(i).result.cache_key, answer.trace);
    return answer.is_encoded ? data_version_of(types_, node(i).type, answer.content) : fresh_version();
  }

  void warn_of_effects(std::uint32_t i, const Trace& trace) {
    if (const std::optional<Problem> warning = effect_warning(cell_, node(i), trace))
      observer_.warn(*warning);
  }

  std::string preview_of(std::uint32_t i) const {
    const NodeState& state = decider_.state(i);
    const auto text_of = [&](std::string_view bytes) {
      return preview(types_, node(i).type, bytes, preview_columns);
    };
    if (state.bytes) return text_of(*state.bytes);
    const auto read = decider_.wanted_values().find(i);
    if (read != decider_.wanted_values().end()) return text_of(read->second.view());
    if (state.result.bytes <= most_previewed_whole) {
      const std::optional<ValueBytes> bytes = read_stored(state);
      return bytes ? text_of(bytes->view()) : "";
    }
    std::string text;
    const bool is_whole = look_at_file(result_path(state.store, state.content),
                                       [&](std::string_view bytes) { text = text_of(bytes); });
    return is_whole ? text : "";
  }

  void store_entry(std::uint32_t i, const Digest& version, const Answer& answer) {
    const NodeState& state = decider_.state(i);
    const bool keeps_value = decider_.keeps_value(i);
    if (is_to_be_stored(i) && !cache_->is_writable()) cache_->warn_of_loss();
    if (!will_store(i) || !answer.trace.settled || (answer.storage_failed && keeps_value)) return;
    Entry entry;
    entry.node = node(i).name;
    entry.data_version = version;
    entry.content = answer.content;
    entry.type = types_[node(i).type].digest;
    entry.stored = answer.is_encoded && keeps_value;
    if (entry.stored) entry.inlined = answer.bytes;
    if (entry.stored) entry.bytes = answer.size;
    entry.seconds = answer.seconds;
    entry.preview = state.result.preview;
    entry.created_ns = now_ns();
    entry.trace = answer.trace;
    cache_->store(state.result.cache_key, state.result.code_version, entry);
    if (entry.stored) to_publish_.push_back(i);
    if (entry.stored && stored_types_.insert(entry.type).second) {
      StoredType type;
      type.table = extract(types_, node(i).type, type.type);
      cache_->store_type(entry.type, type);
    }
  }

  /// Values that no node can ask for any more are dropped by the runners that hold them.
  void release_arguments(std::uint32_t i) {
    // A node that runs a second time does not count twice: another user may still need the value.
    if (std::exchange(decider_.state(i).has_taken_arguments, true)) return;
    for (const Argument& argument : node(i).arguments) {
      if (argument.source != Argument::Source::node) continue;
      NodeState& needed = decider_.state(argument.index);
      if (needed.waiting_users > 0) --needed.waiting_users;
      if (needed.waiting_users > 0) continue;
      for (const std::uint32_t w : needed.runners) runners_.release(w, needed.value);
      needed.runners.clear();
    }
  }

  // ---- Ending

  /// Seconds from the start of the command to a monotonic time.
  double since_begin(std::int64_t ns) const {
    return static_cast<double>(ns - std::chrono::nanoseconds(settings_.began.time_since_epoch()).count()) /
           1e9;
  }

  void finish(double seconds) {
    try_to_store([this] {
      end_publishing();
      begin_publishing();
      // Others may be waiting for what has finished.
      if (runners_.has_crashes() || !settings_.wanted.empty()) end_publishing();
    });
    runners_.locate_crashes();
    RunRecord& record = result_.record;
    record.seconds = seconds;
    record.build_seconds = runners_.build_seconds();
    if (runners_.build_began_ns()) record.build_began = since_begin(*runners_.build_began_ns());
    record.nodes.reserve(shape_.graph_nodes.size());
    for (const std::uint32_t i : shape_.graph_nodes) {
      const NodeState& state = decider_.state(i);
      NodeRun& run = record.nodes.emplace_back(state.result);
      const bool has_run = run.status == NodeStatus::executed || run.status == NodeStatus::failed;
      if (has_run && state.began_ns != 0) run.began = since_begin(state.began_ns);
      if (!has_run) run.runner = 0;
      if (run.status == NodeStatus::cached) record.saved_seconds += run.seconds;
    }
    mark_same_values(decider_, shape_, history_, record);
    for (const GraphInput& input : graph_.inputs)
      record.inputs.push_back(
          {input.value ? input.value->text : "", input.value ? decider_.input_version(input) : Digest{}});
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i)
      if (node(i).needed && !node(i).override_value && !node(i).is_default_value()) record_defaults(i);
    record.status = is_interrupted()                           ? RunStatus::interrupted
                    : decider_.has_failed() || result_.failure ? RunStatus::failed
                                                               : RunStatus::ok;
    for (const Problem& warning : missing_dependency_warnings(decider_)) observer_.warn(warning);
    if (!settings_.wanted.empty()) collect_values();
    if (settings_.keep_traces) collect_used_files();
    if (record.status == RunStatus::ok && !runners_.has_begun()) collect_traces();
    runners_.kill();
    try_to_store([this] { store_run(); });
  }

  /// What the node was given where neither a node nor the user gave it anything.
  void record_defaults(std::uint32_t i) {
    const std::vector<Argument>& arguments = node(i).arguments;
    for (std::size_t k = 0; k < arguments.size(); ++k) {
      const bool is_literal = arguments[k].source == Argument::Source::literal;
      if (!is_literal && !arguments[k].is_default) continue;
      const Parameter& parameter = decider_.function(i).parameters[k];
      DefaultRun& used = result_.record.defaults.emplace_back();
      used.name = default_name(node(i).name, parameter.name);
      used.text = parameter.default_argument->text;
      if (is_literal) {
        used.data_version = decider_.given_version(arguments[k].type, arguments[k].cbor);
      } else {
        const NodeRun& run = decider_.state(arguments[k].index).result;
        used.code_version = run.code_version;
        used.data_version = run.data_version;
        used.cache_key = run.cache_key;
      }
    }
  }

  void collect_values() {
    for (const std::uint32_t i : shape_.graph_nodes) {
      const NodeState& state = decider_.state(i);
      result_.values.emplace_back();
      if (!settings_.wanted.contains(i) || state.phase != Phase::settled) continue;
      if (!state.is_stored && !decider_.is_storable(i)) continue;
      const auto read = decider_.wanted_values().find(i);
      if (state.bytes) {
        result_.values.back() = ValueBytes(*state.bytes);
      } else if (read != decider_.wanted_values().end()) {
        result_.values.back() = read->second;
      } else {
        result_.values.back() = read_stored(state);
      }
      if (!result_.values.back() && !refused_.contains(i)) miss_value(i);
    }
  }

  /// A value that was asked for is not left out in silence.
  void miss_value(std::uint32_t i) {
    if (result_.failure) return;
    result_.failure = Failure(ExitStatus::storage,
                              {decider_.function(i).place,
                               "the value of node '" + node(i).name + "' was made and could not be kept",
                               "make room for it where the cache is or, with --no-cache, in TMPDIR",
                               {},
                               {}});
  }

  void collect_used_files() {
    std::set<std::string> files;
    for (std::uint32_t i = 0; i < decider_.count(); ++i)
      for (const TracedFile& file : decider_.state(i).trace.files)
        if (file.is_read()) files.insert(file.path);
    result_.used_files = {files.begin(), files.end()};
  }

  void collect_traces() {
    const auto is_nothing = [](const Trace& trace) {
      return trace.files.empty() && trace.variables.empty() && trace.folder.empty();
    };
    std::vector<Trace>& all = result_.all_from_cache.emplace();
    for (std::uint32_t i = 0; i < decider_.count(); ++i)
      if (!is_nothing(decider_.state(i).trace)) all.push_back(decider_.state(i).trace);
  }

  void store_run() {
    const std::string shape = to_record(shape_, shape_record);
    result_.record.shape = digest_of(shape);
    cache_->store_shape(result_.record.shape, shape);
    cache_->store_run(stored_from_run(result_.record));
    end_publishing();
    cache_->commit_last();
  }

  /// Where storing fails, the result of the run says so, if it has nothing worse to say.
  template <class Store>
  void try_to_store(Store store) {
    if (cache_ == nullptr) return;
    try {
      store();
    } catch (const Failure& failure) {
      if (!result_.failure) result_.failure = failure;
    }
  }

  const Cell& cell_;
  const TypeTable& types_;
  const Graph& graph_;
  const GraphShape& shape_;
  const RunSettings& settings_;
  Cache* cache_;
  RunObserver& observer_;
  RunResult result_;
  History history_;
  CodeParts code_;
  Decider decider_;
  std::unique_ptr<Claims> claims_;
  Runners runners_;
  std::set<Digest> stored_types_;
  std::set<std::uint32_t> refused_;  ///< nodes whose results their codec would not encode
  /// Milliseconds that what has finished may wait for more to be written with: longer where writing takes
  /// long, since pages that are written again and again are most of the work.
  static constexpr int least_publish_ms = 20;
  static constexpr int most_publish_ms = 200;
  int publish_ms_ = least_publish_ms;
  static constexpr int patience_ms = 100;
  std::int64_t unpublished_since_ns_ = 0;  ///< monotonic time of the first answer since; 0: none
  std::vector<std::uint32_t> to_publish_;  ///< nodes whose results are stored and not yet committed
  std::vector<std::uint32_t> published_;   ///< those among them whose commit was begun
  bool is_publishing_ = false;             ///< a commit was begun
};

}  // namespace

RunResult execute(const Cell& cell, const Graph& graph, const GraphShape& shape, const RunSettings& settings,
                  Cache* cache, RunObserver& observer) {
  return Execution(cell, graph, shape, settings, cache, observer).run();
}

}  // namespace hamcell
