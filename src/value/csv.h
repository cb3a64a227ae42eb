// Values as CSV (RFC 4180), both ways, by a type's description.
//
// A value has rows if it is a sequence, an array, a set, a map, or one structure. A row's columns are
//   of a structure            its members; those of a structure inside it as "place.x"
//   of a pair or tuple        its parts: "0", "1", …
//   of an entry of a map      "key", and "value" or its columns: "value.x"
//   of a sequence or array    its elements, as many in each row: "0", "1", …
//   of anything else          one: "value"
// A field is the text of a string, a number as in JSON, the name of an enumerator, nothing for what is
// missing, and JSON for everything else. A text that is empty is written "", which tells it from a missing
// one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "value/type.h"

namespace hamcell {

struct CsvField {
  std::string text;
  bool is_quoted = false;
  bool operator==(const CsvField&) const = default;
};

struct CsvRow {
  std::vector<CsvField> fields;
  std::size_t line = 1;  ///< on which the row starts
};

/// The rows of a CSV text: fields separated by commas, quoted with "…" where needed, lines ended by LF or
/// CRLF. Blank lines are left out where the first line has more than one field. Throws Problem (its place has
/// only a line) for a quote that does not end or text behind a closing quote.
std::vector<CsvRow> read_csv(std::string_view text);

/// Why values of a type have no rows; empty: they have.
std::string why_no_rows(const TypeTable& types, std::uint32_t type);

/// The JSON that a CSV text with a header line stands for. Columns of structures and of maps are matched by
/// name, those that are written otherwise without regard to case and what no identifier has in it ("Max Temp"
/// is max_temp); others by place. Throws Problem.
std::string json_from_csv(const TypeTable& types, std::uint32_t type, std::string_view text);

/// At most `rows` rows of a value, under a header line; lines end with CRLF. Throws ValueError for bytes that
/// are not one value of this type, and for one whose rows are not of one length.
std::string csv_from_cbor(const TypeTable& types, std::uint32_t type, std::string_view cbor,
                          std::uint64_t rows = UINT64_MAX);

}  // namespace hamcell
