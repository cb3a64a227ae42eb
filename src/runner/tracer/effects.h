// Effects: what a node can use that no trace can hold.
#pragma once

#include "cache/entry.h"
#include "runner/tracer/next.h"
#include "runner/tracer/recording_switch.h"
#include "runner/tracer/touched.h"

namespace hamcell::tracer {

/// Adds the effect to the recording, if `function` is not there yet.
void record_effect(TracedEffect::Kind kind, const char* function);

/// One function whose use is an effect. After its first use in a recording it costs next to nothing, so that
/// a node may ask for the time ten million times.
class Effect {
 public:
  constexpr Effect(TracedEffect::Kind kind, const char* function) : kind_(kind), function_(function) {}
  void note() {
    if (kind_ == TracedEffect::Kind::process) touch(anything);
    if (!records() || !once_.is_first()) return;
    const Inside inside;
    record_effect(kind_, function_);
  }

 private:
  TracedEffect::Kind kind_;
  const char* function_;
  Once once_;
};

/// A function of the C library whose use is an effect.
template <class Function>
class EffectOf {
 public:
  constexpr EffectOf(TracedEffect::Kind kind, const char* function)
      : effect_(kind, function), next_(function) {}

  template <class... Arguments>
  auto operator()(Arguments... arguments) {
    effect_.note();
    return next_(arguments...);
  }

 private:
  Effect effect_;
  Next<Function> next_;
};

}  // namespace hamcell::tracer
