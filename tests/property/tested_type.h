// A C++ type behind functions that know nothing of it, so that a property is written, and compiled, once.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "choices.h"
#include "fuzz/footprint.h"
#include "random_value.h"
#include "same.h"
#include "unit/value_types.h"

using Held = std::shared_ptr<void>;

struct TestedType {
  std::string name;           ///< as it is written in C++
  DescribedType description;  ///< as hamcell knows it
  Held (*make)(Choices& choices);
  std::string (*encode)(const void* value);
  /// Reads one whole value over `value`; the error, or nothing.
  std::string (*decode)(std::string_view bytes, void* value);
  bool (*same)(const void* left, const void* right);
  bool (*less)(const void* left, const void* right);  ///< null: the type has no order
  std::size_t bytes_per_byte;  ///< of memory, for each byte of a value that is read; at the most
};

/// Hash and equality of keys that have none of their own.
struct ByBytes {
  template <class T>
  static std::string bytes(const T& value) {
    ham::sink out;
    ham::encode(out, value);
    return {out.data(), static_cast<std::size_t>(out.size())};
  }
  template <class T>
  std::size_t operator()(const T& value) const {
    return std::hash<std::string>()(bytes(value));
  }
  template <class T>
  bool operator()(const T& left, const T& right) const {
    return bytes(left) == bytes(right);
  }
};

template <class T>
Held make_value(Choices& choices) {
  auto value = std::make_shared<T>();
  fill(choices, *value);
  return value;
}

template <class T>
std::string encode_value(const void* value) {
  return hamcell::to_bytes(*static_cast<const T*>(value));
}

template <class T>
std::string decode_value(std::string_view bytes, void* value) {
  ham::source in(bytes.data(), bytes.size());
  ham::decode(in, *static_cast<T*>(value));
  if (!in.ok()) return in.error();
  return in.at_end() ? "" : "bytes behind the value";
}

template <class T>
bool same_values(const void* left, const void* right) {
  return same(*static_cast<const T*>(left), *static_cast<const T*>(right));
}

template <class T>
bool less_value(const void* left, const void* right) {
  return *static_cast<const T*>(left) < *static_cast<const T*>(right);
}

template <class T, bool is_ordered>
TestedType tested(const std::string& name) {
  TestedType type{
      name,    described_type<T>(),     &make_value<T>, &encode_value<T>, &decode_value<T>, &same_values<T>,
      nullptr, footprint::heaviest<T>()};
  if constexpr (is_ordered) type.less = &less_value<T>;
  return type;
}

/// Types chosen by hand: those that are dangerous to read, and those that refer to themselves.
void add_chosen_types(std::vector<TestedType>& types);
/// The types that make_types.py made.
void add_made_types(std::vector<TestedType>& types);
