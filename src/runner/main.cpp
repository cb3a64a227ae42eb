// hamcell-runner: loads a built cell and calls its nodes, one at a time, as the driver says.
//
// It is a process of its own, so that a node's files, output, memory and crashes are the node's own and never
// the driver's. What a node prints goes wherever the driver has directed both outputs.
#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "codec/engine.h"
#include "run/debug_script.h"
#include "run/limits.h"
#include "run/protocol.h"
#include "runner/crash_handlers.h"
#include "runner/debug_session.h"
#include "runner/descriptors.h"
#include "runner/node_thread.h"
#include "runner/surroundings.h"
#include "runner/tracer/next.h"
#include "runner/tracer/touched.h"
#include "runner/tracer/tracer.h"
#include "runner/values.h"

namespace hamcell {
namespace {

class Runner {
 public:
  explicit Runner(int socket) : socket_(socket) {}

  /// Does what a debugger is to see.
  int debug(const std::string& script) {
    return debug_session(script, [this](const Command& command) { return answer(command); });
  }

  /// Answers commands until the driver is gone. Gives the exit status.
  int serve() {
    while (!is_gone_) {
      if (shares_thread_)
        serve_from_a_thread();
      else if (const std::optional<Command> command = next_command())
        reply(*command, answer(*command));
    }
    return status_;
  }

 private:
  /// What nodes have started and not ended.
  struct Leftovers {
    int threads = 0;
    bool has_children = false;  ///< also such as have ended, and that nobody waited for
  };

  /// A call that has an answer yet to come.
  struct OpenCall {
    const ham::function_entry* function = nullptr;
    std::vector<std::shared_ptr<HeldValue>> arguments;
    std::vector<const void*> addresses;  ///< of the arguments
    std::shared_ptr<HeldValue> held;     ///< the result
    bool is_done = false;                ///< the function returned
    Leftovers before;
    std::chrono::steady_clock::time_point began;
    Answer result;
  };

  /// Nodes that leave nothing behind in their thread have one thread together, which also does everything
  /// else: a thread for each would take longer than a short node, and to wait for it as long again. Comes
  /// back when the driver is gone, or the thread is to be left to a node that did leave something.
  void serve_from_a_thread() {
    auto thread = std::make_shared<NodeThread>();
    std::optional<Command> command;
    std::optional<OpenCall> open;
    const NodeThread::Outcome outcome = thread->run([&] { serve_here(command, open); });
    if (outcome == NodeThread::Outcome::not_started) {
      command = next_command();
      if (command) reply(*command, answer(*command));
    } else if (open) {
      reply(*command, std::move(leave(*command, *open, outcome, thread)));
    }
  }

  void serve_here(std::optional<Command>& command, std::optional<OpenCall>& open) {
    prepare_thread_for_crashes();
    while (true) {
      command = next_command();
      if (!command) return;
      if (command->kind != Command::Kind::call) {
        reply(*command, answer(*command));
        continue;
      }
      open.emplace();
      if (prepare(*command, *open)) {
        tracer::begin();
        surroundings_.prepare_thread();
        enter(*command, *open);
        if (open->function->result->how == nullptr || (tracer::touched & tracer::thread) != 0) return;
        leave(*command, *open, NodeThread::Outcome::returned, nullptr);
      }
      reply(*command, std::move(open->result));
      open.reset();
    }
  }

  std::optional<Command> next_command() {
    std::string_view bytes;
    std::optional<Command> command;
    if (reader_.read(socket_, bytes) != MessageReader::State::message) {
      is_gone_ = true;
    } else if (!from_bytes(bytes, command.emplace())) {
      is_gone_ = true;
      status_ = 1;
      command.reset();
    } else {
      release(command->release);
    }
    return command;
  }

  void reply(const Command& command, Answer result) {
    if (!result.is_retracted) note_printed(result);
    std::string message;
    add_message(message, to_bytes(result));
    note_call(0);
    if (!send_messages(socket_, message)) is_gone_ = true;
    if (command.kind != Command::Kind::call || !result.ok) return;
    // Only now: what a destructor breaks is no fault of this node.
    for (const ValueSource& source : command.arguments)
      if (source.is_last_use) drop(source.value);
    note_activity(LastWords::Activity::none);
  }

