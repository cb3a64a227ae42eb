// Writes a value again while it reads it, and chooses a form for each part.
#include "other_forms.h"

#include <hamcell/sink.h>
#include <hamcell/source.h>

#include <bit>
#include <cmath>
#include <vector>

#include "value/elements.h"
#include "value/scalar_text.h"

using namespace hamcell;

namespace {

class Rewriter {
 public:
  Rewriter(const TypeTable& types, Choices& choices) : types_(types), choices_(choices) {}

  std::string rewrite(std::uint32_t index, ham::source& in) {
    const Type& type = types_[index];
    switch (type.kind) {
      case TypeKind::integer:
      case TypeKind::enumeration: {
        const ham::source::item item = in.head();
        return head(item.major, item.argument);
      }
      case TypeKind::floating:
        if (type.bits == 32) return floating(in.float32());
        if (type.bits == extended_bits) return extended(in);
        return floating(in.float64());
      case TypeKind::text:
      case TypeKind::path:
        return string(in.text(), false);
      case TypeKind::date:
        return name(std::string(piece_text(in.text())));
      case TypeKind::duration:
      case TypeKind::time_point:
        return rewrite(type.arguments.front(), in);
      case TypeKind::optional:
        return optional(type, in);
      case TypeKind::variant: {
        in.array();
        const std::uint64_t alternative = in.unsigned_integer(type.arguments.size() - 1);
        return head(ham::array_item, 2) + head(ham::unsigned_item, alternative) +
               rewrite(type.arguments[alternative], in);
      }
      case TypeKind::tuple:
      case TypeKind::complex:
        return parts(type, in);
      case TypeKind::sequence:
      case TypeKind::array: {
        Elements elements = take_elements(types_, type.arguments.front(), in);
        return sequence(elements);
      }
      case TypeKind::set:
        return set(type, in);
      case TypeKind::map:
        return map(type, in);
      case TypeKind::structure:
        return structure(type, in);
      default:
        return copy(in);
    }
  }

 private:
  /// A head that is as long as it must be, or longer.
  std::string head(unsigned major, std::uint64_t argument) {
    unsigned info = argument < 24 ? 23 : argument <= 0xff ? 24 : argument <= 0xffff ? 25 : 26;
    if (argument > 0xffffffff) info = 27;
    info += static_cast<unsigned>(choices_.below(2) * choices_.below(28 - info));
    const unsigned width = info == 23 ? 0 : 1u << (info - 24);
    std::string bytes(1,
                      static_cast<char>(major << 5 | (info == 23 ? static_cast<unsigned>(argument) : info)));
    for (unsigned at = width; at != 0; --at) bytes += static_cast<char>(argument >> (8 * (at - 1)));
    return bytes;
  }

  template <class Bits>
  static std::string big_endian(char first, Bits bits) {
    std::string bytes(1, first);
    for (unsigned at = sizeof bits; at != 0; --at) bytes += static_cast<char>(bits >> (8 * (at - 1)));
    return bytes;
  }

  /// The half-precision number that is exactly `value`; nothing where there is none, or a subnormal one.
  static std::string half(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const auto sign = static_cast<std::uint16_t>(bits >> 48 & 0x8000);
    if (value == 0) return big_endian('\xf9', sign);
    if (std::isinf(value)) return big_endian('\xf9', static_cast<std::uint16_t>(sign | 0x7c00));
    const std::int64_t exponent = static_cast<std::int64_t>(bits >> 52 & 0x7ff) - 1023 + 15;
    if (exponent < 1 || exponent > 30 || (bits & 0x3ffffffffff) != 0) return {};
    return big_endian('\xf9', static_cast<std::uint16_t>(sign | static_cast<unsigned>(exponent) << 10 |
                                                         (bits >> 42 & 0x3ff)));
  }

