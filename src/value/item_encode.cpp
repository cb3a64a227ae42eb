// Encodes what the user gave, JSON or CBOR, as ham::codec does for the described type.
#include <hamcell/sink.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "base/text.h"
#include "codec/date.h"
#include "value/base64.h"
#include "value/data_item.h"
#include "value/encoding.h"
#include "value/json.h"
#include "value/order.h"
#include "value/tensor.h"

namespace hamcell {

namespace {

/// What is wrong, at a part of the document; the path is found when it is reported.
struct Misfit {
  const DataItem* part;
  std::string problem;
};

/// The rows of a column: one part of the document for each.
using Column = std::span<const DataItem* const>;

const DataItem null_value;  // stands for an optional member that was left out

class Encoder {
 public:
  Encoder(const TypeTable& types, ham::sink& out) : types_(types), out_(out) {}

  void encode(std::uint32_t index, const DataItem& given) {
    const Type& type = types_[index];
    if (given.tag && type.kind != TypeKind::custom)
      throw Misfit{&given, "a value with CBOR's tag " + std::to_string(*given.tag) + " cannot be read as " +
                               type.name + ": give it without the tag"};
    switch (type.kind) {
      case TypeKind::boolean:
        need(given, DataItem::Kind::boolean, "true or false");
        return out_.boolean(given.boolean);
      case TypeKind::integer:
      case TypeKind::enumeration:
        return encode_integer(integer_from(type, given));
      case TypeKind::floating:
        return encode_floating(type, given);
      case TypeKind::text:
      case TypeKind::path:
        return encode_text(given);
      case TypeKind::date:
        return encode_date(type, given);
      case TypeKind::duration:
      case TypeKind::time_point:
        return encode(type.arguments.front(), given);
      case TypeKind::optional:
        return encode_optional(type, given);
      case TypeKind::variant:
        return encode_variant(type, given);
      case TypeKind::monostate:
        need(given, DataItem::Kind::null, "null");
        return out_.null();
      case TypeKind::tuple:
        return encode_tuple(type, given);
      case TypeKind::complex:
        return encode_complex(type, given);
      case TypeKind::sequence:
      case TypeKind::array:
        return encode_sequence(type, given);
      case TypeKind::set:
        return encode_set(type, given);
      case TypeKind::map:
        return encode_map(type, given);
      case TypeKind::structure:
        return encode_structure(type, given);
      case TypeKind::tensor:
        return encode_tensor(type, given);
      case TypeKind::view:
        return encode(owner_of(types_, index), given);
      case TypeKind::custom:
        return encode_as_it_stands(given);
      case TypeKind::opaque:
        throw Misfit{&given,
                     type.why_opaque.empty() ? type.name + " cannot be given as JSON" : type.why_opaque};
    }
  }

 private:
  /// An integer of up to 64 bits: the bits, and whether they are below zero.
  struct Integer {
    std::uint64_t bits;
    bool is_negative;
  };

  static void need(const DataItem& given, DataItem::Kind kind, const std::string& wanted) {
    if (given.kind != kind) throw Misfit{&given, "expected " + wanted + ", not " + description_of(given)};
  }

  // ---- Numbers

  void encode_integer(Integer integer) {
    if (integer.is_negative) {
      out_.signed_integer(static_cast<std::int64_t>(integer.bits));
    } else {
      out_.unsigned_integer(integer.bits);
    }
  }

  static Integer integer_from(const Type& type, const DataItem& given) {
    if (type.kind == TypeKind::enumeration) return enumerator_from(type, given);
    return whole_number_from(type, given);
  }

  static Integer whole_number_from(const Type& type, const DataItem& given) {
    bool is_negative = given.is_negative;
    std::uint64_t magnitude = given.magnitude;
    if (given.kind == DataItem::Kind::real) {
      // 1e3 and 3.0 are whole; beyond 2^53 the text would not say which whole number is meant.
      constexpr double exact = 0x1p53;
      if (std::fabs(given.real) >= 0x1p63 && given.text.find_first_of(".eE") == std::string::npos)
        throw out_of_range(type, given);
      if (!(std::fabs(given.real) <= exact) || given.real != std::trunc(given.real)) {
        throw Misfit{&given, given.text + " is not a whole number"};
      }
      is_negative = given.real < 0;
      magnitude = static_cast<std::uint64_t>(std::fabs(given.real));
    } else {
      need(given, DataItem::Kind::integer, "a whole number");
    }
    if (magnitude > limit(type, is_negative)) throw out_of_range(type, given);
    return {is_negative ? 0 - magnitude : magnitude, is_negative};
  }

