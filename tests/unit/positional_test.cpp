// The positional encoding: every kind of member comes back, bytes hold no names, damage is noticed.
#include "base/positional.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/record.h"

namespace {

struct Leaf {
  std::string text;
  std::optional<std::int32_t> number;
  bool is_ripe = false;
  std::int64_t signed_number = 0;
  std::uint64_t unsigned_number = 0;
};

struct Tree {
  Leaf leaf;
  std::vector<Leaf> leaves;
  std::optional<Leaf> perhaps;
  std::vector<std::pair<std::string, Leaf>> pairs;
  std::vector<std::uint32_t> numbers;
  hamcell::Digest digest;
};

bool same(const Leaf& a, const Leaf& b) {
  return a.text == b.text && a.number == b.number && a.is_ripe == b.is_ripe &&
         a.signed_number == b.signed_number && a.unsigned_number == b.unsigned_number;
}

Tree full_tree() {
  return {{"root", 1, true, -2, 3},
          {{"a", std::nullopt}, {"b", -2}},
          Leaf{"perhaps", 3},
          {{"key", {"value", 4}}},
          {5, 6, 7},
          hamcell::digest_of("x")};
}

}  // namespace

template <>
struct ham::members<Leaf> {
  template <class F>
  static constexpr void each(F&& f) {
    f("text_of_leaf", &Leaf::text);
    f("number_of_leaf", &Leaf::number);
    f("ripeness_of_leaf", &Leaf::is_ripe);
    f("signed_of_leaf", &Leaf::signed_number);
    f("unsigned_of_leaf", &Leaf::unsigned_number);
  }
};
template <>
struct ham::members<Tree> {
  template <class F>
  static constexpr void each(F&& f) {
    f("leaf", &Tree::leaf);
    f("leaves", &Tree::leaves);
    f("perhaps", &Tree::perhaps);
    f("pairs", &Tree::pairs);
    f("numbers", &Tree::numbers);
    f("digest", &Tree::digest);
  }
};
template <>
struct ham::codec<Tree> : hamcell::positional::Codec<Tree> {};

TEST_CASE("a positional record comes back as it was, and holds no names") {
  const Tree tree = full_tree();
  const std::string bytes = hamcell::to_bytes(tree);
  CHECK(bytes.find("leaf") == std::string::npos);
  Tree read;
  REQUIRE(hamcell::from_bytes(bytes, read));
  CHECK(same(read.leaf, tree.leaf));
  REQUIRE(read.leaves.size() == 2);
  CHECK(same(read.leaves[0], tree.leaves[0]));
  CHECK(same(read.leaves[1], tree.leaves[1]));
  REQUIRE(read.perhaps);
  CHECK(same(*read.perhaps, *tree.perhaps));
  REQUIRE(read.pairs.size() == 1);
  CHECK(read.pairs[0].first == "key");
  CHECK(same(read.pairs[0].second, tree.pairs[0].second));
  CHECK(read.numbers == tree.numbers);
  CHECK(read.digest == tree.digest);
}

TEST_CASE("what is empty in a positional record comes back empty, whatever was there before") {
  const std::string bytes = hamcell::to_bytes(Tree{});
  Tree read = full_tree();
  REQUIRE(hamcell::from_bytes(bytes, read));
  CHECK(read.leaf.text.empty());
  CHECK_FALSE(read.leaf.number);
  CHECK(read.leaves.empty());
  CHECK_FALSE(read.perhaps);
  CHECK(read.pairs.empty());
  CHECK(read.numbers.empty());
}

TEST_CASE("a positional record that was cut anywhere is not one") {
  const std::string bytes = hamcell::to_bytes(full_tree());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    Tree read;
    CHECK_FALSE(hamcell::from_bytes(std::string_view(bytes).substr(0, size), read));
  }
}

TEST_CASE("a positional list that says it is longer than all bytes takes no memory for it") {
  const std::string huge("\x9b\x40\x00\x00\x00\x00\x00\x00\x00", 9);
  ham::source in(huge.data(), huge.size());
  std::vector<Leaf> leaves;
  hamcell::positional::decode(in, leaves);
  CHECK_FALSE(in.ok());
  CHECK(leaves.capacity() == 0);
}

TEST_CASE("the least and the largest numbers of a positional record come back") {
  using Signed = std::numeric_limits<std::int64_t>;
  Tree tree;
  tree.leaf = {"", std::numeric_limits<std::int32_t>::min(), true, Signed::min(), UINT64_MAX};
  tree.leaves = {{"", std::numeric_limits<std::int32_t>::max(), false, Signed::max(), 0}};
  Tree read;
  REQUIRE(hamcell::from_bytes(hamcell::to_bytes(tree), read));
  CHECK(same(read.leaf, tree.leaf));
  CHECK(same(read.leaves.at(0), tree.leaves[0]));
}
