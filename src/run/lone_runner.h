// A runner that answers one command after another while its caller waits.
#pragma once

#include <optional>
#include <string>

#include "run/observer.h"
#include "run/runner_process.h"

namespace hamcell {

class LoneRunner {
 public:
  /// `perturbation`: what the runner's memory is filled with before it is used (mallopt(3), M_PERTURB;
  /// GLIBC_TUNABLES), 1 to 255. Throws Failure (storage) when it cannot be started, compile when it cannot
  /// load the cell.
  /// `outlook` is for the observer.
  LoneRunner(const BuiltCell& cell, unsigned perturbation, RunObserver& observer,
             std::function<Outlook()> outlook);

  /// The answer, or how the runner ended: then it takes no more commands.
  std::optional<Answer> ask(const Command& command, const std::string& node, std::string& how_it_ended);

 private:
  RunnerProcess process_;
  RunObserver& observer_;
  std::function<Outlook()> outlook_;
};

}  // namespace hamcell
