// The reach of a node, by example: single edits, each with the nodes whose code versions it changes.
//
// How to read a row: «before⇒after» is the edit, `Changes` are the nodes that it must reach, `Leaves` those
// that it must not. A row holds in both directions. In most rows f is the node that reaches the edit, and g
// is not.
#include "edit_table.h"
#include "scanned.h"

using namespace hamcell;

TEST_CASE("edit table: which function a call takes") {
  check_edits({
      {"a better match is added above the node", Changes{"f"}, Leaves{"g"}, R"(
static int pick(double) { return 1; }
«⇒static int pick(int) { return 2; }»
int f() { return pick(1); }
int g() { return 3; }
)"},
      {"a better match is moved from below the node to above it", Changes{"f"}, Leaves{"g"}, R"(
static int pick(double) { return 1; }
«⇒static int pick(int) { return 2; }»
int f() { return pick(1); }
int g() { return 3; }
«static int pick(int) { return 2; }⇒»
)"},
      {"an overload below the nodes is none that they could call", Changes{}, Leaves{"f", "g"}, R"(
static int pick(double) { return 1; }
int f() { return pick(1); }
int g() { return 3; }
«⇒static int pick(int) { return 2; }»
)"},
      {"a template is added that matches better", Changes{"f"}, Leaves{"g"}, R"(
static int pick(double) { return 1; }
«⇒template <class T> static int pick(T) { return 2; }»
int f() { return pick(1); }
int g() { return 3; }
)"},
      {"a better match is added inside the namespace of the helper that calls", Changes{"f"}, Leaves{"g"}, R"(
static int pick(int) { return 1; }
namespace n {
«⇒static int pick(double) { return 2; }»
static int call() { return pick(1); }
}
int f() { return n::call(); }
int g() { return pick(1); }
)"},
      {"an overload is added in what only another node reaches", Changes{"g"}, Leaves{"f"}, R"(
static int scaled(int x) { return x * 2; }
static int pick(double) { return 1; }
«⇒static int pick(int) { return 2; }»
int f() { return scaled(1); }
int g() { return pick(1); }
)"},
      {"a using-declaration brings a better match", Changes{"f"}, Leaves{"g"}, R"(
namespace n {
static int pick(int) { return 2; }
}
static int pick(double) { return 1; }
«⇒using n::pick;»
int f() { return pick(1); }
int g() { return 3; }
)"},
      {"a using-directive brings a better match to what is below it", Changes{"f"}, Leaves{"g"}, R"(
namespace n {
static int pick(int) { return 2; }
}
static int pick(double) { return 1; }
int g() { return pick(1); }
«⇒using namespace n;»
int f() { return pick(1); }
)"},
      {"a function below the node that a template finds by its argument", Changes{"f"}, Leaves{"g"}, R"(
struct S {};
template <class T> int late(T) { return 1; }
template <class T> int call(T t) { return late(t); }
int f() { return call(S{}); }
int g() { return 3; }
«⇒static int late(S) { return 2; }»
)"},
      {"the body of a function that a template calls, below the node", Changes{"f"}, Leaves{"g"}, R"(
struct S {};
template <class T> int call(T t) { return late(t); }
int f() { return call(S{}); }
int g() { return 3; }
static int late(S) { return «1⇒2»; }
)"},
      {"a better match is moved above the template that calls it", Changes{"f"}, Leaves{"g"}, R"(
static int pick(double) { return 1; }
«⇒static int pick(int) { return 2; }»
template <class T> int call(T t) { return pick(t); }
«static int pick(int) { return 2; }⇒»
int f() { return call(1); }
int g() { return 3; }
)"},
      {"a function that a template finds in the namespace of a base", Changes{"f"}, Leaves{"g"}, R"(
namespace n {
struct Base {};
static int late(const Base&) { return «1⇒2»; }
}
struct S : n::Base {};
template <class T> int call(T t) { return late(t); }
int f() { return call(S{}); }
int g() { return 3; }
)"},
      {"a concept asks for a function that a type then has", Changes{"f"}, Leaves{"g"}, R"(
struct S {};
template <class T> concept Heavy = requires(T t) { weigh(t); };
template <class T> int rank(T) { return Heavy<T> ? 1 : 2; }
«⇒static int weigh(S) { return 1; }»
int f() { return rank(S{}); }
int g() { return 3; }
)"},
      {"a type of the same name is put before the helper that names it", Changes{"f"}, Leaves{"g"}, R"(
struct T { int n = 1; };
namespace m {
«⇒struct T { int n = 2; };»
static int get() { T t; return t.n; }
}
int f() { return m::get(); }
int g() { return T{}.n; }
)"},
      {"a helper becomes noexcept", Changes{"f"}, Leaves{"g"}, R"(
static int risky()«⇒ noexcept» { return 1; }
bool f() { return noexcept(risky()); }
int g() { return 3; }
)"},
      {"an operator is added that matches better", Changes{"f"}, Leaves{"g"}, R"(
struct S { int n; };
static int operator+(S s, int x) { return s.n + x; }
«⇒static int operator+(S s, long x) { return s.n - static_cast<int>(x); }»
int f() { return S{1} + 1L; }
int g() { return 3; }
)"},
      {"an operator< is added beside a <=> that served until now", Changes{"f"}, Leaves{"g"}, R"(
#include <compare>
struct S { int n; auto operator<=>(const S&) const = default; };
«⇒static bool operator<(S a, S b) { return a.n > b.n; }»
bool f() { return S{1} < S{2}; }
int g() { return 3; }
)"},
      {"a concept chooses another overload", Changes{"f"}, Leaves{"g"}, R"(
template <class T> concept Small = sizeof(T) <= «4⇒8»;
template <Small T> int pick(T) { return 1; }
template <class T> int pick(T) { return 2; }
int f() { return pick(1.0); }
int g() { return 3; }
)"},
      {"a type gains the member that a concept asks for", Changes{"f"}, Leaves{"g"}, R"(
struct S { «⇒int size = 0;» };
template <class T> concept Sized = requires(T t) { t.size; };
template <class T> int pick(T) { return 1; }
template <Sized T> int pick(T) { return 2; }
int f() { return pick(S{}); }
int g() { return 3; }
)"},
      {"a converting constructor becomes explicit", Changes{"f"}, Leaves{"g"}, R"(
struct A { «⇒explicit »A(int) {} };
static int take(const A&) { return 1; }
static int take(...) { return 2; }
int f() { return take(1); }
int g() { return 3; }
)"},
      {"the default argument of a helper", Changes{"f"}, Leaves{"g"}, R"(
static int scaled(int x, int by = «2⇒3») { return x * by; }
int f() { return scaled(1); }
int g() { return 3; }
)"},
      {"a default argument that a later declaration of a helper adds", Changes{"f"}, Leaves{"g"}, R"(
static int scaled(int x, int by);
static int scaled(int x, int by = «2⇒3»);
int f() { return scaled(1); }
int g() { return 3; }
static int scaled(int x, int by) { return x * by; }
)"},
      {"the definition, below the node, of a helper declared above it", Changes{"f"}, Leaves{"g"}, R"(
static int scaled(int x);
int f() { return scaled(1); }
int g() { return 3; }
static int scaled(int x) { return x * «2⇒3»; }
)"},
      {"the object behind a call that looks like a function", Changes{"f"}, Leaves{"g"}, R"(
static constexpr struct { int operator()(int x) const { return x * «2⇒3»; } } scaled;
int f() { return scaled(1); }
int g() { return 3; }
)"},
      {"a lambda in a variable", Changes{"f"}, Leaves{"g"}, R"(
static const auto scaled = [](int x) { return x * «2⇒3»; };
int f() { return scaled(1); }
int g() { return 3; }
)"},
      {"an attribute that makes a helper another's alias", Changes{"f"}, Leaves{"g"}, R"(
namespace n {
extern "C" {
int one() { return 1; }
int two() { return 2; }
__attribute__((alias("«one⇒two»"))) int chosen();
}
}
int f() { return n::chosen(); }
int g() { return n::one() + n::two(); }
)"},
      {"the body of a function that only an alias names", Changes{"f"}, Leaves{"g"}, R"(
namespace n {
extern "C" {
int one() { return «1⇒2»; }
__attribute__((alias("one"))) int chosen();
}
}
int f() { return n::chosen(); }
int g() { return 3; }
)"},
      {"a node that another node calls", Changes{"f", "g"}, Leaves{"h"}, R"(
int g() { return «1⇒2»; }
int f() { return g(); }
int h() { return 3; }
)"},
      {"a node that a helper calls", Changes{"f", "g"}, Leaves{"h"}, R"(
int g() { return «1⇒2»; }
static int twice() { return 2 * g(); }
int f() { return twice(); }
int h() { return 3; }
)"},
  });
}

