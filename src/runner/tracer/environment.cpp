// In front of the functions that read and change the environment.
#include "runner/tracer/environment.h"

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/file.h"
#include "runner/tracer/next.h"
#include "runner/tracer/recording.h"
#include "runner/tracer/recording_switch.h"
#include "runner/tracer/time_zone.h"

namespace hamcell::tracer {
namespace {

void note_variable(const char* name, const char* value) {
  if (!records() || name == nullptr) return;
  const Inside inside;
  record([&](Recording& recording) {
    if (recording.variables.contains(name) || recording.own_variables.contains(name)) return;
    recording.variables.emplace(
        name, TracedVariable{name, value != nullptr, value != nullptr ? digest_of(value) : Digest{}});
  });
}

/// What the node sets itself is no input from then on. `entry`: NAME or NAME=VALUE.
void note_own(const char* entry) {
  if (!records() || entry == nullptr) return;
  const Inside inside;
  const std::string_view text = entry;
  record([&](Recording& recording) { recording.own_variables.emplace(text.substr(0, text.find('='))); });
  forget_time_zone();
}

}  // namespace

void note_variable_use(const char* name) {
  if (!records()) return;
  static constinit Next<decltype(::getenv)> next("getenv");
  note_variable(name, next(name));
}

void note_all_variables() {
  // What the process was started with is what the next run can be compared with, whatever was set since.
  const std::string all = read_file("/proc/self/environ").value_or("");
  record([&](Recording& recording) {
    recording.variables.emplace(every_variable, TracedVariable{std::string(every_variable), true, {}});
    for (std::size_t at = 0; at < all.size();) {
      const std::string_view entry = all.c_str() + at;
      at += entry.size() + 1;
      const std::size_t end = entry.find('=');
      if (end == std::string_view::npos) continue;
      const std::string name(entry.substr(0, end));
      recording.variables.emplace(name, TracedVariable{name, true, digest_of(entry.substr(end + 1))});
    }
  });
}

}  // namespace hamcell::tracer

namespace tracer = hamcell::tracer;
using tracer::Next;

HAMCELL_REPLACES char* getenv(const char* name) noexcept {
  static constinit Next<decltype(::getenv)> next("getenv");
  char* const value = next(name);
  tracer::note_variable(name, value);
  return value;
}
HAMCELL_REPLACES char* secure_getenv(const char* name) noexcept {
  static constinit Next<decltype(::secure_getenv)> next("secure_getenv");
  char* const value = next(name);
  tracer::note_variable(name, value);
  return value;
}
HAMCELL_REPLACES int setenv(const char* name, const char* value, int replace) noexcept {
  // Whether it is set already decides what this does.
  if (replace == 0) tracer::note_variable_use(name);
  tracer::note_own(name);
  static constinit Next<decltype(::setenv)> next("setenv");
  return next(name, value, replace);
}
HAMCELL_REPLACES int unsetenv(const char* name) noexcept {
  tracer::note_own(name);
  static constinit Next<decltype(::unsetenv)> next("unsetenv");
  return next(name);
}
HAMCELL_REPLACES int putenv(char* entry) noexcept {
  tracer::note_own(entry);
  static constinit Next<decltype(::putenv)> next("putenv");
  return next(entry);
}
HAMCELL_REPLACES int clearenv() noexcept {
  // Which variables there were does not matter from here on, but no trace says so for each: all of them do.
  if (tracer::records()) {
    const tracer::Inside inside;
    tracer::note_all_variables();
  }
  static constinit Next<decltype(::clearenv)> next("clearenv");
  return next();
}
