// How runners end, in words.
#include "run/last_words.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/error.h"
#include "base/text.h"

namespace hamcell {
namespace {

/// Through a null pointer a node reaches no further than the size of what it believes to be there.
constexpr std::uint64_t beyond_null = 65536;

/// The bytes up to the first zero; memory that a crashed process wrote need not have one.
template <std::size_t size>
std::string text_in(const std::array<char, size>& letters) {
  return {letters.data(), ::strnlen(letters.data(), size)};
}

std::string hexadecimal(std::uint64_t address) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

std::string memory_fault(const LastWords& words) {
  if (words.is_stack_overflow)
    return "ran out of stack: it calls itself without end, or its variables are too large";
  if (words.address < beyond_null) return "used a null pointer";
  // Addresses that no process can have come without themselves.
  if (words.code == SI_KERNEL) return "used memory at an address that cannot be";
  return "used memory at " + hexadecimal(words.address) + ", which is not its own";
}

/// What a signal that a processor or the node itself raised stands for; empty where its name says it all.
std::string meaning_of(const LastWords& words) {
  const bool is_from_kernel = words.code > 0;
  switch (words.signal) {
    case SIGSEGV:
    case SIGBUS:
      return is_from_kernel ? memory_fault(words) : "";
    case SIGFPE:
      return words.code == FPE_INTDIV ? "divided an integer by zero, or the least one by -1" : "";
    case SIGILL:
      return "came to an instruction that is none, as behind the end of a function that returns nothing";
    case SIGABRT:
      return "called abort()";
    default:
      return "";
  }
}

std::string terminated_text(const LastWords& words) {
  if (!words.has_exception) return "called std::terminate()";
  const std::string message = text_in(words.message);
  return "let an exception escape from a thread of its own or from a function that is noexcept: " +
         readable_type(text_in(words.exception)) + (message.empty() ? "" : ": " + message);
}

std::string seen_end(const LastWords& words) {
  std::string text;
  switch (words.end.load()) {
    case LastWords::End::signal:
      text = meaning_of(words);
      text = text.empty() ? "was ended by " + signal_name(words.signal)
                          : text + " (" + signal_name(words.signal) + ")";
      break;
    case LastWords::End::exit:
      text = "called " + text_in(words.function) + "(" + std::to_string(words.status) + ")";
      break;
    case LastWords::End::terminated:
      text = terminated_text(words);
      break;
    case LastWords::End::unknown:
      break;
  }
  const std::string library = text_in(words.library_function);
  const bool names_it = words.end == LastWords::End::signal && words.signal != SIGABRT && !library.empty();
  return names_it ? text + " in " + readable_type(library) : text;
}

}  // namespace

std::string signal_name(int signal) {
  const char* const name = ::sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

LastWordsMemory::LastWordsMemory() : fd_(::memfd_create("hamcell-last-words", MFD_CLOEXEC)) {
  void* const memory =
      fd_ && ::ftruncate(fd_.get(), sizeof(LastWords)) == 0
          ? ::mmap(nullptr, sizeof(LastWords), PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0)
          : MAP_FAILED;
  if (memory == MAP_FAILED)
    throw Failure(ExitStatus::storage, std::string("cannot start a runner: ") + std::strerror(errno));
  words_ = static_cast<LastWords*>(memory);
}

LastWordsMemory::~LastWordsMemory() { ::munmap(words_, sizeof(LastWords)); }

RunnerEnd runner_end(int status, const LastWords& words) {
  RunnerEnd end;
  end.text = seen_end(words);
  end.activity = words.activity;
  if (end.activity == LastWords::Activity::releasing) end.number = words.value;
  if (end.activity == LastWords::Activity::reading) {
    end.number = words.argument;
    // What a mapping gives behind the end of its file (mmap(2)).
    end.has_lost_file =
        words.end == LastWords::End::signal && words.signal == SIGBUS && words.code == BUS_ADRERR;
  }
  const std::size_t count = std::min<std::size_t>(words.frame_count, words.frames.size());
  end.frames.assign(words.frames.begin(), words.frames.begin() + static_cast<std::ptrdiff_t>(count));
  if (!end.text.empty()) return end;
  if (!WIFSIGNALED(status)) {
    end.text = "ended the process with exit status " + std::to_string(WEXITSTATUS(status));
  } else if (WTERMSIG(status) == SIGKILL) {
    end.text = "was killed from outside (SIGKILL), as the system does when memory runs out";
  } else {
    end.text = "was ended by " + signal_name(WTERMSIG(status));
  }
  return end;
}

}  // namespace hamcell
