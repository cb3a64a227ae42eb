// Decides node by node whether it has to run. See node_state.h for the phases of a node.
#include "run/decider.h"

#include <algorithm>

#include "base/user_cache.h"
#include "cache/store.h"
#include "run/versions.h"
#include "value/preview.h"

namespace hamcell {

Decider::Decider(const Cell& cell, const Graph& graph, const DecisionSettings& settings, Cache* cache,
                 History& history, CodeParts& code, RunObserver& observer)
    : cell_(cell),
      types_(cell.model.types),
      graph_(graph),
      settings_(settings),
      cache_(cache),
      history_(history),
      code_(code),
      observer_(observer),
      states_(graph.nodes.size()) {}

const NodeFunction& Decider::function(std::uint32_t i) const {
  return cell_.model.functions[graph_.nodes[i].function];
}

bool Decider::is_ignored(std::uint32_t i) const {
  return node(i).behavior == Behavior::ignore && !node(i).override_value;
}

bool Decider::is_storable(std::uint32_t i) const { return types_[node(i).type].storable(); }

// ---- Names and versions

Digest Decider::given_version(std::uint32_t type, const std::string& cbor) const {
  return data_version_of(types_, type, digest_of(cbor));
}

/// Likely values could be tried against a plain digest of a secret.
Digest Decider::input_version(const GraphInput& input) const {
  const std::string& cbor = input.value->cbor;
  return input.is_secret ? data_version_of(types_, input.type, keyed_digest(cbor))
                         : given_version(input.type, cbor);
}

Digest Decider::argument_version(const Argument& argument) const {
  switch (argument.source) {
    case Argument::Source::node:
      return states_[argument.index].has_version ? states_[argument.index].result.data_version : Digest{};
    case Argument::Source::input:
      return input_version(graph_.inputs[argument.index]);
    case Argument::Source::literal:
      return given_version(argument.type, argument.cbor);
    case Argument::Source::missing:
      break;
  }
  return {};
}

/// What decides is also what is explained: the key is the digest of just this.
KeyParts Decider::key_parts_of(std::uint32_t i) const {
  KeyParts key{states_[i].result.code_version, {}};
  const std::vector<Argument>& arguments = node(i).arguments;
  for (std::size_t k = 0; k < arguments.size(); ++k)
    if (arguments[k].source != Argument::Source::node || !is_ignored(arguments[k].index))
      key.arguments.push_back({k, argument_version(arguments[k])});
  return key;
}

// ---- Starting

void Decider::start() {
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
    if (states_[i].phase == Phase::waiting && knows_arguments(i)) undecided_.push_back(i);
  for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i)
    if (states_[i].phase == Phase::settled && is_ignored(i) && node(i).is_asked_for) demand(i);
}

/// A node with behavior `ignore` has no key: what needs it can be decided at once.
void Decider::wait_to_be_asked_for(std::uint32_t i) {
  states_[i].phase = Phase::settled;
  states_[i].has_version = true;
  states_[i].result.status = NodeStatus::unneeded;
}

// ---- Deciding

void Decider::decide_all() {
  while (has_open_decisions()) {
    while (!undecided_.empty()) {
      const std::uint32_t i = undecided_.front();
      undecided_.pop_front();
      decide(i);
    }
    while (!unprepared_.empty()) {
      const std::uint32_t i = unprepared_.front();
      unprepared_.pop_front();
      prepare(i);
    }
  }
}

bool Decider::knows_arguments(std::uint32_t i) const {
  if (node(i).override_value) return true;
  return std::ranges::all_of(node(i).arguments, [&](const Argument& argument) {
    return argument.source != Argument::Source::node || states_[argument.index].has_version;
  });
}

void Decider::decide(std::uint32_t i) {
  NodeState& state = states_[i];
  if (state.phase != Phase::waiting || !knows_arguments(i)) return;
  if (node(i).override_value) return settle_override(i);
  const KeyParts key = key_parts_of(i);
  state.result.cache_key = cache_key_of(node(i).name, key);
  if (std::optional<std::string> reason = always_runs(i)) return require(i, *std::move(reason));
  if (cache_ == nullptr) return require(i, "the cache is off");
  look_up(i, key);
}

