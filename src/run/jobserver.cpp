// GNU make's jobserver.
#include "run/jobserver.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/interrupt.h"
#include "base/text.h"

namespace hamcell {
namespace {

bool is_pipe(int fd) {
  struct stat info{};
  return fd >= 0 && ::fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
}

/// What this process has, where a signal handler can get at it.
constinit std::array<char, 1024> tokens{};
constinit std::atomic<std::size_t> token_count{0};
constinit std::atomic<int> giving_end{-1};

void give_one_back() {
  const std::size_t last = token_count.load() - 1;
  while (::write(giving_end, &tokens[last], 1) < 0 && errno == EINTR) {
  }
  token_count = last;
}

void give_all_back() {
  while (token_count > 0) give_one_back();
}

/// The same pipe, opened anew: that reading does not wait is then no matter of make's own end.
OwnedFd opened_again(int fd, int mode) {
  return OwnedFd(::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), mode | O_CLOEXEC));
}

}  // namespace

std::optional<JobserverAddress> jobserver_address(std::string_view makeflags) {
  std::optional<JobserverAddress> found;
  for (const std::string& word : split(makeflags, ' ')) {
    if (word == "--") break;  // variables follow
    for (const std::string_view option : {"--jobserver-auth=", "--jobserver-fds="}) {
      if (!word.starts_with(option)) continue;
      const std::string value = word.substr(option.size());
      JobserverAddress address;
      if (value.starts_with("fifo:"))
        address.fifo = value.substr(5);
      else if (std::sscanf(value.c_str(), "%d,%d", &address.read_end, &address.write_end) != 2)
        continue;
      found = address;  // the last one counts
    }
  }
  return found;
}

Jobserver Jobserver::of_environment() {
  Jobserver server;
  const char* const flags = std::getenv("MAKEFLAGS");
  const std::optional<JobserverAddress> address = jobserver_address(flags != nullptr ? flags : "");
  if (!address) return server;
  if (!address->fifo.empty()) {
    server.read_end_.reset(::open(address->fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    server.write_end_.reset(::open(address->fifo.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  } else if (is_pipe(address->read_end) && is_pipe(address->write_end)) {
    server.read_end_ = opened_again(address->read_end, O_RDONLY | O_NONBLOCK);
    server.write_end_ = opened_again(address->write_end, O_WRONLY);
  }
  server.is_out_of_reach_ = !server.read_end_ || !server.write_end_;
  if (server.is_out_of_reach_) {
    server.read_end_.reset();
  } else {
    giving_end = server.write_end_.get();
    set_last_act(&give_all_back);
  }
  return server;
}

Jobserver::~Jobserver() {
  if (!is_used()) return;
  give_all_back();
  set_last_act(nullptr);
}

unsigned Jobserver::ask_for(unsigned count) {
  if (!is_used()) return is_out_of_reach_ ? 1 : count;
  char token = 0;
  const std::size_t wanted = std::min<std::size_t>(std::max(count, 1U) - 1, tokens.size());
  while (token_count < wanted && ::read(read_end_.get(), &token, 1) == 1) {
    tokens[token_count] = token;
    ++token_count;
  }
  while (token_count > wanted) give_one_back();
  return static_cast<unsigned>(token_count) + 1;
}

}  // namespace hamcell
