// In front of the functions that choose a locale: the C library reads LC_ALL, LC_* and LANG, and its data
// files.
#include <fcntl.h>

#include <clocale>
#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>

#include "runner/tracer/environment.h"
#include "runner/tracer/next.h"
#include "runner/tracer/notes.h"
#include "runner/tracer/recording_switch.h"

namespace hamcell::tracer {
namespace {

constexpr std::pair<int, const char*> categories[] = {{LC_CTYPE, "LC_CTYPE"},
                                                      {LC_NUMERIC, "LC_NUMERIC"},
                                                      {LC_TIME, "LC_TIME"},
                                                      {LC_COLLATE, "LC_COLLATE"},
                                                      {LC_MONETARY, "LC_MONETARY"},
                                                      {LC_MESSAGES, "LC_MESSAGES"},
                                                      {LC_PAPER, "LC_PAPER"},
                                                      {LC_NAME, "LC_NAME"},
                                                      {LC_ADDRESS, "LC_ADDRESS"},
                                                      {LC_TELEPHONE, "LC_TELEPHONE"},
                                                      {LC_MEASUREMENT, "LC_MEASUREMENT"},
                                                      {LC_IDENTIFICATION, "LC_IDENTIFICATION"}};

/// What decides which locale an empty name means (setlocale(3)).
void note_chosen(int mask) {
  note_variable_use("LC_ALL");
  note_variable_use("LANG");
  for (const auto& [category, name] : categories)
    if ((mask & (1 << category)) != 0) note_variable_use(name);
}

/// Which locales there are: the system's are in one archive or one folder each, others in folders of LOCPATH.
void note_data() {
  const char* const more = std::getenv("LOCPATH");
  std::istringstream folders(more != nullptr ? more : "");
  for (std::string folder; std::getline(folders, folder, ':');) note_listing(AT_FDCWD, folder.c_str());
  note_attributes(AT_FDCWD, "/usr/lib/locale/locale-archive");
  note_listing(AT_FDCWD, "/usr/lib/locale");
}

void note_locale(int mask, const char* name) {
  if (!records() || name == nullptr) return;
  const std::string_view text = name;
  if (text.empty()) note_chosen(mask);
  if (text != "C" && text != "POSIX") note_data();
}

}  // namespace
}  // namespace hamcell::tracer

using hamcell::tracer::Next;
using hamcell::tracer::note_locale;

HAMCELL_REPLACES char* setlocale(int category, const char* name) noexcept {
  note_locale(category == LC_ALL ? LC_ALL_MASK : 1 << category, name);
  static constinit Next<decltype(::setlocale)> next("setlocale");
  return next(category, name);
}
HAMCELL_REPLACES locale_t newlocale(int mask, const char* name, locale_t base) noexcept {
  note_locale(mask, name);
  static constinit Next<decltype(::newlocale)> next("newlocale");
  return next(mask, name, base);
}
// NOLINTNEXTLINE(bugprone-reserved-identifier): what std::locale calls, with LC_ALL as a category's number.
HAMCELL_REPLACES locale_t __newlocale(int mask, const char* name, locale_t base) noexcept {
  note_locale(mask == 1 << LC_ALL ? LC_ALL_MASK : mask, name);
  static constinit Next<locale_t(int, const char*, locale_t)> next("__newlocale");
  return next(mask, name, base);
}
