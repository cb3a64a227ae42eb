// What writing and reading have in common.
#pragma once

#include <cstddef>
#include <type_traits>

#include "codec/elements.h"

namespace hamcell::engine {

/// How many texts or optionals are handed to their type, or taken from it, at once.
inline constexpr std::size_t values_at_once = 64;

/// Whether a sequence of such elements is a typed array (RFC 8746).
inline bool is_typed(const ham::layout& element) { return element.array_tag != 0; }

/// Whether a value is a number in its own bytes.
inline bool is_number(const ham::layout& type) {
  return type.what == ham::form::integer || type.what == ham::form::floating;
}

/// Whether a map is a CBOR map; otherwise it is an array of [key, value].
inline bool is_object(const ham::keyed_layout& map) { return map.key->is_key && !map.may_repeat; }

/// Calls `use` with a width of 1, 2, 4, 8 or 16 bytes as a constant, since memcpy of any other width is a
/// call; false for another width.
template <class Use>
bool with_width(std::size_t width, Use use) {
  switch (width) {
    case 1:
      return use(std::integral_constant<std::size_t, 1>()), true;
    case 2:
      return use(std::integral_constant<std::size_t, 2>()), true;
    case 4:
      return use(std::integral_constant<std::size_t, 4>()), true;
    case 8:
      return use(std::integral_constant<std::size_t, 8>()), true;
    case 16:
      return use(std::integral_constant<std::size_t, 16>()), true;
    default:
      return false;
  }
}

/// Copies elements of `width` bytes, `count` of them, between rows and bytes that lie one behind the other:
/// calls `copy(row, index, width)` for each, with a width that is a constant where it is a usual one.
template <class Copy>
void for_each_row(const ham::rows& rows, std::size_t count, std::size_t width, Copy copy) {
  const auto all = [&](auto bytes) {
    const ham::rows local = rows;  // so that nothing that is written can change it
    if (local.places != nullptr) {
      for (std::size_t i = 0; i < count; ++i) copy(local[i], i, bytes);
    } else {
      char* row = local.first;
      for (std::size_t i = 0; i < count; ++i, row += local.step) copy(row, i, bytes);
    }
  };
  if (!with_width(width, all)) all(width);
}

}  // namespace hamcell::engine
