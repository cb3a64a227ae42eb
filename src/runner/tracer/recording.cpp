// Begins and ends recordings, and keeps what counts for later ones.
#include "runner/tracer/recording.h"

#include <dlfcn.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "runner/tracer/loaded_objects.h"
#include "runner/tracer/next.h"
#include "runner/tracer/recording_switch.h"
#include "runner/tracer/threads.h"
#include "runner/tracer/tracer.h"

namespace hamcell::tracer {

constinit std::atomic<bool> is_on{false};
constinit std::atomic<std::uint32_t> recording_number{0};
constinit std::atomic<bool> is_loading{false};
constinit thread_local bool is_inside = false;
constinit thread_local int static_depth = 0;

namespace {

/// The recording of the node that runs, and what is kept. Never destroyed: threads that the cell started may
/// outlive main.
struct State {
  std::mutex mutex;
  std::unique_ptr<Recording> node;  ///< null: nothing runs
  Recording kept;                   ///< for every later trace
  std::string folder;               ///< in which the node was called
};

State& state() {
  static State* const only = new State;
  return *only;
}

void merge(Recording& into, const Recording& from) {
  for (const auto& [key, seen] : from.seen) {
    const auto [known, is_new] = into.seen.emplace(key, seen);
    // A file that changed between the two looks stands for neither of them.
    if (!is_new && known->second.file.stamp != seen.file.stamp) into.settled = false;
  }
  into.outputs.insert(from.outputs.begin(), from.outputs.end());
  into.variables.insert(from.variables.begin(), from.variables.end());
  into.own_variables.insert(from.own_variables.begin(), from.own_variables.end());
  for (const TracedEffect& effect : from.effects) {
    const auto is_same = [&](const TracedEffect& known) { return known.function == effect.function; };
    if (std::ranges::none_of(into.effects, is_same)) into.effects.push_back(effect);
  }
  into.used_folder = into.used_folder || from.used_folder;
  into.settled = into.settled && from.settled;
}

/// Takes the recording of what ran, with what is kept for it. From then on only what threads of initialisers
/// read is recorded; they may go on while no node runs.
Recording take_recording() {
  is_on.store(has_kept_threads(), std::memory_order_release);
  const std::lock_guard lock(state().mutex);
  Recording recording = std::move(*state().node);
  state().node.reset();
  merge(recording, state().kept);
  return recording;
}

/// Digests that were taken need not be taken again while the stamps stay.
void keep_digests(const Recording& recording) {
  for (auto& [key, kept] : state().kept.seen) {
    const auto found = recording.seen.find(key);
    if (found != recording.seen.end() && found->second.file.stamp == kept.file.stamp) kept = found->second;
  }
}

}  // namespace

void record(const std::function<void(Recording&)>& change) {
  const std::lock_guard lock(state().mutex);
  if (state().node != nullptr) change(*state().node);
  if (static_depth > 0) change(state().kept);
}

void keep_all() {
  const std::lock_guard lock(state().mutex);
  if (state().node != nullptr) merge(state().kept, *state().node);
}

void record_unsettled() {
  record([](Recording& recording) { recording.settled = false; });
}

void begin() {
  const Inside inside;
  static_depth = 0;  // a thread that an earlier node left by an exception may still count
  note_objects_before();
  const std::lock_guard lock(state().mutex);
  state().node = std::make_unique<Recording>();
  // What the kept initialisers set is no input of the node.
  state().node->own_variables = state().kept.own_variables;
  state().folder = absolute_path(".");
  recording_number.fetch_add(1, std::memory_order_relaxed);
  is_on.store(true, std::memory_order_release);
}

void look_for_objects() { note_new_objects(true); }

Trace end() {
  const Inside inside;
  Recording recording = take_recording();
  Trace trace = trace_of(recording, state().folder);
  keep_digests(recording);
  return trace;
}

void* load(const char* library, std::string& why) {
  static constinit Next<decltype(::dlopen)> next("dlopen");
  begin();
  // What the initialisers' threads read counts for every later node as well.
  is_loading.store(true, std::memory_order_relaxed);
  ++static_depth;
  void* const loaded = next(library, RTLD_NOW | RTLD_LOCAL);
  // Before the tracer looks up anything itself: the loader remembers its last message only.
  if (loaded == nullptr)
    if (const char* message = ::dlerror(); message != nullptr) why = message;
  --static_depth;
  is_loading.store(false, std::memory_order_relaxed);
  // The cell's own files are in the digest of its build.
  note_new_objects(false);
  const Inside inside;
  Recording recording = take_recording();
  trace_of(recording, state().folder);
  const std::lock_guard lock(state().mutex);
  merge(state().kept, recording);
  return loaded;
}

}  // namespace hamcell::tracer
