// The cell stage: reads the cell, asks hamcell-scan what it declares, and remembers the answer.
#pragma once

#include <string>

#include "cell/model.h"
#include "cell/toolchain.h"

namespace hamcell {

struct CellRequest {
  std::string path;  ///< as the user wrote it; "-" for standard input
  BuildRequest build;
};

/// A cell as it was at one moment: everything later stages see comes from this one snapshot.
struct Cell {
  std::string path;     ///< as the user wrote it; "<stdin>" for standard input
  std::string folder;   ///< absolute; of the cell, or the current one for standard input
  std::string stem;     ///< for titles and default file names: "weather"
  std::string content;  ///< the snapshot
  Digest content_digest;
  CellModel model;
  Toolchain toolchain;
  bool remembered = false;  ///< the model came from an earlier run: nothing was parsed
};

/// Reads the cell. Throws Failure (cell) when there is no such file, when it cannot be text, or when it has
/// problems that leave nothing to draw.
Cell discover(const CellRequest& request);

}  // namespace hamcell
