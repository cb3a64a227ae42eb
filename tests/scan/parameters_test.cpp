// Parameters of nodes: how they may be taken, and their default arguments.
#include "scanned.h"

using namespace hamcell;

namespace {

std::string problem_of(const std::string& content) {
  const std::vector<std::string> problems = told(scanned(content).problems);
  REQUIRE(problems.size() == 1);
  return problems.front();
}

/// The default of the only parameter of `f`.
DefaultArgument default_of(const std::string& content) {
  const CellModel model = scanned(content);
  REQUIRE_MESSAGE(model.problems.empty(), told(model.problems).front());
  REQUIRE(function(model, "f").parameters.at(0).default_argument);
  return *function(model, "f").parameters[0].default_argument;
}

std::string hex(const std::optional<std::string>& bytes) {
  if (!bytes) return "none";
  std::string out;
  for (const char c : *bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string value_of(const std::string& declaration) {
  return hex(default_of("int f(" + declaration + ") { return 1; }").value);
}

}  // namespace

TEST_CASE("a parameter has its name, its type as written, its plain type and its place") {
  const CellModel model = scanned("struct Day { int a; };\nint f(const Day& day, Day copy) { return 1; }\n");
  const NodeFunction& f = function(model, "f");
  CHECK(f.parameters.at(0).name == "day");
  CHECK(f.parameters.at(0).spelled == "const Day&");
  CHECK(f.parameters.at(0).place.text() == "cell.cpp:2:18");
  CHECK(model.types[f.parameters.at(0).type].name == "Day");
  CHECK(f.parameters.at(0).type == f.parameters.at(1).type);
}

TEST_CASE("ways to take an argument that would change or steal it are problems at the parameter") {
  CHECK(problem_of("int f(int&& x) { return x; }")
            .starts_with("1:13: parameter 'x' of node 'f' is an rvalue reference (int&&)"));
  CHECK(problem_of("int f(int& x) { return x; }")
            .starts_with("1:12: parameter 'x' of node 'f' is a reference that could change"));
  CHECK(problem_of("int f(int) { return 1; }").starts_with("1:10: parameter 1 of node 'f' has no name"));
  CHECK(problem_of("int f(int a, ...) { return a; }")
            .starts_with("1:5: node 'f' takes any number of arguments"));
}

TEST_CASE("a move-only type is fine by reference and a problem by value") {
  const std::string type = "struct Link { Link() = default; Link(const Link&) = delete; int a = 0; };\n";
  CHECK(scanned(type + "int f(const Link& link) { return 1; }").problems.empty());
  CHECK(problem_of(type + "int f(Link link) { return 1; }") ==
        "2:12: parameter 'link' of node 'f' takes Link by value, which cannot be copied");
}

TEST_CASE("a class with private members that can be copied is taken by value") {
  CHECK(scanned("class Secret { int x = 1; };\nint f(Secret secret) { return 1; }").problems.empty());
}

TEST_CASE("literal defaults are encoded in the parameter's type") {
  CHECK(value_of("int n = 10") == "0a");
  CHECK(value_of("int n = -5") == "24");
  CHECK(value_of("int n = +5") == "05");
  CHECK(value_of("long n = 1'000'000L") == "1a000f4240");
  CHECK(value_of("int n = 0x1F") == "181f");
  CHECK(value_of("int n = 0b101") == "05");
  CHECK(value_of("int n = 017") == "0f");
  CHECK(value_of("int n = 0") == "00");
  CHECK(value_of("unsigned char n = 'x'") == "1878");
  CHECK(value_of("bool b = true") == "f5");
  CHECK(value_of("bool b = 0") == "f4");
  CHECK(value_of("double d = 1") == "fb3ff0000000000000");
  CHECK(value_of("double d = -0.0") == "fb8000000000000000");
  CHECK(value_of("double d = -0") == "fb0000000000000000");
  CHECK(value_of("double d = .5e1") == "fb4014000000000000");
  CHECK(value_of("double d = 0.1f") == "fb3fb99999a0000000");
  CHECK(value_of("float d = 0x1p-2") == "fa3e800000");
  CHECK(value_of("double d = {}") == "fb0000000000000000");
}

TEST_CASE("an enumerator is a literal when it is qualified") {
  const std::string type = "namespace ns { enum class Color : unsigned char { red, green = 7 }; }\n";
  CHECK(hex(default_of(type + "int f(ns::Color c = ns::Color::green) { return 1; }").value) == "07");
  CHECK(hex(default_of(type + "int f(ns::Color c = static_cast<ns::Color>(7)) { return 1; }").value) ==
        "none");
}

TEST_CASE("defaults of strings, paths and optionals are literals") {
  const std::string top = "#include <optional>\n#include <string>\n#include <string_view>\n";
  CHECK(hex(default_of(top + "int f(const std::string& s = \"a\\tb\" \"c\") { return 1; }").value) ==
        "6461096263");
  CHECK(hex(default_of(top + "int f(std::string_view s = R\"x(a\\)x\") { return 1; }").value) == "62615c");
  CHECK(hex(default_of(top + "int f(std::string s = \"\\u00e9\") { return 1; }").value) == "62c3a9");
  CHECK(hex(default_of(top + "int f(std::string s = {}) { return 1; }").value) == "60");
  CHECK(hex(default_of(top + "int f(std::optional<int> o = std::nullopt) { return 1; }").value) == "f6");
  CHECK(hex(default_of(top + "int f(std::optional<int> o = 3) { return 1; }").value) == "03");
  CHECK(hex(default_of(top + "int f(std::string s = \"a\\0b\") { return 1; }").value) == "none");
}

TEST_CASE("whatever only the compiler can evaluate has no value here") {
  CHECK(value_of("int n = 1 + 2") == "none");
  CHECK(value_of("int n = 1e3") == "none");
  CHECK(value_of("unsigned char n = 300") == "none");
  CHECK(value_of("unsigned n = -1") == "none");
  CHECK(value_of("int n = -1u") == "none");
  CHECK(value_of("int n = sizeof(int)") == "none");
  CHECK(value_of("const char* s = \"x\"") == "none");
  CHECK(hex(default_of("#define N 3\nint f(int n = N) { return n; }").value) == "none");
  CHECK(hex(default_of("constexpr int operator\"\"_km(unsigned long long n) { return 1; }\nint f(int n = "
                       "3_km) { return n; }")
                .value) == "none");
}

TEST_CASE("a default knows its text and the place behind the declaration that has it") {
  const std::string declared = "int g();\nint f(int n = g() /* why */ + 1 );\nint f(int n) { return n; }\n";
  const DefaultArgument from_declaration = default_of(declared);
  CHECK(from_declaration.text == "g() /* why */ + 1");
  CHECK(declared.substr(0, from_declaration.insertion_offset).ends_with("+ 1 );"));
  CHECK_FALSE(from_declaration.code.version.is_zero());

  const std::string defined = "int f(int n = 1 + 1) { return n; }\nint v;\n";
  CHECK(defined.substr(0, default_of(defined).insertion_offset) == "int f(int n = 1 + 1) { return n; }");
}

TEST_CASE("a default inside a macro that makes the function is found") {
  const std::string content = "#define NODE(name) int name(int n = 3) { return n; }\nNODE(f)\nint v;\n";
  const DefaultArgument argument = default_of(content);
  CHECK(argument.text == "3");
  CHECK(hex(argument.value) == "03");
  CHECK(content.substr(0, argument.insertion_offset).ends_with("NODE(f)"));
}