  /// The largest absolute value on one side of zero.
  static std::uint64_t limit(const Type& type, bool is_negative) {
    const unsigned bits = std::clamp(type.bits, 1u, 64u);
    if (!type.is_signed) return is_negative ? 0 : ~std::uint64_t{0} >> (64 - bits);
    const std::uint64_t half = std::uint64_t{1} << (bits - 1);
    return is_negative ? half : half - 1;
  }

  static Misfit out_of_range(const Type& type, const DataItem& given) {
    const std::string least = type.is_signed ? "-" + std::to_string(limit(type, true)) : "0";
    return {&given, description_of(given) + " does not fit " + type.name + " (" + least + " to " +
                        std::to_string(limit(type, false)) + ")"};
  }

  static Integer enumerator_from(const Type& type, const DataItem& given) {
    if (given.kind == DataItem::Kind::integer) return whole_number_from(type, given);
    need(given, DataItem::Kind::string, "the name of one of " + type.name);
    for (const Enumerator& enumerator : type.enumerators) {
      if (enumerator.name == given.text) return value_of(type, enumerator);
    }
    std::vector<std::string> names;
    for (const Enumerator& enumerator : type.enumerators) names.push_back(enumerator.name);
    throw Misfit{&given,
                 type.name + " has no \"" + visible(given.text) + "\"" + suggestion(given.text, names)};
  }

  static Integer value_of(const Type& type, const Enumerator& enumerator) {
    return {static_cast<std::uint64_t>(enumerator.value), type.is_signed && enumerator.value < 0};
  }

  /// "; did you mean …?" or, where nothing is close, the first of what there is.
  static std::string suggestion(const std::string& word, const std::vector<std::string>& candidates) {
    constexpr std::size_t most = 8;
    if (const std::string close = closest_word(word, candidates); !close.empty()) {
      return "; did you mean \"" + close + "\"?";
    }
    if (candidates.empty() || candidates.size() > most) return {};
    return "; there is " + join(candidates, ", ");
  }

  void encode_floating(const Type& type, const DataItem& given) {
    if (type.bits == 32) {
      out_.floating(floating_from<float>(type, given));
    } else if (type.bits == extended_bits) {
      out_.floating(floating_from<long double>(type, given));
    } else {
      out_.floating(floating_from<double>(type, given));
    }
  }

  template <class Floating>
  static Floating floating_from(const Type& type, const DataItem& given) {
    if (given.kind == DataItem::Kind::string) return named_floating<Floating>(type, given);
    if (given.kind == DataItem::Kind::integer) {
      const auto magnitude = static_cast<Floating>(given.magnitude);
      return given.is_negative ? -magnitude : magnitude;
    }
    need(given, DataItem::Kind::real, "a number");
    if (given.is_cbor) return narrowed<Floating>(type, given);
    Floating value = 0;
    const char* end = given.text.data() + given.text.size();
    const auto [stopped, error] = std::from_chars(given.text.data(), end, value);
    if (error == std::errc::result_out_of_range) {
      // Too small is rounded, too large is refused.
      const long double wide = std::strtold(given.text.c_str(), nullptr);
      if (std::fabs(wide) > 1) throw Misfit{&given, given.text + " does not fit " + type.name};
      return static_cast<Floating>(sizeof(Floating) <= sizeof given.real ? given.real : wide);
    }
    return value;
  }

  /// A number that is no text: its bits are kept where it has the type's width.
  template <class Floating>
  static Floating narrowed(const Type& type, const DataItem& given) {
    const long double exact = given.bigfloat.value_or(given.real);
    const auto value = static_cast<Floating>(exact);
    if (std::isinf(value) && !std::isinf(exact))
      throw Misfit{&given, given.text + " does not fit " + type.name};
    return value;
  }

  template <class Floating>
  static Floating named_floating(const Type& type, const DataItem& given) {
    using limits = std::numeric_limits<Floating>;
    if (given.text == "NaN") return limits::quiet_NaN();
    if (given.text == "Infinity") return limits::infinity();
    if (given.text == "-Infinity") return -limits::infinity();
    throw Misfit{&given, "expected a number, \"NaN\", \"Infinity\" or \"-Infinity\" for " + type.name +
                             ", not " + description_of(given)};
  }

