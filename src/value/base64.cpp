// Base64, three bytes to four letters.
#include "value/base64.h"

#include <cstdint>

namespace hamcell {

namespace {
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

std::string base64_from_bytes(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t index = 0; index < 3; ++index) {
      const unsigned byte = index < count ? static_cast<unsigned char>(bytes[at + index]) : 0;
      group = group << 8 | byte;
    }
    for (std::size_t index = 0; index < 4; ++index) {
      text += index <= count ? alphabet[group >> (18 - 6 * index) & 63] : '=';
    }
  }
  return text;
}

std::optional<std::string> bytes_from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string bytes;
  std::uint32_t group = 0;
  const std::string_view letters = text.substr(0, text.size() - padding);
  for (std::size_t at = 0; at < letters.size(); ++at) {
    const std::size_t value = alphabet.find(letters[at]);
    if (value == std::string_view::npos) return std::nullopt;
    group = (group << 6 | static_cast<std::uint32_t>(value)) & 0xffffff;
    // From the second letter of each four on, eight more bits are complete.
    const std::size_t position = at % 4;
    if (position != 0) bytes += static_cast<char>(group >> (6 - 2 * position) & 0xff);
  }
  const std::uint32_t unused_bits = padding == 2 ? group & 0xf : padding == 1 ? group & 0x3 : 0;
  if (unused_bits != 0) return std::nullopt;
  return bytes;
}

}  // namespace hamcell
