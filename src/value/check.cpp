// Walks over stored bytes in the order in which they lie, and compares them with the type's description.
#include "value/check.h"

#include <hamcell/source.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "value/elements.h"
#include "value/scalar_text.h"
#include "value/tensor.h"

namespace hamcell {

namespace {

class Checker {
 public:
  Checker(const TypeTable& types, ham::source& in) : types_(types), in_(in) {}

  void check(std::uint32_t index) {
    const Type& type = types_[index];
    switch (type.kind) {
      case TypeKind::boolean:
        in_.boolean();
        break;
      case TypeKind::integer:
      case TypeKind::enumeration:
        check_integer(type);
        break;
      case TypeKind::floating:
        check_floating(type);
        break;
      case TypeKind::date:
        take_date(in_);
        break;
      case TypeKind::text:
      case TypeKind::path:
        check_text();
        break;
      case TypeKind::duration:
      case TypeKind::time_point:
        check(type.arguments.front());
        break;
      case TypeKind::optional:
        check_optional(type);
        break;
      case TypeKind::variant:
        check_variant(type);
        break;
      case TypeKind::monostate:
        if (!in_.take_null()) in_.fail("not null");
        break;
      case TypeKind::tuple:
        check_tuple(type);
        break;
      case TypeKind::complex:
        check_complex(type);
        break;
      case TypeKind::sequence:
        check_column(type.arguments.front(), nullptr);
        break;
      case TypeKind::array: {
        const std::uint64_t extent = type.extent;
        check_column(type.arguments.front(), &extent);
        break;
      }
      case TypeKind::set:
        check_set(type);
        break;
      case TypeKind::map:
        check_map(type);
        break;
      case TypeKind::structure:
        check_structure(type);
        break;
      case TypeKind::tensor:
        check_tensor(type);
        break;
      case TypeKind::view:
        check(owner_of(types_, index));
        break;
      case TypeKind::custom:
        in_.skip();
        break;
      case TypeKind::opaque:
        in_.fail("a type that cannot be stored");
        break;
    }
  }

 private:
  /// Of a bit-field, only the values of `width` bits.
  void check_integer(const Type& type, std::uint32_t width = 0) {
    if (type.is_signed) {
      in_.signed_integer(signed_limit(type, width));
    } else {
      in_.unsigned_integer(unsigned_limit(type, width));
    }
  }

  void check_floating(const Type& type) {
    if (type.bits == 32) {
      in_.float32();
    } else if (type.bits == extended_bits) {
      in_.float80();
    } else {
      in_.float64();
    }
  }

  void check_text() {
    const bool is_text = in_.peek_major() == ham::text_item;
    const ham::piece text = in_.text();
    if (is_text && !is_utf8({text.data, text.size})) in_.fail("text that is not UTF-8");
  }

  void check_optional(const Type& type) {
    const std::uint32_t inner = type.arguments.front();
    if (!may_be_null(types_, inner)) {
      if (!in_.take_null()) check(inner);
      return;
    }
    const std::size_t count = in_.array();
    if (count > 1) in_.fail("an optional with more than one value");
    if (count == 1) check(inner);
  }

  void check_variant(const Type& type) {
    if (in_.array() != 2) in_.fail("not a variant");
    const std::uint64_t index = in_.unsigned_integer(type.arguments.size() - 1);
    if (in_.ok()) check(type.arguments[index]);
  }

  void check_tuple(const Type& type) {
    if (in_.array() != type.arguments.size()) in_.fail("a tuple of another length");
    for (const std::uint32_t argument : type.arguments) {
      if (in_.ok()) check(argument);
    }
  }

  void check_complex(const Type& type) {
    if (in_.array() != 2) in_.fail("not a complex number");
    for (int part = 0; part < 2 && in_.ok(); ++part) check(type.arguments.front());
  }

  /// Takes a typed array; the number of its elements.
  std::uint64_t typed_array(const Number& number) { return typed_array_bytes(number).size / number.bytes; }

  ham::piece typed_array_bytes(const Number& number) {
    if (in_.tag() != number.array_tag()) in_.fail("a typed array of another element type");
    const ham::piece bytes = in_.bytes();
    if (bytes.size % number.bytes != 0) in_.fail("a typed array that ends inside an element");
    return in_.ok() ? bytes : ham::piece{};
  }

  /// Takes a typed array of integers of `width` bits, which is fewer than their bytes have.
  std::uint64_t narrow_array(const Type& type, const Number& number, std::uint32_t width) {
    const ham::piece bytes = typed_array_bytes(number);
    for (std::size_t at = 0; at < bytes.size && in_.ok(); at += number.bytes) {
      const std::string_view one(bytes.data + at, number.bytes);
      const std::int64_t value = number.is_signed ? signed_from(number, one) : 0;
      const std::int64_t limit = signed_limit(type, width);
      const bool fits = number.is_signed ? value <= limit && value >= -1 - limit
                                         : unsigned_from(number, one) <= unsigned_limit(type, width);
      if (!fits) in_.fail("an integer that does not fit its type");
    }
    return bytes.size / number.bytes;
  }