std::optional<std::string> Decider::always_runs(std::uint32_t i) const {
  const Behavior behavior = node(i).behavior;
  if (behavior == Behavior::disable || (behavior == Behavior::recompute && !settings_.looks_up_all))
    return std::string("behavior ") + behavior_name(behavior);
  if (settings_.looks_up_all) return std::nullopt;
  return unsteady_code(cell_, node(i));
}

bool Decider::keeps_value(std::uint32_t i) const {
  // A default is part of an input, and no node that could be marked.
  return !settings_.opt_in || node(i).is_default_value() || function(i).marked_cache;
}

bool Decider::may_be_shared(std::uint32_t i) const {
  return cache_ != nullptr && node(i).behavior == Behavior::standard && is_storable(i) && keeps_value(i) &&
         !always_runs(i);
}

bool Decider::is_shared(std::uint32_t i) const {
  return !states_[i].result.cache_key.is_zero() && may_be_shared(i);
}

bool Decider::is_sure_to_run(std::uint32_t i) const {
  if (cache_ == nullptr || always_runs(i)) return true;
  return std::ranges::any_of(node(i).arguments, [&](const Argument& argument) {
    return argument.source == Argument::Source::node && is_new_each_time(argument.index);
  });
}

const Digest& Decider::code_claim_of(std::uint32_t i) {
  Digest& claim = states_[i].code_claim;
  if (claim.is_zero())
    claim = Digester().add("claim 1").add(node(i).name).add(states_[i].result.code_version).finish();
  return claim;
}

bool Decider::is_new_each_time(std::uint32_t i) const {
  if (node(i).override_value || is_ignored(i)) return false;
  return node(i).behavior == Behavior::disable || (!is_storable(i) && always_runs(i));
}

std::optional<Reason> Decider::certain_reason(std::uint32_t i) const {
  if (std::optional<std::string> always = always_runs(i)) return Reason(*std::move(always));
  if (cache_ == nullptr) return Reason("the cache is off");
  for (const Argument& argument : node(i).arguments)
    if (argument.source == Argument::Source::node && is_new_each_time(argument.index))
      return Reason(node(argument.index).name + " changed");
  if (cache_->has_entry_of(node(i).name, states_[i].result.code_version)) return std::nullopt;
  return reason_of_miss(cell_, graph_, node(i), key_parts_of(i), history_, code_);
}

/// Settles the node if an entry holds; otherwise `why_not` is the reason why the newest one does not, if
/// there is one.
bool Decider::find_hit(std::uint32_t i, std::optional<Reason>& why_not) {
  std::vector<std::int64_t>& seen = states_[i].seen;
  for (Entry& entry : cache_->find(states_[i].result.cache_key)) {
    // What a file was when the node was decided counts, and not what a node has made of it since.
    if (std::ranges::find(seen, entry.created_ns) != seen.end()) continue;
    seen.push_back(entry.created_ns);
    std::optional<std::string> change = trace_change(entry.trace);
    if (!change && settings_.wanted.contains(i)) change = read_wanted_value(i, entry);
    if (!change) {
      settle_hit(i, std::move(entry));
      return true;
    }
    if (!why_not) why_not = reason_of_trace(entry.trace, *change);
  }
  return false;
}

void Decider::look_up(std::uint32_t i, const KeyParts& key) {
  std::optional<Reason> why_not;
  states_[i].seen.clear();
  if (!states_[i].is_sure_miss && find_hit(i, why_not)) return;
  require(i, why_not ? *why_not : reason_of_miss(cell_, graph_, node(i), key, history_, code_));
  states_[i].is_miss = true;
}

bool Decider::was_computed_meanwhile(std::uint32_t i) {
  std::optional<Reason> why_not;
  // A node that runs because a stored value was lost would find the same entry again.
  if (!states_[i].is_miss || !find_hit(i, why_not)) return false;
  ready_.erase(i);
  return true;
}

