// Runs stored nodes again and compares.
#include "run/rerun.h"

#include <algorithm>
#include <set>

#include "base/interrupt.h"
#include "cache/store.h"
#include "run/decider.h"
#include "run/lone_runner.h"
#include "run/scratch_folder.h"
#include "run/versions.h"

namespace hamcell {
namespace {

using Outcome = RerunNode::Outcome;

/// One way of running a node again.
struct Round {
  unsigned perturbation;  ///< of the runner's memory
  bool is_filled;         ///< in the cell whose uninitialised locals are filled
};
constexpr Round rounds[] = {{0x5A, false}, {0xA5, false}, {0x3C, true}};

/// The same cell, to be built with another content in every local that the code leaves uninitialised.
Cell filled_cell(Cell cell) {
  const std::string flag = "-ftrivial-auto-var-init=pattern";
  cell.toolchain.compile_flags.push_back(flag);
  cell.toolchain.digest = Digester().add(cell.toolchain.digest).add(flag).finish();
  return cell;
}

/// A value that is in memory, or else in the store below `folder`; empty when it cannot be read.
std::string bytes_of(const std::optional<std::string>& inlined, const std::string& folder,
                     const Digest& content, std::uint64_t bytes) {
  if (inlined) return *inlined;
  const std::optional<ValueBytes> stored = read_result(folder, content, bytes);
  return stored ? std::string(stored->view()) : std::string();
}

class Rerun {
 public:
  Rerun(const Cell& cell, const Graph& graph, const RerunSettings& settings, Cache& cache,
        RunObserver& observer)
      : cell_(cell),
        graph_(graph),
        settings_(settings),
        cache_(cache),
        observer_(observer),
        history_(&cache, absolute_path_of(cell)),
        code_(cell, &cache),
        decider_(cell, graph, {settings.opt_in, {}, true}, &cache, history_, code_, observer) {
    decider_.start();
    decider_.decide_all();
  }

  RerunNode check(std::uint32_t i) {
    RerunNode out;
    out.node = i;
    out.why = why_not(i);
    if (!out.why.empty()) {
      ++checked_;
      return out;
    }
    out.outcome = Outcome::same;
    observer_.started(node(i).name);
    for (const Round& round : rounds) {
      run_once(i, round, out);
      if (out.outcome != Outcome::same) break;
    }
    observer_.finished(node(i).name, decider_.state(i).result);
    ++checked_;
    return out;
  }

 private:
  const GraphNode& node(std::uint32_t i) const { return graph_.nodes[i]; }
  Outlook outlook() const { return {checked_, settings_.nodes.size(), {}}; }

  /// Why there is nothing to compare with; empty: there is.
  std::string why_not(std::uint32_t i) const {
    if (!node(i).needed) return "the last run did not need it";
    if (node(i).override_value) return "it was overridden in the last run";
    if (node(i).behavior != Behavior::standard)
      return std::string("behavior ") + behavior_name(node(i).behavior);
    if (const std::optional<std::string> unsteady = unsteady_code(cell_, node(i))) return *unsteady;
    const NodeState& state = decider_.state(i);
    if (state.result.status != NodeStatus::cached)
      return state.phase == Phase::queued ? state.result.reason : "what it needs is not in the cache";
    return state.is_stored ? "" : "its value is not stored";
  }

  const BuiltCell& built(bool is_filled) {
    std::optional<BuiltCell>& built = is_filled ? built_filled_ : built_;
    if (built) return *built;
    observer_.building(cell_);
    built = build_cell(is_filled ? filled_cell(cell_) : cell_, graph_,
                       {settings_.color, [this] { observer_.tick([this] { return outlook(); }); }});
    observer_.built(*built);
    return *built;
  }

  void run_once(std::uint32_t i, const Round& round, RerunNode& out) {
    const BuiltCell& library = built(round.is_filled);
    LoneRunner runner(library, round.perturbation, observer_, [this] { return outlook(); });
    held_.clear();
    const std::optional<Answer> answer = call(runner, library, i, out);
    if (!answer) return;
    const NodeState& state = decider_.state(i);
    if (answer->is_encoded && answer->content == state.content) return;
    out.outcome = Outcome::differs;
    out.in_filled = round.is_filled;
    out.stored =
        bytes_of(state.bytes, cache_.folder(), state.content, static_cast<std::uint64_t>(state.result.bytes));
    out.remade = bytes_of(answer->bytes, scratch_.path(), answer->content, answer->size);
  }

