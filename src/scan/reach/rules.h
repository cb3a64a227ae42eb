// The rules by which one unit of source brings others along. Each says which C++ needs it.
//
// What the tree says a name refers to is taken as it is (`UnitTree::units`). The rules add what the tree does
// not show: what templates look up when they are instantiated, what the library calls unseen, and what the
// preprocessor and the linker do. They may bring too much, never too little.
#pragma once

#include "scan/reach/reach.h"

namespace hamcell {

struct RuleContext;

/// Applies all rules to `reach`, whose units have been read.
void apply_rules(CellSource& source, const IncludedFiles& files, const Marks& marks, Reach& reach);

void apply_name_rules(RuleContext& context);
void apply_link_rules(RuleContext& context);
void apply_declaration_rules(RuleContext& context);
/// After the rules of declarations, which tell the types.
void apply_argument_rules(RuleContext& context);
/// After all others: what an initialiser reaches must be known.
void apply_initialiser_rules(RuleContext& context);

}  // namespace hamcell
