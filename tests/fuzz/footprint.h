// How much memory a reader may take for each byte that it reads.
#pragma once

#include <hamcell/codec.h>

#include <algorithm>
#include <cstddef>
#include <deque>

#include "codec/engine.h"

namespace footprint {

using ham::detail::kind;
using ham::detail::kind_of;
using ham::detail::pack;

/// A node's links and allocation, and an unordered container's buckets.
inline constexpr std::size_t around_an_element = 64;

template <class T>
inline constexpr bool is_deque = false;
template <class T>
inline constexpr bool is_deque<std::deque<T>> = true;

template <class T>
consteval std::size_t at_birth();

template <class... Ts>
consteval std::size_t all_at_birth(pack<Ts...>) {
  return (std::size_t{0} + ... + at_birth<std::remove_cv_t<Ts>>());
}

struct MembersAtBirth {
  std::size_t sum = 0;
  template <class Member, class Class>
  constexpr void operator()(const char*, Member Class::*) {
    constexpr std::size_t bytes = at_birth<Member>();
    sum += bytes;
  }
  template <class Get, class Set>
  constexpr void operator()(const char*, const ham::bit_field<Get, Set>&) {}
};

/// Bytes that a new T allocates before anything is in it: libstdc++'s deque makes a block and a map.
template <class T>
consteval std::size_t at_birth() {
  constexpr kind k = kind_of<T>;
  if constexpr (is_deque<T>) {
    return 512 + 64 + sizeof(typename T::value_type);
  } else if constexpr (k == kind::array || k == kind::c_array) {
    return ham::detail::extent<T>::size * at_birth<typename ham::detail::extent<T>::element>();
  } else if constexpr (k == kind::pair || k == kind::tuple || k == kind::variant) {
    return all_at_birth(ham::detail::type_arguments_of<T>{});
  } else if constexpr (k == kind::optional) {
    return at_birth<typename T::value_type>();
  } else if constexpr (k == kind::structure) {
    MembersAtBirth members;
    ham::members<T>::each(members);
    return members.sum;
  } else {
    return 0;
  }
}

template <class T, class... Seen>
std::size_t heaviest();

/// The most of T and its parts; `Seen` are the types around it.
template <class... Seen, class... Ts>
std::size_t heaviest_of(pack<Ts...>) {
  return std::max({std::size_t{0}, heaviest<std::remove_cv_t<Ts>, Seen...>()...});
}

template <class... Seen>
struct HeaviestMember {
  std::size_t most = 0;
  template <class Member, class Class>
  void operator()(const char*, Member Class::*) {
    const std::size_t bytes = heaviest<Member, Seen...>();
    most = std::max(most, bytes);
  }
  template <class Get, class Set>
  void operator()(const char*, const ham::bit_field<Get, Set>&) {}
};

template <class T>
std::size_t of_element() {
  const std::size_t bytes = sizeof(T) + at_birth<T>() + around_an_element;
  return bytes / hamcell::engine::least_bytes(ham::layout_of<T>()) + 1;
}

/// Bytes of memory that an encoded byte can stand for, at the most, in any container inside T. A length says
/// how many elements there are; each has some size, and takes some bytes at the least.
template <class T, class... Seen>
std::size_t heaviest() {
  constexpr kind k = kind_of<T>;
  if constexpr ((std::is_same_v<T, Seen> || ...)) {
    return 0;
  } else if constexpr (k == kind::sequence || k == kind::set) {
    using element = typename T::value_type;
    return std::max(of_element<element>(), heaviest<element, T, Seen...>());
  } else if constexpr (k == kind::map) {
    using key = typename T::key_type;
    using mapped = typename T::mapped_type;
    return std::max({of_element<key>() + of_element<mapped>(), heaviest<key, T, Seen...>(),
                     heaviest<mapped, T, Seen...>()});
  } else if constexpr (k == kind::array || k == kind::c_array) {
    return heaviest<typename ham::detail::extent<T>::element, T, Seen...>();
  } else if constexpr (k == kind::pair || k == kind::tuple || k == kind::variant) {
    return heaviest_of<T, Seen...>(ham::detail::type_arguments_of<T>{});
  } else if constexpr (k == kind::optional) {
    return heaviest<typename T::value_type, T, Seen...>();
  } else if constexpr (k == kind::structure) {
    HeaviestMember<T, Seen...> members;
    ham::members<T>::each(members);
    return members.most;
  } else {
    return around_an_element;
  }
}

}  // namespace footprint
