// Calls that are sent to a runner before the calls that make their arguments are answered.
//
// Driver and runner then work at the same time. Without it the runner would wait after every node until the
// driver has taken the answer, worked out the key of the next node, and sent that: longer than a short node
// takes. A call may go ahead if the node runs whatever the versions of its arguments will be, and all that is
// not known of them is being made in the same runner. It counts as running when the answers before it are
// taken and the decider has come to the same call (begin_next); until then nothing was decided by it. What
// comes of a call that the decider does not come to is dropped.
//
// The runner begins nothing that was sent ahead once a call of the same period failed, or left something
// behind in its process, and answers that it did not. The driver can take back a period, too.
#include <algorithm>

#include "run/limits.h"
#include "run/runners.h"

namespace hamcell {
namespace {

/// So many calls are a few milliseconds of work for driver and runner.
constexpr std::size_t most_calls_ahead = 256;
/// Nodes that take less than this are what sending ahead is for.
constexpr double short_seconds = 0.0005;
constexpr double long_seconds = 0.005;
/// About what a socket holds: more would lie in the driver, behind a runner that is at work.
constexpr std::size_t most_bytes_ahead = 64 << 10;

}  // namespace

// ---- Sending

void Runners::send_ahead(std::uint32_t w) {
  Worker& worker = workers_[w];
  const bool is_running = worker.process != nullptr && worker.node && !worker.is_encoding && worker.is_loaded;
  if (!is_running || worker.is_quiet || is_retiring(w) || worker.sources.empty()) return;
  // A few together, so that not every answer leads to a message.
  if (worker.ahead.size() > worker.most_ahead / 2 || worker.process->unsent() >= most_bytes_ahead) return;
  const std::vector<std::uint32_t> found = find_ahead(w);
  for (const std::uint32_t i : found) {
    Call call;
    Command command = command_of(i, w, call);
    command.is_ahead = true;
    NodeState& state = decider_.state(i);
    state.ahead_in = w;
    state.ahead_value = call.value;
    worker.process->add(command);
    worker.ahead.push_back(std::move(call));
  }
  // A runner that is gone is noticed when its answers are waited for.
  if (!found.empty()) worker.process->send();
}

/// Nodes that may go ahead now, each behind those that make its arguments.
std::vector<std::uint32_t> Runners::find_ahead(std::uint32_t w) {
  Worker& worker = workers_[w];
  std::vector<std::uint32_t> found;
  std::set<std::uint32_t> members;
  std::size_t bytes = worker.process->unsent();
  const auto is_enough = [&] {
    return worker.ahead.size() + found.size() >= worker.most_ahead || bytes >= most_bytes_ahead;
  };
  while (!worker.sources.empty() && !is_enough()) {
    const std::uint32_t source = worker.sources.front();
    bool is_done = true;
    for (const std::uint32_t user : graph_.nodes[source].users) {
      if (!can_go_ahead(user, w, members)) continue;
      // Others may take the other users of a value.
      if (settings_.jobs > 1 && !is_done) break;
      if (is_enough()) {
        is_done = false;
        break;
      }
      if (!claim_code(user)) continue;
      found.push_back(user);
      members.insert(user);
      bytes += bytes_to_send(user, w);
      worker.sources.push_back(user);
      if (settings_.jobs > 1) break;
    }
    if (!is_done) break;
    worker.sources.pop_front();
  }
  keep_sure_misses(found, w);
  return found;
}

/// `found`: nodes that are about to go ahead.
bool Runners::can_go_ahead(std::uint32_t i, std::uint32_t w, const std::set<std::uint32_t>& found) const {
  const NodeState& state = decider_.state(i);
  const GraphNode& node = graph_.nodes[i];
  const bool is_open = node.needed && state.phase == Phase::waiting && !node.override_value &&
                       !decider_.is_ignored(i) && !state.ahead_in && !state.is_looked_at &&
                       !found.contains(i) && !ties_.has_tie(i) && is_in_library(i, workers_[w].library);
  if (!is_open) return false;
  return std::ranges::all_of(node.arguments, [&](const Argument& argument) {
    if (argument.source != Argument::Source::node) return argument.source != Argument::Source::missing;
    const NodeState& needed = decider_.state(argument.index);
    const Worker& worker = workers_[w];
    const bool is_coming =
        worker.node == argument.index || needed.ahead_in == w || found.contains(argument.index);
    return is_coming || (needed.has_value() && (needed.is_stored || needed.runners.contains(w)));
  });
}

bool Runners::is_in_library(std::uint32_t i, std::uint32_t library) const {
  const std::optional<CallPlace> place = built_->place_of(graph_.nodes[i]);
  return place && place->library == library;
}

/// So that no other process stores an entry of it meanwhile. False while one may.
bool Runners::claim_code(std::uint32_t i) {
  return claims_ == nullptr || !decider_.may_be_shared(i) || claims_->claim_code(decider_.code_claim_of(i));
}

/// The key is known: other processes can have the other keys of the code. This one they cannot have yet.
void Runners::claim_key_alone(Worker& worker) {
  const std::uint32_t i = *worker.node;
  if (std::exchange(worker.call.claims_code, false))
    claims_->claim(decider_.state(i).result.cache_key, decider_.code_claim_of(i));
}

/// Leaves those out that may be hits, and what depends on them. Asked after they were claimed.
void Runners::keep_sure_misses(std::vector<std::uint32_t>& found, std::uint32_t w) {
  std::vector<std::uint32_t> asked;
  std::vector<std::pair<std::string, Digest>> codes;
  for (const std::uint32_t i : found) {
    if (decider_.is_sure_to_run(i)) continue;
    asked.push_back(i);
    codes.emplace_back(graph_.nodes[i].name, decider_.state(i).result.code_version);
  }
  if (asked.empty()) return;
  const std::vector<bool> has_entry = cache_->have_entries_of(codes);
  std::set<std::uint32_t> lost;
  for (std::size_t k = 0; k < asked.size(); ++k) {
    const bool is_miss = k < has_entry.size() && !has_entry[k];
    decider_.state(asked[k]).is_sure_miss = is_miss;
    if (is_miss) continue;
    decider_.state(asked[k]).is_looked_at = true;
    lost.insert(asked[k]);
  }
  if (lost.empty()) return;
  for (const std::uint32_t i : found) {
    const bool has_lost = std::ranges::any_of(graph_.nodes[i].arguments, [&](const Argument& argument) {
      return argument.source == Argument::Source::node && lost.contains(argument.index);
    });
    if (has_lost) lost.insert(i);
  }
  std::erase_if(found, [&](std::uint32_t i) { return lost.contains(i); });
  for (const std::uint32_t i : lost) forget_ahead(i);
  std::erase_if(workers_[w].sources, [&](std::uint32_t i) { return lost.contains(i); });
  // What follows has probably been run before as well.
  workers_[w].most_ahead = 1;
}

/// Quick nodes are worth sending ahead of. Behind a slow one they would only be kept from other runners and
/// processes.
void Runners::adapt(Worker& worker, const Answer& answer) {
  worker.is_quiet = false;
  if (answer.is_retracted) {
    // The runner may have refused it of its own accord, and then refuses the whole period.
    const Call& call = worker.node ? worker.call : worker.ahead.front();
    if (call.period != worker.period) return;
    end_period(worker);
    give_up_ahead(worker);
    return;
  }
  if (answer.seconds < short_seconds)
    worker.most_ahead = std::min(2 * worker.most_ahead, most_calls_ahead);
  else if (answer.seconds > long_seconds)
    worker.most_ahead = 1;
  if (answer.ok && !answer.storage_failed && answer.changed_state.empty()) return;
  // The runner refuses them of its own accord.
  end_period(worker);
  give_up_ahead(worker);
}

// ---- Beginning

void Runners::begin_next() {
  for (std::uint32_t w = 0; w < workers_.size(); ++w) {
    Worker& worker = workers_[w];
    if (worker.process == nullptr || worker.node || worker.ahead.empty()) continue;
    if (!can_begin(worker.ahead.front())) continue;
    Call call = std::move(worker.ahead.front());
    worker.ahead.pop_front();
    decider_.state(call.node).ahead_in.reset();
    decider_.take_from_queue(call.node);
    call.claims_code = claims_ != nullptr && decider_.is_shared(call.node);
    begin(w, std::move(call));
  }
}

bool Runners::can_begin(const Call& call) const {
  if (call.is_taken_back || !decider_.is_ready(call.node)) return false;
  const std::vector<Argument>& arguments = graph_.nodes[call.node].arguments;
  for (std::size_t k = 0; k < arguments.size(); ++k)
    if (arguments[k].source == Argument::Source::node &&
        decider_.state(arguments[k].index).value != call.arguments[k].number)
      return false;
  return true;
}

// ---- Not beginning

/// The node is as if it had never been sent ahead.
void Runners::forget_ahead(std::uint32_t i) {
  NodeState& state = decider_.state(i);
  state.ahead_in.reset();
  state.is_sure_miss = false;
  release_claims(i);
}

/// The answer to a call that the runner refused, or that the decider did not come to.
void Runners::take_unbegun(std::uint32_t w, const Answer& answer) {
  Worker& worker = workers_[w];
  Call call;
  if (worker.node) {
    call = std::move(worker.call);
    worker.node.reset();
    queue_again(call.node);
  } else {
    call = std::move(worker.ahead.front());
    worker.ahead.pop_front();
  }
  if (!call.is_taken_back) forget_ahead(call.node);
  if (!answer.ok) forget_given(worker, call);
  if (answer.is_retracted) return;
  if (!answer.changed_state.empty()) note_changed_state(w, call.node, answer);
  if (!answer.ok) return;
  release(w, call.value);
  const std::vector<Argument>& arguments = graph_.nodes[call.node].arguments;
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    if (arguments[k].source != Argument::Source::node || !call.arguments[k].is_last_use) continue;
    NodeState& needed = decider_.state(arguments[k].index);
    if (needed.value == call.arguments[k].number) needed.runners.erase(w);
  }
}

