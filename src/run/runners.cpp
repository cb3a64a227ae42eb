// The runners of a run: one event loop over their sockets and what their nodes print.
#include "run/runners.h"

#include <poll.h>

#include <algorithm>
#include <csignal>

#include "base/interrupt.h"
#include "base/text.h"
#include "build/source_lines.h"
#include "cache/store.h"
#include "run/limits.h"
#include "value/type_table.h"

namespace hamcell {

Runners::Runners(const Cell& cell, const Graph& graph, Decider& decider, History& history, Cache* cache,
                 Claims* claims, RunObserver& observer, RunnerSettings settings)
    : cell_(cell),
      graph_(graph),
      decider_(decider),
      observer_(observer),
      settings_(std::move(settings)),
      ties_(cell, graph),
      work_ahead_(decider, history),
      claims_(claims),
      cache_(cache) {}

bool Runners::is_busy() const {
  return std::ranges::any_of(workers_, [](const Worker& worker) { return worker.is_at_work(); });
}

bool Runners::has_answers() const {
  return std::ranges::any_of(workers_, [](const Worker& worker) {
    if (worker.process == nullptr) return false;
    pollfd socket{worker.process->socket(), POLLIN, 0};
    return worker.process->has_answer() || ::poll(&socket, 1, 0) > 0;
  });
}

// ---- Sending

/// Before the first node runs, all is built that may have to run by what is known then. It is for the rare
/// node whose stored value turns out to be lost that more has to be built.
void Runners::build(std::uint32_t i) {
  if (built_ && built_->place_of(graph_.nodes[i])) return;
  observer_.building(cell_);
  build_began_ns_ = monotonic_ns();
  if (first_build_ns_ == 0) first_build_ns_ = *build_began_ns_;
  if (built_)
    built_->add(build_whole());
  else
    built_ = build_first();
  build_began_ns_.reset();
  observer_.built(*built_);
}

BuiltCell Runners::build_first() {
  const std::vector<std::vector<std::uint32_t>> inseparable = inseparable_functions();
  std::vector<bool> functions = functions_that_may_run();
  // If one of them is to run again after all, it must be found where the others are.
  for (const std::vector<std::uint32_t>& group : inseparable)
    if (std::ranges::any_of(group, [&](std::uint32_t function) { return bool{functions[function]}; }))
      for (const std::uint32_t function : group) functions[function] = true;
  return build_functions(
      cell_, graph_, functions, inseparable,
      {settings_.color, [this] { tick(); }, BuildFor::running, settings_.early, settings_.only_code_of_now});
}

BuiltCell Runners::build_whole() {
  return build_cell(cell_, graph_, {settings_.color, [this] { tick(); }});
}

/// By function. A node may run if it is not decided by now, or if its value may be asked for and is nowhere.
std::vector<bool> Runners::functions_that_may_run() const {
  std::vector<bool> nodes(graph_.nodes.size());
  std::vector<bool> functions(cell_.model.functions.size());
  for (std::uint32_t i = static_cast<std::uint32_t>(graph_.nodes.size()); i-- > 0;) {
    const GraphNode& node = graph_.nodes[i];
    if (!node.needed || node.override_value) continue;
    const NodeState& state = decider_.state(i);
    const bool is_over = state.phase == Phase::failed || state.phase == Phase::skipped;
    const bool is_asked_for =
        std::ranges::any_of(node.users, [&](std::uint32_t user) { return bool{nodes[user]}; });
    nodes[i] = state.phase == Phase::settled ? is_asked_for && !state.has_value() : !is_over;
    if (nodes[i]) functions[node.function] = true;
  }
  return functions;
}

/// Functions of needed nodes that must be called in one library: those between which a value goes that cannot
/// be passed from one process to another, or that its codec may refuse to write, and those that share
/// variables.
std::vector<std::vector<std::uint32_t>> Runners::inseparable_functions() const {
  const std::vector<bool> holds_custom = types_that_hold(cell_.model.types, TypeKind::custom);
  Ties ties(cell_, graph_);
  for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i)
    if (holds_custom[graph_.nodes[i].type]) ties.tie(i);
  std::map<std::uint32_t, std::vector<std::uint32_t>> tied;
  std::vector<bool> is_needed(cell_.model.functions.size());
  for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
    if (!graph_.nodes[i].needed) continue;
    is_needed[graph_.nodes[i].function] = true;
    if (ties.has_tie(i)) tied[ties.group_of(i)].push_back(graph_.nodes[i].function);
  }
  std::vector<std::vector<std::uint32_t>> groups;
  for (auto& [group, members] : tied) groups.push_back(std::move(members));
  groups.push_back(functions_with_state(cell_.model));
  std::erase_if(groups.back(), [&](std::uint32_t function) { return !is_needed[function]; });
  return groups;
}

