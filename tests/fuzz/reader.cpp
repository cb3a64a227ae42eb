// hamcell-fuzz-reader: what becomes of any bytes in the readers. The first two choose a type, the rest are to
// be one of its values.
#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <random>

#include "base/text.h"
#include "subject.h"
#include "value/check.h"
#include "value/error.h"
#include "value/json.h"
#include "value/order.h"
#include "value/preview.h"

using namespace hamcell;

namespace {

// What is allocated and not freed while `is_counting`.
bool is_counting = false;
std::ptrdiff_t in_use = 0;
std::ptrdiff_t most_in_use = 0;

void on_allocation(const volatile void*, std::size_t size) {
  if (!is_counting) return;
  in_use += static_cast<std::ptrdiff_t>(size);
  most_in_use = std::max(most_in_use, in_use);
}
void on_free(const volatile void* memory) {
  if (!is_counting || memory == nullptr) return;
  in_use -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(memory));
}

/// Reads the input; the error, or nothing.
std::string read_counted(const Subject& subject, void* value) {
  in_use = most_in_use = 0;
  is_counting = true;
  std::string error = subject.type->decode(subject.input, value);
  is_counting = false;
  // Twice for the elements that were read and those that were only announced, and twice for what rounds sizes
  // up; some memory for a single value and a message.
  const std::size_t most = 65536 + 4 * subject.type->bytes_per_byte * subject.input.size();
  require(most_in_use <= static_cast<std::ptrdiff_t>(most), subject, "the reader takes too much memory");
  return error;
}

void check_what_was_read(const Subject& subject, const void* value) {
  const TestedType& type = *subject.type;
  const std::string again = type.encode(value);
  Choices none({});
  const Held read = type.make(none);
  require(type.decode(again, read.get()).empty(), subject, "a value that was read is not read again");
  require(type.same(read.get(), value), subject, "a value that was read comes back different");
  require(type.encode(read.get()) == again, subject, "a value that was read has no one encoding");
  const auto& [types, index] = type.description;
  compare_values(types, index, subject.input, again);
  compare_values(types, index, again, subject.input);
}

/// `passes` the check; `is_read` too, which also takes that nothing is there twice.
void check_json(const Subject& subject, bool passes, bool is_read) {
  const auto& [types, index] = subject.type->description;
  std::string json;
  try {
    json = json_from_cbor(types, index, subject.input);
  } catch (const ValueError&) {
    // A class with a codec of its own may hold items that are nested deeper than JSON shows.
    require(!passes || has_kind(*subject.type, TypeKind::custom), subject, "a whole value has no JSON");
    return;
  }
  require(is_utf8(json), subject, "JSON that is not UTF-8");
  try {
    const std::string cbor = cbor_from_json(types, index, json);
    require(well_formed(types, index, cbor), subject, "JSON makes a value that is not whole");
  } catch (const ValueError& error) {
    // All NaN are one in JSON, so that a set may hold one twice; a variant says what its first alternative
    // lacks.
    const bool may_repeat =
        has_kind(*subject.type, TypeKind::variant) && json.find("\"NaN\"") != std::string::npos;
    const bool is_repeated = may_repeat || error.problem().ends_with("given twice");
    require(!is_read || is_repeated || has_kind(*subject.type, TypeKind::custom), subject,
            "the JSON of a value is refused");
  }
}

void check_preview(const Subject& subject, bool passes) {
  const auto& [types, index] = subject.type->description;
  const std::size_t columns = 1 + subject.input.size() % 100;
  const std::string text = preview(types, index, subject.input, columns);
  require(is_utf8(text) && visible(text) == text, subject, "a preview that is not visible text");
  require(text == "(damaged)" ? !passes : display_width(text) <= columns, subject, "a preview that is wrong");
}

/// Says that an array or a map has as many items as there are bytes behind its head.
void announce_more(std::string& bytes, std::mt19937& random) {
  for (int attempt = 0; attempt < 20 && !bytes.empty(); ++attempt) {
    const std::size_t at = random() % bytes.size();
    const unsigned major = static_cast<unsigned char>(bytes[at]) >> 5;
    if (major != ham::array_item && major != ham::map_item) continue;
    const std::size_t behind = (bytes.size() - at) / (1 + random() % 4);
    bytes.replace(
        at, 1,
        {static_cast<char>(major << 5 | 25), static_cast<char>(behind >> 8), static_cast<char>(behind)});
    return;
  }
}

/// Puts a part many times behind itself, which nests what it opens.
void repeat_part(std::string& bytes, std::mt19937& random) {
  const std::size_t from = random() % (bytes.size() + 1);
  const std::string part = bytes.substr(from, 1 + random() % 40);
  std::string many;
  for (std::size_t times = 1 + random() % 100; times != 0; --times) many += part;
  bytes.insert(from, many);
}

/// What opens at each array or map of a value, many times inside itself, and at each level a length that all
/// levels together cannot have. Where a type refers to itself that is the most that lengths can ask for.
std::vector<std::string> with_lies(const TestedType&, const std::string& cbor) {
  constexpr std::size_t most_lies = 8;
  constexpr std::string_view items = "\x99\x02\xbc";  // an array of 700
  std::vector<std::string> inputs{cbor};
  for (std::size_t at = 1; at < cbor.size() && inputs.size() <= most_lies; ++at) {
    const unsigned major = static_cast<unsigned char>(cbor[at]) >> 5;
    if (major != ham::array_item && major != ham::map_item) continue;
    std::string lies;
    while (lies.size() < 2600) lies.append(cbor, 0, at).append(items);
    inputs.push_back(lies + std::string(1400, '\xa0'));
  }
  return inputs;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  write_seeds(*argc, *argv, &with_lies);
  __sanitizer_install_malloc_and_free_hooks(&on_allocation, &on_free);
  return 0;
}

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

/// Changes of single bytes hardly ever make lengths that lie, nor deep nesting.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  std::mt19937 random(seed);
  const unsigned choice = random() % 8;
  if (size < 3 || choice > 2) return LLVMFuzzerMutate(data, size, most);
  std::string bytes(data + 2, data + size);
  if (choice == 0) announce_more(bytes, random);
  if (choice == 1) repeat_part(bytes, random);
  if (choice == 2) bytes.append(random() % 2000, "\x80\xa0\xf6\x60"[random() % 4]);
  const std::size_t kept = std::min(bytes.size(), most - 2);
  std::memcpy(data + 2, bytes.data(), kept);
  return kept + 2;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Subject subject = subject_of(data, size);
  if (subject.type == nullptr) return 0;
  const TestedType& type = *subject.type;
  const auto& [types, index] = type.description;
  Choices none({});
  const Held value = type.make(none);
  const std::string error = read_counted(subject, value.get());
  const bool passes = well_formed(types, index, subject.input);
  if (error.empty()) {
    require(passes, subject, "read, but refused by the check");
    check_what_was_read(subject, value.get());
  } else {
    require(!passes || only_the_reader_sees(type, error), subject, "passes the check, but is not read");
  }
  check_json(subject, passes, error.empty());
  check_preview(subject, passes);
  compare_values(types, index, subject.input, subject.input);
  return 0;
}