  /// A number as it lies in a typed array.
  void write_number(std::uint32_t index, const DataItem& given) {
    const Type& type = types_[index];
    const bool is_chrono = type.kind == TypeKind::duration || type.kind == TypeKind::time_point;
    if (is_chrono) return write_number(type.arguments.front(), given);
    if (type.kind != TypeKind::floating) {
      // Little-endian, so the low bytes come first.
      const std::uint64_t bits = integer_from(type, given).bits;
      out_.write(&bits, number_in(types_, index)->bytes);
    } else if (type.bits == 32) {
      const auto value = floating_from<float>(type, given);
      out_.write(&value, sizeof value);
    } else {
      const auto value = floating_from<double>(type, given);
      out_.write(&value, sizeof value);
    }
  }

  // ---- Strings

  static std::string bytes_from(const DataItem& given) {
    if (given.kind == DataItem::Kind::object && given.names == std::vector<std::string>{"base64"}) {
      const DataItem& encoded = given.items.front();
      need(encoded, DataItem::Kind::string, "base64 text");
      if (auto bytes = bytes_from_base64(encoded.text)) return *bytes;
      throw Misfit{&encoded, "not base64: " + description_of(encoded)};
    }
    if (given.kind == DataItem::Kind::bytes) return given.text;
    need(given, DataItem::Kind::string, "a string");
    return given.text;
  }

  void encode_text(const DataItem& given) {
    const std::string bytes = bytes_from(given);
    out_.text_or_bytes(bytes.data(), bytes.size());
  }

  void encode_date(const Type& type, const DataItem& given) {
    const bool is_date = given.kind == DataItem::Kind::string && date_from(given.text);
    if (!is_date)
      throw Misfit{&given,
                   "expected a date like \"2026-11-28\" for " + type.name + ", not " + description_of(given)};
    out_.text(given.text.data(), given.text.size());
  }

  // ---- Values inside others

  void encode_optional(const Type& type, const DataItem& given) {
    const std::uint32_t inner = type.arguments.front();
    const bool has_value = given.kind != DataItem::Kind::null;
    if (may_be_null(types_, inner)) {
      if (encode_wrapped(inner, given)) return;
      out_.array(has_value ? 1 : 0);
    } else if (!has_value) {
      out_.null();
    }
    if (has_value) encode(inner, given);
  }

  /// In CBOR an optional of what may itself be null is [] or [value].
  bool encode_wrapped(std::uint32_t inner, const DataItem& given) {
    if (!given.is_cbor || given.kind != DataItem::Kind::array || given.items.size() > 1) return false;
    std::string value;
    try {
      if (!given.items.empty()) value = encoded(inner, given.items.front());
    } catch (const Misfit&) {
      return false;
    }
    out_.array(given.items.size());
    out_.write(value.data(), value.size());
    return true;
  }

  /// In CBOR a variant is [index, value].
  bool encode_alternative(const Type& type, const DataItem& given) {
    if (!given.is_cbor || given.kind != DataItem::Kind::array || given.items.size() != 2) return false;
    const DataItem& index = given.items.front();
    const bool is_index = index.kind == DataItem::Kind::integer && !index.is_negative &&
                          index.magnitude < type.arguments.size();
    if (!is_index) return false;
    std::string value;
    try {
      value = encoded(type.arguments[index.magnitude], given.items[1]);
    } catch (const Misfit&) {
      return false;
    }
    out_.array(2);
    out_.unsigned_integer(index.magnitude);
    out_.write(value.data(), value.size());
    return true;
  }

  /// A variant is its value in JSON: the first alternative that it fits is taken, but for a whole number an
  /// integer before a floating-point type.
  void encode_variant(const Type& type, const DataItem& given) {
    if (encode_alternative(type, given)) return;
    std::string first_problem;
    for (const std::size_t index : order_of_trial(type, given)) {
      try {
        const std::string value = encoded(type.arguments[index], given);
        out_.array(2);
        out_.unsigned_integer(index);
        return out_.write(value.data(), value.size());
      } catch (const Misfit& misfit) {
        if (first_problem.empty()) first_problem = misfit.problem;
      }
    }
    throw Misfit{&given,
                 description_of(given) + " fits no alternative of " + type.name + ": " + first_problem};
  }