TEST_CASE("edit table: what the standard library calls unseen") {
  check_edits({
      {"operator< under std::sort", Changes{"f"}, Leaves{"g"}, R"(
#include <algorithm>
struct S { int n; };
static bool operator<(S a, S b) { return a.n «<⇒>» b.n; }
int f() { S s[] = {{1}, {2}}; std::sort(s, s + 2); return s[0].n; }
int g() { return 3; }
)"},
      {"a better operator< under std::sort", Changes{"f"}, Leaves{"g"}, R"(
#include <algorithm>
struct Base { int n; };
struct S : Base {};
static bool operator<(const Base& a, const Base& b) { return a.n < b.n; }
«⇒static bool operator<(const S& a, const S& b) { return a.n > b.n; }»
int f() { S s[] = {{{1}}, {{2}}}; std::sort(s, s + 2); return s[0].n; }
int g() { return 3; }
)"},
      {"std::sort of numbers reaches no type's operator<", Changes{"g"}, Leaves{"f"}, R"(
#include <algorithm>
struct S { int n; };
static bool operator<(S a, S b) { return a.n «<⇒>» b.n; }
int f() { int s[] = {2, 1}; std::sort(s, s + 2); return s[0]; }
int g() { S s[] = {{1}, {2}}; std::sort(s, s + 2); return s[0].n; }
)"},
      {"a hidden friend <=> under std::ranges::sort", Changes{"f"}, Leaves{"g"}, R"(
#include <algorithm>
struct S {
  int n;
  friend bool operator==(S, S) = default;
  friend auto operator<=>(S a, S b) { return «a.n <=> b.n⇒b.n <=> a.n»; }
};
int f() { S s[] = {{1}, {2}}; std::ranges::sort(s); return s[0].n; }
int g() { return 3; }
)"},
      {"a template operator for the types of a namespace, under std::count", Changes{"f"}, Leaves{"g"}, R"(
#include <algorithm>
namespace n {
struct S { int n; };
template <class T> bool operator==(const T& a, const T& b) { return a.n «==⇒!=» b.n; }
}
int f() { n::S s[] = {{1}, {2}, {3}}; return static_cast<int>(std::count(s, s + 3, n::S{1})); }
int g() { return 3; }
)"},
      {"swap of a type in a namespace, under std::iter_swap", Changes{"f"}, Leaves{"g"}, R"(
#include <algorithm>
namespace n {
struct S { int n; };
static void swap(S& a, S& b) { a.n = b.n = «1⇒2»; }
}
int f() { n::S s[] = {{3}, {4}}; std::iter_swap(s, s + 1); return s[0].n; }
int g() { return 3; }
)"},
      {"a swap is added that std::swap of arrays then calls", Changes{"f"}, Leaves{"g"}, R"(
#include <utility>
struct S { int n; };
«⇒static void swap(S& a, S&) { a.n = 9; }»
int f() { S a[] = {{1}}, b[] = {{2}}; std::swap(a, b); return a[0].n; }
int g() { return 3; }
)"},
      {"operator< of the key of a std::map", Changes{"f"}, Leaves{"g"}, R"(
#include <map>
namespace n {
struct Key { int n; };
static bool operator<(Key a, Key b) { return a.n «<⇒>» b.n; }
}
int f() { std::map<n::Key, int> m{{{1}, 5}, {{2}, 6}}; return m.begin()->second; }
int g() { return 3; }
)"},
      {"operator< of the elements, when std::vectors are compared", Changes{"f"}, Leaves{"g"}, R"(
#include <vector>
struct S { int n; };
static bool operator<(S a, S b) { return a.n «<⇒>» b.n; }
bool f() { return std::vector<S>{{1}} < std::vector<S>{{2}}; }
int g() { return 3; }
)"},
      {"a std::less that is specialised for the key of a std::set", Changes{"f"}, Leaves{"g"}, R"(
#include <set>
struct Key { int n; };
template <> struct std::less<Key> { bool operator()(Key a, Key b) const { return a.n «<⇒>» b.n; } };
int f() { std::set<Key> s{{1}, {2}}; return s.begin()->n; }
int g() { return 3; }
)"},
      {"std::hash of the key of a std::unordered_map", Changes{"f"}, Leaves{"g"}, R"(
#include <unordered_map>
namespace n {
struct Key { int n; bool operator==(const Key&) const = default; };
}
template <> struct std::hash<n::Key> {
  std::size_t operator()(n::Key key) const noexcept { return «std::size_t(key.n)⇒1u»; }
};
int f() {
  std::unordered_map<n::Key, int> m{{{2}, 5}, {{3}, 6}};
  return static_cast<int>(m.bucket({2}));
}
int g() { return 3; }
)"},
      {"operator== of the key of a std::unordered_map", Changes{"f"}, Leaves{"g"}, R"(
#include <unordered_map>
namespace n {
struct Key { int n; };
static bool operator==(Key a, Key b) { return a.n % «10⇒20» == b.n % «10⇒20»; }
}
template <> struct std::hash<n::Key> {
  std::size_t operator()(n::Key) const noexcept { return 1; }
};
int f() {
  std::unordered_map<n::Key, int> m{{{2}, 5}, {{12}, 6}};
  return static_cast<int>(m.size());
}
int g() { return 3; }
)"},
      {"operator<< under std::ostream_iterator", Changes{"f"}, Leaves{"g"}, R"(
#include <algorithm>
#include <iterator>
#include <sstream>
struct S { int n; };
static std::ostream& operator<<(std::ostream& out, const S& s) { return out << s.n * «1⇒10»; }
int f() {
  const S s[] = {{1}};
  std::ostringstream out;
  std::copy(s, s + 1, std::ostream_iterator<S>(out));
  return static_cast<int>(out.str().size());
}
int g() { return 3; }
)"},
      {"free begin and end under std::ranges", Changes{"f"}, Leaves{"g"}, R"(
#include <iterator>
namespace n {
struct S { int a[2] = {1, 2}; };
static int* begin(S& s) { return s.a«⇒ + 1»; }
static int* end(S& s) { return s.a + 2; }
}
int f() { n::S s; return *std::ranges::begin(s); }
int g() { return 3; }
)"},
      {"a std::ranges variable that is specialised for a type", Changes{"f"}, Leaves{"g"}, R"(
#include <iterator>
#include <ranges>
struct S { int* begin() const { return nullptr; } int* end() const { return nullptr; } };
«⇒template <> inline constexpr bool std::ranges::enable_borrowed_range<S> = true;»
bool f() { return std::ranges::borrowed_range<S>; }
int g() { return 3; }
)"},
      {"an operator++ of an iterator, under std::distance", Changes{"f"}, Leaves{"g"}, R"(
#include <iterator>
struct It {
  using iterator_category = std::input_iterator_tag;
  using value_type = int;
  using difference_type = int;
  using pointer = const int*;
  using reference = int;
  int at;
  int operator*() const { return at; }
  It& operator++();
  It operator++(int) { It old = *this; ++*this; return old; }
  bool operator==(const It& other) const = default;
};
int f() { return std::distance(It{0}, It{4}); }
int g() { return 3; }
It& It::operator++() { at += «1⇒2»; return *this; }
)"},
      {"the destructor of what a std::optional holds", Changes{"f"}, Leaves{"g"}, R"(
#include <optional>
struct Guard { int& out; ~Guard() { out += «1⇒2»; } };
int f() { int x = 0; { std::optional<Guard> guard; guard.emplace(x); } return x; }
int g() { return 3; }
)"},
      {"a function inside a std::function that a type starts with", Changes{"f"}, Leaves{"g"}, R"(
#include <functional>
static int scaled(int x) { return x * «2⇒3»; }
struct Step { std::function<int(int)> run = scaled; };
int f() { return Step{}.run(1); }
int g() { return 3; }
)"},
      {"std::numeric_limits is specialised for a type", Changes{"f"}, Leaves{"g"}, R"(
#include <limits>
struct Fixed {};
«⇒template <> struct std::numeric_limits<Fixed> { static constexpr int digits = 12; };»
template <class T> int digits() { return std::numeric_limits<T>::digits; }
int f() { return digits<Fixed>(); }
int g() { return 3; }
)"},
      {"get under structured bindings", Changes{"f"}, Leaves{"g"}, R"(
#include <utility>
namespace n {
struct Pair {};
template <int I> int get(Pair) { return I + «1⇒2»; }
}
template <> struct std::tuple_size<n::Pair> { static constexpr std::size_t value = 2; };
template <std::size_t I> struct std::tuple_element<I, n::Pair> { using type = int; };
int f() { auto [a, b] = n::Pair{}; return a + b; }
int g() { return 3; }
)"},
      {"the type that std::tuple_element gives under structured bindings", Changes{"f"}, Leaves{"g"}, R"(
#include <utility>
struct Pair {};
template <int I> double get(Pair) { return I + 0.5; }
template <> struct std::tuple_size<Pair> { static constexpr std::size_t value = 1; };
template <std::size_t I> struct std::tuple_element<I, Pair> { using type = «double⇒int»; };
double f() { auto [a] = Pair{}; return a; }
int g() { return 3; }
)"},
      {"the promise of a coroutine", Changes{"f"}, Leaves{"g"}, R"(
#include <coroutine>
struct Task {
  struct promise_type {
    int value = 0;
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(int x) { value = x * «1⇒2»; }
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};
static Task start() { co_return 5; }
int f() { const Task task = start(); const int x = task.handle.promise().value; task.handle.destroy(); return x; }
int g() { return 3; }
)"},
      {"begin and end of a type under a range-based for", Changes{"f"}, Leaves{"g"}, R"(
namespace n {
struct S { int a[2] = {1, 2}; };
static const int* begin(const S& s) { return s.a«⇒ + 1»; }
static const int* end(const S& s) { return s.a + 2; }
}
int f() { int sum = 0; for (const int x : n::S{}) sum += x; return sum; }
int g() { return 3; }
)"},
      {"operator< under a template of a system header", Changes{"f"}, Leaves{"g"}, R"(
#include <lib.h>
struct S { int n; friend bool operator<(S a, S b) { return a.n «<⇒>» b.n; } };
int f() { return lib::least(S{1}, S{2}).n; }
int g() { return lib::least(1, 2); }
=== system/lib.h
namespace lib { template <class T> T least(T a, T b) { return a < b ? a : b; } }
)"},
      {"an operator in the namespace of a template argument", Changes{"f"}, Leaves{"g"}, R"(
#include <lib.h>
template <class T> struct Box { int n; };
namespace n {
struct S {};
template <class B> bool operator<(const B& a, const B& b) { return a.n «<⇒>» b.n; }
}
int f() { return lib::least(Box<n::S>{1}, Box<n::S>{2}).n; }
int g() { return lib::least(1, 2); }
=== system/lib.h
namespace lib { template <class T> T least(T a, T b) { return a < b ? a : b; } }
)"},
      {"an operator of a type that the argument converts to", Changes{"f"}, Leaves{"g"}, R"(
#include <lib.h>
struct Key { int n; };
static bool operator<(Key a, Key b) { return a.n «<⇒>» b.n; }
struct S { int n; operator Key() const { return {n}; } };
int f() { return lib::least(S{1}, S{2}).n; }
int g() { return lib::least(1, 2); }
=== system/lib.h
namespace lib { template <class T> T least(T a, T b) { return a < b ? a : b; } }
)"},
      {"an operator of another type of the same namespace", Changes{"g"}, Leaves{"f"}, R"(
#include <lib.h>
namespace n {
struct A { int n; };
struct B { int n; };
static bool operator<(A a, A b) { return a.n < b.n; }
static bool operator<(B a, B b) { return a.n «<⇒>» b.n; }
}
int f() { return lib::least(n::A{1}, n::A{2}).n; }
int g() { return lib::least(n::B{1}, n::B{2}).n; }
=== system/lib.h
namespace lib { template <class T> T least(T a, T b) { return a < b ? a : b; } }
)"},
  });
}

TEST_CASE("edit table: what belongs to a type") {
  check_edits({
      {"the destructor of a local variable", Changes{"f"}, Leaves{"g"}, R"(
struct Guard { int& out; ~Guard() { out = «1⇒2»; } };
int f() { int x = 0; { Guard guard{x}; } return x; }
int g() { return 3; }
)"},
      {"a destructor is added", Changes{"f"}, Leaves{"g"}, R"(
struct Guard { int& out; «⇒~Guard() { out = 2; }» };
int f() { int x = 0; { Guard guard{x}; } return x; }
int g() { return 3; }
)"},
      {"the destructor of a member's base", Changes{"f"}, Leaves{"g"}, R"(
struct Base { int& out; ~Base() { out = «1⇒2»; } };
struct Part : Base {};
struct Whole { Part part; };
int f() { int x = 0; { Whole whole{{{x}}}; } return x; }
int g() { return 3; }
)"},
      {"the copy constructor", Changes{"f"}, Leaves{"g"}, R"(
struct S { int n; S(int x) : n(x) {} S(const S& s) : n(s.n + «1⇒2») {} };
int f() { S a(1); S b = a; return b.n; }
int g() { return 3; }
)"},
      {"a move constructor is added", Changes{"f"}, Leaves{"g"}, R"(
struct S { int n; S(int x) : n(x) {} S(const S& s) : n(s.n) {} «⇒S(S&&) : n(9) {}» };
static S made(S s) { return s; }
int f() { return made(S(1)).n; }
int g() { return 3; }
)"},
      {"the assignment operator", Changes{"f"}, Leaves{"g"}, R"(
struct S { int n = 0; S& operator=(int x) { n = x + «1⇒2»; return *this; } };
int f() { S s; s = 1; return s.n; }
int g() { return 3; }
)"},
      {"a conversion operator that nothing names", Changes{"f"}, Leaves{"g"}, R"(
struct S { operator int() const { return «1⇒2»; } };
int f() { return S{}; }
int g() { return 3; }
)"},
      {"a conversion operator is added that fits better", Changes{"f"}, Leaves{"g"}, R"(
struct S { operator double() const { return 1.5; } «⇒operator int() const { return 2; }» };
int f() { return S{}; }
int g() { return 3; }
)"},
      {"how what a node gives becomes what another takes", Changes{"a", "f"}, Leaves{"g"}, R"(
struct B { double v; };
struct A { double x; operator B() const { return {x * «1⇒2»}; } };
A a() { return {1}; }
double f(const B& a) { return a.v; }
int g() { return 3; }
)"},
      {"the same, defined elsewhere", Changes{"a", "f"}, Leaves{"g"}, R"(
struct B { double v; };
struct A { double x; operator B() const; };
A a() { return {1}; }
double f(const B& a) { return a.v; }
int g() { return 3; }
A::operator B() const { return {x * «1⇒2»}; }
)"},
      {"the same, by the type that is taken", Changes{"f"}, Leaves{"a", "g"}, R"(
struct A { double x; };
struct B { double v; B(const A& a); };
A a() { return {1}; }
double f(const B& a) { return a.v; }
int g() { return 3; }
B::B(const A& a) : v(a.x * «1⇒2») {}
)"},
      {"the same, of a number", Changes{"f"}, Leaves{"a", "g"}, R"(
struct B { double v; B(double x); };
double a() { return 1; }
double f(const B& a) { return a.v; }
int g() { return 3; }
B::B(double x) : v(x * «1⇒2») {}
)"},
      {"the same, of a template", Changes{"a", "f"}, Leaves{"g"}, R"(
struct B { double v; };
template <class T> struct A { T x; operator B() const; };
A<double> a() { return {1}; }
double f(const B& a) { return a.v; }
int g() { return 3; }
template <class T> A<T>::operator B() const { return {x * «1⇒2»}; }
)"},
      {"the same, of a specialisation", Changes{"a", "f"}, Leaves{"g"}, R"(
struct B { double v; };
template <class T> struct A { T x; };
template <> struct A<double> { double x; operator B() const; };
A<double> a() { return {1}; }
double f(const B& a) { return a.v; }
int g() { return 3; }
A<double>::operator B() const { return {x * «1⇒2»}; }
)"},
      {"how an argument is copied", Changes{"a", "f"}, Leaves{"g"}, R"(
struct S { int n; S(int x); S(const S& s); };
S a() { return {1}; }
int f(S a) { return a.n; }
int g() { return 3; }
S::S(int x) : n(x) {}
S::S(const S& s) : n(s.n + «1⇒2») {}
)"},
      {"where in what a node gives the base lies that another takes", Changes{"d", "f"}, Leaves{"g"}, R"(
struct Extra { «⇒alignas(64) »char c; };
struct Base { double v; };
struct Derived : Extra, Base {};
Derived d() { return {}; }
double f(const Base& d) { return d.v; }
int g() { return 3; }
)"},
      {"operator bool in a condition", Changes{"f"}, Leaves{"g"}, R"(
struct S { explicit operator bool() const { return «true⇒false»; } };
int f() { if (S s{}) return 1; return 2; }
int g() { return 3; }
)"},
      {"a converting constructor is added that fits better", Changes{"f"}, Leaves{"g"}, R"(
struct A { int n; A(double) : n(1) {} «⇒A(int) : n(2) {}» };
static int take(A a) { return a.n; }
int f() { return take(1); }
int g() { return 3; }
)"},
      {"a constructor of an initializer list takes braces over", Changes{"f"}, Leaves{"g"}, R"(
#include <initializer_list>
struct S { int n; S(int, int) : n(1) {} «⇒S(std::initializer_list<int>) : n(2) {}» };
int f() { return S{1, 2}.n; }
int g() { return 3; }
)"},
      {"an inherited constructor", Changes{"f"}, Leaves{"g"}, R"(
struct Base { int n; Base(int x) : n(x * «1⇒2») {} };
struct S : Base { using Base::Base; };
int f() { return S(1).n; }
int g() { return 3; }
)"},
      {"a default member initialiser", Changes{"f"}, Leaves{"g"}, R"(
struct S { int n = «1⇒2»; };
int f() { return S{}.n; }
int g() { return 3; }
)"},
      {"a helper that a default member initialiser calls", Changes{"f"}, Leaves{"g"}, R"(
static int start() { return «1⇒2»; }
struct S { int n = start(); };
int f() { return S{}.n; }
int g() { return 3; }
)"},
      {"the default member initialiser of a base's member's type", Changes{"f"}, Leaves{"g"}, R"(
struct In { int n = «1⇒2»; };
struct Base { In in; };
struct S : Base {};
int f() { return S{}.in.n; }
int g() { return 3; }
)"},
      {"a static data member that is defined outside, below the node", Changes{"f"}, Leaves{"g"}, R"(
struct S { static const int limit; };
int f() { return S::limit; }
int g() { return 3; }
const int S::limit = «1⇒2»;
)"},
      {"a member function that is defined outside, below the node", Changes{"f"}, Leaves{"g"}, R"(
struct S { int get() const; };
int f() { return S{}.get(); }
int g() { return 3; }
int S::get() const { return «1⇒2»; }
)"},
      {"a nested class", Changes{"f"}, Leaves{"g"}, R"(
struct S { struct In { int n = «1⇒2»; }; In in() const { return {}; } };
int f() { return S{}.in().n; }
int g() { return 3; }
)"},
      {"a base class", Changes{"f"}, Leaves{"g"}, R"(
struct A { int get() const { return 1; } };
struct B { int get() const { return 2; } };
struct S : «A⇒B» {};
int f() { return S{}.get(); }
int g() { return 3; }
)"},
      {"a member is added to a type whose size is asked", Changes{"f"}, Leaves{"g"}, R"(
struct S { char a; «⇒int b;» };
int f() { return sizeof(S); }
int g() { return 3; }
)"},
      {"the order of members under a defaulted <=>", Changes{"f"}, Leaves{"g"}, R"(
#include <compare>
struct S { «int a, b;⇒int b, a;» auto operator<=>(const S&) const = default; };
bool f() { return S{.«a = 1⇒b = 2», .«b = 2⇒a = 1»} < S{.«a = 2⇒b = 1», .«b = 1⇒a = 2»}; }
int g() { return 3; }
)"},
      {"the == of a member under a defaulted ==", Changes{"f"}, Leaves{"g"}, R"(
struct In { int n; bool operator==(const In& in) const { return n % «10⇒20» == in.n % «10⇒20»; } };
struct S { In in; bool operator==(const S&) const = default; };
bool f() { return S{{1}} == S{{11}}; }
int g() { return 3; }
)"},
      {"alignas", Changes{"f"}, Leaves{"g"}, R"(
struct alignas(«4⇒8») S { int n; };
int f() { return alignof(S); }
int g() { return 3; }
)"},
      {"the width of a bit-field", Changes{"f"}, Leaves{"g"}, R"(
struct S { unsigned n : «2⇒3»; };
int f() { S s{}; s.n = 7 & 0xff; return s.n; }
int g() { return 3; }
)"},
      {"an attribute that changes the layout", Changes{"f"}, Leaves{"g"}, R"(
struct «⇒__attribute__((packed)) »S { char a; int b; };
int f() { return sizeof(S); }
int g() { return 3; }
)"},
      {"#pragma pack around a type", Changes{"f"}, Leaves{"g"}, R"(
int g() { return 3; }
#pragma pack(push, «4⇒1»)
struct S { char a; int b; };
#pragma pack(pop)
int f() { return sizeof(S); }
)"},
      {"a type moves out from under #pragma pack", Changes{"f"}, Leaves{}, R"(
#pragma pack(push, 1)
«struct S { char a; int b; };⇒»
#pragma pack(pop)
«⇒struct S { char a; int b; };»
int f() { return sizeof(S); }
)"},
      {"the value of an enumerator", Changes{"f"}, Leaves{"g"}, R"(
enum Level { low = «1⇒2», high = 5 };
int f() { return low; }
int g() { return 3; }
)"},
      {"an enumerator is put before another", Changes{"f"}, Leaves{"g"}, R"(
enum class Level { low, «⇒middle, »high };
int f() { return static_cast<int>(Level::high); }
int g() { return 3; }
)"},
      {"the underlying type of an enum", Changes{"f"}, Leaves{"g"}, R"(
enum class Level : «char⇒int» { low };
int f() { return sizeof(Level); }
int g() { return 3; }
)"},
      {"a virtual function's overrider, in a class that the node never names", Changes{"f"}, Leaves{"g"}, R"(
struct Shape { virtual int area() const = 0; };
struct Square : Shape { int area() const override { return «1⇒2»; } };
static const Shape& make();
int f() { return make().area(); }
int g() { return 3; }
static const Shape& make() { static const Square square; return square; }
)"},
      {"an overrider is added", Changes{"f"}, Leaves{"g"}, R"(
struct Shape { virtual int area() const { return 1; } };
struct Square : Shape { «⇒int area() const override { return 2; }» };
static const Shape& make() { static const Square square; return square; }
int f() { return make().area(); }
int g() { return 3; }
)"},
      {"an overrider of what a registered object does", Changes{"f"}, Leaves{"g"}, R"(
struct Step { virtual int run() const = 0; };
static const Step*& chosen() { static const Step* step = nullptr; return step; }
int f() { return chosen()->run(); }
int g() { return 3; }
struct Fast : Step { int run() const override { return «1⇒2»; } };
static const Fast fast;
static const bool registered = (chosen() = &fast, true);
)"},
      {"a function becomes virtual", Changes{"f"}, Leaves{"g"}, R"(
struct Shape { «⇒virtual »int area() const { return 1; } };
struct Square : Shape { int area() const { return 2; } };
static const Square square;
static const Shape& make() { return square; }
int f() { return make().area(); }
int g() { return 3; }
)"},
      {"an overrider of another hierarchy", Changes{"g"}, Leaves{"f"}, R"(
struct Shape { virtual int area() const { return 1; } };
struct Sound { virtual int pitch() const { return 1; } };
struct Tone : Sound { int pitch() const override { return «2⇒3»; } };
static int area_of(const Shape& shape) { return shape.area(); }
static int pitch_of(const Sound& sound) { return sound.pitch(); }
int f() { return area_of(Shape{}); }
int g() { return pitch_of(Tone{}); }
)"},
      {"what a dynamic_cast finds", Changes{"f"}, Leaves{"g"}, R"(
struct Shape { virtual ~Shape() = default; };
struct Round {};
struct Circle : Shape«⇒, Round» {};
static Shape& make() { static Circle circle; return circle; }
int f() { return dynamic_cast<Round*>(&make()) == nullptr ? 1 : 2; }
int g() { return 3; }
)"},
      {"what a typeid finds", Changes{"f"}, Leaves{"g"}, R"(
#include <typeinfo>
struct Shape { «⇒virtual ~Shape() = default;» };
struct Circle : Shape {};
static const Circle circle;
static const Shape& make() { return circle; }
bool f() { return typeid(make()) == typeid(Shape); }
int g() { return 3; }
)"},
      {"the base of an exception that a helper throws", Changes{"f"}, Leaves{"g"}, R"(
struct Bad {};
struct Worse«⇒ : Bad» {};
static int risky() { throw Worse{}; }
int f() { try { return risky(); } catch (const Bad&) { return 1; } catch (...) { return 2; } }
int g() { return 3; }
)"},
      {"a user-defined literal", Changes{"f"}, Leaves{"g"}, R"(
constexpr long double operator""_km(long double x) { return x * «1000⇒1024»; }
double f() { return static_cast<double>(1.0_km); }
int g() { return 3; }
)"},
      {"the end of a chain of type names", Changes{"f"}, Leaves{"g"}, R"(
typedef «int⇒double» Number;
using Length = Number;
using Distance = Length;
double f() { return Distance(7) / 2; }
int g() { return 3; }
)"},
      {"a member of an anonymous union", Changes{"f"}, Leaves{"g"}, R"(
struct S { union { «char⇒long» a; int b; }; };
int f() { return sizeof(S); }
int g() { return 3; }
)"},
      {"the type of a node's own parameter", Changes{"f"}, Leaves{"g"}, R"(
struct S { int n; int twice() const { return n * «2⇒3»; } };
int f(const S& s) { return s.twice(); }
int g(int n) { return n; }
)"},
      {"a class that is only declared above the node", Changes{"f"}, Leaves{"g"}, R"(
struct S;
static const S& made();
static int read(const S& s);
int f() { return read(made()); }
int g() { return 3; }
struct S { int n = «1⇒2»; };
static const S& made() { static const S s; return s; }
static int read(const S& s) { return s.n; }
)"},
  });
}

TEST_CASE("edit table: templates and constants") {
  check_edits({
      {"the body of a function template", Changes{"f"}, Leaves{"g"}, R"(
template <class T> T twice(T x) { return x * «2⇒3»; }
int f() { return twice(1); }
int g() { return 3; }
)"},
      {"a full specialisation is added", Changes{"f"}, Leaves{"g"}, R"(
template <class T> struct Box { static int get() { return 1; } };
«⇒template <> struct Box<int> { static int get() { return 2; } };»
int f() { return Box<int>::get(); }
int g() { return 3; }
)"},
      {"a partial specialisation that only a template uses", Changes{"f"}, Leaves{"g"}, R"(
template <class T> struct Box { static int get() { return 1; } };
template <class T> struct Box<T*> { static int get() { return «2⇒4»; } };
template <class T> int call(T) { return Box<T*>::get(); }
int f() { return call(1); }
int g() { return 3; }
)"},
      {"a specialisation of a function that a template above it calls", Changes{"f"}, Leaves{"g"}, R"(
struct S {};
template <class T> int pick(T) { return 1; }
template <class T> int call(T t) { return pick(t); }
«⇒template <> int pick(S) { return 2; }»
int f() { return call(S{}); }
int g() { return 3; }
)"},
      {"a specialisation of a variable template", Changes{"f"}, Leaves{"g"}, R"(
template <class T> constexpr int rank = 1;
template <> constexpr int rank<int> = «2⇒4»;
int f() { return rank<int>; }
int g() { return 3; }
)"},
      {"an alias template", Changes{"f"}, Leaves{"g"}, R"(
template <class T> struct Box { T a; };
template <class T> using Held = Box<T«⇒*»>;
int f() { return sizeof(Held<char>); }
int g() { return 3; }
)"},
      {"a deduction guide", Changes{"f"}, Leaves{"g"}, R"(
template <class T> struct Box { T a; Box(int) : a() {} };
Box(int) -> Box<«char⇒long»>;
int f() { return sizeof(Box(1)); }
int g() { return 3; }
)"},
      {"a default template argument", Changes{"f"}, Leaves{"g"}, R"(
template <int N = «1⇒2»> int size() { return N; }
int f() { return size<>(); }
int g() { return 3; }
)"},
      {"a static data member of a class template", Changes{"f"}, Leaves{"g"}, R"(
template <class T> struct Box { static const int limit; };
template <class T> const int Box<T>::limit = «1⇒2»;
int f() { return Box<int>::limit; }
int g() { return 3; }
)"},
      {"a member template that is specialised outside", Changes{"f"}, Leaves{"g"}, R"(
struct S { template <class T> int get() const { return 1; } };
template <> int S::get<int>() const { return «2⇒4»; }
int f() { return S{}.get<int>(); }
int g() { return 3; }
)"},
      {"what a base calls of the class derived from it", Changes{"f"}, Leaves{"g"}, R"(
template <class D> struct Base { int run() const { return static_cast<const D*>(this)->step(); } };
struct S : Base<S> { int step() const { return «1⇒2»; } };
int f() { return S{}.run(); }
int g() { return 3; }
)"},
      {"an operator in a fold", Changes{"f"}, Leaves{"g"}, R"(
struct S { int n; };
static S operator+(S a, S b) { return {a.n + b.n + «1⇒2»}; }
template <class... T> int sum(T... t) { return (t + ...).n; }
int f() { return sum(S{1}, S{2}); }
int g() { return 3; }
)"},
      {"a function that a generic lambda calls by its argument", Changes{"f"}, Leaves{"g"}, R"(
namespace n {
struct S {};
static int weigh(S) { return «1⇒2»; }
}
static const auto call = [](auto x) { return weigh(x); };
int f() { return call(n::S{}); }
int g() { return 3; }
)"},
      {"a concept inside a concept", Changes{"f"}, Leaves{"g"}, R"(
template <class T> constexpr int limit = «4⇒8»;
template <class T> concept Small = sizeof(T) <= limit<T>;
template <class T> concept Handy = Small<T>;
int f() { return Handy<double> ? 1 : 2; }
int g() { return 3; }
)"},
      {"a trait under if constexpr", Changes{"f"}, Leaves{"g"}, R"(
struct S {};
template <class T> struct is_exact { static constexpr bool value = true; };
template <> struct is_exact<S> { static constexpr bool value = «true⇒false»; };
template <class T> int call(T) { if constexpr (is_exact<T>::value) return 1; else return 2; }
int f() { return call(S{}); }
int g() { return 3; }
)"},
      {"a constant that is the size of an array", Changes{"f"}, Leaves{"g"}, R"(
constexpr int count = «3⇒4»;
struct S { int a[count]; };
int f() { return sizeof(S); }
int g() { return 3; }
)"},
      {"a constexpr function in a template argument", Changes{"f"}, Leaves{"g"}, R"(
constexpr int width(int x) { return x * «2⇒3»; }
template <int N> struct Box { char a[N]; };
int f() { return sizeof(Box<width(2)>); }
int g() { return 3; }
)"},
      {"a consteval function", Changes{"f"}, Leaves{"g"}, R"(
consteval int width(int x) { return x * «2⇒3»; }
int f() { return width(2); }
int g() { return 3; }
)"},
  });
}

TEST_CASE("edit table: variables") {
  check_edits({
      {"an element of a const table", Changes{"f"}, Leaves{"g"}, R"(
static const int table[] = {1, «2⇒3», 4};
int f() { return table[1]; }
int g() { return 3; }
)"},
      {"a helper that an initialiser calls", Changes{"f"}, Leaves{"g"}, R"(
static int start() { return «1⇒2»; }
static const int first = start();
static const int& second = first;
int f() { return second; }
int g() { return 3; }
)"},
      {"a static local variable of a helper", Changes{"f"}, Leaves{"g"}, R"(
static int start() { static const int n = «1⇒2»; return n; }
int f() { return start(); }
int g() { return 3; }
)"},
      {"an inline variable of a header", Changes{"f"}, Leaves{"g"}, R"(
#include "own.h"
int f() { return limit; }
int g() { return 3; }
=== own.h
inline const int limit = «1⇒2»;
)"},
      {"a variable declared above the node and defined below it", Changes{"f"}, Leaves{"g"}, R"(
extern const int limit;
int f() { return limit; }
int g() { return 3; }
extern const int limit = «1⇒2»;
)"},
      {"a variable declared inside the node", Changes{"f"}, Leaves{"g"}, R"(
int f() { extern const int limit; return limit; }
int g() { return 3; }
extern const int limit = «1⇒2»;
)"},
      {"a variable that a header declares and the cell defines", Changes{"f"}, Leaves{"g"}, R"(
#include "own.h"
int f() { return get(); }
int g() { return 3; }
const int limit = «1⇒2»;
=== own.h
extern const int limit;
inline int get() { return limit; }
)"},
      {"what a function pointer points to", Changes{"f"}, Leaves{"g"}, R"(
static int one() { return 1; }
static int two() { return 2; }
static int (*const chosen)() = «one⇒two»;
int f() { return chosen(); }
int g() { return 3; }
)"},
      {"a function in a table of functions", Changes{"f"}, Leaves{"g"}, R"(
static int one() { return 1; }
static int two() { return «2⇒4»; }
static int (*const table[])() = {one, two};
int f() { return table[1](); }
int g() { return 3; }
)"},
      {"a pointer to a member function", Changes{"f"}, Leaves{"g"}, R"(
struct S { int one() const { return 1; } int two() const { return 2; } };
static constexpr auto chosen = &S::«one⇒two»;
int f() { return (S{}.*chosen)(); }
int g() { return 3; }
)"},
      {"an initialiser that registers, and a node that calls only registry()", Changes{"f"}, Leaves{"g"}, R"(
#include <map>
#include <string>
static std::map<std::string, int (*)()>& registry() {
  static std::map<std::string, int (*)()> all;
  return all;
}
static int make_foo() { return «1⇒2»; }
static bool r = registry().emplace("foo", make_foo).second;
int f() { return registry().at("foo")(); }
int g() { return 3; }
)"},
      {"a registration is added below the node", Changes{"f"}, Leaves{"g"}, R"(
static int& registry() { static int count = 0; return count; }
int f() { return registry(); }
int g() { return 3; }
«⇒static bool registered = ++registry() > 0;»
)"},
      {"an explicit instantiation that registers", Changes{"f"}, Leaves{"g"}, R"(
static int& registry() { static int count = 0; return count; }
template <class T> struct Registered { static const bool done; };
template <class T> const bool Registered<T>::done = ++registry() > 0;
«⇒template struct Registered<int>;»
int f() { return registry(); }
int g() { return 3; }
)"},
      {"a variable template that registers where it is instantiated", Changes{"f"}, Leaves{"g"}, R"(
static int& registry() { static int count = 0; return count; }
template <class T> const bool registered = (registry() += «1⇒2») > 0;
template const bool registered<int>;
int f() { return registry(); }
int g() { return 3; }
)"},
      {"a use, in what no node reaches, that instantiates a variable that registers", Changes{"f"},
       Leaves{"g"}, R"(
static int& registry() { static int count = 0; return count; }
template <class T> const bool registered = ++registry() > 0;
«⇒static bool use() { return registered<int>; }
static bool (*const used)() = use;»
int f() { return registry(); }
int g() { return 3; }
)"},
      {"a class is added that registers itself through its base", Changes{"f"}, Leaves{"g"}, R"(
static int& registry() { static int sum = 0; return sum; }
template <class T> struct Registered { static const bool done; Registered() { (void)done; } };
template <class T> const bool Registered<T>::done = (registry() += T::weight) > 0;
struct One : Registered<One> { static constexpr int weight = 1; One() {} };
«⇒struct Two : Registered<Two> { static constexpr int weight = 2; Two() {} };»
int f() { return registry(); }
int g() { return 3; }
)"},
      {"a registration with another registry", Changes{"g"}, Leaves{"f"}, R"(
static int& one() { static int count = 0; return count; }
static int& two() { static int count = 0; return count; }
static const bool a = ++one() > 0;
static const bool b = (two() += «1⇒2») > 0;
int f() { return one(); }
int g() { return two(); }
)"},
      {"the constructor of an object that registers itself, in a header", Changes{"f"}, Leaves{"g"}, R"(
#include "plugin.h"
int f() { return registry(); }
int g() { return 3; }
=== registry.h
#pragma once
inline int& registry() { static int sum = 0; return sum; }
=== plugin.h
#include "registry.h"
struct Plugin { explicit Plugin(int n) { registry() += n * «1⇒2»; } };
static const Plugin plugin(5);
)"},
      {"another variable's initialiser changes the variable", Changes{"f"}, Leaves{"g"}, R"(
static int level = 1;
static void raise(int by) { level += by; }
static const bool raised = (raise(«1⇒2»), true);
int f() { return level; }
int g() { return 3; }
)"},
      {"an initialiser changes the variable through a reference", Changes{"f"}, Leaves{"g"}, R"(
static int level = 1;
static int& alias = level;
static const int raised = (alias = «1⇒2»);
int f() { return level; }
int g() { return 3; }
)"},
      {"a constant that is made of a variable that an initialiser changes", Changes{"f"}, Leaves{"g"}, R"(
static int level = 1;
static const bool raised = (level = «1⇒2») > 0;
static const int fixed = level;
int f() { return fixed; }
int g() { return 3; }
)"},
      {"the order of two initialisers that change one variable", Changes{"f"}, Leaves{"g"}, R"(
static int last = 0;
static int next() { return ++last; }
«⇒static const int b = next();»
static const int a = next();
«static const int b = next();⇒»
int f() { return a; }
int g() { return 3; }
)"},
      {"a constructor function changes the variable", Changes{"f"}, Leaves{"g"}, R"(
static int level = 1;
__attribute__((constructor)) static void raise() { level = «1⇒2»; }
int f() { return level; }
int g() { return 3; }
)"},
      {"a helper in an unnamed, a nested and an inline namespace", Changes{"f"}, Leaves{"g"}, R"(
namespace a {
namespace {
inline namespace v1 {
int start() { return «1⇒2»; }
}
}
}
int f() { return a::start(); }
int g() { return 3; }
)"},
      {"another inline namespace", Changes{"f"}, Leaves{"g"}, R"(
namespace a {
«inline ⇒»namespace v1 { static int start() { return 1; } }
«⇒inline »namespace v2 { static int start() { return 2; } }
}
int f() { return a::start(); }
int g() { return 3; }
)"},
      {"a namespace alias", Changes{"f"}, Leaves{"g"}, R"(
namespace one { static int start() { return 1; } }
namespace two { static int start() { return 2; } }
namespace chosen = «one⇒two»;
int f() { return chosen::start(); }
int g() { return 3; }
)"},
      {"a helper with C linkage", Changes{"f"}, Leaves{"g"}, R"(
extern "C" { static int start() { return «1⇒2»; } }
int f() { return start(); }
int g() { return 3; }
)"},
      {"what a default argument of a node calls", Changes{"f.n"}, Leaves{"g"}, R"(
static int start() { return «1⇒2»; }
int f(int n = start()) { return n; }
int g() { return 3; }
)",
       Open{"f"}},
      {"a default argument of a node that is no literal", Changes{"f.n"}, Leaves{"g", "g.n"}, R"(
static int start() { return 1; }
int f(int n = start() + «1⇒2») { return n; }
int g(int n = start() + 1) { return n; }
)",
       Open{"f"}},
  });
}

