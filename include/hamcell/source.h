// The source: a checked cursor over encoded bytes, and how CBOR's data items (RFC 8949) are read.
//
// Part of every cell, where codecs of the user's own read from one; so it includes next to nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "layout.h"
#include "sink.h"

namespace ham {

namespace detail {

template <class Integer>
inline Integer load_big_endian(const unsigned char* at) {
  Integer value;
  std::memcpy(&value, at, sizeof value);
  if constexpr (sizeof(Integer) == 2) value = __builtin_bswap16(value);
  if constexpr (sizeof(Integer) == 4) value = __builtin_bswap32(value);
  if constexpr (sizeof(Integer) == 8) value = __builtin_bswap64(value);
  return value;
}

/// The value of a half-precision number (RFC 8949, appendix D), which writers in other languages use.
inline double half_to_double(std::uint16_t bits) {
  const unsigned exponent = bits >> 10 & 0x1f;
  const std::uint64_t fraction = bits & 0x3ff;
  const std::uint64_t sign = static_cast<std::uint64_t>(bits >> 15) << 63;
  std::uint64_t wide = 0;
  if (exponent == 0) {
    const double subnormal = static_cast<double>(fraction) * 0x1p-24;
    std::memcpy(&wide, &subnormal, sizeof wide);
  } else {
    const std::uint64_t wide_exponent = exponent == 31 ? 2047 : exponent - 15 + 1023;
    wide = wide_exponent << 52 | fraction << 42;
  }
  wide |= sign;
  double value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

}  // namespace detail

/// Reads encoded bytes. It never reads beyond them, and gives no length that they could not hold, so a reader
/// may allocate what it is told. The first error stays: every read after it gives zero or nothing, and loops
/// over what is left end, so a reader needs to look at ok() only once.
///
/// The same layout in every translation unit: a source made by hamcell-runner is read by a cell.
class source {
 public:
  /// The head of a data item. After an error the major type is 8, which is none.
  struct item {
    unsigned major = 8;
    unsigned info = 0;  ///< the low five bits of the first byte
    std::uint64_t argument = 0;
  };

  /// Goes on where `whole` stands, but not beyond the byte `end`.
  source(const source& whole, std::size_t end) noexcept : source(whole) {
    end_ = begin_ + end;
    kept_ = 0;  // that is for what lies behind
  }
  source(const void* data, std::size_t size) noexcept
      : begin_(static_cast<const unsigned char*>(data)), at_(begin_), end_(begin_ + size) {}

  bool ok() const { return !failed_; }
  /// What is wrong with the bytes, or nullptr; lives as long as the source.
  const char* error() const { return failed_ ? error_ : nullptr; }
  const char* data() const {
    return reinterpret_cast<const char*>(begin_);
  }  ///< all bytes, from the first one
  std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }  ///< of an error too
  std::size_t remaining() const { return failed_ ? 0 : static_cast<std::size_t>(end_ - at_); }
  bool at_end() const { return remaining() == 0; }

  /// The bytes that are left.
  piece ahead() const { return {reinterpret_cast<const char*>(at_), remaining()}; }
  /// Takes bytes of ahead(), which the caller has looked at.
  void pass(std::size_t size) { at_ += size; }

  /// How many bytes an array or a map ahead may fill: all but those kept for what is announced behind it.
  std::size_t available() const { return remaining() > kept_ ? remaining() - kept_ : 0; }

  void fail(const char* why) { fail(why, nullptr, 0); }
  /// `why "NAME"`, cut to what there is room for, unprintable bytes of the name replaced.
  void fail(const char* why, const char* name, std::size_t name_size) {
    if (failed_) return;
    failed_ = true;
    std::size_t used = 0;
    for (; *why != '\0' && used < sizeof error_ - 8; ++why) error_[used++] = *why;
    if (name != nullptr) {
      error_[used++] = ' ';
      error_[used++] = '"';
      for (std::size_t index = 0; index < name_size && used < sizeof error_ - 2; ++index) {
        const char letter = name[index];
        error_[used++] = letter < 0x20 || letter > 0x7e ? '?' : letter;
      }
      error_[used++] = '"';
    }
    error_[used] = '\0';
  }

  bool enter() {
    if (depth_ == max_depth) fail("nested more than 128 structures deep");
    return !failed_ && ++depth_ != 0;
  }
  void leave() { --depth_; }

  /// The next byte, which holds an item's type, without taking it; 0xff (no item starts so) at the end.
  unsigned peek() const { return at_end() ? 0xff : *at_; }
  /// The major type of the next item, 7 at the end.
  unsigned peek_major() const { return peek() >> 5; }

