// The codec: how every C++ value that hamcell stores is written as CBOR (RFC 8949) and read back.
//
// Compiled into every cell, so it includes no container, no string, and nothing of third parties. It throws
// nothing: errors stay in the sink or the source.
//
// The format, version 1. Core deterministic encoding (RFC 8949, section 4.2.1) with one exception: the members
// of a structure stand in the order of declaration, which is what a reader meets them in.
//
//   bool                       false, true
//   integers, characters       integer
//   float, double              floating point of the type's own width, bit for bit
//   enum                       the integer
//   string                     text where it is UTF-8, otherwise a byte string
//   path                       as its native string
//   vector, deque, list, array, C array
//     of numbers or enums      typed array (RFC 8746, section 2), little-endian; also of durations and time points
//     of complex               multi-dimensional array, row-major (RFC 8746, section 3.1.1): tag 40 [[n, 2], typed array]
//     of structures            table: map of member name → column, which is what a sequence of that member's type
//                              would be; an array of empty maps where a structure has no members
//     of anything else         array
//   structure                  map of member name → value
//   optional                   null or the value; [] or [value] where the value may itself be null
//   pair, tuple                array
//   complex                    [real, imaginary]
//   variant                    [index, value]
//   monostate                  null
//   duration, time point       the count
//   set                        typed array of numbers, otherwise array of elements
//   map                        map, where the keys are strings, paths, integers or enums; otherwise array of
//                              [key, value]; multimap: always that array
//   unordered set, map         the same, in the bytewise order of the encoded elements or keys (of key and value
//                              where keys may repeat)
//   a class with ham::codec    what that writes
//
// Readers also take what others write for the same value: plain arrays for typed ones, an array of maps for a
// table, members in another order, numbers in another width that are exactly the target's.
#pragma once

#include <new>

#include "kind.h"
#include "sink.h"
#include "source.h"

namespace ham {

/// The version of the format above.
inline constexpr unsigned format_version = 1;

/// Writes `value` as one CBOR item. Look at out.error() afterwards.
template <class T>
void encode(sink& out, const T& value);

/// Reads one CBOR item into `value`, which is default-constructed or may be written over. Look at in.ok()
/// afterwards: after an error `value` is valid but has no meaning.
template <class T>
void decode(source& in, T& value);

namespace detail {

/// Walks over the rows of a column when the rows have one distance in memory.
class strided_rows {
 public:
  strided_rows(const void* first, std::size_t step)
      : at_(const_cast<char*>(static_cast<const char*>(first))), step_(step) {}
  char* here() const { return at_; }
  char* next() {
    char* row = at_;
    at_ += step_;
    return row;
  }
  void shift(std::ptrdiff_t offset) { at_ += offset; }
  /// Whether `width` bytes a row lie one after another, as in a vector of numbers.
  bool is_block(std::size_t width) const { return step_ == width; }

 private:
  char* at_;
  std::size_t step_;  // bytes
};

/// Walks over the rows of a column by the container's iterator.
template <class Iterator>
class linked_rows {
 public:
  explicit linked_rows(Iterator first) : at_(first) {}
  char* here() const {
    const auto* row = __builtin_addressof(*at_);
    return const_cast<char*>(static_cast<const char*>(static_cast<const void*>(row))) + offset_;
  }
  char* next() {
    char* row = here();
    ++at_;
    return row;
  }
  void shift(std::ptrdiff_t offset) { offset_ += offset; }
  bool is_block(std::size_t) const { return false; }

