// Types chosen by hand: those whose lengths multiply, and those that refer to themselves.
#include "tested_type.h"

namespace chosen {

/// Refers to itself through a table.
struct Ring {
  std::vector<Ring> rings;
};

/// Refers to itself through plain arrays, maps and alternatives.
struct Shape {
  std::optional<std::vector<Shape>> inside;
  std::map<std::string, Shape> named;
  std::variant<std::monostate, int, std::list<Shape>> either;
};

struct Wide {
  std::array<double, 100> many{};
  int one = 0;
};

struct Flags {
  bool first : 1 = false;
  unsigned second : 2 = 0;
  int third : 3 = 0;
};

struct OnlyFlag {
  bool flag : 1 = false;
};

}  // namespace chosen

template <>
struct ham::members<chosen::Ring> {
  template <class F>
  static constexpr void each(F&& f) {
    f("rings", &chosen::Ring::rings);
  }
};

template <>
struct ham::members<chosen::Shape> {
  template <class F>
  static constexpr void each(F&& f) {
    f("inside", &chosen::Shape::inside);
    f("named", &chosen::Shape::named);
    f("either", &chosen::Shape::either);
  }
};

template <>
struct ham::members<chosen::Wide> {
  template <class F>
  static constexpr void each(F&& f) {
    f("many", &chosen::Wide::many);
    f("one", &chosen::Wide::one);
  }
};

template <>
struct ham::members<chosen::Flags> {
  template <class F>
  static constexpr void each(F&& f) {
    using chosen::Flags;
    f("first", ham::bit_field{[](const Flags& flags) { return flags.first; },
                              [](Flags& flags, bool value) { flags.first = value; }});
    f("second", ham::bit_field{[](const Flags& flags) { return flags.second; },
                               [](Flags& flags, unsigned value) { flags.second = value & 3; }});
    f("third", ham::bit_field{[](const Flags& flags) { return flags.third; },
                              [](Flags& flags, int value) { flags.third = value; }});
  }
};

template <>
struct ham::members<chosen::OnlyFlag> {
  template <class F>
  static constexpr void each(F&& f) {
    using chosen::OnlyFlag;
    f("flag", ham::bit_field{[](const OnlyFlag& only) { return only.flag; },
                             [](OnlyFlag& only, bool value) { only.flag = value; }});
  }
};

void add_chosen_types(std::vector<TestedType>& types) {
  using namespace chosen;
  using namespace sample;
  const auto add = [&](TestedType type) { types.push_back(std::move(type)); };
  add(tested<std::vector<double>, true>("std::vector<double>"));
  add(tested<std::vector<Day>, false>("std::vector<Day>"));
  add(tested<Day, false>("Day"));
  add(tested<Tree, false>("Tree"));
  add(tested<Ring, false>("Ring"));
  add(tested<Shape, false>("Shape"));
  add(tested<std::vector<Wide>, false>("std::vector<Wide>"));
  add(tested<std::vector<std::array<double, 100>>, true>("std::vector<std::array<double, 100>>"));
  add(tested<std::vector<std::optional<Wide>>, false>("std::vector<std::optional<Wide>>"));
  add(tested<std::vector<std::vector<std::vector<std::string>>>, true>(
      "std::vector<std::vector<std::vector<std::string>>>"));
  add(tested<std::vector<Empty>, false>("std::vector<Empty>"));
  add(tested<std::vector<std::tuple<>>, true>("std::vector<std::tuple<>>"));
  add(tested<std::vector<std::monostate>, true>("std::vector<std::monostate>"));
  add(tested<std::vector<bool>, true>("std::vector<bool>"));
  add(tested<std::deque<Flag>, true>("std::deque<Flag>"));
  add(tested<std::set<Flag>, true>("std::set<Flag>"));
  add(tested<std::map<Flag, std::vector<Flag>>, true>("std::map<Flag, std::vector<Flag>>"));
  add(tested<std::vector<Flags>, false>("std::vector<Flags>"));
  add(tested<std::pair<std::vector<OnlyFlag>, std::vector<int>>, false>(
      "std::pair<std::vector<OnlyFlag>, std::vector<int>>"));
  add(tested<std::pair<std::set<std::string>, std::vector<int>>, true>(
      "std::pair<std::set<std::string>, std::vector<int>>"));
  add(tested<std::set<std::map<std::string, int>>, true>("std::set<std::map<std::string, int>>"));
  add(tested<std::unordered_map<std::string, std::unordered_map<int, std::vector<int>>>, false>(
      "std::unordered_map<std::string, std::unordered_map<int, std::vector<int>>>"));
  add(tested<std::unordered_multimap<std::string, std::unordered_multimap<int, std::string>>, false>(
      "std::unordered_multimap<std::string, std::unordered_multimap<int, std::string>>"));
  add(tested<std::variant<int, std::string, std::vector<std::complex<float>>>, false>(
      "std::variant<int, std::string, std::vector<std::complex<float>>>"));
  add(tested<std::optional<std::optional<std::monostate>>, true>(
      "std::optional<std::optional<std::monostate>>"));
  add(tested<std::vector<std::chrono::nanoseconds>, true>("std::vector<std::chrono::nanoseconds>"));
  add(tested<std::vector<std::chrono::year_month_day>, true>("std::vector<std::chrono::year_month_day>"));
  add(tested<std::map<std::chrono::year_month_day, long double>, true>(
      "std::map<std::chrono::year_month_day, long double>"));
  add(tested<std::vector<std::chrono::weekday>, false>("std::vector<std::chrono::weekday>"));
  add(tested<std::vector<std::complex<long double>>, false>("std::vector<std::complex<long double>>"));
  add(tested<std::vector<std::optional<long double>>, true>("std::vector<std::optional<long double>>"));
  add(tested<std::vector<std::bitset<70>>, false>("std::vector<std::bitset<70>>"));
  add(tested<std::valarray<double>, false>("std::valarray<double>"));
  add(tested<std::vector<Angle>, false>("std::vector<Angle>"));
  add(tested<std::map<std::filesystem::path, Angle>, false>("std::map<std::filesystem::path, Angle>"));
}
