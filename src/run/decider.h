// Decides node by node whether it has to run, as far as data versions are known. It starts nothing: what has
// to run is queued, and what came of it is told back. A run and a dry run decide by this and nothing else.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cache/cache.h"
#include "cache/store.h"
#include "graph/graph.h"
#include "run/node_state.h"
#include "run/observer.h"
#include "run/reasons.h"

namespace hamcell {

/// What deciding has to know of what the user asked for.
struct DecisionSettings {
  bool opt_in = false;             ///< store only the results of nodes marked [[ham::cache]]
  std::set<std::uint32_t> wanted;  ///< nodes whose values the user will see: a hit without its value is none
  bool looks_up_all = false;  ///< also nodes that run every time: what their entries say is to be verified
};

/// In the order of ranks, the lowest first; where there are none, in topological order.
struct ByRank {
  const std::vector<std::uint32_t>* ranks;
  bool operator()(std::uint32_t a, std::uint32_t b) const {
    return ranks->empty() ? a < b : (*ranks)[a] < (*ranks)[b];
  }
};
using ReadyNodes = std::set<std::uint32_t, ByRank>;

class Decider {
 public:
  /// `cache` is null for --no-cache. What is given must outlive the decider.
  Decider(const Cell& cell, const Graph& graph, const DecisionSettings& settings, Cache* cache,
          History& history, CodeParts& code, RunObserver& observer);
  Decider(const Decider&) = delete;
  Decider& operator=(const Decider&) = delete;

  /// Puts every needed node into its first phase.
  void start();
  /// Decides all that can be decided by now, and asks for the values that queued nodes need.
  void decide_all();
  bool has_open_decisions() const { return !undecided_.empty() || !unprepared_.empty(); }

  const GraphNode& node(std::uint32_t i) const { return graph_.nodes[i]; }
  const NodeFunction& function(std::uint32_t i) const;
  std::size_t count() const { return states_.size(); }
  NodeState& state(std::uint32_t i) { return states_[i]; }
  const NodeState& state(std::uint32_t i) const { return states_[i]; }
  /// Queued nodes whose arguments' values are there, those first that are to go first.
  const ReadyNodes& ready() const { return ready_; }
  /// One rank for each node, all different.
  void set_ranks(std::vector<std::uint32_t> ranks);
  bool is_ignored(std::uint32_t i) const;
  bool is_storable(std::uint32_t i) const;
  /// The reason why the node runs whatever its entries say, if there is one: its behavior or its code.
  std::optional<std::string> always_runs(std::uint32_t i) const;
  /// Whether the result of the node is stored, or just an entry for it: by --opt-in, not by its type.
  bool keeps_value(std::uint32_t i) const;
  /// Whether another process that needs the same can take it from the cache instead of running it.
  bool is_shared(std::uint32_t i) const;
  /// Whether others could take from the cache what the node gives, as far as that is known before its key is.
  bool may_be_shared(std::uint32_t i) const;
  /// Whether the node, which is still waiting, runs whatever the versions of its arguments will be, for
  /// reasons that need no look at the cache.
  bool is_sure_to_run(std::uint32_t i) const;
  /// What stands for all keys that the node can have with its code, for others not to run it meanwhile.
  const Digest& code_claim_of(std::uint32_t i);
  /// Whether a user of the node can never be a hit, because what it gives counts as new each time.
  bool is_new_each_time(std::uint32_t i) const;
  /// Why the node, which is still waiting, has to run whatever the versions are that it waits for; nothing
  /// when that is open.
  std::optional<Reason> certain_reason(std::uint32_t i) const;
  /// Large stored values that the user will see, read when their node was decided.
  const std::map<std::uint32_t, ValueBytes>& wanted_values() const { return wanted_values_; }
  void keep_wanted_value(std::uint32_t i, ValueBytes bytes) {
    wanted_values_.insert_or_assign(i, std::move(bytes));
  }

