// The formats that a value is written to a file in.
#pragma once

#include <cstdint>

namespace hamcell {

enum class ValueFormat : std::uint8_t { json, csv, cbor };

}  // namespace hamcell
