// Values of C++ literals, read from their tokens.
#include "scan/literals.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/text.h"

namespace hamcell {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6), add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12), add(0x80 | (code >> 6 & 0x3F)), add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18), add(0x80 | (code >> 12 & 0x3F)), add(0x80 | (code >> 6 & 0x3F)),
        add(0x80 | (code & 0x3F));
  }
}

std::optional<std::uint32_t> number(std::string_view digits, int base) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

/// Reads one escape sequence ([lex.ccon]) behind its backslash; `at` goes behind it.
bool read_escape(std::string_view text, std::size_t& at, std::string& out) {
  static constexpr std::string_view letters = "abfnrtv\\'\"?";
  static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"?";
  const char kind = text[at++];
  if (const std::size_t simple = letters.find(kind); simple != std::string_view::npos) {
    out += meanings[simple];
    return true;
  }
  const auto take = [&](std::string_view allowed, std::size_t most) {
    std::size_t end = at;
    while (end < text.size() && end - at < most && allowed.find(text[end]) != std::string_view::npos) end++;
    const std::string_view digits = text.substr(at, end - at);
    at = end;
    return digits;
  };
  static constexpr std::string_view hexadecimal = "0123456789abcdefABCDEF";
  std::optional<std::uint32_t> value;
  if (kind == 'u' || kind == 'U') {
    const std::size_t size = kind == 'u' ? 4 : 8;
    const std::string_view digits = take(hexadecimal, size);
    value = number(digits, 16);
    if (!value || digits.size() != size || *value > 0x10FFFF) return false;
    append_utf8(out, *value);
    return true;
  }
  if (kind == 'x') {
    value = number(take(hexadecimal, 8), 16);
  } else if (kind >= '0' && kind <= '7') {
    at--;
    value = number(take("01234567", 3), 8);
  }
  if (!value || *value > 0xFF) return false;
  out += static_cast<char>(static_cast<unsigned char>(*value));
  return true;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    at++;
    if (at >= text.size() || !read_escape(text, at, out)) return std::nullopt;
  }
  return out;
}

}  // namespace

std::optional<std::string> string_literal_value(std::string_view token) {
  if (token.starts_with("u8")) token.remove_prefix(2);
  const bool raw = token.starts_with("R\"");
  if (raw) token.remove_prefix(1);
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return std::nullopt;
  token = token.substr(1, token.size() - 2);
  std::optional<std::string> out;
  if (raw) {
    const std::size_t open = token.find('(');
    const std::size_t close = token.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
      return std::nullopt;
    out = std::string(token.substr(open + 1, close - open - 1));
  } else {
    out = unescaped(token);
  }
  // A const char* ends at its first NUL, so the string would not be what it seems.
  if (!out || out->find('\0') != std::string::npos || !is_utf8(*out)) return std::nullopt;
  return out;
}

std::optional<std::int64_t> character_literal_value(std::string_view token) {
  if (token.size() < 3 || token.front() != '\'' || token.back() != '\'') return std::nullopt;
  const std::optional<std::string> text = unescaped(token.substr(1, token.size() - 2));
  if (!text || text->size() != 1) return std::nullopt;
  return static_cast<std::int64_t>(text->front());
}

std::optional<NumberLiteral> number_literal_value(std::string_view token) {
  std::string text;
  for (const char c : token)
    if (c != '\'') text += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.')) return std::nullopt;
  const bool hexadecimal = text.starts_with("0x");
  const bool is_floating =
      text.find('.') != std::string::npos || text.find(hexadecimal ? 'p' : 'e') != std::string::npos;
  NumberLiteral out;
  out.is_integer = !is_floating;
  if (is_floating) {
    errno = 0;
    char* end = nullptr;
    out.floating = std::strtod(text.c_str(), &end);
    const std::string_view suffix = end;
    if (suffix == "f") out.floating = static_cast<double>(std::strtof(text.c_str(), nullptr));
    if ((!suffix.empty() && suffix != "f") || errno == ERANGE || !std::isfinite(out.floating))
      return std::nullopt;
    return out;
  }
  const bool binary = text.starts_with("0b");
  const int base = hexadecimal ? 16 : binary ? 2 : text[0] == '0' ? 8 : 10;
  const char* begin = text.c_str() + (hexadecimal || binary ? 2 : 0);
  const auto [end, error] = std::from_chars(begin, text.c_str() + text.size(), out.integer, base);
  const std::string_view suffix(end, static_cast<std::size_t>(text.c_str() + text.size() - end));
  static constexpr std::string_view suffixes[] = {"",    "u",   "l", "ul", "lu", "ll",
                                                  "ull", "llu", "z", "uz", "zu"};
  if (error != std::errc() ||
      std::find(std::begin(suffixes), std::end(suffixes), suffix) == std::end(suffixes))
    return std::nullopt;
  out.is_unsigned = suffix.find('u') != std::string_view::npos;
  return out;
}

}  // namespace hamcell
