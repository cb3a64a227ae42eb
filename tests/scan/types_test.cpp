// Types of results and parameters.
#include "scanned.h"

using namespace hamcell;

namespace {

/// The type that the function `f` of the cell gives back.
struct ResultOf {
  explicit ResultOf(const std::string& content) : model(scanned(content)) {
    REQUIRE_MESSAGE(model.problems.empty(), told(model.problems).front());
  }
  const Type& type() const { return result_type(model, "f"); }
  const Type& argument(std::size_t index) const { return model.types[type().arguments.at(index)]; }
  CellModel model;
};

Type result_of(const std::string& content) { return ResultOf(content).type(); }

}  // namespace

TEST_CASE("arithmetic types have their width, sign and character") {
  CHECK(result_of("bool f() { return true; }").kind == TypeKind::boolean);
  const Type integer = result_of("unsigned short f() { return 1; }");
  CHECK(integer.kind == TypeKind::integer);
  CHECK(integer.bits == 16);
  CHECK_FALSE(integer.is_signed);
  CHECK(result_of("long long f() { return 1; }").is_signed);
  CHECK(result_of("char f() { return 1; }").is_character);
  CHECK(result_of("char8_t f() { return 1; }").is_character);
  CHECK_FALSE(result_of("signed char f() { return 1; }").is_character);
  CHECK_FALSE(result_of("unsigned char f() { return 1; }").is_character);
  CHECK(result_of("float f() { return 1; }").bits == 32);
#if __LDBL_MANT_DIG__ == 64
  CHECK(result_of("long double f() { return 1; }").kind == TypeKind::floating);
  CHECK(result_of("long double f() { return 1; }").bits == extended_bits);
#else
  CHECK(result_of("long double f() { return 1; }").kind == TypeKind::opaque);
#endif
  CHECK(result_of("__int128 f() { return 1; }").kind == TypeKind::opaque);
}

TEST_CASE("a string of letters of one byte is text, whatever they are called") {
  const std::string head = "#include <string>\n";
  CHECK(result_of(head + "std::string f() { return {}; }").kind == TypeKind::text);
  CHECK(result_of(head + "std::u8string f() { return {}; }").kind == TypeKind::text);
  CHECK(result_of(head + "std::basic_string<unsigned char> f() { return {}; }").kind == TypeKind::text);
  CHECK(result_of(head + "std::wstring f() { return {}; }").kind == TypeKind::sequence);
}

TEST_CASE("const, references and typedefs make no other type") {
  const CellModel model =
      scanned("using Count = int;\nconst int& f(const Count x) { static int v; return v; }\n");
  CHECK(function(model, "f").result == function(model, "f").parameters[0].type);
  CHECK(result_type(model, "f").name == "int");
}

TEST_CASE("an enumeration lists its enumerators") {
  const Type type =
      result_of("enum class Color : unsigned char { red, green = 7 };\nColor f() { return {}; }");
  CHECK(type.kind == TypeKind::enumeration);
  CHECK(type.bits == 8);
  CHECK_FALSE(type.is_signed);
  REQUIRE(type.enumerators.size() == 2);
  CHECK(type.enumerators[1].name == "green");
  CHECK(type.enumerators[1].value == 7);
  CHECK(result_of("enum class Sky : unsigned char { wet = 200 };\nSky f() { return {}; }")
            .enumerators[0]
            .value == 200);
  CHECK(result_of("enum class Flag : bool { off, on };\nFlag f() { return {}; }").bits == 1);
}

