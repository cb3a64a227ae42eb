// Types as `hamcell` knows them: what `hamcell-scan` says of a C++ type, so that values can be read,
// checked, written and shown without a compiler.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/digest.h"

namespace hamcell {

/// How values of a type are encoded. The encodings are described in include/hamcell/codec.h.
enum class TypeKind : std::uint8_t {
  boolean,   ///< bool
  integer,   ///< integers and character types of 8 to 64 bits, std::chrono::year and the like; see `bits` and
             ///< `is_signed`
  floating,  ///< float (32 bits), double (64), long double of x87 (80)
  text,      ///< std::string and what is read like it
  enumeration,  ///< see `enumerators`; `bits` and `is_signed` are those of the underlying type
  sequence,     ///< vector, deque, list, forward_list, valarray: arguments = {element}
  array,        ///< std::array, C arrays and std::bitset: arguments = {element}, `extent` elements
  set,          ///< set, multiset, unordered ones: arguments = {element}
  map,          ///< map, multimap, unordered ones: arguments = {key, value}
  optional,     ///< arguments = {value}
  variant,      ///< arguments = the alternatives
  monostate,    ///< std::monostate, std::nullopt_t
  tuple,        ///< std::pair and std::tuple: arguments = the members
  complex,      ///< arguments = {floating}
  duration,     ///< arguments = {count}; `period_numerator` / `period_denominator` seconds a tick
  time_point,   ///< arguments = {duration}; since the epoch of its clock
  path,         ///< std::filesystem::path
  date,         ///< std::chrono::year_month_day
  tensor,       ///< arrays of several dimensions of Eigen and xtensor: arguments = {element}; see `extents`
  structure,    ///< a class all of whose data members are public: see `members`
  custom,       ///< a class with a ham::codec of the user's own; only the runner can check it
  view,         ///< string_view, span: arguments = {the owning type that an input of this type is kept as}
  opaque        ///< cannot be stored; `why_opaque` says which part of it is at fault
};

/// Bits of long double in the format of x87, of which it is 16 bytes large.
inline constexpr std::uint32_t extended_bits = 80;

/// A data member of a structure, bases' members first, in the order of declaration.
struct Member {
  std::string name;
  std::uint32_t type = 0;        ///< index into TypeTable::types
  bool has_initializer = false;  ///< has a default member initialiser: an input may leave it out
  std::uint32_t bit_width = 0;   ///< of a bit-field; 0: not one
};

struct Enumerator {
  std::string name;
  std::int64_t value = 0;  ///< the bits of an unsigned 64-bit value where the underlying type is that
};

struct Type {
  TypeKind kind = TypeKind::opaque;
  std::string name;              ///< for people, as they would write it: "std::vector<Day>"
  std::string cpp_name;          ///< canonical and fully qualified, fit for generated code
  Digest digest;                 ///< of everything that decides the encoding, members' types included
  std::uint32_t bits = 0;        ///< integer, floating, enumeration; 1 of an enum of bool
  bool is_signed = false;        ///< integer, enumeration
  bool is_character = false;     ///< integer: char, char8_t, char16_t, char32_t or wchar_t
  bool unordered = false;        ///< set, map: iterates in an order of its own
  bool multi = false;            ///< set, map: equal keys may repeat; set by fill_derived
  bool holds_unordered = false;  ///< this type or one inside it is unordered
  std::uint64_t extent = 0;      ///< array
  /// tensor: of each dimension, 0: only the value knows; empty: any number of dimensions
  std::vector<std::uint64_t> extents;
  bool is_column_major = false;        ///< tensor: the first index is the one that runs fastest
  std::string adapter;                 ///< header with the codec: "hamcell/adapt/eigen.h"; empty: none needed
  std::uint64_t period_numerator = 1;  ///< duration
  std::uint64_t period_denominator = 1;  ///< duration
  std::vector<std::uint32_t> arguments;  ///< indexes into TypeTable::types
  std::vector<Member> members;           ///< structure
  std::vector<Enumerator> enumerators;   ///< enumeration
  /// Of what is opaque or has an opaque part: "member 'socket' of Link is a pointer".
  std::string why_opaque;

  /// Whether values of this type can be encoded.
  bool storable() const { return why_opaque.empty() && kind != TypeKind::opaque && kind != TypeKind::view; }
};

/// All types of a cell. Types refer to each other by index, because they may be recursive. Two types of a
/// cell are the same exactly when their indexes are.
struct TypeTable {
  std::vector<Type> types;

  const Type& operator[](std::uint32_t index) const { return types[index]; }
};

}  // namespace hamcell
