// Sets of standard headers that are precompiled for the parser once for an installation, and not for a cell.
#pragma once

#include <optional>

#include "cell/scan_request.h"
#include "scan/preamble.h"

namespace hamcell {

/// What is precompiled for the largest set that the cell includes, if the request names the folder of what is
/// prepared, and every file that it was made of has the content that it had.
std::optional<KnownPreamble> find_prepared(const ScanRequest& request);

/// Precompiles the includes that the request has as content, and writes what belongs to it into the request's
/// folder. False where that cannot be.
bool prepare(const ScanRequest& request);

}  // namespace hamcell
