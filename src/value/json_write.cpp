// Writes encoded values as JSON while it reads them.
#include <hamcell/source.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "value/base64.h"
#include "value/elements.h"
#include "value/json.h"
#include "value/scalar_text.h"
#include "value/tensor.h"

namespace hamcell {

namespace {

class Writer {
 public:
  Writer(const TypeTable& types, std::string& out, JsonOptions options = {})
      : types_(types), indent_(options.indent), most_(options.items), out_(out) {}

  void write(std::uint32_t index, ham::source& in) {
    const Type& type = types_[index];
    switch (type.kind) {
      case TypeKind::boolean:
        out_ += in.boolean() ? "true" : "false";
        break;
      case TypeKind::integer:
      case TypeKind::enumeration:
        write_integer(type, in);
        break;
      case TypeKind::floating:
        if (type.bits == 32) {
          write_floating(in.float32());
        } else if (type.bits == extended_bits) {
          write_floating(in.float80());
        } else {
          write_floating(in.float64());
        }
        break;
      case TypeKind::text:
      case TypeKind::path:
        write_string(in);
        break;
      case TypeKind::date:
        append_json_string(out_, take_date(in));
        break;
      case TypeKind::duration:
      case TypeKind::time_point:
        write(type.arguments.front(), in);
        break;
      case TypeKind::optional:
        write_optional(type, in);
        break;
      case TypeKind::variant:
        write_variant(type, in);
        break;
      case TypeKind::monostate:
        if (!in.take_null()) in.fail("not null");
        out_ += "null";
        break;
      case TypeKind::tuple:
        write_tuple(type, in);
        break;
      case TypeKind::complex:
        write_complex(type, in);
        break;
      case TypeKind::sequence:
      case TypeKind::array:
      case TypeKind::set:
        write_sequence(type, in);
        break;
      case TypeKind::map:
        write_map(type, in);
        break;
      case TypeKind::structure:
        write_structure(type, in);
        break;
      case TypeKind::tensor:
        write_tensor(type, in);
        break;
      case TypeKind::view:
        write(owner_of(types_, index), in);
        break;
      case TypeKind::custom:
        write_anything(in);
        break;
      case TypeKind::opaque:
        throw ValueError("", type.name + " has no JSON form");
    }
    check_stored(in);
  }

 private:
  // ---- Layout. Containers of plain values stay on one line also where there is an indent.

  struct Bracket {
    char close;
    bool is_spread;  // an item to a line
    bool is_first = true;
  };

  Bracket open(char bracket, bool is_flat) {
    out_ += bracket;
    ++depth_;
    return {bracket == '[' ? ']' : '}', indent_ != 0 && !is_flat};
  }
  void next(Bracket& bracket) {
    if (!bracket.is_first) out_ += bracket.is_spread || indent_ == 0 ? "," : ", ";
    bracket.is_first = false;
    if (bracket.is_spread) new_line();
  }
  void close(const Bracket& bracket) {
    --depth_;
    if (bracket.is_spread && !bracket.is_first) new_line();
    out_ += bracket.close;
  }
  void new_line() {
    out_ += '\n';
    out_.append(static_cast<std::size_t>(depth_) * indent_, ' ');
  }
  void name(std::string_view text) {
    append_json_string(out_, text);
    out_ += indent_ == 0 ? ":" : ": ";
  }

  /// Whether values of a type are never arrays or objects themselves.
  bool is_plain(std::uint32_t index) const {
    const Type& type = types_[index];
    switch (type.kind) {
      case TypeKind::optional:
        return is_plain(type.arguments.front());
      case TypeKind::boolean:
      case TypeKind::integer:
      case TypeKind::enumeration:
      case TypeKind::floating:
      case TypeKind::text:
      case TypeKind::path:
      case TypeKind::date:
      case TypeKind::duration:
      case TypeKind::time_point:
      case TypeKind::complex:
      case TypeKind::monostate:
        return true;
      default:
        return false;
    }
  }
  bool has_plain_members(const Type& type) const {
    for (const Member& member : type.members) {
      if (!is_plain(member.type)) return false;
    }
    return true;
  }

  // ---- Plain values

