// Dates as they are stored, which the stages that read values without a compiler use too.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hamcell {

/// A date of the proleptic Gregorian calendar, or what stands in one that is none: std::chrono lets months
/// and days be 0 to 255.
struct Date {
  int year = 0;  ///< -32768 to 32767
  int month = 0;
  int day = 0;
};

/// As ISO 8601 has it: "2026-11-28". A year has at least four digits, with "-" in front where it is below
/// zero.
std::string date_text(const Date& date);

/// Takes what date_text() gives, and nothing else.
std::optional<Date> date_from(std::string_view text);

}  // namespace hamcell
