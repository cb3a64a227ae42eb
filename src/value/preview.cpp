// Shows values in one line, and reads no more of them than that takes.
#include "value/preview.h"

#include <hamcell/source.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "base/text.h"
#include "value/elements.h"
#include "value/scalar_text.h"
#include "value/tensor.h"

namespace hamcell {

namespace {

constexpr std::size_t most_items = 6;  // shown of a sequence, three of them from its beginning
constexpr std::size_t most_at_ends = 3;
constexpr std::size_t most_string_bytes = 200;
constexpr std::size_t skip_budget = 200'000;  // CBOR items passed over to get at something behind them

template <class Floating>
std::string number_text(Floating value, bool is_whole_value) {
  if (is_whole_value || !std::isfinite(value)) return floating_text(value);
  std::array<char, 32> buffer{};
  // Inside a container six digits tell enough.
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.6Lg", static_cast<long double>(value));
  return {buffer.data(), static_cast<std::size_t>(size)};
}

/// A list in brackets that knows when it has no more room.
class List {
 public:
  List(char open, char close, std::size_t columns) : text_(1, open), close_(close), columns_(columns) {}

  /// Whether another item may be worth making.
  bool has_room() const { return !is_cut_ && display_width(text_) + 2 < columns_; }
  std::size_t room() const { return columns_ - std::min(columns_, display_width(text_) + 2); }
  void add(const std::string& item) {
    if (is_cut_) return;
    text_ += is_first_ ? "" : ", ";
    text_ += item;
    is_first_ = false;
  }
  void cut() {
    if (!is_cut_) add("…");
    is_cut_ = true;
  }
  /// For what comes behind a gap.
  void resume() { is_cut_ = false; }
  std::string text() const { return text_ + close_; }

 private:
  std::string text_;
  char close_;
  std::size_t columns_;
  bool is_first_ = true;
  bool is_cut_ = false;
};

class Previewer {
 public:
  explicit Previewer(const TypeTable& types) : types_(types) {}

  /// The text of the value ahead, which is taken from `in` only if it is small.
  std::string show(std::uint32_t index, ham::source& in, std::size_t columns, bool is_whole_value = false) {
    const Type& type = types_[index];
    switch (type.kind) {
      case TypeKind::boolean:
        return in.boolean() ? "true" : "false";
      case TypeKind::integer:
      case TypeKind::enumeration:
        return key_text(type, in);
      case TypeKind::floating:
        if (type.bits == 32 && is_whole_value) return floating_text(in.float32());
        if (type.bits == extended_bits) return number_text(in.float80(), is_whole_value);
        return number_text(in.float64(), is_whole_value);
      case TypeKind::text:
      case TypeKind::path:
        return show_text(in);
      case TypeKind::date:
        return take_date(in);
      case TypeKind::duration:
        return show(type.arguments.front(), in, columns, is_whole_value) + unit_of(type);
      case TypeKind::time_point:
        return show(type.arguments.front(), in, columns, is_whole_value);
      case TypeKind::optional:
        return show_optional(type, in, columns, is_whole_value);
      case TypeKind::variant:
        return show_variant(type, in, columns, is_whole_value);
      case TypeKind::monostate:
        return in.take_null() ? "(nothing)" : damaged(in);
      case TypeKind::tuple:
        return show_tuple(type, in, columns);
      case TypeKind::complex:
        return show_complex(type, in, columns);
      case TypeKind::sequence:
      case TypeKind::array:
      case TypeKind::set:
        return show_sequence(type, in, columns);
      case TypeKind::map:
        return show_map(type, in, columns);
      case TypeKind::structure:
        return show_structure(type, in, columns);
      case TypeKind::tensor:
        return show_tensor(type, in, columns);
      case TypeKind::view:
        return show(owner_of(types_, index), in, columns, is_whole_value);
      case TypeKind::custom:
      case TypeKind::opaque:
        return type.name;
    }
    return {};
  }

 private:
  static std::string damaged(ham::source& in) {
    in.fail("not a value of this type");
    return {};
  }

