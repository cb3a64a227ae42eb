// Reads one cell: what it declares, what is wrong with it, and what it depends on.
#pragma once

#include "cell/model.h"
#include "cell/scan_request.h"

namespace hamcell {

/// Parses the cell with libclang. Whatever is wrong in the cell is in the model's problems; throws Failure
/// only when the parser gives nothing at all.
CellModel scan_cell(const ScanRequest& request);

}  // namespace hamcell
