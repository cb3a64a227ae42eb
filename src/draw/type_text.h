// C++ names and types as a picture shows them: without noise, and over lines that break between words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hamcell {

/// A C++ type as people say it: `std::` and inline namespaces of the library, default allocators,
/// comparators, hashes and deleters left out; `basic_string<char>` is `string`, and `const T&` is T. Text
/// that is not a type comes back as it is.
std::string short_type(std::string_view type);

/// `text` over at most `max_lines` lines of at most `columns` terminal columns. Lines break behind a comma, a
/// space, a template's `<`, `::` or `_`. What does not fit is left out in the middle, at such a place, with
/// an "…" for it. A word that is longer than a line breaks at its humps; only one without is cut inside.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns, std::size_t max_lines);

}  // namespace hamcell
