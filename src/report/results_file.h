// The values of a run in one file that says what they are: what --save-results writes for other languages.
#pragma once

#include <string>

#include "run/execute.h"

namespace hamcell {

/// A CBOR document: each value as it is stored, with the types that it is made of, so that a reader knows an
/// enum's names and a table from a map. The man page's RESULTS FILE describes it. It holds what
/// `result.values` holds: a target is absent where it has no value, or one that cannot be encoded.
std::string results_document(const Cell& cell, const Graph& graph, const GraphShape& shape,
                             const RunResult& result);

}  // namespace hamcell
