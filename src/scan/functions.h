// Which functions of the cell are nodes, and everything about them that their declarations say.
#pragma once

#include <vector>

#include "cell/model.h"
#include "scan/attributes.h"
#include "scan/cell_source.h"
#include "scan/defaults.h"
#include "scan/types.h"

namespace hamcell {

/// A by-value parameter whose type may not be copyable: only the compiler can tell.
struct CopyQuestion {
  std::uint32_t type = 0;  ///< index into the type table
  Problem problem;         ///< what to say when it cannot be copied
};

/// What later parts need to know of a node besides the model.
struct FoundNode {
  std::size_t entity = 0;  ///< index into Declarations::functions
  Span body;               ///< the definition, from its first word to its closing brace
  std::vector<std::optional<FoundDefault>> defaults;  ///< one for each parameter
  std::vector<std::string> parameter_types;           ///< as C++ can write them, with const and reference
};

struct FoundFunctions {
  std::vector<NodeFunction> functions;
  std::vector<FoundNode> nodes;  ///< in step with `functions`
  std::vector<HelperFunction> helpers;
  std::vector<Problem> problems;
  std::vector<CopyQuestion> copy_questions;
  std::vector<bool> is_attribute;  ///< by token of the cell: part of an attribute of `ham`
};

FoundFunctions find_functions(CellSource& source, TypeCollector& types);

}  // namespace hamcell
