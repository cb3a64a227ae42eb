// What each node of a cell means: which entities decide its value, and which the rules for code versions add.
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/digest.h"
#include "cell.h"
#include "render.h"

namespace hamcell::proof {

/// Of one node.
struct Meaning {
  /// Of everything that decides what the node computes from its arguments: what it runs, as spelled, names
  /// replaced by what they stand for.
  Digest runs;
  /// Of everything that the rules may take in besides: text with its names, what comes along unseen, layout
  /// where something in reach sees it.
  Digest covered;
  /// Of the files and variables that it reads.
  Digest reads;
  bool runs_always = false;       ///< by the rules: a variable in reach changes
  std::set<std::uint32_t> reach;  ///< ids of the entities behind `runs`
};

/// By the name of the node.
std::map<std::string, Meaning> meanings(const Cell& cell, const Rendered& rendered);

/// What an edit must do to a node's code version.
enum class Verdict {
  must_change,  ///< what decides the value changed
  must_stay,    ///< nothing that even the rules may count changed
  may_change,   ///< only what the rules may count beyond need
};

Verdict verdict(const Meaning& before, const Meaning& after);

}  // namespace hamcell::proof