 private:
  Iterator at_;
  std::ptrdiff_t offset_ = 0;  // bytes from the element to what is read of it
};

template <class T>
T& at_row(char* row) {
  return *static_cast<T*>(static_cast<void*>(row));
}

/// The rows of a member, from those of its structure T.
template <class T, class Rows, class Member, class Class>
Rows rows_of_member(Rows rows, std::size_t count, Member Class::*member) {
  if (count == 0) return rows;
  char* row = rows.here();
  auto& value = at_row<T>(row).*member;
  rows.shift(static_cast<char*>(static_cast<void*>(__builtin_addressof(value))) - row);
  return rows;
}

/// Rows as they lie in a container.
template <class Container>
auto rows_in(Container& container) {
  if constexpr (requires { container.data(); }) {
    return strided_rows(container.data(), sizeof(*container.data()));
  } else {
    return linked_rows(container.begin());
  }
}

// ---- Typed arrays -------------------------------------------------------------------------------------------

/// Writes `width` bytes of each of `count` rows one after another.
template <std::size_t width, class Rows>
void gather(sink& out, Rows rows, std::size_t count) {
  constexpr std::size_t rows_at_once = 4096 / width;
  while (count != 0) {
    const std::size_t now = count < rows_at_once ? count : rows_at_once;
    unsigned char* at = out.room(now * width);
    if (at == nullptr) return;
    for (std::size_t row = 0; row < now; ++row) std::memcpy(at + row * width, rows.next(), width);
    out.commit(now * width);
    count -= now;
  }
}

template <std::size_t width, class Rows>
void scatter(const char* bytes, Rows rows, std::size_t count) {
  for (std::size_t row = 0; row < count; ++row) std::memcpy(rows.next(), bytes + row * width, width);
}

inline void write_typed_array_head(sink& out, unsigned tag, std::size_t bytes) {
  out.tag(tag);
  out.head(bytes_item, bytes);
}

/// The bytes of a typed array whose elements have `width` bytes each.
inline piece read_typed_array(source& in, unsigned tag, std::size_t width) {
  if (in.tag() != tag) in.fail("a typed array of another element type");
  const piece bytes = in.bytes();
  if (bytes.size % width != 0) in.fail("a typed array that ends inside an element");
  return in.ok() ? bytes : piece{};
}

template <std::size_t width, class Rows>
void write_typed_array(sink& out, unsigned tag, Rows rows, std::size_t count) {
  write_typed_array_head(out, tag, count * width);
  if (rows.is_block(width)) {
    if (count != 0) out.write(rows.here(), count * width);
  } else {
    gather<width>(out, rows, count);
  }
}

/// Fills exactly `count` rows.
template <std::size_t width, class Rows>
void read_typed_array_into(source& in, unsigned tag, Rows rows, std::size_t count) {
  const piece bytes = read_typed_array(in, tag, width);
  if (bytes.size != count * width) in.fail("a column or array of another length");
  if (!in.ok() || count == 0) return;
  if (rows.is_block(width)) {
    std::memcpy(rows.here(), bytes.data, bytes.size);
  } else {
    scatter<width>(bytes.data, rows, count);
  }
}

/// A number from a typed array. A bool inside an enum is checked, as any other byte in it would be undefined.
template <class T>
T load_number(source& in, const char* at) {
  if constexpr (std::is_same_v<number_of<T>, bool>) {
    if (static_cast<unsigned char>(*at) > 1) {
      in.fail("an integer that does not fit its type");
      return T();
    }
  }
  T value;
  std::memcpy(static_cast<void*>(&value), at, sizeof value);
  return value;
}

// ---- Columns ------------------------------------------------------------------------------------------------

/// How many rows the item ahead has, be it a table, an array or a typed array; 0 where it is none of them.
inline std::size_t rows_ahead(source& in) {
  const source start = in;
  while (in.ok() && in.peek_major() == map_item) {
    if (in.map() == 0) in.fail("a table without columns");
    in.text();
  }
  std::size_t count = 0;
  if (in.peek_major() == tag_item) {
    const std::uint64_t tag = in.tag();
    if (tag == 40) {
      if (in.array() == 2 && in.array() == 2) count = static_cast<std::size_t>(in.unsigned_integer(in.remaining()));
    } else {
      // RFC 8746, section 2.1: the low two bits give the width, of floating-point numbers from 16 bits up.
      const unsigned shift = static_cast<unsigned>(tag & 3) + (tag >= 80 && tag <= 87 ? 1 : 0);
      count = in.bytes().size >> shift;
    }
  } else if (in.ok()) {
    count = in.array();
  }
  if (in.ok()) in = start;
  return in.ok() ? count : 0;
}

/// As rows_ahead, after a check that the data can hold so many elements of `least` bytes each.
inline std::size_t checked_rows_ahead(source& in, std::size_t least) {
  const std::size_t count = rows_ahead(in);
  if (count > in.remaining() / least) in.fail("a length beyond the end of the data");
  return in.ok() ? count : 0;
}

template <class T, class Rows>
void encode_column(sink& out, Rows rows, std::size_t count);
template <class T, class Rows>
void decode_column(source& in, Rows rows, std::size_t count);

/// Tells which members a map had, so that each must be there once.
class member_check {
 public:
  /// `names` and `seen` have room for all members.
  member_check(source& in, const char** names, bool* seen) : in_(in), left_(in.map()), names_(names), seen_(seen) {}

