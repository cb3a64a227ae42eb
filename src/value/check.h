// Checks stored bytes against the type that they should have.
#pragma once

#include <cstdint>
#include <string_view>

#include "value/type.h"

namespace hamcell {

/// Whether the bytes are one whole value of `type` that ham::decode would read: every length, every number's
/// range, every name. It allocates nothing that depends on the bytes. A class with a codec of the user's own
/// need only be one CBOR item; that sets and maps have no key twice is left to the reader.
bool well_formed(const TypeTable& types, std::uint32_t type, std::string_view cbor);

}  // namespace hamcell