/// Of a node that was built.
CallPlace Runners::place_of(std::uint32_t i) const { return built_->place_of(graph_.nodes[i]).value(); }

/// What was to be passed from one library to another cannot be after all: the disk is full, say.
void Runners::tie(std::uint32_t i) {
  ties_.tie(i);
  if (built_->libraries.size() > 1) built_->change_to(build_whole());
}

void Runners::tick() {
  observer_.tick([this] { return outlook(); });
}

Outlook Runners::outlook() {
  Outlook outlook;
  for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
    const GraphNode& node = graph_.nodes[i];
    if (!node.needed || node.override_value || node.is_default_value()) continue;
    const Phase phase = decider_.state(i).phase;
    ++outlook.nodes;
    if (phase == Phase::settled || phase == Phase::failed || phase == Phase::skipped) ++outlook.done;
  }
  outlook.seconds_left = work_ahead_.seconds_left(settings_.jobs);
  if (!outlook.seconds_left || !build_began_ns_) return outlook;
  if (const std::optional<double> build = work_ahead_.build_seconds())
    *outlook.seconds_left +=
        std::max(0.0, *build - static_cast<double>(monotonic_ns() - *build_began_ns_) / 1e9);
  return outlook;
}

/// Where there is a choice, the longest path goes first. Before that nobody asks how long nodes took.
void Runners::rank_ready() {
  const bool has_choice = jobserver_->is_used() ? decider_.ready().size() > 1
                                                : busy_count() + decider_.ready().size() > settings_.jobs;
  if (is_ranked_ || !has_choice) return;
  is_ranked_ = true;
  decider_.set_ranks(work_ahead_.ranks());
}

unsigned Runners::busy_count() const {
  return static_cast<unsigned>(
      std::ranges::count_if(workers_, [](const Worker& worker) { return worker.is_at_work(); }));
}

/// A slot for one more node; false while there is none.
bool Runners::take_slot() {
  const unsigned busy = busy_count();
  waits_for_slot_ = ask_for_slots(busy + 1) <= busy;
  return !waits_for_slot_;
}

/// Of make's jobserver, if there is one; gives how many nodes may run at a time.
unsigned Runners::ask_for_slots(std::size_t count) {
  if (!jobserver_) {
    jobserver_.emplace(Jobserver::of_environment());
    if (jobserver_->is_out_of_reach())
      observer_.warn({{},
                      "make's jobserver is out of reach, so one node runs at a time",
                      "write '+' in front of the command in the Makefile",
                      {},
                      {}});
  }
  return jobserver_->ask_for(static_cast<unsigned>(std::max<std::size_t>(count, 1)));
}

void Runners::dispatch() {
  end_retired();
  if (!jobserver_ && decider_.ready().empty()) return;
  // What was needed by nodes that have ended is given back first.
  ask_for_slots(busy_count());
  rank_ready();
  waits_for_others_ = false;
  waits_for_slot_ = false;
  // What is ready changes meanwhile: a runner that turns out to be lost takes nodes back.
  for (auto next = decider_.ready().begin(); next != decider_.ready().end();) {
    const std::uint32_t i = *next;
    if (busy_count() >= settings_.jobs) break;
    if (decider_.state(i).ahead_in) {
      // It will begin where it lies, or is taken back.
    } else if (!has_arguments(i)) {
      // A value went with its runner after the node had become ready.
      decider_.prepare_again(i);
    } else if (may_claim(i)) {
      build(i);
      if (!take_slot() || !send(i)) release_claims(i);
      if (waits_for_slot_) break;
    }
    next = decider_.ready().upper_bound(i);
  }
  for (std::uint32_t w = 0; w < workers_.size(); ++w) send_ahead(w);
  // A node that could not be sent after all leaves its slot to others.
  ask_for_slots(busy_count());
}

void Runners::release_claims(std::uint32_t i) {
  if (claims_ != nullptr) claims_->release(decider_.state(i).result.cache_key, decider_.code_claim_of(i));
}

/// False while the node has to wait for a runner, or for a value that a runner has to write down first.
bool Runners::send(std::uint32_t i) {
  const std::optional<std::uint32_t> chosen = choose_worker(i);
  if (!chosen || !bring_values(i, *chosen)) return false;
  decider_.take_from_queue(i);
  send_call(i, *chosen);
  return true;
}