TEST_CASE("edit table: macros") {
  check_edits({
      {"a macro", Changes{"f"}, Leaves{"g"}, R"(
#define LIMIT «1⇒2»
int f() { return LIMIT; }
int g() { return 3; }
)"},
      {"a macro inside a macro", Changes{"f"}, Leaves{"g"}, R"(
#define INNER «1⇒2»
#define OUTER (INNER + 1)
int f() { return OUTER; }
int g() { return 3; }
)"},
      {"a macro inside a macro, defined below it", Changes{"f"}, Leaves{"g"}, R"(
#define OUTER (INNER + 1)
#define INNER «1⇒2»
int f() { return OUTER; }
int g() { return 3; }
)"},
      {"a macro in a helper", Changes{"f"}, Leaves{"g"}, R"(
#define LIMIT «1⇒2»
static int get() { return LIMIT; }
int f() { return get(); }
int g() { return 3; }
)"},
      {"a macro with parameters", Changes{"f"}, Leaves{"g"}, R"(
#define SCALED(x) ((x) * «2⇒3»)
int f() { return SCALED(1); }
int g() { return 3; }
)"},
      {"an argument of a macro that is itself a macro", Changes{"f"}, Leaves{"g"}, R"(
#define LIMIT «1⇒2»
#define SCALED(x) ((x) * 2)
int f() { return SCALED(LIMIT); }
int g() { return SCALED(1); }
)"},
      {"a helper that only a macro names", Changes{"f"}, Leaves{"g"}, R"(
static int get() { return «1⇒2»; }
#define GET() get()
int f() { return GET(); }
int g() { return 3; }
)"},
      {"a helper that is the argument of a macro", Changes{"f"}, Leaves{"g", "h"}, R"(
static int one() { return «1⇒2»; }
static int two() { return 5; }
#define CALL(get, ...) get(__VA_ARGS__)
int f() { return CALL(one); }
int g() { return CALL(two); }
int h() { return 3; }
)"},
      {"a macro that is defined anew between two nodes", Changes{"g"}, Leaves{"h"}, R"(
#define LIMIT 1
int f() { return LIMIT; }
#undef LIMIT
#define LIMIT «2⇒3»
int g() { return LIMIT; }
int h() { return 3; }
)",
       Open{"f"}},
      {"a macro is defined anew above the node", Changes{"f"}, Leaves{"g"}, R"(
#define LIMIT 1
«⇒#undef LIMIT
#define LIMIT 2»
int f() { return LIMIT; }
int g() { return 3; }
)"},
      {"a helper moves below a new definition of the macro in it", Changes{"f"}, Leaves{"g"}, R"(
#define LIMIT 1
«static int get() { return LIMIT; }⇒»
#undef LIMIT
#define LIMIT 2
«⇒static int get() { return LIMIT; }»
int f() { return get(); }
int g() { return 3; }
)"},
      {"a macro is undefined above the node, where a helper has its name", Changes{"f"}, Leaves{"g"}, R"(
static int limit() { return 1; }
#define limit() 2
«⇒#undef limit»
int f() { return limit(); }
int g() { return 3; }
)"},
      {"a macro takes the place of a helper's name", Changes{"f"}, Leaves{"g"}, R"(
static int one() { return 1; }
static int two() { return 2; }
«⇒#define one two»
int f() { return one(); }
int g() { return 3; }
)"},
      {"a list macro over another macro", Changes{"f"}, Leaves{"g"}, R"(
#define LIST X(1) X(«2⇒3»)
int f() {
  int sum = 0;
#define X(n) sum += n;
  LIST
#undef X
  return sum;
}
int g() { return 3; }
)"},
      {"a helper whose name is pasted", Changes{"f"}, Leaves{"g", "h"}, R"(
static int get_a() { return «1⇒2»; }
static int get_b() { return 5; }
#define GET(x) get_##x()
int f() { return GET(a); }
int g() { return GET(b); }
int h() { return 3; }
)"},
      {"a pasted name of a macro", Changes{"f"}, Leaves{"g"}, R"(
#define SIZE_A «1⇒2»
#define SIZE(x) SIZE_##x
int f() { return SIZE(A); }
int g() { return 3; }
)"},
      {"one of two helpers that a macro makes", Changes{"g"}, Leaves{"f"}, R"(
#define MAKE(name, value) static int get_##name() { return value; }
MAKE(one, 1) MAKE(two, «2⇒4»)
int f() { return get_one(); }
int g() { return get_two(); }
)"},
      {"one of two nodes that a macro makes", Changes{"g"}, Leaves{"f"}, R"(
#define NODE(name, value) int name() { return value; }
NODE(f, 1)
NODE(g, «2⇒4»)
)"},
      {"what a macro makes a string of", Changes{"f"}, Leaves{"g"}, R"(
#define STRING(x) #x
#define TEXT(x) STRING(x)
#define LIMIT «10⇒2»
int f() { return sizeof(TEXT(LIMIT)); }
int g() { return 3; }
)"},
      {"white space in what a macro makes a string of", Changes{"f"}, Leaves{"g"}, R"(
#define STRING(x) #x
int f() { return sizeof(STRING(a+b«⇒ »)) + sizeof(STRING(a«⇒ »+b)); }
int g() { return 3; }
)"},
      {"white space and comment marks in a string", Changes{"f"}, Leaves{"g"}, R"(
static const char text[] = "a«⇒ »b«⇒ // c»";
int f() { return sizeof(text); }
int g() { return 3; }
)"},
      {"a macro chooses between two helpers", Changes{"f"}, Leaves{"g"}, R"(
#define FAST «0⇒1»
#if FAST
static int get() { return 1; }
#else
static int get() { return 2; }
#endif
int f() { return get(); }
int g() { return 3; }
)"},
      {"a macro that is defined chooses inside a node", Changes{"f"}, Leaves{"g"}, R"(
«⇒#define FAST»
int f() {
#ifdef FAST
  return 1;
#else
  return 2;
#endif
}
int g() { return 3; }
)"},
      {"a header of the user's sets the macro that another one asks", Changes{"f"}, Leaves{"g"}, R"(
#include "settings.h"
#include "own.h"
int f() { return get(); }
int g() { return 3; }
=== settings.h
#define FAST «0⇒1»
=== own.h
#if FAST
inline int get() { return 1; }
#else
inline int get() { return 2; }
#endif
)"},
      {"a skipped branch inside a node, where the parser is the compiler", Changes{}, Leaves{"f", "g"}, R"(
int f() {
#ifdef __clang__
  return 1;
#else
  return «2⇒4»;
#endif
}
int g() { return 3; }
)"},
      {"a skipped branch inside a node, where another compiler may take it",
       Changes{"f"},
       Leaves{"g"},
       R"(
int f() {
#ifdef __clang__
  return 1;
#else
  return «2⇒4»;
#endif
}
int g() { return 3; }
)",
       {},
       Compiler::other},
      {"a skipped helper, where another compiler may take it",
       Changes{"f"},
       Leaves{},
       R"(
#ifdef __clang__
static int get() { return 1; }
#else
static int get() { return «2⇒4»; }
#endif
int f() { return get(); }
)",
       {},
       Compiler::other},
      {"__LINE__ in a node moves down", Changes{"f"}, Leaves{"g"}, R"(
«⇒
»int f() { return __LINE__; }
int g() { return 3; }
)"},
      {"__LINE__ in a macro in a macro moves down", Changes{"f"}, Leaves{"g"}, R"(
#define HERE __LINE__
#define PLACE HERE
«⇒// A comment is a line.
»int f() { return PLACE; }
int g() { return 3; }
)"},
      {"__LINE__ in a helper moves down", Changes{"f"}, Leaves{"g"}, R"(
«⇒
»static int here() { return __LINE__; }
int f() { return here(); }
int g() { return 3; }
)"},
      {"#line above __LINE__", Changes{"f"}, Leaves{"g"}, R"(
int g() { return 3; }
«⇒#line 100»
int f() { return __LINE__; }
)"},
      {"an assert moves down", Changes{"f"}, Leaves{"g"}, R"(
#include <cassert>
«⇒
»int f(int n) { assert(n > 0); return n; }
int g() { return 3; }
)"},
      {"a call that takes source_location::current() moves down", Changes{"f"}, Leaves{"g"}, R"(
#include <source_location>
static int line(std::source_location at = std::source_location::current()) { return static_cast<int>(at.line()); }
«⇒
»int f() { return line(); }
int g() { return 3; }
)"},
      {"a call that takes __builtin_LINE() as default argument moves down", Changes{"f"}, Leaves{"g"}, R"(
static int line(int at = __builtin_LINE()) { return at; }
«⇒
»int f() { return line(); }
int g() { return 3; }
)"},
  });
}

