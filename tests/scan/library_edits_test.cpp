// Edits that reach a node by way of the library or the language, without a name in the node: one a row.
#include "edit_table.h"

#include <doctest/doctest.h>

using namespace hamcell;

TEST_CASE("edit table: customisation without a name") {
  check_edits({
      {"tag_invoke, found by its argument from a template", Changes{"f"}, Leaves{"g"}, R"(
namespace lib {
struct weigh_t {
  template <class T> auto operator()(const T& t) const { return tag_invoke(*this, t); }
};
inline constexpr weigh_t weigh{};
}
namespace mine {
struct Day { double rain; };
double tag_invoke(lib::weigh_t, const Day& d) { return d.rain * «2⇒3»; }
}
double f() { return lib::weigh(mine::Day{1}); }
int g() { return 1; }
)"},
      {"std::common_type of two types", Changes{"f"}, Leaves{"g"}, R"(
#include <type_traits>
struct A {}; struct B {};
template <> struct std::common_type<A, B> { using type = «int⇒double»; };
template <> struct std::common_type<B, A> { using type = int; };
int f() { return sizeof(std::common_type_t<A, B>); }
int g() { return 1; }
)"},
      {"char_traits of a string that ignores case", Changes{"f"}, Leaves{"g"}, R"(
#include <string>
struct Folded : std::char_traits<char> {
  static bool eq(char a, char b) { return (a | «32⇒0») == (b | 32); }
  static int compare(const char* a, const char* b, std::size_t n) {
    for (std::size_t i = 0; i < n; i++) if (!eq(a[i], b[i])) return 1;
    return 0;
  }
};
using Text = std::basic_string<char, Folded>;
bool f() { return Text("Rain") == Text("rAIN"); }
int g() { return 1; }
)"},
      {"an allocator that a container uses", Changes{"f"}, Leaves{"g"}, R"(
#include <vector>
template <class T> struct Pool {
  using value_type = T;
  Pool() = default;
  template <class U> Pool(const Pool<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T) + «8⇒16»)); }
  void deallocate(T* p, std::size_t) { ::operator delete(p); }
  bool operator==(const Pool&) const { return true; }
};
int f() { std::vector<int, Pool<int>> v(3, 1); return v[0]; }
int g() { return 1; }
)"},
      {"an overload that std::visit takes", Changes{"f"}, Leaves{"g"}, R"(
#include <variant>
struct Visitor {
  int operator()(int) const { return 1; }
  int operator()(double) const { return «2⇒3»; }
};
int f() { return std::visit(Visitor{}, std::variant<int, double>(1.5)); }
int g() { return 1; }
)"},
      {"the projection that an algorithm of ranges is given by a member", Changes{"f"}, Leaves{"g"}, R"(
#include <algorithm>
#include <vector>
struct Day { int rain; int key() const { return «rain⇒-rain»; } };
int f() { std::vector<Day> v{{1}, {2}}; return std::ranges::max_element(v, {}, &Day::key)->rain; }
int g() { return 1; }
)"},
      {"an awaiter that operator co_await gives", Changes{"f"}, Leaves{"g"}, R"(
#include <coroutine>
struct Task {
  struct promise_type {
    int value = 0;
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(int v) { value = v; }
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};
struct Rain { int mm; };
struct RainAwaiter {
  Rain rain;
  bool await_ready() const { return true; }
  void await_suspend(std::coroutine_handle<>) const {}
  int await_resume() const { return rain.mm * «2⇒3»; }
};
RainAwaiter operator co_await(Rain r) { return {r}; }
static Task run() { co_return co_await Rain{4}; }
int f() { Task t = run(); return t.handle.promise().value; }
int g() { return 1; }
)"},
      {"what a chain of operator-> ends in", Changes{"f"}, Leaves{"g"}, R"(
struct Leaf { int x = «1⇒2»; };
struct Inner { Leaf leaf; Leaf* operator->() { return &leaf; } };
struct Outer { Inner inner; Inner& operator->() { return inner; } };
int f() { Outer o; return o->x; }
int g() { return 1; }
)"},
      {"the type that decltype(auto) deduces", Changes{"f"}, Leaves{"g"}, R"(
static int width() { return 3; }
static decltype(auto) wide() { return «width()⇒(width() * 2)»; }
int f() { return wide(); }
int g() { return 1; }
)"},
      {"the condition of an explicit constructor", Changes{"f"}, Leaves{"g"}, R"(
#include <type_traits>
struct Mm { template <class T> explicit(«sizeof(T) > 4⇒sizeof(T) > 16») Mm(T) {} };
static int take(Mm) { return 1; }
static int take(...) { return 2; }
int f() { return take(1.5); }
int g() { return 1; }
)"},
      {"an enumeration that using enum brings in", Changes{"f"}, Leaves{"g"}, R"(
enum class Kind { rain = «1⇒2», sun };
int f() { using enum Kind; return static_cast<int>(sun); }
int g() { return 1; }
)"},
      {"a default argument of a template that another declaration gives", Changes{"f"}, Leaves{"g"}, R"(
template <class T, int n = «2⇒3»> struct Grid;
template <class T, int n> struct Grid { static constexpr int size = n; };
int f() { return Grid<int>::size; }
int g() { return 1; }
)"},
      {"an explicit instantiation's template", Changes{"f"}, Leaves{}, R"(
template <class T> T twice(T t) { return t * «2⇒3»; }
extern template int twice<int>(int);
template int twice<int>(int);
int f() { return twice(1); }
int g() { return 1; }
)",
       Open{"g"}},
      {"the function behind a member pointer as a template argument", Changes{"f"}, Leaves{"g"}, R"(
struct Day { int rain() const { return «1⇒2»; } };
template <auto member> int read(const Day& d) { return (d.*member)(); }
int f() { return read<&Day::rain>(Day{}); }
int g() { return 1; }
)"},
      {"a value of a class as a template argument", Changes{"f"}, Leaves{"g"}, R"(
struct Shape { int rows, columns; };
inline constexpr Shape shape{2, «3⇒4»};
template <Shape s> constexpr int cells() { return s.rows * s.columns; }
int f() { return cells<shape>(); }
int g() { return 1; }
)"},
      {"a handler by the base of what is thrown", Changes{"f"}, Leaves{"g"}, R"(
#include <stdexcept>
struct Dry : «std::runtime_error⇒std::logic_error» { Dry() : Dry::«runtime_error⇒logic_error»("dry") {} };
static void check() { throw Dry(); }
int f() { try { check(); } catch (const std::runtime_error&) { return 1; } catch (...) { return 2; } return 0; }
int g() { return 1; }
)"},
      {"a macro that takes __VA_OPT__", Changes{"f"}, Leaves{"g"}, R"(
static int add(int a, int b = «1⇒2») { return a + b; }
#define ADD(a, ...) add(a __VA_OPT__(, ) __VA_ARGS__)
int f() { return ADD(1); }
int g() { return 1; }
)"},
      {"the step of an iterator of one's own", Changes{"f"}, Leaves{"g"}, R"(
#include <iterator>
#include <numeric>
struct Steps {
  using iterator_category = std::forward_iterator_tag; using value_type = int; using difference_type = long;
  using pointer = const int*; using reference = int;
  int at;
  int operator*() const { return at; }
  Steps& operator++() { at += «1⇒2»; return *this; }
  Steps operator++(int) { Steps s = *this; ++*this; return s; }
  bool operator==(const Steps& o) const { return at >= o.at; }
};
int f() { return std::accumulate(Steps{0}, Steps{10}, 0); }
int g() { return 1; }
)"},
      {"a facet of the stream's locale", Changes{"f"}, Leaves{"g"}, R"(
#include <locale>
#include <sstream>
#include <string>
struct Comma : std::numpunct<char> { char do_decimal_point() const override { return '«,⇒;»'; } };
std::string f() { std::ostringstream s; s.imbue(std::locale(s.getloc(), new Comma)); s << 1.5; return s.str(); }
int g() { return 1; }
)"},
      {"a stream manipulator of one's own", Changes{"f"}, Leaves{"g"}, R"(
#include <ostream>
#include <sstream>
#include <string>
static std::ostream& mm(std::ostream& s) { return s << "«mm⇒cm»"; }
std::string f() { std::ostringstream s; s << 1 << mm; return s.str(); }
int g() { return 1; }
)"},
      {"the buffer behind a stream", Changes{"f"}, Leaves{"g"}, R"(
#include <istream>
#include <streambuf>
struct Ones : std::streambuf {
  char c = '1'; int left = 3;
  int_type underflow() override { if (left-- == 0) return traits_type::eof(); c = '«1⇒2»'; setg(&c, &c, &c + 1); return c; }
};
int f() { Ones b; std::istream s(&b); int n; s >> n; return n; }
int g() { return 1; }
)"},
      {"the comparator of a set's type", Changes{"f"}, Leaves{"g"}, R"(
#include <set>
#include <string>
struct Longer { bool operator()(const std::string& a, const std::string& b) const { return a.size() «<⇒>» b.size(); } };
using Words = std::set<std::string, Longer>;
std::string f() { return *Words{"rain", "fog"}.begin(); }
int g() { return 1; }
)"},
      {"the deleter of a pointer", Changes{"f"}, Leaves{"g"}, R"(
#include <cstdio>
#include <memory>
struct Close { void operator()(std::FILE* f) const { «std::fclose(f)⇒std::fflush(f)»; } };
int f() { std::unique_ptr<std::FILE, Close> p(std::fopen("/dev/null", "r")); return p != nullptr; }
int g() { return 1; }
)"},
      {"the engine that a distribution draws from", Changes{"f"}, Leaves{"g"}, R"(
#include <random>
struct Fixed {
  using result_type = unsigned;
  static constexpr unsigned min() { return 0; }
  static constexpr unsigned max() { return ~0u; }
  unsigned operator()() { return «5⇒6»; }
};
double f() { Fixed e; return std::uniform_real_distribution<double>()(e); }
int g() { return 1; }
)"},
      {"a concept that a constrained auto names", Changes{"f"}, Leaves{}, R"(
template <class T> concept Small = sizeof(T) <= «4⇒8»;
static int kind(Small auto) { return 1; }
static int kind(auto) { return 2; }
int f() { return kind(1.5); }
int g() { return 1; }
)",
       Open{"g"}},
      {"a friend that only the class declares", Changes{"f"}, Leaves{"g"}, R"(
struct Mm {
  double v;
  friend Mm operator+(Mm a, Mm b) { return {a.v + b.v * «1⇒2»}; }
};
double f() { return (Mm{1} + Mm{2}).v; }
int g() { return 1; }
)"},
      {"a conversion that a condition takes", Changes{"f"}, Leaves{"g"}, R"(
struct Wet { int mm; explicit operator bool() const { return mm > «0⇒5»; } };
int f() { if (Wet w{3}) return 1; return 2; }
int g() { return 1; }
)"},
      {"a namespace alias", Changes{"f"}, Leaves{"g"}, R"(
namespace one { inline int n() { return 1; } }
namespace two { inline int n() { return 2; } }
namespace chosen = «one⇒two»;
int f() { return chosen::n(); }
int g() { return 1; }
)"},
      {"an alias template that picks", Changes{"f"}, Leaves{"g"}, R"(
template <bool b> struct Pick { using type = char; };
template <> struct Pick<true> { using type = «int⇒long»; };
template <bool b> using Picked = typename Pick<b>::type;
int f() { return sizeof(Picked<true>); }
int g() { return 1; }
)"},
      {"the order of two members, which decides the order of their initialisers", Changes{"f"}, Leaves{"g"},
       R"(
struct Pair { int «a, b⇒b, a»; };
int f() { Pair p{1, 2}; return p.a; }
int g() { return 1; }
)"},
  });
}
