// hamcell:std c++20
//  Every construct that the scan has a rule for, without a header, so that a scan of it is quick.
#define CACHED [[ham::cache]]
#define TWICE(x) ((x) + (x))
#define NAME_OF(a, b) a##b

namespace units {
enum class Unit : unsigned char { metre, second = 7, kelvin };
struct Length {
  double value = 1.5;
  Unit unit = Unit::metre;
};
inline bool operator<(const Length& a, const Length& b) { return a.value < b.value; }
}  // namespace units

struct Base {
  virtual ~Base() = default;
  virtual int size() const { return 1; }
};
struct Derived final : Base {
  int size() const override { return bits; }
  int bits : 4 = 3;
};

template <class T, int N = 4>
struct Grid {
  T cells[N];
  T sum() const {
    T total{};
    for (const T& cell : cells) total += cell;
    return total;
  }
};
template <>
struct Grid<bool, 4> {
  int set = 0;
  int sum() const { return set; }
};

template <class T>
concept Small = sizeof(T) <= 8;

template <Small T>
static T larger(T a, T b) {
  return a < b ? b : a;
}

static constexpr int table[] = {1, 2, 3};
static int counter = 0;
static int next() { return ++counter; }
constexpr double operator""_m(long double v) { return static_cast<double>(v); }

/// What everything begins with, in °C.
[[ham::cache, ham::tag(owner = "ml", stage = "raw")]] int raw_data(int rows = 3, double scale = 1.0 / 3) {
  return static_cast<int>(rows * scale) + table[1];
}

/** A grid of it. */
[[using ham: cache(behavior = "recompute")]] Grid<int> grid(const int& raw_data) {
  Grid<int> made{};
  for (int& cell : made.cells) cell = TWICE(raw_data);
  return made;
}

CACHED units::Length length(const Grid<int>& grid, units::Unit unit = units::Unit::second) {
  return {static_cast<double>(grid.sum()) + 2.0_m, unit};
}

[[ham::when(engine = "fast")]] double model__fast(const units::Length& length) { return length.value; }
[[ham::when(engine = "exact")]] double model__exact(const units::Length& length, int rounds) {
  return length.value * rounds;
}

[[ham::exclude]] int excluded(int raw_data) { return raw_data; }

int impure(int raw_data) { return raw_data + next(); }

auto deduced(double model) -> decltype(model * 2) {
  const auto twice = [&]<class T>(T v) { return v + T(model); };
  return larger(twice(1.0), 2.0);
}

#if defined(__clang__) && !defined(NOT_THERE)
long NAME_OF(pas, ted)(int impure) { return impure; }
#else
long other(int impure) { return impure; }
#endif

const char* text(double deduced) {
  static const char* const words[] = {
      ""
      "plain",
      R"(raw "text")"};
  Derived derived;
  return words[deduced > derived.size()];
}
