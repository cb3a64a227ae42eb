// The properties: the codec, the check, JSON, previews and the order agree with each other.
#include "properties.h"

#include <rapidcheck.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "other_forms.h"
#include "value/check.h"
#include "value/json.h"
#include "value/order.h"
#include "value/preview.h"

using namespace hamcell;

namespace {

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

/// What default construction gives.
Held empty_value(const TestedType& type) {
  Choices none({});
  return type.make(none);
}

bool passes_check(const TestedType& type, std::string_view bytes) {
  // Of its own size, so that the sanitizer sees a read beyond the end.
  const std::vector<char> exact(bytes.begin(), bytes.end());
  return well_formed(type.description.types, type.description.index, {exact.data(), exact.size()});
}

std::string reading_error(const TestedType& type, std::string_view bytes, Held& value) {
  value = empty_value(type);
  const std::vector<char> exact(bytes.begin(), bytes.end());
  return type.decode({exact.data(), exact.size()}, value.get());
}

bool has_kind(const TestedType& type, TypeKind kind) {
  const auto& types = type.description.types.types;
  return std::any_of(types.begin(), types.end(), [&](const Type& part) { return part.kind == kind; });
}

/// What the check leaves to the reader: that no key comes twice, and what a codec of the user's own reads.
bool only_the_reader_sees(const TestedType& type, const std::string& error) {
  return error.find("twice in a") != std::string::npos || has_kind(type, TypeKind::custom);
}

/// Accepted by the reader and by the check, or by neither.
void check_agreement(const TestedType& type, const std::string& bytes) {
  Held value;
  const std::string error = reading_error(type, bytes, value);
  const bool passes = passes_check(type, bytes);
  RC_LOG() << "changed: " << hex(bytes) << "\nreader: " << error << "\ncheck: " << passes << "\n";
  if (!error.empty()) {
    RC_ASSERT(!passes || only_the_reader_sees(type, error));
    return;
  }
  RC_ASSERT(passes);
  const std::string again = type.encode(value.get());
  Held read;
  RC_ASSERT(reading_error(type, again, read).empty());
  RC_ASSERT(type.same(read.get(), value.get()));
  RC_ASSERT(type.encode(read.get()) == again);
}

// ---- The properties

void comes_back_equal(const TestedType& type, Choices& choices) {
  const Held value = type.make(choices);
  const std::string bytes = type.encode(value.get());
  RC_LOG() << hex(bytes) << "\n";
  RC_ASSERT(type.encode(value.get()) == bytes);
  Held read;
  const std::string error = reading_error(type, bytes, read);
  RC_LOG() << error << "\n";
  RC_ASSERT(error.empty());
  RC_ASSERT(type.same(read.get(), value.get()));
  RC_ASSERT(type.encode(read.get()) == bytes);
  // Over a value that holds something else.
  const Held used = type.make(choices);
  RC_ASSERT(type.decode(bytes, used.get()).empty());
  RC_ASSERT(type.same(used.get(), value.get()));
  RC_ASSERT(type.encode(used.get()) == bytes);
}

void is_whole(const TestedType& type, Choices& choices) {
  const std::string bytes = type.encode(type.make(choices).get());
  RC_LOG() << hex(bytes) << "\n";
  RC_ASSERT(passes_check(type, bytes));
  constexpr std::size_t most_cuts = 150;  // all of a small value, some of a large one
  const Held value = empty_value(type);
  for (std::size_t cut = 0; cut < std::min(most_cuts, bytes.size()); ++cut) {
    const std::size_t size =
        bytes.size() <= most_cuts ? cut : static_cast<std::size_t>(choices.bits()) % bytes.size();
    const std::string_view prefix = std::string_view(bytes).substr(0, size);
    RC_LOG() << "cut to " << size << "\n";
    RC_ASSERT(!passes_check(type, prefix));
    RC_ASSERT(!type.decode(prefix, value.get()).empty());
  }
  const std::string longer = bytes + static_cast<char>(choices.below(256));
  RC_ASSERT(!passes_check(type, longer));
  RC_ASSERT(!type.decode(longer, value.get()).empty());
}

/// Whether JSON tells all values of the type apart. It does not say which alternative of a variant a value
/// is, nor how many optionals inside each other are empty, and a class with a codec of its own is written
/// without a type, so that 1.0 becomes 1.
bool json_tells_apart(const TestedType& type) {
  if (has_kind(type, TypeKind::variant) || has_kind(type, TypeKind::custom)) return false;
  const TypeTable& types = type.description.types;
  for (const Type& part : types.types) {
    if (part.kind != TypeKind::optional) continue;
    const TypeKind inner = types[part.arguments.front()].kind;
    if (inner == TypeKind::optional || inner == TypeKind::monostate) return false;
  }
  return true;
}

bool is_twice(const std::string& text, std::string_view part) {
  const std::size_t first = text.find(part);
  return first != std::string::npos && text.find(part, first + 1) != std::string::npos;
}

void survives_json(const TestedType& type, Choices& choices) {
  const auto& [types, index] = type.description;
  const std::string bytes = type.encode(type.make(choices).get());
  RC_LOG() << hex(bytes) << "\n";
  const JsonOptions options{static_cast<unsigned>(choices.below(2) * 2)};
  const std::string json = json_from_cbor(types, index, bytes, options);
  RC_LOG() << json << "\n";
  const bool has_nan = json.find("\"NaN\"") != std::string::npos;  // JSON has one NaN of many
  std::string read;
  try {
    read = cbor_from_json(types, index, json);
  } catch (const ValueError& error) {
    RC_LOG() << error.text("value") << "\n";
    // What JSON does not tell apart may be two keys in C++ and the same one twice in JSON: two NaNs of an
    // unordered set, or a float and a double of a variant. Around them, a variant finds no alternative.
    RC_ASSERT(has_nan || !json_tells_apart(type));
    const std::string& problem = error.problem();
    const bool is_in_variant =
        problem.find(" fits no alternative of ") != std::string::npos && is_twice(json, "\"NaN\"");
    RC_ASSERT(is_in_variant || problem.ends_with("given twice"));
    return;
  }
  RC_LOG() << hex(read) << "\n";
  if (json_tells_apart(type) && !has_nan) RC_ASSERT(read == bytes);
  RC_ASSERT(passes_check(type, read));
  if (json_tells_apart(type))
    RC_ASSERT(cbor_from_json(types, index, json_from_cbor(types, index, read)) == read);
}

void has_a_preview(const TestedType& type, Choices& choices) {
  const auto& [types, index] = type.description;
  std::string bytes = type.encode(type.make(choices).get());
  const auto check = [&, &types = types, &index = index](std::size_t columns) {
    const std::string text = preview(types, index, bytes, columns);
    RC_LOG() << columns << " columns: " << text << "\n";
    RC_ASSERT(is_utf8(text));
    RC_ASSERT(visible(text) == text);
    RC_ASSERT(display_width(text) <= columns || text == "(damaged)");
    return text;
  };
  const std::size_t columns = 1 + static_cast<std::size_t>(choices.below(choices.one_in(2) ? 12 : 200));
  RC_ASSERT(check(columns) != "(damaged)");
  if (bytes.empty()) return;
  bytes[static_cast<std::size_t>(choices.bits() % bytes.size())] = static_cast<char>(choices.below(256));
  check(columns);
}

void is_read_alike_when_damaged(const TestedType& type, Choices& choices) {
  const std::string bytes = type.encode(type.make(choices).get());
  RC_LOG() << hex(bytes) << "\n";
  for (int change = 0; change < 8; ++change) {
    std::string changed = bytes;
    const auto at = static_cast<std::size_t>(choices.bits() % bytes.size());
    switch (choices.below(6)) {
      case 0:
        changed[at] = static_cast<char>(choices.below(256));
        break;
      case 1:
        changed[at] = static_cast<char>(changed[at] ^ 1 << choices.below(8));
        break;
      case 2:
        changed[at] = static_cast<char>(changed[at] + 1);
        break;
      case 3:
        changed.erase(at, 1 + static_cast<std::size_t>(choices.below(3)));
        break;
      case 4:
        changed.insert(at, 1, static_cast<char>(choices.below(256)));
        break;
      default:
        changed.insert(at, changed.substr(static_cast<std::size_t>(choices.bits() % bytes.size()),
                                          static_cast<std::size_t>(choices.below(9))));
    }
    check_agreement(type, changed);
  }
}

void is_read_in_other_forms(const TestedType& type, Choices& choices) {
  const auto& [types, index] = type.description;
  const Held value = type.make(choices);
  const std::string bytes = type.encode(value.get());
  for (int round = 0; round < 3; ++round) {
    const std::string other = other_form(types, index, bytes, choices);
    RC_LOG() << hex(bytes) << "\nother: " << hex(other) << "\n";
    Held read;
    const std::string error = reading_error(type, other, read);
    RC_LOG() << error << "\n";
    RC_ASSERT(error.empty());
    RC_ASSERT(type.same(read.get(), value.get()));
    RC_ASSERT(type.encode(read.get()) == bytes);
    RC_ASSERT(passes_check(type, other));
    RC_ASSERT(preview(types, index, other, 80) != "(damaged)");
    const std::string json = json_from_cbor(types, index, other);
    if (json_tells_apart(type) && json.find("\"NaN\"") == std::string::npos) {
      RC_ASSERT(cbor_from_json(types, index, json) == bytes);
    }
  }
}

void is_compared_as_in_cpp(const TestedType& type, Choices& choices) {
  const auto& [types, index] = type.description;
  choices.may_be_nan = false;
  const Held left = type.make(choices);
  const Held right = choices.one_in(4) ? left : type.make(choices);
  const std::string in_left = type.encode(left.get());
  const std::string in_right = type.encode(right.get());
  RC_LOG() << hex(in_left) << "\n" << hex(in_right) << "\n";
  const int order = compare_values(types, index, in_left, in_right);
  RC_ASSERT(order == -compare_values(types, index, in_right, in_left));
  RC_ASSERT(compare_values(types, index, in_left, in_left) == 0);
  if (type.less == nullptr) return;
  RC_ASSERT(type.less(left.get(), right.get()) == (order < 0));
  RC_ASSERT(type.less(right.get(), left.get()) == (order > 0));
}

}  // namespace

const std::vector<Property>& properties() {
  static const std::vector<Property> all{
      {"a value comes back equal, and gives the same bytes again", &comes_back_equal},
      {"the check takes a whole value, and no more or less than that, as the reader does", &is_whole},
      {"a value survives JSON, byte for byte where JSON can say it", &survives_json},
      {"a preview is one line of visible UTF-8, as wide as it may be", &has_a_preview},
      {"damaged bytes are read by the check as by the reader", &is_read_alike_when_damaged},
      {"what others write for a value is read as that value", &is_read_in_other_forms},
      {"encoded values compare as in C++", &is_compared_as_in_cpp}};
  return all;
}
