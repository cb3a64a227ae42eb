// The codec: how every C++ value that hamcell stores is written as CBOR (RFC 8949) and read back.
//
// The work is done by an engine that is compiled once (src/codec/); a cell compiles only descriptions of its
// types (describe.h). Nothing here includes a container, a string, or anything of third parties. It throws
// nothing: errors stay in the sink or the source.
//
// The format, version 1. Core deterministic encoding (RFC 8949, section 4.2.1) with one exception: the
// members of a structure stand in the order of declaration, which is what a reader meets them in.
//
//   bool                       false, true
//   integers, characters       integer
//   float, double              floating point of the type's own width, bit for bit
//   long double (of x87)       a double where it is one exactly, otherwise a bigfloat, tag 5 [exponent, odd
//                              integer] (RFC 8949, section 3.4.4); of NaN what a double keeps of it
//   enum                       the integer
//   string, u8string           text where it is UTF-8, otherwise a byte string
//   wstring and the like       as a vector of their characters
//   path                       as its native string
//   year, month, day, weekday  integer
//   year_month_day             text, as in ISO 8601: 2026-11-28
//   vector, deque, list, forward_list, valarray, array, C array
//     of numbers or enums      typed array (RFC 8746, section 2), little-endian
//     of durations, time points   the same
//     of complex               tag 40 [[n, 2], typed array], row-major (RFC 8746, section 3.1.1)
//     of structures            table: map of member name → column, which is what a sequence of that
//                              member's type would be; an array of empty maps where there are no members
//     of anything else         array
//   bitset                     array of booleans
//   structure                  map of member name → value
//   optional                   null or the value; [] or [value] where the value may itself be null
//   pair, tuple                array
//   complex                    [real, imaginary]
//   variant                    [index, value]
//   monostate                  null
//   duration, time point       the count
//   set                        typed array of numbers, otherwise array of elements
//   map                        map, where the keys are strings, paths, dates, integers or enums;
//                              otherwise array of [key, value]; multimap: always that array
//   unordered set, map         the same, in the bytewise order of the encoded elements or keys; where
//                              a map is an array, of key and value
//   a class with ham::codec    what that writes
//
// Readers also take what others write for the same value: plain arrays for typed ones, an array of maps for a
// table, members in another order, numbers in another width that are exactly the target's.
#pragma once

#include "describe.h"
#include "sink.h"
#include "source.h"

namespace ham {

/// The version of the format above.
inline constexpr unsigned format_version = 1;

template <class T>
void encode(sink& out, const T& value) {
  static_assert(is_codable<T>, "values of this type cannot be stored: specialise ham::codec for it");
  engine_in_use->encode(out, layout_of<T>(), __builtin_addressof(value));
}

template <class T>
void decode(source& in, T& value) {
  static_assert(is_codable<T>, "values of this type cannot be read: specialise ham::codec for it");
  engine_in_use->decode(in, layout_of<T>(), __builtin_addressof(value));
}

}  // namespace ham