  /// Asked for every member in order: whether its value is next, after its name is taken.
  bool is_next(const char* name) {
    const std::size_t index = index_++;
    names_[index] = name;
    if (left_ == 0 || !in_.take_name(name)) return false;
    if (seen_[index]) in_.fail("twice the member", name, std::strlen(name));
    seen_[index] = true;
    moved_ = true;
    --left_;
    return in_.ok();
  }

  /// Whether another pass over the members is needed, because the map has them in another order.
  bool again() {
    const bool go_on = left_ != 0 && moved_ && in_.ok();
    moved_ = false;
    index_ = 0;
    return go_on;
  }

  void finish(std::size_t member_count) {
    if (left_ != 0 && in_.ok()) {
      const piece name = in_.text();
      in_.fail("unknown member", name.data == nullptr ? "" : name.data, name.size);
    }
    for (std::size_t index = 0; index < member_count; ++index) {
      if (!seen_[index]) in_.fail("missing member", names_[index], std::strlen(names_[index]));
    }
  }

 private:
  source& in_;
  std::size_t left_;  // pairs of the map not taken yet
  std::size_t index_ = 0;
  bool moved_ = false;  // this pass took something
  const char** names_;
  bool* seen_;
};

/// Runs `visitor`, which has a member_check called `check`, over the members of T until all are read.
template <class T, class Visitor>
void read_members(source& in, Visitor visitor) {
  const char* names[member_count<T> + 1] = {};
  bool seen[member_count<T> + 1] = {};
  member_check check(in, names, seen);
  visitor.check = &check;
  do {
    members<T>::each(visitor);
  } while (check.again());
  check.finish(member_count<T>);
}

template <class T, class Rows>
struct column_writer {
  sink& out;
  Rows rows;
  std::size_t count;

  template <class Member, class Class>
  void operator()(const char* name, Member Class::*member) {
    out.name(name);
    encode_column<std::remove_cv_t<Member>>(out, rows_of_member<T>(rows, count, member), count);
  }

  template <class Get, class Set>
  void operator()(const char* name, const bit_field<Get, Set>& field) {
    using value_type = decltype(field.get(at_row<const T>(rows.here())));
    out.name(name);
    if constexpr (array_tag<value_type> != 0) {
      write_typed_array_head(out, array_tag<value_type>, count * sizeof(value_type));
    } else {
      out.array(count);
    }
    Rows walk = rows;
    for (std::size_t row = 0; row < count; ++row) {
      const value_type value = field.get(at_row<const T>(walk.next()));
      if constexpr (array_tag<value_type> != 0) {
        out.write(&value, sizeof value);
      } else {
        encode(out, value);
      }
    }
  }
};

/// Sets a bit-field, or fails where the value has more bits.
template <class T, class Get, class Set, class Value>
void set_bit_field(source& in, const bit_field<Get, Set>& field, T& value, Value read) {
  field.set(value, read);
  if (field.get(value) != read) in.fail("an integer that does not fit its bit-field");
}

template <class T, class Rows>
struct column_reader {
  source& in;
  Rows rows;
  std::size_t count;
  member_check* check = nullptr;

  template <class Member, class Class>
  void operator()(const char* name, Member Class::*member) {
    if (!check->is_next(name)) return;
    decode_column<std::remove_cv_t<Member>>(in, rows_of_member<T>(rows, count, member), count);
  }

