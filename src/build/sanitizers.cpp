// The runtimes of sanitizers.
#include "build/sanitizers.h"

#include <algorithm>
#include <string_view>

#include "base/process.h"
#include "base/text.h"

namespace hamcell {
namespace {

/// For these all code of a process must be made, the C++ library's included.
constexpr std::string_view whole_program[] = {"memory", "dataflow", "hwaddress"};

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// Checks that trap need no runtime to report them.
bool traps(const std::vector<std::string>& flags) {
  return has(flags, "-fsanitize-undefined-trap-on-error") || has(flags, "-fsanitize-trap") ||
         has(flags, "-fsanitize-trap=all") || has(flags, "-fsanitize-trap=undefined");
}

/// The library's possible names, without folders. Those of address and thread hold undefined's as well, or
/// bring it; a name of clang's is with or without the architecture, by how it was built.
std::vector<std::string> runtime_names(const Toolchain& toolchain,
                                       const std::vector<std::string>& sanitizers) {
  std::string gcc = "ubsan";
  std::string clang = "ubsan_standalone";
  for (const char* name : {"address", "thread", "leak"}) {
    if (!has(sanitizers, name)) continue;
    gcc = clang = std::string(1, name[0]) + "san";
  }
  if (!toolchain.is_clang) return {"lib" + gcc + ".so"};
  std::vector<std::string> names;
  for (const char* machine : {"", "-x86_64", "-aarch64", "-i386", "-riscv64"})
    names.push_back("libclang_rt." + clang + machine + ".so");
  return names;
}

/// Where the compiler has a file of its own; empty where it has none of that name.
std::string compilers_file(const std::string& compiler, const std::string& name) {
  const ProcessResult result = run_process({{compiler, "-print-file-name=" + name}, "", "", {}});
  const std::string path(trimmed(result.output));
  // It answers with the bare name where it finds nothing.
  const bool is_found =
      result.succeeded() && path.starts_with('/') && stamp_of(path).kind == Stamp::Kind::file;
  return is_found ? real_path(path) : "";
}

}  // namespace

std::vector<std::string> sanitizers_of(const std::vector<std::string>& flags) {
  std::vector<std::string> on;
  for (const std::string& flag : flags) {
    const bool adds = flag.starts_with("-fsanitize=");
    if (!adds && !flag.starts_with("-fno-sanitize=")) continue;
    for (const std::string& name : split(std::string_view(flag).substr(flag.find('=') + 1), ',')) {
      std::erase(on, name);
      if (name == "all" && !adds) on.clear();
      if (adds) on.push_back(name);
    }
  }
  return on;
}

std::vector<std::string> sanitizer_runtimes(const Toolchain& toolchain) {
  const std::vector<std::string> sanitizers = sanitizers_of(toolchain.compile_flags);
  if (sanitizers.empty()) return {};
  for (const std::string_view name : whole_program)
    if (has(sanitizers, name))
      throw Failure(
          ExitStatus::compile,
          "-fsanitize=" + std::string(name) + " works in whole programs only, and a cell is a part of one",
          "use address, undefined or thread");
  const bool is_only_undefined =
      !has(sanitizers, "address") && !has(sanitizers, "thread") && !has(sanitizers, "leak");
  if (is_only_undefined && traps(toolchain.compile_flags)) return {};
  const std::vector<std::string> names = runtime_names(toolchain, sanitizers);
  for (const std::string& name : names)
    if (std::string path = compilers_file(toolchain.compiler, name); !path.empty()) return {std::move(path)};
  throw Failure(ExitStatus::compile,
                "the runtime of -fsanitize=" + join(sanitizers, ",") +
                    " is not installed: " + toolchain.compiler + " has no " + names.front(),
                toolchain.is_clang ? "install clang's runtimes: libclang-rt-VERSION-dev of its version"
                                   : "install the library of the compiler's version");
}

}  // namespace hamcell
