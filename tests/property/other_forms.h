// What writers in other languages may write for the same value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "choices.h"
#include "value/type.h"

/// `cbor`, which the codec wrote for a value of `type`, in another form that readers must take: plain arrays
/// for typed ones, arrays of maps for tables, members, keys and elements of sets in another order, longer
/// heads, numbers in other widths that hold them exactly, byte strings for text.
std::string other_form(const hamcell::TypeTable& types, std::uint32_t type, std::string_view cbor,
                       Choices& choices);
