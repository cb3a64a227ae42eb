// Arrays of several dimensions without a compiler: written, shown, checked, read, whatever their extents say.
#include <doctest/doctest.h>

#include "value/check.h"
#include "value/csv.h"
#include "value/json.h"
#include "value/preview.h"
#include "value_types.h"

namespace {

/// An array of doubles with these extents, of which 0 is any.
DescribedType tensor_of_doubles(std::vector<std::uint64_t> extents, bool is_column_major = false) {
  DescribedType described = described_type<double>();
  hamcell::Type type;
  type.kind = hamcell::TypeKind::tensor;
  type.name = type.cpp_name = "tensor";
  type.arguments = {described.index};
  type.extents = std::move(extents);
  type.is_column_major = is_column_major;
  described.index = static_cast<std::uint32_t>(described.types.types.size());
  described.types.types.push_back(type);
  hamcell::fill_derived(described.types);
  hamcell::fill_digests(described.types);
  return described;
}

std::string head(const std::vector<std::uint64_t>& extents, bool is_column_major = false) {
  ham::sink out;
  out.tag(is_column_major ? 1040 : 40);
  out.array(2);
  out.array(extents.size());
  for (const std::uint64_t extent : extents) out.unsigned_integer(extent);
  return {out.data(), out.size()};
}

std::string stored(const std::vector<std::uint64_t>& extents, const std::vector<double>& elements,
                   bool is_column_major = false) {
  return head(extents, is_column_major) + hamcell::to_bytes(elements);
}

std::string json(const DescribedType& type, const std::string& bytes) {
  return hamcell::json_from_cbor(type.types, type.index, bytes);
}

}  // namespace

TEST_CASE("rows and columns come out in the same order from both storage orders") {
  const DescribedType rows = tensor_of_doubles({0, 0});
  const DescribedType columns = tensor_of_doubles({0, 0}, true);
  CHECK(json(rows, stored({2, 3}, {1, 2, 3, 4, 5, 6})) == "[[1,2,3],[4,5,6]]");
  CHECK(json(columns, stored({2, 3}, {1, 4, 2, 5, 3, 6}, true)) == "[[1,2,3],[4,5,6]]");
  CHECK(hamcell::csv_from_cbor(columns.types, columns.index, stored({2, 3}, {1, 4, 2, 5, 3, 6}, true)) ==
        "0,1,2\r\n1,2,3\r\n4,5,6\r\n");
}

TEST_CASE("extents without elements are not counted to, however large they are") {
  constexpr std::uint64_t huge = std::uint64_t{1} << 62;
  for (const bool is_column_major : {false, true}) {
    CAPTURE(is_column_major);
    const DescribedType type = tensor_of_doubles({0, 0}, is_column_major);
    for (const std::vector<std::uint64_t>& extents :
         {std::vector<std::uint64_t>{huge, 0}, {0, huge}, {0, 0}, {3, 0}}) {
      const std::string bytes = stored(extents, {}, is_column_major);
      CHECK(hamcell::well_formed(type.types, type.index, bytes));
      CHECK(json(type, bytes) == "[]");
      CHECK(hamcell::csv_from_cbor(type.types, type.index, bytes) == "\r\n");
      CHECK(hamcell::preview(type.types, type.index, bytes, 80).ends_with(": []"));
      // As another program gives it: of numbers, and of items one by one.
      CHECK(hamcell::cbor_from_any_cbor(type.types, type.index, bytes) == bytes);
      const std::string items = head(extents, is_column_major);
      CHECK(hamcell::cbor_from_any_cbor(type.types, type.index, items + '\x80') == bytes);
    }
  }
  const DescribedType three = tensor_of_doubles({3, 0});
  CHECK(json(three, stored({3, 0}, {})) == "[[],[],[]]");
  CHECK(hamcell::cbor_from_json(three.types, three.index, "[[],[],[]]") == stored({3, 0}, {}));
}

TEST_CASE("extents that do not fit the type or the elements are damage") {
  const DescribedType type = tensor_of_doubles({0, 3});
  CHECK(hamcell::well_formed(type.types, type.index, stored({1, 3}, {1, 2, 3})));
  constexpr std::uint64_t huge = std::uint64_t{1} << 62;
  for (const std::string& bytes :
       {stored({1, 2}, {1, 2}), stored({3}, {1, 2, 3}), stored({2, 3}, {1, 2, 3}), stored({huge, 3}, {1, 2}),
        stored({1, 3}, {1, 2, 3}, true), head(std::vector<std::uint64_t>(33, 1)) + hamcell::to_bytes(1.0)}) {
    CAPTURE(bytes);
    CHECK_FALSE(hamcell::well_formed(type.types, type.index, bytes));
    CHECK_THROWS_AS(json(type, bytes), hamcell::ValueError);
    CHECK_THROWS_AS(hamcell::csv_from_cbor(type.types, type.index, bytes), hamcell::ValueError);
  }
}
