// How values of a type lie in memory, told in plain data and functions, so that one engine, compiled once and
// well, writes and reads the values of every cell (src/codec/). A cell compiles no codec, only these
// descriptions; see describe.h.
//
// They cross the border between cell and runner, which may be compiled by different compilers: nothing of the
// C++ library is in here.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ham {

class sink;
class source;

/// Some bytes that belong to somebody else.
struct piece {
  const char* data = nullptr;
  std::size_t size = 0;
};

/// Where values of one type lie: `step` bytes apart, or each at its own place.
struct rows {
  char* first = nullptr;
  std::size_t step = 0;           ///< bytes
  char* const* places = nullptr;  ///< null: `first` and `step` count
  std::ptrdiff_t offset = 0;      ///< bytes from each of `places`

  char* operator[](std::size_t index) const {
    return places == nullptr ? first + index * step : places[index] + offset;
  }
  /// The rows behind the first `count`.
  rows behind(std::size_t count) const {
    return places == nullptr ? rows{first + count * step, step, nullptr, 0}
                             : rows{nullptr, 0, places + count, offset};
  }
  /// What lies `bytes` behind each of them.
  rows shifted(std::ptrdiff_t bytes) const {
    return places == nullptr ? rows{first + bytes, step, nullptr, 0}
                             : rows{nullptr, 0, places, offset + bytes};
  }
};

/// The encodings that the engine tells apart.
enum class form : unsigned char {
  boolean,
  integer,   ///< of `width` bytes; enums, years, durations and time points too
  floating,  ///< of `width` bytes; 16: long double
  text,
  optional,
  complex,
  variant,
  null,
  tuple,
  array,
  sequence,
  bits,
  date,
  keyed,  ///< sets and maps
  structure,
  custom
};

struct layout {
  form what;
  std::size_t size = 0;         ///< sizeof
  unsigned char array_tag = 0;  ///< RFC 8746 tag of a sequence of them; complex: of their parts; 0: none
  unsigned char width = 0;      ///< numbers: bytes
  bool is_signed = false;       ///< integer
  bool may_be_null = false;     ///< so that an optional of it needs another form
  bool is_key = false;          ///< a map with such keys is a CBOR map
  std::uint64_t max = 0;        ///< integer: the largest value
};

/// Gives the engine some rows, and asks whether to go on.
using take_rows = bool (*)(void* context, char* const* places, std::size_t count);
using take_entries = bool (*)(void* context, char* const* keys, char* const* values, std::size_t count);

struct text_layout : layout {
  void (*view)(const rows& texts, std::size_t count, piece* out);
  void (*assign)(const rows& texts, std::size_t count, const piece* in);
};

/// A year, month and day.
struct date_layout : layout {
  void (*get)(const void* date, int* parts);
  void (*set)(void* date, const int* parts);
};

struct optional_layout : layout {
  const layout* value;
  /// The value of each, null where it is empty.
  void (*view)(const rows& optionals, std::size_t count, char** out);
  /// Makes a new value in each for which `has_value` says so, and empties the others; null: there is
  /// assign_numbers().
  void (*assign)(const rows& optionals, std::size_t count, const bool* has_value, char** out);
  /// Puts a number in each, from the first bytes of eight, and then empties those of the indices in `empty`.
  void (*assign_numbers)(const rows& optionals, std::size_t count, const std::uint64_t* numbers,
                         const unsigned char* empty, std::size_t empty_count);
};

/// A complex number: two parts, one behind the other.
struct complex_layout : layout {
  const layout* part;
};

struct variant_layout : layout {
  const layout* const* alternatives;
  std::size_t count;
  /// The value, and which alternative it is; null where there is none.
  char* (*active)(const void* variant, std::size_t* index);
  char* (*emplace)(void* variant, std::size_t index);
};

struct tuple_layout : layout {
  const layout* const* parts;
  std::size_t count;
  void (*addresses)(const void* tuple, char** out);
};

/// `count` elements, one behind the other.
struct array_layout : layout {
  const layout* element;
  std::size_t count;
};

struct sequence_layout : layout {
  const layout* element;
  /// Where the elements lie one behind the other, and how many there are.
  char* (*view)(void* sequence, std::size_t* count);
  void (*walk)(void* sequence, void* context, take_rows take);  ///< where they lie anywhere; otherwise null
  void (*destroy)(void* sequence);                ///< leaves its memory alone; null: there is nothing to do
  void (*make)(void* memory, std::size_t count);  ///< with `count` new elements
  /// Makes it of numbers whose bytes lie one behind the other, perhaps not aligned; null: make() it first.
  void (*make_of)(void* memory, const char* bytes, std::size_t count);
};

/// A sequence of bool that are not objects.
struct bits_layout : layout {
  std::size_t count;  ///< where `resize` is null
  std::size_t (*length)(const void* bits);
  void (*resize)(void* bits, std::size_t count);  ///< null: it always has `count`
  bool (*get)(const void* bits, std::size_t index);
  void (*set)(void* bits, std::size_t index, bool value);
};

struct keyed_layout : layout {
  const layout* key;
  const layout* value;  ///< null: a set
  bool is_unordered;
  bool may_repeat;  ///< equal keys
  std::size_t (*length)(const void* container);
  void (*walk)(const void* container, void* context, take_entries take);
  /// Empties it, and inserts what the engine reads, in that order, until it has read `count` keys or a
  /// function says that something is wrong. `read_value` reads over the value of the entry that was made.
  void (*fill)(void* container, std::size_t count, void* context, bool (*read_key)(void* context, char* key),
               bool (*read_value)(void* context, char* value));
};

/// How to get at what no pointer can point to.
struct bit_field_functions {
  void (*get)(const rows& structures, std::size_t count, char* values);
  /// False where a value has more bits than the field.
  bool (*set)(const rows& structures, std::size_t count, const char* values);
};

struct member_layout {
  const char* name;
  const layout* value;
  std::size_t offset;               ///< bytes; of a bit-field 0
  const bit_field_functions* bits;  ///< null: it has an address
};

struct structure_layout : layout {
  const member_layout* members;
  std::size_t count;
};

struct custom_layout : layout {
  void (*encode)(const void* value, sink& out);
  void (*decode)(void* value, source& in);
};

/// What writes and reads by these descriptions.
struct engine {
  /// One value.
  void (*encode)(sink& out, const layout& type, const void* value);
  void (*decode)(source& in, const layout& type, void* value);
  /// A sequence of `count` elements that lie one behind the other, as a std::vector of them is written.
  void (*encode_elements)(sink& out, const layout& element, const void* first, std::size_t count);
  void (*decode_elements)(source& in, const layout& element, void* first, std::size_t count);
  /// How many elements the sequence ahead has; an error where the data cannot hold so many.
  std::size_t (*elements_ahead)(source& in, const layout& element);
};

/// Set before any value is written or read: by hamcell-runner, when it loads a cell.
inline const engine* engine_in_use = nullptr;

}  // namespace ham
