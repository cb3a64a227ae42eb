// Numbers that lie in the rows of a container, moved to and from typed arrays (RFC 8746).
#pragma once

#include "kind.h"
#include "sink.h"
#include "source.h"

namespace ham::detail {

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
Rows rows_of_member(Rows rows, std::size_t count, Member Class::* member) {
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

}  // namespace ham::detail