  /// Takes the item ahead, unless it is so large that what follows it is better not shown.
  bool skip(ham::source& in) {
    std::uint64_t pending = 1;
    while (pending != 0 && in.ok() && budget_ != 0) {
      --budget_;
      --pending;
      const unsigned major = in.peek_major();
      if (major == ham::array_item) {
        pending += in.array();
      } else if (major == ham::map_item) {
        pending += std::uint64_t{2} * in.map();
      } else if (major == ham::tag_item) {
        in.tag();
        ++pending;
      } else {
        in.skip();
      }
    }
    return pending == 0 && in.ok();
  }

  static std::string show_text(ham::source& in) {
    const ham::piece text = in.text();
    if (text.size == 0) return "\"\"";
    std::string_view shown(text.data, std::min(text.size, most_string_bytes));
    // Do not cut inside a character.
    while (shown.size() < text.size && !shown.empty() &&
           (static_cast<unsigned char>(text.data[shown.size()]) & 0xc0) == 0x80) {
      shown.remove_suffix(1);
    }
    return "\"" + visible(shown) + (shown.size() < text.size ? "…\"" : "\"");
  }

  static std::string unit_of(const Type& type) {
    struct Unit {
      std::uint64_t numerator, denominator;
      const char* name;
    };
    constexpr std::array<Unit, 7> units{{{1, 1'000'000'000, " ns"},
                                         {1, 1'000'000, " µs"},
                                         {1, 1000, " ms"},
                                         {1, 1, " s"},
                                         {60, 1, " min"},
                                         {3600, 1, " h"},
                                         {86400, 1, " d"}}};
    for (const Unit& unit : units) {
      if (unit.numerator == type.period_numerator && unit.denominator == type.period_denominator)
        return unit.name;
    }
    return " × " + std::to_string(type.period_numerator) + "/" + std::to_string(type.period_denominator) +
           " s";
  }

  std::string show_optional(const Type& type, ham::source& in, std::size_t columns, bool is_whole_value) {
    const std::uint32_t inner = type.arguments.front();
    const bool is_wrapped = may_be_null(types_, inner);
    const bool is_empty = is_wrapped ? in.array() == 0 : in.take_null();
    return is_empty ? "(nothing)" : show(inner, in, columns, is_whole_value);
  }

  std::string show_variant(const Type& type, ham::source& in, std::size_t columns, bool is_whole_value) {
    if (in.array() != 2) return damaged(in);
    const std::uint64_t index = in.unsigned_integer(type.arguments.size() - 1);
    return in.ok() ? show(type.arguments[index], in, columns, is_whole_value) : "";
  }

  /// Shows the next part of a value and passes it; false when the rest is out of reach or room.
  bool add_part(List& list, const std::string& label, std::uint32_t index, ham::source& in) {
    if (!in.ok() || !list.has_room()) return false;
    ham::source part = in;
    std::string text = show(index, part, list.room());
    if (!part.ok()) {
      in.fail(part.error());
      return false;
    }
    list.add(label + text);
    return skip(in);
  }

  std::string show_tuple(const Type& type, ham::source& in, std::size_t columns) {
    if (in.array() != type.arguments.size()) return damaged(in);
    List list('[', ']', columns);
    for (const std::uint32_t argument : type.arguments) {
      if (!add_part(list, "", argument, in)) list.cut();
    }
    return list.text();
  }

  std::string show_complex(const Type& type, ham::source& in, std::size_t columns) {
    if (in.array() != 2) return damaged(in);
    const std::string real = show(type.arguments.front(), in, columns);
    return "[" + real + ", " + show(type.arguments.front(), in, columns) + "]";
  }

  std::string show_structure(const Type& type, ham::source& in, std::size_t columns) {
    if (!in.enter()) return {};
    if (in.map() != type.members.size()) return damaged(in);
    List list('{', '}', columns);
    bool goes_on = true;
    for (std::size_t index = 0; index < type.members.size() && goes_on && in.ok(); ++index) {
      const ham::piece key = in.name();
      const std::size_t member = find_member(type, {key.data, key.size}, index);
      if (member == type.members.size()) return damaged(in);
      goes_on = add_part(list, type.members[member].name + ": ", type.members[member].type, in);
      const bool is_last = index + 1 == type.members.size();
      if (!goes_on && !is_last) list.cut();
    }
    in.leave();
    return list.text();
  }

  /// "100 × 3: [0.5, 1, …, 7]", with the elements in the order in which they lie.
  std::string show_tensor(const Type& type, ham::source& in, std::size_t columns) {
    std::string shape;
    for (const std::uint64_t extent : take_shape(type, in).extents)
      shape += (shape.empty() ? "" : " × ") + std::to_string(extent);
    if (!in.ok()) return {};
    if (!shape.empty()) shape += ": ";
    Type row;
    row.kind = TypeKind::sequence;
    row.arguments = type.arguments;
    return shape + show_sequence(row, in, columns - std::min(columns, display_width(shape)));
  }

  std::string show_map(const Type& type, ham::source& in, std::size_t columns) {
    const bool is_object = is_object_map(types_, type);
    const std::size_t count = is_object ? in.map() : in.array();
    const std::string length = " (" + std::to_string(count) + ")";
    List list('{', '}', columns - std::min(columns, length.size()));
    bool goes_on = true;
    for (std::size_t index = 0; index < count && goes_on && in.ok(); ++index) {
      if (!is_object) in.array();
      goes_on = index < most_items && add_entry(list, type, in, is_object);
      if (!goes_on && index + 1 < count) list.cut();
    }
    return list.text() + (count > most_at_ends ? length : "");
  }

  bool add_entry(List& list, const Type& type, ham::source& in, bool is_object) {
    std::string key;
    if (is_object) {
      key = shortened(visible(key_text(types_[type.arguments.front()], in)), most_key_columns);
    } else {
      ham::source part = in;
      key = show(type.arguments.front(), part, list.room());
      if (!skip(in)) return false;
    }
    return add_part(list, key + ": ", type.arguments[1], in);
  }

  // ---- Sequences

  std::string show_sequence(const Type& type, ham::source& in, std::size_t columns) {
    if (is_table(types_, type) && in.peek_major() == ham::map_item) return show_table(type, in, columns);
    const std::uint32_t element = type.arguments.front();
    if (in.peek_major() != ham::tag_item) return show_items(element, in, columns);
    Elements elements = take_elements(types_, element, in);
    if (!in.ok()) return {};
    const std::string length = " (" + std::to_string(elements.count) + ")";
    const bool is_whole = elements.count <= most_items;
    List list('[', ']', columns - std::min(columns, length.size()));
    const std::uint64_t at_beginning = is_whole ? elements.count : most_at_ends;
    for (std::uint64_t row = 0; row < at_beginning; ++row) list.add(show_number(elements));
    if (!is_whole) {
      list.cut();
      list.resume();
      pass_over(elements, elements.count - at_beginning - 2);
      for (int row = 0; row < 2; ++row) list.add(show_number(elements));
    }
    return list.text() + (elements.count > most_at_ends ? length : "");
  }

  std::string show_number(Elements& elements) {
    const Type& type = types_[elements.type];
    if (elements.form == Elements::Form::complex) {
      const std::string real = number_text(floating_from(elements.number, elements.take_number()), false);
      return "[" + real + ", " + number_text(floating_from(elements.number, elements.take_number()), false) +
             "]";
    }
    const std::string_view bytes = elements.take_number();
    if (elements.number.is_floating) return number_text(floating_from(elements.number, bytes), false);
    const bool is_signed = elements.number.is_signed;
    const std::uint64_t bits = is_signed ? 0 : unsigned_from(elements.number, bytes);
    const std::int64_t value =
        is_signed ? signed_from(elements.number, bytes) : static_cast<std::int64_t>(bits);
    if (const Enumerator* found = enumerator_of(type, value)) return found->name;
    return is_signed ? std::to_string(value) : std::to_string(bits);
  }

  /// A sequence whose elements lie one after another: its end is not to be had without reading all of it.
  std::string show_items(std::uint32_t element, ham::source& in, std::size_t columns) {
    const std::size_t count = in.array();
    const std::string length = " (" + std::to_string(count) + ")";
    List list('[', ']', columns - std::min(columns, length.size()));
    bool goes_on = true;
    for (std::size_t index = 0; index < count && goes_on && in.ok(); ++index) {
      goes_on = index < most_items && add_part(list, "", element, in);
      if (!goes_on && index + 1 < count) list.cut();
    }
    return list.text() + (count > most_at_ends ? length : "");
  }

  /// "1461 rows × 6: {…}", with the first row.
  std::string show_table(const Type& type, ham::source& in, std::size_t columns) {
    const Type& row = types_[type.arguments.front()];
    if (!in.enter()) return {};
    if (in.map() != row.members.size()) return damaged(in);
    std::vector<std::string> cells;
    std::uint64_t rows = 0;
    bool goes_on = true;
    for (std::size_t index = 0; index < row.members.size() && goes_on && in.ok(); ++index) {
      const ham::piece key = in.name();
      const std::size_t member = find_member(row, {key.data, key.size}, index);
      if (member == row.members.size()) return damaged(in);
      ham::source column = in;
      const Cell cell = first_cell(row.members[member].type, column, columns);
      if (!column.ok()) return damaged(in);
      if (index == 0) rows = cell.rows;
      if (cell.rows != 0) cells.push_back(row.members[member].name + ": " + cell.text);
      goes_on = skip(in);
    }
    in.leave();
    return table_text(rows, row.members.size(), cells, columns);
  }

  static std::string table_text(std::uint64_t rows, std::size_t width, const std::vector<std::string>& cells,
                                std::size_t columns) {
    std::string shape = std::to_string(rows) + (rows == 1 ? " row × " : " rows × ") + std::to_string(width);
    if (cells.empty()) return shape;
    List list('{', '}', columns - std::min(columns, shape.size() + 2));
    for (const std::string& cell : cells) {
      if (list.room() < std::min(display_width(cell), most_cell_columns) + 3) {
        list.cut();
        break;
      }
      list.add(shortened(cell, most_cell_columns));
    }
    if (cells.size() < width) list.cut();
    return shape + ": " + list.text();
  }

  struct Cell {
    std::uint64_t rows;
    std::string text;
  };

  /// The first value of a column, and how many it has.
  Cell first_cell(std::uint32_t index, ham::source& in, std::size_t columns) {
    const Type& type = types_[index];
    if (in.peek_major() == ham::tag_item) {
      Elements elements = take_elements(types_, index, in);
      return {elements.count, in.ok() && elements.count != 0 ? show_number(elements) : ""};
    }
    if (is_table_row(type) && in.peek_major() == ham::map_item) return first_nested_row(type, in, columns);
    const std::size_t rows = in.array();
    return {rows, rows != 0 ? show(index, in, columns) : ""};
  }

  Cell first_nested_row(const Type& type, ham::source& in, std::size_t columns) {
    if (!in.enter()) return {};
    if (in.map() != type.members.size()) in.fail("another number of columns");
    List list('{', '}', columns);
    std::uint64_t rows = 0;
    for (std::size_t index = 0; index < type.members.size() && in.ok(); ++index) {
      const ham::piece key = in.name();
      const std::size_t member = find_member(type, {key.data, key.size}, index);
      if (member == type.members.size()) in.fail("unknown column");
      if (!in.ok()) break;
      ham::source column = in;
      const Cell cell = first_cell(type.members[member].type, column, columns);
      rows = cell.rows;
      list.add(type.members[member].name + ": " + cell.text);
      const bool is_last = index + 1 == type.members.size();
      if (!skip(in) || (!list.has_room() && !is_last)) {
        list.cut();
        break;
      }
    }
    in.leave();
    return {rows, list.text()};
  }

  static constexpr std::size_t most_key_columns = 24;
  static constexpr std::size_t most_cell_columns = 40;

  const TypeTable& types_;
  std::size_t budget_ = skip_budget;
};

}  // namespace

std::string preview(const TypeTable& types, std::uint32_t type, std::string_view cbor, std::size_t columns) {
  ham::source in(cbor.data(), cbor.size());
  const std::string text = Previewer(types).show(type, in, columns, true);
  return in.ok() ? shortened(text, columns) : "(damaged)";
}

}  // namespace hamcell
