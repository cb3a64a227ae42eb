// A runner that answers one command after another.
#include "run/lone_runner.h"

#include <poll.h>

#include <utility>

#include "base/error.h"

namespace hamcell {

namespace {

/// Has the C library fill memory with this byte (its complement, when it is given out). Its cache for each
/// thread hands memory on as it is, so it is switched off.
std::string filling(unsigned perturbation) {
  return "GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=" + std::to_string(perturbation);
}

}  // namespace

LoneRunner::LoneRunner(const BuiltCell& cell, unsigned perturbation, RunObserver& observer,
                       std::function<Outlook()> outlook)
    : process_(cell.preload, filling(perturbation)), observer_(observer), outlook_(std::move(outlook)) {
  Command command;
  command.kind = Command::Kind::load;
  command.library = cell.libraries.front();
  std::string how;
  const std::optional<Answer> answer = ask(command, "", how);
  if (!answer)
    throw Failure(ExitStatus::node_failed, "an initialiser of the cell's variables failed: the runner " + how,
                  "variables at namespace scope are initialised before any node runs");
  if (!answer->ok)
    throw Failure(ExitStatus::compile, "the built cell cannot be loaded: " + answer->error,
                  "check //hamcell:ldflags, //hamcell:pkg and LD_LIBRARY_PATH");
}

std::optional<Answer> LoneRunner::ask(const Command& command, const std::string& node,
                                      std::string& how_it_ended) {
  Answer answer;
  process_.add(command);
  MessageReader::State state = process_.send() ? MessageReader::State::waiting : MessageReader::State::closed;
  while (state == MessageReader::State::waiting) {
    const short awaited = process_.unsent() > 0 ? POLLIN | POLLOUT : POLLIN;
    pollfd fds[] = {{process_.socket(), awaited, 0}, {process_.output(), POLLIN, 0}};
    ::poll(fds, 2, 100);
    // One that is gone has no answer either.
    process_.send();
    observer_.tick(outlook_);
    // Asked before reading: what it answered before its end is still there.
    const bool has_ended = process_.has_ended();
    state = process_.receive(answer);
    process_.read_output();
    const std::string lines = process_.take_lines(state != MessageReader::State::waiting || has_ended);
    if (!lines.empty()) observer_.printed(node, lines);
    if (has_ended && state == MessageReader::State::waiting) state = MessageReader::State::closed;
  }
  if (state == MessageReader::State::message) return answer;
  how_it_ended = process_.end().text;
  return std::nullopt;
}

}  // namespace hamcell