  std::vector<std::size_t> order_of_trial(const Type& type, const DataItem& given) const {
    std::vector<std::size_t> order;
    std::vector<std::size_t> last;
    for (std::size_t index = 0; index < type.arguments.size(); ++index) {
      const bool is_floating = types_[type.arguments[index]].kind == TypeKind::floating;
      const bool is_last = given.kind == DataItem::Kind::integer && is_floating;
      (is_last ? last : order).push_back(index);
    }
    order.insert(order.end(), last.begin(), last.end());
    return order;
  }

  void need_items(const DataItem& given, std::size_t count, const Type& type) const {
    need_array(given, type);
    check_count(given, given.elements().size(), count, type);
  }

  static void need_array(const DataItem& given, const Type& type) {
    if (given.kind != DataItem::Kind::numbers)
      need(given, DataItem::Kind::array, "an array for " + type.name);
  }

  static void check_count(const DataItem& given, std::uint64_t has, std::uint64_t needs, const Type& type) {
    if (has != needs)
      throw Misfit{&given,
                   type.name + " needs " + std::to_string(needs) + " elements, not " + std::to_string(has)};
  }

  void encode_tuple(const Type& type, const DataItem& given) {
    need_items(given, type.arguments.size(), type);
    const std::vector<DataItem>& parts = given.elements();
    out_.array(parts.size());
    for (std::size_t index = 0; index < parts.size(); ++index) encode(type.arguments[index], parts[index]);
  }

  void encode_complex(const Type& type, const DataItem& given) {
    need_items(given, 2, type);
    out_.array(2);
    for (const DataItem& part : given.elements()) encode(type.arguments.front(), part);
  }

  void encode_sequence(const Type& type, const DataItem& given) {
    const std::uint64_t count = encode_elements(type, type.arguments.front(), given);
    if (type.kind == TypeKind::array) check_count(given, count, type.extent, type);
  }

  /// Writes the elements of a sequence called `whole`, and gives how many there are.
  std::uint64_t encode_elements(const Type& whole, std::uint32_t element, const DataItem& given) {
    if (const std::optional<std::uint64_t> count = encode_block(element, given)) return *count;
    if (given.kind == DataItem::Kind::object && given.is_cbor && is_table_row(types_[element]))
      return encode_given_columns(whole, types_[element], given);
    need_array(given, whole);
    std::vector<const DataItem*> rows;
    rows.reserve(given.elements().size());
    for (const DataItem& item : given.elements()) rows.push_back(&item);
    encode_column(element, rows);
    return rows.size();
  }

  /// Numbers that lie in a typed array as they are to be stored. Those of an enum are not: which of them are
  /// its values is to be checked.
  std::optional<std::uint64_t> encode_block(std::uint32_t element, const DataItem& given) {
    const Type& type = types_[element];
    const bool is_complex = type.kind == TypeKind::complex;
    const std::optional<Number> number = number_in(types_, is_complex ? type.arguments.front() : element);
    if (!number || type.kind == TypeKind::enumeration) return std::nullopt;
    const bool is_octets = given.kind == DataItem::Kind::bytes && number->bytes == 1 && !given.tag;
    const bool is_same = given.kind == DataItem::Kind::numbers && given.number == *number && !given.tag &&
                         (is_complex ? given.shape.size() == 2 && given.shape[1] == 2 : given.shape.empty());
    if (!is_same && (!is_octets || is_complex)) return std::nullopt;
    const std::uint64_t count = given.text.size() / number->bytes / (is_complex ? 2 : 1);
    if (is_complex) write_complex_head(count);
    write_typed_array_head(*number, given.text.size() / number->bytes);
    out_.write(given.text.data(), given.text.size());
    return count;
  }

  /// A table as it is stored: an object of columns.
  std::uint64_t encode_given_columns(const Type& whole, const Type& row, const DataItem& given) {
    const std::vector<const DataItem*> columns = members_of(row, given, true);
    enter(given);
    out_.map(columns.size());
    std::uint64_t count = 0;
    for (std::size_t index = 0; index < columns.size(); ++index) {
      const Member& member = row.members[index];
      if (member.bit_width != 0)
        for (const DataItem& value : columns[index]->elements()) check_bit_width(member, value);
      out_.name(member.name.c_str());
      const std::uint64_t length = encode_elements(whole, member.type, *columns[index]);
      if (index == 0) count = length;
      if (length != count)
        throw Misfit{columns[index], "this column has " + std::to_string(length) +
                                         " rows, and the first one " + std::to_string(count)};
    }
    out_.leave();
    return count;
  }