  template <class Get, class Set>
  void operator()(const char* name, const bit_field<Get, Set>& field) {
    if (!check->is_next(name)) return;
    using value_type = decltype(field.get(at_row<const T>(rows.here())));
    const bool is_typed = in.peek_major() == tag_item;
    piece bytes;
    if constexpr (array_tag<value_type> != 0) {
      if (is_typed) bytes = read_typed_array(in, array_tag<value_type>, sizeof(value_type));
    }
    const std::size_t length = is_typed ? bytes.size / sizeof(value_type) : in.array();
    if (length != count) in.fail("a column or array of another length");
    Rows walk = rows;
    for (std::size_t row = 0; row < count && in.ok(); ++row) {
      value_type value{};
      if (is_typed) {
        value = load_number<value_type>(in, bytes.data + row * sizeof value);
      } else {
        decode(in, value);
      }
      set_bit_field(in, field, at_row<T>(walk.next()), value);
    }
  }
};

/// Writes a sequence of `count` values of T that lie in `rows`.
template <class T, class Rows>
void encode_column(sink& out, Rows rows, std::size_t count) {
  if constexpr (array_tag<T> != 0) {
    write_typed_array<sizeof(T)>(out, array_tag<T>, rows, count);
  } else if constexpr (kind_of<T> == kind::complex) {
    constexpr std::size_t width = sizeof(T) / 2;
    out.tag(40);
    out.array(2);
    out.array(2);
    out.unsigned_integer(count);
    out.unsigned_integer(2);
    write_typed_array<sizeof(T)>(out, width == 4 ? 85 : 86, rows, count);
  } else if constexpr (is_table_row<T>) {
    if (!out.enter()) return;
    out.map(member_count<T>);
    members<T>::each(column_writer<T, Rows>{out, rows, count});
    out.leave();
  } else {
    out.array(count);
    for (std::size_t row = 0; row < count; ++row) encode(out, at_row<const T>(rows.next()));
  }
}

template <class T, class Rows>
void decode_array_items(source& in, Rows rows, std::size_t count) {
  if (in.array() != count) in.fail("a column or array of another length");
  for (std::size_t row = 0; row < count && in.ok(); ++row) decode(in, at_row<T>(rows.next()));
}

/// Reads `count` values of T, no more and no less, into `rows`.
template <class T, class Rows>
void decode_column(source& in, Rows rows, std::size_t count) {
  const unsigned major = in.peek_major();
  if constexpr (array_tag<T> != 0) {
    if (major == tag_item && !std::is_same_v<number_of<T>, bool>) {
      return read_typed_array_into<sizeof(T)>(in, array_tag<T>, rows, count);
    }
    if (major == tag_item) {
      const piece bytes = read_typed_array(in, array_tag<T>, sizeof(T));
      if (bytes.size != count) in.fail("a column or array of another length");
      for (std::size_t row = 0; row < count && in.ok(); ++row) {
        at_row<T>(rows.next()) = load_number<T>(in, bytes.data + row);
      }
      return;
    }
  } else if constexpr (kind_of<T> == kind::complex) {
    if (major == tag_item) {
      constexpr std::size_t width = sizeof(T) / 2;
      if (in.tag() != 40 || in.array() != 2 || in.array() != 2) in.fail("not an array of complex numbers");
      if (in.unsigned_integer(UINT64_MAX) != count || in.unsigned_integer(2) != 2) {
        in.fail("a column or array of another length");
      }
      return read_typed_array_into<sizeof(T)>(in, width == 4 ? 85 : 86, rows, count);
    }
  } else if constexpr (is_table_row<T>) {
    if (major == map_item) {
      if (!in.enter()) return;
      read_members<T>(in, column_reader<T, Rows>{in, rows, count});
      in.leave();
      return;
    }
  }
  decode_array_items<T>(in, rows, count);
}

// ---- Single values ------------------------------------------------------------------------------------------

/// How a value of one kind is written and read.
template <class T, kind = kind_of<T>>
struct coding;

template <class T>
struct coding<T, kind::boolean> {
  static void encode(sink& out, const T& value) { out.boolean(value); }
  static void decode(source& in, T& value) { value = in.boolean(); }
};

template <class T>
struct coding<T, kind::integer> {
  static void encode(sink& out, const T& value) {
    if constexpr (std::is_signed_v<T>) {
      out.signed_integer(value);
    } else {
      out.unsigned_integer(value);
    }
  }
  static void decode(source& in, T& value) {
    constexpr unsigned value_bits = 8 * sizeof(T) - (std::is_signed_v<T> ? 1 : 0);
    constexpr std::uint64_t max = ~std::uint64_t{0} >> (64 - value_bits);
    if constexpr (std::is_signed_v<T>) {
      value = static_cast<T>(in.signed_integer(static_cast<std::int64_t>(max)));
    } else {
      value = static_cast<T>(in.unsigned_integer(max));
    }
  }
};

template <class T>
struct coding<T, kind::floating> {
  static void encode(sink& out, const T& value) { out.floating(value); }
  static void decode(source& in, T& value) {
    if constexpr (sizeof(T) == 4) {
      value = in.float32();
    } else {
      value = in.float64();
    }
  }
};

template <class T>
struct coding<T, kind::enumeration> {
  using number = std::underlying_type_t<T>;
  static void encode(sink& out, const T& value) {
    if constexpr (std::is_same_v<number, bool>) {
      out.unsigned_integer(static_cast<unsigned>(value));
    } else {
      coding<number>::encode(out, static_cast<number>(value));
    }
  }
  static void decode(source& in, T& value) {
    if constexpr (std::is_same_v<number, bool>) {
      value = static_cast<T>(in.unsigned_integer(1) != 0);
    } else {
      number read{};
      coding<number>::decode(in, read);
      value = static_cast<T>(read);
    }
  }
};

template <class T>
struct coding<T, kind::c_array> {
  using element = typename extent<T>::element;
  static void encode(sink& out, const T& value) {
    encode_column<element>(out, strided_rows(value, sizeof(element)), extent<T>::size);
  }
  static void decode(source& in, T& value) {
    decode_column<element>(in, strided_rows(value, sizeof(element)), extent<T>::size);
  }
};

template <class T>
struct coding<T, kind::array> {
  using element = typename extent<T>::element;
  static void encode(sink& out, const T& value) {
    encode_column<element>(out, strided_rows(value.data(), sizeof(element)), extent<T>::size);
  }
  static void decode(source& in, T& value) {
    decode_column<element>(in, strided_rows(value.data(), sizeof(element)), extent<T>::size);
  }
};

template <class T>
struct coding<T, kind::text> {
  using letter = typename T::value_type;
  static void encode(sink& out, const T& value) {
    const void* letters = value.data();
    out.text_or_bytes(static_cast<const char*>(letters), value.size());
  }
  static void decode(source& in, T& value) {
    const piece read = in.text();
    const void* letters = read.data;
    if (read.size == 0) {
      value.clear();
    } else {
      value.assign(static_cast<const letter*>(letters), read.size);
    }
  }
};

template <class T>
struct coding<T, kind::path> {
  using string = typename T::string_type;
  static void encode(sink& out, const T& value) { coding<string>::encode(out, value.native()); }
  static void decode(source& in, T& value) {
    string native;
    coding<string>::decode(in, native);
    value = static_cast<string&&>(native);
  }
};

template <class T>
struct coding<T, kind::optional> {
  static constexpr bool is_wrapped = may_be_null<std::remove_cv_t<typename T::value_type>>;
  static void encode(sink& out, const T& value) {
    if constexpr (is_wrapped) {
      out.array(value.has_value() ? 1 : 0);
    } else if (!value.has_value()) {
      out.null();
    }
    if (value.has_value()) ham::encode(out, *value);
  }
  static void decode(source& in, T& value) {
    value.reset();
    if constexpr (is_wrapped) {
      const std::size_t count = in.array();
      if (count > 1) in.fail("an optional with more than one value");
      if (count == 0 || !in.ok()) return;
    } else if (in.take_null()) {
      return;
    }
    value.emplace();
    ham::decode(in, *value);
  }
};

template <class T>
struct coding<T, kind::complex> {
  using number = typename T::value_type;
  static void encode(sink& out, const T& value) {
    out.array(2);
    ham::encode(out, value.real());
    ham::encode(out, value.imag());
  }
  static void decode(source& in, T& value) {
    number real{};
    number imaginary{};
    if (in.array() != 2) in.fail("not a complex number");
    ham::decode(in, real);
    ham::decode(in, imaginary);
    value = T(real, imaginary);
  }
};

template <class T>
struct coding<T, kind::duration> {
  using number = typename T::rep;
  static void encode(sink& out, const T& value) { ham::encode(out, value.count()); }
  static void decode(source& in, T& value) {
    number count{};
    ham::decode(in, count);
    value = T(count);
  }
};

template <class T>
struct coding<T, kind::time_point> {
  using since_epoch = typename T::duration;
  static void encode(sink& out, const T& value) { ham::encode(out, value.time_since_epoch()); }
  static void decode(source& in, T& value) {
    since_epoch duration{};
    ham::decode(in, duration);
    value = T(duration);
  }
};

template <class T>
struct coding<T, kind::monostate> {
  static void encode(sink& out, const T&) { out.null(); }
  static void decode(source& in, T&) {
    if (!in.take_null()) in.fail("not null");
  }
};

template <class T>
struct coding<T, kind::pair> {
  static void encode(sink& out, const T& value) {
    out.array(2);
    ham::encode(out, value.first);
    ham::encode(out, value.second);
  }
  static void decode(source& in, T& value) {
    if (in.array() != 2) in.fail("not a pair");
    ham::decode(in, value.first);
    ham::decode(in, value.second);
  }
};

// get<index>() below is found in the namespace of the tuple or variant.

template <class T>
struct coding<T, kind::tuple> {
  static constexpr std::size_t size = type_arguments_of<T>::size;

