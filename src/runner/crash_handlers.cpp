// What the runner does when a node crashes.
//
// The handlers call only what is safe in a handler, as far as that is known: the unwinder of libgcc, which
// finds its tables without a lock, and dladdr, which can wait for a lock that another thread holds. For that
// case the kernel ends the process after two seconds.
#include "runner/crash_handlers.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <typeinfo>

#include "base/file.h"
#include "run/last_words.h"
#include "run/limits.h"
#include "runner/tracer/tracer.h"

namespace hamcell {
namespace {

constexpr std::array crash_signals = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL, SIGABRT,
                                      SIGTRAP, SIGSYS, SIGXCPU, SIGXFSZ};
/// A frame may reach this far below the stack pointer before it is used.
constexpr std::uint64_t longest_frame = std::uint64_t{1} << 20U;
constexpr unsigned seconds_for_handlers = 2;

constinit LastWords* words = nullptr;
constinit pid_t own_process = 0;
constinit const char* cell_library = nullptr;
constinit std::atomic<bool> has_ended{false};
/// Only one thread writes last words; one stack for handlers is enough for all of them.
alignas(16) constinit std::array<char, 65536> handler_stack{};

template <std::size_t size>
void copy_text(std::array<char, size>& to, const char* text) {
  const std::size_t length = ::strnlen(text, size - 1);
  std::memcpy(to.data(), text, length);
  to[length] = '\0';
}

/// True for the first who asks, and only in the process that the driver knows.
bool may_write() { return words != nullptr && ::getpid() == own_process && !has_ended.exchange(true); }

// NOLINTBEGIN(performance-no-int-to-ptr): places in code come as numbers.
// ---- Frames

void add_frame(std::uintptr_t place) {
  Dl_info object{};
  if (::dladdr(reinterpret_cast<void*>(place), &object) == 0 || object.dli_fname == nullptr) return;
  if (cell_library != nullptr && std::strcmp(object.dli_fname, cell_library) == 0) {
    if (words->frame_count < words->frames.size())
      words->frames[words->frame_count++] = place - reinterpret_cast<std::uintptr_t>(object.dli_fbase);
  } else if (words->frame_count == 0 && object.dli_sname != nullptr) {
    // The last one before the cell's own is what the cell called.
    copy_text(words->library_function, object.dli_sname);
  }
}

struct Walk {
  std::uintptr_t first = 0;  ///< the instruction that the signal came at; 0: all frames count
  bool has_begun = false;
};

_Unwind_Reason_Code see_frame(_Unwind_Context* context, void* given) {
  Walk& walk = *static_cast<Walk*>(given);
  int is_exact = 0;
  const std::uintptr_t place = _Unwind_GetIPInfo(context, &is_exact);
  if (place == 0) return _URC_END_OF_STACK;
  walk.has_begun = walk.has_begun || walk.first == 0 || place == walk.first;
  // A return address is behind the call.
  if (walk.has_begun) add_frame(is_exact != 0 ? place : place - 1);
  return words->frame_count < words->frames.size() ? _URC_NO_REASON : _URC_END_OF_STACK;
}

void note_frames(std::uintptr_t first) {
  Walk walk{first, false};
  _Unwind_Backtrace(&see_frame, &walk);
}

#if defined(__x86_64__)
std::uintptr_t instruction_of(const ucontext_t& context) {
  return static_cast<std::uintptr_t>(context.uc_mcontext.gregs[REG_RIP]);
}
std::uintptr_t stack_of(const ucontext_t& context) {
  return static_cast<std::uintptr_t>(context.uc_mcontext.gregs[REG_RSP]);
}
/// Where a function that was called through a wrong pointer would have returned to.
std::uintptr_t caller_of(const ucontext_t& context) {
  return *reinterpret_cast<const std::uintptr_t*>(stack_of(context));
}
#elif defined(__aarch64__)
std::uintptr_t instruction_of(const ucontext_t& context) { return context.uc_mcontext.pc; }
std::uintptr_t stack_of(const ucontext_t& context) { return context.uc_mcontext.sp; }
std::uintptr_t caller_of(const ucontext_t& context) { return context.uc_mcontext.regs[30]; }
#else
#error "hamcell-runner does not know where this processor keeps its instruction and stack pointers"
#endif

bool is_code(std::uintptr_t place) {
  Dl_info object{};
  return ::dladdr(reinterpret_cast<void*>(place), &object) != 0;
}

// NOLINTEND(performance-no-int-to-ptr)
// ---- Ends

void note_signal(int signal, const siginfo_t& info, const ucontext_t& context) {
  words->signal = signal;
  words->code = info.si_code;
  if (info.si_code > 0) words->address = reinterpret_cast<std::uint64_t>(info.si_addr);
  const std::uintptr_t stack = stack_of(context);
  const bool is_fault = info.si_code > 0 && (signal == SIGSEGV || signal == SIGBUS);
  words->is_stack_overflow =
      is_fault && words->address + longest_frame >= stack && words->address < stack + longest_frame;
  words->end = LastWords::End::signal;
  const std::uintptr_t first = instruction_of(context);
  if (is_code(first)) {
    note_frames(first);
  } else if (is_fault && !words->is_stack_overflow) {
    // It jumped to where no code is; the unwinder cannot go back from there.
    add_frame(caller_of(context) - 1);
  }
}

void on_signal(int signal, siginfo_t* info, void* context) {
  struct sigaction plain{};
  plain.sa_handler = SIG_DFL;
  ::sigaction(SIGALRM, &plain, nullptr);
  ::alarm(seconds_for_handlers);
  if (may_write()) note_signal(signal, *info, *static_cast<const ucontext_t*>(context));
  // Again, and now it ends the process: a fault comes back by itself, any other signal has to be sent.
  ::sigaction(signal, &plain, nullptr);
  const bool comes_back = info->si_code > 0 && signal != SIGTRAP && signal != SIGSYS;
  if (!comes_back) ::tgkill(::getpid(), ::gettid(), signal);
}

/// What of the current exception can be told.
void note_exception() {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) return;
  words->has_exception = true;
  copy_text(words->exception, type->name());
  try {
    throw;
  } catch (const std::exception& error) {
    copy_text(words->message, error.what());
  } catch (const char* text) {
    if (text != nullptr) copy_text(words->message, text);
  } catch (...) {
  }
}

