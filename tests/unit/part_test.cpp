// Parts of diagrams.
#include "draw/part.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace hamcell;

namespace {

/// a → b → c → d → e, and x → c; e is not needed.
Diagram made_diagram() {
  Diagram diagram;
  for (const char* name : {"a", "b", "c", "d", "e", "x"}) {
    Box box;
    box.id = box.name = name;
    diagram.boxes.push_back(box);
  }
  diagram.boxes[4].is_faded = true;
  diagram.arrows = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {5, 2}};
  return diagram;
}

std::string ids(const Diagram& diagram) {
  std::string out;
  for (const Box& box : diagram.boxes) out += box.id;
  return out;
}

std::string around(const std::string& focus, unsigned depth) {
  return ids(part_of(made_diagram(), {false, focus, depth}));
}

}  // namespace

TEST_CASE("a diagram of which no part is asked for stays as it is") {
  const Diagram diagram = part_of(made_diagram(), {});
  CHECK(ids(diagram) == "abcdex");
  CHECK(diagram.arrows.size() == 5);
  CHECK(diagram.subtitle.empty());
}

TEST_CASE("what is near a node is what it needs and what needs it, so many steps away") {
  CHECK(around("c", 0) == "c");
  CHECK(around("c", 1) == "bcdx");
  CHECK(around("c", 2) == "abcdex");
  CHECK(around("x", 1) == "cx");
  // Others that c needs are not on a path from x.
  CHECK(around("x", 2) == "cdx");
  CHECK(around("a", 1'000'000) == "abcde");
}

TEST_CASE("arrows are those between what is left, and the title says that it is a part") {
  const Diagram diagram = part_of(made_diagram(), {false, "x", 2});
  REQUIRE(diagram.arrows.size() == 2);
  CHECK(diagram.boxes[diagram.arrows[0].from].id == "c");
  CHECK(diagram.boxes[diagram.arrows[0].to].id == "d");
  CHECK(diagram.boxes[diagram.arrows[1].from].id == "x");
  CHECK(diagram.subtitle == "3 of 6 around x");
  CHECK(diagram.summary == "Shown is a part: 3 of 6 around x.");
}

TEST_CASE("what is not needed is left out if that is asked for") {
  Diagram diagram = made_diagram();
  diagram.subtitle = "1.2 s";
  diagram.boxes[5].status = NodeStatus::unneeded;
  diagram = part_of(diagram, {true, std::nullopt, 0});
  CHECK(ids(diagram) == "abcd");
  CHECK(diagram.subtitle == "1.2 s · 2 not needed left out");
}

TEST_CASE("a focus that is not there is an error that says what may be meant") {
  Diagram diagram = made_diagram();
  diagram.boxes[0].id = "monthly_rain";
  const auto problem_of = [&](const std::string& name) {
    try {
      part_of(diagram, {false, name, 1});
    } catch (const Failure& failure) {
      return failure.problems().front();
    }
    return Problem{};
  };
  CHECK(problem_of("montly_rain").what ==
        "there is no node or input 'montly_rain' in the picture to focus on");
  CHECK(problem_of("montly_rain").next == "did you mean 'monthly_rain'?");
  CHECK(problem_of("zzzz").next == "draw it without --focus to see what there is");
}
