// hamcell-fuzz-json: what becomes of any text that is to be a value. The first two bytes choose a type.
#include "value/json.h"
#include "subject.h"
#include "value/check.h"
#include "value/error.h"

using namespace hamcell;

namespace {

std::vector<std::string> json_of(const TestedType& type, const std::string& cbor) {
  return {json_from_cbor(type.description.types, type.description.index, cbor)};
}

/// Whether what was made of JSON text says in JSON what it is. A number in a class with a codec of its own,
/// and a variant's alternative, are chosen by how they are written.
bool says_what_it_is(const TestedType& type) {
  return !has_kind(type, TypeKind::variant) && !has_kind(type, TypeKind::custom);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  write_seeds(*argc, *argv, &json_of);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Subject subject = subject_of(data, size);
  if (subject.type == nullptr) return 0;
  const TestedType& type = *subject.type;
  const auto& [types, index] = type.description;
  std::string cbor;
  try {
    cbor = cbor_from_json(types, index, subject.input);
  } catch (const ValueError&) {
    return 0;
  }
  require(well_formed(types, index, cbor), subject, "JSON makes a value that is not whole");
  const std::string json = json_from_cbor(types, index, cbor);
  if (says_what_it_is(type))
    require(cbor_from_json(types, index, json) == cbor, subject, "JSON that changes");
  Choices none({});
  const Held value = type.make(none);
  const std::string error = type.decode(cbor, value.get());
  require(error.empty() || only_the_reader_sees(type, error), subject, "a value from JSON is not read");
  const bool is_as_written = !error.empty() || has_kind(type, TypeKind::custom);
  require(is_as_written || type.encode(value.get()) == cbor, subject,
          "JSON makes other bytes than the codec");
  return 0;
}