[[noreturn]] void on_terminate() {
  if (may_write()) {
    note_frames(0);
    words->end = LastWords::End::terminated;
    note_exception();
  }
  std::abort();
}

/// The peak of resident memory, in bytes, since it was last set back.
std::uint64_t peak_memory() {
  const std::string status = read_file("/proc/self/status").value_or("");
  const std::size_t at = status.find("VmHWM:");
  if (at == std::string::npos) return 0;
  return std::strtoull(status.c_str() + at + std::strlen("VmHWM:"), nullptr, 10) * 1024;
}

void set_back_peak_memory() {
  const OwnedFd file(::open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC));
  // 5: the peak becomes what is resident now (proc(5)).
  if (file) [[maybe_unused]]
    const ssize_t written = ::write(file.get(), "5", 1);
}

}  // namespace

void prepare_last_words() {
  void* const memory =
      ::mmap(nullptr, sizeof(LastWords), PROT_READ | PROT_WRITE, MAP_SHARED, last_words_memory, 0);
  ::close(last_words_memory);
  if (memory == MAP_FAILED) return;
  words = static_cast<LastWords*>(memory);
  own_process = ::getpid();
  std::set_terminate(&on_terminate);
  for (const int signal : crash_signals) {
    struct sigaction before{};
    if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction action{};
    action.sa_sigaction = &on_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigfillset(&action.sa_mask);
    ::sigdelset(&action.sa_mask, SIGALRM);  // which may have to end the handler
    ::sigaction(signal, &action, nullptr);
  }
  prepare_thread_for_crashes();
}

void set_cell_library(const char* path) { cell_library = path; }

void prepare_thread_for_crashes() {
  const tracer::Untraced own;
  stack_t now{};
  // A sanitizer gives each thread one of its own, and takes back whatever is there at the end.
  if (::sigaltstack(nullptr, &now) == 0 && (now.ss_flags & SS_DISABLE) == 0) return;
  stack_t stack{};
  stack.ss_sp = handler_stack.data();
  stack.ss_size = handler_stack.size();
  ::sigaltstack(&stack, nullptr);
}

void note_node_begins(std::uint64_t most_memory) {
  if (words == nullptr) return;
  const tracer::Untraced own;
  if (most_memory > 0) {
    set_back_peak_memory();
    words->bytes_began = peak_memory();
  }
  static thread_local const pid_t thread = ::gettid();
  words->thread = thread;
  words->began_ns = monotonic_ns();
}

std::uint64_t memory_growth() {
  if (words == nullptr) return 0;
  const tracer::Untraced own;
  const std::uint64_t peak = peak_memory();
  return peak > words->bytes_began ? peak - words->bytes_began : 0;
}

void note_activity(LastWords::Activity activity, std::uint64_t number) {
  if (words == nullptr) return;
  if (activity == LastWords::Activity::releasing) words->value = number;
  if (activity == LastWords::Activity::reading) words->argument = static_cast<std::uint32_t>(number);
  words->activity = activity;
}

void note_node_ends() {
  if (words != nullptr) words->began_ns = 0;
}

void note_call(std::uint64_t value) {
  if (words != nullptr) words->call = value;
}

bool is_retracted(std::uint64_t period) { return words != nullptr && period <= words->retracted; }

std::optional<std::uint64_t> printed_bytes(int pipe) {
  if (words == nullptr) return std::nullopt;
  // The driver takes bytes out at any time; one that was stopped meanwhile is not waited for.
  constexpr int patient_turns = 10;
  constexpr int most_turns = 200;
  for (int turn = 0; turn < most_turns; ++turn) {
    if (turn > patient_turns) ::usleep(100);
    const std::uint64_t taken = words->taken;
    int waiting = 0;
    if (words->is_taking || ::ioctl(pipe, FIONREAD, &waiting) != 0) continue;
    if (!words->is_taking && words->taken == taken) return taken + static_cast<std::uint64_t>(waiting);
  }
  return std::nullopt;
}

void note_exit(const char* function, int status) {
  if (!may_write()) return;
  copy_text(words->function, function);
  words->status = status;
  note_frames(0);
  words->end = LastWords::End::exit;
}

}  // namespace hamcell
