// Names of types: for generated code, and for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scan/clang.h"

namespace hamcell {

/// The qualified name of a declaration without inline namespaces and template arguments: "std::vector".
std::string qualified_name(CXCursor declaration);

/// The type's canonical name, fit for generated code; empty where C++ has no name for it.
std::string cpp_name_of(CXType canonical);

/// A canonical name as people write it: "std::string", not "std::basic_string<char>".
std::string readable(std::string cpp_name);

/// "std::map" and {"int", "Day"} make "std::map<int, Day>".
std::string template_name(std::string_view name, const std::vector<std::string>& arguments);

}  // namespace hamcell
