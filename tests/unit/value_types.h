// Describes C++ types for tests of the value stage, as the scan does, and names the structures that they
// share.
#pragma once

#include <hamcell/codec.h>

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <valarray>
#include <variant>
#include <vector>

#include "base/record.h"
#include "value/type.h"
#include "value/type_table.h"

namespace sample {

enum class Weather : std::int8_t { sun, rain, fog = -3 };
enum class Flag : bool { off, on };

struct Point {
  double x = 0;
  std::int32_t y = 0;
  auto operator<=>(const Point&) const = default;
};

/// A row with a member of every shape that a column has.
struct Day {
  std::string date;
  double rain_mm = 0;
  bool is_holiday = false;
  Weather weather = Weather::sun;
  std::optional<double> wind;
  Point place;
  std::vector<Point> track;
  std::array<float, 3> rgb{};
  double corners[2] = {};
  std::complex<double> phase;
  std::chrono::duration<std::int64_t, std::milli> length{};
  std::map<std::string, int> counts;
  unsigned level : 3 = 0;
  bool is_last : 1 = false;
  bool operator==(const Day&) const = default;
};

struct Empty {
  bool operator==(const Empty&) const = default;
};

struct Tree {
  std::string name;
  std::vector<Tree> children;
  bool operator==(const Tree&) const = default;
};

struct Outer {
  Point point;
  Empty empty;
};

/// Has a codec of its own.
class Angle {
 public:
  Angle() = default;
  explicit Angle(double degrees) : degrees_(degrees) {}
  double degrees() const { return degrees_; }
  bool operator==(const Angle&) const = default;

 private:
  double degrees_ = 0;
};

}  // namespace sample

template <>
struct ham::codec<sample::Angle> {
  static void encode(ham::sink& out, const sample::Angle& angle) { ham::encode(out, angle.degrees()); }
  static void decode(ham::source& in, sample::Angle& angle) {
    double degrees = 0;
    ham::decode(in, degrees);
    angle = sample::Angle(degrees);
  }
};

template <>
struct ham::members<sample::Point> {
  template <class F>
  static constexpr void each(F&& f) {
    f("x", &sample::Point::x);
    f("y", &sample::Point::y);
  }
};

template <>
struct ham::members<sample::Day> {
  template <class F>
  static constexpr void each(F&& f) {
    using sample::Day;
    f("date", &Day::date);
    f("rain_mm", &Day::rain_mm);
    f("is_holiday", &Day::is_holiday);
    f("weather", &Day::weather);
    f("wind", &Day::wind);
    f("place", &Day::place);
    f("track", &Day::track);
    f("rgb", &Day::rgb);
    f("corners", &Day::corners);
    f("phase", &Day::phase);
    f("length", &Day::length);
    f("counts", &Day::counts);
    f("level", ham::bit_field{[](const Day& day) { return day.level; },
                              [](Day& day, unsigned value) { day.level = value & 7; }});
    f("is_last", ham::bit_field{[](const Day& day) { return day.is_last; },
                                [](Day& day, bool value) { day.is_last = value; }});
  }
};

template <>
struct ham::members<sample::Empty> {
  template <class F>
  static constexpr void each(F&&) {}
};

template <>
struct ham::members<sample::Tree> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &sample::Tree::name);
    f("children", &sample::Tree::children);
  }
};

template <>
struct ham::members<sample::Outer> {
  template <class F>
  static constexpr void each(F&& f) {
    f("point", &sample::Outer::point);
    f("empty", &sample::Outer::empty);
  }
};

/// The enumerators of an enum, which C++ does not tell.
template <class T>
struct EnumeratorsOf {
  static std::vector<hamcell::Enumerator> list() { return {}; }
};
template <>
struct EnumeratorsOf<sample::Weather> {
  static std::vector<hamcell::Enumerator> list() { return {{"sun", 0}, {"rain", 1}, {"fog", -3}}; }
};
template <>
struct EnumeratorsOf<sample::Flag> {
  static std::vector<hamcell::Enumerator> list() { return {{"off", 0}, {"on", 1}}; }
};

