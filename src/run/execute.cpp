// Decides node by node what has to run, and hands that to runners.
//
// One thread and one event loop. Deciding goes ahead as far as versions are known, before anything is built;
// the cell is compiled when the first node must run. See node_state.h for the phases of a node.
#include "run/execute.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>

#include "base/text.h"
#include "cache/store.h"
#include "run/node_state.h"
#include "run/runner_process.h"
#include "run/versions.h"
#include "value/preview.h"
#include "value/type_table.h"

namespace hamcell {
namespace {

/// How wide the previews are that entries keep.
constexpr std::size_t preview_columns = 160;
/// How often a node may find its arguments damaged before that counts as a failure.
constexpr unsigned most_tries = 3;

/// A runner and what it is busy with.
struct Worker {
  std::unique_ptr<RunnerProcess> process;
  std::optional<std::uint32_t> node;  ///< that it runs, or whose value it writes
  bool is_encoding = false;           ///< it writes the value of `node` for another runner
  bool is_loaded = false;
  std::optional<Command> after_loading;   ///< while it loads the cell: what it is to do then
  std::vector<std::uint64_t> sent;        ///< numbers of the arguments of the call that it works on
  std::vector<std::uint64_t> to_release;  ///< values that it may drop at the next command
};

class Execution {
 public:
  Execution(const Cell& cell, const Graph& graph, const GraphShape& shape, const RunSettings& settings,
            Cache* cache, RunObserver& observer, const std::atomic<bool>& interrupted)
      : cell_(cell),
        types_(cell.model.types),
        graph_(graph),
        shape_(shape),
        settings_(settings),
        cache_(cache),
        observer_(observer),
        interrupted_(interrupted),
        states_(graph.nodes.size()),
        groups_(graph.nodes.size()) {}

  ~Execution() {
    workers_.clear();
    if (!scratch_.empty()) {
      std::error_code ignored;
      std::filesystem::remove_all(scratch_, ignored);
    }
  }
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  RunResult run() {
    const auto began = std::chrono::steady_clock::now();
    result_.record.id = new_run_id();
    result_.record.cell = absolute_cell_path();
    result_.record.module = settings_.module;
    result_.record.started_ns = now_ns();
    try {
      start();
      loop();
    } catch (const Failure& failure) {
      // A compiler that Ctrl-C ended as well is no failure of the cell's.
      if (!interrupted_) result_.failure = failure;
      give_up(interrupted_ ? "the run was interrupted"
                           : std::string("the run was stopped: ") + failure.what());
    }
    finish(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    return std::move(result_);
  }

 private:
  // ---- Names and versions
  // -----------------------------------------------------------------------------------

  static std::string new_run_id() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    char text[32];
    std::strftime(text, sizeof text, "%Y%m%d-%H%M%S-", &local);
    return text + fresh_version().hex().substr(0, 8);
  }

  std::string absolute_cell_path() const {
    return cell_.path == "<stdin>" ? cell_.path : cell_.folder + '/' + file_name(cell_.path);
  }

  const GraphNode& node(std::uint32_t i) const { return graph_.nodes[i]; }
  const NodeFunction& function(std::uint32_t i) const {
    return cell_.model.functions[graph_.nodes[i].function];
  }
  bool is_ignored(std::uint32_t i) const {
    return node(i).behavior == Behavior::ignore && !node(i).override_value;
  }
  bool is_storable(std::uint32_t i) const { return types_[node(i).type].storable(); }

  /// Numbers of inputs and literals, which are the same for the whole run; those of nodes are given out above
  /// them.
  static constexpr std::uint64_t first_node_value = std::uint64_t{1} << 60;
  static std::uint64_t input_value(std::uint32_t input) { return input; }
  std::uint64_t literal_value(std::uint32_t node_index, std::size_t argument) const {
    return graph_.inputs.size() + (std::uint64_t{node_index} << 16) + argument;
  }

  Digest given_version(std::uint32_t type, const std::string& cbor) const {
    return data_version_of(types_, type, digest_of(cbor));
  }

  Digest argument_version(const Argument& argument) const {
    switch (argument.source) {
      case Argument::Source::node:
        return states_[argument.index].result.data_version;
      case Argument::Source::input:
        return given_version(argument.type, graph_.inputs[argument.index].value->cbor);
      case Argument::Source::literal:
        return given_version(argument.type, argument.cbor);
      case Argument::Source::missing:
        break;
    }
    return {};
  }

  Digest key_of(std::uint32_t i) const {
    std::vector<Digest> versions;
    for (const Argument& argument : node(i).arguments)
      if (argument.source != Argument::Source::node || !is_ignored(argument.index))
        versions.push_back(argument_version(argument));
    return cache_key_of(node(i).name, states_[i].result.code_version, versions);
  }

  // ---- Starting
  // ---------------------------------------------------------------------------------------------

