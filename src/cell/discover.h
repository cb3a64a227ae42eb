// The cell stage: reads the cell, asks hamcell-scan what it declares, and remembers the answer.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cell/model.h"
#include "cell/toolchain.h"

namespace hamcell {

/// A cell as it was at one moment: everything later stages see comes from this one snapshot.
struct Cell {
  std::string path;  ///< as the user wrote it; "<stdin>", or "<NAME>", for standard input
  bool is_stdin = false;
  std::string folder;   ///< absolute; of the cell, or the current one for standard input
  std::string stem;     ///< for titles and default file names: "weather"
  std::string content;  ///< the snapshot
  Digest content_digest;
  CellModel model;
  Toolchain toolchain;
  bool remembered = false;  ///< the model came from an earlier run: nothing was parsed
  /// What the installation holds precompiled is what would be read without it; not asked where remembered.
  bool is_library_as_prepared = false;
  /// Of a remembered model, beside those of the toolchain: what it was derived from.
  std::vector<Watch> watches;
};

/// The last state of a cell that was scanned.
struct LastScan {
  /// The text is the one of now; the model and what the toolchain has watched are those of then.
  Cell guess;
  std::string content;  ///< the text of then; empty where it is not known
};

struct CellRequest {
  std::string path;  ///< as the user wrote it; "-" for standard input
  /// Of standard input: several such cells of one folder, as a notebook has them, are told apart by it, in
  /// messages, in the history and in what is remembered of each.
  std::string name = "stdin";
  BuildRequest build;
  /// Called before a cell is parsed. Its model is not known yet; `last` is nothing where none is remembered.
  std::function<void(const Cell& cell, std::optional<LastScan> last)> before_scan = nullptr;
};

/// What a remembered cell was found by: while all of it is as it was, discover() gives the same cell again.
struct CellBasis {
  std::string path;    ///< of the cell, as the user wrote it
  std::string folder;  ///< absolute
  Digest content;
  std::string cxx;       ///< as the user asked for it
  std::string compiler;  ///< absolute path of what that is
  std::vector<Watch> watches;
  std::vector<std::string> absent;  ///< paths
  std::vector<FolderLink> links;
};

CellBasis basis_of(const Cell& cell, const CellRequest& request);

/// Whether all of it is as it was. Environment, working folder and hamcell itself are the caller's to
/// compare.
bool is_unchanged(const CellBasis& basis);

/// Reads the cell. Throws Failure (cell) when there is no such file, when it cannot be text, or when it has
/// problems that leave nothing to draw.
Cell discover(const CellRequest& request);

}  // namespace hamcell