  template <class Floating>
  std::string floating(Floating number) {
    using Bits = std::conditional_t<sizeof(Floating) == 4, std::uint32_t, std::uint64_t>;
    const char own_head = sizeof(Floating) == 4 ? '\xfa' : '\xfb';
    const std::string own = big_endian(own_head, std::bit_cast<Bits>(number));
    // The payload of a NaN is the type's own.
    if (std::isnan(number)) return own;
    const double value = number;
    switch (choices_.below(5)) {
      case 1:
        return big_endian('\xfb', std::bit_cast<std::uint64_t>(value));
      case 2:
        if (std::fabs(value) > 0x1p127 || static_cast<double>(static_cast<float>(value)) != value) return own;
        return big_endian('\xfa', std::bit_cast<std::uint32_t>(static_cast<float>(value)));
      case 3:
        if (const std::string bytes = half(value); !bytes.empty()) return bytes;
        return own;
      case 4:
        if (value != std::trunc(value) || std::fabs(value) >= 0x1p64) return own;
        if (value > 0) return head(ham::unsigned_item, static_cast<std::uint64_t>(value));
        if (value < 0) return head(ham::negative_item, static_cast<std::uint64_t>(-value) - 1);
        return std::signbit(value) ? own : head(ham::unsigned_item, 0);
      default:
        return own;
    }
  }

  std::string extended(ham::source& in) {
    if (in.peek_major() != ham::tag_item) return floating(in.float64());
    in.tag();
    in.array();
    const std::int64_t exponent = in.signed_integer(INT64_MAX);
    const ham::source::item mantissa = in.head();
    const std::string tag = head(ham::tag_item, 5) + head(ham::array_item, 2);
    // Not the shortest form, where there is room for it.
    const std::uint64_t shift =
        mantissa.major == ham::unsigned_item && mantissa.argument < 1u << 20 ? choices_.below(8) : 0;
    const std::int64_t shifted = exponent - static_cast<std::int64_t>(shift);
    return tag +
           (shifted < 0 ? head(ham::negative_item, ~static_cast<std::uint64_t>(shifted))
                        : head(ham::unsigned_item, static_cast<std::uint64_t>(shifted))) +
           head(mantissa.major, mantissa.argument << shift);
  }

  std::string string(ham::piece text, bool is_name) {
    const std::string_view bytes(text.data, text.size);
    const bool is_text = ham::detail::is_utf8(bytes.data(), bytes.size()) && (is_name || !choices_.one_in(4));
    return head(is_text ? ham::text_item : ham::bytes_item, bytes.size()) + std::string(bytes);
  }

  static std::string_view piece_text(ham::piece piece) { return {piece.data, piece.size}; }

  static std::string copy(ham::source& in) {
    const std::size_t begin = in.position();
    in.skip();
    return {in.data() + begin, in.position() - begin};
  }

  std::string optional(const Type& type, ham::source& in) {
    if (!may_be_null(types_, type.arguments.front())) {
      return in.take_null() ? "\xf6" : rewrite(type.arguments.front(), in);
    }
    const std::size_t count = in.array();
    return head(ham::array_item, count) + (count == 0 ? "" : rewrite(type.arguments.front(), in));
  }

  std::string parts(const Type& type, ham::source& in) {
    const std::size_t count = in.array();
    std::string bytes = head(ham::array_item, count);
    for (std::size_t at = 0; at < count; ++at) {
      bytes += rewrite(type.arguments[type.kind == TypeKind::complex ? 0 : at], in);
    }
    return bytes;
  }

  std::string joined(std::vector<std::string> items) {
    for (std::size_t at = items.size(); at > 1; --at) std::swap(items[at - 1], items[choices_.below(at)]);
    std::string bytes;
    for (const std::string& item : items) bytes += item;
    return bytes;
  }

  std::string name(const std::string& text) { return string({text.data(), text.size()}, true); }

  std::string structure(const Type& type, ham::source& in) {
    in.map();
    std::vector<std::string> items;
    for (const Member& member : type.members) {
      in.text();
      items.push_back(name(member.name) + rewrite(member.type, in));
    }
    return head(ham::map_item, items.size()) + joined(items);
  }

