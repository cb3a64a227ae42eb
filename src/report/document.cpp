// JSON documents as hamcell prints them.
#include "report/document.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/text.h"

namespace hamcell {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t indent = 2;

/// Appends text of several lines, all but the first one as far to the right as where it stands.
void append_lines(std::string& out, std::string_view text, std::size_t depth) {
  for (const char letter : text) {
    out += letter;
    if (letter == '\n') out.append(depth * indent, ' ');
  }
}

void append(std::string& out, const ordered_json& part, std::size_t depth) {
  if (part.is_binary()) {
    const std::vector<std::uint8_t>& bytes = part.get_binary();
    return append_lines(out, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, depth);
  }
  if (!part.is_structured() || part.empty()) {
    out += compact_text(part);
    return;
  }
  const auto new_line = [&](std::size_t columns) { out.append(1, '\n').append(columns, ' '); };
  const char* separator = "";
  out += part.is_object() ? '{' : '[';
  for (auto item = part.begin(); item != part.end(); ++item) {
    out += separator;
    separator = ",";
    new_line((depth + 1) * indent);
    if (part.is_object()) out += compact_text(item.key()) + ": ";
    append(out, *item, depth + 1);
  }
  new_line(depth * indent);
  out += part.is_object() ? '}' : ']';
}

}  // namespace

ordered_json json_as_written(std::string_view text) {
  return ordered_json::binary({text.begin(), text.end()});
}

std::string compact_text(const ordered_json& json) {
  return tamed_json(json.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

std::string document_text(const ordered_json& json) {
  std::string text;
  append(text, json, 0);
  return text + '\n';
}

}  // namespace hamcell
