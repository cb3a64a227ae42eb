// How fast values are written, read and digested, each beside its limit: what the same work takes without
// hamcell. Benchmarks are called CASE/OPERATION and CASE/OPERATION/limit; bench/values.py pairs them.
//
// Large values get new pages from the kernel each time, as in any program. With --reuse-memory, memory that
// was freed is used again: what the kernel takes for new pages is not in the times then.
#include <benchmark/benchmark.h>
#include <hamcell/codec.h>
#include <malloc.h>

#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "codec/engine.h"

namespace {

// ---- The values

enum class Weather : std::int8_t { sun, rain, fog };

struct Day {
  std::string station;
  double rain_mm = 0;
  std::optional<double> wind;
  Weather weather = Weather::sun;
};

struct Point {
  double x = 0, y = 0, z = 0;
};

/// Three structures deep.
struct Particle {
  std::int64_t id = 0;
  Point place;
  struct Motion {
    Point velocity;
    float mass = 0;
  } motion;
};

}  // namespace

// What hamcell-scan's glue says of them.
template <>
struct ham::members<Day> {
  template <class F>
  static constexpr void each(F&& f) {
    f("station", &Day::station);
    f("rain_mm", &Day::rain_mm);
    f("wind", &Day::wind);
    f("weather", &Day::weather);
  }
};
template <>
struct ham::members<Point> {
  template <class F>
  static constexpr void each(F&& f) {
    f("x", &Point::x);
    f("y", &Point::y);
    f("z", &Point::z);
  }
};
template <>
struct ham::members<Particle::Motion> {
  template <class F>
  static constexpr void each(F&& f) {
    f("velocity", &Particle::Motion::velocity);
    f("mass", &Particle::Motion::mass);
  }
};
template <>
struct ham::members<Particle> {
  template <class F>
  static constexpr void each(F&& f) {
    f("id", &Particle::id);
    f("place", &Particle::place);
    f("motion", &Particle::motion);
  }
};

namespace {

constexpr std::size_t many = 1'000'000;

std::mt19937_64& random_bits() {
  static std::mt19937_64 bits(20261125);
  return bits;
}

double random_number() { return std::uniform_real_distribution<double>(-1000, 1000)(random_bits()); }

/// Names of 3 to 22 letters, so that some of them are on the heap.
std::string random_name() {
  std::string name(3 + random_bits()() % 20, ' ');
  for (char& letter : name) letter = static_cast<char>('a' + random_bits()() % 26);
  return name;
}

std::string letters() { return std::string(1'000'000, 'x'); }

std::vector<double> doubles() {
  std::vector<double> values(100'000'000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i) * 0.5;
  return values;
}

std::vector<Day> days() {
  std::vector<Day> days(many);
  for (Day& day : days) {
    day.station = random_name();
    day.rain_mm = random_number();
    if (random_bits()() % 4 != 0) day.wind = random_number();
    day.weather = static_cast<Weather>(random_bits()() % 3);
  }
  return days;
}

std::vector<Particle> particles() {
  std::vector<Particle> particles(many);
  for (Particle& particle : particles) {
    particle.id = static_cast<std::int64_t>(random_bits()());
    particle.place = {random_number(), random_number(), random_number()};
    particle.motion = {{random_number(), random_number(), random_number()}, 1.5F};
  }
  return particles;
}

template <class Map>
Map counts() {
  Map counts;
  while (counts.size() < many) counts.emplace(random_name() + std::to_string(counts.size()), random_name());
  return counts;
}

// ---- The same values in raw arrays, which is as fast as they can be had, and how they are built by hand

/// Strings one after another, and where each ends.
struct RawStrings {
  std::vector<char> letters;
  std::vector<std::uint32_t> ends;

  void clear() {
    letters.clear();
    ends.clear();
  }
  void add(const std::string& text) {
    letters.insert(letters.end(), text.begin(), text.end());
    ends.push_back(static_cast<std::uint32_t>(letters.size()));
  }
};

/// Gives them one after another.
class StringReader {
 public:
  explicit StringReader(const RawStrings& strings) : strings_(strings) {}
  std::string_view next() {
    const std::uint32_t begin = std::exchange(begin_, strings_.ends[index_++]);
    return {strings_.letters.data() + begin, begin_ - begin};
  }