  std::string sequence(Elements& elements) {
    const bool is_plain = choices_.one_in(2);
    if (is_plain || elements.form == Elements::Form::items) return plain(elements);
    if (elements.form == Elements::Form::columns) return table(elements);
    std::string bytes;
    if (elements.form == Elements::Form::complex) {
      bytes = head(ham::tag_item, 40) + head(ham::array_item, 2) + head(ham::array_item, 2) +
              head(ham::unsigned_item, elements.count) + head(ham::unsigned_item, 2);
    }
    return bytes + head(ham::tag_item, elements.number.array_tag()) +
           head(ham::bytes_item, elements.numbers.size()) + std::string(elements.numbers);
  }

  std::string plain(Elements& elements) {
    std::string bytes = head(ham::array_item, elements.count);
    for (std::uint64_t row = 0; row < elements.count; ++row) bytes += element(elements);
    return bytes;
  }

  std::string table(Elements& elements) {
    const Type& type = types_[elements.type];
    std::vector<std::string> items;
    for (std::size_t column = 0; column < elements.columns.size(); ++column) {
      items.push_back(name(type.members[column].name) + sequence(elements.columns[column]));
    }
    return head(ham::map_item, items.size()) + joined(items);
  }

  /// The next element as an item of its own.
  std::string element(Elements& elements) {
    switch (elements.form) {
      case Elements::Form::items:
        return rewrite(elements.type, elements.items);
      case Elements::Form::numbers:
        return number(elements);
      case Elements::Form::complex: {
        const std::string real = number(elements);
        return head(ham::array_item, 2) + real + number(elements);
      }
      case Elements::Form::columns:
        break;
    }
    const Type& type = types_[elements.type];
    std::vector<std::string> items;
    for (std::size_t column = 0; column < elements.columns.size(); ++column) {
      items.push_back(name(type.members[column].name) + element(elements.columns[column]));
    }
    return head(ham::map_item, items.size()) + joined(items);
  }

  std::string number(Elements& elements) {
    const Number& number = elements.number;
    const std::string_view bytes = elements.take_number();
    if (number.is_floating && number.bytes == 4) {
      float value = 0;
      std::memcpy(&value, bytes.data(), sizeof value);
      return floating(value);
    }
    if (number.is_floating) return floating(floating_from(number, bytes));
    if (!number.is_signed) return head(ham::unsigned_item, unsigned_from(number, bytes));
    const std::int64_t value = signed_from(number, bytes);
    return value < 0 ? head(ham::negative_item, ~static_cast<std::uint64_t>(value))
                     : head(ham::unsigned_item, static_cast<std::uint64_t>(value));
  }

  /// Elements that may not repeat may come in any order.
  std::string set(const Type& type, ham::source& in) {
    Elements elements = take_elements(types_, type.arguments.front(), in);
    if (type.multi) return sequence(elements);
    std::vector<std::string> items;
    for (std::uint64_t row = 0; row < elements.count; ++row) items.push_back(element(elements));
    return head(ham::array_item, items.size()) + joined(items);
  }

  std::string map(const Type& type, ham::source& in) {
    const bool is_object = is_object_map(types_, type);
    const std::size_t count = is_object ? in.map() : in.array();
    std::vector<std::string> items;
    for (std::size_t at = 0; at < count; ++at) {
      if (!is_object) in.array();
      const std::string key = rewrite(type.arguments[0], in);
      const std::string value = rewrite(type.arguments[1], in);
      items.push_back((is_object ? "" : head(ham::array_item, 2)) + key + value);
    }
    std::string bytes = head(is_object ? ham::map_item : ham::array_item, count);
    if (!type.multi) return bytes + joined(items);
    for (const std::string& item : items) bytes += item;
    return bytes;
  }

  const TypeTable& types_;
  Choices& choices_;
};

}  // namespace

std::string other_form(const TypeTable& types, std::uint32_t type, std::string_view cbor, Choices& choices) {
  ham::source in(cbor.data(), cbor.size());
  return Rewriter(types, choices).rewrite(type, in);
}
