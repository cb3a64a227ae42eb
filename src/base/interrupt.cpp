// Ctrl-C, SIGTERM and SIGHUP.
#include "base/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "base/error.h"

namespace hamcell {

namespace {

std::atomic<bool> has_been_asked{false};
std::atomic<void (*)()> last_act{nullptr};

void note_interrupt(int /*signal*/) {
  if (!has_been_asked.exchange(true)) return;
  if (const auto act = last_act.load()) act();
  // Ends a progress line. What runners and compilers do is ended by the guard and by the kernel.
  if (::isatty(STDERR_FILENO) == 1) [[maybe_unused]]
    const ssize_t written = ::write(STDERR_FILENO, "\r\033[K", 4);
  ::_exit(static_cast<int>(ExitStatus::interrupted));
}

}  // namespace

bool is_interrupted() { return has_been_asked.load(std::memory_order_relaxed); }

void set_last_act(void (*last)()) { last_act = last; }

void listen_for_interrupts() {
  struct sigaction action{};
  action.sa_handler = note_interrupt;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before{};
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace hamcell
