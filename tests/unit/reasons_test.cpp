// Why a node runs: what its code was made of, and what differs.
#include <doctest/doctest.h>

#include "base/record.h"
#include "cell/model_record.h"
#include "folder.h"
#include "made_cell.h"
#include "run/reasons.h"
#include "run/versions.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {

CodePart part(const std::string& name, unsigned line, const std::string& text,
              std::vector<std::uint32_t> uses = {}) {
  return {name, {"made.cpp", line, 1}, digest_of(text), std::move(uses)};
}

/// One node, `node mean`, that uses `helper sq`, and a header that every node reaches.
struct CodeCell {
  CodeCell() {
    made.node("mean");
    made.cell.toolchain.parts = {{"compiler", digest_of("clang")}, {"flags", digest_of("-O2")}};
    table.parts = {part("helper sq", 12, "x * x"), part("node mean", 30, "sq(1)", {0}),
                   CodePart{"header <vector>", {}, digest_of("vector"), {}}};
    table.for_all = {2};
    made.cell.model.functions[0].code.part = 1;
  }

  GraphNode node() const {
    GraphNode out;
    out.name = "mean";
    return out;
  }

  /// What differs from the code that was kept as version "past".
  std::vector<std::string> differences(Cache& cache) {
    made.cell.model.code_table = to_bytes(table);
    return CodeParts(made.cell, &cache).differences(node(), digest_of("past"));
  }

  void keep(Cache& cache) {
    made.cell.model.code_table = to_bytes(table);
    CodeParts(made.cell, &cache).keep(node(), digest_of("past"));
  }

  MadeCell made;
  CodeTable table;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("A changed part is named with its place, and what it is used by is not") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  CodeCell code;
  code.keep(cache);
  code.table.parts[0].digest = digest_of("x * x * x");
  CHECK(code.differences(cache) == Texts{"code changed: helper sq (made.cpp:12)"});
}

TEST_CASE("A part that only stands elsewhere has not changed") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  CodeCell code;
  code.keep(cache);
  code.table.parts[0].place.line = 99;
  code.table.parts[1].digest = digest_of("sq(2)");
  CHECK(code.differences(cache) == Texts{"code changed: node mean (made.cpp:30)"});
}

TEST_CASE("A part that is nowhere any more is gone; one that is out of reach is not") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  CodeCell code;
  code.keep(cache);
  code.table.parts[1] = part("node mean", 30, "1");
  CHECK(code.differences(cache) == Texts{"code changed: node mean (made.cpp:30)"});
  code.table.parts[0].name = "helper cube";
  CHECK(code.differences(cache) ==
        Texts{"code changed: node mean (made.cpp:30)", "code changed: helper sq is gone"});
}

TEST_CASE("An overload that is added is a change of that name") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  CodeCell code;
  code.keep(cache);
  code.table.parts.push_back(part("helper sq", 14, "int overload"));
  code.table.parts[1].uses = {0, 3};
  CHECK(code.differences(cache) == Texts{"code changed: helper sq (made.cpp:14)"});
}

TEST_CASE("A part that comes into reach is named where nothing else changed") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  CodeCell code;
  code.keep(cache);
  code.table.parts.push_back(part("helper begin", 3, "found by argument-dependent lookup"));
  code.table.parts[1].uses = {0, 3};
  CHECK(code.differences(cache) == Texts{"code changed: helper begin (made.cpp:3)"});
}

TEST_CASE("What the build adds comes first, by name") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  CodeCell code;
  code.made.cell.toolchain.parts.push_back({"library liba.a", digest_of("a")});
  code.keep(cache);
  code.made.cell.toolchain.parts = {{"compiler", digest_of("clang")},
                                    {"flags", digest_of("-O3")},
                                    {"library libb.a", digest_of("b")},
                                    {"environment CPATH", digest_of("c")}};
  code.table.parts[0].digest = digest_of("other");
  CHECK(code.differences(cache) == Texts{"flags changed", "library libb.a is new",
                                         "environment CPATH changed", "library liba.a is gone",
                                         "code changed: helper sq (made.cpp:12)"});
}

TEST_CASE("A header that every node reaches is named too") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  CodeCell code;
  code.keep(cache);
  code.table.parts[2].digest = digest_of("another vector");
  CHECK(code.differences(cache) == Texts{"code changed: header <vector>"});
}

TEST_CASE("Code that was never kept has just changed, and so has code of which no part did") {
  const Folder folder;
  Cache cache(folder.path(), Cache::Access::write);
  CodeCell code;
  CHECK(code.differences(cache) == Texts{"code changed"});
  code.keep(cache);
  CHECK(code.differences(cache) == Texts{"code changed"});
}

TEST_CASE("A reason is short, and counts only what is of the kind that it names") {
  const Reason one(Texts{"flags changed", "code changed: helper a (m.cpp:1)"});
  CHECK(one.text == "flags changed");
  CHECK(one.details.size() == 2);
  const Reason three(Texts{"code changed: helper a (m.cpp:1)", "code changed: helper b (m.cpp:2)",
                           "code changed: helper c is gone", "first changed"});
  CHECK(three.text == "code changed: helper a (m.cpp:1) and 2 more");
}

TEST_CASE("A key depends on the name, the code, and the version of every argument in its order") {
  const KeyParts parts{digest_of("code"), {{0, digest_of("a")}, {1, digest_of("b")}}};
  const Digest key = cache_key_of("mean", parts);
  CHECK(key == cache_key_of("mean", parts));
  CHECK(key != cache_key_of("median", parts));
  CHECK(key != cache_key_of("mean", {digest_of("other"), parts.arguments}));
  CHECK(key != cache_key_of("mean", {digest_of("code"), {{0, digest_of("b")}, {1, digest_of("a")}}}));
  CHECK(key != cache_key_of("mean", {digest_of("code"), {{0, digest_of("a")}}}));
}

TEST_CASE("A variable that can change makes code unsteady unless the attribute vouches for it") {
  MadeCell made;
  NodeFunction& function = made.node("count");
  function.code.impure = Impurity{"counter", {"made.cpp", 3, 5}};
  GraphNode node;
  node.name = "count";
  CHECK(unsteady_code(made.cell, node) == "variable counter can change (made.cpp:3)");
  function.marked_cache = true;
  CHECK(!unsteady_code(made.cell, node));
  function.code.always_run = "__TIME__";
  CHECK(unsteady_code(made.cell, node) == "its code uses __TIME__");
}
