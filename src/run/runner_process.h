// One hamcell-runner as the driver sees it: a process, a socket to it, and what it prints.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "run/last_words.h"
#include "run/protocol.h"

namespace hamcell {

class RunnerProcess {
 public:
  /// Starts a runner, with these shared objects in front of all others and, if `variable` ("NAME=VALUE") is
  /// not empty, one more environment variable. Throws Failure (storage) when the process cannot be started.
  explicit RunnerProcess(const std::vector<std::string>& preload, const std::string& variable = {});
  /// Ends it if it still runs.
  ~RunnerProcess();
  RunnerProcess(const RunnerProcess&) = delete;
  RunnerProcess& operator=(const RunnerProcess&) = delete;

  int socket() const { return socket_.get(); }
  int output() const { return output_.get(); }  ///< -1 after its end

  /// Puts a command behind those that are to be sent.
  void add(const Command& command) { to_send_.add(to_bytes(command)); }
  /// Sends as much of what was added as there is room for: never waits for a runner that is at work. False
  /// when the runner is gone.
  bool send() { return to_send_.send(socket_.get()); }
  /// Bytes that were added and could not be sent yet. What there are of them goes out when the socket has
  /// room.
  std::size_t unsent() const { return to_send_.size(); }
  /// Reads what has arrived. After `message`, `answer` is it.
  MessageReader::State receive(Answer& answer);
  /// Whether an answer has been read and not been received.
  bool has_answer() const { return reader_.has_message(); }
  /// Reads what the runner has printed on both outputs, for the two functions that follow.
  void read_output();
  /// Whole lines of what was read and not yet taken, with their line feeds. With `all`, also a last line that
  /// has no line feed yet. A line of more than 1 MiB comes in pieces.
  std::string take_lines(bool all);
  /// What a call printed, of which take_lines() may have given a part. `bytes` as its answer says.
  std::string take_printed(std::uint64_t bytes);
  /// Whether the process has ended, without waiting.
  bool has_ended();
  /// The signal that has stopped the process, so that it does not go on, when has_ended() was asked last; 0:
  /// none.
  int stop_signal() const { return stop_signal_; }
  /// Waits for the end of the process, for a moment, and ends it then.
  RunnerEnd end();

  pid_t pid() const { return pid_; }
  /// What the runner writes down while it works.
  const LastWords& last_words() const { return memory_.words(); }
  LastWords& last_words() { return memory_.words(); }
  /// Asks the node that runs to end by a signal, so that it is known where it was; end() does the rest.
  void interrupt_node() const;
  /// Bytes of memory that the process uses now; 0: not known.
  std::uint64_t resident_memory() const;
  /// Ends the runner, and what its nodes have left behind, without waiting for that.
  void kill() const;

 private:
  /// Ends what the runner's nodes have started and left behind; they are all in its process group.
  void kill_group() const;

  pid_t pid_ = -1;
  int stop_signal_ = 0;
  std::optional<int> status_;  ///< as waitpid gives it, once the process has ended
  OwnedFd socket_, output_;
  LastWordsMemory memory_;
  MessageReader reader_;
  MessageQueue to_send_;
  std::string printed_;            ///< and not taken yet
  std::uint64_t taken_early_ = 0;  ///< bytes of calls that have not been answered
};

}  // namespace hamcell