  void write_integer(const Type& type, ham::source& in) {
    if (type.is_signed) {
      write_signed(type, in.signed_integer(signed_limit(type)));
    } else {
      write_unsigned(type, in.unsigned_integer(unsigned_limit(type)));
    }
  }
  void write_signed(const Type& type, std::int64_t value) {
    if (const Enumerator* found = enumerator_of(type, value)) return append_json_string(out_, found->name);
    out_ += std::to_string(value);
  }
  void write_unsigned(const Type& type, std::uint64_t value) {
    if (const Enumerator* found = enumerator_of(type, static_cast<std::int64_t>(value))) {
      return append_json_string(out_, found->name);
    }
    out_ += std::to_string(value);
  }

  template <class Floating>
  void write_floating(Floating value) {
    const bool is_named = !std::isfinite(value);
    if (is_named) out_ += '"';
    out_ += floating_text(value);
    if (is_named) out_ += '"';
  }

  void write_string(ham::source& in) {
    const ham::piece text = in.text();
    const std::string_view bytes(text.data, text.size);
    if (is_utf8(bytes)) return append_json_string(out_, bytes);
    out_ += "{\"base64\":\"" + base64_from_bytes(bytes) + "\"}";
  }

  // ---- Values inside others

  void write_optional(const Type& type, ham::source& in) {
    const std::uint32_t inner = type.arguments.front();
    if (!may_be_null(types_, inner)) {
      if (!in.take_null()) return write(inner, in);
      out_ += "null";
      return;
    }
    const std::size_t count = in.array();
    if (count > 1) in.fail("an optional with more than one value");
    check_stored(in);
    if (count == 1) return write(inner, in);
    out_ += "null";
  }

  void write_variant(const Type& type, ham::source& in) {
    if (in.array() != 2) in.fail("not a variant");
    const std::uint64_t index = in.unsigned_integer(type.arguments.size() - 1);
    check_stored(in);
    write(type.arguments[index], in);
  }

  void write_tuple(const Type& type, ham::source& in) {
    if (in.array() != type.arguments.size()) in.fail("a tuple of another length");
    bool is_flat = true;
    for (const std::uint32_t argument : type.arguments) is_flat = is_flat && is_plain(argument);
    Bracket bracket = open('[', is_flat);
    for (const std::uint32_t argument : type.arguments) {
      check_stored(in);
      next(bracket);
      write(argument, in);
    }
    close(bracket);
  }

  void write_complex(const Type& type, ham::source& in) {
    if (in.array() != 2) in.fail("not a complex number");
    Bracket bracket = open('[', true);
    for (int part = 0; part < 2 && in.ok(); ++part) {
      next(bracket);
      write(type.arguments.front(), in);
    }
    close(bracket);
  }

  void write_sequence(const Type& type, ham::source& in) {
    const std::uint32_t element = type.arguments.front();
    Elements elements = take_elements(types_, element, in);
    if (type.kind == TypeKind::array && elements.count != type.extent) in.fail("an array of another length");
    check_stored(in);
    const std::uint64_t count = depth_ == 0 ? std::min(elements.count, most_) : elements.count;
    Bracket bracket = open('[', is_plain(element));
    for (std::uint64_t row = 0; row < count; ++row) {
      next(bracket);
      write_element(elements);
    }
    close(bracket);
  }

 public:
  void write_element(Elements& elements) {
    switch (elements.form) {
      case Elements::Form::items:
        return write(elements.type, elements.items);
      case Elements::Form::numbers:
        return write_number(elements.type, elements);
      case Elements::Form::complex:
        return write_complex_element(elements);
      case Elements::Form::columns:
        return write_row(elements);
    }
  }

 private:
  void write_number(std::uint32_t index, Elements& elements) {
    const Type& type = types_[index];
    const bool is_chrono = type.kind == TypeKind::duration || type.kind == TypeKind::time_point;
    if (is_chrono) return write_number(type.arguments.front(), elements);
    const Number& number = elements.number;
    const std::string_view bytes = elements.take_number();
    if (number.is_floating && number.bytes == 4) {
      write_floating(static_cast<float>(floating_from(number, bytes)));
    } else if (number.is_floating) {
      write_floating(floating_from(number, bytes));
    } else if (number.is_signed) {
      write_signed(type, signed_from(number, bytes));
    } else {
      write_unsigned(type, unsigned_from(number, bytes));
    }
  }

  void write_tensor(const Type& type, ham::source& in) {
    const Tensor tensor(types_, type, in);
    check_stored(in);
    std::uint64_t next_element = 0;
    if (tensor.rank() == 0) return write_tensor_element(tensor, next_element);
    const std::uint64_t rows = tensor.extent(0);
    write_dimension(tensor, 0, depth_ == 0 ? std::min(rows, most_) : rows, next_element);
  }

