// One hamcell-runner as the driver sees it: a process, a socket to it, and what it prints.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/file.h"
#include "run/protocol.h"

namespace hamcell {

class RunnerProcess {
 public:
  /// Starts a runner. Throws Failure (storage) when the process cannot be started.
  RunnerProcess();
  /// Ends it if it still runs.
  ~RunnerProcess();
  RunnerProcess(const RunnerProcess&) = delete;
  RunnerProcess& operator=(const RunnerProcess&) = delete;

  int socket() const { return socket_.get(); }
  int output() const { return output_.get(); }  ///< -1 after its end
  pid_t pid() const { return pid_; }

  /// False when the runner is gone.
  bool send(const Command& command);
  /// Reads what has arrived. After `message`, `answer` is it.
  MessageReader::State receive(Answer& answer);
  /// Whole lines that the runner has printed since the last call, on both outputs, with their line feeds.
  /// With `all`, also a last line that has no line feed yet.
  std::string take_lines(bool all);
  /// Waits for the end of the process and says how it ended: "was ended by signal 11 (Segmentation fault)".
  std::string end_text();

 private:
  pid_t pid_ = -1;
  OwnedFd socket_, output_;
  MessageReader reader_;
  std::string printed_;
};

}  // namespace hamcell
