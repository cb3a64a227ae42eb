// Code versions: what changes them and what does not.
#include "scanned.h"

using namespace hamcell;

namespace {

Digest version(const std::string& content, const std::string& name = "f") {
  return function(scanned(content), name).code.version;
}

std::string always_run(const std::string& content, const std::string& name = "f") {
  return function(scanned(content), name).code.always_run;
}

}  // namespace

TEST_CASE("a change in a node's own tokens changes its version, and no other node's") {
  const std::string g = "int g() { return 1; }\n";
  CHECK(version("int f() { return 1; }\n" + g) != version("int f() { return 2; }\n" + g));
  CHECK(version("int f() { return 1; }\n" + g, "g") == version("int f() { return 2; }\n" + g, "g"));
}

TEST_CASE("comments, layout and attributes of ham change nothing") {
  const Digest plain = version("int f(int a) { return a + 1; }\n");
  CHECK(plain == version("// x\n\n/* y */ int f( int a )\n{\n  return a /* z */ + 1; // end\n}\n"));
  CHECK(plain == version("[[ham::cache(behavior = recompute)]] [[using ham: tag(a = b)]]\nint f(int a) { "
                         "return a + 1; }\n"));
}

TEST_CASE("tokens that run together are other tokens") {
  CHECK(version("int f(int a, int b) { return a - -b; }") !=
        version("int f(int a, int b) { return a - b; }"));
}

TEST_CASE("a change in a helper of the cell changes the version") {
  CHECK(version("static int h() { return 1; }\nint f() { return h(); }") !=
        version("static int h() { return 2; }\nint f() { return h(); }"));
  CHECK(version("#define K 1\nint f() { return K; }") != version("#define K 2\nint f() { return K; }"));
}

TEST_CASE("in directives white space and the end of the line count") {
  const std::string f = "int x = 2;\nint f() { return K(x); }\n";
  const std::string g = "int g() { return K; }\n";
  CHECK(version("#define K(x) 1\n" + f) != version("#define K (x) 1\n" + f));
  CHECK(version("#define K 1\n;\n" + g, "g") != version("#define K 1;\n" + g, "g"));
}

TEST_CASE("a node takes in the nodes that it, or a helper, refers to") {
  const std::string by_node = "{ return 1; }\nint f() { return g(); }\nint other() { return 1; }\n";
  CHECK(version("int g() " + by_node) !=
        version("int g() { return 2; }\nint f() { return g(); }\nint other() { return 1; }\n"));
  const CellModel model = scanned("int g() " + by_node);
  CHECK(function(model, "f").calls == std::vector<std::uint32_t>{0});
  CHECK(function(model, "other").calls.empty());

  const std::string helper = "static int h() { return g(); }\nint f() { return h(); }\n";
  CHECK(version("int g() { return 1; }\n" + helper) != version("int g() { return 2; }\n" + helper));
  const std::string late = "template <class T> int h(T t) { return g(t); }\nstruct S {};\n";
  CHECK(version(late + "int g(S s) { return 1; }\nint f() { return h(S()); }") !=
        version(late + "int g(S s) { return 2; }\nint f() { return h(S()); }"));
  const std::string macro = "#define CALL g()\n";
  CHECK(version(macro + "int g() { return 1; }\nint f() { return CALL; }") !=
        version(macro + "int g() { return 2; }\nint f() { return CALL; }"));
  const std::string address = "int (*p)();\n";
  CHECK(version(address + "int g() { return 1; }\nint f() { p = &g; return p(); }") !=
        version(address + "int g() { return 2; }\nint f() { p = &g; return p(); }"));
}

TEST_CASE("a parameter that has the name of a node is no call of that node") {
  const CellModel model =
      scanned("int g() { return 1; }\nint f(int g) { return g; }\nstatic int h(int g) { return g; }\n");
  CHECK(function(model, "f").calls.empty());
}

TEST_CASE("lines count exactly where something can see them") {
  CHECK(version("int f() { return __LINE__; }") != version("\nint f() { return __LINE__; }"));
  CHECK(version("#define L __LINE__\n#define M L\nint f() { return M; }") !=
        version("#define L __LINE__\n#define M L\n\nint f() { return M; }"));
  CHECK(version("#define S(x) #x\nconst char* f() { return S(a+b); }") !=
        version("#define S(x) #x\nconst char* f() { return S(a + b); }"));
  const std::string unused = "#define L __LINE__\n";
  CHECK(version(unused + "int f() { return 1; }") == version(unused + "\nint f() { return 1; }"));
  const std::string asserted = "#include <cassert>\n";
  CHECK(version(asserted + "int f(int a) { assert(a > 0); return a; }") !=
        version(asserted + "\nint f(int a) { assert(a > 0); return a; }"));
  CHECK(version(asserted + "int g(int a) { assert(a > 0); return a; }\nint f() { return 1; }") ==
        version(asserted + "\nint g(int a) { assert(a > 0); return a; }\nint f() { return 1; }"));
}

