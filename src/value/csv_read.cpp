// Reads CSV (RFC 4180) as the JSON that a value is given as.
#include "value/csv.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "value/base64.h"
#include "value/csv_shape.h"
#include "value/data_item.h"
#include "value/scalar_text.h"

namespace hamcell {
namespace {

[[noreturn]] void wrong(std::size_t line, std::string what, std::string next) {
  throw Problem{{"", static_cast<unsigned>(line), 0}, std::move(what), std::move(next), {}};
}

/// Cuts a text into fields.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark, as spreadsheets write it
  }

  std::vector<CsvRow> read() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      CsvRow row = read_row();
      const bool is_blank = row.fields.size() == 1 && row.fields[0] == CsvField{};
      const bool is_field = !rows.empty() && rows.front().fields.size() == 1;
      if (!is_blank || is_field) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  bool at_line_end() const { return at_ >= text_.size() || text_[at_] == '\n'; }

  CsvRow read_row() {
    CsvRow row;
    row.line = line_;
    while (true) {
      row.fields.push_back(at_ < text_.size() && text_[at_] == '"' ? read_quoted() : read_plain());
      if (at_line_end()) break;
      ++at_;  // the comma
    }
    ++at_;  // the line feed
    ++line_;
    return row;
  }

  CsvField read_plain() {
    const std::size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
    CsvField field{std::string(text_.substr(at_, end - at_)), false};
    at_ = end;
    if (at_line_end() && field.text.ends_with('\r')) field.text.pop_back();
    return field;
  }

  CsvField read_quoted() {
    CsvField field{"", true};
    const std::size_t began = line_;
    for (++at_;; ++at_) {
      if (at_ >= text_.size())
        wrong(began, "a quoted field has no end", "close the quote, and write a quote inside a field twice");
      if (text_[at_] == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"')
        ++at_;
      else if (text_[at_] == '"')
        break;
      if (text_[at_] == '\n') ++line_;
      field.text += text_[at_];
    }
    ++at_;
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (!at_line_end() && text_[at_] != ',')
      wrong(line_, "text stands behind a closing quote", "write a quote inside a quoted field twice");
    return field;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

/// A column's name as an identifier could be: "Organization Name" and "organization_name" are alike.
std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_kept = is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
                         static_cast<unsigned char>(c) >= 0x80;
    if (is_kept)
      out += is_upper ? static_cast<char>(c + 32) : c;
    else if (!out.empty() && out.back() != '_')
      out += '_';
  }
  while (out.ends_with('_')) out.pop_back();
  return out;
}

/// Where a column of this name is among the members' names: as it is written, else the only one like it.
/// `names.size()` where it is not.
std::size_t find_name(const std::vector<std::string>& names, const std::string& name) {
  const auto exact = std::ranges::find(names, name);
  if (exact != names.end()) return static_cast<std::size_t>(exact - names.begin());
  std::size_t found = names.size();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (folded(names[i]) != folded(name)) continue;
    if (found != names.size()) return names.size();
    found = i;
  }
  return found;
}

/// Writes the rows of one CSV text as JSON.
class JsonMaker {
 public:
  JsonMaker(const TypeTable& types, std::uint32_t type, const std::vector<CsvRow>& rows)
      : types_(types), name_(types[type].name), shape_(csv_shape(types, type)), rows_(rows) {
    if (rows.empty()) wrong(1, "a CSV file needs a header line with the names of the columns", "add it");
  }

  std::string make() {
    if (shape_.kind != CsvRowKind::positions) match_header();
    if (shape_.kind == CsvRowKind::whole && rows_.size() != 2)
      wrong(rows_.back().line,
            "'" + name_ + "' is one row, and this file has " + std::to_string(rows_.size() - 1),
            "give it one row under the header");
    if (shape_.kind != CsvRowKind::whole) json_ += '[';
    for (std::size_t i = 1; i < rows_.size(); ++i) {
      check_length(rows_[i]);
      if (i != 1) json_ += ',';
      row_ = &rows_[i];
      add_row();
    }
    if (shape_.kind != CsvRowKind::whole) json_ += ']';
    return std::move(json_);
  }

 private:
  static constexpr std::size_t absent = SIZE_MAX;

  const std::vector<CsvField>& header() const { return rows_.front().fields; }