/// Only a node whose result others can take from the cache is claimed. False while another process runs it,
/// or where another one has run it: then it is a hit.
bool Runners::may_claim(std::uint32_t i) {
  if (claims_ == nullptr || !decider_.is_shared(i)) return true;
  const Digest& key = decider_.state(i).result.cache_key;
  const Digest code = decider_.code_claim_of(i);
  if (!claims_->claim(key, code)) {
    await(i);
    return false;
  }
  if (!decider_.was_computed_meanwhile(i)) return true;
  claims_->release(key, code);
  return false;
}

/// All keys of a code are another process's for a moment, and what has finished there until it is published:
/// neither is worth a word.
void Runners::await(std::uint32_t i) {
  constexpr std::int64_t soon_ns = 300'000'000;
  waits_for_others_ = true;
  std::int64_t& since = awaited_.try_emplace(i, monotonic_ns()).first->second;
  if (since == 0 || monotonic_ns() - since < soon_ns) return;
  since = 0;
  observer_.awaited(graph_.nodes[i].name);
}

bool Runners::has_arguments(std::uint32_t i) const {
  return std::ranges::all_of(graph_.nodes[i].arguments, [&](const Argument& argument) {
    return argument.source != Argument::Source::node || decider_.state(argument.index).has_value();
  });
}

/// The idle runner that holds most of the node's arguments, or a new one; nothing while it has to wait.
std::optional<std::uint32_t> Runners::choose_worker(std::uint32_t i) {
  const bool has_tie = ties_.has_tie(i);
  const std::uint32_t library = place_of(i).library;
  if (has_tie) {
    const auto tied = group_worker_.find(ties_.group_of(i));
    if (tied != group_worker_.end() && workers_[tied->second].process != nullptr &&
        workers_[tied->second].library == library)
      return workers_[tied->second].is_at_work() ? std::nullopt : std::optional(tied->second);
  }
  std::optional<std::uint32_t> best;
  std::int64_t best_held = -1;
  for (std::uint32_t w = 0; w < workers_.size(); ++w) {
    if (workers_[w].process == nullptr || workers_[w].is_at_work() || is_retiring(w)) continue;
    if (workers_[w].library != library) continue;
    std::int64_t held = 0;
    for (const Argument& argument : graph_.nodes[i].arguments) {
      if (argument.source != Argument::Source::node) continue;
      const NodeState& needed = decider_.state(argument.index);
      if (needed.runners.contains(w)) held += std::max<std::int64_t>(needed.result.bytes, 1);
    }
    if (held > best_held) {
      best = w;
      best_held = held;
    }
  }
  if (!best) best = new_worker(library);
  if (best && has_tie) group_worker_[ties_.group_of(i)] = *best;
  return best;
}

std::optional<std::uint32_t> Runners::new_worker(std::uint32_t library) {
  // One that only holds values does not count.
  const auto alive = std::ranges::count_if(workers_, [&](const Worker& worker) {
    const bool can_be_asked = worker.changed_state.empty() && worker.library == library;
    return worker.process != nullptr && (can_be_asked || worker.is_at_work());
  });
  if (alive >= static_cast<std::ptrdiff_t>(settings_.jobs)) return std::nullopt;
  Worker worker;
  worker.library = library;
  worker.process = std::make_unique<RunnerProcess>(built_->preload);
  workers_.push_back(std::move(worker));
  return static_cast<std::uint32_t>(workers_.size() - 1);
}

/// Values that are only in another runner must be written by it first; true when none is.
bool Runners::bring_values(std::uint32_t i, std::uint32_t w) {
  bool are_here = true;
  for (const Argument& argument : graph_.nodes[i].arguments) {
    if (argument.source != Argument::Source::node) continue;
    const NodeState& needed = decider_.state(argument.index);
    if (needed.is_stored || needed.runners.contains(w)) continue;
    are_here = false;
    if (!ties_.can_be_passed(argument.index)) {
      decider_.strand_value(argument.index);
      continue;
    }
    Worker& holder = workers_[*needed.runners.begin()];
    if (holder.is_at_work()) continue;  // busy; asked again when it is idle
    Command command;
    command.kind = Command::Kind::encode;
    command.value = needed.value;
    command.encodes = true;
    command.store = scratch_.path();
    holder.node = argument.index;
    holder.is_encoding = true;
    ask(holder, command);
  }
  return are_here;
}

/// The number under which the runner knows, or will know, the value of the argument.
std::uint64_t Runners::number_of(std::uint32_t i, std::size_t k, std::uint32_t w) const {
  const Argument& argument = graph_.nodes[i].arguments[k];
  if (argument.source == Argument::Source::input) return Decider::input_value(argument.index);
  if (argument.source != Argument::Source::node) return decider_.literal_value(i, k);
  const NodeState& needed = decider_.state(argument.index);
  return needed.ahead_in == w ? needed.ahead_value : needed.value;
}