TEST_CASE("edit table: headers and included text") {
  check_edits({
      {"a helper of a header, and one beside it", Changes{"f"}, Leaves{"g"}, R"(
#include "own.h"
int f() { return one(); }
int g() { return two(); }
=== own.h
inline int one() { return «1⇒2»; }
inline int two() { return 3; }
)"},
      {"a header that a header includes", Changes{"f"}, Leaves{"g"}, R"(
#include "outer.h"
int f() { return outer(); }
int g() { return 3; }
=== outer.h
#include "inner.h"
inline int outer() { return inner(); }
=== inner.h
inline int inner() { return «1⇒2»; }
)"},
      {"numbers that are included inside an array of a helper", Changes{"f"}, Leaves{"g"}, R"(
static const double coeffs[] = {
#include "coeffs.inc"
};
double f() { return coeffs[1]; }
int g() { return 3; }
=== coeffs.inc
0.5, «0.25⇒0.75», 1.5
)"},
      {"numbers that are included inside a node", Changes{"f"}, Leaves{"g"}, R"(
int f() {
  const int c[] = {
#include "coeffs.inc"
  };
  return c[0];
}
int g() { return 3; }
=== coeffs.inc
«1⇒2», 3
)"},
      {"text that is included as an initialiser", Changes{"f"}, Leaves{"g"}, R"(
static const char text[] =
#include "text.inc"
;
int f() { return text[1]; }
int g() { return 3; }
=== text.inc
"a«b⇒c"
"d»"
)"},
      {"members that are included inside a class", Changes{"f"}, Leaves{"g"}, R"(
struct S {
#include "members.inc"
};
int f() { return S{}.n; }
int g() { return 3; }
=== members.inc
int n = «1⇒2»;
)"},
      {"a list of macros that is included twice", Changes{"f"}, Leaves{"g"}, R"(
enum Level {
#define LEVEL(name, value) name = value,
#include "levels.def"
#undef LEVEL
};
int f() { return high; }
int g() { return 3; }
=== levels.def
LEVEL(low, 1)
LEVEL(high, «2⇒4»)
)"},
      {"another header that __has_include finds", Changes{"f"}, Leaves{"g"}, R"(
#if __has_include("extra.h")
#include "extra.h"
#else
static int get() { return 1; }
#endif
int f() { return get(); }
int g() { return 3; }
«⇒=== extra.h
static int get() { return 2; }
»)"},
      {"a header appears in a folder that is searched earlier", Changes{"f"}, Leaves{"g"}, R"(
#include <size.h>
int f() { return size(); }
int g() { return 3; }
=== second/size.h
inline int size() { return 1; }
«⇒=== first/size.h
inline int size() { return 2; }
»)"},
      {"what a node does not reach of a header of the user's", Changes{}, Leaves{"f", "g"}, R"(
#include "own.h"
int f() { return one(); }
int g() { return 3; }
=== own.h
inline int one() { return 1; }
«⇒inline int two() { return one(); }
struct Two { Two() {} ~Two() {} };
template <class T> T three(T t) { return t; }
»)"},
      {"a header is included that no node reaches", Changes{}, Leaves{"f", "g"}, R"(
#include "own.h"
«⇒#include "more.h"»
int f() { return one(); }
int g() { return 3; }
=== own.h
inline int one() { return 1; }
=== more.h
struct More { int n = 1; };
inline int more(More m) { return m.n; }
)"},
      {"a header whose name is a macro", Changes{"f"}, Leaves{"g"}, R"(
#define CHOSEN "«one⇒two».h"
#include CHOSEN
int f() { return get(); }
int g() { return 3; }
=== one.h
inline int get() { return 1; }
=== two.h
inline int get() { return 2; }
)"},
      {"the order of two headers that have nothing to do with each other", Changes{}, Leaves{"f", "g"}, R"(
«#include "one.h"⇒#include "two.h"»
«#include "two.h"⇒#include "one.h"»
int f() { return one(); }
int g() { return two(); }
=== one.h
inline int one() { return 1; }
=== two.h
inline int two() { return 2; }
)"},
      {"the order of two headers of which one sets what the other asks", Changes{"f"}, Leaves{"g"}, R"(
«#include "settings.h"⇒#include "own.h"»
«#include "own.h"⇒#include "settings.h"»
int f() { return get(); }
int g() { return 3; }
=== settings.h
#define FAST
=== own.h
#ifdef FAST
inline int get() { return 1; }
#else
inline int get() { return 2; }
#endif
)"},
      {"the order of two headers that change one variable", Changes{"f"}, Leaves{"g"}, R"(
«#include "one.h"⇒#include "two.h"»
«#include "two.h"⇒#include "one.h"»
int f() { return last(); }
int g() { return 3; }
=== last.h
#pragma once
inline int& last() { static int n = 0; return n; }
=== one.h
#include "last.h"
static const bool one = (last() = 1) > 0;
=== two.h
#include "last.h"
static const bool two = (last() = 2) > 0;
)"},
      {"comments and layout of a header", Changes{}, Leaves{"f", "g"}, R"(
#include "own.h"
int f() { return one(); }
int g() { return 3; }
=== own.h
«⇒// Says one.

»inline int one() {«⇒
  »return 1; }
)"},
  });
}

