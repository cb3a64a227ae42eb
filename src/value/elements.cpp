// Takes sequences apart for those who read values without a compiler.
#include "value/elements.h"

#include <algorithm>
#include <cstring>

#include "value/error.h"

namespace hamcell {

namespace {

std::string_view take_typed_array(ham::source& in, const Number& number) {
  if (in.tag() != number.array_tag()) in.fail("a typed array of another element type");
  const ham::piece bytes = in.bytes();
  if (bytes.size % number.bytes != 0) in.fail("a typed array that ends inside an element");
  return in.ok() ? std::string_view(bytes.data, bytes.size) : std::string_view();
}

void take_numbers(Elements& elements, ham::source& in) {
  elements.form = Elements::Form::numbers;
  elements.numbers = take_typed_array(in, elements.number);
  elements.count = elements.numbers.size() / elements.number.bytes;
}

/// Tag 40, [[n, 2], typed array]: RFC 8746, section 3.1.1.
void take_complex(Elements& elements, ham::source& in) {
  elements.form = Elements::Form::complex;
  if (in.tag() != 40 || in.array() != 2 || in.array() != 2) in.fail("not an array of complex numbers");
  elements.count = in.unsigned_integer(UINT64_MAX);
  if (in.unsigned_integer(2) != 2) in.fail("not an array of complex numbers");
  elements.numbers = take_typed_array(in, elements.number);
  const std::uint64_t width = std::uint64_t{2} * elements.number.bytes;
  if (elements.numbers.size() % width != 0 || elements.numbers.size() / width != elements.count) {
    in.fail("a complex array of another length");
  }
}

void take_columns(const TypeTable& types, Elements& elements, ham::source& in) {
  const Type& row = types[elements.type];
  elements.form = Elements::Form::columns;
  elements.columns.resize(row.members.size());
  std::vector<bool> seen(row.members.size());
  if (!in.enter()) return;
  if (in.map() != row.members.size()) in.fail("a table with another number of columns");
  for (std::size_t index = 0; index < row.members.size() && in.ok(); ++index) {
    const ham::piece key = in.name();
    const auto is_key = [&](const Member& member) {
      return member.name == std::string_view(key.data, key.size);
    };
    auto found = row.members.begin() + static_cast<std::ptrdiff_t>(index);
    if (!is_key(*found)) found = std::find_if(row.members.begin(), row.members.end(), is_key);
    if (found == row.members.end())
      return in.fail("unknown column", key.data == nullptr ? "" : key.data, key.size);
    const auto at = static_cast<std::size_t>(found - row.members.begin());
    if (seen[at]) return in.fail("twice the column", key.data, key.size);
    seen[at] = true;
    elements.columns[at] = take_elements(types, found->type, in);
    if (index == 0) elements.count = elements.columns[at].count;
    if (elements.columns[at].count != elements.count) in.fail("columns of different lengths");
  }
  in.leave();
}

void take_items(Elements& elements, ham::source& in) {
  elements.form = Elements::Form::items;
  elements.count = in.array();
  elements.items = in;
  for (std::uint64_t index = 0; index < elements.count && in.ok(); ++index) in.skip();
}

template <class Integer>
Integer load(std::string_view bytes) {
  Integer value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// What the parts of a complex number are in a typed array.
std::optional<Number> part_number(const TypeTable& types, const Type& type) {
  if (type.kind != TypeKind::complex) return std::nullopt;
  return number_in(types, type.arguments.front());
}

}  // namespace

std::string_view Elements::take_number() {
  const std::string_view taken = numbers.substr(0, number.bytes);
  numbers.remove_prefix(taken.size());
  return taken;
}

void check_stored(const ham::source& in) {
  if (in.ok()) return;
  throw ValueError("", "the stored value is damaged: " + std::string(in.error()) + ", at byte " +
                           std::to_string(in.position()));
}

Elements take_elements(const TypeTable& types, std::uint32_t element, ham::source& in) {
  Elements elements;
  elements.type = element;
  const Type& type = types[element];
  const bool is_tagged = in.peek_major() == ham::tag_item;
  if (const auto number = number_in(types, element); number && is_tagged) {
    elements.number = *number;
    take_numbers(elements, in);
  } else if (const auto part = part_number(types, type); part && is_tagged) {
    elements.number = *part;
    take_complex(elements, in);
  } else if (is_table_row(type) && in.peek_major() == ham::map_item) {
    take_columns(types, elements, in);
  } else {
    take_items(elements, in);
  }
  if (!in.ok()) elements = {};
  return elements;
}

void pass_over(Elements& elements, std::uint64_t rows) {
  switch (elements.form) {
    case Elements::Form::numbers:
    case Elements::Form::complex: {
      const std::uint64_t per_row = elements.form == Elements::Form::complex ? 2 : 1;
      const std::uint64_t bytes = rows * per_row * elements.number.bytes;
      elements.numbers.remove_prefix(std::min<std::uint64_t>(bytes, elements.numbers.size()));
      break;
    }
    case Elements::Form::columns:
      for (Elements& column : elements.columns) pass_over(column, rows);
      break;
    case Elements::Form::items:
      for (std::uint64_t row = 0; row < rows && elements.items.ok(); ++row) elements.items.skip();
      break;
  }
}

double floating_from(const Number& number, std::string_view bytes) {
  if (bytes.size() < number.bytes) return 0;
  return number.bytes == 4 ? static_cast<double>(load<float>(bytes)) : load<double>(bytes);
}

std::int64_t signed_from(const Number& number, std::string_view bytes) {
  if (bytes.size() < number.bytes) return 0;
  switch (number.bytes) {
    case 1:
      return load<std::int8_t>(bytes);
    case 2:
      return load<std::int16_t>(bytes);
    case 4:
      return load<std::int32_t>(bytes);
    default:
      return load<std::int64_t>(bytes);
  }
}

std::uint64_t unsigned_from(const Number& number, std::string_view bytes) {
  if (bytes.size() < number.bytes) return 0;
  switch (number.bytes) {
    case 1:
      return load<std::uint8_t>(bytes);
    case 2:
      return load<std::uint16_t>(bytes);
    case 4:
      return load<std::uint32_t>(bytes);
    default:
      return load<std::uint64_t>(bytes);
  }
}

}  // namespace hamcell
