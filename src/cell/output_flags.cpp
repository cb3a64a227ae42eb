// Flags for a compiler that say what it makes and where.
//
// From the manuals: GCC 12, 3.2 "Options Controlling the Kind of Output" and 3.13 "Options Controlling the
// Preprocessor"; clang 19, "Clang command line argument reference".
#include "cell/output_flags.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hamcell {
namespace {

using namespace std::string_view_literals;

constexpr std::array rule_flags = {"-MD"sv, "-MMD"sv, "-MP"sv, "-MG"sv, "-MV"sv};
/// Their value is the rest of the word, or the next one.
constexpr std::array rule_flags_with_value = {"-MF"sv, "-MT"sv, "-MQ"sv, "-MJ"sv};
constexpr std::array product_flags = {
    "-c"sv,         "-E"sv,           "-S"sv,           "-M"sv,         "-MM"sv,      "-fsyntax-only"sv,
    "-emit-llvm"sv, "--compile"sv,    "--preprocess"sv, "--assemble"sv, "--output"sv, "-r"sv,
    "-###"sv,       "--precompile"sv, "-static"sv};
/// The next word is a value, whatever it looks like.
constexpr std::array flags_with_value = {
    "-Xlinker"sv, "-Xclang"sv,    "-Xpreprocessor"sv, "-Xassembler"sv, "-mllvm"sv, "-include"sv, "-imacros"sv,
    "-isystem"sv, "-idirafter"sv, "-iquote"sv,        "-I"sv,          "-L"sv,     "-D"sv,       "-U"sv,
    "-u"sv,       "-z"sv};

bool is_one_of(const auto& list, std::string_view flag) {
  return std::ranges::find(list, flag) != list.end();
}

}  // namespace

std::vector<std::string> without_output_flags(const std::vector<std::string>& flags, const Place& place) {
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const std::string& flag = flags[i];
    if (is_one_of(rule_flags, flag) || flag.starts_with("-Wp,-M")) continue;
    if (is_one_of(rule_flags_with_value, flag.substr(0, 3))) {
      if (flag.size() == 3) ++i;
      continue;
    }
    if (is_one_of(product_flags, flag) || flag.starts_with("-o") || flag.starts_with("--output="))
      throw Failure(place.file.empty() ? ExitStatus::usage : ExitStatus::cell,
                    {place,
                     "the flag '" + flag + "' says what the compiler makes, which hamcell decides",
                     "leave it out",
                     {}});
    kept.push_back(flag);
    if (is_one_of(flags_with_value, flag) && i + 1 < flags.size()) kept.push_back(flags[++i]);
  }
  return kept;
}

}  // namespace hamcell