TEST_CASE("edit table: what every node reaches") {
  check_edits({
      {"a macro defined before a system header", Changes{"f", "g"}, Leaves{}, R"(
«⇒#define LIB_NO_DEBUG
»#include <lib.h>
int f() { return lib::checks(); }
int g() { return 3; }
=== system/lib.h
namespace lib {
#ifdef LIB_NO_DEBUG
inline int checks() { return 0; }
#else
inline int checks() { return 1; }
#endif
}
)"},
      {"a macro that a header of the user's defines before a system header", Changes{"f", "g"}, Leaves{}, R"(
#include "settings.h"
#include <lib.h>
int f() { return lib::checks(); }
int g() { return 3; }
=== settings.h
#define LIB_CHECKS «1⇒2»
=== system/lib.h
namespace lib { inline int checks() { return LIB_CHECKS; } }
)"},
      {"a macro below the last system header reaches only what uses it", Changes{"f"}, Leaves{"g"}, R"(
#include <lib.h>
#define LIMIT «1⇒2»
int f() { return LIMIT; }
int g() { return lib::checks(); }
=== system/lib.h
namespace lib { inline int checks() { return 1; } }
)"},
      {"a system header", Changes{"f", "g"}, Leaves{}, R"(
#include <lib.h>
int f() { return lib::checks(); }
int g() { return 3; }
=== system/lib.h
namespace lib { inline int checks() { return «1⇒2»; } }
)"},
      {"operator new is replaced", Changes{"f", "g"}, Leaves{}, R"(
#include <cstdlib>
«⇒void* operator new(std::size_t size) { return std::calloc(1, size); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
»int f() { int* p = new int; const int n = *p; delete p; return n; }
int g() { return 3; }
)"},
      {"a helper that a replaced operator new calls", Changes{"f", "g"}, Leaves{}, R"(
#include <cstdlib>
int f() { int* p = new int; const int n = *p; delete p; return n; }
int g() { return 3; }
static std::size_t padded(std::size_t size) { return size + «8⇒16»; }
void* operator new(std::size_t size) { return std::calloc(1, padded(size)); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
)"},
      {"a function of the C library that the cell defines", Changes{"f", "g"}, Leaves{}, R"(
#include <cstdlib>
int f() { return std::rand(); }
int g() { return 3; }
extern "C" int rand() noexcept { return «1⇒2»; }
)"},
      {"a pragma, for what is below it", Changes{"f"}, Leaves{"g"}, R"(
int g() { return 3; }
«⇒#pragma STDC FP_CONTRACT OFF»
double f(double a) { return a * a + 1; }
)"},
      {"a pragma of another compiler, for what is below it",
       Changes{"f"},
       Leaves{"g"},
       R"(
int g() { return 3; }
«⇒#pragma GCC optimize("fast-math")»
double f(double a) { return a * a + 1; }
)",
       {},
       Compiler::other},
      {"a pragma that brings back what a macro was", Changes{"f"}, Leaves{"g"}, R"(
int g() { return 3; }
#define LIMIT 1
#pragma push_macro("LIMIT")
#undef LIMIT
#define LIMIT 2
«⇒#pragma pop_macro("LIMIT")»
int f() { return LIMIT; }
)"},
      {"a pragma operator between two helpers, for what is below it", Changes{"f"}, Leaves{"g"}, R"(
int g() { return 3; }
static int one() { return 1; }
«⇒_Pragma("STDC FP_CONTRACT OFF")»
static int two() { return 2; }
double f(double a) { return a * a + 1; }
)"},
      {"a macro that a pragma names", Changes{"f"}, Leaves{"g"}, R"(
int g() { return 3; }
#define ALIGNMENT «1⇒4»
#pragma pack(push, ALIGNMENT)
struct S { char a; int b; };
#pragma pack(pop)
int f() { return sizeof(S); }
)"},
      {"assembler outside all functions", Changes{"f", "g"}, Leaves{}, R"(
asm("# «one⇒two»");
int f() { return 1; }
int g() { return 3; }
)"},
      {"a pragma below all nodes", Changes{}, Leaves{"f", "g"}, R"(
double f(double a) { return a * a + 1; }
int g() { return 3; }
«⇒#pragma STDC FP_CONTRACT OFF»
)"},
  });
}

TEST_CASE("edit table: what reaches nobody") {
  check_edits({
      {"comments", Changes{}, Leaves{"f", "g"}, R"(
«⇒// A cell.»
static int one(«⇒/* nothing */») { return 1; }  «// old⇒/* new */»
«/// Says one.⇒/// Says two.»
int f() { return one(); }
int g() { return 3; }«⇒  // the end»
)"},
      {"blank lines and layout", Changes{}, Leaves{"f", "g"}, R"(
static int one() {«⇒
 » return 1;«⇒
»}
«⇒


»int f(«⇒ »)«⇒
»{ return   one«⇒ »(); }
int g() { return 3; }
)"},
      {"line splices", Changes{}, Leaves{"f", "g"}, R"(
#define TWICE(x) ((x)« ⇒ \
 »+ (x))
static int one() { return«⇒ \
» 1; }
int f() { return TWICE(one()); }
int g() { return 3; }
)"},
      {"a line splice inside a name", Changes{}, Leaves{"f", "g"}, R"(
static int one() { return 1; }
int f() { return «one⇒o\
ne»(); }
int g() { return 3; }
)"},
      {"another helper", Changes{"g"}, Leaves{"f"}, R"(
static int one() { return 1; }
static int two() { return «2⇒4»; }
int f() { return one(); }
int g() { return two(); }
)"},
      {"one of two helpers on a line", Changes{"g"}, Leaves{"f"}, R"(
static int one() { return 1; } static int two() { return «2⇒4»; }
int f() { return one(); }
int g() { return two(); }
)"},
      {"a helper that nothing reaches", Changes{}, Leaves{"f", "g"}, R"(
static int one() { return 1; }
«⇒static int none() { return one(); }»
int f() { return one(); }
int g() { return 3; }
)"},
      {"a helper that is renamed", Changes{"g"}, Leaves{"f"}, R"(
static int «one⇒first»() { return 1; }
static int two() { return 2; }
int g() { return «one⇒first»(); }
int f() { return two(); }
)"},
      {"a helper with the name of a local variable", Changes{"g"}, Leaves{"f"}, R"(
static int size() { return «1⇒2»; }
int f() { int size = 3; return size; }
int g() { return size(); }
)"},
      {"a helper with the name of a parameter", Changes{"g"}, Leaves{"f"}, R"(
static int size() { return «1⇒2»; }
int f(int size) { return size; }
int g() { return size(); }
)"},
      {"a helper with the name of a member", Changes{"g"}, Leaves{"f"}, R"(
struct S { int size = 3; };
static int size() { return «1⇒2»; }
int f() { S s; return s.size + S{.size = 4}.size; }
int g() { return size(); }
)"},
      {"a helper with the name of a label and of an enumerator of an enum class", Changes{"g"}, Leaves{"f"},
       R"(
static int size() { return «1⇒2»; }
enum class Asked { size };
int f() { goto size; size: return static_cast<int>(Asked::size); }
int g() { return size(); }
)"},
      {"a helper of the same name in another namespace", Changes{"g"}, Leaves{"f"}, R"(
namespace a { static int get() { return 1; } }
namespace b { static int get() { return «2⇒4»; } }
int f() { return a::get(); }
int g() { return b::get(); }
)"},
      {"a member function of the same name in another class", Changes{"g"}, Leaves{"f"}, R"(
struct A { int get() const { return 1; } };
struct B { int get() const { return «2⇒4»; } };
int f() { return A{}.get(); }
int g() { return B{}.get(); }
)"},
      {"an operator of another type", Changes{"g"}, Leaves{"f"}, R"(
struct A { int n; };
struct B { int n; };
static bool operator<(A a, A b) { return a.n < b.n; }
static bool operator<(B a, B b) { return a.n «<⇒>» b.n; }
bool f() { return A{1} < A{2}; }
bool g() { return B{1} < B{2}; }
)"},
      {"a template that only another node uses", Changes{"g"}, Leaves{"f"}, R"(
static int one() { return 1; }
template <class T> T twice(T x) { return x * «2⇒3»; }
int f() { return one(); }
int g() { return twice(1); }
)"},
      {"an enumerator of another enum", Changes{"g"}, Leaves{"f"}, R"(
enum class A { first = 1 };
enum class B { first = «1⇒2» };
int f() { return static_cast<int>(A::first); }
int g() { return static_cast<int>(B::first); }
)"},
      {"a helper that only a comment names", Changes{"g"}, Leaves{"f"}, R"(
static int one() { return 1; }
static int two() { return «2⇒4»; }
int f() { return one(); /* not two() */ }
int g() { return two(); }
)"},
      {"a name inside a string", Changes{"g"}, Leaves{"f"}, R"(
#define LIMIT «1⇒2»
static int limit() { return LIMIT; }
int f() { return sizeof("LIMIT limit() "); }
int g() { return limit(); }
)"},
      {"another node", Changes{"g"}, Leaves{"f"}, R"(
int f() { return 1; }
int g() { return «2⇒4»; }
)"},
      {"a node that only gives its value", Changes{"g"}, Leaves{"f"}, R"(
int g() { return «1⇒2»; }
int f(int g) { return g + 1; }
)"},
      {"a node with the name of a helper's parameter", Changes{"g"}, Leaves{"f"}, R"(
static int twice(int g) { return 2 * g; }
int f() { return twice(1); }
int g() { return «1⇒2»; }
)"},
      {"a node is added", Changes{}, Leaves{"f", "g"}, R"(
static int one() { return 1; }
int f() { return one(); }
«⇒int h() { return one(); }»
int g() { return 3; }
)"},
      {"a node is renamed", Changes{}, Leaves{"f"}, R"(
static int one() { return 1; }
int «old_name⇒new_name»() { return one(); }
int f() { return one(); }
)"},
      {"the order of nodes", Changes{}, Leaves{"f", "g"}, R"(
static int one() { return 1; }
«⇒int g() { return 3; }»
int f() { return one(); }
«int g() { return 3; }⇒»
)"},
      {"the order of helpers that have nothing to do with each other", Changes{}, Leaves{"f", "g"}, R"(
«⇒static int two() { return 2; }»
static int one() { return 1; }
«static int two() { return 2; }⇒»
int f() { return one(); }
int g() { return two(); }
)"},
      {"the order of types that have nothing to do with each other", Changes{}, Leaves{"f", "g"}, R"(
«⇒struct B { int n = 2; ~B() {} };»
struct A { int n = 1; ~A() {} };
«struct B { int n = 2; ~B() {} };⇒»
int f() { return A{}.n; }
int g() { return B{}.n; }
)"},
      {"the order of constants", Changes{}, Leaves{"f", "g"}, R"(
«⇒static const int b = 2;»
static const int a = 1;
«static const int b = 2;⇒»
int f() { return a; }
int g() { return b; }
)"},
      {"a helper moves from above the node to below it, declared above all along", Changes{"g"}, Leaves{"f"},
       R"(
static int one();
static int two();
static int one() { return 1; }
int f() { return one(); }
int g() { return two(); }
static int two() { return «2⇒4»; }
)"},
      {"a declaration is added of what no node reaches", Changes{}, Leaves{"f", "g"}, R"(
static int one() { return 1; }
«⇒struct Later;
int elsewhere(Later& later);»
int f() { return one(); }
int g() { return 3; }
)"},
      {"a macro that nothing uses", Changes{}, Leaves{"f", "g"}, R"(
#define UNUSED «1⇒__LINE__ + 2»
int f() { return 1; }
int g() { return 3; }
)"},
      {"a macro is added that nothing uses", Changes{}, Leaves{"f", "g"}, R"(
«⇒#define UNUSED(x) f(x)
»static int one() { return 1; }
int f() { return one(); }
int g() { return 3; }
)"},
      {"text between #if 0 and #endif", Changes{}, Leaves{"f", "g"}, R"(
#if 0
static int one() { return «2⇒f()»; }
#endif
static int one() { return 1; }
int f() { return one(); }
int g() { return 3; }
)"},
      {"lines move where only another node can see it", Changes{"g"}, Leaves{"f"}, R"(
static int one() { return 1; }
«⇒
»int f() { return one(); }
int g() { return __LINE__; }
)"},
      {"a variable's initialiser that no node can reach", Changes{}, Leaves{"f", "g"}, R"(
static const int one = 1;
static const int none = «1⇒2»;
int f() { return one; }
int g() { return 3; }
)"},
      {"a using-declaration of what no node names", Changes{}, Leaves{"f", "g"}, R"(
namespace n { static int none() { return 1; } }
static int one() { return 1; }
«⇒using n::none;»
int f() { return one(); }
int g() { return 3; }
)"},
      {"the attributes of hamcell", Changes{}, Leaves{"f", "g"}, R"(
«⇒[[ham::cache]] [[ham::tag(owner = "ml")]]»
int f() { return 1; }
int g() { return 3; }
)"},
  });
}

