// Decides from a type's description how its values are encoded.
#include "value/encoding.h"

namespace hamcell {

unsigned Number::array_tag() const {
  if (is_floating) return bytes == 4 ? 85 : 86;
  const unsigned width = bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : 3;
  const unsigned little_endian = bytes == 1 ? 0 : 4;
  return (is_signed ? 72 : 64) + little_endian + width;
}

std::optional<Number> number_in(const TypeTable& types, std::uint32_t type) {
  const Type& described = types[type];
  const unsigned bytes = described.bits < 8 ? 1 : described.bits / 8;
  switch (described.kind) {
    case TypeKind::integer:
    case TypeKind::enumeration:
      return Number{false, described.is_signed, bytes};
    case TypeKind::floating:
      if (described.bits == extended_bits) return std::nullopt;
      return Number{true, true, bytes};
    case TypeKind::duration:
    case TypeKind::time_point:
      return number_in(types, described.arguments.front());
    default:
      return std::nullopt;
  }
}

std::uint32_t owner_of(const TypeTable& types, std::uint32_t type) {
  const Type& described = types[type];
  return described.kind == TypeKind::view && !described.arguments.empty() ? described.arguments.front()
                                                                          : type;
}

bool may_be_null(const TypeTable& types, std::uint32_t type) {
  const TypeKind kind = types[type].kind;
  return kind == TypeKind::optional || kind == TypeKind::monostate || kind == TypeKind::custom;
}

bool is_object_map(const TypeTable& types, const Type& map) {
  const TypeKind key = types[map.arguments.front()].kind;
  const bool is_name = key == TypeKind::text || key == TypeKind::path || key == TypeKind::integer ||
                       key == TypeKind::enumeration || key == TypeKind::date;
  return is_name && !map.multi;
}

bool is_table_row(const Type& type) { return type.kind == TypeKind::structure && !type.members.empty(); }

bool is_table(const TypeTable& types, const Type& type) {
  const bool is_sequence = type.kind == TypeKind::sequence || type.kind == TypeKind::array;
  return is_sequence && is_table_row(types[type.arguments.front()]);
}

}  // namespace hamcell
