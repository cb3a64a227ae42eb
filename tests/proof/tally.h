// What the judges counted.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "edits.h"

namespace hamcell::proof {

/// Counts of one kind of edit. A decision is about one node after one edit.
struct KindTally {
  std::uint64_t edits = 0;
  std::uint64_t had_to = 0;       ///< decisions where the node had to change or run
  std::uint64_t had_not_to = 0;   ///< where nothing changed that counts, even by the rules
  std::uint64_t may = 0;          ///< where only what the rules add to the need changed
  std::uint64_t stale = 0;        ///< of those that had to, did not
  std::uint64_t needless = 0;     ///< of those that had not to, did
  std::uint64_t may_changed = 0;  ///< of those that may, did
};

/// Plain numbers, so that workers can count in shared memory.
struct Tally {
  std::array<KindTally, edit_kind_names.size()> kinds{};
  std::uint64_t cells = 0;
  std::uint64_t nodes = 0;                ///< of all states that were judged
  std::uint64_t entities = 0;             ///< of the same states, nodes included
  std::uint64_t wrong_cells = 0;          ///< states that do not compile: a mistake of the generator
  std::uint64_t wrong_models = 0;         ///< values that changed although nothing that decides them did
  std::uint64_t wrong_dry_runs = 0;       ///< nodes about which --dry-run and the run disagree
  std::uint64_t unsteady = 0;             ///< versions that are not the same after an edit and its undoing
  std::uint64_t must_run_same_value = 0;  ///< nodes that had to run and gave the value they had
  std::uint64_t must_run = 0;             ///< nodes that had to run and did
  std::uint64_t always =
      0;  ///< runs, not needed, of nodes that by the rules run every time; not in the kinds
  std::uint64_t cpu_us = 0;      ///< processor time of the scans
  std::uint64_t judgements = 0;  ///< states that were judged

  void add(const Tally& other);
  std::uint64_t edits() const;
  KindTally total() const;
  /// Anything that must not be there at all.
  bool has_failures() const;
  /// Needless decisions per decision that should have been a hit, in per cent.
  double needless_percent() const;
};

/// A table in Markdown, a row per kind of edit, and a line of totals below.
std::string markdown(const Tally& tally, const std::string& title, double seconds);

}  // namespace hamcell::proof