  template <std::size_t index = 0>
  static void encode_from(sink& out, const T& value) {
    if constexpr (index < size) {
      ham::encode(out, get<index>(value));
      encode_from<index + 1>(out, value);
    }
  }
  template <std::size_t index = 0>
  static void decode_from(source& in, T& value) {
    if constexpr (index < size) {
      ham::decode(in, get<index>(value));
      decode_from<index + 1>(in, value);
    }
  }

  static void encode(sink& out, const T& value) {
    out.array(size);
    encode_from(out, value);
  }
  static void decode(source& in, T& value) {
    if (in.array() != size) in.fail("a tuple of another length");
    decode_from(in, value);
  }
};

template <class T>
struct coding<T, kind::variant> {
  static constexpr std::size_t size = type_arguments_of<T>::size;

  template <std::size_t index = 0>
  static void encode_alternative(sink& out, const T& value) {
    if constexpr (index < size) {
      if (value.index() == index) return ham::encode(out, get<index>(value));
      encode_alternative<index + 1>(out, value);
    }
  }
  template <std::size_t index = 0>
  static void decode_alternative(source& in, T& value, std::size_t wanted) {
    if constexpr (index < size) {
      if (index != wanted) return decode_alternative<index + 1>(in, value, wanted);
      value.template emplace<index>();
      ham::decode(in, get<index>(value));
    }
  }

