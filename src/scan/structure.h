// Which classes are structures: all data members public, and a value can be made without a constructor of the
// user's own choosing.
#pragma once

#include <string>
#include <vector>

#include "scan/clang.h"

namespace hamcell {

/// Why generated code cannot name a type, "Row is local to a function"; empty where it can.
std::string why_unreachable(CXCursor declaration, const std::string& name);

/// The cursor that shows a class's members: of an instantiated template, the template that it came from,
/// because libclang shows nothing below an implicit instantiation.
CXCursor pattern_of(CXCursor declaration);

/// The base specifiers of a class, in order.
std::vector<CXCursor> bases_of(CXCursor pattern);

/// The non-static data members of a class itself, with template parameters substituted.
std::vector<CXCursor> fields_of(CXType type);

/// Why a class is no structure, whatever its members' types are; empty where it may be one.
std::string why_no_structure(CXType type, CXCursor declaration, CXCursor pattern, const std::string& name);

/// Whether the class lets hamcell at all of its members, with `friend struct ham::members<Class>;` or with
/// the whole template as its friend.
bool is_open_to_members(CXCursor pattern);

/// Why a member keeps its class, which may be open to hamcell, from being a structure; empty where it does
/// not.
std::string why_no_member(CXCursor field, const std::string& owner_name, bool is_open);

/// Whether a data member has a default member initialiser. Read from its text, since libclang does not show
/// one that was not instantiated.
bool has_member_initializer(CXTranslationUnit unit, CXCursor field);

}  // namespace hamcell
