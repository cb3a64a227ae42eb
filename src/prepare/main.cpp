// hamcell-prepare: precompiles sets of standard headers for the parser and for the compiler, into the folder
// of the installation that it belongs to. It is run when hamcell has been built or installed, and can be run
// again when the compiler has been changed. What it cannot make costs the first run of each cell time, and
// nothing else.
#include <cstdio>
#include <filesystem>

#include "base/error.h"
#include "base/process.h"
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

int run() {
  // What was made for another compiler is of no use any more.
  std::filesystem::remove_all(installation().prepared);
  std::filesystem::create_directories(installation().prepared);
  const Toolchain toolchain = resolve_toolchain({}, {}, "/");
  for (const PreparedSet& set : prepared_sets()) {
    const bool for_parser = prepare_for_parser(toolchain, set);
    const bool for_compiler = prepare(toolchain, set);
    if (!for_parser || !for_compiler)
      std::fprintf(stderr, "hamcell-prepare: note: %s could not be precompiled for the %s by %s\n",
                   header_text(set).c_str(), for_parser ? "compiler" : "parser", toolchain.version.c_str());
  }
  return 0;
}

}  // namespace
}  // namespace hamcell

int main() {
  try {
    return hamcell::run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "hamcell-prepare: %s\n", error.what());
    return 1;
  }
}