  // ---- Arrays of several dimensions

  void encode_tensor(const Type& type, const DataItem& given) {
    const std::uint32_t element = type.arguments.front();
    const bool is_complex = types_[element].kind == TypeKind::complex;
    std::vector<std::uint64_t> shape = shape_of(given);
    if (is_complex && !shape.empty()) shape.pop_back();
    check_shape(type, given, shape);
    out_.tag(type.is_column_major ? 1040 : 40);
    out_.array(2);
    out_.array(shape.size());
    for (const std::uint64_t extent : shape) out_.unsigned_integer(extent);
    if (encode_tensor_block(type, given, shape)) return;
    std::vector<const DataItem*> elements;
    // Extents without elements may be any numbers, which are not counted to.
    const bool is_empty = given.kind == DataItem::Kind::numbers && given.text.empty();
    if (!is_empty) collect(type, given, shape, 0, elements);
    if (type.is_column_major) {
      std::vector<const DataItem*> ordered(elements.size());
      std::size_t from = 0;
      for (const std::size_t to : column_order(shape)) ordered[to] = elements[from++];
      elements = std::move(ordered);
    }
    encode_column(element, elements);
  }

  /// How long the arrays inside each other are, by the first of each.
  static std::vector<std::uint64_t> shape_of(const DataItem& given) {
    if (given.kind == DataItem::Kind::numbers && !given.shape.empty()) return given.shape;
    std::vector<std::uint64_t> shape;
    const DataItem* at = &given;
    while (at->kind == DataItem::Kind::array || at->kind == DataItem::Kind::numbers) {
      shape.push_back(at->elements().size());
      if (at->elements().empty()) break;
      at = &at->elements().front();
    }
    return shape;
  }

  static std::string shape_text(const std::vector<std::uint64_t>& extents) {
    std::vector<std::string> parts;
    for (const std::uint64_t extent : extents) parts.push_back(extent == 0 ? "n" : std::to_string(extent));
    return join(parts, " × ");
  }

  /// An array without rows says nothing of how long they are; it is taken as empty.
  static void check_shape(const Type& type, const DataItem& given, std::vector<std::uint64_t>& shape) {
    if (type.extents.empty()) return;
    if (shape.empty())
      throw Misfit{&given, "expected an array of arrays for " + type.name + ", not " + description_of(given)};
    if (shape.back() == 0 && shape.size() < type.extents.size()) {
      shape.insert(shape.end(), type.extents.begin() + static_cast<std::ptrdiff_t>(shape.size()),
                   type.extents.end());
    }
    bool fits = shape.size() == type.extents.size();
    for (std::size_t i = 0; fits && i < shape.size(); ++i)
      fits = type.extents[i] == 0 || type.extents[i] == shape[i];
    if (!fits)
      throw Misfit{&given,
                   type.name + " is " + shape_text(type.extents) + ", and this is " + shape_text(shape)};
  }

  /// The elements in the order of rows.
  void collect(const Type& type, const DataItem& given, const std::vector<std::uint64_t>& shape,
               std::size_t dimension, std::vector<const DataItem*>& elements) {
    if (dimension == shape.size()) return elements.push_back(&given);
    need_array(given, type);
    check_count(given, given.elements().size(), shape[dimension], type);
    for (const DataItem& row : given.elements()) collect(type, row, shape, dimension + 1, elements);
  }

  /// Numbers that are to be stored as they are given, perhaps in another order.
  bool encode_tensor_block(const Type& type, const DataItem& given, const std::vector<std::uint64_t>& shape) {
    const std::uint32_t element = type.arguments.front();
    const bool is_complex = types_[element].kind == TypeKind::complex;
    const std::optional<Number> number =
        number_in(types_, is_complex ? types_[element].arguments.front() : element);
    const bool is_same = number && types_[element].kind != TypeKind::enumeration && !given.tag &&
                         given.kind == DataItem::Kind::numbers && given.number == *number;
    if (!is_same) return false;
    const std::size_t width = std::size_t{number->bytes} * (is_complex ? 2 : 1);
    if (is_complex) write_complex_head(given.text.size() / width);
    write_typed_array_head(*number, given.text.size() / number->bytes);
    const std::string ordered =
        type.is_column_major ? column_by_column(given.text, shape, width) : given.text;
    out_.write(ordered.data(), ordered.size());
    return true;
  }

