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
    MessageReader reader;
    std::string bytes;
    while (reader.read(socket_, bytes) == MessageReader::State::message) {
      Command command;
      if (!from_bytes(bytes, command)) return 1;
      release(command.release);
      if (!send_message(socket_, to_bytes(answer(command)))) return 0;
    }
    return 0;
  }

 private:
  /// What nodes have started and not ended.
  struct Leftovers {
    int threads = 0;
    bool has_children = false;  ///< also such as have ended, and that nobody waited for
  };

  void release(const std::vector<std::uint64_t>& values) {
    for (const std::uint64_t value : values) {
      note_activity(LastWords::Activity::releasing, value);
      values_.erase(value);
    }
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

  Answer call(const Command& command) {
    Answer result;
    const ham::function_entry& function = cell_->functions[command.function];
    std::vector<std::shared_ptr<HeldValue>> arguments;
    if (!gather(command, function, arguments, result)) return result;
    std::vector<const void*> addresses;
    for (const auto& argument : arguments) addresses.push_back(argument->get());

    note_activity(LastWords::Activity::running);
    auto thread = std::make_shared<NodeThread>();
    auto held = std::make_shared<HeldValue>(function.result);
    if (!run(function, command.most_memory, *held, addresses, *thread, result)) return result;
    result.ok = true;
    if (command.encodes && function.result->how != nullptr) {
      note_activity(LastWords::Activity::storing);
      guarded(result, "while its result was stored", [&] { store(command, held, result); });
    } else {
      held->keep_alive(std::move(arguments), std::move(thread));
    }
    if (result.ok) values_[command.value] = std::move(held);
    return result;
  }

  /// Calls the function in a thread that is left alive where the result may point into its variables.
  bool run(const ham::function_entry& function, std::uint64_t most_memory, HeldValue& to,
           const std::vector<const void*>& addresses, NodeThread& thread, Answer& result) {
    const Leftovers before = leftovers();
    bool is_done = false;
    tracer::begin();
    const auto began = untraced_now();
    const NodeThread::Outcome outcome = thread.run([&] {
      prepare_thread_for_crashes();
      note_node_begins(most_memory);
      is_done = cell_->invoke(function, to.get(), addresses.data(), &result, &note_failure);
    });
    if (is_done) to.mark_made();
    // Destructors of its variables belong to the node too.
    if (!is_done || function.result->how != nullptr) thread.end();
    note_node_ends();
    result.seconds = std::chrono::duration<double>(untraced_now() - began).count();
    leave_nothing_behind(before, result);
    if (keeps_reads_) tracer::keep_all();
    result.trace = tracer::end();
    // What an earlier node's threads do meanwhile cannot be told from what this node does.
    if (before.threads > 0) result.trace.settled = false;
    flush_output();
    if (outcome == NodeThread::Outcome::ended)
      result.error = "ended the thread that it ran in, and gave no value";
    if (outcome == NodeThread::Outcome::not_started)
      result.error = "has no thread to run in: the system gives no more of them, or no memory for its stack";
    // It may have given back what it took, before the driver looked.
    if (!is_done || most_memory == 0 || memory_growth() <= most_memory) return is_done;
    result.error = memory_text(most_memory);
    return false;
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
  void leave_nothing_behind(const Leftovers& before, Answer& result) {
    const tracer::Untraced own;
    auto [changes, is_put_back] = surroundings_.restore();
    if (tracer::has_forked()) changes.emplace_back("forked");
    const Leftovers now = leftovers();
    if (now.threads > before.threads) changes.emplace_back("left a thread running");
    if (now.has_children && !before.has_children) changes.emplace_back("left a child process");
    result.is_put_back = is_put_back && now.threads == 0 && !now.has_children;
    result.changed_state = join(changes, ", ");
  }

  static Leftovers leftovers() {
    siginfo_t ignored{};
    return {tracer::running_threads(), ::waitid(P_ALL, 0, &ignored, WEXITED | WNOHANG | WNOWAIT) == 0};
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

  int socket_;
  std::string library_;  ///< path of the cell's shared object
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
