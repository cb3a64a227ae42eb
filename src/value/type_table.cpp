// Digests, derived facts and extraction of types. Types may be recursive (struct Tree { std::vector<Tree> …
// }), so facts are propagated until nothing changes, and a digest names a type met before by its number in
// the walk.
#include "value/type_table.h"

#include <map>
#include <string>
#include <vector>

namespace hamcell {

std::vector<std::uint32_t> parts_of(const Type& type) {
  std::vector<std::uint32_t> parts = type.arguments;
  for (const Member& member : type.members) parts.push_back(member.type);
  return parts;
}

namespace {

/// "std::multimap<…>" and its like; the name alone tells them from their siblings.
bool is_multi_container(const Type& type) {
  if (type.kind != TypeKind::set && type.kind != TypeKind::map) return false;
  const std::string& name = type.cpp_name.empty() ? type.name : type.cpp_name;
  return name.substr(0, name.find('<')).find("multi") != std::string::npos;
}

/// Why values of a type cannot be part of a stored value, as a sentence; empty: they can be.
std::string fault_of_part(const Type& part) {
  if (part.kind == TypeKind::view) return part.name + " is a view of data that it does not own";
  if (part.kind == TypeKind::opaque && part.why_opaque.empty()) return part.name + " cannot be stored";
  return part.why_opaque;
}

/// The sentence about a part, with the member as its subject where it was the part: "int* is a pointer"
/// becomes "member 'socket' of Link is a pointer". A sentence about a member further in stays as it is.
std::string fault_of_member(const Type& type, const Member& member, const Type& part) {
  std::string fault = fault_of_part(part);
  if (fault.empty() || fault.starts_with("member ")) return fault;
  const std::string subject = "member '" + member.name + "' of " + type.name;
  const bool is_about_part = fault.starts_with(part.name + " ");
  return is_about_part ? subject + fault.substr(part.name.size()) : subject + ": " + fault;
}

/// The first part of `type` that cannot be stored, as a sentence; empty: all of it can be.
std::string fault_inside(const TypeTable& types, const Type& type) {
  for (const std::uint32_t argument : type.arguments) {
    if (std::string fault = fault_of_part(types[argument]); !fault.empty()) return fault;
  }
  for (const Member& member : type.members) {
    if (std::string fault = fault_of_member(type, member, types[member.type]); !fault.empty()) return fault;
  }
  return {};
}

/// Takes over from the parts of `type`; whether anything changed.
bool propagate_into(const TypeTable& types, Type& type) {
  bool changed = false;
  if (!type.holds_unordered) {
    type.holds_unordered = type.unordered;
    for (const std::uint32_t part : parts_of(type)) type.holds_unordered |= types[part].holds_unordered;
    changed = type.holds_unordered;
  }
  const bool takes_faults = type.kind != TypeKind::opaque && type.kind != TypeKind::custom;
  if (takes_faults && type.why_opaque.empty()) {
    type.why_opaque = fault_inside(types, type);
    changed |= !type.why_opaque.empty();
  }
  return changed;
}

/// Writes a type and all that it is made of into a digest, each type once.
class TypeWalk {
 public:
  explicit TypeWalk(const TypeTable& types) : types_(types) {}

  Digest digest_of_type(std::uint32_t root) {
    add(root);
    return digester_.finish();
  }

 private:
  void add(std::uint32_t index) {
    const auto [found, is_new] = numbers_.emplace(index, numbers_.size());
    digester_.add(std::uint64_t{found->second});
    if (!is_new) return;
    const Type& type = types_[index];
    add_own(type);
    for (const std::uint32_t argument : type.arguments) add(argument);
    for (const Member& member : type.members) {
      digester_.add(member.name).add(std::uint64_t{member.bit_width});
      add(member.type);
    }
  }

  void add_own(const Type& type) {
    digester_.add(static_cast<std::uint64_t>(type.kind));
    digester_.add(type.cpp_name.empty() ? type.name : type.cpp_name);
    digester_.add(std::uint64_t{type.bits});
    digester_.add(
        static_cast<std::uint64_t>(type.is_signed) | static_cast<std::uint64_t>(type.is_character) << 1 |
        static_cast<std::uint64_t>(type.unordered) << 2 | static_cast<std::uint64_t>(type.multi) << 3);
    digester_.add(type.extent).add(type.period_numerator).add(type.period_denominator);
    digester_.add(std::uint64_t{type.extents.size()}).add(std::uint64_t{type.is_column_major});
    for (const std::uint64_t extent : type.extents) digester_.add(extent);
    digester_.add(std::uint64_t{type.arguments.size()}).add(std::uint64_t{type.members.size()});
    digester_.add(std::uint64_t{type.enumerators.size()});
    for (const Enumerator& enumerator : type.enumerators) {
      digester_.add(enumerator.name).add(static_cast<std::uint64_t>(enumerator.value));
    }
  }

  const TypeTable& types_;
  std::map<std::uint32_t, std::size_t> numbers_;  // types met, by index
  Digester digester_;
};

/// Copies `index` and what it is made of into `to`, unless it is there; its index there.
std::uint32_t copy_type(const TypeTable& from, std::uint32_t index, TypeTable& to,
                        std::map<std::uint32_t, std::uint32_t>& copied) {
  if (const auto found = copied.find(index); found != copied.end()) return found->second;
  const auto copy = static_cast<std::uint32_t>(to.types.size());
  copied.emplace(index, copy);
  to.types.push_back(from[index]);
  for (std::size_t at = 0; at < from[index].arguments.size(); ++at) {
    const std::uint32_t argument = copy_type(from, from[index].arguments[at], to, copied);
    to.types[copy].arguments[at] = argument;
  }
  for (std::size_t at = 0; at < from[index].members.size(); ++at) {
    const std::uint32_t member = copy_type(from, from[index].members[at].type, to, copied);
    to.types[copy].members[at].type = member;
  }
  return copy;
}

}  // namespace

std::vector<bool> types_that_hold(const TypeTable& types, TypeKind kind) {
  std::vector<bool> hold(types.types.size());
  bool changed = true;
  while (changed) {
    changed = false;
    for (std::uint32_t i = 0; i < hold.size(); ++i) {
      if (hold[i]) continue;
      hold[i] = types[i].kind == kind;
      for (const std::uint32_t part : parts_of(types[i])) hold[i] = hold[i] || hold[part];
      changed |= hold[i];
    }
  }
  return hold;
}

void fill_derived(TypeTable& types) {
  for (Type& type : types.types) type.multi = is_multi_container(type);
  bool changed = true;
  while (changed) {
    changed = false;
    for (Type& type : types.types) changed |= propagate_into(types, type);
  }
}

void fill_digests(TypeTable& types) {
  for (std::uint32_t index = 0; index < types.types.size(); ++index) {
    types.types[index].digest = TypeWalk(types).digest_of_type(index);
  }
}

TypeTable extract(const TypeTable& types, std::uint32_t type, std::uint32_t& new_index) {
  TypeTable result;
  std::map<std::uint32_t, std::uint32_t> copied;
  new_index = copy_type(types, type, result, copied);
  return result;
}

}  // namespace hamcell