  void drop(std::uint64_t value) {
    note_activity(LastWords::Activity::releasing, value);
    values_.erase(value);
  }

  void release(const std::vector<std::uint64_t>& values) {
    for (const std::uint64_t value : values) drop(value);
    note_activity(LastWords::Activity::none);
  }

  /// Does what may call functions of the cell's codecs and types. False when these throw: `result` is then
  /// what a node's failure is. It is caught in the cell, by the C++ library that threw it.
  bool guarded(Answer& result, const std::string& when, std::function<void()> work) const {
    ham::function_entry call{};
    call.call = [](void* to_do, const void* const*) { (*static_cast<std::function<void()>*>(to_do))(); };
    if (cell_->invoke(call, &work, nullptr, &result, &note_failure)) return true;
    result.ok = false;
    result.error = (result.error_type.empty() ? "threw something" : "threw " + result.error_type) +
                   (result.error.empty() ? "" : ": " + result.error) + ", " + when;
    result.error_type.clear();
    return false;
  }

  Answer answer(const Command& command) {
    switch (command.kind) {
      case Command::Kind::load:
        return load(command);
      case Command::Kind::call:
        return call(command);
      case Command::Kind::encode:
        return encode(command);
    }
    return {};
  }

  Answer load(const Command& command) {
    Answer result;
    library_ = command.library;
    set_cell_library(library_.c_str());
    std::string why;
    tracer::find_replaced_functions();
    void* library = tracer::load(library_.c_str(), why);
    if (library != nullptr) {
      auto* const entry =
          reinterpret_cast<const ham::cell_entry* (*)()>(::dlsym(library, "hamcell_cell_entry"));
      if (entry != nullptr) cell_ = entry();
    }
    keeps_reads_ = command.keeps_reads;
    if (cell_ != nullptr && cell_->version == ham::abi_version) {
      *cell_->engine_in_use = &codec_engine();
      result.ok = true;
      const tracer::Untraced own;
      surroundings_.remember(library);
      has_children_ = asks_for_children();
      tracer::touched = tracer::nothing;
      shares_thread_ = !tracer::has_thread_variables();
    } else {
      result.error = why.empty() ? "the built cell is of another version of hamcell" : why;
    }
    return result;
  }

  /// Makes sure that all arguments are held; false when one cannot be, which `result` then names.
  bool gather(const Command& command, const ham::function_entry& function,
              std::vector<std::shared_ptr<HeldValue>>& arguments, Answer& result) {
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
      const ValueSource& source = command.arguments[i];
      std::shared_ptr<HeldValue>& held = values_[source.value];
      if (held == nullptr && source.is_held && command.is_ahead) {
        // The call that was to make it did not.
        values_.erase(source.value);
        result.is_retracted = true;
        return false;
      }
      if (held == nullptr && !source.is_held) {
        note_activity(LastWords::Activity::reading, i);
        const bool is_read = guarded(result, "while one of its arguments was read", [&] {
          held = load_value(source, *function.parameters[i], result.error);
        });
        if (!is_read) {
          values_.erase(source.value);
          return false;
        }
      }
      if (held == nullptr) {
        values_.erase(source.value);
        result.damaged_argument = static_cast<std::int32_t>(i);
        return false;
      }
      arguments.push_back(held);
    }
    return true;
  }

  /// Calls the node's function in a thread that no other node has.
  Answer call(const Command& command) {
    OpenCall open;
    if (!prepare(command, open)) return std::move(open.result);
    auto thread = std::make_shared<NodeThread>();
    tracer::begin();
    const NodeThread::Outcome outcome = thread->run([&] {
      prepare_thread_for_crashes();
      enter(command, open);
    });
    return std::move(leave(command, open, outcome, thread));
  }

