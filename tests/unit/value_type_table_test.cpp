// Digests of types, what may not be stored and why, and the table of one type alone.
#include <doctest/doctest.h>

#include "value/type_table.h"
#include "value_types.h"

namespace {

using hamcell::Type;
using hamcell::TypeKind;
using hamcell::TypeTable;

template <class T>
hamcell::Digest digest_of_type() {
  const DescribedType type = described_type<T>();
  return type.types[type.index].digest;
}

Type type_called(const std::string& name, TypeKind kind, std::vector<std::uint32_t> arguments = {}) {
  Type type;
  type.name = name;
  type.kind = kind;
  type.arguments = std::move(arguments);
  return type;
}

Type structure_called(const std::string& name, const std::string& member, std::uint32_t member_type) {
  Type type = type_called(name, TypeKind::structure);
  type.members = {{member, member_type, false, 0}};
  return type;
}

/// Link { int* socket; }, and containers and structures around it.
TypeTable links() {
  TypeTable types;
  types.types = {type_called("int*", TypeKind::opaque),
                 structure_called("Link", "socket", 0),
                 type_called("std::vector<Link>", TypeKind::sequence, {1}),
                 structure_called("Net", "links", 2),
                 type_called("std::vector<int*>", TypeKind::sequence, {0}),
                 structure_called("Raw", "all", 4)};
  types.types[0].why_opaque = "int* is a pointer";
  hamcell::fill_derived(types);
  return types;
}

}  // namespace

TEST_CASE("a type that has an opaque part says which member is at fault") {
  const TypeTable types = links();
  CHECK(types[1].why_opaque == "member 'socket' of Link is a pointer");
  CHECK(types[2].why_opaque == "member 'socket' of Link is a pointer");
  CHECK(types[3].why_opaque == "member 'socket' of Link is a pointer");
  CHECK(types[4].why_opaque == "int* is a pointer");
  CHECK(types[5].why_opaque == "member 'all' of Raw: int* is a pointer");
  CHECK_FALSE(types[3].storable());
}

TEST_CASE("a view inside a structure is at fault too") {
  TypeTable types;
  types.types = {type_called("std::string", TypeKind::text),
                 type_called("std::string_view", TypeKind::view, {0}), structure_called("Entry", "key", 1)};
  hamcell::fill_derived(types);
  CHECK(types[2].why_opaque == "member 'key' of Entry is a view of data that it does not own");
  CHECK(types[1].why_opaque.empty());
}

TEST_CASE("what holds an unordered container is known, through recursion too") {
  const DescribedType plain = described_type<std::vector<sample::Day>>();
  CHECK_FALSE(plain.types[plain.index].holds_unordered);
  const DescribedType nested = described_type<std::map<int, std::vector<std::unordered_set<int>>>>();
  CHECK(nested.types[nested.index].holds_unordered);
  const DescribedType tree = described_type<sample::Tree>();
  CHECK_FALSE(tree.types[tree.index].holds_unordered);
}

TEST_CASE("multi-containers are known by their name") {
  const DescribedType multi = described_type<std::multimap<int, int>>();
  CHECK(multi.types[multi.index].multi);
  const DescribedType one = described_type<std::map<int, int>>();
  CHECK_FALSE(one.types[one.index].multi);
}

TEST_CASE("a type's digest is the same in every table that has it") {
  const DescribedType alone = described_type<sample::Day>("Day");
  Described other;
  other.add<std::map<int, sample::Tree>>();
  const std::uint32_t day = other.add<sample::Day>("Day");
  // Names that the description makes up from the index are those of the containers, so they are set aside.
  for (Type& type : other.types.types) {
    if (type.name.starts_with("T")) type.cpp_name = "container";
  }
  TypeTable first = alone.types;
  for (Type& type : first.types) {
    if (type.name.starts_with("T")) type.cpp_name = "container";
  }
  hamcell::fill_derived(other.types);
  hamcell::fill_digests(other.types);
  hamcell::fill_digests(first);
  CHECK(other.types[day].digest == first[alone.index].digest);
  CHECK_FALSE(first[alone.index].digest.is_zero());
}

TEST_CASE("whatever decides the encoding or the meaning changes the digest, of what contains it too") {
  const DescribedType day = described_type<std::vector<sample::Day>>("Days");
  const hamcell::Digest before = day.types[day.index].digest;
  const auto digest_after = [&](auto change) {
    TypeTable types = day.types;
    for (Type& type : types.types) change(type);
    hamcell::fill_digests(types);
    return types[day.index].digest;
  };
  CHECK(digest_after([](Type&) {}) == before);
  CHECK(digest_after([](Type& type) {
          if (type.name == "Weather") type.enumerators[1].name = "snow";
        }) != before);
  CHECK(digest_after([](Type& type) {
          if (type.name == "Weather") type.enumerators[1].value = 7;
        }) != before);
  CHECK(digest_after([](Type& type) {
          if (type.kind == TypeKind::array) ++type.extent;
        }) != before);
  CHECK(digest_after([](Type& type) {
          if (type.kind == TypeKind::duration) type.period_denominator = 1;
        }) != before);
  CHECK(digest_after([](Type& type) {
          if (type.kind == TypeKind::structure) type.members[0].name += "_2";
        }) != before);
  CHECK(digest_after([](Type& type) {
          if (type.kind == TypeKind::integer) type.is_signed = !type.is_signed;
        }) != before);
  CHECK(digest_of_type<std::vector<int>>() != digest_of_type<std::vector<unsigned>>());
  CHECK(digest_of_type<std::vector<int>>() != digest_of_type<std::set<int>>());
}

TEST_CASE("one type can be taken out of a table with all that it needs and no more") {
  Described described;
  described.add<std::map<int, std::string>>();
  const std::uint32_t tree = described.add<sample::Tree>();
  described.add<sample::Day>();
  hamcell::fill_derived(described.types);
  hamcell::fill_digests(described.types);
  std::uint32_t index = 99;
  TypeTable alone = hamcell::extract(described.types, tree, index);
  CHECK(alone.types.size() == 3);
  CHECK(alone[index].digest == described.types[tree].digest);
  hamcell::fill_digests(alone);
  CHECK(alone[index].digest == described.types[tree].digest);
  CHECK(alone[alone[alone[index].members[1].type].arguments[0]].name == described.types[tree].name);
}
