// Reads CSV (RFC 4180) as the JSON that an input of a table type is given as.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "value/type.h"

namespace hamcell {

struct CsvRow {
  std::vector<std::string> fields;
  std::size_t line = 1;  ///< on which the row starts
};

/// The rows of a CSV text: fields separated by commas, quoted with "…" where needed, lines ended by LF or
/// CRLF. Throws Problem (its place has only a line) for a quote that does not end or text behind a closing
/// quote.
std::vector<CsvRow> read_csv(std::string_view text);

/// The JSON array of objects that a CSV text with a header line stands for, by the types of `structure`'s
/// members: text stays text, an empty field of an optional member is null. Throws Problem.
std::string json_from_csv(const TypeTable& types, const Type& structure, std::string_view text);

}  // namespace hamcell
