// Compares encoded values as operator< of their types does.
#include "value/order.h"

#include <hamcell/source.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "codec/date.h"
#include "value/elements.h"

namespace hamcell {

namespace {

template <class T>
int three_way(const T& left, const T& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

/// NaN comes last, because sorting takes an order in which everything has its place.
template <class Floating>
int three_way_of_floating(Floating left, Floating right) {
  const bool are_numbers = !std::isnan(left) && !std::isnan(right);
  return are_numbers ? three_way(left, right) : three_way(std::isnan(left), std::isnan(right));
}

std::string_view text_of(ham::source& in) {
  const ham::piece text = in.text();
  return {text.data, text.size};
}

/// Its parts in the order in which they count.
std::array<int, 3> date_of(ham::source& in) {
  const Date date = date_from(text_of(in)).value_or(Date{});
  return {date.year, date.month, date.day};
}

class Comparison {
 public:
  explicit Comparison(const TypeTable& types) : types_(types) {}

  int compare(std::uint32_t index, ham::source& left, ham::source& right) const {
    const Type& type = types_[index];
    switch (type.kind) {
      case TypeKind::boolean:
        return three_way(left.boolean(), right.boolean());
      case TypeKind::integer:
      case TypeKind::enumeration:
        if (type.is_signed) return three_way(left.signed_integer(INT64_MAX), right.signed_integer(INT64_MAX));
        return three_way(left.unsigned_integer(UINT64_MAX), right.unsigned_integer(UINT64_MAX));
      case TypeKind::floating:
        if (type.bits == extended_bits) return three_way_of_floating(left.float80(), right.float80());
        return three_way_of_floating(left.float64(), right.float64());
      case TypeKind::date:
        return three_way(date_of(left), date_of(right));
      case TypeKind::text:
        return three_way(text_of(left), text_of(right));
      case TypeKind::path:
        return three_way(std::filesystem::path(text_of(left)), std::filesystem::path(text_of(right)));
      case TypeKind::duration:
      case TypeKind::time_point:
        return compare(type.arguments.front(), left, right);
      case TypeKind::optional:
        return compare_optionals(type, left, right);
      case TypeKind::variant:
        return compare_variants(type, left, right);
      case TypeKind::tuple:
        return compare_tuples(type, left, right);
      case TypeKind::structure:
        return compare_structures(type, left, right);
      case TypeKind::sequence:
      case TypeKind::array:
      case TypeKind::set:
        return compare_sequences(type, left, right);
      case TypeKind::map:
        return compare_maps(type, left, right);
      default:
        return compare_bytes(left, right);
    }
  }

 private:
  int compare_optionals(const Type& type, ham::source& left, ham::source& right) const {
    const std::uint32_t inner = type.arguments.front();
    const bool is_wrapped = may_be_null(types_, inner);
    const auto has_value = [&](ham::source& in) { return is_wrapped ? in.array() == 1 : !in.take_null(); };
    const bool in_left = has_value(left);
    const bool in_right = has_value(right);
    if (in_left && in_right) return compare(inner, left, right);
    return three_way(in_left, in_right);
  }

  int compare_variants(const Type& type, ham::source& left, ham::source& right) const {
    left.array();
    right.array();
    const std::uint64_t last = type.arguments.size() - 1;
    const std::uint64_t in_left = left.unsigned_integer(last);
    const std::uint64_t in_right = right.unsigned_integer(last);
    if (in_left != in_right) return three_way(in_left, in_right);
    return compare(type.arguments[in_left], left, right);
  }

  int compare_tuples(const Type& type, ham::source& left, ham::source& right) const {
    left.array();
    right.array();
    int order = 0;
    for (std::size_t at = 0; at < type.arguments.size() && order == 0; ++at) {
      order = compare(type.arguments[at], left, right);
    }
    return order;
  }

  int compare_structures(const Type& type, ham::source& left, ham::source& right) const {
    int order = 0;
    // Bytes that are no value may be nested without end.
    if (!left.enter() || !right.enter()) return order;
    left.map();
    right.map();
    for (std::size_t at = 0; at < type.members.size() && order == 0; ++at) {
      left.text();
      right.text();
      order = compare(type.members[at].type, left, right);
    }
    left.leave();
    right.leave();
    return order;
  }

  int compare_maps(const Type& type, ham::source& left, ham::source& right) const {
    const bool is_object = is_object_map(types_, type);
    const std::size_t in_left = is_object ? left.map() : left.array();
    const std::size_t in_right = is_object ? right.map() : right.array();
    for (std::size_t entry = 0; entry < std::min(in_left, in_right); ++entry) {
      if (!is_object) left.array();
      if (!is_object) right.array();
      for (const std::uint32_t part : type.arguments) {
        if (const int order = compare(part, left, right); order != 0) return order;
      }
      if (!left.ok() || !right.ok()) break;
    }
    return three_way(in_left, in_right);
  }

  int compare_sequences(const Type& type, ham::source& left, ham::source& right) const {
    Elements in_left = take_elements(types_, type.arguments.front(), left);
    Elements in_right = take_elements(types_, type.arguments.front(), right);
    const std::uint64_t common = std::min(in_left.count, in_right.count);
    for (std::uint64_t row = 0; row < common; ++row) {
      if (const int order = compare_elements(in_left, in_right); order != 0) return order;
    }
    return three_way(in_left.count, in_right.count);
  }

  int compare_elements(Elements& left, Elements& right) const {
    if (left.form != right.form) return three_way(left.form, right.form);
    switch (left.form) {
      case Elements::Form::items:
        return compare(left.type, left.items, right.items);
      case Elements::Form::numbers:
        return compare_numbers(left, right);
      case Elements::Form::complex: {
        const int real = compare_numbers(left, right);
        const int imaginary = compare_numbers(left, right);
        return real != 0 ? real : imaginary;
      }
      case Elements::Form::columns:
        break;
    }
    int order = 0;
    for (std::size_t column = 0; column < left.columns.size(); ++column) {
      // Every column moves on, whatever decided.
      const int here = compare_elements(left.columns[column], right.columns[column]);
      if (order == 0) order = here;
    }
    return order;
  }

  static int compare_numbers(Elements& left, Elements& right) {
    const std::string_view in_left = left.take_number();
    const std::string_view in_right = right.take_number();
    const Number& number = left.number;
    if (number.is_floating) {
      return three_way_of_floating(floating_from(number, in_left), floating_from(number, in_right));
    }
    if (number.is_signed) return three_way(signed_from(number, in_left), signed_from(number, in_right));
    return three_way(unsigned_from(number, in_left), unsigned_from(number, in_right));
  }

  /// For what has no order of its own that could be known here.
  static int compare_bytes(ham::source& left, ham::source& right) {
    const auto item = [](ham::source& in) {
      const char* begin = in.data() + in.position();
      in.skip();
      return std::string_view(begin, static_cast<std::size_t>(in.data() + in.position() - begin));
    };
    return three_way(item(left), item(right));
  }

  const TypeTable& types_;
};

}  // namespace

int compare_values(const TypeTable& types, std::uint32_t type, std::string_view left,
                   std::string_view right) {
  ham::source in_left(left.data(), left.size());
  ham::source in_right(right.data(), right.size());
  return Comparison(types).compare(type, in_left, in_right);
}

}  // namespace hamcell
