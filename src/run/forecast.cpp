// From what could be decided without running anything to what a run will do.
//
// Two things make a node run: its decision (no entry holds), and its value (something that runs needs it, and
// it is not stored). Decisions follow the graph downwards, values upwards, and each can bring about the
// other: whatever runs may come out otherwise, and may write what a hit has read. So both are gone through in
// turns until nothing is added. What is uncertain only ever grows, so that this ends.
#include "run/forecast.h"

#include <algorithm>
#include <set>

namespace hamcell {
namespace {

using Fate = Forecast::Fate;

/// What the decider could say of a node.
enum class Decision : std::uint8_t {
  none,      ///< not needed, overridden, or `ignore`: it has no key
  hit,       ///< an entry holds
  miss,      ///< none does
  undecided  ///< it waits for the version of something that has to run
};

class Forecaster {
 public:
  Forecaster(const Graph& graph, const Decider& decider, Cache* cache)
      : graph_(graph), decider_(decider), cache_(cache), count_(graph.nodes.size()) {
    for (std::uint32_t i = 0; i < count_; ++i) {
      decisions_.push_back(decision_of(i));
      certain_.push_back(certain_reason_of(i));
    }
  }

  std::vector<Forecast> run() {
    decided_.resize(count_);
    wanted_.resize(count_);
    do {
      has_grown_ = false;
      note_written_files();
      for (std::uint32_t i = 0; i < count_; ++i) decide(i);
      std::ranges::fill(wanted_, Forecast{});
      for (auto i = static_cast<std::uint32_t>(count_); i-- > 0;) want_values_of(i);
      for (std::uint32_t i = 0; i < count_; ++i) note_if_uncertain(i);
    } while (has_grown_);
    std::vector<Forecast> out;
    for (std::uint32_t i = 0; i < count_; ++i)
      out.push_back(wanted_[i].fate > decided_[i].fate ? wanted_[i] : decided_[i]);
    return out;
  }

 private:
  const NodeState& state(std::uint32_t i) const { return decider_.state(i); }
  const GraphNode& node(std::uint32_t i) const { return graph_.nodes[i]; }

  Decision decision_of(std::uint32_t i) const {
    if (!node(i).needed || node(i).override_value || decider_.is_ignored(i)) return Decision::none;
    if (state(i).result.status == NodeStatus::cached) return Decision::hit;
    return state(i).phase == Phase::queued ? Decision::miss : Decision::undecided;
  }

  std::optional<Reason> certain_reason_of(std::uint32_t i) const {
    if (decisions_[i] != Decision::miss && decisions_[i] != Decision::undecided) return std::nullopt;
    return decider_.certain_reason(i);
  }

  std::string shown_name(std::uint32_t i) const {
    if (!node(i).is_default_value()) return node(i).name;
    return "the default of " + decider_.function(i).parameters[*node(i).default_of].name;
  }

  /// The first argument in the key that may come out otherwise; `by_value`: also one that is known, and runs
  /// only because its value is needed.
  std::optional<std::uint32_t> uncertain_argument(std::uint32_t i, bool by_value) const {
    for (const Argument& argument : node(i).arguments) {
      if (argument.source != Argument::Source::node || decider_.is_ignored(argument.index)) continue;
      if (decided_[argument.index].fate != Fate::stays) return argument.index;
      if (by_value && uncertain_.contains(argument.index)) return argument.index;
    }
    return std::nullopt;
  }

  void decide(std::uint32_t i) {
    Forecast& out = decided_[i];
    if (decisions_[i] == Decision::none) return;
    const bool is_hit = decisions_[i] == Decision::hit;
    const std::optional<std::uint32_t> because = uncertain_argument(i, is_hit);
    if (certain_[i]) {
      out = {Fate::would_run, details_of(*certain_[i])};
      // What the decider found is told, since a run finds the same.
      if (decisions_[i] == Decision::miss) out.reasons = details_of(state(i).result);
    } else if (because || decisions_[i] == Decision::undecided) {
      out = {Fate::may_run, {"depends on " + (because ? shown_name(*because) : "what it needs")}};
    } else if (decisions_[i] == Decision::miss) {
      out = {Fate::would_run, details_of(state(i).result)};
    } else if (is_hit) {
      if (const std::string file = file_at_risk(i); !file.empty()) out = {Fate::may_run, {file}};
    }
  }

