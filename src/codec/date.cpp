#include "codec/date.h"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace hamcell {

std::string date_text(const Date& date) {
  char text[32];
  const char* const sign = date.year < 0 ? "-" : "";
  const int size =
      std::snprintf(text, sizeof text, "%s%04d-%02d-%02d", sign, std::abs(date.year), date.month, date.day);
  return {text, static_cast<std::size_t>(size)};
}

std::optional<Date> date_from(std::string_view text) {
  Date date;
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool is_negative = text.starts_with('-');
  if (is_negative) ++at;
  for (int* part : {&date.year, &date.month, &date.day}) {
    if (part != &date.year) {
      if (at == end || *at != '-') return std::nullopt;
      ++at;
    }
    if (at == end || *at == '-') return std::nullopt;
    const auto [stopped, error] = std::from_chars(at, end, *part);
    if (error != std::errc()) return std::nullopt;
    at = stopped;
  }
  if (is_negative) date.year = -date.year;
  const bool fits =
      date.year >= INT16_MIN && date.year <= INT16_MAX && date.month <= UINT8_MAX && date.day <= UINT8_MAX;
  // Written another way, such as with other zeros, it would be another key.
  if (!fits || date_text(date) != text) return std::nullopt;
  return date;
}

}  // namespace hamcell