  static void encode(sink& out, const T& value) {
    if (value.valueless_by_exception()) return out.fail("a variant is without a value");
    out.array(2);
    out.unsigned_integer(value.index());
    encode_alternative(out, value);
  }
  static void decode(source& in, T& value) {
    if (in.array() != 2) in.fail("not a variant");
    const std::uint64_t index = in.unsigned_integer(size - 1);
    if (in.ok()) decode_alternative(in, value, static_cast<std::size_t>(index));
  }
};

template <class T>
struct member_writer {
  sink& out;
  const T& value;

  template <class Member, class Class>
  void operator()(const char* name, Member Class::*member) {
    out.name(name);
    encode(out, value.*member);
  }
  template <class Get, class Set>
  void operator()(const char* name, const bit_field<Get, Set>& field) {
    out.name(name);
    encode(out, field.get(value));
  }
};

template <class T>
struct member_reader {
  source& in;
  T& value;
  member_check* check = nullptr;

  template <class Member, class Class>
  void operator()(const char* name, Member Class::*member) {
    if (check->is_next(name)) decode(in, value.*member);
  }
  template <class Get, class Set>
  void operator()(const char* name, const bit_field<Get, Set>& field) {
    if (!check->is_next(name)) return;
    auto read = field.get(value);
    decode(in, read);
    if (in.ok()) set_bit_field(in, field, value, read);
  }
};

template <class T>
struct coding<T, kind::structure> {
  static void encode(sink& out, const T& value) {
    if (!out.enter()) return;
    out.map(member_count<T>);
    members<T>::each(member_writer<T>{out, value});
    out.leave();
  }
  static void decode(source& in, T& value) {
    if (!in.enter()) return;
    read_members<T>(in, member_reader<T>{in, value});
    in.leave();
  }
};

template <class T>
struct coding<T, kind::sequence> {
  using element = typename T::value_type;

