// How much hamcell-scan adds to libclang's own parse of a cell: processor time, medians of alternating
// rounds.
#include <clang-c/Index.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "base/file.h"
#include "scan/scan.h"

namespace {

using namespace hamcell;

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// A plain parse, without the record of what the preprocessor did, which the scan needs.
void parse_only(const std::string& path) {
  const char* const arguments[] = {"-x", "c++", "-std=c++20", "-w"};
  CXIndex index = clang_createIndex(0, 0);
  CXTranslationUnit unit = nullptr;
  clang_parseTranslationUnit2(index, path.c_str(), arguments, 4, nullptr, 0, CXTranslationUnit_None, &unit);
  clang_disposeTranslationUnit(unit);
  clang_disposeIndex(index);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fputs("usage: hamcell-scan-overhead CELL [ROUNDS]\n", stderr);
    return 2;
  }
  const std::string path = arguments[1];
  const int rounds = count > 2 ? std::atoi(arguments[2]) : 7;
  const std::optional<std::string> content = read_file(path);
  if (!content || rounds < 1) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return 2;
  }
  const ScanRequest request{path, absolute_path("."), *content, {"-std=c++20"}};
  std::vector<double> parses;
  std::vector<double> scans;
  for (int i = 0; i < rounds; ++i) {
    const double begin = processor_seconds();
    parse_only(path);
    const double middle = processor_seconds();
    scan_cell(request);
    parses.push_back(middle - begin);
    scans.push_back(processor_seconds() - middle);
  }
  std::printf("parse %.3f s, scan %.3f s: the scan takes %.2f times as long (medians of %d rounds)\n",
              median(parses), median(scans), median(scans) / median(parses), rounds);
  return 0;
}