/// The width of a bit-field of T, found by what it holds.
template <class T, class Get, class Set>
std::uint32_t width_of(const ham::bit_field<Get, Set>& field) {
  T probe{};
  using Value = decltype(field.get(probe));
  if constexpr (std::is_same_v<Value, bool>) {
    return 1;
  } else {
    for (std::uint32_t bit = 0; bit < 8 * sizeof(Value); ++bit) {
      const auto value = static_cast<Value>(std::uint64_t{1} << bit);
      field.set(probe, value);
      // The sign bit of a narrower field comes back as more than that bit, what is beyond it as nothing.
      if (field.get(probe) != value) return field.get(probe) == Value{} ? bit : bit + 1;
    }
    return 8 * sizeof(Value);
  }
}

/// Collects descriptions of C++ types.
class Described {
 public:
  hamcell::TypeTable types;

  template <class T>
  std::uint32_t add(const std::string& name = {}) {
    static const char identity = 0;
    if (const auto found = known_.find(&identity); found != known_.end()) return found->second;
    const auto index = static_cast<std::uint32_t>(types.types.size());
    known_.emplace(&identity, index);
    types.types.emplace_back();
    hamcell::Type type = describe<T>();
    if (type.name.empty()) type.name = "T" + std::to_string(index);
    if (!name.empty()) type.name = name;
    type.cpp_name = type.name;
    types.types[index] = type;
    return index;
  }

 private:
  using Kind = ham::detail::kind;

  template <class T>
  struct MemberCollector {
    Described& described;
    hamcell::Type& type;
    template <class M, class C>
    void operator()(const char* name, M C::*) {
      type.members.push_back({name, described.add<M>(), false, 0});
    }
    template <class Get, class Set>
    void operator()(const char* name, const ham::bit_field<Get, Set>& field) {
      const std::uint32_t member = described.add<decltype(field.get(std::declval<const T&>()))>();
      type.members.push_back({name, member, false, width_of<T>(field)});
    }
  };

  template <class... Ts>
  std::vector<std::uint32_t> add_all(ham::detail::pack<Ts...>) {
    return {add<Ts>()...};
  }

