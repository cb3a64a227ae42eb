// GNU make's jobserver.
#include "run/jobserver.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace hamcell {
namespace {

bool is_pipe(int fd) {
  struct stat info{};
  return fd >= 0 && ::fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
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
  if (server.is_out_of_reach_) server.read_end_.reset();
  return server;
}

Jobserver::~Jobserver() { ask_for(1); }

unsigned Jobserver::ask_for(unsigned count) {
  if (!is_used()) return is_out_of_reach_ ? 1 : count;
  char token = 0;
  while (tokens_.size() + 1 < count && ::read(read_end_.get(), &token, 1) == 1) tokens_.push_back(token);
  while (!tokens_.empty() && tokens_.size() + 1 > count) {
    const ssize_t written = ::write(write_end_.get(), &tokens_.back(), 1);
    if (written < 0 && errno == EINTR) continue;
    tokens_.pop_back();
  }
  return static_cast<unsigned>(tokens_.size()) + 1;
}

}  // namespace hamcell