  /// Takes the head of any item.
  item head() {
    if (at_end()) {
      fail("the data ends too early");
      return {};
    }
    const unsigned first = *at_;
    item result{first >> 5, first & 0x1f, first & 0x1f};
    if (result.info < 24) {
      ++at_;
      return result;
    }
    if (result.info > 27) {
      fail(result.info == 31 ? "items of indefinite length are not supported" : "not a CBOR item");
      return {};
    }
    const std::size_t width = std::size_t{1} << (result.info - 24);
    if (remaining() <= width) {
      fail("the data ends too early");
      return {};
    }
    if (width == 1) result.argument = at_[1];
    if (width == 2) result.argument = detail::load_big_endian<std::uint16_t>(at_ + 1);
    if (width == 4) result.argument = detail::load_big_endian<std::uint32_t>(at_ + 1);
    if (width == 8) result.argument = detail::load_big_endian<std::uint64_t>(at_ + 1);
    at_ += 1 + width;
    return result;
  }

  bool boolean() {
    const unsigned first = peek();
    if (first != 0xf4 && first != 0xf5) {
      fail("not a boolean");
      return false;
    }
    ++at_;
    return first == 0xf5;
  }

  /// Takes the next item if it is null.
  bool take_null() {
    if (peek() != 0xf6) return false;
    ++at_;
    return true;
  }

  /// 0 to `max`.
  std::uint64_t unsigned_integer(std::uint64_t max) {
    const item next = head();
    if (next.major != unsigned_item) return wrong_integer(next);
    if (next.argument > max) return wrong_integer(next);
    return next.argument;
  }

  /// `-max - 1` to `max`.
  std::int64_t signed_integer(std::int64_t max) {
    const item next = head();
    const bool is_integer = next.major == unsigned_item || next.major == negative_item;
    if (!is_integer || next.argument > static_cast<std::uint64_t>(max)) {
      return static_cast<std::int64_t>(wrong_integer(next));
    }
    const auto magnitude = static_cast<std::int64_t>(next.argument);
    return next.major == negative_item ? -1 - magnitude : magnitude;
  }

  /// A number that is exactly a double: of any width, or an integer. A double's bits are kept.
  double float64() {
    const item next = head();
    if (next.major == simple_item) return floating(next);
    const bool is_negative = next.major == negative_item;
    if (is_negative && next.argument == UINT64_MAX) return -0x1p64;
    const std::uint64_t magnitude = is_negative ? next.argument + 1 : next.argument;
    const auto value = static_cast<double>(magnitude);
    const bool is_exact = value < 0x1p64 && static_cast<std::uint64_t>(value) == magnitude;
    if (is_exact && next.major <= negative_item) return is_negative ? -value : value;
    fail("not a number that a floating-point type holds");
    return 0;
  }

  /// A number that is exactly a float. A float's bits are kept.
  float float32() {
    if (peek() == 0xfa) {
      const item next = head();
      const auto bits = static_cast<std::uint32_t>(next.argument);
      float value = 0;
      std::memcpy(&value, &bits, sizeof value);
      return value;
    }
    const double wide = float64();
    const bool is_finite = wide - wide == 0;
    const bool fits = !is_finite || (wide <= 0x1.fffffep127 && wide >= -0x1.fffffep127);
    const float value = fits ? static_cast<float>(wide) : 0;
    if (is_finite && static_cast<double>(value) != wide) fail("a number that does not fit float");
    return value;
  }

  /// A number that is exactly a long double in the format of x87: a double, an integer of up to 64 bits, or
  /// a bigfloat (RFC 8949, section 3.4.4).
  long double float80() {
    if (peek_major() == simple_item) return static_cast<long double>(float64());
    std::int64_t exponent = 0;
    if (peek_major() == tag_item) {
      if (tag() != 5 || array() != 2) fail("not a number that long double holds");
      exponent = signed_integer(largest_exponent);
    }
    const item next = head();
    if (next.major > negative_item) fail("not a number that long double holds");
    // Both steps are exact: the magnitude has 64 bits, or is 2^64.
    const long double magnitude =
        static_cast<long double>(next.argument) + (next.major == negative_item ? 1 : 0);
    const long double mantissa = next.major == negative_item ? -magnitude : magnitude;
    const long double value = __builtin_ldexpl(mantissa, static_cast<int>(exponent));
    if (!ok() || __builtin_ldexpl(value, -static_cast<int>(exponent)) == mantissa) return ok() ? value : 0;
    fail("a number that does not fit long double");
    return 0;
  }

  /// A text or byte string.
  piece text() {
    const item next = head();
    if (next.major != text_item && next.major != bytes_item) {
      fail("not a string");
      return {};
    }
    return take(next.argument);
  }

