// The project's own records: whole and of their kind, or nothing.
#include <doctest/doctest.h>

#include "base/record.h"
#include "value/type_record.h"
#include "value_types.h"

namespace {

hamcell::Problem sample_problem() {
  return {{"cell.cpp", 3, 7},
          "two nodes are called 'mean'",
          "make one static",
          {{{"cell.cpp", 9, 1}, "the other"}},
          "text"};
}

}  // namespace

TEST_CASE("a record gives back what was put in") {
  const std::string record = hamcell::to_record(sample_problem(), "problem 1");
  const auto read = hamcell::from_record<hamcell::Problem>(record, "problem 1");
  REQUIRE(read.has_value());
  CHECK(hamcell::to_bytes(*read) == hamcell::to_bytes(sample_problem()));
  CHECK(read->notes.at(0).place.line == 9);
}

TEST_CASE("a record of another kind or version gives nothing") {
  const std::string record = hamcell::to_record(sample_problem(), "problem 1");
  CHECK_FALSE(hamcell::from_record<hamcell::Problem>(record, "problem 2").has_value());
}

TEST_CASE("any damage to a record gives nothing") {
  const std::string record = hamcell::to_record(sample_problem(), "problem 1");
  for (std::size_t bit = 0; bit < 8 * record.size(); ++bit) {
    std::string flipped = record;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    CAPTURE(bit);
    CHECK_FALSE(hamcell::from_record<hamcell::Problem>(flipped, "problem 1").has_value());
  }
  for (std::size_t size = 0; size < record.size(); ++size) {
    CHECK_FALSE(hamcell::from_record<hamcell::Problem>(record.substr(0, size), "problem 1").has_value());
  }
  CHECK_FALSE(hamcell::from_record<hamcell::Problem>(record + "x", "problem 1").has_value());
}

TEST_CASE("a digest is a byte string of sixteen bytes") {
  const hamcell::Digest digest = hamcell::digest_of("x");
  const std::string bytes = hamcell::to_bytes(digest);
  CHECK(bytes == "\x50" + std::string(digest.view()));
  hamcell::Digest read;
  CHECK(hamcell::from_bytes(bytes, read));
  CHECK(read == digest);
  CHECK_FALSE(hamcell::from_bytes("\x41x", read));
}

TEST_CASE("descriptions of types survive as records") {
  const DescribedType day = described_type<std::vector<sample::Day>>();
  const std::string record = hamcell::to_record(day.types, "types 1");
  const auto read = hamcell::from_record<hamcell::TypeTable>(record, "types 1");
  REQUIRE(read.has_value());
  CHECK(hamcell::to_record(*read, "types 1") == record);
  CHECK((*read)[day.index].digest == day.types[day.index].digest);
}
