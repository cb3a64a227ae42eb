// 128-bit digests (XXH3) that stand for source text, values and keys.
//
// XXH3 is not a cryptographic hash: the cache is private to its user, so nobody gains by a collision, and
// 2^64 accidental ones would be needed; against that it digests at the speed of memory.
#pragma once

#define XXH_STATIC_LINKING_ONLY  // XXH3_state_t as a member
#include <xxhash.h>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace hamcell {

struct Digest {
  std::array<std::uint8_t, 16> bytes{};  ///< big-endian, XXH128's canonical form

  /// 32 lower-case hexadecimal digits.
  std::string hex() const;
  /// The digest that `hex` wrote, or all zeros where `text` is not 32 hexadecimal digits.
  static Digest from_hex(std::string_view text);
  bool is_zero() const { return *this == Digest{}; }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  auto operator<=>(const Digest&) const = default;
};

/// For containers: a digest's own bytes are as good as random.
struct DigestHash {
  std::size_t operator()(const Digest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.bytes.data(), sizeof hash);
    return hash;
  }
};

/// Digests a sequence of fields. Every field goes in with its length, so "ab","c" and "a","bc" differ.
class Digester {
 public:
  Digester();
  Digester& add(std::string_view field);
  Digester& add(const Digest& field) { return add(field.view()); }
  Digester& add(std::uint64_t number);
  /// Raw bytes without a length, for content that arrives in pieces.
  void add_raw(const void* data, std::size_t size);
  Digest finish() const;

 private:
  XXH3_state_t state_;
};

Digest digest_of(std::string_view bytes);

}  // namespace hamcell