TEST_CASE("edit table: variables that change while nodes run") {
  check_purity({
      {"a counter that a node changes, for all nodes that reach it", Always{"f", "h"}, Cacheable{"g"}, R"(
static int counter = 0;
static int read() { return counter; }
int f() { return ++counter; }
int h() { return read(); }
int g() { return 3; }
)",
       "counter"},
      {"a counter that a helper changes", Always{"f"}, Cacheable{"g"}, R"(
static int counter = 0;
static int next() { return counter++; }
int f() { return next(); }
int g() { return 3; }
)",
       "counter"},
      {"a memo in a static local variable", Always{"f"}, Cacheable{"g"}, R"(
static int slow() { static int memo = 0; if (memo == 0) memo = 5; return memo; }
int f() { return slow(); }
int g() { static const int fixed = 3; return fixed; }
)",
       "memo"},
      {"an element of an array", Always{"f"}, Cacheable{"g"}, R"(
static int seen[4];
int f(int n) { seen[n] += 1; return seen[n]; }
int g() { return 3; }
)",
       "seen"},
      {"a member function that changes its object", Always{"f"}, Cacheable{"g"}, R"(
struct Counter { int n = 0; int next() { return ++n; } };
static Counter counter;
int f() { return counter.next(); }
int g() { Counter local; return local.next(); }
)",
       "counter"},
      {"a change through a reference that a helper takes", Always{"f"}, Cacheable{"g"}, R"(
static int counter = 0;
static int next(int& n) { return ++n; }
int f() { return next(counter); }
int g() { int local = 0; return next(local); }
)",
       "counter"},
      {"a change through a reference variable, for all nodes that reach either", Always{"f", "h"},
       Cacheable{"g"}, R"(
static int counter = 0;
static int& alias = counter;
int f() { return ++alias; }
int h() { return counter; }
int g() { return 3; }
)",
       nullptr},
      {"a change through a pointer variable, for all nodes that reach either", Always{"f", "h"},
       Cacheable{"g"},
       R"(
static int counter = 0;
static int* const where = &counter;
int f() { return ++*where; }
int h() { return counter; }
int g() { return 3; }
)",
       nullptr},
      {"a change through what a lambda captures", Always{"f"}, Cacheable{"g"}, R"(
static int counter = 0;
int f() { auto next = [&n = counter] { return ++n; }; return next(); }
int g() { return 3; }
)",
       "counter"},
      {"a change through a pointer", Always{"f"}, Cacheable{"g"}, R"(
static int counter = 0;
int f() { int* p = &counter; return ++*p; }
int g() { int local = 0; int* p = &local; return ++*p; }
)",
       "counter"},
      {"a mutable member of a constant", Always{"f"}, Cacheable{"g"}, R"(
struct Memo { mutable int n = 0; int next() const { return ++n; } };
static const Memo memo;
int f() { return memo.next(); }
int g() { return 3; }
)",
       "memo"},
      {"an inline variable of a header", Always{"f", "h"}, Cacheable{"g"}, R"(
#include "own.h"
int f() { return ++counter; }
int h() { return counter; }
int g() { return 3; }
=== own.h
inline int counter = 0;
)",
       "counter"},
      {"a variable that is only read, though it is not const", Always{}, Cacheable{"f", "g"}, R"(
static int level = 4;
static int table[] = {1, 2};
int f() { return level + table[0]; }
int g() { return 3; }
)",
       ""},
      {"constants", Always{}, Cacheable{"f", "g"}, R"(
static const int a = 1;
constexpr int b = 2;
static int start() { return 4; }
static const int c = start();
int f() { return a + b + c; }
int g() { return 3; }
)",
       ""},
      {"variables of a call", Always{}, Cacheable{"f", "g"}, R"(
struct S { int n = 0; void add(int x) { n += x; } };
static int sum(int x) { S s; s.add(x); x++; for (int i = 0; i < 3; i++) s.n += i; return s.n + x; }
int f(int n) { n *= 2; return sum(n); }
int g() { return 3; }
)",
       ""},
      {"a variable that only code changes which nothing reaches", Always{}, Cacheable{"f", "g"}, R"(
static int level = 4;
static void unused() { level = 5; }
int f() { return level; }
int g() { return 3; }
)",
       ""},
  });
}

