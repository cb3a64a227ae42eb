// Writes encoded values as CSV (RFC 4180) while it reads them.
#include <hamcell/source.h>

#include <algorithm>

#include "value/csv.h"
#include "value/csv_shape.h"
#include "value/encoding.h"
#include "value/error.h"
#include "value/json.h"
#include "value/scalar_text.h"
#include "value/tensor.h"

namespace hamcell {
namespace {

class CsvWriter {
 public:
  CsvWriter(const TypeTable& types, std::uint32_t type, std::string_view cbor, std::uint64_t rows)
      : types_(types),
        type_(types[owner_of(types, type)]),
        shape_(csv_shape(types, type)),
        most_(rows),
        in_(cbor.data(), cbor.size()) {
    if (shape_.kind == CsvRowKind::none) throw ValueError("", why_no_rows(types, type));
  }

  std::string write() {
    switch (shape_.kind) {
      case CsvRowKind::whole:
        write_header();
        write_value(shape_.row, in_);
        end_row();
        break;
      case CsvRowKind::entry:
        write_header();
        write_entries();
        break;
      default:
        type_.kind == TypeKind::tensor ? write_matrix() : write_elements();
        break;
    }
    if (!in_.at_end()) in_.fail("bytes behind the value");
    check();
    return std::move(out_);
  }

 private:
  void check() const { check_stored(in_); }

  void write_header() {
    for (const CsvColumn& column : csv_columns(types_, shape_)) write_text(column.name);
    end_row();
  }

  void write_elements() {
    Elements elements = take_elements(types_, shape_.row, in_);
    check();
    if (shape_.kind == CsvRowKind::element) write_header();
    const std::uint64_t count = std::min(elements.count, most_);
    for (std::uint64_t row = 0; row < count; ++row) {
      if (shape_.kind == CsvRowKind::positions)
        write_positions(elements, row);
      else
        write_element(elements);
      check();
      end_row();
    }
  }

  void write_matrix() {
    const Tensor matrix(types_, type_, in_);
    check();
    const std::uint64_t rows = std::min(matrix.extent(0), most_);
    const std::uint64_t columns = matrix.extent(1);
    for (std::uint64_t column = 0; column < columns; ++column) write_text(std::to_string(column));
    end_row();
    for (std::uint64_t row = 0; row < rows; ++row) {
      for (std::uint64_t column = 0; column < columns; ++column) {
        Elements elements = matrix.at(row * columns + column);
        write_element(elements);
      }
      end_row();
    }
  }

  void write_entries() {
    const bool is_object = is_object_map(types_, type_);
    const std::uint64_t count = is_object ? in_.map() : in_.array();
    for (std::uint64_t row = 0; row < count && in_.ok(); ++row) {
      if (row >= most_) {
        in_.skip();
        if (is_object) in_.skip();
        continue;
      }
      if (!is_object && in_.array() != 2) in_.fail("not a pair of key and value");
      write_value(shape_.key, in_);
      write_value(shape_.row, in_);
      check();
      end_row();
    }
  }

  /// A row of numbers, whose length the first one decides.
  void write_positions(Elements& rows, std::uint64_t row) {
    Elements cells = take_elements(types_, types_[shape_.row].arguments.front(), rows.items);
    check_stored(rows.items);
    if (row == 0) {
      width_ = cells.count;
      for (std::uint64_t i = 0; i < width_; ++i) write_text(std::to_string(i));
      end_row();
    }
    if (cells.count != width_)
      throw ValueError('[' + std::to_string(row) + ']', "this row has " + std::to_string(cells.count) +
                                                            " elements, and the first one has " +
                                                            std::to_string(width_) + ": they make no table");
    for (std::uint64_t i = 0; i < width_; ++i) write_element(cells);
  }

  void write_element(Elements& elements) {
    const std::uint32_t type = elements.type;
    if (elements.form == Elements::Form::columns) {
      for (Elements& column : elements.columns) write_element(column);
    } else if (elements.form == Elements::Form::items) {
      write_value(type, elements.items);
      check_stored(elements.items);
    } else if (!has_columns(types_, type)) {
      field_.clear();
      append_json(field_, types_, elements);
      write_json(type);
    }
  }

  void write_value(std::uint32_t index, ham::source& in) {
    const Type& type = types_[index];
    if (type.kind == TypeKind::tuple) {
      if (in.array() != type.arguments.size()) in.fail("a tuple of another length");
      for (const std::uint32_t argument : type.arguments)
        if (in.ok()) write_value(argument, in);
    } else if (has_columns(types_, index)) {
      if (in.map() != type.members.size()) in.fail("another number of members");
      for (const Member& member : type.members) {
        if (in.ok() && !in.take_name(member.name.c_str())) in.fail("members in another order");
        if (in.ok()) write_value(member.type, in);
      }
    } else {
      write_field(index, in);
    }
  }

  void write_field(std::uint32_t index, ham::source& in) {
    const TypeKind kind = types_[field_type(types_, index)].kind;
    const bool is_text = kind == TypeKind::text || kind == TypeKind::path;
    if (is_text && in.peek_major() != ham::array_item && in.peek() != 0xf6) {
      const ham::piece text = in.text();
      return write_text({text.data == nullptr ? "" : text.data, text.size});
    }
    field_.clear();
    append_json(field_, types_, index, in);
    write_json(index);
  }

  /// The field that `field_` is as JSON: what is a string there for want of a number, or is a name, stands
  /// without its quotes.
  void write_json(std::uint32_t index) {
    const TypeKind kind = types_[field_type(types_, index)].kind;
    const bool is_word = kind == TypeKind::floating || kind == TypeKind::enumeration ||
                         kind == TypeKind::date || kind == TypeKind::duration || kind == TypeKind::time_point;
    if (field_ == "null") {
      separate();
    } else if (is_word && field_.starts_with('"')) {
      write_text(std::string_view(field_).substr(1, field_.size() - 2));
    } else {
      write_text(field_);
    }
  }

  void separate() {
    if (!is_first_) out_ += ',';
    is_first_ = false;
  }

  void write_text(std::string_view text) {
    separate();
    const bool needs_quotes = text.empty() || text.find_first_of(",\"\r\n") != std::string_view::npos;
    if (!needs_quotes) {
      out_ += text;
      return;
    }
    out_ += '"';
    for (const char c : text) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
  }

  void end_row() {
    out_ += "\r\n";
    is_first_ = true;
  }

  const TypeTable& types_;
  const Type& type_;
  const CsvShape shape_;
  const std::uint64_t most_;
  ham::source in_;
  std::uint64_t width_ = 0;
  bool is_first_ = true;
  std::string field_;
  std::string out_;
};

}  // namespace

std::string csv_from_cbor(const TypeTable& types, std::uint32_t type, std::string_view cbor,
                          std::uint64_t rows) {
  return CsvWriter(types, type, cbor, rows).write();
}

}  // namespace hamcell
