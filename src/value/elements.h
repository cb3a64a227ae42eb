// Gives the elements of a stored sequence one after another, however they lie in the bytes: as a typed array,
// by column, or as a plain array.
#pragma once

#include <hamcell/source.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "value/encoding.h"

namespace hamcell {

/// A place in a sequence. For a table it has one place in each column, so that a table is read by rows
/// without ever being in memory as such. Copy it to look ahead.
struct Elements {
  enum class Form {
    numbers,  ///< a typed array: `numbers`
    complex,  ///< a typed array of pairs of numbers: `numbers`
    columns,  ///< `columns`, one for each member, in the order of the members
    items     ///< encoded values one after another in `items`
  };

  Form form = Form::items;
  std::uint32_t type = 0;    ///< of an element
  std::uint64_t count = 0;   ///< of all elements
  std::string_view numbers;  ///< the bytes of the elements not read yet
  Number number;             ///< how one of `numbers` is encoded
  ham::source items{nullptr, 0};
  std::vector<Elements> columns;

  /// The next `number.bytes` bytes of `numbers`.
  std::string_view take_number();
};

/// Takes the sequence ahead out of `in`, and gives its elements. An error in the bytes stays in `in`; then
/// there are no elements. All lengths are checked, but not what stands in `items`.
Elements take_elements(const TypeTable& types, std::uint32_t element, ham::source& in);

/// Passes over the next `rows` elements: at once in a typed array, one by one elsewhere.
void pass_over(Elements& elements, std::uint64_t rows);

/// Throws ValueError if something in the bytes that `in` reads was wrong.
void check_stored(const ham::source& in);

/// A number's bytes from a typed array as the number they are.
double floating_from(const Number& number, std::string_view bytes);
std::int64_t signed_from(const Number& number, std::string_view bytes);
std::uint64_t unsigned_from(const Number& number, std::string_view bytes);

}  // namespace hamcell
