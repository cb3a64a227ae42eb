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

bool is_divisible(const std::string& content) { return scanned(content).load_version.has_value(); }

Digest load_version(const std::string& content) { return scanned(content).load_version.value(); }

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

TEST_CASE("the version of what runs while the cell is loaded changes with it, and with nothing else") {
  const std::string f = "int f() { return 1; }\n";
  const Digest one = load_version("static int start() { return 1; }\nstatic int at_load = start();\n" + f);
  CHECK(one != load_version("static int start() { return 2; }\nstatic int at_load = start();\n" + f));
  CHECK(one != load_version("static int start() { return 1; }\nstatic int at_load = start() + 1;\n" + f));
  CHECK(one ==
        load_version(
            "static int start() { return 1; }\nstatic int at_load = start();\nint f() { return 2; }\n"));
  CHECK(one == load_version("static int unused() { return 3; }\nstatic int start() { return 1; }\n"
                            "static int at_load = start();\n" +
                            f));
  CHECK(load_version(f) != load_version("__attribute__((constructor)) static void go() {}\n" + f));
}

TEST_CASE("parts of the cell's own file have their places, others have none") {
  const std::string text = "static int h() { return 1; }\nint f() { return h(); }\n";
  const CodeTable table = read_code_table(scanned(text));
  std::vector<std::string> texts;
  for (const CodePart& part : table.parts)
    if (!part.text.empty()) texts.push_back(text.substr(part.text.begin, part.text.size()));
  CHECK(texts == std::vector<std::string>{"int f() { return h(); }", "static int h() { return 1; }"});
}
