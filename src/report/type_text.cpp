// A type for people who have its values but not its cell.
#include "report/type_text.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace hamcell {
namespace {

/// Every type that values of `root` are made of, in the order in which they are met.
std::vector<std::uint32_t> parts_of(const TypeTable& types, std::uint32_t root) {
  std::vector<std::uint32_t> parts = {root};
  const auto add = [&](std::uint32_t type) {
    if (std::ranges::find(parts, type) == parts.end()) parts.push_back(type);
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Type& type = types[parts[i]];
    for (const std::uint32_t argument : type.arguments) add(argument);
    for (const Member& member : type.members) add(member.type);
  }
  return parts;
}

std::string members_text(const TypeTable& types, const Type& type) {
  std::size_t width = 0;
  for (const Member& member : type.members) width = std::max(width, display_width(visible(member.name)));
  std::string out = "\nstruct " + visible(type.name) + '\n';
  for (const Member& member : type.members) {
    const std::string name = visible(member.name);
    out +=
        "  " + name + std::string(width - display_width(name), ' ') + "  " + visible(types[member.type].name);
    if (member.bit_width != 0) out += " : " + std::to_string(member.bit_width);
    out += '\n';
  }
  return out;
}

}  // namespace

std::string type_text(const TypeTable& types, std::uint32_t root) {
  std::string out = visible(types[root].name) + '\n';
  for (const std::uint32_t index : parts_of(types, root)) {
    const Type& type = types[index];
    if (type.kind == TypeKind::structure) out += members_text(types, type);
    if (type.kind != TypeKind::enumeration) continue;
    std::vector<std::string> names;
    for (const Enumerator& enumerator : type.enumerators) names.push_back(visible(enumerator.name));
    out += "\nenum " + visible(type.name) + "\n  " + join(names, ", ") + '\n';
  }
  return out;
}

}  // namespace hamcell