  std::uint64_t complex_array(const Type& type) {
    if (in_.tag() != 40 || in_.array() != 2 || in_.array() != 2) in_.fail("not an array of complex numbers");
    const std::uint64_t count = in_.unsigned_integer(in_.remaining());
    if (in_.unsigned_integer(2) != 2) in_.fail("not an array of complex numbers");
    const auto number = number_in(types_, type.arguments.front());
    if (!number) in_.fail("numbers that have no typed array");
    if (in_.ok() && typed_array(*number) != count * 2) in_.fail("a complex array of another length");
    return count;
  }

  /// Checks a sequence of `expected` elements, or of any number where that is null; how many it has. `width`
  /// is that of a bit-field, or 0.
  std::uint64_t check_column(std::uint32_t element, const std::uint64_t* expected, std::uint32_t width = 0) {
    const Type& type = types_[element];
    const std::uint32_t bits = width != 0 ? width : type.bits;
    const bool is_tagged = in_.peek_major() == ham::tag_item;
    std::uint64_t count = 0;
    if (const auto number = number_in(types_, element); number && is_tagged) {
      const bool is_narrow = !number->is_floating && bits != 0 && bits < 8 * number->bytes;
      count = is_narrow ? narrow_array(type, *number, bits) : typed_array(*number);
    } else if (type.kind == TypeKind::complex && is_tagged) {
      count = complex_array(type);
    } else if (is_table_row(type) && in_.peek_major() == ham::map_item) {
      count = check_table(type);
    } else {
      count = in_.array();
      for (std::uint64_t row = 0; row < count && in_.ok(); ++row) check_value(element, width);
    }
    if (expected != nullptr && count != *expected) in_.fail("a column or array of another length");
    return count;
  }

  std::uint64_t check_table(const Type& type) {
    std::uint64_t count = 0;
    bool is_first = true;
    check_members(type, [&](const Member& member) {
      const std::uint64_t rows = check_column(member.type, is_first ? nullptr : &count, member.bit_width);
      if (is_first) count = rows;
      is_first = false;
    });
    return count;
  }

  void check_structure(const Type& type) {
    check_members(type, [&](const Member& member) { check_value(member.type, member.bit_width); });
  }

  /// A value of a bit-field of `width` bits, or of any member where that is 0.
  void check_value(std::uint32_t index, std::uint32_t width) {
    const TypeKind kind = types_[index].kind;
    const bool is_integer = kind == TypeKind::integer || kind == TypeKind::enumeration;
    if (width != 0 && is_integer) return check_integer(types_[index], width);
    check(index);
  }

  /// Checks that the map ahead has every member once; `check_member` takes its value.
  template <class Check>
  void check_members(const Type& type, Check check_member) {
    if (!in_.enter()) return;
    const std::size_t count = in_.map();
    if (count != type.members.size()) in_.fail("another number of members");
    std::vector<bool> seen(type.members.size());
    for (std::size_t index = 0; index < count && in_.ok(); ++index) {
      const ham::piece key = in_.name();
      const std::size_t member = find_member(type, {key.data, key.size}, index);
      if (member == seen.size() || seen[member]) return in_.fail("unknown or repeated member");
      seen[member] = true;
      check_member(type.members[member]);
    }
    in_.leave();
  }

  /// The extents, and what a sequence of the elements would be.
  void check_tensor(const Type& type) {
    const Shape shape = take_shape(type, in_);
    if (in_.ok()) check_column(type.arguments.front(), &shape.count);
  }

  void check_set(const Type& type) {
    const std::uint32_t element = type.arguments.front();
    const bool may_be_typed = number_in(types_, element) || types_[element].kind == TypeKind::complex;
    if (may_be_typed && in_.peek_major() == ham::tag_item) {
      check_column(element, nullptr);
      return;
    }
    const std::size_t count = in_.array();
    for (std::size_t index = 0; index < count && in_.ok(); ++index) check(element);
  }

  void check_map(const Type& type) {
    const bool is_object = is_object_map(types_, type);
    const std::size_t count = is_object ? in_.map() : in_.array();
    for (std::size_t index = 0; index < count && in_.ok(); ++index) {
      if (!is_object && in_.array() != 2) in_.fail("not a pair of key and value");
      if (in_.ok()) check(type.arguments[0]);
      if (in_.ok()) check(type.arguments[1]);
    }
  }

  const TypeTable& types_;
  ham::source& in_;
};

}  // namespace

bool well_formed(const TypeTable& types, std::uint32_t type, std::string_view cbor) {
  ham::source in(cbor.data(), cbor.size());
  Checker(types, in).check(type);
  return in.ok() && in.at_end();
}

}  // namespace hamcell
