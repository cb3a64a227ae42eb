// Which functions can be left out when others are compiled.
#include "scanned.h"

using namespace hamcell;

namespace {

/// The text that stands for the body of `f`; empty where it has to stay.
std::string body(const std::string& content, std::vector<std::string> arguments = {}) {
  const TextRange range = function(scanned(content, std::move(arguments)), "f").body;
  return content.substr(range.begin, range.size());
}

bool can_go(const std::string& content) { return !body(content).empty(); }

bool is_divisible(const std::string& content, std::vector<std::string> arguments = {}) {
  return scanned(content, std::move(arguments)).is_divisible;
}

bool runs_at_load(const std::string& content) {
  return scanned(content + "int f() { return 1; }\n").runs_at_load;
}

}  // namespace

TEST_CASE("a plain function's body can be left out, from brace to brace") {
  CHECK(body("int f() { return 1; }\nint g() { return 2; }\n") == "{ return 1; }");
  CHECK(body("int f(int a)\n{\n  if (a) { return 1; }\n  return 2;\n}") ==
        "{\n  if (a) { return 1; }\n  return 2;\n}");
  CHECK(body("[[ham::cache]] [[nodiscard]] int f() noexcept { return 1; }") == "{ return 1; }");
  CHECK(body("#define CACHED [[ham::cache]]\nCACHED int f() { return 1; }") == "{ return 1; }");
}

TEST_CASE("a body stays where something that is no node refers to the function") {
  CHECK(!can_go("int f() { return 1; }\nstatic int h() { return f(); }\nint g() { return h(); }"));
  CHECK(!can_go("int f() { return 1; }\nstatic int h() { return f(); }"));
  CHECK(!can_go("int f() { return 1; }\nstatic int (*const table[])() = {&f};"));
  CHECK(!can_go("int f() { return 1; }\nstatic const int at_load = f();"));
  CHECK(!can_go("int f();\nstruct S { int n = f(); };\nint f() { return 1; }"));
  CHECK(!can_go("int f(int n) { return n; }\ntemplate <class T> int late(T t) { return f(t); }"));
  CHECK(!can_go("int f() { return 1; }\nint g(int n = f());\nint g(int n) { return n; }"));
  CHECK(!can_go("#define CALL f()\nint f() { return 1; }\nstatic int h() { return CALL; }"));
}

TEST_CASE("a body can go where only nodes refer to the function, and these say so") {
  const CellModel model = scanned("int f() { return 1; }\nint g() { return f(); }\n");
  CHECK(!function(model, "f").body.empty());
  CHECK(function(model, "g").calls == std::vector<std::uint32_t>{0});
}

TEST_CASE("a body stays where the library finds the function by itself") {
  const CellModel model = scanned(
      "struct S { int n; };\nint size(const S& s) { return s.n; }\n"
      "int other(const S& s) { return s.n; }\n");
  CHECK(function(model, "size").body.empty());
  CHECK(!function(model, "other").body.empty());
  CHECK(!can_go("extern \"C\" int f() { return 1; }"));
}

TEST_CASE("a body stays where the text in it does something to the text behind it") {
  CHECK(!can_go("int f() {\n#define N 3\n  return N;\n}\n"));
  CHECK(!can_go("int f() {\n#pragma GCC diagnostic ignored \"-Wall\"\n  return 1;\n}\n"));
  CHECK(!can_go("int f() {\n#ifdef X\n  return 1;\n#else\n  return 2;\n#endif\n}\n"));
  CHECK(!can_go("int f() {\n%:define N 3\n  return N;\n}\n"));
}

TEST_CASE("a body stays where it says what the function is") {
  CHECK(!can_go("auto f() { return 1; }"));
  CHECK(!can_go("decltype(auto) f() { return 1; }"));
  CHECK(!can_go("int f() try { return 1; } catch (...) { return 2; }"));
  CHECK(!can_go("__attribute__((constructor)) int f() { return 1; }"));
  CHECK(!can_go("[[gnu::used]] int f() { return 1; }"));
}

TEST_CASE("a body that a macro made, or a part of it, stays") {
  CHECK(!can_go("#define NODE(n) int n() { return 1; }\nNODE(f)"));
  CHECK(!can_go("#define BEGIN {\n#define END }\nint f() BEGIN return 1; END"));
  CHECK(!can_go("#define BODY { return 1; }\nint f() BODY"));
}

