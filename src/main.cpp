// hamcell: turns a C++ file into a dataflow, runs what has to run, and draws what happened.
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/process.h"
#include "command/command.h"
#include "command/repetition.h"
#include "command/terminal.h"

namespace {

hamcell::ExitStatus run(const hamcell::Options& options) {
  using Command = hamcell::Options::Command;
  if (options.command == Command::done) {
    hamcell::print(options.message);
    return hamcell::ExitStatus::done;
  }
  hamcell::report(options.warnings, hamcell::Severity::warning,
                  hamcell::wants_color(options.color, STDERR_FILENO));
  if (options.command == Command::cache) return hamcell::cache_command(options);
  if (options.command == Command::report) return hamcell::report_command(options);
  return hamcell::run_command(options);
}

}  // namespace

int main(int argc, char** argv) {
  hamcell::prefer_huge_pages();
  hamcell::prepare_own_process();
  hamcell::listen_for_interrupts();
  hamcell::ColorWhen color = hamcell::ColorWhen::automatic;
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const hamcell::Invocation invocation = hamcell::invocation_of(arguments);
    if (const std::optional<hamcell::ExitStatus> status = hamcell::repeat_run(invocation))
      return static_cast<int>(*status);
    hamcell::Options options = hamcell::read_command_line(arguments);
    options.invocation = invocation;
    color = options.color;
    return static_cast<int>(run(options));
  } catch (const hamcell::Failure& failure) {
    // Interrupted, a program that hamcell had started has failed for that reason.
    if (hamcell::is_interrupted()) return static_cast<int>(hamcell::ExitStatus::interrupted);
    hamcell::report(failure.problems(), hamcell::Severity::error, hamcell::wants_color(color, STDERR_FILENO));
    return static_cast<int>(failure.status());
  } catch (const std::exception& error) {
    std::fprintf(stderr,
                 "hamcell: error: this should not happen: %s\n  help: please report it with the cell and the "
                 "command\n",
                 error.what());
    return static_cast<int>(hamcell::ExitStatus::storage);
  }
}
