// hamcell-scan: reads a ScanRequest on standard input and writes the CellModel to standard output. With
// --prepare, the content of the request is a set of headers to be precompiled for all cells.
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/file.h"
#include "cell/model_record.h"
#include "cell/scan_request.h"
#include "scan/parse.h"
#include "scan/prepared.h"
#include "scan/scan.h"

#ifdef __SANITIZE_ADDRESS__
// libclang keeps some memory of its own until the end of the process, which is near. The tests of the scan
// look for leaks of ours. And it handles signals on a stack of its own, which the sanitizer would take for
// the one that it gave the thread, and free.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0:use_sigaltstack=0"; }
#endif

namespace {

constexpr int exit_failure = 1;

/// Some texts keep the parser busy for ever (`A<A<A<…`); the largest of cells takes seconds.
void limit_time() {
  rlimit limit{};
  ::getrlimit(RLIMIT_CPU, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_cur, hamcell::most_scan_seconds);
  ::setrlimit(RLIMIT_CPU, &limit);
}

int run(bool prepares) {
  hamcell::ScanRequest request;
  const std::optional<std::string> input = hamcell::read_file("/dev/stdin");
  if (!input || !hamcell::from_bytes(*input, request)) {
    std::fputs("standard input is not a request of this version of hamcell\n", stderr);
    return exit_failure;
  }
  if (prepares) return hamcell::prepare(request) ? 0 : exit_failure;
  const std::string answer = hamcell::to_bytes(hamcell::scan_cell(request));
  if (!hamcell::write_fully(STDOUT_FILENO, answer)) {
    std::perror("cannot write the answer");
    return exit_failure;
  }
  return 0;
}

/// A parser goes one call deeper for each bracket, and libclang's lexer for each backslash at the end of a
/// line: a generated cell can need more than the 8 MB that libclang's own threads have. Memory is only taken
/// for what is used.
constexpr std::size_t stack_bytes = std::size_t{2} << 30;

int run_and_report(bool prepares) {
  try {
    return run(prepares);
  } catch (const hamcell::UnfitArguments&) {
    return hamcell::unfit_arguments_status;
  } catch (const hamcell::Failure& failure) {
    for (const hamcell::Problem& problem : failure.problems())
      std::fprintf(stderr, "%s\n", problem.what.c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  return exit_failure;
}

/// Where there is no room for such a stack, that of this thread must do.
int run_on_deep_stack(bool prepares) {
  // Or libclang would parse in a thread that it starts.
  ::setenv("LIBCLANG_NOTHREADS", "1", 1);
  // Other threads than the first would have a heap of their own, of usual pages.
  ::mallopt(M_ARENA_MAX, 1);
  struct Work {
    bool prepares;
    int status = exit_failure;
  } work{prepares};
  pthread_attr_t attributes;
  pthread_t thread{};
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, stack_bytes);
  const auto start = [](void* argument) -> void* {
    auto* begun = static_cast<Work*>(argument);
    begun->status = run_and_report(begun->prepares);
    return nullptr;
  };
  const bool is_started = ::pthread_create(&thread, &attributes, start, &work) == 0;
  ::pthread_attr_destroy(&attributes);
  if (!is_started) return run_and_report(prepares);
  ::pthread_join(thread, nullptr);
  return work.status;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view option = count == 2 ? arguments[1] : "";
  if (option == "--version") {
    std::puts(hamcell::parser_version().c_str());
    return 0;
  }
  limit_time();
  return run_on_deep_stack(option == "--prepare");
}