/// Whether the runner has the value of the argument, or will have it when it comes to the node.
bool Runners::is_held(std::uint32_t i, std::size_t k, std::uint32_t w) const {
  const Argument& argument = graph_.nodes[i].arguments[k];
  const Worker& worker = workers_[w];
  if (argument.source != Argument::Source::node) return worker.given.contains(number_of(i, k, w));
  const NodeState& needed = decider_.state(argument.index);
  const bool is_made_here = worker.node == argument.index && !worker.is_encoding;
  return needed.ahead_in == w || is_made_here || needed.runners.contains(w);
}

/// The encoded value of the argument; null where it is in a file.
const std::string* Runners::bytes_of(std::uint32_t i, std::size_t k) const {
  const Argument& argument = graph_.nodes[i].arguments[k];
  if (argument.source == Argument::Source::input) return &graph_.inputs[argument.index].value->cbor;
  if (argument.source != Argument::Source::node) return &argument.cbor;
  const NodeState& needed = decider_.state(argument.index);
  return needed.bytes ? &*needed.bytes : nullptr;
}

ValueSource Runners::source_of(std::uint32_t i, std::size_t k, std::uint32_t w) const {
  const Argument& argument = graph_.nodes[i].arguments[k];
  ValueSource source;
  source.value = number_of(i, k, w);
  source.is_held = is_held(i, k, w);
  if (argument.source == Argument::Source::node) source.is_last_use = is_last_use(i, argument);
  if (source.is_held) return source;
  if (const std::string* bytes = bytes_of(i, k)) {
    source.bytes = *bytes;
    return source;
  }
  const NodeState& needed = decider_.state(argument.index);
  source.content = needed.content;
  source.file = result_path(needed.store, needed.content);
  return source;
}

/// Of the values that go with the call.
std::size_t Runners::bytes_to_send(std::uint32_t i, std::uint32_t w) const {
  std::size_t sum = 0;
  for (std::size_t k = 0; k < graph_.nodes[i].arguments.size(); ++k) {
    if (is_held(i, k, w)) continue;
    if (const std::string* bytes = bytes_of(i, k)) sum += bytes->size();
  }
  return sum;
}

/// The runner may not have come to read the values that the call brought; one that it has after all it does
/// not read again.
void Runners::forget_given(Worker& worker, const Call& call) {
  for (const std::uint64_t value : call.brings) worker.given.erase(value);
}

/// Whether nothing will ask for the argument's value when the node has run. One that is made again later, or
/// runs for the second time, is not the last one by this count.
bool Runners::is_last_use(std::uint32_t i, const Argument& argument) const {
  const NodeState& needed = decider_.state(argument.index);
  return needed.waiting_users == 1 && !decider_.state(i).has_taken_arguments;
}

/// Makes `call` what is said to the runner, but for its place among other calls.
Command Runners::command_of(std::uint32_t i, std::uint32_t w, Call& call) {
  const GraphNode& node = graph_.nodes[i];
  Worker& worker = workers_[w];
  Command command;
  command.kind = Command::Kind::call;
  call.node = i;
  call.value = decider_.new_value();
  command.value = call.value;
  command.function = place_of(i).entry;
  for (std::size_t k = 0; k < node.arguments.size(); ++k) {
    const ValueSource& source = command.arguments.emplace_back(source_of(i, k, w));
    call.arguments.push_back({source.value, source.is_last_use});
    // What was given stays the same for the whole run, so a runner keeps it, and needs its bytes once.
    const bool is_given = node.arguments[k].source != Argument::Source::node;
    if (is_given && worker.given.insert(source.value).second) call.brings.push_back(source.value);
  }
  command.encodes = decider_.is_storable(i);
  command.canonical = cell_.model.types[node.type].holds_unordered;
  call.store = settings_.store_of(i);
  if (call.store.empty()) call.store = scratch_.path();
  command.store = call.store;
  command.most_memory = settings_.memory;
  command.period = call.period = worker.period;
  for (const auto& [runner, value] : decider_.take_dropped()) release(runner, value);
  command.release = std::exchange(worker.to_release, {});
  return command;
}

/// The call is what the runner is at.
void Runners::begin(std::uint32_t w, Call call) {
  Worker& worker = workers_[w];
  NodeState& state = decider_.state(call.node);
  worker.node = call.node;
  state.value = call.value;
  state.store = call.store;
  state.phase = Phase::running;
  state.began_ns = monotonic_ns();
  state.result.runner = w;
  state.must_redo = false;
  worker.call = std::move(call);
  if (!graph_.nodes[worker.call.node].is_default_value())
    observer_.started(graph_.nodes[worker.call.node].name);
}

