// Reads JSON as a value of a described type, and encodes it as ham::codec does.
#include <hamcell/sink.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "base/text.h"
#include "value/base64.h"
#include "value/encoding.h"
#include "value/json.h"
#include "value/json_document.h"
#include "value/order.h"

namespace hamcell {

namespace {

/// What is wrong, at a part of the document; the path is found when it is reported.
struct Misfit {
  const JsonValue* part;
  std::string problem;
};

/// The rows of a column: one part of the document for each.
using Column = std::span<const JsonValue* const>;

const JsonValue null_value;  // stands for an optional member that was left out

class Encoder {
 public:
  Encoder(const TypeTable& types, ham::sink& out) : types_(types), out_(out) {}

  void encode(std::uint32_t index, const JsonValue& json) {
    const Type& type = types_[index];
    switch (type.kind) {
      case TypeKind::boolean:
        need(json, JsonValue::Kind::boolean, "true or false");
        return out_.boolean(json.boolean);
      case TypeKind::integer:
      case TypeKind::enumeration:
        return encode_integer(integer_from(type, json));
      case TypeKind::floating:
        return encode_floating(type, json);
      case TypeKind::text:
      case TypeKind::path:
        return encode_text(json);
      case TypeKind::duration:
      case TypeKind::time_point:
        return encode(type.arguments.front(), json);
      case TypeKind::optional:
        return encode_optional(type, json);
      case TypeKind::variant:
        return encode_variant(type, json);
      case TypeKind::monostate:
        need(json, JsonValue::Kind::null, "null");
        return out_.null();
      case TypeKind::tuple:
        return encode_tuple(type, json);
      case TypeKind::complex:
        return encode_complex(type, json);
      case TypeKind::sequence:
      case TypeKind::array:
        return encode_sequence(type, json);
      case TypeKind::set:
        return encode_set(type, json);
      case TypeKind::map:
        return encode_map(type, json);
      case TypeKind::structure:
        return encode_structure(type, json);
      case TypeKind::view:
        return encode(owner_of(types_, index), json);
      case TypeKind::custom:
        return encode_as_it_stands(json);
      case TypeKind::opaque:
        throw Misfit{&json,
                     type.why_opaque.empty() ? type.name + " cannot be given as JSON" : type.why_opaque};
    }
  }

 private:
  /// An integer of up to 64 bits: the bits, and whether they are below zero.
  struct Integer {
    std::uint64_t bits;
    bool is_negative;
  };

  static void need(const JsonValue& json, JsonValue::Kind kind, const std::string& wanted) {
    if (json.kind != kind) throw Misfit{&json, "expected " + wanted + ", not " + description_of(json)};
  }

  // ---- Numbers

  void encode_integer(Integer integer) {
    if (integer.is_negative) {
      out_.signed_integer(static_cast<std::int64_t>(integer.bits));
    } else {
      out_.unsigned_integer(integer.bits);
    }
  }

  static Integer integer_from(const Type& type, const JsonValue& json) {
    if (type.kind == TypeKind::enumeration) return enumerator_from(type, json);
    return whole_number_from(type, json);
  }

  static Integer whole_number_from(const Type& type, const JsonValue& json) {
    bool is_negative = json.is_negative;
    std::uint64_t magnitude = json.magnitude;
    if (json.kind == JsonValue::Kind::real) {
      // 1e3 and 3.0 are whole; beyond 2^53 the text would not say which whole number is meant.
      constexpr double exact = 0x1p53;
      if (std::fabs(json.real) >= 0x1p63 && json.text.find_first_of(".eE") == std::string::npos)
        throw out_of_range(type, json);
      if (!(std::fabs(json.real) <= exact) || json.real != std::trunc(json.real)) {
        throw Misfit{&json, json.text + " is not a whole number"};
      }
      is_negative = json.real < 0;
      magnitude = static_cast<std::uint64_t>(std::fabs(json.real));
    } else {
      need(json, JsonValue::Kind::integer, "a whole number");
    }
    if (magnitude > limit(type, is_negative)) throw out_of_range(type, json);
    return {is_negative ? 0 - magnitude : magnitude, is_negative};
  }

