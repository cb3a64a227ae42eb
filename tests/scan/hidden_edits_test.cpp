// More rows of the edit table: ways between declarations that are easy to overlook, and state in hidden
// places.
#include <doctest/doctest.h>

#include "edit_table.h"

using namespace hamcell;

TEST_CASE("edit table: hidden ways to a helper") {
  check_edits({
      {"a specialisation of the library's for whatever a concept accepts", Changes{"f"}, Leaves{}, R"(
#include <functional>
struct Day { int d; int code() const { return d; } };
template <class T> concept Hashed = requires(const T& t) { t.code(); };
template <Hashed T> struct std::hash<T> { std::size_t operator()(const T& t) const { return t.code()«⇒ * 2»; } };
int f() { return static_cast<int>(std::hash<Day>()(Day{3})); }
)"},
      {"a specialisation of the library's for the alias of a type", Changes{"f"}, Leaves{"g"}, R"(
#include <functional>
struct Day { int d; };
using Key = Day;
using Other = Key;
template <> struct std::hash<Other> { std::size_t operator()(const Key& t) const { return t.d«⇒ * 2»; } };
int f() { return static_cast<int>(std::hash<Day>()(Day{3})); }
int g() { return 3; }
)"},
      {"a variable of the library's for whatever a concept accepts", Changes{"f"}, Leaves{}, R"(
#include <ranges>
struct V { int* begin() const { return nullptr; } int* end() const { return nullptr; } };
template <class T> concept Mine = requires(T t) { t.begin(); };
template <Mine T> inline constexpr bool std::ranges::enable_view<T> = «true⇒false»;
bool f() { return std::ranges::enable_view<V>; }
)"},
      {"a function that only a reduction names", Changes{"f"}, Leaves{}, R"(
struct P { double a = 0; };
static void merge(P& o, const P& i) { o.a = o.a * «2⇒3» + i.a; }
#pragma omp declare reduction(mm : P : merge(omp_out, omp_in)) initializer(omp_priv = P{0})
double f() { P p{5};
#pragma omp parallel for reduction(mm : p)
  for (int i = 0; i < 10; i++) p.a += i;
  return p.a; }
)"},
      {"an entry of a table that the linker puts together", Changes{"f"}, Leaves{}, R"(
struct E { int v; };
extern "C" const E __start_reg[];
extern "C" const E __stop_reg[];
__attribute__((section("reg"), used)) static const E e1 = {«1⇒2»};
int f() { int s = 0; for (const E* p = __start_reg; p != __stop_reg; ++p) s += p->v; return s; }
)"},
      {"an operator for anything, of a class inside the function", Changes{"f"}, Leaves{"g"}, R"(
#include <algorithm>
#include <vector>
template <class T> bool operator<(const T& a, const T& b) { return a.v «<⇒>» b.v; }
int f() { struct L { int v; }; std::vector<L> v{{1}, {2}}; std::sort(v.begin(), v.end()); return v[0].v; }
int g() { return 3; }
)"},
      {"a registration by a default member initialiser", Changes{"f"}, Leaves{"g"}, R"(
#include <vector>
static std::vector<int>& reg() { static std::vector<int> r; return r; }
static bool put(int i) { reg().push_back(i); return true; }
struct H { bool r = put(«1⇒2»); };
static H h{};
int f() { return reg()[0]; }
int g() { return 3; }
)"},
      {"a static_assert that makes a template register", Changes{"f"}, Leaves{"g"}, R"(
#include <vector>
static std::vector<int>& reg() { static std::vector<int> r; return r; }
template <class T> struct Reg { static inline const bool r = (reg().push_back(7), true); };
struct Foo {};
«⇒static_assert((&Reg<Foo>::r, true));»
unsigned long f() { return reg().size(); }
int g() { return 3; }
)"},
      {"a macro whose name a header of the system puts together", Changes{"f", "g"}, Leaves{}, R"(
#define XLIB_LIMIT «1⇒2»
#include <xlib.h>
int f() { return xlib_limit(); }
int g() { return 3; }
=== system/xlib.h
#define XLIB_GET(x) XLIB_##x
inline int xlib_limit() { return XLIB_GET(LIMIT); }
)"},
  });
}

TEST_CASE("edit table: hidden state") {
  check_purity({
      {"a counter of a thread", Always{"f"}, Cacheable{"g"}, R"(
static int next() { thread_local int k = 0; return ++k; }
int f() { return next(); }
int g() { return 3; }
)",
       "k"},
      {"a static member of a class template", Always{"f"}, Cacheable{"g"}, R"(
template <class T> struct C { static inline int k = 0; };
template <class T> int next() { return ++C<T>::k; }
int f() { return next<int>(); }
int g() { return 3; }
)",
       "k"},
      {"a static member of whatever a template gets", Always{"f"}, Cacheable{"g"}, R"(
struct C { static inline int k = 0; };
template <class T> int next() { return ++T::k; }
int f() { return next<C>(); }
int g() { return 3; }
)",
       "k"},
      {"a mutable member", Always{"f"}, Cacheable{"g"}, R"(
struct C { mutable int k = 0; int get() const { return ++k; } };
static C c;
int f() { return c.get(); }
int g() { return 3; }
)",
       "c"},
      {"a mutable member of a const object behind a function", Always{"f"}, Cacheable{"g"}, R"(
struct B { mutable int k = 0; };
struct C : B { int get() const { return ++k; } };
static const C& inst() { static const C c; return c; }
int f() { return inst().get(); }
int g() { return 3; }
)",
       "c"},
      {"pointers in a vector", Always{"f"}, Cacheable{"g"}, R"(
#include <vector>
struct C { int k = 0; };
static const std::vector<C*> v = {new C};
int f() { for (C* s : v) ++s->k; return v[0]->k; }
int g() { return 3; }
)",
       "v"},
      {"shared pointers in a const map", Always{"f"}, Cacheable{"g"}, R"(
#include <map>
#include <memory>
static const std::map<int, std::shared_ptr<int>> m = {{1, std::make_shared<int>(0)}};
int f() { return ++*m.at(1); }
int g() { return 3; }
)",
       "m"},
      {"a registry that only initialisers fill, by a constructor", Always{}, Cacheable{"f", "g"}, R"(
#include <map>
#include <string>
using Fn = int (*)();
static std::map<std::string, Fn>& reg() { static std::map<std::string, Fn> r; return r; }
struct Registrar { Registrar(const char* name, Fn fn) { reg()[name] = fn; } };
static int foo() { return 1; }
static Registrar registered("foo", foo);
int f() { return reg().at("foo")(); }
int g() { return 3; }
)",
       ""},
      {"a registry that only initialisers fill, by a function", Always{}, Cacheable{"f", "g"}, R"(
#include <map>
#include <string>
using Fn = int (*)();
static std::map<std::string, Fn>& reg() { static std::map<std::string, Fn> r; return r; }
static bool put(const char* name, Fn fn) { reg()[name] = fn; return true; }
static int foo() { return 1; }
static const bool registered = put("foo", foo);
int f() { return reg().at("foo")(); }
int g() { return 3; }
)",
       ""},
      {"an entry of a registry that changes a variable when it is called", Always{"f"}, Cacheable{"g"}, R"(
#include <map>
#include <string>
using Fn = int (*)();
static std::map<std::string, Fn>& reg() { static std::map<std::string, Fn> r; return r; }
static bool put(const char* name, Fn fn) { reg()[name] = fn; return true; }
static int count = 0;
static int foo() { return ++count; }
static const bool registered = put("foo", foo);
int f() { return reg().at("foo")(); }
int g() { return 3; }
)",
       "count"},
  });
}