  // ---- Columns

  void encode_column(std::uint32_t index, Column rows) {
    const Type& type = types_[index];
    if (const auto number = number_in(types_, index)) {
      write_typed_array_head(*number, rows.size());
      for (const DataItem* row : rows) write_number(index, *row);
    } else if (type.kind == TypeKind::complex) {
      encode_complex_column(type, rows);
    } else if (is_table_row(type)) {
      encode_table(type, rows);
    } else {
      out_.array(rows.size());
      for (const DataItem* row : rows) encode(index, *row);
    }
  }

  void write_typed_array_head(const Number& number, std::size_t count) {
    out_.tag(number.array_tag());
    out_.head(ham::bytes_item, count * number.bytes);
  }

  void write_complex_head(std::uint64_t count) {
    out_.tag(40);
    out_.array(2);
    out_.array(2);
    out_.unsigned_integer(count);
    out_.unsigned_integer(2);
  }

  void encode_complex_column(const Type& type, Column rows) {
    const std::uint32_t part_type = type.arguments.front();
    const std::optional<Number> number = number_in(types_, part_type);
    if (!number) {
      out_.array(rows.size());
      for (const DataItem* row : rows) encode_complex(type, *row);
      return;
    }
    write_complex_head(rows.size());
    write_typed_array_head(*number, rows.size() * 2);
    for (const DataItem* row : rows) {
      need_items(*row, 2, type);
      for (const DataItem& part : row->elements()) write_number(part_type, part);
    }
  }

  void encode_table(const Type& type, Column rows) {
    std::vector<std::vector<const DataItem*>> columns(type.members.size());
    for (const DataItem* row : rows) {
      const auto values = members_of(type, *row);
      for (std::size_t index = 0; index < columns.size(); ++index) columns[index].push_back(values[index]);
    }
    enter(rows.empty() ? null_value : *rows.front());
    out_.map(type.members.size());
    for (std::size_t index = 0; index < columns.size(); ++index) {
      out_.name(type.members[index].name.c_str());
      encode_column(type.members[index].type, columns[index]);
    }
    out_.leave();
  }

  void encode_structure(const Type& type, const DataItem& given) {
    const auto values = members_of(type, given);
    enter(given);
    out_.map(values.size());
    for (std::size_t index = 0; index < values.size(); ++index) {
      out_.name(type.members[index].name.c_str());
      encode(type.members[index].type, *values[index]);
    }
    out_.leave();
  }

  void enter(const DataItem& given) {
    if (!out_.enter()) throw Misfit{&given, out_.error()};
  }

  /// The values of an object in the order of the structure's members.
  /// With `as_columns` they are columns, none of which may be left out.
  std::vector<const DataItem*> members_of(const Type& type, const DataItem& given,
                                          bool as_columns = false) const {
    need(given, DataItem::Kind::object, "an object for " + type.name);
    std::vector<const DataItem*> values(type.members.size());
    for (std::size_t index = 0; index < given.items.size(); ++index) {
      const std::size_t member = member_called(type, given, given.names[index], index);
      if (values[member] != nullptr) throw Misfit{&given.items[index], "the member is given twice"};
      values[member] = &given.items[index];
      if (!as_columns) check_bit_width(type.members[member], given.items[index]);
    }
    for (std::size_t member = 0; member < values.size(); ++member) {
      if (values[member] != nullptr) continue;
      const bool may_miss = !as_columns && types_[type.members[member].type].kind == TypeKind::optional;
      if (!may_miss)
        throw Misfit{&given, "missing member \"" + type.members[member].name + "\" of " + type.name};
      values[member] = &null_value;
    }
    return values;
  }

  /// `guess` is where it is when the object has the members in their order.
  static std::size_t member_called(const Type& type, const DataItem& given, const std::string& name,
                                   std::size_t guess) {
    if (guess < type.members.size() && type.members[guess].name == name) return guess;
    std::vector<std::string> names;
    for (std::size_t index = 0; index < type.members.size(); ++index) {
      if (type.members[index].name == name) return index;
      names.push_back(type.members[index].name);
    }
    throw Misfit{&given,
                 "unknown member \"" + visible(name) + "\" of " + type.name + suggestion(name, names)};
  }

