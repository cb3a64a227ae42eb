// hamcell: turns a C++ file into a dataflow, runs what has to run, and draws what happened.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>

#include "command/command.h"
#include "command/terminal.h"

namespace {

std::atomic<bool> interrupted{false};

void note_interrupt(int /*signal*/) {
  // A second signal stops at once.
  if (interrupted.exchange(true)) ::_exit(static_cast<int>(hamcell::ExitStatus::interrupted));
}

void prepare_signals() {
  struct sigaction action{};
  action.sa_handler = note_interrupt;
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction before{};
    // What was ignored when hamcell was started (nohup, a shell's background job) stays so.
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      ::sigaction(signal, &action, nullptr);
  }
  // A closed pipe shows up where it is written to.
  ::signal(SIGPIPE, SIG_IGN);
}

hamcell::ExitStatus run(const hamcell::Options& options) {
  using Command = hamcell::Options::Command;
  if (options.command == Command::done) {
    hamcell::print(options.message);
    return hamcell::ExitStatus::done;
  }
  hamcell::report(options.warnings, hamcell::Severity::warning,
                  hamcell::wants_color(options.color, STDERR_FILENO));
  return options.command == Command::cache ? hamcell::cache_command(options, interrupted)
                                           : hamcell::run_command(options, interrupted);
}

}  // namespace

int main(int argc, char** argv) {
  prepare_signals();
  hamcell::ColorWhen color = hamcell::ColorWhen::automatic;
  try {
    const hamcell::Options options = hamcell::read_command_line({argv + 1, argv + argc});
    color = options.color;
    return static_cast<int>(run(options));
  } catch (const hamcell::Failure& failure) {
    hamcell::report(failure.problems(), hamcell::Severity::error, hamcell::wants_color(color, STDERR_FILENO));
    return static_cast<int>(interrupted ? hamcell::ExitStatus::interrupted : failure.status());
  } catch (const std::exception& error) {
    std::fprintf(stderr,
                 "hamcell: error: this should not happen: %s\n  help: please report it with the cell and the "
                 "command\n",
                 error.what());
    return static_cast<int>(hamcell::ExitStatus::storage);
  }
}
