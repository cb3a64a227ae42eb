// Values in files of their own: what --save writes.
#pragma once

#include <string>
#include <string_view>

#include "value/type.h"
#include "value/value_format.h"

namespace hamcell {

/// Why values of a type cannot be written in this format; empty: they can.
std::string why_not_saved(const TypeTable& types, std::uint32_t type, ValueFormat format);

/// Writes a value: JSON with a line for each row of a table, CSV, or the encoding as it is stored. With
/// `if_changed`, a file that has this content already is left alone, with its time. Throws Failure (storage)
/// when the file cannot be written, and ValueError as json_from_cbor and csv_from_cbor do.
void save_value(const TypeTable& types, std::uint32_t type, std::string_view cbor, ValueFormat format,
                const std::string& file, bool if_changed);

}  // namespace hamcell