  void check_bit_width(const Member& member, const DataItem& given) const {
    Type narrow = types_[member.type];
    if (member.bit_width == 0 || narrow.kind == TypeKind::boolean) return;
    const Integer integer = integer_from(narrow, given);
    narrow.bits = member.bit_width;
    const std::uint64_t magnitude = integer.is_negative ? 0 - integer.bits : integer.bits;
    if (magnitude > limit(narrow, integer.is_negative)) {
      throw Misfit{&given, description_of(given) + " does not fit a bit-field of " +
                               std::to_string(member.bit_width) + " bits"};
    }
  }

  // ---- Sets and maps

  /// An element or entry that is to be sorted by its encoded key.
  struct Keyed {
    std::string key;        // encoded
    const DataItem* place;  // for messages
    const DataItem* value;  // the element, or the mapped value
    std::string after_key;  // decides between equal keys of an unordered container: the encoded value
  };

  std::string encoded(std::uint32_t type, const DataItem& given) const {
    ham::sink bytes;
    Encoder(types_, bytes).encode(type, given);
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
  }

  /// Puts entries into the order of the C++ container, and refuses equal keys where they may not be.
  void sort(const Type& type, std::vector<Keyed>& entries) const {
    const std::uint32_t key = type.arguments.front();
    const auto compare = [&](const Keyed& left, const Keyed& right) {
      if (!type.unordered) return compare_values(types_, key, left.key, right.key);
      const int order = left.key.compare(right.key);
      return order != 0 ? order : left.after_key.compare(right.after_key);
    };
    std::sort(entries.begin(), entries.end(), [&](const Keyed& left, const Keyed& right) {
      const int order = compare(left, right);
      // Equal keys of a multimap stay in the order in which they were given; they are items of one array.
      return order != 0 ? order < 0 : left.place < right.place;
    });
    if (type.multi) return;
    const auto twice =
        std::adjacent_find(entries.begin(), entries.end(), [&](const Keyed& left, const Keyed& right) {
          return compare(left, right) == 0 || left.key == right.key;
        });
    if (twice == entries.end()) return;
    const char* what =
        type.kind == TypeKind::set ? "an element of a set is given twice" : "a key is given twice";
    throw Misfit{std::next(twice)->place, what};
  }

  void encode_set(const Type& type, const DataItem& given) {
    const std::uint32_t element = type.arguments.front();
    need_array(given, type);
    std::vector<Keyed> entries;
    for (const DataItem& item : given.elements())
      entries.push_back({encoded(element, item), &item, &item, {}});
    sort(type, entries);
    if (number_in(types_, element) || types_[element].kind == TypeKind::complex) {
      std::vector<const DataItem*> values;
      for (const Keyed& entry : entries) values.push_back(entry.value);
      return encode_column(element, values);
    }
    out_.array(entries.size());
    for (const Keyed& entry : entries) out_.write(entry.key.data(), entry.key.size());
  }

  void encode_map(const Type& type, const DataItem& given) {
    std::vector<Keyed> entries = entries_of(type, given);
    if (type.unordered && type.multi) {
      for (Keyed& entry : entries) entry.after_key = encoded(type.arguments[1], *entry.value);
    }
    sort(type, entries);
    const bool is_object = is_object_map(types_, type);
    if (is_object) {
      out_.map(entries.size());
    } else {
      out_.array(entries.size());
    }
    for (const Keyed& entry : entries) {
      if (!is_object) out_.array(2);
      out_.write(entry.key.data(), entry.key.size());
      // Not encoded twice: in maps inside each other that would double with each level.
      if (entry.after_key.empty()) {
        encode(type.arguments[1], *entry.value);
      } else {
        out_.write(entry.after_key.data(), entry.after_key.size());
      }
    }
  }

  std::vector<Keyed> entries_of(const Type& type, const DataItem& given) const {
    const std::uint32_t key = type.arguments.front();
    std::vector<Keyed> entries;
    if (given.kind == DataItem::Kind::object && is_object_map(types_, type)) {
      for (std::size_t index = 0; index < given.items.size(); ++index) {
        entries.push_back(
            {encoded_name(key, given, given.names[index]), &given.items[index], &given.items[index], {}});
      }
      return entries;
    }
    if (given.kind != DataItem::Kind::numbers)
      need(given, DataItem::Kind::array,
           is_object_map(types_, type) ? "an object for " + type.name
                                       : "an array of [key, value] for " + type.name);
    for (const DataItem& pair : given.elements()) {
      const bool is_array = pair.kind == DataItem::Kind::array || pair.kind == DataItem::Kind::numbers;
      if (!is_array || pair.elements().size() != 2)
        throw Misfit{&pair, "expected [key, value], not " + description_of(pair)};
      entries.push_back({encoded(key, pair.elements()[0]), &pair, &pair.elements()[1], {}});
    }
    return entries;
  }

