// Builds a JsonValue from the events of nlohmann's parser, which does not recurse.
#include "value/json_document.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <limits>
#include <optional>

#include "base/text.h"

namespace hamcell {

namespace {

constexpr std::size_t deepest = 512;  // arrays and objects inside each other
constexpr std::size_t shown_columns = 40;

struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

Position position_of(std::string_view text, std::size_t offset) {
  Position position;
  for (const char letter : text.substr(0, offset)) {
    position.column = letter == '\n' ? 1 : position.column + 1;
    position.line += letter == '\n' ? 1 : 0;
  }
  return position;
}

/// The parser's words without its name and position.
std::string reason_in(std::string_view what) {
  const std::size_t column = what.find("column ");
  const std::size_t colon = column == std::string_view::npos ? column : what.find(": ", column);
  return visible(colon == std::string_view::npos ? what : what.substr(colon + 2));
}

/// A name as it stands in a path: `.rain_mm`, or `["two words"]`.
std::string path_part(const std::string& name) {
  const bool is_identifier =
      !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
          std::string::npos;
  return is_identifier ? "." + name : "[\"" + visible(name) + "\"]";
}

class DocumentBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit DocumentBuilder(std::string_view text) : text_(text) {}

  JsonValue root;

  bool null() override {
    add(JsonValue::Kind::null);
    return true;
  }
  bool boolean(bool value) override {
    JsonValue& added = add(JsonValue::Kind::boolean);
    added.boolean = value;
    return true;
  }
  bool number_integer(number_integer_t value) override {
    JsonValue& added = add(JsonValue::Kind::integer);
    added.is_negative = value < 0;
    const auto bits = static_cast<std::uint64_t>(value);
    added.magnitude = value < 0 ? 0 - bits : bits;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    add(JsonValue::Kind::integer).magnitude = value;
    return true;
  }
  bool number_float(number_float_t value, const string_t& written) override {
    JsonValue& added = add(JsonValue::Kind::real);
    added.real = value;
    added.text = written;
    return true;
  }
  bool string(string_t& value) override {
    add(JsonValue::Kind::string).text = std::move(value);
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(JsonValue::Kind::object); }
  bool key(string_t& name) override {
    open_.back()->names.push_back(std::move(name));
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::array); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t offset, const std::string& last,
                   const nlohmann::json::exception& error) override {
    constexpr int number_overflow = 406;
    if (error.id == number_overflow) throw ValueError(path_of_next(), last + " does not fit double");
    throw syntax_error(offset, reason_in(error.what()));
  }

 private:
  ValueError syntax_error(std::size_t offset, const std::string& reason) const {
    const Position position = position_of(text_, offset == 0 ? 0 : offset - 1);
    return {"", "not JSON: line " + std::to_string(position.line) + ", column " +
                    std::to_string(position.column) + ": " + reason};
  }

  JsonValue& add(JsonValue::Kind kind) {
    JsonValue value;
    value.kind = kind;
    return add(std::move(value));
  }
  JsonValue& add(JsonValue value) {
    if (open_.empty()) return root = std::move(value);
    return open_.back()->items.emplace_back(std::move(value));
  }

  // What is open does not move: only the innermost one gets items, and those are not open.
  bool open(JsonValue::Kind kind) {
    if (open_.size() == deepest)
      throw ValueError("", "nested more than " + std::to_string(deepest) + " deep");
    open_.push_back(&add(kind));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::string path_of_next() const {
    std::string path;
    for (const JsonValue* value : open_) {
      const bool is_innermost = value == open_.back();
      const std::size_t index = value->items.size() - (is_innermost ? 0 : 1);
      path += value->kind == JsonValue::Kind::object ? path_part(value->names.back())
                                                     : "[" + std::to_string(index) + "]";
    }
    return path;
  }

  std::string_view text_;
  std::vector<JsonValue*> open_;
};

std::optional<std::string> find_path(const JsonValue& root, const JsonValue& part) {
  if (&root == &part) return "";
  for (std::size_t index = 0; index < root.items.size(); ++index) {
    if (auto path = find_path(root.items[index], part)) {
      const bool is_object = root.kind == JsonValue::Kind::object;
      return (is_object ? path_part(root.names[index]) : "[" + std::to_string(index) + "]") + *path;
    }
  }
  return std::nullopt;
}

}  // namespace

JsonValue parse_json(std::string_view text) {
  DocumentBuilder builder(text);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return std::move(builder.root);
}

std::string path_to(const JsonValue& root, const JsonValue& part) {
  return find_path(root, part).value_or("");
}

std::string description_of(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::null:
      return "null";
    case JsonValue::Kind::boolean:
      return value.boolean ? "true" : "false";
    case JsonValue::Kind::integer:
      return (value.is_negative ? "-" : "") + std::to_string(value.magnitude);
    case JsonValue::Kind::real:
      return shortened(value.text, shown_columns);
    case JsonValue::Kind::string:
      return "the string \"" + shortened(visible(value.text), shown_columns) + "\"";
    case JsonValue::Kind::array:
      return "an array";
    case JsonValue::Kind::object:
      return "an object";
  }
  return {};
}

}  // namespace hamcell
