// The sink: where encoded bytes go, and how CBOR's data items (RFC 8949) are written.
//
// Part of every cell, where codecs of the user's own write to one; so it includes next to nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "hamcell moves numbers as little-endian blocks");

namespace ham {

/// Structures may stand inside each other this deep; more is an error in writing and in reading.
inline constexpr unsigned max_depth = 128;

/// CBOR's major types (RFC 8949, section 3.1).
enum major_type : unsigned {
  unsigned_item,
  negative_item,
  bytes_item,
  text_item,
  array_item,
  map_item,
  tag_item,
  simple_item
};

namespace detail {

/// Stores `value` in network byte order, as CBOR wants the argument of a head.
template <class Integer>
inline void store_big_endian(unsigned char* at, Integer value) {
  if constexpr (sizeof(Integer) == 2) value = __builtin_bswap16(value);
  if constexpr (sizeof(Integer) == 4) value = __builtin_bswap32(value);
  if constexpr (sizeof(Integer) == 8) value = __builtin_bswap64(value);
  std::memcpy(at, &value, sizeof value);
}

/// The length of the well-formed UTF-8 sequence of two or more bytes at `at` (RFC 3629, section 4), or 0.
inline std::size_t utf8_sequence(const unsigned char* at, std::size_t left) {
  const auto continues = [&](std::size_t index) { return index < left && (at[index] & 0xc0) == 0x80; };
  const unsigned char first = at[0];
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!continues(1) || !continues(2)) return 0;
    const bool overlong = first == 0xe0 && at[1] < 0xa0;
    const bool surrogate = first == 0xed && at[1] > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    const bool overlong = first == 0xf0 && at[1] < 0x90;
    const bool too_large = first == 0xf4 && at[1] > 0x8f;
    return overlong || too_large ? 0 : 4;
  }
  return 0;
}

template <class Word>
inline Word load_word(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Calls `take(place, word)` for words that cover `size` bytes, the last two of which may overlap: for short
/// text, that is quicker than going byte by byte at its end. Gives all words, or-ed.
template <class Take>
inline std::uint64_t over_words(const char* text, std::size_t size, Take take) {
  const auto pass = [&]<class Word>(std::size_t place, Word) {
    const Word word = load_word<Word>(text + place);
    take(place, word);
    return word;
  };
  if (size >= 8) {
    std::uint64_t all = 0;
    for (std::size_t place = 0; place + 8 < size; place += 8) all |= pass(place, std::uint64_t{});
    return all | pass(size - 8, std::uint64_t{});
  }
  if (size >= 4) return pass(0, std::uint32_t{}) | pass(size - 4, std::uint32_t{});
  if (size >= 2) return static_cast<unsigned>(pass(0, std::uint16_t{}) | pass(size - 2, std::uint16_t{}));
  return size == 1 ? pass(0, std::uint8_t{}) : 0;
}

inline constexpr std::uint64_t high_bits = 0x8080808080808080u;

/// Whether the bytes are well-formed UTF-8. Eight ASCII characters are passed at a time, as most text is
/// that.
inline bool is_utf8(const char* text, std::size_t size) {
  constexpr std::size_t short_text = 64;
  const bool is_ascii =
      size <= short_text && (over_words(text, size, [](std::size_t, auto) {}) & high_bits) == 0;
  if (is_ascii) return true;
  const auto* at = reinterpret_cast<const unsigned char*>(text);
  std::size_t index = 0;
  while (index < size) {
    while (size - index >= 8) {
      std::uint64_t eight;
      std::memcpy(&eight, at + index, 8);
      if ((eight & high_bits) != 0) break;
      index += 8;
    }
    if (index == size) break;
    if (at[index] < 0x80) {
      ++index;
      continue;
    }
    const std::size_t length = utf8_sequence(at + index, size - index);
    if (length == 0) return false;
    index += length;
  }
  return true;
}

/// Writes a text string of less than 24 bytes, whose length fits the first byte, if it is ASCII, to `at`,
/// where there is room for 24 bytes; how many it wrote, or 0. Lengths are as good as random, so it branches
/// on them little.
inline std::size_t write_short_ascii(unsigned char* at, const char* text, std::size_t size) {
  std::uint64_t all = 0;
  const auto copy = [&]<class Word>(std::size_t place, Word) {
    const Word word = load_word<Word>(text + place);
    std::memcpy(at + 1 + place, &word, sizeof word);
    all |= word;
  };
  if (size >= 8) {
    // Three words cover up to 24 bytes; they may overlap.
    copy(0, std::uint64_t{});
    copy(size < 16 ? size - 8 : 8, std::uint64_t{});
    copy(size - 8, std::uint64_t{});
  } else if (size >= 4) {
    copy(0, std::uint32_t{});
    copy(size - 4, std::uint32_t{});
  } else {
    for (std::size_t place = 0; place < size; ++place) copy(place, std::uint8_t{});
  }
  if ((all & high_bits) != 0) return 0;
  *at = static_cast<unsigned char>(text_item << 5 | size);
  return 1 + size;
}

}  // namespace detail

