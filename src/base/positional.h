// A compact encoding for records and messages of many small structs.
//
// By the codec of values a struct is written with the names of its members, which anybody can read, and a
// list of structs as a table of columns, which is good for many rows. Of what only hamcell's own programs
// read, with lists of one element or none, the names are most of the bytes and of the time. Here a struct is
// an array of its members in the order of ham::members, all the way down; its format has no names, so whoever
// keeps it must change its kind (base/record.h) with every member.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "codec/engine.h"

namespace hamcell::positional {

namespace detail {

template <class T>
inline constexpr bool is_struct = ham::detail::has_members<T> && !ham::detail::has_custom_codec<T>;

/// An integer that is no character. The bytes are those of the codec of values, without the way through its
/// tables.
template <class T>
inline constexpr bool is_number = std::is_integral_v<T> && sizeof(T) >= sizeof(std::int32_t) &&
                                  !std::is_same_v<T, char32_t> && !std::is_same_v<T, wchar_t>;

template <class T>
consteval std::size_t count_members() {
  std::size_t count = 0;
  ham::members<T>::each([&](const char*, auto) { ++count; });
  return count;
}

/// Whether something within T is written in this way. All else is as the codec of values writes it.
template <class T>
struct holds_struct : std::bool_constant<is_struct<T>> {};
template <class First, class Second>
struct holds_struct<std::pair<First, Second>> : std::true_type {};
template <class T>
struct holds_struct<std::vector<T>> : holds_struct<T> {};
template <class T>
struct holds_struct<std::optional<T>> : holds_struct<T> {};

}  // namespace detail

template <class T>
void encode(ham::sink& out, const T& value);
template <class T>
void decode(ham::source& in, T& value);

namespace detail {

template <class T>
void encode_struct(ham::sink& out, const T& value) {
  out.array(count_members<T>());
  ham::members<T>::each([&](const char*, auto member) { positional::encode(out, value.*member); });
}

template <class T>
void decode_struct(ham::source& in, T& value) {
  if (in.array() != count_members<T>()) return in.fail("not a struct with these members");
  ham::members<T>::each([&](const char*, auto member) {
    if (in.ok()) positional::decode(in, value.*member);
  });
}

template <class T>
void encode_inner(ham::sink& out, const std::vector<T>& list) {
  out.array(list.size());
  for (const T& element : list) positional::encode(out, element);
}

template <class T>
void decode_inner(ham::source& in, std::vector<T>& list) {
  list.resize(in.array());
  for (T& element : list) {
    if (!in.ok()) return;
    positional::decode(in, element);
  }
}

template <class First, class Second>
void encode_inner(ham::sink& out, const std::pair<First, Second>& pair) {
  out.array(2);
  positional::encode(out, pair.first);
  positional::encode(out, pair.second);
}

template <class First, class Second>
void decode_inner(ham::source& in, std::pair<First, Second>& pair) {
  if (in.array() != 2) return in.fail("not a pair");
  positional::decode(in, pair.first);
  positional::decode(in, pair.second);
}

template <class T>
void encode_inner(ham::sink& out, const std::optional<T>& value) {
  value ? positional::encode(out, *value) : out.null();
}

template <class T>
void decode_inner(ham::source& in, std::optional<T>& value) {
  in.take_null() ? value.reset() : positional::decode(in, value.emplace());
}

}  // namespace detail

template <class T>
void encode(ham::sink& out, const T& value) {
  if constexpr (detail::is_struct<T>)
    detail::encode_struct(out, value);
  else if constexpr (detail::holds_struct<T>::value)
    detail::encode_inner(out, value);
  else if constexpr (std::is_same_v<T, bool>)
    out.boolean(value);
  else if constexpr (detail::is_number<T> && std::is_unsigned_v<T>)
    out.unsigned_integer(value);
  else if constexpr (detail::is_number<T>)
    out.signed_integer(value);
  else
    ham::encode(out, value);
}

template <class T>
void decode(ham::source& in, T& value) {
  if constexpr (detail::is_struct<T>)
    detail::decode_struct(in, value);
  else if constexpr (detail::holds_struct<T>::value)
    detail::decode_inner(in, value);
  else if constexpr (std::is_same_v<T, bool>)
    value = in.boolean();
  else if constexpr (detail::is_number<T> && std::is_unsigned_v<T>)
    value = static_cast<T>(in.unsigned_integer(std::numeric_limits<T>::max()));
  else if constexpr (detail::is_number<T>)
    value = static_cast<T>(in.signed_integer(std::numeric_limits<T>::max()));
  else
    ham::decode(in, value);
}

/// For a specialisation of ham::codec: T and all that is in it are written so, wherever they are.
template <class T>
struct Codec {
  static void encode(ham::sink& out, const T& value) { detail::encode_struct(out, value); }
  static void decode(ham::source& in, T& value) { detail::decode_struct(in, value); }
};

}  // namespace hamcell::positional
