// In front of the functions that convert local time: they read TZ, and the file that it names.
#include "runner/tracer/time_zone.h"

#include <fcntl.h>

#include <cstdlib>
#include <ctime>
#include <cwchar>
#include <string>

#include "runner/tracer/environment.h"
#include "runner/tracer/next.h"
#include "runner/tracer/notes.h"
#include "runner/tracer/recording_switch.h"

namespace hamcell::tracer {
namespace {

constinit Once zone;

/// The file that TZ stands for (tzset(3)): /etc/localtime without it; otherwise, behind a colon that may be
/// there, an absolute path or a name below TZDIR. A rule such as "CET-1CEST" is looked for as a file too,
/// before it is taken for what it is; what it leaves open is in "posixrules".
void note_zone_file() {
  const char* name = std::getenv("TZ");
  if (name == nullptr) return note_read(AT_FDCWD, "/etc/localtime");
  if (*name == ':') ++name;
  if (*name == '/') return note_read(AT_FDCWD, name);
  const char* folder = std::getenv("TZDIR");
  const std::string zones =
      std::string(folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo") + '/';
  note_read(AT_FDCWD, (zones + (*name == '\0' ? "Universal" : name)).c_str());
  if (std::string_view(name).find_first_of("0123456789") != std::string_view::npos)
    note_read(AT_FDCWD, (zones + "posixrules").c_str());
}

void note_time_zone() {
  if (!records() || !zone.is_first()) return;
  note_zone_file();
}

}  // namespace

void forget_time_zone() { zone.forget(); }

}  // namespace hamcell::tracer

using hamcell::tracer::Next;
using hamcell::tracer::note_time_zone;

HAMCELL_REPLACES std::tm* localtime(const std::time_t* time) noexcept {
  note_time_zone();
  static constinit Next<decltype(::localtime)> next("localtime");
  return next(time);
}
HAMCELL_REPLACES std::tm* localtime_r(const std::time_t* time, std::tm* result) noexcept {
  note_time_zone();
  static constinit Next<decltype(::localtime_r)> next("localtime_r");
  return next(time, result);
}
HAMCELL_REPLACES std::time_t mktime(std::tm* time) noexcept {
  note_time_zone();
  static constinit Next<decltype(::mktime)> next("mktime");
  return next(time);
}
HAMCELL_REPLACES std::time_t timelocal(std::tm* time) noexcept {
  note_time_zone();
  static constinit Next<decltype(::timelocal)> next("timelocal");
  return next(time);
}
HAMCELL_REPLACES void tzset() noexcept {
  note_time_zone();
  static constinit Next<decltype(::tzset)> next("tzset");
  next();
}
HAMCELL_REPLACES char* ctime(const std::time_t* time) noexcept {
  note_time_zone();
  static constinit Next<decltype(::ctime)> next("ctime");
  return next(time);
}
HAMCELL_REPLACES char* ctime_r(const std::time_t* time, char* text) noexcept {
  note_time_zone();
  static constinit Next<decltype(::ctime_r)> next("ctime_r");
  return next(time, text);
}
HAMCELL_REPLACES std::size_t strftime(char* text, std::size_t size, const char* format,
                                      const std::tm* time) noexcept {
  note_time_zone();
  static constinit Next<decltype(::strftime)> next("strftime");
  return next(text, size, format, time);
}
HAMCELL_REPLACES std::size_t strftime_l(char* text, std::size_t size, const char* format, const std::tm* time,
                                        locale_t locale) noexcept {
  note_time_zone();
  static constinit Next<decltype(::strftime_l)> next("strftime_l");
  return next(text, size, format, time, locale);
}
HAMCELL_REPLACES std::size_t wcsftime(wchar_t* text, std::size_t size, const wchar_t* format,
                                      const std::tm* time) noexcept {
  note_time_zone();
  static constinit Next<decltype(::wcsftime)> next("wcsftime");
  return next(text, size, format, time);
}
HAMCELL_REPLACES std::size_t wcsftime_l(wchar_t* text, std::size_t size, const wchar_t* format,
                                        const std::tm* time, locale_t locale) noexcept {
  note_time_zone();
  static constinit Next<decltype(::wcsftime_l)> next("wcsftime_l");
  return next(text, size, format, time, locale);
}
// NOLINTBEGIN(bugprone-reserved-identifier): what std::put_time calls.
HAMCELL_REPLACES std::size_t __strftime_l(char* text, std::size_t size, const char* format,
                                          const std::tm* time, locale_t locale) noexcept {
  return ::strftime_l(text, size, format, time, locale);
}
HAMCELL_REPLACES std::size_t __wcsftime_l(wchar_t* text, std::size_t size, const wchar_t* format,
                                          const std::tm* time, locale_t locale) noexcept {
  return ::wcsftime_l(text, size, format, time, locale);
}
// NOLINTEND(bugprone-reserved-identifier)