void Runners::send_call(std::uint32_t i, std::uint32_t w) {
  Worker& worker = workers_[w];
  Call call;
  Command command = command_of(i, w, call);
  if (is_retiring(w)) warn_of_changed_state(i, w);
  begin(w, std::move(call));
  worker.sources = {i};
  if (!worker.is_loaded) return start_loading(worker, std::move(command));
  if (!ask(worker, command)) lose_idle_worker(w);
}

/// Loads the cell into a new runner; the call that needs it follows when that has worked.
void Runners::start_loading(Worker& worker, Command call) {
  Command command;
  command.kind = Command::Kind::load;
  command.library = built_->libraries[worker.library];
  command.keeps_reads = std::ranges::find(cell_.toolchain.compile_flags, "-fno-threadsafe-statics") !=
                        cell_.toolchain.compile_flags.end();
  worker.after_loading = std::move(call);
  ask(worker, command);
}

/// False when the runner is gone. What there is no room for goes out later.
bool Runners::ask(Worker& worker, const Command& command) {
  worker.asked_ns = monotonic_ns();
  worker.process->add(command);
  return worker.process->send();
}

// ---- Answers

/// Milliseconds that may pass until something has to be looked at that no descriptor tells of.
int Runners::patience() const {
  constexpr int tick = 100;
  constexpr int short_tick = 10;
  if (waits_for_others_ || settings_.memory > 0) return short_tick;
  int most = tick;
  if (settings_.timeout > 0) most = std::clamp(static_cast<int>(settings_.timeout * 1000 / 10), 1, tick);
  const bool may_be_slow = std::ranges::any_of(workers_, [](const Worker& worker) {
    return !worker.ahead.empty() || (worker.node && worker.call.claims_code);
  });
  return may_be_slow ? std::min(most, short_tick) : most;
}

std::vector<FinishedCall> Runners::wait(int most_ms) {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  // Answers that are here are not lost when something else ends the run.
  const auto try_on = [this](const auto& act) {
    try {
      act();
    } catch (const Failure&) {
      if (!failure_) failure_ = std::current_exception();
    }
  };
  bool has_answers = false;
  for (std::uint32_t w = 0; w < workers_.size(); ++w)
    has_answers = has_answers || (workers_[w].process != nullptr && workers_[w].process->has_answer());
  // Where answers have been read already, nothing else needs to be looked at more often than this.
  constexpr std::int64_t often_enough_ns = 10'000'000;
  if (has_answers && monotonic_ns() - polled_ns_ < often_enough_ns) {
    for (std::uint32_t w = 0; w < workers_.size(); ++w)
      if (workers_[w].process != nullptr && workers_[w].process->has_answer())
        try_on([&] { take_answer(w, false); });
  } else {
    look_around(has_answers ? 0 : std::min(most_ms, patience()), try_on);
  }
  if (failure_ && finished_.empty()) std::rethrow_exception(std::exchange(failure_, nullptr));
  return std::exchange(finished_, {});
}

/// Waits for anything from runners, and looks at all that goes on in them.
void Runners::look_around(int most_ms, const std::function<void(const std::function<void()>&)>& try_on) {
  std::vector<pollfd> fds;
  std::vector<std::uint32_t> owners;
  for (std::uint32_t w = 0; w < workers_.size(); ++w) {
    if (workers_[w].process == nullptr) continue;
    const short awaited = workers_[w].process->unsent() > 0 ? POLLIN | POLLOUT : POLLIN;
    fds.push_back({workers_[w].process->socket(), awaited, 0});
    fds.push_back({workers_[w].process->output(), POLLIN, 0});
    owners.push_back(w);
  }
  if (waits_for_slot_) fds.push_back({jobserver_->fd(), POLLIN, 0});
  // Where it is interrupted by a signal, no descriptor is said to have anything.
  ::poll(fds.data(), fds.size(), most_ms);
  polled_ns_ = monotonic_ns();
  tick();
  for (std::size_t k = 0; k < owners.size(); ++k) {
    const std::uint32_t w = owners[k];
    if ((fds[2 * k].revents & POLLOUT) != 0) workers_[w].process->send();
    // A child process of a node may keep the socket open after the runner's end.
    const bool has_ended = workers_[w].process->has_ended();
    const bool has_more = workers_[w].process->has_answer() || (fds[2 * k].revents & ~POLLOUT) != 0;
    if (has_more || has_ended) try_on([&] { take_answer(w, has_ended); });
    // After the answers: what is printed belongs to what is not answered.
    if (fds[2 * k + 1].revents != 0 && workers_[w].process != nullptr) show_live_output(w);
    if (!has_more && !has_ended) share_if_slow(w);
  }
  try_on([this] { check_stops(); });
  try_on([this] { check_limits(); });
}

