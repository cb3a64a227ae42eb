// hamcell-scan: reads a ScanRequest on standard input and writes the CellModel to standard output.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/file.h"
#include "cell/model_record.h"
#include "cell/scan_request.h"
#include "scan/parse.h"
#include "scan/scan.h"

#ifdef __SANITIZE_ADDRESS__
// libclang keeps some memory of its own until the end of the process, which is near. The tests of the scan
// look for leaks of ours.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }
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

int run() {
  hamcell::ScanRequest request;
  const std::optional<std::string> input = hamcell::read_file("/dev/stdin");
  if (!input || !hamcell::from_bytes(*input, request)) {
    std::fputs("standard input is not a request of this version of hamcell\n", stderr);
    return exit_failure;
  }
  const std::string answer = hamcell::to_bytes(hamcell::scan_cell(request));
  if (!hamcell::write_fully(STDOUT_FILENO, answer)) {
    std::perror("cannot write the answer");
    return exit_failure;
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string_view(arguments[1]) == "--version") {
    std::puts(hamcell::parser_version().c_str());
    return 0;
  }
  limit_time();
  try {
    return run();
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
