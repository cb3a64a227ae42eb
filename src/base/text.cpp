// Small questions about text that more than one stage asks.
#include "base/text.h"

#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iterator>
#include <memory>
#include <utility>

namespace hamcell {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  ///< bytes; 0: not well-formed at this position
};

/// Table 3-7 of the Unicode Standard: well-formed byte sequences.
CodePoint decode_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  char32_t value = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    value = lead & 0x1F;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    value = lead & 0x0F;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    value = lead & 0x07;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {};
  }
  if (text.size() < length) return {};
  for (std::size_t i = 1; i < length; ++i) {
    if (byte(i) < low || byte(i) > high) return {};
    value = (value << 6) | (byte(i) & 0x3F);
    low = 0x80;
    high = 0xBF;
  }
  return {value, length};
}

struct Range {
  char32_t first, last;
};

bool in_any(std::span<const Range> ranges, char32_t value) {
  return std::ranges::any_of(ranges, [&](Range r) { return value >= r.first && value <= r.last; });
}

/// Coarse ranges of UAX #11 (East Asian width) and of the general category Mn; enough to keep a table
/// straight.
std::size_t columns_of(char32_t value) {
  static constexpr std::array<Range, 6> zero = {{{0x300, 0x36F},
                                                 {0x200B, 0x200F},
                                                 {0x20D0, 0x20FF},
                                                 {0xFE00, 0xFE0F},
                                                 {0x1AB0, 0x1AFF},
                                                 {0xE0100, 0xE01EF}}};
  static constexpr std::array<Range, 8> wide = {{{0x1100, 0x115F},
                                                 {0x2E80, 0xA4CF},
                                                 {0xAC00, 0xD7A3},
                                                 {0xF900, 0xFAFF},
                                                 {0xFE30, 0xFE6F},
                                                 {0xFF00, 0xFF60},
                                                 {0x1F300, 0x1FAFF},
                                                 {0x20000, 0x3FFFD}}};
  if (in_any(zero, value)) return 0;
  return in_any(wide, value) ? 2 : 1;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

/// Whether `part` is a run of whole underscore-separated words of `whole`: "raw" of "raw_data".
bool is_part(std::string_view part, std::string_view whole) {
  if (part.size() < 3 || part.size() >= whole.size()) return false;
  for (std::size_t at = whole.find(part); at != std::string_view::npos; at = whole.find(part, at + 1)) {
    const bool starts = at == 0 || whole[at - 1] == '_' || whole[at - 1] == '-';
    const std::size_t end = at + part.size();
    if (starts && (end == whole.size() || whole[end] == '_' || whole[end] == '-')) return true;
  }
  return false;
}

bool is_control(char32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

/// The bidirectional controls reorder what stands around them on screen ("Trojan source").
bool is_reordering(char32_t value) {
  return (value >= 0x202A && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069);
}

/// Bytes of the control sequence that `text` begins with, if it selects a rendition (SGR) or erases the rest
/// of a line (EL), ECMA-48, section 8.3; otherwise 0.
std::size_t color_sequence(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  const bool is_one = end != std::string_view::npos && (text[end] == 'm' || text[end] == 'K');
  return is_one ? end + 1 : 0;
}

}  // namespace

std::string without_colors(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t color = color_sequence(text);
    if (color == 0) out += text.front();
    text.remove_prefix(std::max<std::size_t>(color, 1));
  }
  return out;
}

