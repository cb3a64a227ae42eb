// hamcell-prepare: precompiles sets of standard headers for the parser and for the compiler, into the folder
// of the installation that it belongs to. It is run when hamcell has been built or installed, and can be run
// again when the compiler has been changed. What it cannot make costs the first run of each cell time, and
// nothing else.
#include <cstdio>
#include <filesystem>

#include "base/process.h"
#include "base/text.h"
#include "build/prepared_headers.h"
#include "cell/scan_request.h"

namespace hamcell {
namespace {

bool prepare_for_parser(const Toolchain& toolchain, const PreparedSet& set) {
  ScanRequest request;
  request.content = header_text(set);
  request.arguments = arguments_for_parser(toolchain);
  request.is_for_other_compiler = !toolchain.is_clang;
  request.prepared = installation().prepared;
  request.search = toolchain.search.all;
  return run_process({{installation().scan, "--prepare"}, to_bytes(request), "", {}}).succeeded();
}

/// Whether all sets were precompiled; says which were not.
bool prepare_all(const Toolchain& toolchain) {
  bool is_whole = true;
  for (const PreparedSet& set : prepared_sets()) {
    const auto tell = [&](bool is_made, const char* whom) {
      if (!is_made)
        std::fprintf(stderr, "hamcell-prepare: note: the headers %s could not be precompiled for the %s\n",
                     join(set, ", ").c_str(), whom);
      is_whole = is_whole && is_made;
    };
    tell(prepare_for_parser(toolchain, set), "parser");
    tell(prepare(toolchain, set), "compiler");
  }
  return is_whole;
}

bool run() {
  // What was made for another compiler is of no use any more.
  std::filesystem::remove_all(installation().prepared);
  std::filesystem::create_directories(installation().prepared);
  const Toolchain toolchain = resolve_toolchain({}, {}, "/");
  if (toolchain.is_clang) return prepare_all(toolchain);
  std::fprintf(stderr,
               "hamcell-prepare: note: nothing is precompiled: cells are compiled by %s, which is no clang\n",
               toolchain.compiler.c_str());
  return true;
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