 private:
  const RawStrings& strings_;
  std::size_t index_ = 0;
  std::uint32_t begin_ = 0;
};

struct RawDays {
  RawStrings stations;
  std::vector<double> rain_mm, wind;
  std::vector<char> has_wind;
  std::vector<Weather> weather;
};

void take_apart(const std::vector<Day>& days, RawDays& raw) {
  raw.stations.clear();
  raw.rain_mm.clear();
  raw.wind.clear();
  raw.has_wind.clear();
  raw.weather.clear();
  for (const Day& day : days) {
    raw.stations.add(day.station);
    raw.rain_mm.push_back(day.rain_mm);
    raw.has_wind.push_back(day.wind.has_value() ? 1 : 0);
    if (day.wind) raw.wind.push_back(*day.wind);
    raw.weather.push_back(day.weather);
  }
}

std::vector<Day> built_from(const RawDays& raw) {
  std::vector<Day> days(raw.rain_mm.size());
  StringReader stations(raw.stations);
  const double* wind = raw.wind.data();
  for (std::size_t i = 0; i < days.size(); ++i) {
    days[i].station = stations.next();
    days[i].rain_mm = raw.rain_mm[i];
    if (raw.has_wind[i] != 0) days[i].wind = *wind++;
    days[i].weather = raw.weather[i];
  }
  return days;
}

struct RawParticles {
  std::vector<std::int64_t> id;
  std::vector<double> x, y, z, vx, vy, vz;
  std::vector<float> mass;
};

void take_apart(const std::vector<Particle>& particles, RawParticles& raw) {
  raw.id.clear();
  for (auto* column : {&raw.x, &raw.y, &raw.z, &raw.vx, &raw.vy, &raw.vz}) column->clear();
  raw.mass.clear();
  for (const Particle& particle : particles) {
    raw.id.push_back(particle.id);
    raw.x.push_back(particle.place.x);
    raw.y.push_back(particle.place.y);
    raw.z.push_back(particle.place.z);
    raw.vx.push_back(particle.motion.velocity.x);
    raw.vy.push_back(particle.motion.velocity.y);
    raw.vz.push_back(particle.motion.velocity.z);
    raw.mass.push_back(particle.motion.mass);
  }
}

std::vector<Particle> built_from(const RawParticles& raw) {
  std::vector<Particle> particles(raw.id.size());
  for (std::size_t i = 0; i < particles.size(); ++i) {
    particles[i].id = raw.id[i];
    particles[i].place = {raw.x[i], raw.y[i], raw.z[i]};
    particles[i].motion = {{raw.vx[i], raw.vy[i], raw.vz[i]}, raw.mass[i]};
  }
  return particles;
}

struct RawMap {
  RawStrings keys, values;
};

void take_apart(const std::map<std::string, std::string>& map, RawMap& raw) {
  raw.keys.clear();
  raw.values.clear();
  for (const auto& [key, value] : map) {
    raw.keys.add(key);
    raw.values.add(value);
  }
}

/// The raw arrays are in order, as the elements of a stored map are.
std::map<std::string, std::string> built_from(const RawMap& raw) {
  std::map<std::string, std::string> map;
  StringReader keys(raw.keys), values(raw.values);
  for (std::size_t i = 0; i < raw.keys.ends.size(); ++i)
    map.emplace_hint(map.end(), keys.next(), values.next());
  return map;
}

/// The elements in the order of their keys, as anything must have them that is to be the same each time.
void take_apart(const std::unordered_map<std::string, std::string>& map, RawMap& raw) {
  raw.keys.clear();
  raw.values.clear();
  std::vector<const std::pair<const std::string, std::string>*> elements;
  elements.reserve(map.size());
  for (const auto& element : map) elements.push_back(&element);
  std::sort(elements.begin(), elements.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  for (const auto* element : elements) {
    raw.keys.add(element->first);
    raw.values.add(element->second);
  }
}

std::unordered_map<std::string, std::string> unordered_from(const RawMap& raw) {
  std::unordered_map<std::string, std::string> map;
  StringReader keys(raw.keys), values(raw.values);
  map.reserve(raw.keys.ends.size());
  for (std::size_t i = 0; i < raw.keys.ends.size(); ++i) map.emplace(keys.next(), values.next());
  return map;
}

// ---- What is measured

/// Memory that was written to before, for encoded bytes to go to block by block.
class Destination {
 public:
  explicit Destination(std::size_t size) : bytes_(size, 1) {}
  void rewind() { used_ = 0; }
  static void take(void* self, const void* data, std::size_t size) {
    auto* destination = static_cast<Destination*>(self);
    std::memcpy(destination->bytes_.data() + destination->used_, data, size);
    destination->used_ += size;
  }
  void* data() { return bytes_.data(); }

 private:
  std::vector<char> bytes_;
  std::size_t used_ = 0;
};

template <class T>
std::string encoded(const T& value) {
  ham::sink out;
  ham::encode(out, value);
  return {out.data(), static_cast<std::size_t>(out.size())};
}

template <class T>
void encode(benchmark::State& state, const T& value) {
  Destination destination(encoded(value).size());
  for (auto _ : state) {
    destination.rewind();
    ham::sink out(&Destination::take, &destination);
    ham::encode(out, value);
    out.flush();
    benchmark::DoNotOptimize(destination.data());
    benchmark::ClobberMemory();
  }
}

template <class T>
void decode(benchmark::State& state, const std::string& bytes) {
  for (auto _ : state) {
    ham::source in(bytes.data(), bytes.size());
    // As a cell's glue does: a new value on the heap.
    auto value = std::make_unique<T>();
    ham::decode(in, *value);
    if (!in.ok()) state.SkipWithError(in.error());
    benchmark::DoNotOptimize(value.get());
    benchmark::ClobberMemory();
    state.PauseTiming();
    value.reset();
    state.ResumeTiming();
  }
}

void digest(benchmark::State& state, const std::string& bytes) {
  for (auto _ : state) benchmark::DoNotOptimize(hamcell::digest_of(bytes));
}

/// What `make` gives is thrown away outside the measured time.
template <class Make>
void by_hand(benchmark::State& state, Make make) {
  for (auto _ : state) {
    auto value = std::make_unique<decltype(make())>(make());
    benchmark::DoNotOptimize(value.get());
    benchmark::ClobberMemory();
    state.PauseTiming();
    value.reset();
    state.ResumeTiming();
  }
}

void copy(benchmark::State& state, const void* data, std::size_t size) {
  Destination destination(size);
  for (auto _ : state) {
    std::memcpy(destination.data(), data, size);
    benchmark::DoNotOptimize(destination.data());
    benchmark::ClobberMemory();
  }
}

/// A value and its encoding, made when the first of its benchmarks runs.
template <class T>
class Case {
 public:
  explicit Case(std::function<T()> make) : make_(std::move(make)) {}
  const T& value() {
    if (value_ == nullptr) value_ = std::make_unique<const T>(make_());
    return *value_;
  }
  const std::string& bytes() {
    if (bytes_.empty()) bytes_ = encoded(value());
    return bytes_;
  }

 private:
  std::function<T()> make_;
  std::unique_ptr<const T> value_;
  std::string bytes_;
};

template <class T, class EncodeLimit, class DecodeLimit>
void add(const std::string& name, std::function<T()> make, EncodeLimit encode_limit,
         DecodeLimit decode_limit) {
  const auto of = std::make_shared<Case<T>>(std::move(make));
  const auto add_one = [&](const std::string& what, auto run) {
    benchmark::RegisterBenchmark((name + what).c_str(), run)->UseRealTime();
  };
  add_one("/encode", [=](benchmark::State& state) { encode(state, of->value()); });
  add_one("/encode/limit", [=](benchmark::State& state) { encode_limit(state, of->value()); });
  add_one("/decode", [=](benchmark::State& state) { decode<T>(state, of->bytes()); });
  add_one("/decode/limit", [=](benchmark::State& state) { decode_limit(state, of->value()); });
  add_one("/digest", [=](benchmark::State& state) { digest(state, of->bytes()); });
  add_one("/digest/limit",
          [=](benchmark::State& state) { copy(state, of->bytes().data(), of->bytes().size()); });
}

/// A value that is a block of memory.
template <class T>
void add_block(const std::string& name, T (*make)()) {
  const auto copy_block = [](benchmark::State& state, const T& block) {
    copy(state, block.data(), block.size() * sizeof(*block.data()));
  };
  const auto copy_out = [](benchmark::State& state, const T& block) {
    by_hand(state, [&] { return T(block.data(), block.data() + block.size()); });
  };
  add<T>(name, make, copy_block, copy_out);
}

/// A value that must be taken apart into raw arrays, and built from them.
template <class Raw, class T, class Build>
void add_built(const std::string& name, T (*make)(), Build build) {
  const auto raw = std::make_shared<Raw>();
  add<T>(
      name, make,
      [=](benchmark::State& state, const T& whole) {
        for (auto _ : state) {
          take_apart(whole, *raw);
          benchmark::DoNotOptimize(raw.get());
          benchmark::ClobberMemory();
        }
      },
      [=](benchmark::State& state, const T& whole) {
        take_apart(whole, *raw);
        by_hand(state, [&] { return build(*raw); });
      });
}

}  // namespace

int main(int argc, char** argv) {
  // Google Benchmark must not see a flag that it does not know.
  char** const end = std::remove_if(
      argv + 1, argv + argc, [](const char* flag) { return std::string_view(flag) == "--reuse-memory"; });
  if (end != argv + argc) {
    ::mallopt(M_MMAP_MAX, 0);
    ::mallopt(M_TRIM_THRESHOLD, INT_MAX);
    *end = nullptr;
    argc = static_cast<int>(end - argv);
  }
  using Map = std::map<std::string, std::string>;
  using UnorderedMap = std::unordered_map<std::string, std::string>;
  add<double>(
      "double", [] { return 1.5; },
      [](benchmark::State& state, const double& value) { copy(state, &value, sizeof value); },
      [](benchmark::State& state, const double& value) { by_hand(state, [&] { return value; }); });
  add_block("string of 1 MB", &letters);
  add_block("1e8 doubles", &doubles);
  const auto build = [](const auto& raw) { return built_from(raw); };
  add_built<RawDays>("table of 1e6 rows", &days, build);
  add_built<RawParticles>("1e6 nested structs", &particles, build);
  add_built<RawMap>("map of 1e6 strings", &counts<Map>, build);
  add_built<RawMap>("unordered_map of 1e6 strings", &counts<UnorderedMap>,
                    [](const RawMap& raw) { return unordered_from(raw); });
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