void Decider::set_ranks(std::vector<std::uint32_t> ranks) {
  const std::vector<std::uint32_t> ready(ready_.begin(), ready_.end());
  ready_.clear();
  ranks_ = std::move(ranks);
  ready_.insert(ready.begin(), ready.end());
}

namespace {

/// Why a value that is said to be in the store cannot be read.
std::string lost_result_text(const std::string& store, const Digest& content) {
  return stamp_of(result_path(store, content)).kind == Stamp::Kind::absent ? "result missing"
                                                                           : "result damaged";
}

}  // namespace

/// Reads the stored value that the user will see; the reason when that cannot be done.
std::optional<std::string> Decider::read_wanted_value(std::uint32_t i, const Entry& entry) {
  if (!entry.stored && is_storable(i)) return "its value is asked for and is not stored";
  if (!entry.stored || entry.inlined) return std::nullopt;
  std::optional<ValueBytes> bytes = read_result(cache_->folder(), entry.content, entry.bytes);
  if (!bytes) return lost_result_text(cache_->folder(), entry.content);
  wanted_values_.insert_or_assign(i, *std::move(bytes));
  return std::nullopt;
}

void Decider::settle_override(std::uint32_t i) {
  NodeState& state = states_[i];
  const std::string& cbor = node(i).override_value->cbor;
  state.value = new_value();
  state.bytes = cbor;
  state.is_stored = true;
  state.result.status = NodeStatus::overridden;
  state.result.bytes = static_cast<std::int64_t>(cbor.size());
  state.result.preview = preview(types_, node(i).type, cbor, preview_columns);
  settle(i, given_version(node(i).type, cbor));
}

void Decider::settle_hit(std::uint32_t i, Entry entry) {
  NodeState& state = states_[i];
  state.result.reason.clear();
  state.result.details.clear();
  state.value = new_value();
  state.is_stored = entry.stored;
  state.bytes = std::move(entry.inlined);
  state.content = entry.content;
  state.store = cache_->folder();
  state.result.status = NodeStatus::cached;
  state.result.seconds = entry.seconds;
  state.result.bytes = entry.stored ? static_cast<std::int64_t>(entry.bytes) : -1;
  state.result.preview = std::move(entry.preview);
  state.trace = std::move(entry.trace);
  if (!node(i).is_default_value()) observer_.hit(node(i).name, state.result);
  settle(i, entry.data_version);
}

void Decider::settle(std::uint32_t i, const Digest& version) {
  NodeState& state = states_[i];
  const bool is_new = !state.has_version;
  const bool is_other = state.has_version && !is_ignored(i) && state.result.data_version != version;
  state.phase = Phase::settled;
  state.has_version = true;
  state.result.data_version = version;
  for (const std::uint32_t user : node(i).users) {
    if (is_other) undo(user);
    if (is_new || is_other) undecided_.push_back(user);
    if (states_[user].phase == Phase::queued) unprepared_.push_back(user);
  }
  if (!state.has_value() && is_wanted(i)) demand(i);
}

/// Whether a user that must run waits for the value.
bool Decider::is_wanted(std::uint32_t i) const {
  return std::ranges::any_of(node(i).users,
                             [&](std::uint32_t user) { return states_[user].phase == Phase::queued; });
}

/// Takes back what was decided about a node and, with it, about everything that was decided because of it.
void Decider::undo(std::uint32_t i) {
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
  state.is_sure_miss = false;
  state.result.status = NodeStatus::none;
  for (const std::uint32_t user : node(i).users) undo(user);
}

void Decider::drop_value(std::uint32_t i) {
  NodeState& state = states_[i];
  for (const std::uint32_t runner : state.runners) drop_in(runner, state.value);
  state.runners.clear();
  state.is_stored = false;
  state.bytes.reset();
}

void Decider::require(std::uint32_t i, Reason reason) {
  NodeState& state = states_[i];
  state.phase = Phase::queued;
  state.is_miss = false;
  state.result.reason = std::move(reason.text);
  state.result.details = std::move(reason.details);
  wanted_values_.erase(i);
  prepare_again(i);
}

void Decider::prepare_again(std::uint32_t i) {
  ready_.erase(i);
  unprepared_.push_back(i);
}