/// False where a runner at work has answered since, and is at another call.
bool Runners::is_at_its_call(const Worker& worker) const {
  if (worker.is_encoding || worker.after_loading) return true;
  const std::uint64_t call = worker.process->last_words().call;
  return call == 0 || call == (worker.node ? worker.call : worker.ahead.front()).value;
}

/// The terminal stops a node that wants something of it, since only the driver may have that. Whoever stops a
/// runner by hand may let it go on.
void Runners::check_stops() {
  for (std::uint32_t w = 0; w < workers_.size(); ++w) {
    Worker& worker = workers_[w];
    if (worker.process == nullptr || (!worker.node && !worker.after_loading)) continue;
    if (!is_at_its_call(worker)) continue;
    const int signal = worker.process->stop_signal();
    if (signal == 0) {
      worker.has_told_of_stop = false;
    } else if (signal == SIGTTIN || signal == SIGTTOU) {
      worker.overrun = "used the terminal, which only hamcell itself may do (" + signal_name(signal) + ")";
      lose_worker(w);
    } else if (!std::exchange(worker.has_told_of_stop, true)) {
      observer_.warn({decider_.function(*worker.node).place,
                      "node '" + graph_.nodes[*worker.node].name + "' was stopped by " + signal_name(signal),
                      "'kill -CONT " + std::to_string(worker.process->pid()) + "' lets it go on",
                      {},
                      {}});
    }
  }
}

/// Ends nodes that take longer, or more memory, than they may.
void Runners::check_limits() {
  if (settings_.timeout <= 0 && settings_.memory == 0) return;
  for (std::uint32_t w = 0; w < workers_.size(); ++w) {
    Worker& worker = workers_[w];
    if (worker.process == nullptr || !worker.is_at_work() || worker.process->has_answer()) continue;
    if (!is_at_its_call(worker)) continue;
    const LastWords& words = worker.process->last_words();
    const std::int64_t began_ns = words.began_ns;
    const double seconds =
        static_cast<double>(monotonic_ns() - (began_ns != 0 ? began_ns : worker.asked_ns)) / 1e9;
    if (began_ns == 0) {
      const double most = most_seconds_around(settings_.timeout);
      if (settings_.timeout > 0 && seconds > most) worker.overrun = timeout_around_text(most);
    } else if (settings_.timeout > 0 && seconds > settings_.timeout) {
      worker.overrun = timeout_text(settings_.timeout);
    } else if (settings_.memory > 0 &&
               worker.process->resident_memory() > words.bytes_began + settings_.memory) {
      worker.overrun = memory_text(settings_.memory);
    }
    if (worker.overrun.empty()) continue;
    worker.process->interrupt_node();
    lose_worker(w);
  }
}

void Runners::show(std::uint32_t w, const std::string& lines) {
  if (!lines.empty())
    observer_.printed(workers_[w].node ? graph_.nodes[*workers_[w].node].name : cell_.stem, lines);
}

void Runners::show_all_output(std::uint32_t w) {
  workers_[w].process->read_output();
  show(w, workers_[w].process->take_lines(true));
}

/// Whole lines of the node at work. Where it has ended meanwhile its answer says what is its own.
void Runners::show_live_output(std::uint32_t w) {
  Worker& worker = workers_[w];
  worker.process->read_output();
  // Of the call after the reading: it still runs then, so that nothing is the next one's.
  const bool is_its_own = !worker.is_at_work() || worker.is_encoding || worker.after_loading ||
                          (worker.node && worker.process->last_words().call == worker.call.value);
  if (is_its_own) show(w, worker.process->take_lines(false));
}

void Runners::take_answer(std::uint32_t w, bool has_ended) {
  Answer answer;
  const MessageReader::State state = workers_[w].process->receive(answer);
  if (state == MessageReader::State::waiting && has_ended) return lose_worker(w);
  if (state == MessageReader::State::waiting) return;
  if (state == MessageReader::State::closed) return lose_worker(w);
  Worker& worker = workers_[w];
  worker.asked_ns = monotonic_ns();
  if (answer.printed > 0) show(w, worker.process->take_printed(answer.printed));
  if (worker.after_loading) return take_loaded(w, answer);
  if (!worker.is_at_work())
    return lose_worker(w);  // nothing was asked: a process that a node forked answered
  adapt(worker, answer);
  if (!worker.node || answer.is_retracted) return take_unbegun(w, answer);
  if (!answer.ok && !worker.is_encoding) forget_given(worker, worker.call);
  const std::uint32_t i = *worker.node;
  // A node can have written over what its runner says.
  if (answer.damaged_argument >= static_cast<std::int32_t>(graph_.nodes[i].arguments.size()))
    return lose_worker(w);
  worker.node.reset();
  if (worker.is_encoding) {
    worker.is_encoding = false;
    return take_encoded(i, answer);
  }
  if (!answer.changed_state.empty()) note_changed_state(w, i, answer);
  finished_.push_back({i, w, std::move(worker.call.arguments), std::move(answer)});
}