  template <class T>
  hamcell::Type describe() {
    using hamcell::TypeKind;
    constexpr Kind kind = ham::detail::kind_of<T>;
    hamcell::Type type;
    if constexpr (kind == Kind::boolean) {
      type.kind = TypeKind::boolean;
      type.name = "bool";
    } else if constexpr (kind == Kind::integer) {
      type.kind = TypeKind::integer;
      type.bits = 8 * sizeof(T);
      type.is_signed = std::is_signed_v<T>;
      type.name = (type.is_signed ? "int" : "uint") + std::to_string(type.bits) + "_t";
    } else if constexpr (kind == Kind::floating) {
      type.kind = TypeKind::floating;
      type.bits = ham::detail::is_extended<T> ? hamcell::extended_bits : 8 * sizeof(T);
      type.name = sizeof(T) == 4 ? "float" : sizeof(T) == 8 ? "double" : "long double";
    } else if constexpr (kind == Kind::calendar) {
      type.kind = TypeKind::integer;
      type.bits = 8 * sizeof(T);
      type.is_signed = sizeof(T) == 2;
      type.name = "calendar";
    } else if constexpr (kind == Kind::date) {
      type.kind = TypeKind::date;
      type.name = "std::chrono::year_month_day";
    } else if constexpr (kind == Kind::bits) {
      type.kind = TypeKind::array;
      type.extent = T().size();
      type.arguments = {add<bool>()};
    } else if constexpr (kind == Kind::enumeration) {
      type.kind = TypeKind::enumeration;
      type.bits = std::is_same_v<std::underlying_type_t<T>, bool> ? 1 : 8 * sizeof(T);
      type.is_signed = std::is_signed_v<std::underlying_type_t<T>>;
      type.enumerators = EnumeratorsOf<T>::list();
      if constexpr (std::is_same_v<T, sample::Weather>) type.name = "Weather";
    } else if constexpr (kind == Kind::array || kind == Kind::c_array) {
      type.kind = TypeKind::array;
      type.extent = ham::detail::extent<T>::size;
      type.arguments = {add<typename ham::detail::extent<T>::element>()};
    } else if constexpr (kind == Kind::text) {
      type.kind = TypeKind::text;
      type.name = "std::string";
    } else if constexpr (kind == Kind::path) {
      type.kind = TypeKind::path;
      type.name = "std::filesystem::path";
    } else if constexpr (kind == Kind::optional || kind == Kind::complex || kind == Kind::sequence ||
                         kind == Kind::set) {
      type.kind = kind == Kind::optional  ? TypeKind::optional
                  : kind == Kind::complex ? TypeKind::complex
                  : kind == Kind::set     ? TypeKind::set
                                          : TypeKind::sequence;
      type.arguments = {add<typename T::value_type>()};
    } else if constexpr (kind == Kind::duration) {
      type.kind = TypeKind::duration;
      type.arguments = {add<typename T::rep>()};
      type.period_numerator = T::period::num;
      type.period_denominator = T::period::den;
    } else if constexpr (kind == Kind::time_point) {
      type.kind = TypeKind::time_point;
      type.arguments = {add<typename T::duration>()};
    } else if constexpr (kind == Kind::variant || kind == Kind::tuple) {
      type.kind = kind == Kind::variant ? TypeKind::variant : TypeKind::tuple;
      type.arguments = add_all(ham::detail::type_arguments_of<T>{});
    } else if constexpr (kind == Kind::pair) {
      type.kind = TypeKind::tuple;
      type.arguments = {add<typename T::first_type>(), add<typename T::second_type>()};
    } else if constexpr (kind == Kind::monostate) {
      type.kind = TypeKind::monostate;
    } else if constexpr (kind == Kind::map) {
      type.kind = TypeKind::map;
      type.arguments = {add<typename T::key_type>(), add<typename T::mapped_type>()};
    } else if constexpr (kind == Kind::structure) {
      type.kind = TypeKind::structure;
      MemberCollector<T> collector{*this, type};
      ham::members<T>::each(collector);
    } else {
      static_assert(kind == Kind::custom);
      type.kind = TypeKind::custom;
    }
    if constexpr (kind == Kind::set || kind == Kind::map) {
      type.unordered = ham::detail::is_unordered<T>;
      type.name = ham::detail::may_repeat<T> ? "std::multi<>" : "std::one<>";
    }
    return type;
  }

  std::map<const void*, std::uint32_t> known_;
};

/// A type and the table that describes it, complete.
struct DescribedType {
  hamcell::TypeTable types;
  std::uint32_t index = 0;
};

template <class T>
DescribedType described_type(const std::string& name = {}) {
  Described described;
  const std::uint32_t index = described.add<T>(name);
  hamcell::fill_derived(described.types);
  hamcell::fill_digests(described.types);
  return {described.types, index};
}

/// Three rows in which every member differs somewhere.
inline std::vector<sample::Day> sample_days() {
  std::vector<sample::Day> days(3);
  days[0].date = "2012-01-01";
  days[1].date = "päivä";
  days[1].rain_mm = 10.25;
  days[1].is_holiday = true;
  days[1].weather = sample::Weather::fog;
  days[1].wind = -0.5;
  days[1].place = {1.5, -7};
  days[1].track = {{0.1, 1}, {0.2, 2}};
  days[1].rgb = {0.1F, 0.2F, 0.3F};
  days[1].corners[1] = 8;
  days[1].phase = {1, -1};
  days[2].length = std::chrono::milliseconds(1234567890123);
  days[2].counts = {{"a", 1}, {"b", -2}};
  days[2].level = 5;
  days[2].is_last = true;
  return days;
}