  static void encode(sink& out, const T& value) {
    if constexpr (std::is_same_v<element, bool>) {
      out.array(value.size());
      for (const bool item : value) out.boolean(item);
    } else {
      encode_column<element>(out, rows_in(value), value.size());
    }
  }

  static void decode(source& in, T& value) {
    const std::size_t count = checked_rows_ahead(in, least_bytes<element>());
    if (!in.ok()) return;
    value.resize(count);
    if constexpr (std::is_same_v<element, bool>) {
      if (in.array() != count) in.fail("not an array");
      for (auto item = value.begin(); item != value.end(); ++item) *item = in.boolean();
    } else {
      decode_column<element>(in, rows_in(value), count);
    }
  }
};

// ---- Sets and maps ------------------------------------------------------------------------------------------

template <class T>
inline constexpr bool is_unordered = requires { typename T::hasher; };

/// Whether equal keys may repeat: insertion then always succeeds, and gives only an iterator.
template <class T>
inline constexpr bool may_repeat = requires(T& container, const typename T::value_type& item, typename T::iterator found) {
  found = container.insert(item);
};

/// Puts the elements of an unordered container into the bytewise order of their encodings, which is the same
/// however the container was filled.
class encoded_order {
 public:
  struct entry {
    const char* bytes;  ///< until sort(): null
    std::size_t size;
    const void* element;
  };

  explicit encoded_order(std::size_t count)
      : entries_(static_cast<entry*>(std::malloc((count + 1) * sizeof(entry)))) {
    if (entries_ == nullptr) keys.fail("not enough memory to sort an unordered container");
  }
  encoded_order(const encoded_order&) = delete;
  encoded_order& operator=(const encoded_order&) = delete;
  ~encoded_order() { std::free(entries_); }

  sink keys;  ///< write an element's key here, then add() the element

  void add(const void* element) {
    if (keys.error() != nullptr) return;
    const auto end = static_cast<std::size_t>(keys.size());
    ::new (static_cast<void*>(entries_ + count_++)) entry{nullptr, end - end_, element};
    end_ = end;
  }
  /// Sorts what was added. False, with the reason in `out`, when something could not be encoded.
  bool sort(sink& out) {
    if (keys.error() != nullptr) out.fail(keys.error());
    if (keys.error() != nullptr || count_ == 0) return keys.error() == nullptr;
    const char* at = keys.data();
    for (std::size_t index = 0; index < count_; ++index) {
      entries_[index].bytes = at;
      at += entries_[index].size;
    }
    std::qsort(entries_, count_, sizeof(entry), &compare);
    return true;
  }

  const entry* begin() const { return entries_; }
  const entry* end() const { return entries_ + count_; }

 private:
  static int compare(const void* left, const void* right) {
    const auto& a = *static_cast<const entry*>(left);
    const auto& b = *static_cast<const entry*>(right);
    const int order = std::memcmp(a.bytes, b.bytes, a.size < b.size ? a.size : b.size);
    if (order != 0 || a.size == b.size) return order;
    return a.size < b.size ? -1 : 1;
  }

  entry* entries_;
  std::size_t count_ = 0;
  std::size_t end_ = 0;  // bytes of `keys` that belong to entries
};

template <class T>
struct coding<T, kind::set> {
  using element = typename T::value_type;

  static void write(sink& out, const element& item) {
    if constexpr (array_tag<element> != 0) {
      out.write(__builtin_addressof(item), sizeof item);
    } else {
      ham::encode(out, item);
    }
  }

  static void encode(sink& out, const T& value) {
    if constexpr (array_tag<element> != 0) {
      write_typed_array_head(out, array_tag<element>, value.size() * sizeof(element));
    } else {
      out.array(value.size());
    }
    if constexpr (is_unordered<T>) {
      encoded_order order(value.size());
      for (const element& item : value) {
        ham::encode(order.keys, item);
        order.add(__builtin_addressof(item));
      }
      if (!order.sort(out)) return;
      for (const auto& entry : order) write(out, *static_cast<const element*>(entry.element));
    } else {
      for (const element& item : value) write(out, item);
    }
  }