TEST_CASE("what differs in each build makes a node always run, and only that node") {
  CHECK(always_run("const char* f() { return __TIME__; }") == "__TIME__");
  CHECK(always_run("#define WHEN __DATE__\nconst char* f() { return WHEN; }") == "__DATE__");
  CHECK(always_run("int f() { return __COUNTER__; }\nint g() { return 1; }", "g").empty());
  CHECK(always_run("#define WHEN __DATE__\nint f() { return 1; }").empty());
  CHECK(always_run("static const char* h() { return __TIMESTAMP__; }\nint f() { return h()[0]; }") ==
        "__TIMESTAMP__");
  CHECK(always_run("const char* g() { return __TIME__; }\nint f() { return g()[0]; }") == "__TIME__");
}

TEST_CASE("a default that is not a literal has a version of its own expression and what that calls") {
  const auto default_version = [](const std::string& content) {
    return function(scanned(content), "f").parameters.at(0).default_argument->code.version;
  };
  const std::string body = "{ return n; }\n";
  CHECK(default_version("int f(int n = 1 + 1) " + body) != default_version("int f(int n = 1 + 2) " + body));
  CHECK(default_version("int f(int n = 1 + 1) " + body) ==
        default_version("int f(int n = 1 + 1) { return n + 5; }"));
  CHECK(default_version("int g() { return 1; }\nint f(int n = g()) " + body) !=
        default_version("int g() { return 2; }\nint f(int n = g()) " + body));
}

TEST_CASE("a constant variable template does not change, though libclang tells no type of it") {
  const auto changes = [](const std::string& variable) {
    return function(scanned("template <class T> struct Known;\ntemplate <class T> " + variable +
                            "\ntemplate <class T> int ask() { return is_known<T> ? 1 : 2; }\n"
                            "int f() { return ask<int>(); }\n"),
                    "f")
        .code.impure.has_value();
  };
  CHECK_FALSE(changes("inline constexpr bool is_known = requires { sizeof(Known<T>); };"));
  CHECK_FALSE(changes("const int is_known = sizeof(T);"));
  CHECK(changes("int is_known = sizeof(T);"));
  CHECK(changes("constexpr T* is_known = nullptr;"));
}

TEST_CASE("a const array of objects does not change, whatever is called with it") {
  const std::string names = "#include <iterator>\n#include <string_view>\n";
  const auto changes = [&](const std::string& text) {
    return function(scanned(names + text), "f").code.impure.has_value();
  };
  const std::string body = "unsigned long f() { return std::size(names) + std::begin(names)->size(); }\n";
  CHECK_FALSE(changes("static constexpr std::string_view names[] = {\"a\", \"b\"};\n" + body));
  CHECK_FALSE(
      changes("static const std::string_view names[2][1] = {{\"a\"}, {\"b\"}};\n"
              "unsigned long f() { return std::begin(names[1])->size(); }\n"));
  CHECK(changes("static std::string_view names[] = {\"a\", \"b\"};\n" + body));
}

TEST_CASE("the order of initialisers counts where one can see what another one does outside of the cell") {
  const std::string one = "static const int x = setenv(\"MODE\", \"one\", 1);\n";
  const std::string two = "static const int y = setenv(\"MODE\", \"two\", 1);\n";
  const std::string head = "#include <cstdlib>\n";
  const std::string f = "int f() { return getenv(\"MODE\")[0]; }\n";
  CHECK(version(head + one + two + f) != version(head + two + one + f));
}

TEST_CASE("the order of initialisers counts where one needs a constant that is worked out at load") {
  const std::string head = "static int g() { return 5; }\nextern const int first;\n";
  const std::string one = "const int first = g();\n";
  const std::string two = "static const int second = first + 1;\n";
  const std::string f = "int f(int k) { return second + k; }\n";
  CHECK(version(head + one + two + f) != version(head + two + one + f));
}

TEST_CASE("initialisers of members count where an object is made on the way to a reference or a number") {
  const auto f_with = [](const std::string& by, const std::string& variable) {
    return version("static int level = 1;\nstruct P { int x = (level += " + by + "); };\n" + variable +
                   "int f(int k) { return k + level; }\n");
  };
  for (const char* variable :
       {"static const P& p = P{};\n", "static const int p = P{}.x;\n", "static P p[2];\n"})
    CHECK(f_with("6", variable) != f_with("9", variable));
}

TEST_CASE("the name of a lambda or of a type without a name tells its line") {
  const std::string text =
      "#include <string>\ntemplate <class T> std::string name() { return __PRETTY_FUNCTION__; }\n"
      "std::string f(int k) { struct { int v; } u{k}; return name<decltype(u)>(); }\n";
  CHECK(version(text) != version("\n" + text));
}
