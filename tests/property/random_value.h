// Makes values of any type that the codec knows, with a liking for what is at the edges.
#pragma once

#include <hamcell/codec.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "choices.h"
#include "unit/value_types.h"

template <class Integer>
Integer random_integer(Choices& choices) {
  using limits = std::numeric_limits<Integer>;
  switch (choices.below(7)) {
    case 1:
      return static_cast<Integer>(0 - choices.below(300));
    case 2:
      return limits::min();
    case 3:
      return limits::max();
    case 4:
      return static_cast<Integer>(choices.bits());
    case 5:
      return static_cast<Integer>((std::uint64_t{1} << choices.below(64)) - choices.below(2));
    case 6:
      return static_cast<Integer>(choices.below(300));
    default:
      return static_cast<Integer>(choices.below(5));
  }
}

template <class Floating>
Floating random_floating(Choices& choices) {
  using limits = std::numeric_limits<Floating>;
  using Bits = std::conditional_t<sizeof(Floating) == 4, std::uint32_t, std::uint64_t>;
  Floating value = 0;
  switch (choices.below(10)) {
    case 1:
      value = static_cast<Floating>(choices.below(1000)) / 8;
      break;
    case 2:
      value = std::bit_cast<Floating>(static_cast<Bits>(choices.bits()));
      break;
    case 3:
      value = -static_cast<Floating>(choices.below(3));
      break;
    case 4:
      value = choices.one_in(2) ? -limits::infinity() : limits::infinity();
      break;
    case 5: {
      // NaN with some payload, quiet or signalling.
      const auto infinity = std::bit_cast<Bits>(limits::infinity());
      const auto payload = static_cast<Bits>(choices.bits() & (~infinity | 1)) | 1;
      value = choices.one_in(2) ? std::bit_cast<Floating>(static_cast<Bits>(infinity | payload))
                                : limits::quiet_NaN();
      break;
    }
    case 6:
      value = choices.one_in(2) ? limits::denorm_min() : limits::max();
      break;
    case 7:
      value = static_cast<Floating>(random_integer<std::int64_t>(choices));
      break;
    case 8:
      value = static_cast<Floating>(choices.below(1000)) / 10;
      break;
    default:
      value = static_cast<Floating>(choices.below(100));
  }
  return value != value && !choices.may_be_nan ? Floating{1} : value;
}

/// A double, or a number that is none. Of a NaN only what a double has of it is kept.
inline long double random_extended(Choices& choices) {
  const double narrow = random_floating<double>(choices);
  if (narrow != narrow) return std::numeric_limits<long double>::quiet_NaN();
  const auto value = static_cast<long double>(narrow);
  switch (choices.below(6)) {
    case 1:
      return value / 3;
    case 2:
      return static_cast<long double>(choices.bits()) * (choices.one_in(2) ? 1 : -1);
    case 3:
      return std::ldexp(static_cast<long double>(choices.bits()),
                        static_cast<int>(choices.below(32000)) - 16000);
    case 4:
      return choices.one_in(2) ? std::numeric_limits<long double>::denorm_min()
                               : std::numeric_limits<long double>::lowest();
    default:
      return value;
  }
}

inline std::string random_text(Choices& choices) {
  static const std::array<std::string, 16> pieces{
      "a",    "Z",    "/",        "ä",         "€",    "😀", std::string(1, '\0'), "\"", "\\", "\n",
      "\x1b", "\x7f", "\xc2\x85", "e\xcc\x81", "\xff", "中"};
  static const std::array<std::string, 5> words{"NaN", "1", "base64", "e0", "null"};
  std::string text;
  switch (choices.below(8)) {
    case 0:
      break;
    case 1:
      text = words[choices.below(words.size())];
      break;
    case 2:
      text.assign(choices.below(600), 'x');
      break;
    case 3:
      for (auto left = choices.below(12); left != 0; --left) text += static_cast<char>(choices.below(256));
      break;
    default:
      for (auto left = choices.below(20); left != 0; --left) text += pieces[choices.below(pieces.size())];
  }
  return text;
}

inline std::size_t random_size(Choices& choices) {
  if (choices.is_empty()) return 0;
  return static_cast<std::size_t>(choices.one_in(12) ? choices.below(60) : choices.below(5));
}

template <class T>
void fill(Choices& choices, T& value);

template <class T>
struct MemberFiller {
  Choices& choices;
  T& value;

  template <class Member, class Class>
  void operator()(const char*, Member Class::* member) {
    fill(choices, value.*member);
  }
  template <class Get, class Set>
  void operator()(const char*, const ham::bit_field<Get, Set>& field) {
    auto number = field.get(value);
    fill(choices, number);
    field.set(value, number);
  }
};

/// A key or an element that containers find by its value.
template <class Key>
Key random_key(Choices& choices, bool is_sorted) {
  const bool may_be_nan = choices.may_be_nan;
  choices.may_be_nan = may_be_nan && !is_sorted;
  Key key{};
  fill(choices, key);
  choices.may_be_nan = may_be_nan;
  return key;
}