TEST_CASE("standard containers are known by kind and element") {
  const std::string top = "#include <map>\n#include <string>\n#include <unordered_map>\n#include <vector>\n";
  const ResultOf rows(top + "struct Row { std::string name; };\nstd::vector<Row> f() { return {}; }");
  CHECK(rows.type().kind == TypeKind::sequence);
  CHECK(rows.type().name == "std::vector<Row>");
  CHECK(rows.argument(0).kind == TypeKind::structure);
  CHECK(rows.type().storable());
  const ResultOf map(top + "std::unordered_map<std::string, std::vector<double>> f() { return {}; }");
  CHECK(map.type().kind == TypeKind::map);
  CHECK(map.type().unordered);
  CHECK(map.type().name == "std::unordered_map<std::string, std::vector<double>>");
  CHECK(map.argument(0).kind == TypeKind::text);
  CHECK(map.argument(0).cpp_name == "std::basic_string<char>");
  CHECK(result_of(top + "std::vector<std::map<int, std::string>> f() { return {}; }").storable());
}

TEST_CASE("array, variant, tuple, optional, complex and chrono have their parts") {
  const std::string top =
      "#include <array>\n#include <chrono>\n#include <complex>\n#include <optional>\n#include "
      "<tuple>\n#include <variant>\n"
      "template <class T> T make();\n";
  const ResultOf array(top + "std::array<double, 4> f() { return {}; }");
  CHECK(array.type().kind == TypeKind::array);
  CHECK(array.type().extent == 4);
  const ResultOf variant(top + "std::variant<std::monostate, int, double> f() { return {}; }");
  CHECK(variant.type().kind == TypeKind::variant);
  REQUIRE(variant.type().arguments.size() == 3);
  CHECK(variant.argument(0).kind == TypeKind::monostate);
  CHECK(variant.argument(2).kind == TypeKind::floating);
  const ResultOf tuple(top +
                       "std::tuple<int, std::optional<float>, std::complex<double>> f() { return {}; }");
  CHECK(tuple.type().kind == TypeKind::tuple);
  CHECK(tuple.argument(1).kind == TypeKind::optional);
  CHECK(tuple.argument(2).kind == TypeKind::complex);
  const ResultOf duration(top + "std::chrono::duration<double, std::ratio<3, 7>> f() { return {}; }");
  CHECK(duration.type().kind == TypeKind::duration);
  CHECK(duration.type().period_numerator == 3);
  CHECK(duration.type().period_denominator == 7);
  CHECK(result_of(top + "std::chrono::milliseconds f() { return {}; }").name == "std::chrono::milliseconds");
  const ResultOf point(top + "std::chrono::system_clock::time_point f() { return {}; }");
  CHECK(point.type().kind == TypeKind::time_point);
  CHECK(point.argument(0).name == "std::chrono::nanoseconds");
}

TEST_CASE("a structure lists its bases' members first, with initialisers and bit-fields") {
  const Type type = result_of(
      "struct Base { int first; };\n"
      "struct Day : Base { double rain = 0; int flag : 3 = 1; int : 5; int plain : 2; int list[3]; int "
      "braces{}; static int s; };\n"
      "Day f() { return {}; }");
  CHECK(type.kind == TypeKind::structure);
  Words members;
  for (const Member& member : type.members)
    members.push_back(member.name + (member.has_initializer ? "=" : "") +
                      (member.bit_width > 0 ? ":" + std::to_string(member.bit_width) : ""));
  CHECK(members == Words{"first", "rain=", "flag=:3", "plain:2", "list", "braces="});
}

TEST_CASE("members of a template are those of its instance") {
  const ResultOf box(
      "template <class T> struct Box { struct Inner { T deep; }; T value = {}; Inner inner; };\nBox<float> "
      "f() { return {}; }");
  CHECK(box.type().name == "Box<float>");
  REQUIRE(box.type().members.size() == 2);
  CHECK(box.type().members[0].has_initializer);
  CHECK(box.model.types[box.type().members[0].type].kind == TypeKind::floating);
  const Type& inner = box.model.types[box.type().members[1].type];
  REQUIRE(inner.members.size() == 1);
  CHECK(box.model.types[inner.members[0].type].name == "float");
}

