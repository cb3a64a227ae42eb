// Data items: what they are called, where they are, and the elements of typed arrays.
#include "value/data_item.h"

#include <optional>

#include "base/text.h"
#include "value/elements.h"
#include "value/scalar_text.h"

namespace hamcell {

namespace {

constexpr std::size_t shown_columns = 40;

DataItem item_from(const Number& number, std::string_view bytes) {
  DataItem item;
  if (number.is_floating) return real_item(floating_from(number, bytes));
  item.kind = DataItem::Kind::integer;
  const auto bits = number.is_signed ? static_cast<std::uint64_t>(signed_from(number, bytes))
                                     : unsigned_from(number, bytes);
  item.is_negative = number.is_signed && static_cast<std::int64_t>(bits) < 0;
  item.magnitude = item.is_negative ? 0 - bits : bits;
  return item;
}

std::optional<std::string> find_path(const DataItem& root, const DataItem& part) {
  if (&root == &part) return "";
  for (std::size_t index = 0; index < root.elements().size(); ++index) {
    if (auto path = find_path(root.elements()[index], part)) {
      const bool is_object = root.kind == DataItem::Kind::object;
      return (is_object ? path_part(root.names[index]) : "[" + std::to_string(index) + "]") + *path;
    }
  }
  return std::nullopt;
}

}  // namespace

DataItem real_item(double value) {
  DataItem item;
  item.kind = DataItem::Kind::real;
  item.real = value;
  item.text = floating_text(value);
  return item;
}

std::string path_part(const std::string& name) {
  const bool is_identifier =
      !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
          std::string::npos;
  return is_identifier ? "." + name : "[\"" + visible(name) + "\"]";
}

const std::vector<DataItem>& DataItem::elements() const {
  if (kind != Kind::numbers || !items.empty()) return items;
  const std::string_view bytes = text;
  std::size_t row_bytes = number.bytes;
  for (std::size_t i = 1; i < shape.size(); ++i) row_bytes *= static_cast<std::size_t>(shape[i]);
  for (std::size_t at = 0; row_bytes != 0 && at + row_bytes <= bytes.size(); at += row_bytes) {
    if (shape.empty()) {
      items.push_back(item_from(number, bytes.substr(at, row_bytes)));
      continue;
    }
    DataItem& row = items.emplace_back();
    row.kind = Kind::numbers;
    row.number = number;
    row.text = bytes.substr(at, row_bytes);
    row.is_cbor = true;
    if (shape.size() > 2) row.shape.assign(shape.begin() + 1, shape.end());
  }
  return items;
}

std::string path_to(const DataItem& root, const DataItem& part) { return find_path(root, part).value_or(""); }

std::string description_of(const DataItem& value) {
  switch (value.kind) {
    case DataItem::Kind::null:
      return "null";
    case DataItem::Kind::boolean:
      return value.boolean ? "true" : "false";
    case DataItem::Kind::integer:
      return (value.is_negative ? "-" : "") + std::to_string(value.magnitude);
    case DataItem::Kind::real:
      return shortened(value.text, shown_columns);
    case DataItem::Kind::string:
      return "the string \"" + shortened(visible(value.text), shown_columns) + "\"";
    case DataItem::Kind::bytes:
      return "bytes";
    case DataItem::Kind::array:
    case DataItem::Kind::numbers:
      return "an array";
    case DataItem::Kind::object:
      return "an object";
  }
  return {};
}

}  // namespace hamcell