  void start() {
    join_groups();
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
      NodeState& state = states_[i];
      if (!node(i).needed) {
        state.result.status = NodeStatus::unneeded;
        continue;
      }
      state.phase = Phase::waiting;
      state.result.code_version = code_version_of(cell_, node(i));
      for (const std::uint32_t user : node(i).users)
        if (node(user).needed && !node(user).override_value) ++state.waiting_users;
      if (is_ignored(i)) wait_to_be_asked_for(i);
    }
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i)
      if (states_[i].phase == Phase::waiting && knows_arguments(i)) decidable_.push_back(i);
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i)
      if (states_[i].phase == Phase::settled && is_ignored(i) && node(i).is_asked_for) demand(i);
  }

  /// A node with behavior `ignore` has no key: what needs it can be decided at once.
  void wait_to_be_asked_for(std::uint32_t i) {
    states_[i].phase = Phase::settled;
    states_[i].has_version = true;
    states_[i].result.status = NodeStatus::unneeded;
  }

  /// A value that cannot be stored ties its node and all of its users to one runner.
  void join_groups() {
    for (std::uint32_t i = 0; i < groups_.size(); ++i) groups_[i] = i;
    for (std::uint32_t i = 0; i < groups_.size(); ++i) {
      if (is_storable(i)) continue;
      for (const std::uint32_t user : node(i).users) groups_[group_of(user)] = group_of(i);
    }
  }

  std::uint32_t group_of(std::uint32_t i) {
    while (groups_[i] != i) i = groups_[i] = groups_[groups_[i]];
    return i;
  }

  bool has_tie(std::uint32_t i) const {
    if (!is_storable(i)) return true;
    return std::ranges::any_of(node(i).arguments, [&](const Argument& argument) {
      return argument.source == Argument::Source::node && !is_storable(argument.index);
    });
  }

  // ---- Deciding
  // ---------------------------------------------------------------------------------------------

  bool knows_arguments(std::uint32_t i) const {
    if (node(i).override_value) return true;
    return std::ranges::all_of(node(i).arguments, [&](const Argument& argument) {
      return argument.source != Argument::Source::node || states_[argument.index].has_version;
    });
  }

  void decide(std::uint32_t i) {
    NodeState& state = states_[i];
    if (state.phase != Phase::waiting || !knows_arguments(i)) return;
    if (node(i).override_value) return settle_override(i);
    state.result.cache_key = key_of(i);
    const std::string& always = function(i).code.always_run;
    switch (node(i).behavior) {
      case Behavior::recompute:
        return require(i, "behavior recompute");
      case Behavior::disable:
        return require(i, "behavior disable");
      case Behavior::ignore:
        return;
      case Behavior::standard:
        break;
    }
    if (!always.empty()) return require(i, "its code uses " + always);
    if (cache_ == nullptr) return require(i, "the cache is off");
    std::optional<std::string> why_not;
    for (Entry& entry : cache_->find(state.result.cache_key)) {
      std::optional<std::string> change = trace_change(entry.trace);
      if (!change && is_shown(i)) change = read_shown_value(i, entry);
      if (!change) return settle_hit(i, std::move(entry));
      if (!why_not) why_not = change;
    }
    require(i, why_not ? *why_not : difference_from_last_run(i));
  }

  /// Whether the user asked to see the node's value in full.
  bool is_shown(std::uint32_t i) const { return settings_.keep_values && node(i).is_target; }

  /// Reads the stored value that the user will see; the reason when that cannot be done.
  std::optional<std::string> read_shown_value(std::uint32_t i, const Entry& entry) {
    if (!entry.stored || entry.inlined) return std::nullopt;
    std::optional<std::string> bytes = read_result(cache_->folder(), entry.content);
    if (!bytes) return lost_result_text(cache_->folder(), entry.content);
    shown_values_[i] = *std::move(bytes);
    return std::nullopt;
  }

  static std::string lost_result_text(const std::string& store, const Digest& content) {
    return stamp_of(result_path(store, content)).kind == Stamp::Kind::absent ? "result missing"
                                                                             : "result damaged";
  }

  void settle_override(std::uint32_t i) {
    NodeState& state = states_[i];
    const std::string& cbor = node(i).override_value->cbor;
    state.value = next_value_++;
    state.bytes = cbor;
    state.is_stored = true;
    state.result.status = NodeStatus::overridden;
    state.result.bytes = static_cast<std::int64_t>(cbor.size());
    state.result.preview = preview(types_, node(i).type, cbor, preview_columns);
    settle(i, given_version(node(i).type, cbor));
  }

  void settle_hit(std::uint32_t i, Entry entry) {
    NodeState& state = states_[i];
    state.value = next_value_++;
    state.is_stored = entry.stored;
    state.bytes = std::move(entry.inlined);
    state.content = entry.content;
    state.store = cache_->folder();
    state.result.status = NodeStatus::cached;
    state.result.seconds = entry.seconds;
    state.result.bytes = entry.stored ? static_cast<std::int64_t>(entry.bytes) : -1;
    state.result.preview = std::move(entry.preview);
    if (!node(i).is_default_value()) observer_.hit(node(i).name, state.result);
    settle(i, entry.data_version);
  }

  /// The node's version is known: its users can be decided, or have another argument than they were decided
  /// with.
  void settle(std::uint32_t i, const Digest& version) {
    NodeState& state = states_[i];
    const bool is_new = !state.has_version;
    const bool is_other = state.has_version && !is_ignored(i) && state.result.data_version != version;
    state.phase = Phase::settled;
    state.has_version = true;
    state.result.data_version = version;
    for (const std::uint32_t user : node(i).users) {
      if (is_other) undo(user);
      if (is_new || is_other) decidable_.push_back(user);
      if (states_[user].phase == Phase::queued) decidable_ready_.push_back(user);
    }
    if (!state.has_value() && is_wanted(i)) demand(i);
  }

  /// Whether a user that must run waits for the value.
  bool is_wanted(std::uint32_t i) const {
    return std::ranges::any_of(node(i).users,
                               [&](std::uint32_t user) { return states_[user].phase == Phase::queued; });
  }

  /// Takes back what was decided about a node and, with it, about everything that was decided because of it.
  void undo(std::uint32_t i) {
    NodeState& state = states_[i];
    // What failed in this run stays failed, or a node that kills its runner could be tried for ever.
    const bool is_final =
        state.phase == Phase::unneeded || state.phase == Phase::failed || state.phase == Phase::skipped;
    if (is_final || state.phase == Phase::waiting || node(i).override_value) return;
    if (state.phase == Phase::running) {
      state.must_redo = true;
      return;
    }
    // An ignored node is in no key: nothing was decided because of it. Its value, though, is out of date.
    if (is_ignored(i)) {
      if (state.phase == Phase::settled) drop_value(i);
      return;
    }
    drop_value(i);
    ready_.erase(i);
    state.phase = Phase::waiting;
    state.has_version = false;
    state.result.status = NodeStatus::none;
    for (const std::uint32_t user : node(i).users) undo(user);
  }

  void drop_value(std::uint32_t i) {
    NodeState& state = states_[i];
    for (const std::uint32_t runner : state.runners) workers_[runner].to_release.push_back(state.value);
    state.runners.clear();
    state.is_stored = false;
    state.bytes.reset();
  }

  void require(std::uint32_t i, std::string reason) {
    NodeState& state = states_[i];
    state.phase = Phase::queued;
    state.result.reason = std::move(reason);
    shown_values_.erase(i);
    decidable_ready_.push_back(i);
  }

  /// The value of a settled node is needed; if it is not at hand, the node runs.
  void demand(std::uint32_t i) {
    NodeState& state = states_[i];
    if (state.phase != Phase::settled || state.has_value()) return;
    state.result.cache_key = is_ignored(i) ? Digest{} : state.result.cache_key;
    require(i, is_ignored(i) ? "behavior ignore, and its value is needed"
                             : "its value is needed and is not stored");
  }

  /// Asks for the values that a queued node needs; it can be sent to a runner when all are there.
  void prepare(std::uint32_t i) {
    if (states_[i].phase != Phase::queued) return;
    bool is_ready = true;
    for (const Argument& argument : node(i).arguments) {
      if (argument.source != Argument::Source::node) continue;
      const NodeState& needed = states_[argument.index];
      if (needed.phase == Phase::failed || needed.phase == Phase::skipped) return skip(i, argument.index);
      if (needed.has_value()) continue;
      is_ready = false;
      demand(argument.index);
    }
    if (is_ready) ready_.insert(i);
  }

  void skip(std::uint32_t i, std::uint32_t because_of) {
    const NodeState& cause = states_[because_of];
    skip(i, cause.phase == Phase::failed ? node(because_of).name + " failed" : cause.result.reason);
  }

  void skip(std::uint32_t i, const std::string& reason) {
    NodeState& state = states_[i];
    state.phase = Phase::skipped;
    state.result.status = NodeStatus::skipped;
    state.result.reason = reason;
    ready_.erase(i);
    skip_users(i, reason);
  }

  void skip_users(std::uint32_t i, const std::string& reason) {
    for (const std::uint32_t user : node(i).users) {
      const Phase phase = states_[user].phase;
      // A user of an ignored node may be a hit; only one that needs the value is lost.
      if (phase == Phase::queued || (phase == Phase::waiting && !is_ignored(i) && !node(user).override_value))
        skip(user, reason);
    }
  }

  void fail(std::uint32_t i, const std::string& error) {
    NodeState& state = states_[i];
    state.phase = Phase::failed;
    if (const std::optional<std::uint32_t> parameter = node(i).default_of)
      return fail(node(i).users[0], "could not evaluate the default of parameter '" +
                                        function(i).parameters[*parameter].name + "': it " + error);
    state.result.status = NodeStatus::failed;
    state.result.error = error;
    state.result.data_version = {};
    has_failed_ = true;
    failed_name_ = node(i).name;
    observer_.finished(node(i).name, state.result);
    skip_users(i, node(i).name + " failed");
  }

  // ---- Why a node runs
  // --------------------------------------------------------------------------------------

  void recall_last_run() {
    if (has_recalled_) return;
    has_recalled_ = true;
    const std::optional<StoredRun> stored = cache_->last_run(result_.record.cell);
    if (!stored) return;
    std::optional<RunRecord> record = from_record<RunRecord>(stored->record, run_record);
    if (!record) return;
    const std::optional<std::string> bytes = cache_->find_shape(record->shape);
    const std::optional<GraphShape> shape =
        bytes ? from_record<GraphShape>(*bytes, shape_record) : std::nullopt;
    if (!shape || shape->nodes.size() != record->nodes.size() ||
        shape->inputs.size() != record->inputs.size())
      return;
    for (std::size_t i = 0; i < shape->nodes.size(); ++i)
      last_nodes_[shape->nodes[i].name] = record->nodes[i];
    for (std::size_t i = 0; i < shape->inputs.size(); ++i)
      last_inputs_[shape->inputs[i].name] = record->inputs[i];
  }

  std::string difference_from_last_run(std::uint32_t i) {
    recall_last_run();
    const auto last = last_nodes_.find(node(i).name);
    if (last == last_nodes_.end() || last->second.cache_key.is_zero()) return "first run";
    if (last->second.code_version != states_[i].result.code_version) return "code changed";
    for (const Argument& argument : node(i).arguments) {
      if (argument.source == Argument::Source::node && !argument.is_default) {
        const std::string& name = node(argument.index).name;
        const auto before = last_nodes_.find(name);
        if (before != last_nodes_.end() && before->second.data_version != argument_version(argument))
          return name + " changed";
      } else {
        const GraphInput& input =
            graph_.inputs[argument.source == Argument::Source::input ? argument.index : argument.input];
        const auto before = last_inputs_.find(input.name);
        const Digest now = argument.source == Argument::Source::input ? argument_version(argument) : Digest{};
        if (before == last_inputs_.end() || before->second.data_version == now) continue;
        const auto text = [](bool given, const std::string& value) {
          return given ? value : std::string("default");
        };
        return "input " + input.name +
               " changed: " + text(!before->second.data_version.is_zero(), before->second.text) + " → " +
               text(input.value.has_value(), input.value ? input.value->text : "");
      }
    }
    return "not in the cache";
  }

  // ---- Running
  // ----------------------------------------------------------------------------------------------

  void loop() {
    while (true) {
      decide_all();
      if (interrupted_) return give_up("the run was interrupted");
      const bool goes_on = !has_failed_ || settings_.keep_going;
      if (goes_on) dispatch();
      if (cache_ != nullptr) cache_->commit();
      const bool is_busy =
          std::ranges::any_of(workers_, [](const Worker& worker) { return worker.node.has_value(); });
      if (!is_busy) {
        if (!decidable_.empty() || !decidable_ready_.empty()) continue;
        break;
      }
      wait();
    }
    // With --keep-going nothing is left over by now; the words are for the case that this is not so.
    const bool stopped = has_failed_ && !settings_.keep_going;
    give_up(stopped ? "the run stopped when " + failed_name_ +
                          " failed; -k goes on with what does not depend on it"
                    : "it was never decided, which is a mistake of hamcell: please report it");
  }

  void decide_all() {
    while (!decidable_.empty() || !decidable_ready_.empty()) {
      while (!decidable_.empty()) {
        const std::uint32_t i = decidable_.front();
        decidable_.pop_front();
        decide(i);
      }
      while (!decidable_ready_.empty()) {
        const std::uint32_t i = decidable_ready_.front();
        decidable_ready_.pop_front();
        prepare(i);
      }
    }
  }

  void build() {
    if (built_) return;
    observer_.building();
    built_ = build_cell(cell_, graph_, settings_.color, [this] { observer_.tick(); });
    result_.record.build_seconds = built_->seconds;
    observer_.built(*built_);
  }

  void dispatch() {
    // A copy, since a runner that turns out to be lost takes nodes back out of ready_.
    for (const std::uint32_t i : std::vector<std::uint32_t>(ready_.begin(), ready_.end())) {
      if (!ready_.contains(i)) continue;
      if (!has_arguments(i)) {
        // A value went with its runner after the node had become ready.
        ready_.erase(i);
        decidable_ready_.push_back(i);
        continue;
      }
      const std::optional<std::uint32_t> chosen = choose_worker(i);
      if (!chosen || !bring_values(i, *chosen)) continue;
      ready_.erase(i);
      send_call(i, *chosen);
    }
  }

  bool has_arguments(std::uint32_t i) const {
    return std::ranges::all_of(node(i).arguments, [&](const Argument& argument) {
      return argument.source != Argument::Source::node || states_[argument.index].has_value();
    });
  }

  /// The idle runner that holds most of the node's arguments, or a new one; nothing while it has to wait.
  std::optional<std::uint32_t> choose_worker(std::uint32_t i) {
    if (has_tie(i)) {
      const auto tied = group_worker_.find(group_of(i));
      if (tied != group_worker_.end() && workers_[tied->second].process != nullptr)
        return workers_[tied->second].node ? std::nullopt : std::optional(tied->second);
    }
    std::optional<std::uint32_t> best;
    std::int64_t best_held = -1;
    for (std::uint32_t w = 0; w < workers_.size(); ++w) {
      if (workers_[w].process == nullptr || workers_[w].node) continue;
      std::int64_t held = 0;
      for (const Argument& argument : node(i).arguments)
        if (argument.source == Argument::Source::node && states_[argument.index].runners.contains(w))
          held += std::max<std::int64_t>(states_[argument.index].result.bytes, 1);
      if (held > best_held) {
        best = w;
        best_held = held;
      }
    }
    if (!best) best = new_worker();
    if (best && has_tie(i)) group_worker_[group_of(i)] = *best;
    return best;
  }

  std::optional<std::uint32_t> new_worker() {
    const auto alive =
        std::ranges::count_if(workers_, [](const Worker& worker) { return worker.process != nullptr; });
    if (alive >= static_cast<std::ptrdiff_t>(settings_.jobs)) return std::nullopt;
    build();
    Worker worker;
    worker.process = std::make_unique<RunnerProcess>();
    workers_.push_back(std::move(worker));
    return static_cast<std::uint32_t>(workers_.size() - 1);
  }

  /// Values that are only in another runner must be written by it first; true when none is.
  bool bring_values(std::uint32_t i, std::uint32_t w) {
    bool are_here = true;
    for (const Argument& argument : node(i).arguments) {
      if (argument.source != Argument::Source::node) continue;
      NodeState& needed = states_[argument.index];
      if (needed.is_stored || needed.runners.contains(w)) continue;
      are_here = false;
      Worker& holder = workers_[*needed.runners.begin()];
      if (holder.node) continue;  // busy; asked again when it is idle
      Command command;
      command.kind = Command::Kind::encode;
      command.value = needed.value;
      command.encodes = true;
      command.store = scratch_folder();
      holder.node = argument.index;
      holder.is_encoding = true;
      holder.process->send(command);
    }
    return are_here;
  }

  const std::string& scratch_folder() {
    if (scratch_.empty()) {
      std::string name = temporary_folder_pattern();
      if (::mkdtemp(name.data()) == nullptr)
        throw Failure(ExitStatus::storage,
                      "cannot create a folder for passing values between runners, '" + name + "'",
                      "set TMPDIR to a folder that you may write to");
      scratch_ = name;
    }
    return scratch_;
  }

  bool will_store(std::uint32_t i) const {
    const Behavior behavior = node(i).behavior;
    return cache_ != nullptr && (behavior == Behavior::standard || behavior == Behavior::recompute);
  }

  ValueSource source_of(std::uint32_t i, std::size_t k, std::uint32_t w) {
    const Argument& argument = node(i).arguments[k];
    ValueSource source;
    if (argument.source == Argument::Source::input) {
      source.value = input_value(argument.index);
      source.bytes = graph_.inputs[argument.index].value->cbor;
    } else if (argument.source == Argument::Source::literal) {
      source.value = literal_value(i, k);
      source.bytes = argument.cbor;
    } else {
      const NodeState& needed = states_[argument.index];
      source.value = needed.value;
      source.is_held = needed.runners.contains(w);
      if (!source.is_held) {
        source.bytes = needed.bytes;
        source.content = needed.content;
        if (!needed.bytes) source.file = result_path(needed.store, needed.content);
      }
    }
    return source;
  }

  void send_call(std::uint32_t i, std::uint32_t w) {
    Worker& worker = workers_[w];
    Command command;
    command.kind = Command::Kind::call;
    states_[i].value = next_value_++;
    command.value = states_[i].value;
    command.function =
        node(i).default_of ? built_->defaults.at({node(i).function, *node(i).default_of}) : node(i).function;
    worker.sent.clear();
    for (std::size_t k = 0; k < node(i).arguments.size(); ++k) {
      command.arguments.push_back(source_of(i, k, w));
      worker.sent.push_back(command.arguments.back().value);
    }
    command.encodes = is_storable(i);
    command.canonical = types_[node(i).type].holds_unordered;
    command.store = will_store(i) ? cache_->folder() : scratch_folder();
    command.release = std::exchange(worker.to_release, {});
    worker.node = i;
    states_[i].phase = Phase::running;
    states_[i].must_redo = false;
    if (!node(i).is_default_value()) observer_.started(node(i).name);
    if (!worker.is_loaded) return start_loading(worker, std::move(command));
    if (!worker.process->send(command)) lose_idle_worker(w);
  }

  /// Loads the cell into a new runner; the call that needs it follows when that has worked.
  void start_loading(Worker& worker, Command call) {
    Command command;
    command.kind = Command::Kind::load;
    command.library = built_->library;
    worker.after_loading = std::move(call);
    worker.process->send(command);
  }

  void take_loaded(std::uint32_t w, const Answer& answer) {
    Worker& worker = workers_[w];
    if (!answer.ok)
      throw Failure(ExitStatus::compile, {{cell_.path, 0, 0},
                                          "the built cell cannot be loaded: " + answer.error,
                                          "check //hamcell:ldflags, //hamcell:pkg and LD_LIBRARY_PATH"});
    worker.is_loaded = true;
    const Command call = *std::exchange(worker.after_loading, std::nullopt);
    if (!worker.process->send(call)) lose_idle_worker(w);
  }

  void wait() {
    std::vector<pollfd> fds;
    std::vector<std::uint32_t> owners;
    for (std::uint32_t w = 0; w < workers_.size(); ++w) {
      if (workers_[w].process == nullptr) continue;
      fds.push_back({workers_[w].process->socket(), POLLIN, 0});
      fds.push_back({workers_[w].process->output(), POLLIN, 0});
      owners.push_back(w);
    }
    const int count = ::poll(fds.data(), fds.size(), 100);
    observer_.tick();
    for (std::size_t k = 0; k < owners.size(); ++k) {
      if (count > 0 && fds[2 * k + 1].revents != 0) show_output(owners[k], false);
      // A child process of a node may keep the socket open after the runner's end.
      const bool has_ended = workers_[owners[k]].process->has_ended();
      if ((count > 0 && fds[2 * k].revents != 0) || has_ended) take_answer(owners[k], has_ended);
    }
  }

  void show_output(std::uint32_t w, bool all) {
    const std::string lines = workers_[w].process->take_lines(all);
    if (!lines.empty())
      observer_.printed(workers_[w].node ? node(*workers_[w].node).name : cell_.stem, lines);
  }

  void take_answer(std::uint32_t w, bool has_ended) {
    Answer answer;
    const MessageReader::State state = workers_[w].process->receive(answer);
    if (state == MessageReader::State::waiting && has_ended) return lose_worker(w);
    if (state == MessageReader::State::waiting) return;
    if (state == MessageReader::State::closed) return lose_worker(w);
    show_output(w, true);
    Worker& worker = workers_[w];
    if (worker.after_loading) return take_loaded(w, answer);
    if (!worker.node)
      return lose_worker(w);  // nothing was asked: a process that a node forked has answered too
    const std::uint32_t i = *worker.node;
    worker.node.reset();
    if (worker.is_encoding) {
      worker.is_encoding = false;
      return take_encoded(i, answer);
    }
    take_result(i, w, answer);
  }

  /// A value that only one runner had is now in the scratch folder, for the others.
  void take_encoded(std::uint32_t i, Answer& answer) {
    if (!answer.ok || answer.storage_failed)
      throw Failure(ExitStatus::storage,
                    "cannot pass the value of '" + node(i).name + "' to another runner: " + answer.error);
    NodeState& state = states_[i];
    state.is_stored = true;
    state.bytes = std::move(answer.bytes);
    state.content = answer.content;
    state.store = scratch_folder();
  }

  void take_result(std::uint32_t i, std::uint32_t w, Answer& answer) {
    NodeState& state = states_[i];
    for (std::size_t k = 0; k < node(i).arguments.size() && answer.damaged_argument < 0; ++k) {
      const Argument& argument = node(i).arguments[k];
      if (argument.source != Argument::Source::node) continue;
      NodeState& needed = states_[argument.index];
      // It may have been made anew meanwhile; what this runner has is then an older one.
      if (needed.value == workers_[w].sent[k])
        needed.runners.insert(w);
      else
        workers_[w].to_release.push_back(workers_[w].sent[k]);
    }
    if (answer.damaged_argument >= 0) lose_argument(i, w, static_cast<std::size_t>(answer.damaged_argument));
    if (state.must_redo) {
      workers_[w].to_release.push_back(state.value);
      return redo(i);
    }
    if (answer.damaged_argument >= 0) return try_again(i, static_cast<std::size_t>(answer.damaged_argument));
    state.result.seconds = answer.seconds;
    if (!answer.ok) return fail(i, failure_text(answer));
    keep_result(i, w, answer);
    release_arguments(i);
  }

  /// An argument turned out to be another one while the node ran: what came of it counts for nothing.
  void redo(std::uint32_t i) {
    NodeState& state = states_[i];
    state.must_redo = false;
    if (is_ignored(i)) {
      state.phase = Phase::settled;
      for (const std::uint32_t user : node(i).users) decidable_ready_.push_back(user);
      return;
    }
    state.phase = Phase::waiting;
    state.has_version = false;
    decidable_.push_back(i);
  }

  static std::string failure_text(const Answer& answer) {
    if (answer.error_type.empty())
      return answer.error.empty() ? "threw something that has no name" : answer.error;
    return "threw " + answer.error_type + (answer.error.empty() ? "" : ": " + answer.error);
  }

  void keep_result(std::uint32_t i, std::uint32_t w, Answer& answer) {
    NodeState& state = states_[i];
    state.runners = {w};
    state.is_stored = answer.is_encoded;
    state.bytes = answer.bytes;
    state.content = answer.content;
    state.store = will_store(i) ? cache_->folder() : scratch_;
    state.result.bytes = answer.is_encoded ? static_cast<std::int64_t>(answer.size) : -1;
    if (answer.storage_failed)
      observer_.warn({function(i).place,
                      "the result of node '" + node(i).name + "' is not stored: " + answer.error,
                      "",
                      {},
                      {}});
    if (answer.is_encoded) state.result.preview = preview_of(i);
    state.result.status = NodeStatus::executed;
    const Digest version = version_of(i, answer);
    store_entry(i, version, answer);
    if (!node(i).is_default_value()) observer_.finished(node(i).name, state.result);
    settle(i, version);
  }

  /// The data version of a node that has just run.
  Digest version_of(std::uint32_t i, const Answer& answer) const {
    if (node(i).behavior == Behavior::disable) return fresh_version();
    if (answer.is_encoded) return data_version_of(types_, node(i).type, answer.content);
    // Key and trace stand for a value that is not stored only where they decide what it is.
    const bool is_decided = !is_storable(i) && answer.trace.settled &&
                            node(i).behavior == Behavior::standard && function(i).code.always_run.empty();
    return is_decided ? unstored_version_of(states_[i].result.cache_key, answer.trace) : fresh_version();
  }

  std::string preview_of(std::uint32_t i) const {
    const NodeState& state = states_[i];
    if (state.bytes) return preview(types_, node(i).type, *state.bytes, preview_columns);
    const MappedFile file(result_path(state.store, state.content));
    return file.bytes().empty() ? "" : preview(types_, node(i).type, file.bytes(), preview_columns);
  }

  void store_entry(std::uint32_t i, const Digest& version, const Answer& answer) {
    const NodeState& state = states_[i];
    if (!will_store(i) || !answer.trace.settled || answer.storage_failed) return;
    Entry entry;
    entry.node = node(i).name;
    entry.data_version = version;
    entry.content = answer.content;
    entry.type = types_[node(i).type].digest;
    entry.stored = answer.is_encoded;
    entry.inlined = answer.bytes;
    entry.bytes = answer.size;
    entry.seconds = answer.seconds;
    entry.preview = state.result.preview;
    entry.created_ns = now_ns();
    entry.trace = answer.trace;
    cache_->store(state.result.cache_key, entry);
    if (answer.is_encoded && stored_types_.insert(entry.type).second) {
      StoredType type;
      type.table = extract(types_, node(i).type, type.type);
      cache_->store_type(entry.type, type);
    }
  }

  /// The value of an argument could not be read from where it was said to be.
  void lose_argument(std::uint32_t i, std::uint32_t w, std::size_t k) {
    const Argument& argument = node(i).arguments[k];
    if (argument.source != Argument::Source::node) return;
    NodeState& needed = states_[argument.index];
    if (needed.value != workers_[w].sent[k]) return;
    drop_value(argument.index);
    if (needed.phase == Phase::settled)
      require(argument.index, lost_result_text(needed.store, needed.content));
  }

  /// The node whose argument was lost is called again when the value has been made anew.
  void try_again(std::uint32_t i, std::size_t k) {
    NodeState& state = states_[i];
    if (node(i).arguments[k].source != Argument::Source::node || ++state.tries > most_tries)
      return fail(
          i, "could not be given the value of '" + function(i).parameters[k].name + "': it cannot be read");
    state.phase = Phase::queued;
    decidable_ready_.push_back(i);
  }

  /// Values that no node can ask for any more are dropped by the runners that hold them.
  void release_arguments(std::uint32_t i) {
    // A node that runs a second time does not count twice: another user may still need the value.
    if (std::exchange(states_[i].has_taken_arguments, true)) return;
    for (const Argument& argument : node(i).arguments) {
      if (argument.source != Argument::Source::node) continue;
      NodeState& needed = states_[argument.index];
      if (needed.waiting_users > 0) --needed.waiting_users;
      if (needed.waiting_users > 0) continue;
      for (const std::uint32_t w : needed.runners) workers_[w].to_release.push_back(needed.value);
      needed.runners.clear();
    }
  }

  /// The runner had ended before it could take the command, which is not the fault of that command's node.
  void lose_idle_worker(std::uint32_t w) {
    const std::uint32_t i = *std::exchange(workers_[w].node, std::nullopt);
    states_[i].phase = Phase::queued;
    lose_worker(w);
  }

  void lose_worker(std::uint32_t w) {
    show_output(w, true);
    Worker& worker = workers_[w];
    const std::string how = worker.process->end_text();
    if (worker.after_loading)
      throw Failure(ExitStatus::node_failed,
                    {{cell_.path, 0, 0},
                     "an initialiser of the cell's variables failed: the runner " + how,
                     "variables at namespace scope are initialised before any node runs"});
    worker.process.reset();
    for (NodeState& state : states_) state.runners.erase(w);
    const std::optional<std::uint32_t> node_at_fault = std::exchange(worker.node, std::nullopt);
    // What was only in the lost runner is made again where a node that must run still needs it.
    for (std::uint32_t i = 0; i < states_.size(); ++i) {
      if (states_[i].phase != Phase::queued) continue;
      ready_.erase(i);
      decidable_ready_.push_back(i);
    }
    if (!node_at_fault || std::exchange(worker.is_encoding, false)) return;
    if (states_[*node_at_fault].must_redo) return redo(*node_at_fault);
    fail(*node_at_fault, how);
  }

  // ---- Ending
  // -----------------------------------------------------------------------------------------------

  /// Everything that has no result yet gets none.
  void give_up(const std::string& reason) {
    for (std::uint32_t i = 0; i < states_.size(); ++i) {
      const Phase phase = states_[i].phase;
      if (phase != Phase::waiting && phase != Phase::queued && phase != Phase::running) continue;
      states_[i].phase = Phase::skipped;
      states_[i].result.status = NodeStatus::skipped;
      states_[i].result.reason = reason;
    }
  }

  void finish(double seconds) {
    RunRecord& record = result_.record;
    record.seconds = seconds;
    for (const std::uint32_t i : shape_.graph_nodes) {
      record.nodes.push_back(states_[i].result);
      if (states_[i].result.status == NodeStatus::cached) record.saved_seconds += states_[i].result.seconds;
    }
    for (const GraphInput& input : graph_.inputs)
      record.inputs.push_back({input.value ? input.value->text : "",
                               input.value ? given_version(input.type, input.value->cbor) : Digest{}});
    record.status = interrupted_                     ? RunStatus::interrupted
                    : has_failed_ || result_.failure ? RunStatus::failed
                                                     : RunStatus::ok;
    if (settings_.keep_values) collect_values();
    if (cache_ != nullptr) store_run();
  }

  void collect_values() {
    for (const std::uint32_t i : shape_.graph_nodes) {
      const NodeState& state = states_[i];
      result_.values.emplace_back();
      if (!node(i).is_target || state.phase != Phase::settled || !state.is_stored) continue;
      if (state.bytes) {
        result_.values.back() = state.bytes;
      } else if (const auto shown = shown_values_.find(i); shown != shown_values_.end()) {
        result_.values.back() = std::move(shown->second);
      } else if (std::optional<std::string> bytes = read_file(result_path(state.store, state.content));
                 bytes && digest_of(*bytes) == state.content) {
        result_.values.back() = std::move(bytes);
      }
    }
  }

  void store_run() {
    try {
      const std::string shape = to_record(shape_, shape_record);
      result_.record.shape = digest_of(shape);
      cache_->store_shape(result_.record.shape, shape);
      cache_->store_run({result_.record.id, result_.record.started_ns, result_.record.cell,
                         to_record(result_.record, run_record)});
      cache_->commit();
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
  const std::atomic<bool>& interrupted_;

  RunResult result_;
  std::vector<NodeState> states_;
  std::deque<std::uint32_t> decidable_;        ///< waiting nodes whose arguments may all be known by now
  std::deque<std::uint32_t> decidable_ready_;  ///< queued nodes whose values may all be there by now
  std::set<std::uint32_t> ready_;              ///< queued nodes whose values are there, in topological order
  std::vector<std::uint32_t> groups_;          ///< union-find: nodes that must share a runner
  std::map<std::uint32_t, std::uint32_t> group_worker_;
  std::vector<Worker> workers_;
  std::optional<BuiltCell> built_;
  std::string scratch_;  ///< for values on their way between runners
  std::uint64_t next_value_ = first_node_value;
  std::set<Digest> stored_types_;
  std::map<std::uint32_t, std::string> shown_values_;  ///< large stored values that the user will see
  bool has_failed_ = false;
  std::string failed_name_;
  bool has_recalled_ = false;
  std::map<std::string, NodeRun> last_nodes_;
  std::map<std::string, InputRun> last_inputs_;
};

}  // namespace

const char* run_status_name(RunStatus status) {
  switch (status) {
    case RunStatus::ok:
      return "ok";
    case RunStatus::failed:
      return "failed";
    case RunStatus::interrupted:
      return "interrupted";
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
      default:
        ++counts.unneeded;
        break;
    }
  }
  return counts;
}

RunResult execute(const Cell& cell, const Graph& graph, const GraphShape& shape, const RunSettings& settings,
                  Cache* cache, RunObserver& observer, const std::atomic<bool>& interrupted) {
  return Execution(cell, graph, shape, settings, cache, observer, interrupted).run();
}

}  // namespace hamcell