template <class T, std::size_t index = 0>
void fill_tuple(Choices& choices, T& value) {
  if constexpr (index < ham::detail::type_arguments_of<T>::size) {
    fill(choices, get<index>(value));
    fill_tuple<T, index + 1>(choices, value);
  }
}

template <class T, std::size_t index = 0>
void fill_variant(Choices& choices, T& value, std::size_t wanted) {
  if constexpr (index < ham::detail::type_arguments_of<T>::size) {
    if (index != wanted) return fill_variant<T, index + 1>(choices, value, wanted);
    value.template emplace<index>();
    fill(choices, get<index>(value));
  }
}

/// A date, which may be one that the calendar does not have.
template <class T>
void fill_date(Choices& choices, T& value) {
  decltype(value.year()) year{};
  decltype(value.month()) month{};
  decltype(value.day()) day{};
  fill(choices, year);
  fill(choices, month);
  fill(choices, day);
  value = T(year, month, day);
}

/// Gives `value`, which is as it was made by default, a random content.
template <class T>
void fill(Choices& choices, T& value) {
  using enum ham::detail::kind;
  constexpr auto kind = ham::detail::kind_of<T>;
  if constexpr (kind == boolean) {
    value = choices.one_in(2);
  } else if constexpr (kind == integer) {
    value = random_integer<T>(choices);
  } else if constexpr (kind == floating) {
    if constexpr (ham::detail::is_extended<T>) {
      value = random_extended(choices);
    } else {
      value = random_floating<T>(choices);
    }
  } else if constexpr (kind == bits) {
    for (std::size_t i = 0; i < value.size(); ++i) value.set(i, choices.one_in(2));
  } else if constexpr (kind == calendar) {
    using number = ham::detail::number_of<T>;
    value =
        T(static_cast<std::conditional_t<sizeof(T) == 2, int, unsigned>>(random_integer<number>(choices)));
  } else if constexpr (kind == date) {
    fill_date(choices, value);
  } else if constexpr (kind == enumeration) {
    using number = std::underlying_type_t<T>;
    if constexpr (std::is_same_v<number, bool>) {
      value = static_cast<T>(choices.one_in(2));
    } else {
      value = static_cast<T>(random_integer<number>(choices));
    }
  } else if constexpr (kind == c_array || kind == array) {
    for (auto& item : value) fill(choices, item);
  } else if constexpr (kind == text) {
    const std::string letters = random_text(choices);
    value.assign(letters.begin(), letters.end());
  } else if constexpr (kind == path) {
    value = random_text(choices);
  } else if constexpr (kind == optional) {
    if (choices.one_in(2)) fill(choices, value.emplace());
  } else if constexpr (kind == complex) {
    typename T::value_type real{};
    typename T::value_type imaginary{};
    fill(choices, real);
    fill(choices, imaginary);
    value = T(real, imaginary);
  } else if constexpr (kind == duration) {
    typename T::rep count{};
    fill(choices, count);
    value = T(count);
  } else if constexpr (kind == time_point) {
    typename T::duration since_epoch{};
    fill(choices, since_epoch);
    value = T(since_epoch);
  } else if constexpr (kind == variant) {
    constexpr std::size_t size = ham::detail::type_arguments_of<T>::size;
    fill_variant(choices, value, static_cast<std::size_t>(choices.below(size)));
  } else if constexpr (kind == pair) {
    fill(choices, value.first);
    fill(choices, value.second);
  } else if constexpr (kind == tuple) {
    fill_tuple(choices, value);
  } else if constexpr (kind == map) {
    for (std::size_t left = random_size(choices); left != 0; --left) {
      auto key = random_key<typename T::key_type>(choices, !ham::detail::is_unordered<T>);
      typename T::mapped_type mapped{};
      fill(choices, mapped);
      value.emplace(std::move(key), std::move(mapped));
    }
  } else if constexpr (kind == set) {
    for (std::size_t left = random_size(choices); left != 0; --left) {
      value.insert(random_key<typename T::value_type>(choices, !ham::detail::is_unordered<T>));
    }
  } else if constexpr (kind == sequence && ham::detail::valarray_like<T>) {
    value.resize(random_size(choices));
    for (auto& item : value) fill(choices, item);
  } else if constexpr (kind == sequence) {
    for (std::size_t left = random_size(choices); left != 0; --left) {
      typename T::value_type item{};
      fill(choices, item);
      if constexpr (ham::detail::iterable<T>) {
        value.push_back(std::move(item));
      } else {
        value.push_front(std::move(item));
      }
    }
  } else if constexpr (kind == structure) {
    ham::members<T>::each(MemberFiller<T>{choices, value});
  } else if constexpr (kind == custom) {
    value = T(random_floating<double>(choices));
  } else {
    static_assert(kind == monostate);
  }
}
