// Default arguments: as written, and as a value where they are literals.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cell/model.h"
#include "scan/cell_source.h"
#include "scan/declarations.h"

namespace hamcell {

/// A default argument together with where it stands, for its code version.
struct FoundDefault {
  DefaultArgument argument;
  CXCursor parameter = clang_getNullCursor();  ///< of the declaration that has the default
  Span text;                                   ///< of the expression; empty where a macro made it
};

/// The default of the parameter `index` of a function, on whichever declaration it stands.
std::optional<FoundDefault> find_default(CellSource& source, const FunctionEntity& function, unsigned index);

/// The CBOR of a default that is a literal, in the type `type`; nothing where only the compiler can tell its
/// value. `tokens` are the expression's.
std::optional<std::string> literal_default(const TypeTable& types, std::uint32_t type,
                                           const std::vector<std::string_view>& tokens);

}  // namespace hamcell
