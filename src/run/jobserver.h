// GNU make's jobserver: the slots that a `make -jN` shares with what its recipes start (GNU make manual,
// "POSIX Jobserver Interaction").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"

namespace hamcell {

/// What MAKEFLAGS says of a jobserver.
struct JobserverAddress {
  std::string fifo;  ///< path of a named pipe; empty: the descriptors of a pipe
  int read_end = -1;
  int write_end = -1;
};

/// Nothing where MAKEFLAGS names no jobserver.
std::optional<JobserverAddress> jobserver_address(std::string_view makeflags);

/// Every process under make has one slot without asking; each further one is a byte of the pipe, which goes
/// back as it came, also when a second Ctrl-C ends the process. There is one of these at a time.
class Jobserver {
 public:
  /// Of the make that hamcell runs under, if there is one.
  static Jobserver of_environment();
  /// Gives back what it has.
  ~Jobserver();
  Jobserver(Jobserver&&) = default;
  Jobserver& operator=(Jobserver&&) = delete;

  bool is_used() const { return static_cast<bool>(read_end_); }
  /// There is a jobserver, and it cannot be reached: make gives it only to recipes marked with '+'.
  bool is_out_of_reach() const { return is_out_of_reach_; }
  /// Makes the slots `count`, as far as there are any; gives how many there are now, at least 1.
  unsigned ask_for(unsigned count);
  /// Readable when there may be a slot.
  int fd() const { return read_end_.get(); }

 private:
  Jobserver() = default;

  bool is_out_of_reach_ = false;
  OwnedFd read_end_, write_end_;
};

}  // namespace hamcell