TEST_CASE("edit table: variables that are only looked at") {
  check_purity({
      {"lookups by iterator", Always{}, Cacheable{"f", "g", "h", "k", "m"}, R"(
#include <map>
#include <string>
static std::map<std::string, double> table = {{"a", 1}, {"b", 2}};
double f() { auto it = table.find("a"); if (it != table.end()) return it->second; return 0; }
double g() { return table.find("b") == table.end() ? 0 : table.find("b")->second; }
double h() { double s = 0; for (auto it = table.begin(); it != table.end(); ++it) s += it->second; return s; }
double k() { if (auto it = table.lower_bound("b"); it != table.end()) return (*it).second; return 1; }
std::string m() { auto it = table.begin(); it++; const std::string& key = it->first; return key + it->first; }
)",
       ""},
      {"algorithms that only read", Always{}, Cacheable{"f", "g", "h", "k"}, R"(
#include <algorithm>
#include <array>
#include <numeric>
#include <vector>
static std::vector<double> weights = {1, 2};
static std::array<int, 3> sizes = {1, 2, 3};
double f() { return std::accumulate(weights.begin(), weights.end(), 0.0); }
double g() { return *std::max_element(weights.begin(), weights.end()); }
long h() { return std::find(sizes.begin(), sizes.end(), 2) - sizes.begin(); }
bool k() { return std::any_of(weights.begin(), weights.end(), [](double w) { return w > 1; }); }
)",
       ""},
      {"loops and references that only read", Always{}, Cacheable{"f", "g", "h"}, R"(
#include <map>
#include <string>
#include <vector>
static std::vector<std::string> names = {"a", "bb"};
static std::map<std::string, std::vector<int>> rows = {{"a", {1}}};
std::size_t f() { std::size_t n = 0; for (auto& name : names) n += name.size(); return n; }
int g() { int s = 0; for (auto& [key, row] : rows) for (auto& x : row) s += x; return s; }
int h() { auto& row = rows.at("a"); return row.at(0) + row[0] + static_cast<int>(row.size()); }
)",
       ""},
      {"changes by iterator", Always{"f"}, Cacheable{"g"}, R"(
#include <map>
static std::map<int, int> table = {{1, 1}};
int f() { auto it = table.find(1); it->second++; return it->second; }
int g() { return 3; }
)",
       "table"},
      {"a change behind a step", Always{"f"}, Cacheable{"g"}, R"(
#include <vector>
static std::vector<int> v = {1, 2};
int f() { auto it = v.begin(); *it++ = 5; return *it; }
int g() { return 3; }
)",
       "v"},
      {"a change of what an algorithm found", Always{"f"}, Cacheable{"g"}, R"(
#include <algorithm>
#include <vector>
static std::vector<int> v = {1, 2};
int f() { *std::find(v.begin(), v.end(), 2) = 5; return v[0]; }
int g() { return 3; }
)",
       "v"},
      {"a change of what an algorithm found in an array", Always{"f"}, Cacheable{"g"}, R"(
#include <algorithm>
#include <array>
static std::array<int, 2> v = {1, 2};
int f() { *std::max_element(v.begin(), v.end()) += 5; return v[0]; }
int g() { return 3; }
)",
       "v"},
      {"an algorithm that writes", Always{"f", "h", "k"}, Cacheable{"g"}, R"(
#include <algorithm>
#include <numeric>
#include <vector>
static std::vector<int> v = {1, 2};
int f() { std::sort(v.begin(), v.end()); return v[0]; }
int h() { const int a[] = {1, 2}; std::copy(a, a + 2, v.begin()); return v[0]; }
int k() { const int a[] = {1, 2}; std::partial_sum(a, a + 2, v.begin()); return v[0]; }
int g() { return 3; }
)",
       "v"},
      {"an algorithm that is given something that changes its arguments", Always{"f", "h", "k"},
       Cacheable{"g"}, R"(
#include <algorithm>
#include <numeric>
#include <vector>
static std::vector<int> v = {1, 2};
static bool bump(int& x) { return ++x > 3; }
struct Bump { bool operator()(int& x) const { return ++x > 3; } };
int f() { return std::any_of(v.begin(), v.end(), [](auto& x) { return ++x > 3; }); }
int h() { return std::count_if(v.begin(), v.end(), bump); }
int k() { return *std::find_if(v.begin(), v.end(), Bump()); }
int g() { return 3; }
)",
       "v"},
      {"an operator in a template", Always{"f"}, Cacheable{"g"}, R"(
#include <vector>
struct Log { std::vector<int> lines; };
static Log& operator<<(Log& log, int x) { log.lines.push_back(x); return log; }
static Log log_;
template <class T> int note(T t) { log_ << t; return log_.lines.size(); }
int f() { return note(1); }
int g() { return 3; }
)",
       "log_"},
      {"a loop over a class whose begin changes it", Always{"f"}, Cacheable{"g"}, R"(
struct Series { int n = 0; int data[2] = {1, 2}; const int* begin() { n++; return data; } const int* end() { return data + 2; } };
static Series series;
int f() { int s = 0; for (int x : series) s += x; return s + series.n; }
int g() { return 3; }
)",
       "series"},
      {"an iterator that is handed on", Always{"f"}, Cacheable{"g"}, R"(
#include <vector>
static std::vector<int> v = {1, 2};
static void bump(std::vector<int>::iterator it) { ++*it; }
int f() { auto it = v.begin(); bump(it); return v[0]; }
int g() { return 3; }
)",
       "v"},
      {"an iterator that a helper returns", Always{"f"}, Cacheable{"g"}, R"(
#include <map>
static std::map<int, int> table = {{1, 1}};
static auto row(int key) { return table.find(key); }
int f() { return ++row(1)->second; }
int g() { return 3; }
)",
       "table"},
      {"an iterator that a helper returns from a variable of its own", Always{"f"}, Cacheable{"g"}, R"(
#include <map>
static std::map<int, int> table = {{1, 1}};
static std::map<int, int>::iterator row(int key) { auto it = table.find(key); return it; }
int f() { return ++row(1)->second; }
int g() { return 3; }
)",
       "table"},
      {"an iterator that is kept", Always{"f"}, Cacheable{"g"}, R"(
#include <map>
static std::map<int, int> table = {{1, 1}};
int f() { static auto it = table.find(1); return ++it->second; }
int g() { return 3; }
)",
       nullptr},
      {"a change by a loop", Always{"f", "h"}, Cacheable{"g"}, R"(
#include <map>
#include <vector>
static std::vector<int> v = {1, 2};
static std::map<int, int> table = {{1, 1}};
int f() { for (auto& x : v) x++; return v[0]; }
int h() { for (auto& [key, value] : table) value += key; return table.at(1); }
int g() { return 3; }
)",
       nullptr},
      {"a change by a reference", Always{"f", "h", "k"}, Cacheable{"g"}, R"(
#include <vector>
static std::vector<std::vector<int>> v = {{1}, {2}};
int f() { auto& row = v.at(0); row[0] = 3; return row[0]; }
int h() { auto& row = v.at(0); auto& x = row.front(); x++; return x; }
int k() { auto& row = v.at(0); auto set = [&row] { row[0] = 3; }; set(); return row[0]; }
int g() { return 3; }
)",
       "v"},
      {"a change by a reference to a reference that is handed on", Always{"f", "h"}, Cacheable{"g"}, R"(
#include <map>
#include <utility>
static std::map<int, int> table = {{1, 1}};
static void bump(int& x) { x++; }
int f() { auto& [key, value] = *table.begin(); bump(value); return key; }
int h() { auto range = table.equal_range(1); range.first->second++; return 1; }
int g() { return 3; }
)",
       "table"},
  });
}

