// Takes JSON apart, by the events of nlohmann's parser, which does not recurse; and writes its parts again.
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/text.h"
#include "value/data_item.h"

namespace hamcell {

namespace {

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

/// With the widest numbers, so that one for long double is not refused.
using Json =
    nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t, std::uint64_t, long double>;

class DocumentBuilder final : public nlohmann::json_sax<Json> {
 public:
  explicit DocumentBuilder(std::string_view text) : text_(text) {}

  DataItem root;

  bool null() override {
    add(DataItem::Kind::null);
    return true;
  }
  bool boolean(bool value) override {
    DataItem& added = add(DataItem::Kind::boolean);
    added.boolean = value;
    return true;
  }
  bool number_integer(number_integer_t value) override {
    DataItem& added = add(DataItem::Kind::integer);
    added.is_negative = value < 0;
    const auto bits = static_cast<std::uint64_t>(value);
    added.magnitude = value < 0 ? 0 - bits : bits;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    add(DataItem::Kind::integer).magnitude = value;
    return true;
  }
  bool number_float(number_float_t value, const string_t& written) override {
    DataItem& added = add(DataItem::Kind::real);
    const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), added.real);
    if (error != std::errc()) added.real = static_cast<double>(value);
    added.text = written;
    return true;
  }
  bool string(string_t& value) override {
    add(DataItem::Kind::string).text = std::move(value);
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(DataItem::Kind::object); }
  bool key(string_t& name) override {
    open_.back()->names.push_back(std::move(name));
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(DataItem::Kind::array); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t offset, const std::string& last,
                   const nlohmann::json::exception& error) override {
    constexpr int number_overflow = 406;
    if (error.id == number_overflow)
      throw ValueError(path_of_next(), last + " is beyond any floating-point number");
    throw syntax_error(offset, reason_in(error.what()));
  }

 private:
  ValueError syntax_error(std::size_t offset, const std::string& reason) const {
    const Position position = position_of(text_, offset == 0 ? 0 : offset - 1);
    return {"", "not JSON: line " + std::to_string(position.line) + ", column " +
                    std::to_string(position.column) + ": " + reason};
  }

  DataItem& add(DataItem::Kind kind) {
    DataItem value;
    value.kind = kind;
    return add(std::move(value));
  }
  DataItem& add(DataItem value) {
    if (open_.empty()) return root = std::move(value);
    return open_.back()->items.emplace_back(std::move(value));
  }

  // What is open does not move: only the innermost one gets items, and those are not open.
  bool open(DataItem::Kind kind) {
    if (open_.size() == deepest_item)
      throw ValueError("", "nested more than " + std::to_string(deepest_item) + " deep");
    open_.push_back(&add(kind));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::string path_of_next() const {
    std::string path;
    for (const DataItem* value : open_) {
      const bool is_innermost = value == open_.back();
      const std::size_t index = value->items.size() - (is_innermost ? 0 : 1);
      path += value->kind == DataItem::Kind::object ? path_part(value->names.back())
                                                    : "[" + std::to_string(index) + "]";
    }
    return path;
  }

  std::string_view text_;
  std::vector<DataItem*> open_;
};

void append_json(std::string& out, const DataItem& item) {
  switch (item.kind) {
    case DataItem::Kind::null:
      out += "null";
      break;
    case DataItem::Kind::boolean:
      out += item.boolean ? "true" : "false";
      break;
    case DataItem::Kind::integer:
      out += (item.is_negative ? "-" : "") + std::to_string(item.magnitude);
      break;
    case DataItem::Kind::real:
      out += item.text;
      break;
    case DataItem::Kind::string:
      out += quoted_json(item.text);
      break;
    default: {
      const bool is_object = item.kind == DataItem::Kind::object;
      out += is_object ? '{' : '[';
      for (std::size_t i = 0; i < item.items.size(); ++i) {
        if (i != 0) out += ',';
        if (is_object) out += quoted_json(item.names[i]) + ':';
        append_json(out, item.items[i]);
      }
      out += is_object ? '}' : ']';
    }
  }
}

}  // namespace

DataItem parse_json(std::string_view text) {
  DocumentBuilder builder(text);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return std::move(builder.root);
}

std::string json_text(const DataItem& item) {
  std::string text;
  append_json(text, item);
  return text;
}

std::string quoted_json(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_json(std::string_view text) { return Json::accept(text.begin(), text.end()); }

}  // namespace hamcell