  static void decode(source& in, T& value) {
    value = T();  // an unordered container that was used before iterates in another order
    const bool is_typed = in.peek_major() == tag_item;
    piece bytes;
    if constexpr (array_tag<element> != 0) {
      if (is_typed) bytes = read_typed_array(in, array_tag<element>, sizeof(element));
    }
    const std::size_t count = is_typed ? bytes.size / sizeof(element) : in.array();
    if constexpr (is_unordered<T>) value.reserve(count);
    for (std::size_t index = 0; index < count && in.ok(); ++index) {
      element item{};
      if (!is_typed) {
        ham::decode(in, item);
      } else if constexpr (array_tag<element> != 0) {
        item = load_number<element>(in, bytes.data + index * sizeof item);
      }
      value.emplace_hint(value.end(), static_cast<element&&>(item));
    }
    if (in.ok() && value.size() != count) in.fail("an element that occurs twice in a set");
  }
};

template <class T>
struct coding<T, kind::map> {
  using key = typename T::key_type;
  using mapped = typename T::mapped_type;
  static constexpr bool is_multi = may_repeat<T>;
  static constexpr bool is_object = is_map_key<key> && !is_multi;

  static void encode(sink& out, const T& value) {
    if constexpr (is_object) {
      out.map(value.size());
    } else {
      out.array(value.size());
    }
    if constexpr (is_unordered<T>) {
      encode_sorted(out, value);
    } else {
      for (const auto& [first, second] : value) {
        if constexpr (!is_object) out.array(2);
        ham::encode(out, first);
        ham::encode(out, second);
      }
    }
  }

  static void decode(source& in, T& value) {
    value = T();  // an unordered container that was used before iterates in another order
    const std::size_t count = is_object ? in.map() : in.array();
    if constexpr (is_unordered<T>) value.reserve(count);
    for (std::size_t index = 0; index < count && in.ok(); ++index) {
      if (!is_object && in.array() != 2) in.fail("not a pair of key and value");
      key read{};
      ham::decode(in, read);
      if (!in.ok()) return;
      auto entry = value.emplace_hint(value.end(), static_cast<key&&>(read), mapped());
      ham::decode(in, entry->second);
    }
    if (in.ok() && value.size() != count) in.fail("a key that occurs twice in a map");
  }

 private:
  static void encode_sorted(sink& out, const T& value) {
    encoded_order order(value.size());
    for (const auto& item : value) {
      ham::encode(order.keys, item.first);
      if constexpr (is_multi) ham::encode(order.keys, item.second);
      order.add(__builtin_addressof(item));
    }
    if (!order.sort(out)) return;
    for (const auto& entry : order) {
      if constexpr (!is_object) out.array(2);
      out.write(entry.bytes, entry.size);
      if constexpr (!is_multi) {
        ham::encode(out, static_cast<const typename T::value_type*>(entry.element)->second);
      }
    }
  }
};

}  // namespace detail

template <class T, class>
struct codec {
  using built_in = void;  ///< tells this from a codec of the user's own
  static void encode(sink& out, const T& value) { detail::coding<T>::encode(out, value); }
  static void decode(source& in, T& value) { detail::coding<T>::decode(in, value); }
};

template <class T>
void encode(sink& out, const T& value) {
  static_assert(is_codable<T>, "values of this type cannot be stored: specialise ham::codec for it");
  if constexpr (detail::kind_of<T> == detail::kind::custom) {
    if (!out.enter()) return;
    codec<T>::encode(out, value);
    out.leave();
  } else {
    detail::coding<T>::encode(out, value);
  }
}

template <class T>
void decode(source& in, T& value) {
  static_assert(is_codable<T>, "values of this type cannot be read: specialise ham::codec for it");
  if constexpr (detail::kind_of<T> == detail::kind::custom) {
    if (!in.enter()) return;
    codec<T>::decode(in, value);
    in.leave();
  } else {
    detail::coding<T>::decode(in, value);
  }
}

}  // namespace ham