  /// Finds the field of every column.
  void match_header() {
    columns_ = csv_columns(types_, shape_);
    const bool by_place =
        shape_.kind == CsvRowKind::element && types_[shape_.row].kind != TypeKind::structure;
    if (by_place) return match_places();
    std::vector<std::string> names;
    for (const CsvColumn& column : columns_) names.push_back(column.name);
    fields_.assign(columns_.size(), absent);
    for (std::size_t i = 0; i < header().size(); ++i) {
      const std::string& name = header()[i].text;
      const std::size_t found = find_name(names, name);
      if (found == names.size()) {
        wrong(rows_.front().line, "'" + row_name() + "' has no member for the column '" + visible(name) + "'",
              suggestion(name, names, "its columns are " + join(names, ", ")));
      }
      std::size_t& field = fields_[found];
      if (field != absent)
        wrong(rows_.front().line, "the column '" + name + "' is there twice", "give each column one name");
      field = i;
    }
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (fields_[i] == absent && types_[columns_[i].type].kind != TypeKind::optional)
        wrong(rows_.front().line, "the column '" + names[i] + "' of '" + row_name() + "' is missing",
              "add it; only optional members may be left out");
  }

  void match_places() {
    if (header().size() != columns_.size())
      wrong(rows_.front().line,
            "the header has " + std::to_string(header().size()) + " fields, and a row of '" + name_ +
                "' has " + std::to_string(columns_.size()),
            "give the file one column for each");
    for (std::size_t i = 0; i < columns_.size(); ++i) fields_.push_back(i);
    // Numbers without a header are lost by their first row otherwise.
    const bool is_number = columns_.size() == 1 && is_json(header()[0].text) &&
                           types_[field_type(types_, shape_.row)].kind != TypeKind::text;
    if (is_number)
      wrong(1, "the first line of a CSV file is a header, and this one is '" + header()[0].text + "'",
            "put a line with the column's name above it");
  }

  const std::string& row_name() const {
    return shape_.kind == CsvRowKind::entry ? name_ : types_[shape_.row].name;
  }

  void check_length(const CsvRow& row) const {
    if (row.fields.size() != header().size())
      wrong(row.line,
            "this row has " + std::to_string(row.fields.size()) + " fields, the header has " +
                std::to_string(header().size()),
            "give every row one field a column");
  }

  void add_row() {
    next_column_ = 0;
    if (shape_.kind == CsvRowKind::entry) {
      json_ += '[';
      add_value(shape_.key);
      json_ += ',';
      add_value(shape_.row);
      json_ += ']';
    } else if (shape_.kind == CsvRowKind::positions) {
      const std::uint32_t element = types_[shape_.row].arguments.front();
      json_ += '[';
      for (std::size_t i = 0; i < row_->fields.size(); ++i) {
        if (i != 0) json_ += ',';
        add_field(element, row_->fields[i]);
      }
      json_ += ']';
    } else {
      add_value(shape_.row);
    }
  }

  /// A value from the next columns.
  void add_value(std::uint32_t index) {
    const Type& type = types_[index];
    if (!has_columns(types_, index)) {
      const std::size_t field = fields_[next_column_++];
      if (field == absent)
        json_ += "null";
      else
        add_field(index, row_->fields[field]);
    } else if (type.kind == TypeKind::tuple) {
      json_ += '[';
      for (std::size_t i = 0; i < type.arguments.size(); ++i) {
        if (i != 0) json_ += ',';
        add_value(type.arguments[i]);
      }
      json_ += ']';
    } else {
      json_ += '{';
      for (std::size_t i = 0; i < type.members.size(); ++i) {
        if (i != 0) json_ += ',';
        append_json_string(json_, type.members[i].name);
        json_ += ':';
        add_value(type.members[i].type);
      }
      json_ += '}';
    }
  }

  void add_field(std::uint32_t type, const CsvField& field) {
    const bool is_optional = types_[type].kind == TypeKind::optional;
    const TypeKind kind = types_[field_type(types_, type)].kind;
    const bool is_text = kind == TypeKind::text || kind == TypeKind::path || kind == TypeKind::enumeration ||
                         kind == TypeKind::date;
    if (is_optional && field == CsvField{}) {
      json_ += "null";
    } else if (!is_text && is_json(field.text)) {
      json_ += field.text;
    } else if (is_utf8(field.text)) {
      // NaN, Infinity and what is simply wrong too: as text, so that the value's own check names it.
      append_json_string(json_, field.text);
    } else {
      json_ += "{\"base64\":\"" + base64_from_bytes(field.text) + "\"}";
    }
  }

  const TypeTable& types_;
  const std::string& name_;
  const CsvShape shape_;
  const std::vector<CsvRow>& rows_;
  std::vector<CsvColumn> columns_;
  std::vector<std::size_t> fields_;  ///< by column: index of its field
  const CsvRow* row_ = nullptr;
  std::size_t next_column_ = 0;
  std::string json_;
};

}  // namespace

std::vector<CsvRow> read_csv(std::string_view text) { return FieldReader(text).read(); }

std::string json_from_csv(const TypeTable& types, std::uint32_t type, std::string_view text) {
  const std::vector<CsvRow> rows = read_csv(text);
  return JsonMaker(types, type, rows).make();
}

}  // namespace hamcell
