// The members of the type descriptions, so that they can be stored as records.
#pragma once

#include "base/record.h"
#include "value/type.h"

template <>
struct ham::members<hamcell::Member> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::Member::name);
    f("type", &hamcell::Member::type);
    f("has_initializer", &hamcell::Member::has_initializer);
    f("bit_width", &hamcell::Member::bit_width);
  }
};

template <>
struct ham::members<hamcell::Enumerator> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::Enumerator::name);
    f("value", &hamcell::Enumerator::value);
  }
};

template <>
struct ham::members<hamcell::Type> {
  template <class F>
  static constexpr void each(F&& f) {
    f("kind", &hamcell::Type::kind);
    f("name", &hamcell::Type::name);
    f("cpp_name", &hamcell::Type::cpp_name);
    f("digest", &hamcell::Type::digest);
    f("bits", &hamcell::Type::bits);
    f("is_signed", &hamcell::Type::is_signed);
    f("is_character", &hamcell::Type::is_character);
    f("unordered", &hamcell::Type::unordered);
    f("multi", &hamcell::Type::multi);
    f("holds_unordered", &hamcell::Type::holds_unordered);
    f("extent", &hamcell::Type::extent);
    f("extents", &hamcell::Type::extents);
    f("is_column_major", &hamcell::Type::is_column_major);
    f("adapter", &hamcell::Type::adapter);
    f("period_numerator", &hamcell::Type::period_numerator);
    f("period_denominator", &hamcell::Type::period_denominator);
    f("arguments", &hamcell::Type::arguments);
    f("members", &hamcell::Type::members);
    f("enumerators", &hamcell::Type::enumerators);
    f("why_opaque", &hamcell::Type::why_opaque);
  }
};

template <>
struct ham::members<hamcell::TypeTable> {
  template <class F>
  static constexpr void each(F&& f) {
    f("types", &hamcell::TypeTable::types);
  }
};
