// hamcell-prepare: precompiles sets of standard headers for the parser and for the compiler, into the folder
// of the installation that it belongs to. It is run when hamcell has been built or installed, and can be run
// again when the compiler has been changed. What it cannot make costs the first run of each cell time, and
// nothing else.
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "build/prepared_headers.h"
#include "cell/prepared_library.h"
#include "cell/scan_request.h"

namespace hamcell {
namespace {

bool prepare_for_parser(const Toolchain& toolchain, const PreparedSet& set) {
  ScanRequest request;
  request.content = header_text(set);
  request.arguments = arguments_for_parser(toolchain);
  request.prepared = installation().prepared;
  return run_process({{installation().scan, "--prepare"}, to_bytes(request), "", {}}).succeeded();
}

void note(const std::string& text) { std::fprintf(stderr, "hamcell-prepare: note: %s\n", text.c_str()); }

/// Whether all sets were precompiled; says which were not.
bool prepare_all(const Toolchain& toolchain) {
  bool is_whole = true;
  for (const PreparedSet& set : prepared_sets()) {
    const auto take = [&](bool is_made, const char* whom) {
      if (!is_made) note("the headers " + join(set, ", ") + " could not be precompiled for the " + whom);
      is_whole = is_whole && is_made;
    };
    take(prepare_for_parser(toolchain, set), "parser");
    take(prepare(toolchain, set), "compiler");
  }
  return is_whole;
}

bool run() {
  // All users read it.
  ::umask(022);
  // What was made for another compiler is of no use any more.
  std::filesystem::remove_all(installation().prepared);
  std::filesystem::create_directories(installation().prepared);
  const std::int64_t began = now_ns();
  const Toolchain toolchain = resolve_toolchain({}, {}, "/");
  if (!toolchain.is_clang) {
    note("nothing is precompiled: cells are compiled by " + toolchain.compiler + ", which is no clang");
    return true;
  }
  const std::optional<PreparedLibrary> library = look_at_library(toolchain, began);
  if (!library) {
    note("nothing is precompiled: " + toolchain.compiler +
         " cannot tell its headers, or they are being changed");
    return false;
  }
  const bool is_whole = prepare_all(toolchain);
  if (look_at_library(toolchain, began) != library) {
    note("nothing is precompiled: headers were changed meanwhile");
    return false;
  }
  keep_library(toolchain, *library);
  return is_whole;
}

}  // namespace
}  // namespace hamcell

int main() {
  try {
    return hamcell::run() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "hamcell-prepare: %s\n", error.what());
    return 1;
  }
}
