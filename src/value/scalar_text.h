// How single numbers and names are written, in JSON and in previews.
#pragma once

#include <hamcell/source.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "value/type.h"

namespace hamcell {

/// The shortest text that gives the number back exactly; "NaN", "Infinity", "-Infinity"; "-0.0".
std::string floating_text(double value);
std::string floating_text(float value);
std::string floating_text(long double value);

/// The largest value of an integer or enum type, or of a bit-field of `width` bits of it where that is not 0.
std::int64_t signed_limit(const Type& type, std::uint32_t width = 0);
std::uint64_t unsigned_limit(const Type& type, std::uint32_t width = 0);

/// The first enumerator with these bits; nullptr where there is none, and for integers.
const Enumerator* enumerator_of(const Type& type, std::int64_t value);

/// The index of the member called `name`, looked for at `guess` first; the number of members where there is
/// none.
std::size_t find_member(const Type& type, std::string_view name, std::size_t guess);

/// Takes a date, as it is stored.
std::string take_date(ham::source& in);

/// Takes the key of a map that is an object in JSON: a string as it is, a number as text, an enum by its
/// name.
std::string key_text(const Type& type, ham::source& in);

/// Appends a JSON string, with its quotes, that cannot drive a terminal (tamed_json). The text must be UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace hamcell
