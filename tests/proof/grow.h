// Makes random cells, and the parts of cells that edits add.
#pragma once

#include <functional>

#include "cell.h"

namespace hamcell::proof {

/// How a cell will be judged: one that is built and run is smaller, and may read files.
enum class Purpose { scanned, run };

Cell grow(Purpose purpose, Random& random);

/// Adds a feature that is wanted and whose system headers the cell has, with its pieces behind what is there
/// in that file. Returns its key, or 0.
std::uint32_t grow_feature(Cell& cell, const std::function<bool(const FeatureSpec&)>& wanted, unsigned file,
                           Random& random);

/// A call of a feature that can be used at `position`, or of none but a name; nothing where there is none.
/// Only a default argument wants an expression.
/// With a `caller`, a feature, nothing that calls that one back: a function that is declared first can be
/// called before it is defined, and what it calls must come to an end.
std::optional<Call> grow_call(const Cell& cell, std::size_t position, bool is_expression, Random& random,
                              std::optional<std::uint32_t> caller = std::nullopt);

/// Adds a node behind everything. Its parameters are nodes of the cell or inputs.
void grow_node(Cell& cell, Random& random);

/// Whether a node can be called with numbers, and gives one.
bool takes_numbers(const Cell& cell, const NodePart& node);

/// A parameter for the node at `position`: another node that it may depend on, or an input. Nothing: it has
/// all of them.
std::optional<NodeParameter> grow_parameter(const Cell& cell, std::size_t position, Random& random);

/// Puts an optional piece that is absent where it may stand; false: there is no such place.
bool insert_piece(Cell& cell, std::uint32_t feature, std::size_t piece, Random& random);

/// Moves what stands at `from` in its file to a random other place; false: it cannot be moved.
bool move_entity(Cell& cell, std::size_t from, Random& random);

}  // namespace hamcell::proof
