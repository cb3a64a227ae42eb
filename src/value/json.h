// Values as JSON, both ways, by a type's description and without a compiler: the rules are in DESIGN's
// "Values".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "value/elements.h"
#include "value/error.h"
#include "value/type.h"

namespace hamcell {

/// The CBOR of the value that `json_text` gives for a `type`: byte for byte what ham::codec writes for it in
/// C++. (Sets and maps with a comparator of their own come out in the order of std::less.) A view is encoded
/// as its owner; a class with a codec of the user's own as the JSON stands, for its codec to check.
///
/// An optional member may be left out; no other. Throws ValueError with the place inside the value.
std::string cbor_from_json(const TypeTable& types, std::uint32_t type, std::string_view json_text);

/// The same of CBOR that any program wrote for the value: other forms of the same numbers, arrays for typed
/// arrays, an array of maps for a table, members in another order, byte strings for text, an enum by its
/// name, a variant as its value, items of indefinite length. What ham::codec wrote comes out as it is.
std::string cbor_from_any_cbor(const TypeTable& types, std::uint32_t type, std::string_view cbor);

/// The CBOR of a string-like value (text, path, or a view of text) that is `text` as it stands.
std::string cbor_from_text(const TypeTable& types, std::uint32_t type, std::string_view text);

struct JsonOptions {
  unsigned indent = 0;  ///< spaces for each level; 0: everything on one line, without spaces
  /// So many elements or entries at most of the value itself, if it is a sequence, a set or a map.
  std::uint64_t items = UINT64_MAX;
};

/// The value as JSON, numbers as the shortest text that gives them back exactly. It is written while the
/// bytes are read. Throws ValueError for bytes that are not one value of this type.
std::string json_from_cbor(const TypeTable& types, std::uint32_t type, std::string_view cbor,
                           JsonOptions options = {});

/// Appends the next value of `in`, or the next element, as JSON on one line. An error in the bytes stays in
/// the source, or throws ValueError.
void append_json(std::string& out, const TypeTable& types, std::uint32_t type, ham::source& in);
void append_json(std::string& out, const TypeTable& types, Elements& elements);

}  // namespace hamcell