  /// A text string, such as the name of a member.
  piece name() {
    if (peek_major() != text_item) fail("not a name");
    return ok() ? text() : piece{};
  }

  piece bytes() {
    const item next = head();
    if (next.major != bytes_item) {
      fail("not a byte string");
      return {};
    }
    return take(next.argument);
  }

  /// Takes the next item if it is the text `name`, which ends with a zero byte.
  bool take_name(const char* name) {
    const std::size_t size = std::strlen(name);
    const unsigned first = peek();
    if (first >> 5 != text_item) return false;
    if ((first & 0x1f) < 24) {
      if ((first & 0x1f) != size || remaining() <= size || std::memcmp(at_ + 1, name, size) != 0)
        return false;
      at_ += 1 + size;
      return true;
    }
    source ahead = *this;
    const piece key = ahead.text();
    if (key.size != size || std::memcmp(key.data, name, size) != 0) return false;
    at_ = ahead.at_;
    return true;
  }

  /// How many items follow; each takes at least a byte, so there are never more than bytes.
  std::size_t array() { return count(array_item, 1, "not an array"); }
  /// How many pairs follow.
  std::size_t map() { return count(map_item, 2, "not a map"); }

  std::uint64_t tag() {
    const item next = head();
    if (next.major != tag_item) fail("not a tagged item");
    return next.argument;
  }

  /// Takes one item with all that is inside it. It does not recurse.
  void skip() {
    std::uint64_t pending = 1;
    while (pending != 0 && ok()) {
      const item next = head();
      --pending;
      if (next.major == bytes_item || next.major == text_item) take(next.argument);
      if (next.major == tag_item) ++pending;
      if (next.major != array_item && next.major != map_item) continue;
      const std::uint64_t width = next.major == map_item ? 2 : 1;
      if (next.argument > remaining() / width) fail("a length beyond the end of the data");
      pending += next.argument * width;
      if (ok() && pending > remaining()) fail("the data ends too early");
    }
  }

 private:
  friend class announced;

  static constexpr std::int64_t largest_exponent = 20000;  // beyond that of any long double

  piece take(std::uint64_t size) {
    if (size > remaining()) {
      fail("a length beyond the end of the data");
      return {};
    }
    const piece result{reinterpret_cast<const char*>(at_), static_cast<std::size_t>(size)};
    at_ += size;
    return result;
  }

  std::size_t count(unsigned major, std::size_t least_bytes, const char* otherwise) {
    const item next = head();
    if (next.major != major) {
      fail(otherwise);
    } else if (next.argument > available() / least_bytes) {
      fail("a length beyond the end of the data");
    }
    return ok() ? static_cast<std::size_t>(next.argument) : 0;
  }

  std::uint64_t wrong_integer(const item& next) {
    const bool is_integer = next.major == unsigned_item || next.major == negative_item;
    fail(is_integer ? "an integer that does not fit its type" : "not an integer");
    return 0;
  }

  double floating(const item& next) {
    double value = 0;
    if (next.info == 27) {
      std::memcpy(&value, &next.argument, sizeof value);
    } else if (next.info == 26) {
      const auto bits = static_cast<std::uint32_t>(next.argument);
      float narrow = 0;
      std::memcpy(&narrow, &bits, sizeof narrow);
      value = static_cast<double>(narrow);
    } else if (next.info == 25) {
      value = detail::half_to_double(static_cast<std::uint16_t>(next.argument));
    } else {
      fail("not a number");
    }
    return value;
  }

  const unsigned char* begin_;
  const unsigned char* at_;
  const unsigned char* end_;
  std::size_t kept_ = 0;  // bytes of elements that were announced
  unsigned depth_ = 0;    // structures entered
  bool failed_ = false;
  char error_[115] = {};  // zero-terminated
};

/// Keeps bytes for the elements of a sequence that are still to come, so that lengths inside each other share
/// the data instead of multiplying: a reader that is told of a million elements a hundred levels deep would
/// otherwise make them all before it finds that there is nothing in them.
class announced {
 public:
  announced(source& in, std::size_t count, std::size_t least_bytes)
      : in_(in), left_(in.ok() ? count * least_bytes : 0), step_(least_bytes) {
    in_.kept_ += left_;
  }
  announced(const announced&) = delete;
  announced& operator=(const announced&) = delete;
  ~announced() { in_.kept_ -= left_; }

  /// The next elements are about to be read.
  void next(std::size_t count = 1) {
    left_ -= count * step_;
    in_.kept_ -= count * step_;
  }

 private:
  source& in_;
  std::size_t left_;  // bytes kept
  std::size_t step_;  // bytes for an element
};

}  // namespace ham