/// Takes encoded bytes. With a flush function it collects them into blocks of 64 KiB and hands full ones on;
/// anything half as large, or larger, goes through uncopied. Without one it keeps everything in memory: see
/// data().
///
/// The same layout in every translation unit: a sink made by hamcell-runner is written to by a cell. An error
/// stays; what is written after it is worthless, and the bytes must be thrown away.
class sink {
 public:
  using flush_function = void (*)(void* context, const void* data, std::size_t size);
  static constexpr std::size_t block_size = 65536;  ///< bytes

  /// Keeps the bytes in memory.
  sink() noexcept : sink(nullptr, nullptr) {}
  /// Hands the bytes to `on_block(context, …)`. What is left at the end is handed on by flush(), not by the
  /// destructor, because a value whose encoding failed half-way must not look complete.
  sink(flush_function on_block, void* context) noexcept : flush_(on_block), context_(context) {}
  /// Keeps the bytes in memory, of something that lies `depth` structures deep.
  explicit sink(unsigned depth) noexcept : sink() { depth_ = depth; }
  sink(const sink&) = delete;
  sink& operator=(const sink&) = delete;
  ~sink() { std::free(buffer_); }

  void write(const void* data, std::size_t size) {
    if (size <= capacity_ - used_) {
      if (size != 0) std::memcpy(buffer_ + used_, data, size);
      used_ += size;
    } else {
      write_beyond_buffer(data, size);
    }
  }

  /// For a flush function that keeps the block it was given: gives it away, to be freed by std::free. A block
  /// that does not begin at data() belongs to somebody else.
  char* release() {
    char* const block = reinterpret_cast<char*>(buffer_);
    buffer_ = nullptr;
    capacity_ = 0;
    return block;
  }

  /// Hands on what is collected. Does nothing for a sink that keeps its bytes.
  void flush() {
    if (flush_ == nullptr || used_ == 0) return;
    flush_(context_, buffer_, used_);
    handed_on_ += used_;
    used_ = 0;
  }

  /// All bytes written so far, of a sink that keeps them; valid until the next write.
  const char* data() const { return reinterpret_cast<const char*>(buffer_); }
  /// How many bytes were written so far.
  std::uint64_t size() const { return handed_on_ + used_; }

  /// Room for `size` (at most block_size) bytes to be filled in place and taken by commit(); nullptr after an
  /// error.
  unsigned char* room(std::size_t size) {
    if (size > capacity_ - used_ && !make_room(size)) return nullptr;
    return buffer_ + used_;
  }
  void commit(std::size_t size) { used_ += size; }
  /// Makes room at once for bytes that are to be kept; false after an error.
  bool reserve(std::size_t size) { return size <= capacity_ - used_ || make_room(size); }
  /// Bytes of memory that are in use.
  std::size_t capacity() const { return capacity_; }
  unsigned depth() const { return depth_; }

  /// The value cannot be encoded; `why` must outlive the sink (a literal). The first error stays.
  void fail(const char* why) {
    if (error_ == nullptr) error_ = why;
  }
  /// Why the value could not be encoded, or nullptr.
  const char* error() const { return error_; }

  /// Goes one structure deeper, or fails and says false; leave() goes back.
  bool enter() {
    if (depth_ == max_depth) {
      fail("the value is nested more than 128 structures deep");
      return false;
    }
    ++depth_;
    return true;
  }
  void leave() { --depth_; }

  /// The head of a data item in its shortest form (RFC 8949, sections 3 and 4.2.1).
  void head(unsigned major, std::uint64_t argument) {
    unsigned char* at = room(9);
    if (at == nullptr) return;
    const auto with = [&](unsigned info) { *at = static_cast<unsigned char>(major << 5 | info); };
    if (argument < 24) {
      with(static_cast<unsigned>(argument));
      commit(1);
    } else if (argument <= 0xff) {
      with(24);
      at[1] = static_cast<unsigned char>(argument);
      commit(2);
    } else if (argument <= 0xffff) {
      with(25);
      detail::store_big_endian(at + 1, static_cast<std::uint16_t>(argument));
      commit(3);
    } else if (argument <= 0xffffffff) {
      with(26);
      detail::store_big_endian(at + 1, static_cast<std::uint32_t>(argument));
      commit(5);
    } else {
      with(27);
      detail::store_big_endian(at + 1, argument);
      commit(9);
    }
  }

