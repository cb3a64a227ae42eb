// In front of the functions that give random numbers: the effect `random`.
//
// rand and its like are deterministic, but their state is the process's and outlives the node: what a node
// gets depends on which nodes ran before it. A node that seeds them itself, and before it uses them, is its
// own.
#include <sys/random.h>
#include <unistd.h>

#include <cstdlib>

#include "runner/tracer/effects.h"

using hamcell::tracer::Effect;
using hamcell::tracer::EffectOf;
using hamcell::tracer::Next;

namespace hamcell::tracer {
namespace {

constexpr auto random_effect = TracedEffect::Kind::random;

/// A generator whose state the C library keeps for the whole process.
class SharedGenerator {
 public:
  void seed() {
    seeded_in_.store(recording_number.load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
  bool is_seeded() const {
    return seeded_in_.load(std::memory_order_relaxed) == recording_number.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint32_t> seeded_in_{0};
};

constinit SharedGenerator rand_generator;    // rand and random
constinit SharedGenerator rand48_generator;  // drand48, lrand48, mrand48

/// A function that takes a number from such a generator.
template <class Function>
class Drawn {
 public:
  constexpr Drawn(const SharedGenerator& from, const char* function)
      : from_(from), effect_(random_effect, function), next_(function) {}
  auto operator()() {
    if (!from_.is_seeded()) effect_.note();
    return next_();
  }

 private:
  const SharedGenerator& from_;
  Effect effect_;
  Next<Function> next_;
};

}  // namespace
}  // namespace hamcell::tracer

using hamcell::tracer::Drawn;
using hamcell::tracer::rand48_generator;
using hamcell::tracer::rand_generator;
using hamcell::tracer::random_effect;

HAMCELL_REPLACES ssize_t getrandom(void* bytes, std::size_t size, unsigned flags) {
  static constinit EffectOf<ssize_t(void*, std::size_t, unsigned)> next(random_effect, "getrandom");
  return next(bytes, size, flags);
}
HAMCELL_REPLACES int getentropy(void* bytes, std::size_t size) {
  static constinit EffectOf<int(void*, std::size_t)> next(random_effect, "getentropy");
  return next(bytes, size);
}
HAMCELL_REPLACES std::uint32_t arc4random() noexcept {
  static constinit EffectOf<std::uint32_t()> next(random_effect, "arc4random");
  return next();
}
HAMCELL_REPLACES void arc4random_buf(void* bytes, std::size_t size) noexcept {
  static constinit EffectOf<void(void*, std::size_t)> next(random_effect, "arc4random_buf");
  next(bytes, size);
}
HAMCELL_REPLACES std::uint32_t arc4random_uniform(std::uint32_t bound) noexcept {
  static constinit EffectOf<std::uint32_t(std::uint32_t)> next(random_effect, "arc4random_uniform");
  return next(bound);
}

// std::random_device of libstdc++ asks the processor itself where it can, which no function of the C library
// shows: these are its members _M_getval and _M_getval_pretr1 (for the token "mt19937").
HAMCELL_REPLACES unsigned hamcell_random_device(void* device) __asm__("_ZNSt13random_device9_M_getvalEv");
HAMCELL_REPLACES unsigned hamcell_random_device(void* device) {
  static constinit Effect effect(random_effect, "std::random_device");
  effect.note();
  static constinit Next<unsigned(void*)> next("_ZNSt13random_device9_M_getvalEv");
  return next(device);
}
HAMCELL_REPLACES unsigned hamcell_random_device_pretr1(void* device) __asm__(
    "_ZNSt13random_device16_M_getval_pretr1Ev");
HAMCELL_REPLACES unsigned hamcell_random_device_pretr1(void* device) {
  static constinit Effect effect(random_effect, "std::random_device");
  effect.note();
  static constinit Next<unsigned(void*)> next("_ZNSt13random_device16_M_getval_pretr1Ev");
  return next(device);
}

HAMCELL_REPLACES void srand(unsigned seed) noexcept {
  rand_generator.seed();
  static constinit Next<decltype(::srand)> next("srand");
  next(seed);
}
HAMCELL_REPLACES void srandom(unsigned seed) noexcept {
  rand_generator.seed();
  static constinit Next<decltype(::srandom)> next("srandom");
  next(seed);
}
HAMCELL_REPLACES char* initstate(unsigned seed, char* state, std::size_t size) noexcept {
  rand_generator.seed();
  static constinit Next<decltype(::initstate)> next("initstate");
  return next(seed, state, size);
}
HAMCELL_REPLACES int rand() noexcept {
  static constinit Drawn<decltype(::rand)> next(rand_generator, "rand");
  return next();
}
HAMCELL_REPLACES long random() noexcept {
  static constinit Drawn<decltype(::random)> next(rand_generator, "random");
  return next();
}

HAMCELL_REPLACES void srand48(long seed) noexcept {
  rand48_generator.seed();
  static constinit Next<decltype(::srand48)> next("srand48");
  next(seed);
}
HAMCELL_REPLACES unsigned short* seed48(unsigned short seed[3]) noexcept {
  rand48_generator.seed();
  static constinit Next<decltype(::seed48)> next("seed48");
  return next(seed);
}
HAMCELL_REPLACES void lcong48(unsigned short parameters[7]) noexcept {
  rand48_generator.seed();
  static constinit Next<decltype(::lcong48)> next("lcong48");
  next(parameters);
}
HAMCELL_REPLACES double drand48() noexcept {
  static constinit Drawn<decltype(::drand48)> next(rand48_generator, "drand48");
  return next();
}
HAMCELL_REPLACES long lrand48() noexcept {
  static constinit Drawn<decltype(::lrand48)> next(rand48_generator, "lrand48");
  return next();
}
HAMCELL_REPLACES long mrand48() noexcept {
  static constinit Drawn<decltype(::mrand48)> next(rand48_generator, "mrand48");
  return next();
}
