// What a runner can still say when it cannot answer any more: memory that it shares with the driver, which
// outlives it and which no node can close.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"

namespace hamcell {

/// The file descriptor on which a runner finds the memory.
inline constexpr int last_words_memory = 4;

/// Written by the runner, in a signal handler where it must be. All zeros when it starts.
struct LastWords {
  /// How it came to its end, as far as the runner itself saw it.
  enum class End : std::uint32_t {
    unknown,
    signal,     ///< `signal` arrived
    exit,       ///< `function` was called with `status`
    terminated  ///< std::terminate was called, with `exception` or without one
  };

  /// What it does for the driver.
  enum class Activity : std::uint32_t {
    none,
    releasing,  ///< destroys the value `value`
    reading,    ///< reads the argument `argument` of the node
    running,
    storing  ///< writes the node's result
  };
  std::atomic<Activity> activity;
  std::atomic<std::uint64_t> value;
  std::atomic<std::uint32_t> argument;

  /// Number of the value that the call at work makes, from when it was read until it is answered; 0: none.
  std::atomic<std::uint64_t> call;

  // Written by the driver:
  std::atomic<std::uint64_t> retracted;  ///< calls sent ahead in this period or before are not to be begun
  std::atomic<std::uint64_t> taken;      ///< bytes that were read of what nodes print
  std::atomic<bool> is_taking;           ///< `taken` is about to change

  // While a node's function runs:
  std::atomic<std::int64_t> began_ns;      ///< monotonic clock when its function was called; 0: none runs
  std::atomic<std::int32_t> thread;        ///< the kernel's number of its thread
  std::atomic<std::uint64_t> bytes_began;  ///< resident memory when its function was called

  // At the end:
  std::atomic<End> end;
  std::int32_t signal;
  std::int32_t code;  ///< si_code of the signal
  std::uint64_t address;
  bool is_stack_overflow;
  bool has_exception;
  std::int32_t status;
  std::array<char, 16> function;
  std::array<char, 256> exception;  ///< its type, as the compiler names it
  std::array<char, 1024> message;   ///< its what()
  /// The function of a library that the innermost frame of the cell had called; empty: none.
  std::array<char, 128> library_function;
  std::uint32_t frame_count;
  std::array<std::uint64_t, 48> frames;  ///< places in the cell's shared object, the innermost first
};

/// The driver's side of the memory.
class LastWordsMemory {
 public:
  /// Throws Failure (storage) when the system has no more memory or descriptors.
  LastWordsMemory();
  ~LastWordsMemory();
  LastWordsMemory(const LastWordsMemory&) = delete;
  LastWordsMemory& operator=(const LastWordsMemory&) = delete;

  int fd() const { return fd_.get(); }
  const LastWords& words() const { return *words_; }
  LastWords& words() { return *words_; }

 private:
  OwnedFd fd_;
  LastWords* words_ = nullptr;
};

/// "SIGTERM", "signal 64".
std::string signal_name(int signal);

/// How a runner ended, from what the kernel says and what it could still say itself.
struct RunnerEnd {
  std::string text;  ///< what its node did: "called exit(3)", "divided an integer by zero (SIGFPE)"
  std::vector<std::uint64_t> frames;  ///< places in the cell's shared object, the innermost first
  LastWords::Activity activity = LastWords::Activity::none;
  std::uint64_t number = 0;    ///< of the value that it released, or of the argument that it read
  bool has_lost_file = false;  ///< the file of that argument was cut short while it was read
};

/// `status` as waitpid gives it.
RunnerEnd runner_end(int status, const LastWords& words);

}  // namespace hamcell
