// Sequences: typed arrays, complex arrays, tables by column, and plain arrays; and the members of structures.
#pragma once

#include "rows.h"

namespace ham::detail {

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
      if (in.array() == 2 && in.array() == 2)
        count = static_cast<std::size_t>(in.unsigned_integer(in.remaining()));
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
  if (count > in.available() / least) in.fail("a length beyond the end of the data");
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
  member_check(source& in, const char** names, bool* seen)
      : in_(in), left_(in.map()), names_(names), seen_(seen) {}

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
  void operator()(const char* name, Member Class::* member) {
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
  void operator()(const char* name, Member Class::* member) {
    if (!check->is_next(name)) return;
    decode_column<std::remove_cv_t<Member>>(in, rows_of_member<T>(rows, count, member), count);
  }

  template <class Get, class Set>
  void operator()(const char* name, const bit_field<Get, Set>& field) {
    if (!check->is_next(name)) return;
    using value_type = decltype(field.get(at_row<const T>(rows.here())));
    const bool is_typed = array_tag<value_type> != 0 && in.peek_major() == tag_item;
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
    out.tag(40);
    out.array(2);
    out.array(2);
    out.unsigned_integer(count);
    out.unsigned_integer(2);
    write_typed_array<sizeof(T)>(out, array_tag<typename T::value_type>, rows, count);
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
  announced items(in, count, least_bytes<T>());
  for (std::size_t row = 0; row < count && in.ok(); ++row) {
    items.next();
    decode(in, at_row<T>(rows.next()));
  }
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
      if (in.tag() != 40 || in.array() != 2 || in.array() != 2) in.fail("not an array of complex numbers");
      if (in.unsigned_integer(UINT64_MAX) != count || in.unsigned_integer(2) != 2) {
        in.fail("a column or array of another length");
      }
      return read_typed_array_into<sizeof(T)>(in, array_tag<typename T::value_type>, rows, count);
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

}  // namespace ham::detail