  /// Gets everything together that the function is called with. False when it is not to be called.
  bool prepare(const Command& command, OpenCall& open) {
    note_call(command.value);
    if (command.is_ahead && (command.period <= refused_period_ || is_retracted(command.period))) {
      open.result.is_retracted = true;
      return false;
    }
    open.function = &cell_->functions[command.function];
    if (!gather(command, *open.function, open.arguments, open.result)) {
      refused_period_ = command.period;
      return false;
    }
    for (const auto& argument : open.arguments) open.addresses.push_back(argument->get());
    note_activity(LastWords::Activity::running);
    open.held = std::make_shared<HeldValue>(open.function->result);
    open.before = {tracer::running_threads(), has_children_};
    return true;
  }

  /// In the thread of the node.
  void enter(const Command& command, OpenCall& open) {
    note_node_begins(command.most_memory);
    open.began = untraced_now();
    open.is_done =
        cell_->invoke(*open.function, open.held->get(), open.addresses.data(), &open.result, &note_failure);
    // A child that the node forked and that came back from it too has nobody to answer to. Always asked:
    // there are ways to fork that nothing stands in front of.
    if (::getpid() != process_) ::_exit(0);
  }

  /// What is to be done when the function has come back. `thread`: where it ran; left alive where the result
  /// may point into its variables. Null: nodes share it, and this one left nothing in it.
  Answer& leave(const Command& command, OpenCall& open, NodeThread::Outcome outcome,
                std::shared_ptr<NodeThread> thread) {
    Answer& result = open.result;
    const ham::type_entry& type = *open.function->result;
    if (open.is_done) open.held->mark_made();
    // Destructors of its variables belong to the node too.
    if (thread != nullptr && (!open.is_done || type.how != nullptr)) thread->end();
    note_node_ends();
    const std::chrono::steady_clock::duration taken = untraced_now() - open.began;
    if (outcome != NodeThread::Outcome::not_started) {
      result.seconds = std::chrono::duration<double>(taken).count();
      result.began_ns = std::chrono::nanoseconds(open.began.time_since_epoch()).count();
    }
    leave_nothing_behind(open.before, taken, result);
    if (keeps_reads_) tracer::keep_all();
    result.trace = tracer::end();
    // What an earlier node's threads do meanwhile cannot be told from what this node does.
    if (open.before.threads > 0) result.trace.settled = false;
    flush_output();
    if (outcome == NodeThread::Outcome::ended)
      result.error = "ended the thread that it ran in, and gave no value";
    if (outcome == NodeThread::Outcome::not_started)
      result.error = "has no thread to run in: the system gives no more of them, or no memory for its stack";
    // It may have given back what it took, before the driver looked.
    if (open.is_done && command.most_memory > 0 && memory_growth() > command.most_memory) {
      result.error = memory_text(command.most_memory);
      open.is_done = false;
    }
    if (open.is_done) hold(command, open, std::move(thread));
    // What was sent ahead counted on a node that does well and changes nothing.
    if (!result.ok || result.storage_failed || !result.changed_state.empty())
      refused_period_ = command.period;
    // So that a value goes where it is dropped, and not with this call.
    open.arguments.clear();
    return result;
  }

  void hold(const Command& command, OpenCall& open, std::shared_ptr<NodeThread> thread) {
    Answer& result = open.result;
    result.ok = true;
    if (command.encodes && open.function->result->how != nullptr) {
      note_activity(LastWords::Activity::storing);
      guarded(result, "while its result was stored", [&] { store(command, open.held, result); });
    } else {
      open.held->keep_alive(std::move(open.arguments), std::move(thread));
    }
    if (result.ok) values_[command.value] = std::move(open.held);
  }

  /// Encodes the result, and holds it as it comes out again where its own order of iteration could differ.
  static void store(const Command& command, std::shared_ptr<HeldValue>& held, Answer& result) {
    EncodedValue encoded = encode_value(*held, command.store);
    result.content = encoded.content;
    result.size = encoded.size;
    if (!encoded.error.empty()) {
      result.storage_failed = true;
      result.is_refused = encoded.is_refused;
      result.error = encoded.error;
      return;
    }
    result.is_encoded = true;
    if (command.canonical) {
      std::shared_ptr<HeldValue> again = decoded_again(encoded, held->type());
      if (again == nullptr) {
        result.ok = false;
        result.error = "gave a value that cannot be read back from its encoding";
        return;
      }
      held = std::move(again);
    }
    if (encoded.file.empty()) result.bytes = std::move(encoded.bytes);
  }

