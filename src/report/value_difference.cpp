// Where two values of one type differ first: both as JSON, walked side by side.
#include "report/value_difference.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/document.h"
#include "value/json.h"

namespace hamcell {
namespace {

using nlohmann::ordered_json;

/// Values are cut to this many columns.
constexpr std::size_t value_columns = 40;

std::string text_of(const ordered_json& value) { return shortened(compact_text(value), value_columns); }

std::string difference(const ordered_json& before, const ordered_json& after, const std::string& path) {
  if (before.is_array() && after.is_array()) {
    const std::size_t count = std::min(before.size(), after.size());
    for (std::size_t i = 0; i < count; ++i)
      if (before[i] != after[i]) return difference(before[i], after[i], path + '[' + std::to_string(i) + ']');
    if (before.size() != after.size())
      return path + ": " + std::to_string(before.size()) + " elements → " + std::to_string(after.size());
  }
  if (before.is_object() && after.is_object()) {
    for (const auto& [key, value] : before.items()) {
      const auto other = after.find(key);
      if (other == after.end()) return path + '.' + key + ": " + text_of(value) + " → nothing";
      if (value != *other) return difference(value, *other, path + '.' + key);
    }
    for (const auto& [key, value] : after.items())
      if (!before.contains(key)) return path + '.' + key + ": nothing → " + text_of(value);
  }
  return path + ": " + text_of(before) + " → " + text_of(after);
}

}  // namespace

std::string value_difference(const TypeTable& types, std::uint32_t type, std::string_view before,
                             std::string_view after, const std::string& name) {
  try {
    const std::string first_text = json_from_cbor(types, type, before);
    const std::string second_text = json_from_cbor(types, type, after);
    if (first_text == second_text) return name + ": in its encoding only";
    // JSON's reader has doubles, and 0 equals -0.
    const ordered_json first = ordered_json::parse(first_text, nullptr, false);
    const ordered_json second = ordered_json::parse(second_text, nullptr, false);
    if (first.is_discarded() || second.is_discarded() || first == second)
      return name + ": " + shortened(first_text, value_columns) + " → " +
             shortened(second_text, value_columns);
    return difference(first, second, name);
  } catch (const ValueError& error) {
    return name + ": one of the values cannot be read: " + error.text();
  }
}

}  // namespace hamcell
