// The runners of a run: which node goes to which of them, how values get from one to another, and what they
// answer. They are started when the first node has to run, which is also when the cell is built.
#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "build/build.h"
#include "cache/claims.h"
#include "run/decider.h"
#include "run/jobserver.h"
#include "run/runner_process.h"
#include "run/scratch_folder.h"
#include "run/ties.h"
#include "run/work_ahead.h"

namespace hamcell {

/// A value that a call was given.
struct SentValue {
  std::uint64_t number = 0;
  bool is_last_use = false;  ///< the runner drops it when the call has gone well
};

/// A call that was answered.
struct FinishedCall {
  std::uint32_t node = 0;
  std::uint32_t runner = 0;
  std::vector<SentValue> sent;  ///< the values that it was given, in the order of parameters
  Answer answer;
};

struct RunnerSettings {
  unsigned jobs = 1;         ///< runners at most
  bool color = false;        ///< of the compiler's messages
  double timeout = 0;        ///< seconds that a node may run; 0: any number
  std::uint64_t memory = 0;  ///< bytes by which a node's process may grow; 0: any number
  /// The cache folder in which the result of a node is to be stored; empty: it is not.
  std::function<std::string(std::uint32_t)> store_of;
  EarlyBuild* early = nullptr;    ///< what was begun of the build; null: nothing
  bool only_code_of_now = false;  ///< see BuildSettings::only_of_now
};

class Runners {
 public:
  /// `history` knows how long nodes took; `claims` is null where nothing is shared with other processes.
  Runners(const Cell& cell, const Graph& graph, Decider& decider, History& history, Cache* cache,
          Claims* claims, RunObserver& observer, RunnerSettings settings);

  /// Of what was sent ahead, the calls that are next in their runners count as running if the arguments that
  /// they were sent with are what the nodes are to run with after all.
  void begin_next();
  /// Sends out what is ready, as far as there are runners for it. Throws Failure: compile when the cell does
  /// not build, storage when no runner can be started.
  void dispatch();
  /// What was sent ahead and is not begun will not be.
  void take_back();
  bool is_busy() const;
  /// Whether a runner has said something that wait() has not taken yet.
  bool has_answers() const;
  /// Whether a node that is ready is being run by another process.
  bool waits_for_others() const { return waits_for_others_; }
  /// Waits for answers, at most so many milliseconds, and passes on what nodes print. Gives one answer of
  /// each runner at most, since it decides about the calls that were sent ahead behind it. A runner that
  /// ended takes its node with it: the decider knows of that already.
  std::vector<FinishedCall> wait(int most_ms);

  /// Looks up where in the source nodes crashed, and completes what is told of them.
  void locate_crashes();
  /// Whether that has anything to look for, which can take as long as a build.
  bool has_crashes() const;
  /// The runner may drop this value.
  void release(std::uint32_t runner, std::uint64_t value) { workers_[runner].to_release.push_back(value); }
  /// Ends all runners, of which nothing will be asked any more; the destructor waits for that. A runner with
  /// much memory takes a while to end.
  void kill();
  /// Whether anything was started, the compiler included.
  bool has_begun() const { return built_.has_value(); }
  /// Seconds that compiling took; 0 when nothing was compiled.
  double build_seconds() const { return built_ ? built_->seconds : 0; }
  /// Monotonic time at which it began; nothing when nothing was compiled.
  std::optional<std::int64_t> build_began_ns() const {
    return built_ && !built_->reused ? std::optional(first_build_ns_) : std::nullopt;
  }

 private:
  /// A call as it was sent.
  struct Call {
    std::uint32_t node = 0;
    std::uint64_t value = 0;   ///< the number of the value that it makes
    std::uint64_t period = 0;  ///< see Command
    std::string store;         ///< folder below which a large result is written
    std::vector<SentValue> arguments;
    std::vector<std::uint64_t> brings;  ///< inputs and literals whose bytes are in the command
    bool claims_code = false;           ///< sent ahead: all keys that the node can have are claimed
    bool is_taken_back = false;  ///< sent ahead; all that is awaited is the answer that it was not begun
  };

  /// A runner and what it is busy with.
  struct Worker {
    std::unique_ptr<RunnerProcess> process;
    std::uint32_t library = 0;          ///< that it loads, index into BuiltCell::libraries
    std::optional<std::uint32_t> node;  ///< that it runs, or whose value it writes
    Call call;                          ///< of `node`, when it runs
    // What was sent ahead (ahead.cpp):
    std::deque<Call> ahead;             ///< behind `call`, in this order
    std::deque<std::uint32_t> sources;  ///< nodes that were sent and whose users have not been looked at yet
    std::size_t most_ahead = 1;         ///< calls that may be sent ahead now
    std::uint64_t period = 1;           ///< of calls that are sent ahead now, see Command
    bool is_quiet = false;              ///< its node takes long: nothing is sent ahead until it is answered

    bool is_at_work() const { return node.has_value() || !ahead.empty(); }
    bool is_encoding = false;  ///< it writes the value of `node` for another runner
    bool is_loaded = false;
    std::set<std::uint64_t> given;          ///< inputs and literals that it has, or has been sent
    std::string overrun;                    ///< why the driver ends it, in words: a limit; empty: it does not
    std::int64_t asked_ns = 0;              ///< monotonic time of the last command
    std::optional<Command> after_loading;   ///< while it loads the cell: what it is to do then
    std::vector<std::uint64_t> to_release;  ///< values that it may drop at the next command
    /// What a node left behind in it for good, in words. It then gets no more nodes but those that are tied
    /// to its values, and ends when nothing needs these.
    std::string changed_state;
    bool has_told_of_stop = false;  ///< that it was stopped and waits to be let go on
    bool is_put_back = true;        ///< what was changed is as it was, as far as the runner can tell
    bool has_warned = false;        ///< of nodes that run in it all the same
  };

