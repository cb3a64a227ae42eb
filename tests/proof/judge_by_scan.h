// Judges code versions by the scan alone: before an edit and after it.
#pragma once

#include "chain.h"
#include "tally.h"

namespace hamcell::proof {

/// Judges the edits of one chain in the current folder, into which it writes the cell's headers. Prints what
/// is wrong as it finds it.
void judge_by_scan(const Scope& scope, std::uint64_t chain, Tally& tally);

}  // namespace hamcell::proof