  void write_dimension(const Tensor& tensor, std::size_t dimension, std::uint64_t extent,
                       std::uint64_t& next_element) {
    const bool is_last = dimension + 1 == tensor.rank();
    Bracket bracket = open('[', is_last);
    for (std::uint64_t i = 0; i < extent; ++i) {
      next(bracket);
      if (is_last)
        write_tensor_element(tensor, next_element);
      else
        write_dimension(tensor, dimension + 1, tensor.extent(dimension + 1), next_element);
    }
    close(bracket);
  }

  void write_tensor_element(const Tensor& tensor, std::uint64_t& next_element) {
    Elements elements = tensor.at(next_element++);
    write_element(elements);
  }

  void write_complex_element(Elements& elements) {
    const std::uint32_t part = types_[elements.type].arguments.front();
    Bracket bracket = open('[', true);
    next(bracket);
    write_number(part, elements);
    next(bracket);
    write_number(part, elements);
    close(bracket);
  }

  void write_row(Elements& elements) {
    const Type& type = types_[elements.type];
    Bracket bracket = open('{', has_plain_members(type));
    for (std::size_t column = 0; column < elements.columns.size(); ++column) {
      next(bracket);
      name(type.members[column].name);
      write_element(elements.columns[column]);
    }
    close(bracket);
  }

  /// Members are written in the order in which they are stored.
  void write_structure(const Type& type, ham::source& in) {
    if (!in.enter()) check_stored(in);
    const std::size_t count = in.map();
    if (count != type.members.size()) in.fail("a structure with another number of members");
    std::vector<bool> seen(type.members.size());
    Bracket bracket = open('{', has_plain_members(type));
    for (std::size_t index = 0; index < count && in.ok(); ++index) {
      const ham::piece key = in.name();
      const std::size_t member = find_member(type, {key.data, key.size}, index);
      if (member == type.members.size() || seen[member])
        in.fail("unknown or repeated member", key.data, key.size);
      check_stored(in);
      seen[member] = true;
      next(bracket);
      name(type.members[member].name);
      write(type.members[member].type, in);
    }
    close(bracket);
    in.leave();
  }

  // ---- Maps

  void write_map(const Type& type, ham::source& in) {
    const bool is_object = is_object_map(types_, type);
    const std::size_t count = is_object ? in.map() : in.array();
    check_stored(in);
    const std::uint32_t value_type = type.arguments[1];
    const bool has_names = is_object && all_keys_are_text(type, in, count);
    Bracket bracket = open(has_names ? '{' : '[', is_plain(value_type) && has_names);
    const std::uint64_t shown = depth_ == 1 ? std::min<std::uint64_t>(count, most_) : count;
    for (std::size_t index = 0; index < shown; ++index) {
      next(bracket);
      if (has_names) {
        name(key_text(types_[type.arguments.front()], in));
        check_stored(in);
        write(value_type, in);
      } else {
        write_pair(type, in, !is_object);
      }
    }
    for (std::uint64_t left = is_object ? 2 * (count - shown) : count - shown; left != 0 && in.ok(); --left)
      in.skip();
    close(bracket);
  }

  void write_pair(const Type& type, ham::source& in, bool has_head) {
    if (has_head && in.array() != 2) in.fail("not a pair of key and value");
    check_stored(in);
    Bracket bracket = open('[', is_plain(type.arguments[0]) && is_plain(type.arguments[1]));
    next(bracket);
    write(type.arguments[0], in);
    next(bracket);
    write(type.arguments[1], in);
    close(bracket);
  }

  /// A name in a JSON object must be UTF-8; a map that has another one is written as pairs.
  bool all_keys_are_text(const Type& type, const ham::source& in, std::size_t count) const {
    const TypeKind key = types_[type.arguments.front()].kind;
    if (key != TypeKind::text && key != TypeKind::path) return true;
    ham::source ahead = in;
    for (std::size_t index = 0; index < count && ahead.ok(); ++index) {
      const ham::piece text = ahead.text();
      if (!is_utf8({text.data, text.size})) return false;
      ahead.skip();
    }
    return true;
  }

  // ---- Without a type