  Answer encode(const Command& command) {
    Answer result;
    const auto found = values_.find(command.value);
    if (found == values_.end()) {
      result.error = "the value is not held any more";
      return result;
    }
    result.ok = true;
    Command plain = command;
    plain.canonical = false;
    note_activity(LastWords::Activity::storing);
    guarded(result, "while its result was stored", [&] { store(plain, found->second, result); });
    return result;
  }

  /// The runner's own look at the clock is no effect of the node's.
  static std::chrono::steady_clock::time_point untraced_now() {
    const tracer::Untraced own;
    return std::chrono::steady_clock::now();
  }

  /// The next node finds the process as this one found it, as far as that can be; what was changed is
  /// said in the answer.
  void leave_nothing_behind(const Leftovers& before, std::chrono::steady_clock::duration taken,
                            Answer& result) {
    tracer::look_for_objects();
    const tracer::Untraced own;
    unsigned touched = tracer::touched.exchange(tracer::nothing);
    // Beside a long node a look at everything takes no time, and also sees what went around the C library.
    if (taken > short_node) touched = tracer::anything;
    if ((touched & tracer::thread) != 0) shares_thread_ = !tracer::has_thread_variables();
    auto [changes, is_put_back] = surroundings_.restore(touched);
    if (tracer::has_forked()) changes.emplace_back("forked");
    if (has_children_ || (touched & tracer::children) != 0) has_children_ = asks_for_children();
    const int threads = tracer::running_threads();
    if (threads > before.threads) changes.emplace_back("left a thread running");
    if (has_children_ && !before.has_children) changes.emplace_back("left a child process");
    result.is_put_back = is_put_back && threads == 0 && !has_children_;
    result.changed_state = join(changes, ", ");
  }

  static bool asks_for_children() {
    siginfo_t ignored{};
    return ::waitid(P_ALL, 0, &ignored, WEXITED | WNOHANG | WNOWAIT) == 0;
  }

  /// How much of what is in the pipe to the driver this node printed.
  void note_printed(Answer& result) {
    const std::optional<std::uint64_t> all = printed_bytes(printed_pipe());
    result.printed = all ? *all - std::exchange(printed_, *all) : uncounted;
  }

  static void note_failure(void* context, const ham::failure& how) {
    Answer& result = *static_cast<Answer*>(context);
    if (how.type != nullptr) result.error_type = readable_type(how.type);
    if (how.message != nullptr) result.error = how.message;
  }

  static void flush_output() {
    std::cout.flush();
    std::clog.flush();
    std::fflush(nullptr);
  }

  /// A node that takes longer is long beside a look at everything that it may have changed, which takes up to
  /// 0.1 ms.
  static constexpr std::chrono::milliseconds short_node{2};

  int socket_;
  MessageReader reader_;
  bool is_gone_ = false;  ///< the driver
  int status_ = 0;        ///< of this process, at its end
  const pid_t process_ = ::getpid();
  bool shares_thread_ = false;        ///< no loaded object has variables that are local to a thread
  bool has_children_ = false;         ///< as when it was last asked
  std::uint64_t refused_period_ = 0;  ///< what was sent ahead in this period or before is not begun any more
  std::uint64_t printed_ = 0;         ///< bytes, by all nodes
  std::string library_;               ///< path of the cell's shared object
  Surroundings surroundings_;
  bool keeps_reads_ = false;
  const ham::cell_entry* cell_ = nullptr;
  Values values_;
};

}  // namespace
}  // namespace hamcell

int main(int count, char** arguments) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (count == 3 && std::string_view(arguments[1]) == hamcell::debug_option)
    ::_exit(hamcell::Runner(-1).debug(arguments[2]));
  // What a node's children leave behind becomes a child of the runner, and so is found.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  hamcell::prepare_last_words();
  const int socket = hamcell::protect_descriptors(hamcell::runner_socket);
  const int status = hamcell::Runner(socket).serve();
  // Destructors of the cell's own variables are not run: nothing that they do could still be part of a
  // result.
  ::_exit(status);
}
