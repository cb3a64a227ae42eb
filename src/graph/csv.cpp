// Reads CSV (RFC 4180) as the JSON that an input of a table type is given as.
#include "graph/csv.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"

namespace hamcell {
namespace {

[[noreturn]] void wrong(std::size_t line, std::string what, std::string next) {
  throw Problem{{"", static_cast<unsigned>(line), 0}, std::move(what), std::move(next), {}};
}

/// The innermost type of optional<…>, and whether there was one.
struct ColumnType {
  TypeKind kind;
  bool is_optional;
};

ColumnType column_type(const TypeTable& types, std::uint32_t type) {
  bool is_optional = false;
  while (types[type].kind == TypeKind::optional) {
    is_optional = true;
    type = types[type].arguments[0];
  }
  return {types[type].kind, is_optional};
}

void append_field(std::string& json, ColumnType column, const std::string& field) {
  const bool as_text =
      column.kind == TypeKind::text || column.kind == TypeKind::path || column.kind == TypeKind::enumeration;
  if (field.empty() && column.is_optional) {
    json += "null";
  } else if (as_text) {
    json += nlohmann::json(field).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  } else if (nlohmann::json::accept(field)) {
    json += field;
  } else {
    // NaN, Infinity and what is simply wrong: as text, so that the value's own check names it.
    json += nlohmann::json(field).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

}  // namespace

std::vector<CsvRow> read_csv(std::string_view text) {
  std::vector<CsvRow> rows;
  std::size_t line = 1;
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;  // a byte order mark, as spreadsheets write it
  while (at < text.size()) {
    CsvRow row;
    row.line = line;
    while (true) {
      std::string field;
      if (at < text.size() && text[at] == '"') {
        const std::size_t began = line;
        for (++at;; ++at) {
          if (at >= text.size())
            wrong(began, "a quoted field has no end",
                  "close the quote, and write a quote inside a field twice");
          if (text[at] == '"' && at + 1 < text.size() && text[at + 1] == '"')
            ++at;
          else if (text[at] == '"')
            break;
          if (text[at] == '\n') ++line;
          field += text[at];
        }
        ++at;
        const bool ends = at >= text.size() || text[at] == ',' || text[at] == '\n' || text[at] == '\r';
        if (!ends)
          wrong(line, "text stands behind a closing quote", "write a quote inside a quoted field twice");
      } else {
        const std::size_t end = std::min(text.find_first_of(",\n", at), text.size());
        field = text.substr(at, end - at);
        at = end;
        if (!field.empty() && field.back() == '\r' && (at >= text.size() || text[at] == '\n'))
          field.pop_back();
      }
      row.fields.push_back(std::move(field));
      if (at < text.size() && text[at] == '\r') ++at;
      if (at >= text.size() || text[at] == '\n') break;
      ++at;  // the comma
    }
    ++at;  // the line feed
    ++line;
    const bool is_blank = row.fields.size() == 1 && row.fields[0].empty();
    if (!is_blank) rows.push_back(std::move(row));
  }
  return rows;
}

std::string json_from_csv(const TypeTable& types, const Type& structure, std::string_view text) {
  const std::vector<CsvRow> rows = read_csv(text);
  if (rows.empty()) wrong(1, "a CSV file needs a header line with the names of the columns", "add it");
  std::vector<std::string> names;
  for (const Member& member : structure.members) names.push_back(member.name);
  std::vector<ColumnType> columns;
  std::vector<std::string> keys;
  for (const std::string& field : rows[0].fields) {
    const Member* found = nullptr;
    for (const Member& member : structure.members)
      if (member.name == field) found = &member;
    if (found == nullptr) {
      const std::string near = closest_word(field, names);
      wrong(rows[0].line, "'" + structure.name + "' has no member for the column '" + field + "'",
            near.empty() ? "its members are " + join(names, ", ") : "did you mean '" + near + "'?");
    }
    columns.push_back(column_type(types, found->type));
    keys.push_back(nlohmann::json(field).dump() + ':');
  }
  std::string json = "[";
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].fields.size() != columns.size())
      wrong(rows[i].line,
            "this row has " + std::to_string(rows[i].fields.size()) + " fields, the header has " +
                std::to_string(columns.size()),
            "give every row one field a column");
    json += i == 1 ? "{" : ",{";
    for (std::size_t k = 0; k < columns.size(); ++k) {
      if (k != 0) json += ',';
      json += keys[k];
      append_field(json, columns[k], rows[i].fields[k]);
    }
    json += '}';
  }
  return json + "]";
}

}  // namespace hamcell
