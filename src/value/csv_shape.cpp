// Which columns the rows of a type have.
#include "value/csv_shape.h"

#include "value/csv.h"
#include "value/encoding.h"

namespace hamcell {
namespace {

bool is_row_structure(const Type& type) { return type.kind == TypeKind::structure && !type.members.empty(); }

bool is_plain(const TypeTable& types, std::uint32_t index) {
  const Type& type = types[field_type(types, index)];
  return number_in(types, field_type(types, index)).has_value() || type.kind == TypeKind::boolean ||
         type.kind == TypeKind::floating || type.kind == TypeKind::text || type.kind == TypeKind::path ||
         type.kind == TypeKind::date;
}

}  // namespace

std::uint32_t field_type(const TypeTable& types, std::uint32_t type) {
  while (types[type].kind == TypeKind::optional || types[type].kind == TypeKind::view)
    type = types[type].arguments.front();
  return type;
}

bool has_columns(const TypeTable& types, std::uint32_t type) {
  return is_row_structure(types[type]) || types[type].kind == TypeKind::tuple;
}

CsvShape csv_shape(const TypeTable& types, std::uint32_t index) {
  index = owner_of(types, index);
  const Type& type = types[index];
  switch (type.kind) {
    case TypeKind::structure:
      return is_row_structure(type) ? CsvShape{CsvRowKind::whole, index, 0} : CsvShape{};
    case TypeKind::map:
      return {CsvRowKind::entry, type.arguments[1], type.arguments[0]};
    case TypeKind::sequence:
    case TypeKind::array:
    case TypeKind::set: {
      const std::uint32_t element = type.arguments.front();
      const Type& row = types[element];
      const bool has_positions = (row.kind == TypeKind::sequence || row.kind == TypeKind::array) &&
                                 is_plain(types, row.arguments.front());
      return {has_positions ? CsvRowKind::positions : CsvRowKind::element, element, 0};
    }
    case TypeKind::tensor:
      // A matrix: the elements of a row of it are those of the whole.
      if (type.extents.size() == 2 && is_plain(types, type.arguments.front()))
        return {CsvRowKind::positions, index, 0};
      return {};
    default:
      return {};
  }
}

std::vector<CsvColumn> csv_columns(const TypeTable& types, std::uint32_t row, const std::string& prefix) {
  std::vector<CsvColumn> columns;
  const auto add = [&](const std::string& name, std::uint32_t type) {
    if (!has_columns(types, type)) return columns.push_back({prefix + name, type});
    for (CsvColumn& column : csv_columns(types, type, prefix + name + '.'))
      columns.push_back(std::move(column));
  };
  const Type& type = types[row];
  if (!has_columns(types, row))
    columns.push_back({prefix.empty() ? "value" : prefix.substr(0, prefix.size() - 1), row});
  else if (type.kind == TypeKind::tuple)
    for (std::size_t i = 0; i < type.arguments.size(); ++i) add(std::to_string(i), type.arguments[i]);
  else
    for (const Member& member : type.members) add(member.name, member.type);
  return columns;
}

std::vector<CsvColumn> csv_columns(const TypeTable& types, const CsvShape& shape) {
  if (shape.kind != CsvRowKind::entry) return csv_columns(types, shape.row, "");
  std::vector<CsvColumn> columns = csv_columns(types, shape.key, "key.");
  for (CsvColumn& column : csv_columns(types, shape.row, "value.")) columns.push_back(std::move(column));
  return columns;
}

std::string why_no_rows(const TypeTable& types, std::uint32_t type) {
  if (csv_shape(types, type).kind != CsvRowKind::none) return {};
  return "'" + types[type].name + "' has no rows";
}

}  // namespace hamcell