  void write_anything(ham::source& in) {
    if (!in.enter()) check_stored(in);
    switch (in.peek_major()) {
      case ham::unsigned_item:
        out_ += std::to_string(in.unsigned_integer(UINT64_MAX));
        break;
      case ham::negative_item:
        write_negative(in);
        break;
      case ham::bytes_item:
      case ham::text_item:
        write_string(in);
        break;
      case ham::array_item:
        write_any_array(in);
        break;
      case ham::map_item:
        write_any_map(in);
        break;
      case ham::tag_item:
        write_any_tagged(in);
        break;
      default:
        write_simple(in);
        break;
    }
    check_stored(in);
    in.leave();
  }

  void write_negative(ham::source& in) {
    const std::uint64_t argument = in.head().argument;
    out_ += argument == UINT64_MAX ? "-18446744073709551616" : "-" + std::to_string(argument + 1);
  }

  void write_simple(ham::source& in) {
    const unsigned first = in.peek();
    if (first == 0xf4 || first == 0xf5) {
      out_ += in.boolean() ? "true" : "false";
    } else if (first == 0xfa) {
      write_floating(in.float32());
    } else if (first == 0xf9 || first == 0xfb) {
      write_floating(in.float64());
    } else {
      in.head();
      out_ += "null";
    }
  }

  void write_any_array(ham::source& in) {
    const std::size_t count = in.array();
    Bracket bracket = open('[', false);
    for (std::size_t index = 0; index < count && in.ok(); ++index) {
      next(bracket);
      write_anything(in);
    }
    close(bracket);
  }

  void write_any_map(ham::source& in) {
    const std::size_t count = in.map();
    ham::source ahead = in;
    bool has_names = true;
    for (std::size_t index = 0; index < count && ahead.ok(); ++index) {
      has_names = has_names && ahead.peek_major() == ham::text_item;
      if (!has_names) break;
      const ham::piece key = ahead.text();
      has_names = is_utf8({key.data, key.size});
      ahead.skip();
    }
    Bracket bracket = open(has_names ? '{' : '[', false);
    for (std::size_t index = 0; index < count && in.ok(); ++index) {
      next(bracket);
      if (has_names) {
        const ham::piece key = in.text();
        name({key.data, key.size});
        write_anything(in);
        continue;
      }
      Bracket pair = open('[', false);
      next(pair);
      write_anything(in);
      next(pair);
      write_anything(in);
      close(pair);
    }
    close(bracket);
  }

  /// Typed arrays as arrays of numbers; of any other tagged item what is inside the tag.
  void write_any_tagged(ham::source& in) {
    const auto number = number_of_tag(in.tag());
    if (!number || in.peek_major() != ham::bytes_item) return write_anything(in);
    const ham::piece bytes = in.bytes();
    Elements elements;
    elements.number = *number;
    elements.numbers = {bytes.data, bytes.size};
    static const Type plain;
    Bracket bracket = open('[', true);
    while (elements.numbers.size() >= number->bytes) {
      next(bracket);
      const std::string_view taken = elements.take_number();
      if (number->is_floating) {
        write_floating(floating_from(*number, taken));
      } else if (number->is_signed) {
        write_signed(plain, signed_from(*number, taken));
      } else {
        write_unsigned(plain, unsigned_from(*number, taken));
      }
    }
    close(bracket);
  }

  static std::optional<Number> number_of_tag(std::uint64_t tag) {
    constexpr Number known[] = {{false, false, 1}, {false, false, 2}, {false, false, 4}, {false, false, 8},
                                {false, true, 1},  {false, true, 2},  {false, true, 4},  {false, true, 8},
                                {true, true, 4},   {true, true, 8}};
    for (const Number& number : known) {
      if (number.array_tag() == tag) return number;
    }
    return std::nullopt;
  }

  const TypeTable& types_;
  unsigned indent_;
  std::uint64_t most_;  // items of the outermost container
  unsigned depth_ = 0;
  std::string& out_;
};

}  // namespace

std::string json_from_cbor(const TypeTable& types, std::uint32_t type, std::string_view cbor,
                           JsonOptions options) {
  ham::source in(cbor.data(), cbor.size());
  std::string out;
  Writer(types, out, options).write(type, in);
  if (!in.at_end()) in.fail("bytes behind the value");
  check_stored(in);
  return out;
}

void append_json(std::string& out, const TypeTable& types, std::uint32_t type, ham::source& in) {
  Writer(types, out).write(type, in);
}

void append_json(std::string& out, const TypeTable& types, Elements& elements) {
  Writer(types, out).write_element(elements);
}

}  // namespace hamcell
