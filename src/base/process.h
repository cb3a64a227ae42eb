// Starts other programs: the scanner, the compiler, the runners.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"

namespace hamcell {

struct ProcessResult {
  int exit_code = -1;    ///< as given to exit(); -1 when a signal ended it
  int signal = 0;        ///< the signal that ended it; 0: none
  std::string output;    ///< standard output
  std::string errors;    ///< standard error
  bool started = false;  ///< false: the program could not be started; `errors` says why

  bool succeeded() const { return started && exit_code == 0; }
};

struct ProcessRequest {
  std::vector<std::string> arguments;  ///< arguments[0] is looked up in PATH unless it has a slash
  std::string input;                   ///< for its standard input
  std::string folder;                  ///< to run in; empty: this one
  std::vector<std::pair<std::string, std::string>> environment;  ///< set in addition to this process's
  std::function<void()> tick = nullptr;  ///< called about ten times a second while the program runs
};

/// Before anything else: puts right what a process may inherit and cannot work with. A standard stream that
/// is closed becomes one that gives an error when it is used (but standard error swallows what it is told),
/// so that nothing else gets its number; the ends of child processes are heard of; no signal is blocked.
void prepare_own_process();

/// In a child process, before it becomes another program: the signals that this one ignores for itself mean
/// there what they meant to whoever started this one. Async-signal-safe.
void give_back_signals();

struct SpawnRequest {
  std::string program;             ///< its path
  std::string name;                ///< by which it is called
  std::vector<char*> environment;  ///< ends with a null pointer
  std::vector<int> files;  ///< descriptors of this process; that one has them from 0 on, in this order
};

/// Starts a program in a process group of its own, for one that ends by itself when this process does. A fork
/// would first copy the page tables of this process, which may be large by then, and make its next write to
/// each page a fault. Gives -1, and errno says why, where it cannot be started.
pid_t spawn(const SpawnRequest& request);

/// Runs a program to its end, or until the user interrupts hamcell; then it is asked to end, and made to. The
/// program and all that it starts end with this process.
ProcessResult run_process(const ProcessRequest& request);

/// A program that runs while this process does other things. It and all that it starts end with the object.
class BackgroundProcess {
 public:
  explicit BackgroundProcess(const ProcessRequest& request);
  ~BackgroundProcess();
  BackgroundProcess(const BackgroundProcess&) = delete;
  BackgroundProcess& operator=(const BackgroundProcess&) = delete;

  /// Waits for its end, or until the user interrupts hamcell, and calls `tick` about ten times a second.
  ProcessResult wait(const std::function<void()>& tick);

 private:
  bool has_ended();

  ProcessResult result_;
  pid_t pid_ = -1;           ///< -1: it does not run
  OwnedFd output_, errors_;  ///< files in memory
};

/// The absolute path of `program`, found as execvp does; empty where there is none.
std::string find_program(const std::string& program);

/// Where the parts of hamcell are, found from the running program: `PREFIX/bin/hamcell`, or one in
/// `PREFIX/libexec/hamcell`.
struct Installation {
  std::string scan;      ///< PREFIX/libexec/hamcell/hamcell-scan
  std::string runner;    ///< PREFIX/libexec/hamcell/hamcell-runner
  std::string draw;      ///< PREFIX/libexec/hamcell/hamcell-draw
  std::string include;   ///< PREFIX/include
  std::string prepared;  ///< PREFIX/libexec/hamcell/prepared: what hamcell-prepare has made
  std::string python;    ///< PREFIX/share/hamcell: the notebook magic
};
const Installation& installation();

}  // namespace hamcell