TEST_CASE("edit table: callables that are another one after each call") {
  check_purity({
      {"a mutable lambda in a std::function", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
static std::function<int()> next = [n = 0]() mutable { return n++; };
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"a mutable lambda in a constant table", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
#include <map>
#include <string>
static const std::map<std::string, std::function<int()>> table = {{"next", [n = 0]() mutable { return n++; }}};
int f() { return table.at("next")(); }
int g() { return 3; }
)",
       "table"},
      {"a mutable lambda that another initialiser registers", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
#include <map>
#include <string>
using Table = std::map<std::string, std::function<int()>>;
static Table& registry() { static Table table; return table; }
static bool added = registry().emplace("next", [n = 0]() mutable { return n++; }).second;
int f() { const Table& t = registry(); return t.at("next")(); }
int g() { return 3; }
)",
       "table"},
      {"a mutable lambda that a function makes", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
static std::function<int()> counter(int from) { return [from]() mutable { return from++; }; }
static const std::function<int()> next = counter(3);
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"a lambda with something that only it knows", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
#include <memory>
static const std::function<int()> next = [p = std::make_shared<int>(0)] { return ++*p; };
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"the closure itself, with something that only it knows", Always{"f"}, Cacheable{"g"}, R"(
#include <memory>
static const auto next = [p = std::make_shared<int>(0)] { return ++*p; };
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"a mutable closure itself", Always{"f"}, Cacheable{"g"}, R"(
static auto next = [n = 0]() mutable { return n++; };
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"a lambda that copies all that it needs from around", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
#include <memory>
static std::function<int()> counter() { auto p = std::make_shared<int>(0); return [=] { return ++*p; }; }
static const std::function<int()> next = counter();
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"a lambda that has its object", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
struct Steps {
  int n = 0;
  std::function<int()> next() { return [this] { return ++n; }; }
};
static Steps steps;
static const std::function<int()> next = steps.next();
int f() { return next(); }
int g() { return 3; }
)",
       nullptr},
      {"a class whose call operator changes it", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
struct Next { int n = 0; int operator()() { return n++; } };
static const std::function<int()> next = Next{};
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"a class template whose call operator changes what it points to", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
#include <memory>
template <class T> struct Next { std::shared_ptr<T> n = std::make_shared<T>(); T operator()() const { return ++*n; } };
static const std::function<int()> next = Next<int>{};
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"arguments that are bound", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
static int step(int& n) { return ++n; }
static const std::function<int()> next = std::bind(step, 0);
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"a callable whose state is in its base", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
struct Memory { mutable int n = 0; };
struct Next : Memory { int operator()() const { return ++n; } };
static const std::function<int()> next = Next{};
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"a lambda that a macro makes mutable", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
#define CHANGING mutable
static const std::function<int()> next = [n = 0]() CHANGING { return n++; };
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"a class of the library that changes when it is called", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
#include <random>
static const std::function<unsigned()> draw = std::mt19937(42);
int f() { return draw(); }
int g() { return 3; }
)",
       "draw"},
      {"a callable in a member of a template's instance", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
template <class T> struct Box { T value; };
static const Box<std::function<int()>> box{[n = 0]() mutable { return n++; }};
int f() { return box.value(); }
int g() { return 3; }
)",
       "box"},
      {"a pointer in a member of a template's instance", Always{"f"}, Cacheable{"g"}, R"(
#include <memory>
template <class T> struct Box { T value; };
static const Box<std::shared_ptr<int>> box{std::make_shared<int>(0)};
int f() { return (*box.value)++; }
int g() { return 3; }
)",
       "box"},
      {"a capture whose type a template tells", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
#include <memory>
template <class P> std::function<int()> counter(P p) { return [p] { return (*p)++; }; }
static const auto next = counter(std::make_shared<int>(0));
int f() { return next(); }
int g() { return 3; }
)",
       "next"},
      {"an overrider with a mutable member", Always{"f"}, Cacheable{"g"}, R"(
#include <memory>
struct Step { virtual ~Step() = default; virtual int next() const = 0; };
struct Count : Step { mutable int n = 0; int next() const override { return n++; } };
static const std::unique_ptr<const Step> step = std::make_unique<Count>();
int f() { return step->next(); }
int g() { return 3; }
)",
       "step"},
      {"overriders without a state", Always{}, Cacheable{"f", "g"}, R"(
#include <memory>
struct Step { virtual ~Step() = default; virtual double next(double) const = 0; };
struct Scale : Step { double by; explicit Scale(double b) : by(b) {} double next(double x) const override { return by * x; } };
static const std::unique_ptr<const Step> step = std::make_unique<Scale>(2);
double f() { return step->next(1); }
int g() { return 3; }
)",
       ""},
      {"a mutable member behind a reference and a pointer to what is const", Always{"f", "h"}, Cacheable{"g"},
       R"(
struct Count { mutable int n = 0; int next() const { return n++; } };
static const Count& shared = *new Count;
static const Count* const pointed = new Count;
int f() { return shared.next(); }
int h() { return pointed->next(); }
int g() { return 3; }
)",
       nullptr},
      {"a pointer in a union without a name", Always{"f"}, Cacheable{"g"}, R"(
struct Slot { union { int* p; long l; }; };
static const Slot slot{{new int(0)}};
int f() { return (*slot.p)++; }
int g() { return 3; }
)",
       "slot"},
      {"constant tables of tables", Always{}, Cacheable{"f", "g", "h"}, R"(
#include <map>
#include <string>
#include <vector>
struct Row { std::string name; double x; };
static const std::map<std::string, std::map<std::string, double>> rates = {{"a", {{"x", 1}}}};
static const std::map<std::string, std::vector<std::string>> names = {{"a", {"x"}}};
static const std::map<std::string, std::vector<Row>> rows = {{"a", {{"x", 1}}}};
double f() { return rates.at("a").at("x"); }
int g() { return names.at("a").size(); }
double h() { double s = 0; for (const auto& [key, list] : rows) for (const Row& row : list) s += row.x; return s; }
)",
       ""},
      {"a callable in a member of a constant", Always{"f"}, Cacheable{"g"}, R"(
#include <functional>
struct Model { double scale; std::function<int()> next; };
static const Model model = {1, [n = 0]() mutable { return n++; }};
int f() { return model.next(); }
int g() { return 3; }
)",
       "model"},
      {"tables of functions and of lambdas without a state", Always{}, Cacheable{"f", "g", "h", "k"}, R"(
#include <functional>
#include <map>
#include <string>
static double twice(double x) { return 2 * x; }
static std::function<double(double)> scaled(double by) { return [by](double x) { return by * x; }; }
struct Power { int n; double operator()(double x) const { return n * x; } };
static const double half = 0.5;
static const std::map<std::string, std::function<double(double)>> table = {
    {"twice", twice}, {"third", [](double x) { return x / 3; }}, {"by 4", scaled(4)}, {"power", Power{2}},
    {"named", [name = std::string("x")](double x) { return x + name.size(); }},
    {"half", [](double x) { double y = x; y *= half; return y; }}};
static const auto square = [](double x) { return x * x; };
static std::function<int(int)> next = [](int n) { return n + 1; };
double f() { return table.at("twice")(1); }
double g() { return square(3); }
int h() { return next(3); }
int k() { int n = 0; auto count = [&n]() mutable { return n++; }; count(); return count(); }
)",
       ""},
  });
}

TEST_CASE("edit table: what is another in each build") {
  check_always_run({
      {"__TIME__ in a node", Always{"f"}, Cacheable{"g"}, R"(
int f() { return __TIME__[0]; }
int g() { return 3; }
)",
       "__TIME__"},
      {"__DATE__ in a macro in a macro", Always{"f"}, Cacheable{"g"}, R"(
#define TODAY __DATE__
#define STAMP TODAY
int f() { return STAMP[0]; }
int g() { return 3; }
)",
       "__DATE__"},
      {"__TIME__ in a helper", Always{"f"}, Cacheable{"g"}, R"(
static int built() { return __TIME__[0]; }
int f() { return built(); }
int g() { return 3; }
)",
       "__TIME__"},
      {"__COUNTER__ in a constant of a header", Always{"f"}, Cacheable{"g"}, R"(
#include "own.h"
int f() { return number; }
int g() { return 3; }
=== own.h
inline const int number = __COUNTER__;
)",
       "__COUNTER__"},
      {"a macro with __TIME__ that nothing uses", Always{}, Cacheable{"f", "g"}, R"(
#define NOW __TIME__
int f() { return 1; }
int g() { return 3; }
)",
       ""},
  });
}
