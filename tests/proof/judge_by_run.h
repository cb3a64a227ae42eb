// Judges the program itself: what it runs after an edit, and whether the values are those of an empty cache.
#pragma once

#include "chain.h"
#include "tally.h"

namespace hamcell::proof {

/// Fewer than of the scan judge, since each costs a compile, and a cell is compiled once more at the start.
constexpr std::uint64_t edits_per_run_chain = 15;

/// The program under test.
struct Program {
  std::string path;  ///< absolute
  bool compares_dry_run = true;
};

/// Judges the edits of one chain in the current folder. Prints what is wrong as it finds it.
void judge_by_run(const Scope& scope, const Program& program, std::uint64_t chain, Tally& tally);

}  // namespace hamcell::proof