TEST_CASE("a cell is not divided where code that is not called can do something all the same") {
  CHECK(is_divisible("int f() { return 1; }"));
  CHECK(!is_divisible("int f() { return __COUNTER__; }"));
  CHECK(!is_divisible(
      "#define QUIET _Pragma(\"GCC diagnostic ignored \\\"-Wall\\\"\")\nint f() { return 1; }"));
  CHECK(!is_divisible("int f() { asm(\"nop\"); return 1; }"));
  CHECK(!is_divisible("#pragma weak other\nint f() { return 1; }"));
  CHECK(
      !is_divisible("int next();\ntemplate <class T> struct A { static int n; };\n"
                    "template <class T> int A<T>::n = next();\nint f() { return A<int>::n; }"));
  CHECK(
      !is_divisible("int next();\ntemplate <class T> struct A { inline static int n = next(); };\n"
                    "int f() { return 1; }"));
  CHECK(
      !is_divisible("int next();\ntemplate <class T> struct A { struct B { static int n; }; };\n"
                    "template <class T> int A<T>::B::n = next();\nint f() { return 1; }"));
  CHECK(!is_divisible("int next();\ntemplate <class T> int value = next();\nint f() { return 1; }"));
  CHECK(is_divisible(
      "template <class T> struct A { static constexpr int n = 3; };\nint f() { return A<int>::n; }"));
}

TEST_CASE("a cell is not divided where a macro from elsewhere brings such a word") {
  CHECK(is_divisible("int f() { return ID; }", {"-DID=3"}));
  CHECK(!is_divisible("int f() { return ID; }", {"-DID=__COUNTER__"}));
}

TEST_CASE("a cell is not divided where a template can tell what was used of another one") {
  CHECK(
      !is_divisible("template <int N> struct Flag { friend constexpr int get(Flag<N>); };\n"
                    "template <int N> struct Writer { friend constexpr int get(Flag<N>) { return N; } };\n"
                    "int f() { return 1; }"));
  CHECK(
      is_divisible("template <class T> struct Box { T t; friend bool operator==(const Box& a, const Box& b) "
                   "{ return a.t == b.t; } };\nint f() { return 1; }"));
  CHECK(
      !is_divisible("template <class T> struct Plugin { static inline int id = ++T::count; };\n"
                    "int f() { return 1; }"));
  CHECK(
      !is_divisible("template <class T> struct Plugin { static inline auto& done = T::all += T::name; };\n"
                    "int f() { return 1; }"));
}

TEST_CASE("a cell is not divided where a pragma looks beyond a function") {
  CHECK(!is_divisible("#pragma GCC optimize(\"fast-math\")\nint f() { return 1; }"));
  CHECK(!is_divisible("#pragma STDC FP_CONTRACT ON\nint f() { return 1; }"));
  CHECK(is_divisible("#pragma once\nint optimize() { return 1; }\nint f() { return 1; }"));
  CHECK(!is_divisible("#pragma GCC diagnostic error \"-Wunused-function\"\nint f() { return 1; }"));
  CHECK(is_divisible("#pragma GCC diagnostic ignored \"-Wunused-function\"\nint f() { return 1; }"));
}

TEST_CASE("a declaration in front of it does not keep a body") {
  CHECK(can_go("int f(int n);\nint g(int f);\nint f(int n) { return n; }\nint g(int f) { return f; }\n"));
  CHECK(!can_go("int f();\nstatic int h() { return f(); }\nint f() { return 1; }\n"));
}

TEST_CASE("what runs while the cell is loaded is known") {
  CHECK(!runs_at_load(""));
  CHECK(
      !runs_at_load("static const int n = 3;\nstatic const double table[] = {1, 2, n};\n"
                    "constexpr const char* names[] = {\"a\"};\nstatic int counter;\n"));
  CHECK(!runs_at_load("int next();\nstruct P { int x = next(); };\ninline int h() { return P{}.x; }\n"));
  CHECK(runs_at_load("int next();\nstatic const int n = next();\n"));
  CHECK(runs_at_load("int next();\nstruct P { int x = next(); };\nstatic const P& p = P{};\n"));
  CHECK(runs_at_load("int next();\nstruct P { int x = next(); };\nstatic const int p = P{}.x;\n"));
  CHECK(runs_at_load("int next();\nstatic union { int x = next(); };\n"));
  CHECK(runs_at_load("int next();\nstruct P { int x = next(); };\nstatic P p[2];\n"));
  CHECK(runs_at_load("__attribute__((constructor)) static void start() {}\n"));
  CHECK(runs_at_load("#define ON_LOAD __attribute__((constructor))\nON_LOAD static void start() {}\n"));
}

TEST_CASE("parts of the cell's own file have their places, others have none") {
  const std::string text = "static int h() { return 1; }\nint f() { return h(); }\n";
  const CodeTable table = read_code_table(scanned(text));
  std::vector<std::string> texts;
  for (const CodePart& part : table.parts)
    if (!part.text.empty()) texts.push_back(text.substr(part.text.begin, part.text.size()));
  CHECK(texts == std::vector<std::string>{"int f() { return h(); }", "static int h() { return 1; }"});
}