void Runners::take_loaded(std::uint32_t w, const Answer& answer) {
  Worker& worker = workers_[w];
  if (!answer.ok)
    throw Failure(ExitStatus::compile, {{cell_.path, 0, 0},
                                        "the built cell cannot be loaded: " + answer.error,
                                        "check //hamcell:ldflags, //hamcell:pkg and LD_LIBRARY_PATH"});
  worker.is_loaded = true;
  has_loaded_ = true;
  const Command call = *std::exchange(worker.after_loading, std::nullopt);
  if (!ask(worker, call)) lose_idle_worker(w);
}

/// A value that only one runner had is now in the scratch folder, for the others. One whose codec or storage
/// fails ties what needs it to the runner that has it, as if its type could not be stored.
void Runners::take_encoded(std::uint32_t i, Answer& answer) {
  if (!answer.ok || answer.storage_failed) return tie(i);
  NodeState& state = decider_.state(i);
  if (state.runners.empty()) return;  // taken back meanwhile: what was written is out of date
  state.is_stored = true;
  state.bytes = std::move(answer.bytes);
  state.content = answer.content;
  state.store = scratch_.path();
}

// ---- Runners that end

/// Libraries can have kept what was changed, so what runs next gets a runner of its own.
void Runners::note_changed_state(std::uint32_t w, std::uint32_t by, const Answer& answer) {
  Worker& worker = workers_[w];
  worker.changed_state = "node '" + graph_.nodes[by].name + "' " + answer.changed_state;
  worker.is_put_back = worker.is_put_back && answer.is_put_back;
  observer_.warn({decider_.function(by).place,
                  worker.changed_state + ", so the nodes after it run in a new process",
                  "let the node put back what it changes, and wait for what it starts",
                  {},
                  {}});
}

/// A value that cannot be stored keeps what needs it in a runner that is not as it was.
void Runners::warn_of_changed_state(std::uint32_t i, std::uint32_t w) {
  Worker& worker = workers_[w];
  if (worker.is_put_back || std::exchange(worker.has_warned, true)) return;
  observer_.warn({decider_.function(i).place,
                  "node '" + graph_.nodes[i].name +
                      "' runs in a process that is not as it was at its start: " + worker.changed_state +
                      ", and values that cannot be stored tie the two to one process",
                  "let the node put back what it changes and wait for its threads",
                  {},
                  {}});
}

/// Ends the runners that a node has changed for good, as soon as nothing depends on values that only they
/// hold.
void Runners::end_retired() {
  for (std::uint32_t w = 0; w < workers_.size(); ++w) {
    if (!is_retiring(w) || workers_[w].process == nullptr || workers_[w].is_at_work()) continue;
    bool is_needed = false;
    for (std::uint32_t i = 0; i < decider_.count() && !is_needed; ++i) {
      const NodeState& state = decider_.state(i);
      is_needed = state.runners.contains(w) && !state.is_stored && state.waiting_users > 0;
    }
    if (is_needed) continue;
    show_all_output(w);
    workers_[w].process.reset();
    decider_.forget_runner(w);
  }
}

/// A node that was to run and did not. What it would have run with may be out of date by now.
void Runners::queue_again(std::uint32_t i) {
  NodeState& state = decider_.state(i);
  if (state.must_redo) return decider_.redo(i);
  state.phase = Phase::queued;
  decider_.prepare_again(i);
}

/// The runner had ended before it could take the command, which is not the fault of that command's node.
void Runners::lose_idle_worker(std::uint32_t w) {
  const std::uint32_t i = *std::exchange(workers_[w].node, std::nullopt);
  release_claims(i);
  queue_again(i);
  workers_[w].after_loading.reset();
  lose_worker(w);
}

void Runners::kill() {
  for (const Worker& worker : workers_)
    if (worker.process != nullptr) worker.process->kill();
}