TEST_CASE("a recursive structure ends in itself") {
  const ResultOf tree(
      "#include <vector>\nstruct Tree { std::vector<Tree> children; };\nTree f() { return {}; }");
  const Type& children = tree.model.types[tree.type().members.at(0).type];
  CHECK(&tree.model.types[children.arguments.at(0)] == &tree.type());
  CHECK(children.name == "std::vector<Tree>");
}

TEST_CASE("what cannot be stored says which member is at fault") {
  const auto why = [](const std::string& content) { return result_of(content).why_opaque; };
  CHECK(why("struct S { int* p; };\nS f() { return {}; }") == "member 'p' of S is a pointer");
  CHECK(why("class S { int x = 1; };\nS f() { return {}; }") == "member 'x' of S is not public");
  CHECK(why("struct S { const int x = 1; };\nS f() { return {}; }") == "member 'x' of S is const");
  CHECK(why("struct S { union { int a; float b; }; };\nS f() { return {}; }") == "S has an anonymous member");
  CHECK(why("union S { int a; float b; };\nS f() { return {}; }") == "S is a union");
  CHECK(why("struct S { virtual int g() { return 1; } int a; };\nS f() { return {}; }") ==
        "S has virtual functions");
  CHECK(why("struct S { S(int); int a; };\nS f() { return S(1); }") ==
        "S has constructors, but no public one without arguments");
  CHECK(why("auto f() { return [] { return 1; }; }") == "the type of a lambda has no name");
  CHECK(why("auto f() { struct S { int a; }; return S{}; }") == "S is local to a function");
  CHECK(why("int* f() { return nullptr; }") == "int* is a pointer");
  CHECK(why("#include <memory>\nstd::unique_ptr<int> f() { return {}; }") ==
        "std::unique_ptr<int> is move-only");
}

TEST_CASE("a class with a constructor without arguments is a structure") {
  CHECK(result_of("struct S { S() = default; S(int); int a; };\nS f() { return {}; }").kind ==
        TypeKind::structure);
}

TEST_CASE("types without a name in C++ have none in generated code") {
  CHECK(result_of("auto f() { return [] { return 1; }; }").cpp_name.empty());
  CHECK(result_of("auto f() { struct S { int a; }; return S{}; }").cpp_name.empty());
  CHECK(result_of("namespace { struct S { int a; }; }\nS f() { return {}; }").cpp_name == "S");
  CHECK(result_of("namespace ns { struct S { int a; }; }\nns::S f() { return {}; }").cpp_name == "ns::S");
}

TEST_CASE("a view is kept as what owns its data, which is the same type as if it was written") {
  const CellModel model = scanned(
      "#include <span>\n#include <string>\n#include <string_view>\n#include <vector>\n"
      "int f(std::span<const double> a, std::vector<double> b, std::string_view c, std::string d) { return "
      "1; }\n");
  const std::vector<Parameter>& parameters = function(model, "f").parameters;
  CHECK(model.types[parameters[0].type].kind == TypeKind::view);
  CHECK(model.types[parameters[0].type].arguments == std::vector<std::uint32_t>{parameters[1].type});
  CHECK(model.types[parameters[2].type].arguments == std::vector<std::uint32_t>{parameters[3].type});
}

TEST_CASE("a class with a codec of the user's own is custom") {
  const std::string codec = "namespace ham { template <class T, class = void> struct codec; }\n";
  CHECK(result_of(codec + "class A { int x; };\ntemplate <> struct ham::codec<A> {};\nA f() { return {}; }")
            .kind == TypeKind::custom);
  CHECK(result_of(codec + "template <class T> class B { T x; };\ntemplate <class T> struct ham::codec<B<T>> "
                          "{};\nB<int> f() { return {}; }")
            .kind == TypeKind::custom);
  CHECK(result_of(codec + "class A { int x; };\nclass C { int y; };\ntemplate <> struct ham::codec<A> {};\nC "
                          "f() { return {}; }")
            .kind == TypeKind::opaque);
}