void Runners::take_back() {
  for (std::uint32_t w = 0; w < workers_.size(); ++w) take_back(w);
}

/// What lies behind a slow node may be wanted elsewhere, and so may its code with other arguments. For a
/// quick one the latter is not worth the calls.
void Runners::share_if_slow(std::uint32_t w) {
  constexpr std::int64_t slow_ns = 10'000'000;
  Worker& worker = workers_[w];
  if (worker.process == nullptr || monotonic_ns() - worker.asked_ns < slow_ns) return;
  if (worker.node && !worker.is_encoding) claim_key_alone(worker);
  if (worker.ahead.empty()) return;
  worker.is_quiet = true;
  worker.most_ahead = 1;
  take_back(w);
}

void Runners::take_back(std::uint32_t w) {
  Worker& worker = workers_[w];
  if (worker.process == nullptr || worker.ahead.empty()) return;
  LastWords& words = worker.process->last_words();
  if (words.retracted < worker.period) {
    words.retracted = worker.period;
    end_period(worker);
  }
  // The runner first writes which call it takes up, and then looks whether it is taken back. So if it is
  // still at the call before them, it will begin none of them; otherwise their answers say which it began.
  if (!worker.node || words.call != worker.call.value) return;
  give_up_ahead(worker);
  worker.sources = {*worker.node};
}

/// What is sent from now on is begun whatever becomes of what was sent before, and counts on none of it.
void Runners::end_period(Worker& worker) {
  ++worker.period;
  for (const Call& call : worker.ahead) forget_given(worker, call);
}

/// The runner will answer that it has not begun them.
void Runners::give_up_ahead(Worker& worker) {
  for (Call& call : worker.ahead)
    if (!std::exchange(call.is_taken_back, true)) forget_ahead(call.node);
}

}  // namespace hamcell