std::string visible(std::string_view text, VisibleOptions options) {
  std::string out;
  out.reserve(text.size());
  const auto escape = [&](unsigned char byte) {
    char buffer[8];
    std::snprintf(buffer, sizeof buffer, "\\x%02x", byte);
    out += buffer;
  };
  while (!text.empty()) {
    if (const std::size_t color = options.keep_colors ? color_sequence(text) : 0; color > 0) {
      out += text.substr(0, color);
      text.remove_prefix(color);
      continue;
    }
    const CodePoint point = decode_utf8(text);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    const bool layout = options.keep_layout && (text[0] == '\n' || text[0] == '\t');
    if (point.length != 0 && (layout || (!is_control(point.value) && !is_reordering(point.value)))) {
      out += text.substr(0, length);
    } else if (text[0] == '\n') {
      out += "\\n";
    } else if (text[0] == '\t') {
      out += "\\t";
    } else if (text[0] == '\r') {
      out += "\\r";
    } else {
      for (std::size_t i = 0; i < length; ++i) escape(static_cast<unsigned char>(text[i]));
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string readable_type(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> readable(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return readable != nullptr ? readable.get() : name;
}

std::string tamed_json(std::string json) {
  // The first bytes that such a character can have; nearly all text has none of them.
  constexpr std::string_view first_bytes = "\x7F\xC2\xE2";
  std::size_t at = json.find_first_of(first_bytes);
  while (at != std::string::npos) {
    const CodePoint point = decode_utf8(std::string_view(json).substr(at));
    std::size_t length = std::max<std::size_t>(point.length, 1);
    if (point.length != 0 && (is_control(point.value) || is_reordering(point.value))) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(point.value));
      json.replace(at, length, escape.data());
      length = 6;
    }
    at = json.find_first_of(first_bytes, at + length);
  }
  return json;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const CodePoint point = decode_utf8(bytes);
    if (point.length == 0) return false;
    bytes.remove_prefix(point.length);
  }
  return true;
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    columns += point.length == 0 ? 1 : columns_of(point.value);
    text.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return columns;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    const std::size_t width = point.length == 0 ? 1 : columns_of(point.value);
    if (used + width > columns - 1) break;
    used += width;
    out += text.substr(0, length);
    text.remove_prefix(length);
  }
  return out + "…";
}

std::string closest_word(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    if (candidate == word) continue;
    std::size_t distance = edit_distance(word, candidate);
    const bool near = distance * 3 <= std::max(word.size(), candidate.size());
    if (!near && !is_part(word, candidate) && !is_part(candidate, word)) continue;
    if (!near) distance += word.size();  // a shared part is a weaker sign than a misspelling
    if (best.empty() || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates,
                       const std::string& otherwise) {
  const std::string near = closest_word(word, candidates);
  return near.empty() ? otherwise : "did you mean '" + near + "'?";
}

namespace {
std::string three_digits(double value, const char* unit) {
  char buffer[32];
  const int decimals = value < 9.995 ? 1 : 0;
  std::snprintf(buffer, sizeof buffer, "%.*f %s", decimals, value, unit);
  return buffer;
}
}  // namespace

std::string format_seconds(double seconds) {
  if (!(seconds >= 0)) return "?";
  if (seconds < 0.9995e-3) return three_digits(seconds * 1e6, "µs");
  if (seconds < 0.9995) return three_digits(seconds * 1e3, "ms");
  if (seconds < 119.5) return three_digits(seconds, "s");
  if (seconds < 7200) return three_digits(seconds / 60, "min");
  return three_digits(seconds / 3600, "h");
}

std::string format_duration(double seconds) {
  if (!(seconds >= 0)) return "?";
  std::array<char, 32> text{};
  const auto print = [&](const char* format, auto... numbers) {
    return std::string(text.data(),
                       static_cast<std::size_t>(std::snprintf(text.data(), text.size(), format, numbers...)));
  };
  if (seconds < 9.95 && seconds != std::floor(seconds)) return print("%.1f s", seconds);
  const long long whole = std::llround(std::min(seconds, 3.6e12));
  if (whole < 60) return print("%lld s", whole);
  if (whole < 3600) return print("%lld min %02lld s", whole / 60, whole % 60);
  return print("%lld h %02lld min", whole / 3600, whole / 60 % 60);
}

std::string format_time(std::int64_t ns) {
  const std::time_t seconds = ns / 1'000'000'000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local)};
}

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  static constexpr const char* units[] = {"kB", "MB", "GB", "TB", "PB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(units)) {
    value /= 1000;
    ++unit;
  }
  return three_digits(value, units[unit]);
}

std::string plural(std::size_t count, std::string_view word) {
  return std::to_string(count) + ' ' + std::string(word) + (count == 1 ? "" : "s");
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) out += separator;
    out += parts[i];
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::optional<std::vector<std::string>> shell_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      const bool escapes = quote == '"' && c == '\\' && i + 1 < text.size() &&
                           std::string_view("\\\"$`").find(text[i + 1]) != std::string_view::npos;
      if (escapes) {
        word += text[++i];
      } else if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) return std::nullopt;
  if (in_word) words.push_back(word);
  return words;
}

}  // namespace hamcell
