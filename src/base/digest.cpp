// 128-bit digests (XXH3) that stand for source text, values and keys.
#include "base/digest.h"

namespace hamcell {
namespace {

Digest canonical(XXH128_hash_t hash) {
  XXH128_canonical_t form;
  XXH128_canonicalFromHash(&form, hash);
  Digest digest;
  std::memcpy(digest.bytes.data(), form.digest, digest.bytes.size());
  return digest;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string Digest::hex() const {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(32);
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

Digest Digest::from_hex(std::string_view text) {
  Digest digest;
  if (text.size() != 32) return digest;
  for (std::size_t i = 0; i < 16; ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return {};
    digest.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return digest;
}

Digester::Digester() { XXH3_128bits_reset(&state_); }

Digester& Digester::add(std::string_view field) {
  add(field.size());
  add_raw(field.data(), field.size());
  return *this;
}

Digester& Digester::add(std::uint64_t number) {
  std::uint8_t bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  add_raw(bytes, sizeof bytes);
  return *this;
}

void Digester::add_raw(const void* data, std::size_t size) { XXH3_128bits_update(&state_, data, size); }

Digest Digester::finish() const { return canonical(XXH3_128bits_digest(&state_)); }

Digest digest_of(std::string_view bytes) { return canonical(XXH3_128bits(bytes.data(), bytes.size())); }

}  // namespace hamcell
