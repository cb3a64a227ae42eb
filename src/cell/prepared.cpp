// Sets of the standard library's headers that an installation of hamcell holds precompiled.
#include "cell/prepared.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <string_view>

namespace hamcell {
namespace {

/// The headers of C++23 ([headers], [support.c.headers], [depr]).
constexpr const char* names_of_headers = R"(
algorithm any array assert.h atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv
chrono cinttypes climits clocale cmath codecvt compare complex complex.h concepts condition_variable
coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime ctype.h cuchar cwchar
cwctype deque errno.h exception execution expected fenv.h filesystem flat_map flat_set float.h format
forward_list fstream functional future generator initializer_list inttypes.h iomanip ios iosfwd iostream
istream iterator latch limits limits.h list locale locale.h map math.h mdspan memory memory_resource
mutex new numbers numeric optional ostream print queue random ranges ratio regex scoped_allocator
semaphore set setjmp.h shared_mutex signal.h source_location span spanstream sstream stack stacktrace
stdarg.h stddef.h stdexcept stdfloat stdint.h stdio.h stdlib.h stop_token streambuf string string.h
string_view strstream syncstream system_error tgmath.h thread time.h tuple type_traits typeindex
typeinfo uchar.h unordered_map unordered_set utility valarray variant vector version wchar.h wctype.h
)";

std::string line_of(std::string_view name) { return "#include <" + std::string(name) + '>'; }

bool is_standard(const Preamble::Include& include) {
  constexpr std::size_t before = std::string_view("#include <").size();
  return standard_headers().contains(include.line.substr(before, include.line.size() - before - 1));
}

}  // namespace

std::span<const PreparedSet> prepared_sets() {
  static const std::array<PreparedSet, 3> sets = {
      {{"algorithm", "cmath", "map", "string", "vector"}, {"string", "vector"}, {"cmath", "vector"}}};
  return sets;
}

std::string header_text(const PreparedSet& set) {
  std::string text;
  for (const std::string& name : set) text += line_of(name) + '\n';
  return text;
}

std::optional<std::vector<Preamble::Include>> includes_of_set(const Preamble& preamble,
                                                              const PreparedSet& set) {
  const auto end = std::ranges::find_if_not(preamble.includes, is_standard);
  std::vector<Preamble::Include> includes;
  for (const std::string& name : set) {
    const auto found = std::find_if(preamble.includes.begin(), end, [&](const Preamble::Include& include) {
      return include.line == line_of(name);
    });
    if (found == end) return std::nullopt;
    includes.push_back(*found);
  }
  return includes;
}

const std::set<std::string>& standard_headers() {
  static const std::set<std::string> names = [] {
    std::set<std::string> all;
    std::istringstream words(names_of_headers);
    for (std::string name; words >> name;) all.insert(name);
    return all;
  }();
  return names;
}

bool is_changed_by_environment() {
  return std::ranges::any_of(std::array{"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "GCC_EXEC_PREFIX",
                                        "COMPILER_PATH", "SDKROOT", "CCC_OVERRIDE_OPTIONS"},
                             [](const char* name) { return std::getenv(name) != nullptr; });
}

std::vector<std::string> flags_of_all_cells(std::vector<std::string> flags) {
  const auto quote = std::ranges::find(flags, "-iquote");
  if (quote != flags.end()) flags.erase(quote, std::ranges::next(quote, 2, flags.end()));
  return flags;
}

}  // namespace hamcell