  // What came of it:
  /// The node's version is known: its users can be decided, or have another argument than they were decided
  /// with.
  void settle(std::uint32_t i, const Digest& version);
  /// The node has to run.
  void require(std::uint32_t i, Reason reason);
  /// What it ran with counts for nothing, because an argument turned out to be another one.
  void redo(std::uint32_t i);
  /// A queued node is looked at again: a value that it needs may be there by now, or gone.
  void prepare_again(std::uint32_t i);
  /// Whether another process has stored, since this node was decided, what it would compute: it is a hit
  /// then.
  bool was_computed_meanwhile(std::uint32_t i);
  bool is_ready(std::uint32_t i) const { return ready_.contains(i); }
  /// A runner has it.
  void take_from_queue(std::uint32_t i) { ready_.erase(i); }
  /// `notes`: where it was, as far as that is known.
  void fail(std::uint32_t i, const std::string& error, std::vector<Note> notes = {});
  /// The stored value of a settled node turned out to be unreadable: it runs again.
  void lose_value(std::uint32_t i);
  /// The same of a value that cannot get to the runner in which it is needed.
  void strand_value(std::uint32_t i);
  /// A runner is gone, with all values that it held.
  void forget_runner(std::uint32_t runner);
  /// Everything that has no result yet gets none.
  void give_up(const std::string& reason);

  bool has_failed() const { return !failed_name_.empty(); }
  const std::string& failed_name() const { return failed_name_; }  ///< of the node that failed last
  /// A number for a value that was not there before.
  std::uint64_t new_value() { return next_value_++; }
  /// Numbers of inputs and literals, which are the same for the whole run; those of nodes are above them.
  static std::uint64_t input_value(std::uint32_t input) { return input; }
  std::uint64_t literal_value(std::uint32_t node_index, std::size_t argument) const {
    return graph_.inputs.size() + (std::uint64_t{node_index} << 16) + argument;
  }
  /// Since the last call: values that runners may drop, as (runner, number of the value).
  std::vector<std::pair<std::uint32_t, std::uint64_t>> take_dropped() { return std::exchange(dropped_, {}); }
  void drop_in(std::uint32_t runner, std::uint64_t value) { dropped_.emplace_back(runner, value); }
  /// The version of a value of `type` that the user gave.
  Digest given_version(std::uint32_t type, const std::string& cbor) const;
  /// Of an input that has a value.
  Digest input_version(const GraphInput& input) const;

 private:
  bool knows_arguments(std::uint32_t i) const;
  Digest argument_version(const Argument& argument) const;
  KeyParts key_parts_of(std::uint32_t i) const;
  void wait_to_be_asked_for(std::uint32_t i);
  void decide(std::uint32_t i);
  void look_up(std::uint32_t i, const KeyParts& key);
  bool find_hit(std::uint32_t i, std::optional<Reason>& why_not);
  std::optional<std::string> read_wanted_value(std::uint32_t i, const Entry& entry);
  void settle_override(std::uint32_t i);
  void settle_hit(std::uint32_t i, Entry entry);
  bool is_wanted(std::uint32_t i) const;
  void undo(std::uint32_t i);
  void drop_value(std::uint32_t i);
  void demand(std::uint32_t i);
  void prepare(std::uint32_t i);
  void skip(std::uint32_t i, const std::string& reason);
  void skip_users(std::uint32_t i, const std::string& reason);

  static constexpr std::uint64_t first_node_value = std::uint64_t{1} << 60;

  const Cell& cell_;
  const TypeTable& types_;
  const Graph& graph_;
  const DecisionSettings settings_;
  Cache* cache_;
  History& history_;
  CodeParts& code_;
  RunObserver& observer_;
  std::vector<NodeState> states_;
  std::deque<std::uint32_t> undecided_;   ///< waiting nodes whose arguments may all be known by now
  std::deque<std::uint32_t> unprepared_;  ///< queued nodes whose values may all be there by now
  std::vector<std::uint32_t> ranks_;
  ReadyNodes ready_{ByRank{&ranks_}};
  std::map<std::uint32_t, ValueBytes> wanted_values_;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> dropped_;
  std::uint64_t next_value_ = first_node_value;
  std::string failed_name_;
};

}  // namespace hamcell
