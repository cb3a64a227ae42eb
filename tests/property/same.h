// Whether two values are the same: floating-point numbers bit for bit, unordered containers in any order.
#pragma once

#include <hamcell/codec.h>

#include <cstring>
#include <vector>

#include "unit/value_types.h"

template <class T>
bool same(const T& left, const T& right);

template <class T>
struct MemberComparer {
  const T& left;
  const T& right;
  bool& are_same;

  template <class Member, class Class>
  void operator()(const char*, Member Class::* member) {
    are_same = are_same && same(left.*member, right.*member);
  }
  template <class Get, class Set>
  void operator()(const char*, const ham::bit_field<Get, Set>& field) {
    are_same = are_same && field.get(left) == field.get(right);
  }
};

template <class T, std::size_t index = 0>
bool same_tuple(const T& left, const T& right) {
  if constexpr (index < ham::detail::type_arguments_of<T>::size) {
    return same(get<index>(left), get<index>(right)) && same_tuple<T, index + 1>(left, right);
  }
  return true;
}

template <class T, std::size_t index = 0>
bool same_variant(const T& left, const T& right) {
  if constexpr (index < ham::detail::type_arguments_of<T>::size) {
    if (left.index() == index) return same(get<index>(left), get<index>(right));
    return same_variant<T, index + 1>(left, right);
  }
  return true;
}

template <class T>
bool same_in_order(const T& left, const T& right) {
  auto other = std::begin(right);
  for (auto item = std::begin(left); item != std::end(left); ++item, ++other) {
    if (other == std::end(right) || !same<typename T::value_type>(*item, *other)) return false;
  }
  return other == std::end(right);
}

/// Every item of one has an item of its own in the other.
template <class T>
bool same_in_any_order(const T& left, const T& right) {
  if (left.size() != right.size()) return false;
  std::vector<bool> is_taken(right.size());
  for (const auto& item : left) {
    std::size_t at = 0;
    auto other = right.begin();
    while (other != right.end() && (is_taken[at] || !same(item, *other))) ++other, ++at;
    if (other == right.end()) return false;
    is_taken[at] = true;
  }
  return true;
}

template <class T>
bool same(const T& left, const T& right) {
  using enum ham::detail::kind;
  constexpr auto kind = ham::detail::kind_of<T>;
  if constexpr (kind == floating && ham::detail::is_extended<T>) {
    return std::memcmp(&left, &right, hamcell::extended_bits / 8) == 0;  // the rest is padding
  } else if constexpr (kind == floating) {
    return std::memcmp(&left, &right, sizeof left) == 0;
  } else if constexpr (kind == optional) {
    return left.has_value() == right.has_value() && (!left.has_value() || same(*left, *right));
  } else if constexpr (kind == complex) {
    return same(left.real(), right.real()) && same(left.imag(), right.imag());
  } else if constexpr (kind == duration) {
    return same(left.count(), right.count());
  } else if constexpr (kind == time_point) {
    return same(left.time_since_epoch(), right.time_since_epoch());
  } else if constexpr (kind == variant) {
    return left.index() == right.index() && same_variant(left, right);
  } else if constexpr (kind == pair) {
    return same(left.first, right.first) && same(left.second, right.second);
  } else if constexpr (kind == tuple) {
    return same_tuple(left, right);
  } else if constexpr (kind == c_array) {
    for (std::size_t index = 0; index < ham::detail::extent<T>::size; ++index) {
      if (!same(left[index], right[index])) return false;
    }
    return true;
  } else if constexpr (kind == map || kind == set) {
    if constexpr (ham::detail::is_unordered<T>) {
      return same_in_any_order(left, right);
    } else {
      return same_in_order(left, right);
    }
  } else if constexpr (kind == array || kind == sequence) {
    return same_in_order(left, right);
  } else if constexpr (kind == structure) {
    bool are_same = true;
    ham::members<T>::each(MemberComparer<T>{left, right, are_same});
    return are_same;
  } else if constexpr (kind == custom) {
    return same(left.degrees(), right.degrees());
  } else if constexpr (kind == path) {
    return left.native() == right.native();
  } else if constexpr (kind == monostate) {
    return true;
  } else {
    return left == right;
  }
}