void Runners::lose_worker(std::uint32_t w) {
  show_all_output(w);
  Worker& worker = workers_[w];
  const RunnerEnd end = worker.process->end();
  std::string how = std::exchange(worker.overrun, {});
  if (how.empty()) how = end.text;
  if (worker.after_loading) {
    // Initialisers that went well once are not to blame for what somebody else does to a runner. While none
    // has come through them and others are at it, one loss does not decide.
    const bool others_load = std::ranges::count_if(workers_, [](const Worker& each) {
                               return each.after_loading.has_value();
                             }) > 1;
    const unsigned most_lost = has_loaded_ ? 3 : others_load ? 1 : 0;
    if (++lost_loading_ <= most_lost) return lose_idle_worker(w);
    throw Failure(ExitStatus::node_failed,
                  {{cell_.path, 0, 0},
                   "an initialiser of the cell's variables failed: the runner " + how,
                   "variables at namespace scope are initialised before any node runs",
                   frame_notes(worker.library, end.frames),
                   {}});
  }
  const bool was_encoding = std::exchange(worker.is_encoding, false);
  const std::optional<std::uint32_t> at_work = std::exchange(worker.node, std::nullopt);
  worker.process.reset();
  for (const Call& call : std::exchange(worker.ahead, {}))
    if (!call.is_taken_back) forget_ahead(call.node);
  decider_.forget_runner(w);
  if (!at_work) {
    if (end.activity == LastWords::Activity::releasing) warn_of_destructor(end.number, how);
    return;
  }
  if (was_encoding) return tie(*at_work);
  release_claims(*at_work);
  if (decider_.state(*at_work).must_redo) return decider_.redo(*at_work);
  if (end.activity == LastWords::Activity::releasing) {
    warn_of_destructor(end.number, how);
    return queue_again(*at_work);
  }
  if (end.has_lost_file && end.number < graph_.nodes[*at_work].arguments.size()) {
    // As if the runner had found the argument damaged before it read it.
    Answer answer;
    answer.damaged_argument = static_cast<std::int32_t>(end.number);
    finished_.push_back({*at_work, w, worker.call.arguments, std::move(answer)});
    return;
  }
  fail_crashed(*at_work, worker.library, how, end);
}

/// What earlier nodes have left is destroyed before the next one runs, whose fault it is not.
void Runners::warn_of_destructor(std::uint64_t value, const std::string& how) {
  for (std::uint32_t i = 0; i < decider_.count(); ++i) {
    if (decider_.state(i).value != value) continue;
    observer_.warn(
        {decider_.function(i).place,
         "the value of node '" + graph_.nodes[i].name + "' could not be destroyed: its runner " + how,
         "nothing is lost by it, but something is wrong with the value or its destructor",
         {},
         {}});
    return;
  }
}

void Runners::fail_crashed(std::uint32_t i, std::uint32_t library, std::string how, const RunnerEnd& end) {
  const std::vector<Parameter>& parameters = decider_.function(i).parameters;
  if (end.activity == LastWords::Activity::reading && end.number < parameters.size())
    how += ", while its argument '" + parameters[end.number].name + "' was read";
  if (end.activity == LastWords::Activity::storing) how += ", while its result was stored";
  const GraphNode& node = graph_.nodes[i];
  if (!end.frames.empty()) crashes_[node.default_of ? node.users[0] : i] = {library, end.frames};
  decider_.fail(i, how);
}

bool Runners::has_crashes() const { return !crashes_.empty(); }

void Runners::locate_crashes() {
  for (const auto& [i, crash] : crashes_) {
    if (is_interrupted()) return;
    observer_.locating(graph_.nodes[i].name);
    NodeRun& result = decider_.state(i).result;
    result.notes = frame_notes(crash.library, crash.frames);
    if (!result.notes.empty()) result.error += ", at " + result.notes.front().place.text();
  }
}

/// Where the user's code was, the innermost frame first.
std::vector<Note> Runners::frame_notes(std::uint32_t library, const std::vector<std::uint64_t>& places) {
  if (places.empty()) return {};
  constexpr std::size_t most_notes = 12;
  std::vector<Note> notes;
  const std::vector<CodeFrame> frames =
      source_lines(cell_, built_->libraries[library], places, [this] { tick(); });
  for (auto frame = frames.begin(); frame != frames.end();) {
    const auto next =
        std::find_if(frame, frames.end(), [&](const CodeFrame& other) { return other != *frame; });
    if (notes.size() == most_notes) {
      notes.push_back({{}, "… and further calls"});
      break;
    }
    const std::string times = next - frame > 1 ? ", again and again" : "";
    notes.push_back(
        {frame->place, (notes.empty() ? "in '" : "called from '") + frame->function + "'" + times});
    frame = next;
  }
  return notes;
}

}  // namespace hamcell