  /// Calls a node once the runner has all of its arguments. Nothing when it cannot be called; `out` says why.
  std::optional<Answer> call(LoneRunner& runner, const BuiltCell& library, std::uint32_t i, RerunNode& out) {
    const auto give_up = [&](const std::string& why) {
      out.outcome = Outcome::not_run;
      out.why = why;
      return std::nullopt;
    };
    Command command;
    for (std::size_t k = 0; k < node(i).arguments.size(); ++k) {
      const std::optional<ValueSource> source = source_of(runner, library, i, k, out);
      if (!source) return std::nullopt;
      command.arguments.push_back(*source);
    }
    command.kind = Command::Kind::call;
    command.function = library.entry_of(node(i));
    command.value = held_[i] = decider_.new_value();
    command.encodes = decider_.is_storable(i);
    command.canonical = cell_.model.types[node(i).type].holds_unordered;
    command.store = scratch_.path();
    std::string how;
    std::optional<Answer> answer = runner.ask(command, node(i).name, how);
    if (!answer) return give_up("node '" + node(i).name + "' " + how);
    if (answer->damaged_argument >= 0) {
      const auto k = static_cast<std::size_t>(answer->damaged_argument);
      const std::vector<Parameter>& parameters = decider_.function(i).parameters;
      return give_up(k < parameters.size() ? "the value of '" + parameters[k].name + "' cannot be read"
                                           : "node '" + node(i).name + "' broke its runner");
    }
    if (!answer->ok || answer->storage_failed)
      return give_up("node '" + node(i).name + "' failed: " + answer->error_type +
                     (answer->error_type.empty() || answer->error.empty() ? "" : ": ") + answer->error);
    return answer;
  }

  /// An argument from the store, or made in the runner where it is not stored.
  std::optional<ValueSource> source_of(LoneRunner& runner, const BuiltCell& library, std::uint32_t i,
                                       std::size_t k, RerunNode& out) {
    const Argument& argument = node(i).arguments[k];
    ValueSource source;
    if (argument.source == Argument::Source::input) {
      source.value = Decider::input_value(argument.index);
      source.bytes = graph_.inputs[argument.index].value->cbor;
      return source;
    }
    if (argument.source == Argument::Source::literal) {
      source.value = decider_.literal_value(i, k);
      source.bytes = argument.cbor;
      return source;
    }
    const NodeState& needed = decider_.state(argument.index);
    if (needed.is_stored) {
      source.value = needed.value;
      source.bytes = needed.bytes;
      source.content = needed.content;
      if (!needed.bytes) source.file = result_path(needed.store, needed.content);
      return source;
    }
    if (!held_.contains(argument.index) && !call(runner, library, argument.index, out)) return std::nullopt;
    source.value = held_[argument.index];
    source.is_held = true;
    return source;
  }

  const Cell& cell_;
  const Graph& graph_;
  const RerunSettings& settings_;
  Cache& cache_;
  RunObserver& observer_;
  History history_;
  CodeParts code_;
  Decider decider_;
  std::size_t checked_ = 0;
  std::optional<BuiltCell> built_, built_filled_;
  ScratchFolder scratch_;
  std::map<std::uint32_t, std::uint64_t>
      held_;  ///< what the runner at work has made: node → its value's number
};

}  // namespace

std::vector<RerunNode> rerun(const Cell& cell, const Graph& graph, const RerunSettings& settings,
                             Cache& cache, RunObserver& observer) {
  Rerun work(cell, graph, settings, cache, observer);
  std::vector<RerunNode> nodes;
  for (const std::uint32_t i : settings.nodes) {
    if (is_interrupted()) break;
    nodes.push_back(work.check(i));
  }
  return nodes;
}

}  // namespace hamcell