  void build(std::uint32_t i);
  BuiltCell build_first();
  BuiltCell build_whole();
  std::vector<bool> functions_that_may_run() const;
  std::vector<std::vector<std::uint32_t>> inseparable_functions() const;
  CallPlace place_of(std::uint32_t i) const;
  bool is_in_library(std::uint32_t i, std::uint32_t library) const;
  void tie(std::uint32_t i);
  void tick();
  Outlook outlook();
  unsigned ask_for_slots(std::size_t count);
  void rank_ready();
  unsigned busy_count() const;
  bool take_slot();
  bool may_claim(std::uint32_t i);
  void await(std::uint32_t i);
  bool send(std::uint32_t i);
  int patience() const;
  void look_around(int most_ms, const std::function<void(const std::function<void()>&)>& try_on);
  void share_if_slow(std::uint32_t w);
  bool ask(Worker& worker, const Command& command);
  bool is_at_its_call(const Worker& worker) const;
  void check_limits();
  void check_stops();
  bool has_arguments(std::uint32_t i) const;
  std::optional<std::uint32_t> choose_worker(std::uint32_t i);
  std::optional<std::uint32_t> new_worker(std::uint32_t library);
  bool bring_values(std::uint32_t i, std::uint32_t w);
  std::uint64_t number_of(std::uint32_t i, std::size_t k, std::uint32_t w) const;
  bool is_held(std::uint32_t i, std::size_t k, std::uint32_t w) const;
  const std::string* bytes_of(std::uint32_t i, std::size_t k) const;
  ValueSource source_of(std::uint32_t i, std::size_t k, std::uint32_t w) const;
  std::size_t bytes_to_send(std::uint32_t i, std::uint32_t w) const;
  static void forget_given(Worker& worker, const Call& call);
  Command command_of(std::uint32_t i, std::uint32_t w, Call& call);
  bool is_last_use(std::uint32_t i, const Argument& argument) const;
  void send_call(std::uint32_t i, std::uint32_t w);
  void begin(std::uint32_t w, Call call);
  bool can_begin(const Call& call) const;
  void send_ahead(std::uint32_t w);
  std::vector<std::uint32_t> find_ahead(std::uint32_t w);
  bool can_go_ahead(std::uint32_t i, std::uint32_t w, const std::set<std::uint32_t>& found) const;
  bool claim_code(std::uint32_t i);
  void claim_key_alone(Worker& worker);
  void keep_sure_misses(std::vector<std::uint32_t>& found, std::uint32_t w);
  void take_back(std::uint32_t w);
  void give_up_ahead(Worker& worker);
  void forget_ahead(std::uint32_t i);
  void take_unbegun(std::uint32_t w, const Answer& answer);
  static void end_period(Worker& worker);
  void adapt(Worker& worker, const Answer& answer);
  void release_claims(std::uint32_t i);
  void start_loading(Worker& worker, Command call);
  void take_loaded(std::uint32_t w, const Answer& answer);
  void show_live_output(std::uint32_t w);
  void show_all_output(std::uint32_t w);
  void show(std::uint32_t w, const std::string& lines);
  void take_answer(std::uint32_t w, bool has_ended);
  void take_encoded(std::uint32_t i, Answer& answer);
  bool is_retiring(std::uint32_t w) const { return !workers_[w].changed_state.empty(); }
  void note_changed_state(std::uint32_t w, std::uint32_t by, const Answer& answer);
  void warn_of_changed_state(std::uint32_t i, std::uint32_t w);
  void end_retired();
  void queue_again(std::uint32_t i);
  void lose_idle_worker(std::uint32_t w);
  void lose_worker(std::uint32_t w);
  void fail_crashed(std::uint32_t i, std::uint32_t library, std::string how, const RunnerEnd& end);
  void warn_of_destructor(std::uint64_t value, const std::string& how);
  std::vector<Note> frame_notes(std::uint32_t library, const std::vector<std::uint64_t>& frames);

  const Cell& cell_;
  const Graph& graph_;
  Decider& decider_;
  RunObserver& observer_;
  RunnerSettings settings_;
  Ties ties_;
  std::map<std::uint32_t, std::uint32_t> group_worker_;  ///< of tied nodes: the runner that has their values
  WorkAhead work_ahead_;
  Claims* claims_;
  std::optional<Jobserver> jobserver_;  ///< once there is something to run
  bool is_ranked_ = false;
  bool waits_for_others_ = false;
  bool waits_for_slot_ = false;
  Cache* cache_;  ///< null: there is none
  /// Nodes that another process was seen to have, and since when, in monotonic time; 0: the user was told.
  std::map<std::uint32_t, std::int64_t> awaited_;
  ScratchFolder scratch_;  ///< for values on their way between runners
  std::vector<Worker> workers_;
  bool has_loaded_ = false;    ///< some runner
  unsigned lost_loading_ = 0;  ///< runners that ended while they loaded the cell
  struct Crash {
    std::uint32_t library = 0;
    std::vector<std::uint64_t> frames;  ///< places in that shared object
  };
  std::map<std::uint32_t, Crash> crashes_;  ///< by node
  std::vector<FinishedCall> finished_;      ///< what wait() is about to give
  std::int64_t polled_ns_ = 0;              ///< monotonic time when descriptors were last looked at
  std::exception_ptr failure_;  ///< that ends the run once the answers that came before it are taken
  std::optional<BuiltCell> built_;
  std::int64_t first_build_ns_ = 0;             ///< since when the cell was built, in monotonic time
  std::optional<std::int64_t> build_began_ns_;  ///< while it is built: since when, in monotonic time
};

}  // namespace hamcell