  /// A key from the name in an object, where numbers are written as text.
  std::string encoded_name(std::uint32_t key, const DataItem& object, const std::string& name) const {
    DataItem given;
    given.kind = DataItem::Kind::string;
    given.text = name;
    const Type& type = types_[key];
    const bool is_number = !name.empty() && name.find_first_not_of("-0123456789") == std::string::npos;
    if (type.kind == TypeKind::integer || (type.kind == TypeKind::enumeration && is_number)) {
      given.kind = DataItem::Kind::integer;
      given.is_negative = name.starts_with('-');
      const char* begin = name.data() + (given.is_negative ? 1 : 0);
      const char* end = name.data() + name.size();
      const auto [stopped, error] = std::from_chars(begin, end, given.magnitude);
      if (error != std::errc() || stopped != end) {
        throw Misfit{&object, "the key \"" + visible(name) + "\" is not a number that fits " + type.name};
      }
    }
    try {
      return encoded(key, given);
    } catch (const Misfit& misfit) {
      throw Misfit{&object, "the key \"" + visible(name) + "\": " + misfit.problem};
    }
  }

  // ---- Without a type

  void encode_as_it_stands(const DataItem& given) {
    if (given.is_cbor) return out_.write(given.raw.data(), given.raw.size());
    enter(given);  // as deep as it can be shown again
    encode_item_as_it_stands(given);
    out_.leave();
  }

  void encode_item_as_it_stands(const DataItem& given) {
    switch (given.kind) {
      case DataItem::Kind::null:
        return out_.null();
      case DataItem::Kind::boolean:
        return out_.boolean(given.boolean);
      case DataItem::Kind::integer:
        return out_.head(given.is_negative ? ham::negative_item : ham::unsigned_item,
                         given.is_negative ? given.magnitude - 1 : given.magnitude);
      case DataItem::Kind::real:
        if (std::isinf(given.real)) throw Misfit{&given, given.text + " does not fit double"};
        return out_.floating(given.real);
      case DataItem::Kind::string:
        return out_.text(given.text.data(), given.text.size());
      case DataItem::Kind::array:
        out_.array(given.items.size());
        break;
      case DataItem::Kind::object:
        out_.map(given.items.size());
        break;
      case DataItem::Kind::bytes:
      case DataItem::Kind::numbers:
        return;  // of CBOR only
    }
    for (std::size_t index = 0; index < given.items.size(); ++index) {
      if (given.kind == DataItem::Kind::object)
        out_.text(given.names[index].data(), given.names[index].size());
      encode_as_it_stands(given.items[index]);
    }
  }

  const TypeTable& types_;
  ham::sink& out_;
};

std::string bytes_of(const ham::sink& out) {
  if (out.error() != nullptr) throw ValueError("", out.error());
  return {out.data(), static_cast<std::size_t>(out.size())};
}

std::string encode_item(const TypeTable& types, std::uint32_t type, const DataItem& root) {
  ham::sink out;
  try {
    Encoder(types, out).encode(type, root);
  } catch (const Misfit& misfit) {
    throw ValueError(path_to(root, *misfit.part), misfit.problem);
  }
  return bytes_of(out);
}

}  // namespace

std::string cbor_from_json(const TypeTable& types, std::uint32_t type, std::string_view json_text) {
  return encode_item(types, type, parse_json(json_text));
}

std::string cbor_from_any_cbor(const TypeTable& types, std::uint32_t type, std::string_view cbor) {
  return encode_item(types, type, parse_cbor(cbor));
}

std::string cbor_from_text(const TypeTable& types, std::uint32_t type, std::string_view text) {
  const Type& owner = types[owner_of(types, type)];
  if (owner.kind != TypeKind::text && owner.kind != TypeKind::path) {
    throw ValueError("", types[type].name + " is not a string");
  }
  ham::sink out;
  out.text_or_bytes(text.data(), text.size());
  return bytes_of(out);
}

}  // namespace hamcell
