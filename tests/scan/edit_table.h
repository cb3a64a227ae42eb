// The form of a table of edits: a cell, one edit in it, and the nodes whose code versions that edit may
// change.
#pragma once

#include <string>
#include <vector>

namespace hamcell {

/// Nodes whose code version differs before and after the edit. "f.n" is the default of f's parameter n.
struct Changes : std::vector<std::string> {
  using vector::vector;
};

/// Nodes whose code version is the same before and after the edit.
struct Leaves : std::vector<std::string> {
  using vector::vector;
};

/// Nodes for which either is right: taking in too much is allowed there.
struct Open : std::vector<std::string> {
  using vector::vector;
};

enum class Compiler { clang, other };

/// One row. The text is the cell, with «before⇒after» around what is edited; a line `=== NAME` begins another
/// file of the cell's folder. `#include <…>` finds the files below `system/`, which is a system folder, and
/// before them those below `first/` and `second/`, which are the user's. Files below `linked/` are linked.
///
/// A row holds in both directions: what it says of a helper that is added, it says of one that is removed.
struct Edit {
  const char* sentence;
  Changes changes;
  Leaves leaves;
  const char* text;
  Open open = {};
  Compiler compiler = Compiler::clang;
};

/// Scans every row before and after its edit. Both must be valid C++, and every node must be in the row.
void check_edits(const std::vector<Edit>& rows);

/// Nodes that must run in every run.
struct Always : std::vector<std::string> {
  using vector::vector;
};

/// Nodes that may come from the cache.
struct Cacheable : std::vector<std::string> {
  using vector::vector;
};

/// A cell without an edit, for what makes nodes run every time.
struct Standing {
  const char* sentence;
  Always always;
  Cacheable cacheable;
  const char* text;
  const char* because;  ///< what the scan names: a variable, or "__TIME__"; null: one of several
};

/// Checks which nodes reach a variable that changes while nodes run.
void check_purity(const std::vector<Standing>& rows);

/// Checks which nodes reach what is another in each build.
void check_always_run(const std::vector<Standing>& rows);

}  // namespace hamcell
