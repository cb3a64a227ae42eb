// Attributes of namespace ham, wherever and however they are written.
#include "scanned.h"

using namespace hamcell;
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

NodeFunction only(const std::string& content) {
  const CellModel model = scanned(content);
  REQUIRE_MESSAGE(model.problems.empty(), told(model.problems).front());
  REQUIRE(model.functions.size() == 1);
  return model.functions.front();
}

std::string only_problem(const std::string& content) {
  const std::vector<std::string> problems = told(scanned(content).problems);
  REQUIRE(problems.size() == 1);
  return problems.front();
}

}  // namespace

TEST_CASE("a bare cache attribute marks a node, with the default behavior") {
  const NodeFunction f = only("[[ham::cache]] int f() { return 1; }");
  CHECK(f.marked_cache);
  CHECK(f.behavior == Behavior::standard);
  CHECK_FALSE(only("int f() { return 1; }").marked_cache);
  CHECK_FALSE(only("int f() { return 1; }").behavior);
}

TEST_CASE("a behavior is a bare or a quoted word") {
  CHECK(only("[[ham::cache(behavior = \"recompute\")]] int f() { return 1; }").behavior ==
        Behavior::recompute);
  CHECK(only("[[ham::cache(behavior=disable)]] int f() { return 1; }").behavior == Behavior::disable);
  CHECK(only("[[ham::cache(behavior = ignore)]] int f() { return 1; }").behavior == Behavior::ignore);
  CHECK(only("[[ham::cache(behavior = default)]] int f() { return 1; }").behavior == Behavior::standard);
}

TEST_CASE("attributes are found among others, in several lists, and through using") {
  const NodeFunction f = only(
      "[[nodiscard, ham::tag(owner = \"m\" \"l\", n = 5)]] [[using ham: cache, "
      "tag(team=x)]] __attribute__((noinline)) int f() { return 1; }");
  CHECK(f.marked_cache);
  CHECK(f.tags == Pairs{{"owner", "ml"}, {"n", "5"}, {"team", "x"}});
  CHECK(only("extern \"C\" [[ham::cache]] int f() { return 1; }").marked_cache);
  CHECK(only("extern \"C\" { [[ham::cache]] int f() { return 1; } }").marked_cache);
}

TEST_CASE("attributes that a macro brings count, also nested and with arguments") {
  const NodeFunction f = only(
      "#define CACHED [[ham::cache]]\n#define C2 CACHED\n#define TAGGED(x) [[ham::tag(owner = x)]]\n"
      "C2 TAGGED(\"me\") int f() { return 1; }");
  CHECK(f.marked_cache);
  CHECK(f.tags == Pairs{{"owner", "me"}});
}

TEST_CASE("a macro that puts an attribute together with # is a problem, not a guess") {
  CHECK(only_problem("#define T(x) [[ham::tag(k = #x)]]\nT(a) int f() { return 1; }")
            .starts_with("2:1: this attribute is put together"));
}

TEST_CASE("an attribute on a forward declaration holds for the definition") {
  const NodeFunction f =
      only("[[ham::cache(behavior = recompute)]] int f();\n[[ham::tag(a = b)]] int f() { return 1; }");
  CHECK(f.behavior == Behavior::recompute);
  CHECK(f.tags == Pairs{{"a", "b"}});
}

TEST_CASE("an attribute belongs to the next function only") {
  const CellModel model =
      scanned("[[ham::cache]] int f() { return 1; }\nint g() { return 1; }\nint v;\nint h() { return 1; }\n");
  CHECK_FALSE(function(model, "g").marked_cache);
  CHECK_FALSE(function(model, "h").marked_cache);
}

TEST_CASE("variants are called by what stands before their suffix") {
  const CellModel model = scanned(
      "[[ham::when(engine = \"fast\")]] int model__fast() { return 1; }\n"
      "[[ham::when(engine = exact, level = 2)]] int model__exact__v2() { return 2; }\n"
      "[[ham::when(x = 1)]] int plain() { return 1; }\nint other__name() { return 1; }\n");
  CHECK(model.problems.empty());
  CHECK(names(model) == Words{"model", "model", "plain", "other__name"});
  CHECK(function(model, "model__exact__v2").when == Pairs{{"engine", "exact"}, {"level", "2"}});
}

TEST_CASE("two variants under the same config are a problem, however the value is written") {
  CHECK(only_problem("[[ham::when(n = 1)]] int m__a() { return 1; }\n[[ham::when(n = \"1\")]] int m__b() { "
                     "return 1; }") == "2:28: two variants of node 'm' take part under the same config");
}

TEST_CASE("what is misspelt in an attribute is shown where it stands, with a suggestion") {
  const CellModel model = scanned("[[ham::cach]] int f() { return 1; }");
  CHECK(told(model.problems) == Words{"1:8: unknown attribute [[ham::cach]]"});
  CHECK(model.problems[0].next == "did you mean 'cache'?");
  CHECK(only_problem("[[ham::cache(behavor = x)]] int f() { return 1; }") ==
        "1:14: [[ham::cache]] knows no 'behavor'");
  CHECK(only_problem("[[ham::cache(behavior = recompte)]] int f() { return 1; }") ==
        "1:14: 'recompte' is not a behavior");
  CHECK(only_problem("[[ham::tag(ml)]] int f() { return 1; }") ==
        "1:12: [[ham::tag]] needs key = value, but found 'ml'");
  CHECK(only_problem("[[ham::when]] int f() { return 1; }")
            .ends_with("says nothing without a key and a value"));
}

TEST_CASE("contradictions among attributes are problems") {
  CHECK(
      only_problem("[[ham::exclude, ham::cache]] int f() { return 1; }").starts_with("1:8: 'f' is excluded"));
  CHECK(only_problem(
            "[[ham::cache(behavior = ignore)]] [[ham::cache(behavior = disable)]] int f() { return 1; }")
            .starts_with("1:48: this function has two behaviors"));
}

TEST_CASE("an attribute on a helper, on a type, or behind the declarator is a problem") {
  CHECK(only_problem("[[ham::cache]] static int f() { return 1; }") ==
        "1:8: [[ham::cache]] is on a helper ('f': it is static), which takes no part in the dataflow");
  CHECK(only_problem("struct [[ham::cache]] S {};")
            .starts_with("1:10: this attribute of 'ham' stands in front of no function"));
  CHECK(only_problem("int f() [[ham::cache]] { return 1; }").starts_with("1:11: this attribute"));
}

TEST_CASE("attributes in a branch that is left out do not count") {
  CHECK_FALSE(only("#if 0\n[[ham::nonsense]]\n#endif\nint f() { return 1; }").marked_cache);
  CHECK(only("#if 1\n[[ham::cache]]\n#endif\nint f() { return 1; }").marked_cache);
}

TEST_CASE("attributes of other namespaces are left alone") {
  CHECK(only("[[gnu::cold, clang::nonsense(x = 1)]] int f() { return 1; }").tags.empty());
}