  template <class T>
  static std::vector<std::string> details_of(const T& reason) {
    std::vector<std::string> all = reason.details;
    if constexpr (requires { reason.text; })
      all.insert(all.begin(), reason.text);
    else
      all.insert(all.begin(), reason.reason);
    return all;
  }

  Fate fate(std::uint32_t i) const { return std::max(decided_[i].fate, wanted_[i].fate); }

  /// Whether the value is not there even if an entry holds, so that who needs it makes the node run.
  bool lacks_value(std::uint32_t i) const {
    if (node(i).override_value) return false;
    if (decisions_[i] == Decision::hit) return !state(i).is_stored;
    return decider_.is_ignored(i) || !decider_.is_storable(i) || !decider_.keeps_value(i);
  }

  /// A node that runs needs the values of its arguments; what has none at hand runs for them.
  void want_values_of(std::uint32_t i) {
    if (decider_.is_ignored(i) && node(i).needed && node(i).is_asked_for)
      want(i, Fate::would_run, state(i).result.reason);
    if (fate(i) == Fate::stays) return;
    for (const Argument& argument : node(i).arguments) {
      if (argument.source != Argument::Source::node || !lacks_value(argument.index)) continue;
      const std::string how = fate(i) == Fate::would_run ? "is needed" : "may be needed";
      want(argument.index, fate(i),
           decider_.is_ignored(argument.index) ? "behavior ignore, and its value " + how
                                               : "its value " + how + " and is not stored");
    }
  }

  void want(std::uint32_t i, Fate how, const std::string& why) {
    if (wanted_[i].fate < how) wanted_[i] = {how, {why, why}};
  }

  void note_if_uncertain(std::uint32_t i) {
    if (fate(i) != Fate::stays && uncertain_.insert(i).second) has_grown_ = true;
  }

  /// What nodes that run have written when they last ran, they may write again, and otherwise.
  void note_written_files() {
    for (const std::uint32_t i : uncertain_) {
      if (cache_ == nullptr || !looked_up_writers_.insert(i).second) continue;
      const std::optional<Entry> entry = cache_->last_entry_of(node(i).name);
      if (!entry) continue;
      for (const TracedFile& file : entry->trace.files)
        if (file.is_output()) {
          written_.try_emplace(file.path, i);
          written_.try_emplace(parent_folder(file.path), i);  // for those who list it
        }
    }
  }

  /// Why the entry of a hit may not hold any more when its turn comes; empty: it will.
  std::string file_at_risk(std::uint32_t i) const {
    for (const TracedFile& file : state(i).trace.files) {
      const auto found = written_.find(file.path);
      if (found != written_.end() && found->second != i)
        return "file " + file_name(file.path) + " may be written by " + shown_name(found->second);
    }
    return {};
  }

  const Graph& graph_;
  const Decider& decider_;
  Cache* cache_;
  std::size_t count_;
  std::vector<Decision> decisions_;
  std::vector<std::optional<Reason>> certain_;  ///< why it runs however the rest comes out, if it does
  std::vector<Forecast> decided_;               ///< what follows from decisions
  std::vector<Forecast> wanted_;                ///< what follows from values that are needed
  std::set<std::uint32_t> uncertain_;           ///< nodes that would or may run
  bool has_grown_ = false;                      ///< `uncertain_`, in this turn
  std::set<std::uint32_t> looked_up_writers_;
  /// Path of a file, or of a folder in which there is one → a node that may write it.
  std::map<std::string, std::uint32_t> written_;
};

}  // namespace

std::vector<Forecast> forecast(const Graph& graph, const Decider& decider, Cache* cache) {
  return Forecaster(graph, decider, cache).run();
}

}  // namespace hamcell