  /// The largest absolute value on one side of zero.
  static std::uint64_t limit(const Type& type, bool is_negative) {
    const unsigned bits = std::clamp(type.bits, 1u, 64u);
    if (!type.is_signed) return is_negative ? 0 : ~std::uint64_t{0} >> (64 - bits);
    const std::uint64_t half = std::uint64_t{1} << (bits - 1);
    return is_negative ? half : half - 1;
  }

  static Misfit out_of_range(const Type& type, const JsonValue& json) {
    const std::string least = type.is_signed ? "-" + std::to_string(limit(type, true)) : "0";
    return {&json, description_of(json) + " does not fit " + type.name + " (" + least + " to " +
                       std::to_string(limit(type, false)) + ")"};
  }

  static Integer enumerator_from(const Type& type, const JsonValue& json) {
    if (json.kind == JsonValue::Kind::integer) return whole_number_from(type, json);
    need(json, JsonValue::Kind::string, "the name of one of " + type.name);
    for (const Enumerator& enumerator : type.enumerators) {
      if (enumerator.name == json.text) return value_of(type, enumerator);
    }
    std::vector<std::string> names;
    for (const Enumerator& enumerator : type.enumerators) names.push_back(enumerator.name);
    throw Misfit{&json, type.name + " has no \"" + visible(json.text) + "\"" + suggestion(json.text, names)};
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

  void encode_floating(const Type& type, const JsonValue& json) {
    if (type.bits == 32) {
      out_.floating(floating_from<float>(type, json));
    } else {
      out_.floating(floating_from<double>(type, json));
    }
  }

  template <class Floating>
  static Floating floating_from(const Type& type, const JsonValue& json) {
    if (json.kind == JsonValue::Kind::string) return named_floating<Floating>(type, json);
    if (json.kind == JsonValue::Kind::integer) {
      const auto magnitude = static_cast<Floating>(json.magnitude);
      return json.is_negative ? -magnitude : magnitude;
    }
    need(json, JsonValue::Kind::real, "a number");
    Floating value = 0;
    const char* end = json.text.data() + json.text.size();
    const auto [stopped, error] = std::from_chars(json.text.data(), end, value);
    if (error == std::errc::result_out_of_range) {
      // Too small is rounded, too large is refused.
      if (std::fabs(json.real) > 1) throw Misfit{&json, json.text + " does not fit " + type.name};
      return static_cast<Floating>(json.real);
    }
    return value;
  }

  template <class Floating>
  static Floating named_floating(const Type& type, const JsonValue& json) {
    using limits = std::numeric_limits<Floating>;
    if (json.text == "NaN") return limits::quiet_NaN();
    if (json.text == "Infinity") return limits::infinity();
    if (json.text == "-Infinity") return -limits::infinity();
    throw Misfit{&json, "expected a number, \"NaN\", \"Infinity\" or \"-Infinity\" for " + type.name +
                            ", not " + description_of(json)};
  }

  /// A number as it lies in a typed array.
  void write_number(std::uint32_t index, const JsonValue& json) {
    const Type& type = types_[index];
    const bool is_chrono = type.kind == TypeKind::duration || type.kind == TypeKind::time_point;
    if (is_chrono) return write_number(type.arguments.front(), json);
    if (type.kind != TypeKind::floating) {
      // Little-endian, so the low bytes come first.
      const std::uint64_t bits = integer_from(type, json).bits;
      out_.write(&bits, number_in(types_, index)->bytes);
    } else if (type.bits == 32) {
      const auto value = floating_from<float>(type, json);
      out_.write(&value, sizeof value);
    } else {
      const auto value = floating_from<double>(type, json);
      out_.write(&value, sizeof value);
    }
  }

  // ---- Strings

  static std::string bytes_from(const JsonValue& json) {
    if (json.kind == JsonValue::Kind::object && json.names == std::vector<std::string>{"base64"}) {
      const JsonValue& encoded = json.items.front();
      need(encoded, JsonValue::Kind::string, "base64 text");
      if (auto bytes = bytes_from_base64(encoded.text)) return *bytes;
      throw Misfit{&encoded, "not base64: " + description_of(encoded)};
    }
    need(json, JsonValue::Kind::string, "a string");
    return json.text;
  }

  void encode_text(const JsonValue& json) {
    const std::string bytes = bytes_from(json);
    out_.text_or_bytes(bytes.data(), bytes.size());
  }

  // ---- Values inside others

  void encode_optional(const Type& type, const JsonValue& json) {
    const std::uint32_t inner = type.arguments.front();
    const bool has_value = json.kind != JsonValue::Kind::null;
    if (may_be_null(types_, inner)) {
      out_.array(has_value ? 1 : 0);
    } else if (!has_value) {
      out_.null();
    }
    if (has_value) encode(inner, json);
  }

  /// A variant is its value in JSON: the first alternative that it fits is taken, but for a whole number an
  /// integer before a floating-point type.
  void encode_variant(const Type& type, const JsonValue& json) {
    std::string first_problem;
    for (const std::size_t index : order_of_trial(type, json)) {
      try {
        const std::string value = encoded(type.arguments[index], json);
        out_.array(2);
        out_.unsigned_integer(index);
        return out_.write(value.data(), value.size());
      } catch (const Misfit& misfit) {
        if (first_problem.empty()) first_problem = misfit.problem;
      }
    }
    throw Misfit{&json, description_of(json) + " fits no alternative of " + type.name + ": " + first_problem};
  }

  std::vector<std::size_t> order_of_trial(const Type& type, const JsonValue& json) const {
    std::vector<std::size_t> order;
    std::vector<std::size_t> last;
    for (std::size_t index = 0; index < type.arguments.size(); ++index) {
      const bool is_floating = types_[type.arguments[index]].kind == TypeKind::floating;
      const bool is_last = json.kind == JsonValue::Kind::integer && is_floating;
      (is_last ? last : order).push_back(index);
    }
    order.insert(order.end(), last.begin(), last.end());
    return order;
  }

  void need_items(const JsonValue& json, std::size_t count, const Type& type) const {
    need(json, JsonValue::Kind::array, "an array for " + type.name);
    if (json.items.size() == count) return;
    throw Misfit{&json, type.name + " needs " + std::to_string(count) + " elements, not " +
                            std::to_string(json.items.size())};
  }

  void encode_tuple(const Type& type, const JsonValue& json) {
    need_items(json, type.arguments.size(), type);
    out_.array(json.items.size());
    for (std::size_t index = 0; index < json.items.size(); ++index) {
      encode(type.arguments[index], json.items[index]);
    }
  }

  void encode_complex(const Type& type, const JsonValue& json) {
    need_items(json, 2, type);
    out_.array(2);
    for (const JsonValue& part : json.items) encode(type.arguments.front(), part);
  }

  void encode_sequence(const Type& type, const JsonValue& json) {
    need(json, JsonValue::Kind::array, "an array for " + type.name);
    if (type.kind == TypeKind::array) need_items(json, type.extent, type);
    std::vector<const JsonValue*> rows;
    rows.reserve(json.items.size());
    for (const JsonValue& item : json.items) rows.push_back(&item);
    encode_column(type.arguments.front(), rows);
  }

  // ---- Columns

  void encode_column(std::uint32_t index, Column rows) {
    const Type& type = types_[index];
    if (const auto number = number_in(types_, index)) {
      write_typed_array_head(*number, rows.size());
      for (const JsonValue* row : rows) write_number(index, *row);
    } else if (type.kind == TypeKind::complex) {
      encode_complex_column(type, rows);
    } else if (is_table_row(type)) {
      encode_table(type, rows);
    } else {
      out_.array(rows.size());
      for (const JsonValue* row : rows) encode(index, *row);
    }
  }

  void write_typed_array_head(const Number& number, std::size_t count) {
    out_.tag(number.array_tag());
    out_.head(ham::bytes_item, count * number.bytes);
  }

  void encode_complex_column(const Type& type, Column rows) {
    const std::uint32_t part_type = type.arguments.front();
    out_.tag(40);
    out_.array(2);
    out_.array(2);
    out_.unsigned_integer(rows.size());
    out_.unsigned_integer(2);
    write_typed_array_head(*number_in(types_, part_type), rows.size() * 2);
    for (const JsonValue* row : rows) {
      need_items(*row, 2, type);
      for (const JsonValue& part : row->items) write_number(part_type, part);
    }
  }

  void encode_table(const Type& type, Column rows) {
    std::vector<std::vector<const JsonValue*>> columns(type.members.size());
    for (const JsonValue* row : rows) {
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

  void encode_structure(const Type& type, const JsonValue& json) {
    const auto values = members_of(type, json);
    enter(json);
    out_.map(values.size());
    for (std::size_t index = 0; index < values.size(); ++index) {
      out_.name(type.members[index].name.c_str());
      encode(type.members[index].type, *values[index]);
    }
    out_.leave();
  }

  void enter(const JsonValue& json) {
    if (!out_.enter()) throw Misfit{&json, out_.error()};
  }

  /// The values of an object in the order of the structure's members.
  std::vector<const JsonValue*> members_of(const Type& type, const JsonValue& json) const {
    need(json, JsonValue::Kind::object, "an object for " + type.name);
    std::vector<const JsonValue*> values(type.members.size());
    for (std::size_t index = 0; index < json.items.size(); ++index) {
      const std::size_t member = member_called(type, json, json.names[index], index);
      if (values[member] != nullptr) throw Misfit{&json.items[index], "the member is given twice"};
      values[member] = &json.items[index];
      check_bit_width(type.members[member], json.items[index]);
    }
    for (std::size_t member = 0; member < values.size(); ++member) {
      if (values[member] != nullptr) continue;
      const bool may_miss = types_[type.members[member].type].kind == TypeKind::optional;
      if (!may_miss)
        throw Misfit{&json, "missing member \"" + type.members[member].name + "\" of " + type.name};
      values[member] = &null_value;
    }
    return values;
  }

  /// `guess` is where it is when the object has the members in their order.
  static std::size_t member_called(const Type& type, const JsonValue& json, const std::string& name,
                                   std::size_t guess) {
    if (guess < type.members.size() && type.members[guess].name == name) return guess;
    std::vector<std::string> names;
    for (std::size_t index = 0; index < type.members.size(); ++index) {
      if (type.members[index].name == name) return index;
      names.push_back(type.members[index].name);
    }
    throw Misfit{&json, "unknown member \"" + visible(name) + "\" of " + type.name + suggestion(name, names)};
  }

  void check_bit_width(const Member& member, const JsonValue& json) const {
    Type narrow = types_[member.type];
    if (member.bit_width == 0 || narrow.kind == TypeKind::boolean) return;
    const Integer integer = integer_from(narrow, json);
    narrow.bits = member.bit_width;
    const std::uint64_t magnitude = integer.is_negative ? 0 - integer.bits : integer.bits;
    if (magnitude > limit(narrow, integer.is_negative)) {
      throw Misfit{&json, description_of(json) + " does not fit a bit-field of " +
                              std::to_string(member.bit_width) + " bits"};
    }
  }

  // ---- Sets and maps

  /// An element or entry that is to be sorted by its encoded key.
  struct Keyed {
    std::string key;         // encoded
    const JsonValue* place;  // for messages
    const JsonValue* value;  // the element, or the mapped value
    std::string after_key;   // decides between equal keys of an unordered container: the encoded value
  };

  std::string encoded(std::uint32_t type, const JsonValue& json) const {
    ham::sink bytes;
    Encoder(types_, bytes).encode(type, json);
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

  void encode_set(const Type& type, const JsonValue& json) {
    const std::uint32_t element = type.arguments.front();
    need(json, JsonValue::Kind::array, "an array for " + type.name);
    std::vector<Keyed> entries;
    for (const JsonValue& item : json.items) entries.push_back({encoded(element, item), &item, &item, {}});
    sort(type, entries);
    if (const auto number = number_in(types_, element)) {
      write_typed_array_head(*number, entries.size());
      for (const Keyed& entry : entries) write_number(element, *entry.value);
    } else {
      out_.array(entries.size());
      for (const Keyed& entry : entries) out_.write(entry.key.data(), entry.key.size());
    }
  }

  void encode_map(const Type& type, const JsonValue& json) {
    std::vector<Keyed> entries = entries_of(type, json);
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

  std::vector<Keyed> entries_of(const Type& type, const JsonValue& json) const {
    const std::uint32_t key = type.arguments.front();
    std::vector<Keyed> entries;
    if (json.kind == JsonValue::Kind::object && is_object_map(types_, type)) {
      for (std::size_t index = 0; index < json.items.size(); ++index) {
        entries.push_back(
            {encoded_name(key, json, json.names[index]), &json.items[index], &json.items[index], {}});
      }
      return entries;
    }
    need(json, JsonValue::Kind::array,
         is_object_map(types_, type) ? "an object for " + type.name
                                     : "an array of [key, value] for " + type.name);
    for (const JsonValue& pair : json.items) {
      if (pair.kind != JsonValue::Kind::array || pair.items.size() != 2) {
        throw Misfit{&pair, "expected [key, value], not " + description_of(pair)};
      }
      entries.push_back({encoded(key, pair.items[0]), &pair, &pair.items[1], {}});
    }
    return entries;
  }

  /// A key from the name in an object, where numbers are written as text.
  std::string encoded_name(std::uint32_t key, const JsonValue& object, const std::string& name) const {
    JsonValue json;
    json.kind = JsonValue::Kind::string;
    json.text = name;
    const Type& type = types_[key];
    const bool is_number = !name.empty() && name.find_first_not_of("-0123456789") == std::string::npos;
    if (type.kind == TypeKind::integer || (type.kind == TypeKind::enumeration && is_number)) {
      json.kind = JsonValue::Kind::integer;
      json.is_negative = name.starts_with('-');
      const char* begin = name.data() + (json.is_negative ? 1 : 0);
      const char* end = name.data() + name.size();
      const auto [stopped, error] = std::from_chars(begin, end, json.magnitude);
      if (error != std::errc() || stopped != end) {
        throw Misfit{&object, "the key \"" + visible(name) + "\" is not a number that fits " + type.name};
      }
    }
    try {
      return encoded(key, json);
    } catch (const Misfit& misfit) {
      throw Misfit{&object, "the key \"" + visible(name) + "\": " + misfit.problem};
    }
  }

  // ---- Without a type

  void encode_as_it_stands(const JsonValue& json) {
    enter(json);  // as deep as it can be shown again
    encode_item_as_it_stands(json);
    out_.leave();
  }

  void encode_item_as_it_stands(const JsonValue& json) {
    switch (json.kind) {
      case JsonValue::Kind::null:
        return out_.null();
      case JsonValue::Kind::boolean:
        return out_.boolean(json.boolean);
      case JsonValue::Kind::integer:
        return out_.head(json.is_negative ? ham::negative_item : ham::unsigned_item,
                         json.is_negative ? json.magnitude - 1 : json.magnitude);
      case JsonValue::Kind::real:
        return out_.floating(json.real);
      case JsonValue::Kind::string:
        return out_.text(json.text.data(), json.text.size());
      case JsonValue::Kind::array:
        out_.array(json.items.size());
        break;
      case JsonValue::Kind::object:
        out_.map(json.items.size());
        break;
    }
    for (std::size_t index = 0; index < json.items.size(); ++index) {
      if (json.kind == JsonValue::Kind::object) out_.text(json.names[index].data(), json.names[index].size());
      encode_as_it_stands(json.items[index]);
    }
  }

  const TypeTable& types_;
  ham::sink& out_;
};

std::string bytes_of(const ham::sink& out) {
  if (out.error() != nullptr) throw ValueError("", out.error());
  return {out.data(), static_cast<std::size_t>(out.size())};
}

}  // namespace

std::string cbor_from_json(const TypeTable& types, std::uint32_t type, std::string_view json_text) {
  const JsonValue root = parse_json(json_text);
  ham::sink out;
  try {
    Encoder(types, out).encode(type, root);
  } catch (const Misfit& misfit) {
    throw ValueError(path_to(root, *misfit.part), misfit.problem);
  }
  return bytes_of(out);
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