  void boolean(bool value) { head(simple_item, value ? 21 : 20); }
  void null() { head(simple_item, 22); }
  void unsigned_integer(std::uint64_t value) { head(unsigned_item, value); }
  void signed_integer(std::int64_t value) {
    if (value >= 0) {
      head(unsigned_item, static_cast<std::uint64_t>(value));
    } else {
      head(negative_item, ~static_cast<std::uint64_t>(value));
    }
  }
  /// In the type's own width and bit for bit, so that NaN payloads, -0.0 and the type survive.
  void floating(double value) { floating_bits<std::uint64_t>(0xfb, &value); }
  void floating(float value) { floating_bits<std::uint32_t>(0xfa, &value); }
  /// As a double, where it is one exactly or no number, and otherwise as a bigfloat (RFC 8949, section 3.4.4)
  /// [exponent, odd integer]. In the format of x87.
  void floating(long double value) {
    const auto narrow = static_cast<double>(value);
    if (static_cast<long double>(narrow) == value || value != value) return floating(narrow);
    std::uint64_t mantissa = 0;
    std::uint16_t sign_and_exponent = 0;
    std::memcpy(&mantissa, &value, sizeof mantissa);
    std::memcpy(&sign_and_exponent, reinterpret_cast<const char*>(&value) + sizeof mantissa,
                sizeof sign_and_exponent);
    // value = ± mantissa · 2^(biased exponent - bias of 16383 - 63 bits behind the point)
    const int biased = sign_and_exponent & 0x7fff;
    const int zeros = __builtin_ctzll(mantissa);
    mantissa >>= zeros;
    tag(5);
    array(2);
    signed_integer((biased == 0 ? 1 : biased) - 16383 - 63 + zeros);
    const bool is_negative = (sign_and_exponent & 0x8000) != 0;
    head(is_negative ? negative_item : unsigned_item, is_negative ? mantissa - 1 : mantissa);
  }

  /// A text string; the caller knows that the bytes are UTF-8.
  void text(const char* data, std::size_t size) { string(text_item, data, size); }
  /// A text string that ends with a zero byte, such as a member's name.
  void name(const char* text) { string(text_item, text, std::strlen(text)); }
  void bytes(const void* data, std::size_t size) { string(bytes_item, data, size); }
  /// What a C++ string is: a text string where it is UTF-8, otherwise a byte string.
  void text_or_bytes(const char* data, std::size_t size) {
    if (size < 24 && short_ascii(data, size)) return;
    string(detail::is_utf8(data, size) ? text_item : bytes_item, data, size);
  }

  void array(std::uint64_t items) { head(array_item, items); }
  void map(std::uint64_t pairs) { head(map_item, pairs); }
  void tag(std::uint64_t number) { head(tag_item, number); }

 private:
  /// Writes short text, if it is ASCII.
  bool short_ascii(const char* data, std::size_t size) {
    unsigned char* const at = room(24);
    if (at == nullptr) return true;
    const std::size_t written = detail::write_short_ascii(at, data, size);
    commit(written);
    return written != 0;
  }

  void string(unsigned major, const void* data, std::size_t size) {
    head(major, size);
    write(data, size);
  }

  template <class Bits, class Float>
  void floating_bits(unsigned char first, const Float* value) {
    unsigned char* at = room(1 + sizeof(Bits));
    if (at == nullptr) return;
    Bits bits;
    std::memcpy(&bits, value, sizeof bits);
    *at = first;
    detail::store_big_endian(at + 1, bits);
    commit(1 + sizeof bits);
  }

  void write_beyond_buffer(const void* data, std::size_t size) {
    // A copy of anything much smaller costs less than handing it on alone.
    if (flush_ != nullptr && size >= block_size / 2) {
      flush();
      flush_(context_, data, size);
      handed_on_ += size;
      return;
    }
    if (!make_room(size)) return;
    std::memcpy(buffer_ + used_, data, size);
    used_ += size;
  }

  /// Makes the buffer have `size` free bytes: by handing on what is in it, or by growth.
  bool make_room(std::size_t size) {
    if (flush_ != nullptr && buffer_ != nullptr) {
      flush();
      if (buffer_ != nullptr) return true;
    }
    if (size > SIZE_MAX / 4 - used_) return out_of_memory();
    std::size_t capacity = flush_ != nullptr ? block_size : capacity_ != 0 ? capacity_ * 2 : std::size_t{256};
    if (capacity < used_ + size) capacity = used_ + size;
    void* grown = std::realloc(buffer_, capacity);
    if (grown == nullptr) return out_of_memory();
    buffer_ = static_cast<unsigned char*>(grown);
    capacity_ = capacity;
    return true;
  }

  bool out_of_memory() {
    fail("not enough memory to encode the value");
    return false;
  }

  flush_function flush_;
  void* context_;
  unsigned char* buffer_ = nullptr;  // made with the first byte
  std::size_t used_ = 0;             // bytes of the buffer
  std::size_t capacity_ = 0;         // bytes of the buffer
  std::uint64_t handed_on_ = 0;      // bytes given to flush_
  const char* error_ = nullptr;
  unsigned depth_ = 0;  // structures entered
};

}  // namespace ham
