// Which sanitizers flags switch on, and what a runner then needs.
#include "build/sanitizers.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace hamcell;

namespace {

using Words = std::vector<std::string>;

Toolchain with_flags(const std::string& compiler, bool is_clang, Words flags) {
  Toolchain toolchain;
  toolchain.compiler = compiler;
  toolchain.is_clang = is_clang;
  toolchain.compile_flags = std::move(flags);
  return toolchain;
}

}  // namespace

TEST_CASE("The last word about a sanitizer counts") {
  CHECK(sanitizers_of({"-O1", "-fsanitize=address,undefined", "-g"}) == Words{"address", "undefined"});
  CHECK(sanitizers_of({"-fsanitize=address", "-fsanitize=undefined"}) == Words{"address", "undefined"});
  CHECK(sanitizers_of({"-fsanitize=address,undefined", "-fno-sanitize=address"}) == Words{"undefined"});
  CHECK(sanitizers_of({"-fsanitize=address,undefined", "-fno-sanitize=all"}).empty());
  CHECK(sanitizers_of({"-fsanitize-recover=all"}).empty());
}

TEST_CASE("Without sanitizers, or where they trap, no runtime is looked for") {
  CHECK(sanitizer_runtimes(with_flags("/no/such/compiler", false, {"-O2"})).empty());
  CHECK(sanitizer_runtimes(
            with_flags("/no/such/compiler", true, {"-fsanitize=undefined", "-fsanitize-trap=all"}))
            .empty());
}

TEST_CASE(
    "A runtime that the compiler does not have is named, and a sanitizer of whole programs is refused") {
  const auto what = [](const Toolchain& toolchain) -> std::string {
    try {
      sanitizer_runtimes(toolchain);
    } catch (const Failure& failure) {
      CHECK(failure.status() == ExitStatus::compile);
      return failure.what();
    }
    return "";
  };
  CHECK(what(with_flags("/bin/false", false, {"-fsanitize=address"})) ==
        "the runtime of -fsanitize=address is not installed: /bin/false has no libasan.so");
  CHECK(
      what(with_flags("/bin/false", false, {"-fsanitize=thread,undefined"})).ends_with("has no libtsan.so"));
  CHECK(what(with_flags("/bin/false", true, {"-fsanitize=shift"}))
            .ends_with("has no libclang_rt.ubsan_standalone.so"));
  CHECK(what(with_flags("/bin/true", true, {"-fsanitize=memory"})).find("whole programs only") !=
        std::string::npos);
}
