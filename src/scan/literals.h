// Values of C++ literals, read from their tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hamcell {

/// The bytes that a string literal ([lex.string]) stands for: plain, `u8` and raw ones. Nothing for other
/// encodings, for suffixes of a user, and for escapes that are not UTF-8 text or end the string early.
std::optional<std::string> string_literal_value(std::string_view token);

/// The value of a character literal without prefix that is one byte.
std::optional<std::int64_t> character_literal_value(std::string_view token);

/// A number as its literal says.
struct NumberLiteral {
  bool is_integer = false;
  bool is_unsigned = false;   ///< has the suffix u
  std::uint64_t integer = 0;  ///< where is_integer
  double floating = 0;        ///< otherwise
};

/// The value of an integer or floating literal ([lex.icon], [lex.fcon]): digit separators, all bases,
/// hexadecimal floats, standard suffixes but those of `long double`. Nothing when it does not fit.
std::optional<NumberLiteral> number_literal_value(std::string_view token);

}  // namespace hamcell
