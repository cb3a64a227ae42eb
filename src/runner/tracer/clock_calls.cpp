// In front of the functions that tell the time: the effect `clock`.
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>

#include <ctime>

#include "runner/tracer/effects.h"

using hamcell::tracer::EffectOf;

namespace {

constexpr auto clock_effect = hamcell::TracedEffect::Kind::clock;

}  // namespace

// The chrono clocks of libstdc++ and libc++ call this one.
HAMCELL_REPLACES int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static constinit EffectOf<decltype(::clock_gettime)> next(clock_effect, "clock_gettime");
  return next(clock, time);
}
HAMCELL_REPLACES std::time_t time(std::time_t* result) noexcept {
  static constinit EffectOf<decltype(::time)> next(clock_effect, "time");
  return next(result);
}
HAMCELL_REPLACES int gettimeofday(timeval* time, void* zone) noexcept {
  static constinit EffectOf<decltype(::gettimeofday)> next(clock_effect, "gettimeofday");
  return next(time, zone);
}
HAMCELL_REPLACES int timespec_get(timespec* time, int base) noexcept {
  static constinit EffectOf<decltype(::timespec_get)> next(clock_effect, "timespec_get");
  return next(time, base);
}
HAMCELL_REPLACES std::clock_t clock() noexcept {
  static constinit EffectOf<decltype(::clock)> next(clock_effect, "clock");
  return next();
}
HAMCELL_REPLACES clock_t times(tms* spent) noexcept {
  static constinit EffectOf<decltype(::times)> next(clock_effect, "times");
  return next(spent);
}
HAMCELL_REPLACES int getrusage(__rusage_who_t who, rusage* usage) noexcept {
  static constinit EffectOf<decltype(::getrusage)> next(clock_effect, "getrusage");
  return next(who, usage);
}