/// The value of a settled node is needed; if it is not at hand, the node runs.
void Decider::demand(std::uint32_t i) {
  NodeState& state = states_[i];
  if (state.phase != Phase::settled || state.has_value()) return;
  state.result.cache_key = is_ignored(i) ? Digest{} : state.result.cache_key;
  require(i, {is_ignored(i) ? "behavior ignore, and its value is needed"
                            : "its value is needed and is not stored"});
}

/// Asks for the values that a queued node needs; it can be sent to a runner when all are there.
void Decider::prepare(std::uint32_t i) {
  if (states_[i].phase != Phase::queued) return;
  bool is_ready = true;
  for (const Argument& argument : node(i).arguments) {
    if (argument.source != Argument::Source::node) continue;
    const NodeState& needed = states_[argument.index];
    if (needed.phase == Phase::failed) return skip(i, node(argument.index).name + " failed");
    if (needed.phase == Phase::skipped) return skip(i, needed.result.reason);
    if (needed.has_value()) continue;
    is_ready = false;
    demand(argument.index);
  }
  if (is_ready) ready_.insert(i);
}

// ---- What came of it

void Decider::redo(std::uint32_t i) {
  NodeState& state = states_[i];
  state.must_redo = false;
  if (is_ignored(i)) {
    state.phase = Phase::settled;
    for (const std::uint32_t user : node(i).users) unprepared_.push_back(user);
    return;
  }
  state.phase = Phase::waiting;
  state.has_version = false;
  state.is_sure_miss = false;
  undecided_.push_back(i);
}

void Decider::skip(std::uint32_t i, const std::string& reason) {
  NodeState& state = states_[i];
  state.phase = Phase::skipped;
  state.result.status = NodeStatus::skipped;
  state.result.reason = reason;
  ready_.erase(i);
  skip_users(i, reason);
}

void Decider::skip_users(std::uint32_t i, const std::string& reason) {
  for (const std::uint32_t user : node(i).users) {
    const Phase phase = states_[user].phase;
    // A user of an ignored node may be a hit; only one that needs the value is lost.
    if (phase == Phase::queued || (phase == Phase::waiting && !is_ignored(i) && !node(user).override_value))
      skip(user, reason);
  }
}

void Decider::fail(std::uint32_t i, const std::string& error, std::vector<Note> notes) {
  NodeState& state = states_[i];
  state.phase = Phase::failed;
  if (const std::optional<std::uint32_t> parameter = node(i).default_of)
    return fail(node(i).users[0],
                "could not evaluate the default of parameter '" + function(i).parameters[*parameter].name +
                    "': it " + error,
                std::move(notes));
  state.result.status = NodeStatus::failed;
  state.result.error = error;
  state.result.notes = std::move(notes);
  state.result.data_version = {};
  failed_name_ = node(i).name;
  observer_.finished(node(i).name, state.result);
  skip_users(i, node(i).name + " failed");
}

void Decider::lose_value(std::uint32_t i) {
  const NodeState& state = states_[i];
  drop_value(i);
  if (state.phase == Phase::settled) require(i, {lost_result_text(state.store, state.content)});
}

void Decider::strand_value(std::uint32_t i) {
  drop_value(i);
  if (states_[i].phase == Phase::settled)
    require(i, {"its value is needed beside others that cannot be passed from one process to another"});
}

void Decider::forget_runner(std::uint32_t runner) {
  for (NodeState& state : states_)
    if (!state.runners.empty()) state.runners.erase(runner);
  // What was only in the lost runner is made again where a node that must run still needs it.
  for (std::uint32_t i = 0; i < states_.size(); ++i)
    if (states_[i].phase == Phase::queued) prepare_again(i);
}

void Decider::give_up(const std::string& reason) {
  for (NodeState& state : states_) {
    if (state.phase != Phase::waiting && state.phase != Phase::queued && state.phase != Phase::running)
      continue;
    state.phase = Phase::skipped;
    state.result.status = NodeStatus::skipped;
    state.result.reason = reason;
  }
}

}  // namespace hamcell
