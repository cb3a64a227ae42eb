// Sets of standard headers that are precompiled for the parser once for an installation, and not for a cell.
#pragma once

#include <optional>

#include "cell/scan_request.h"
#include "scan/preamble.h"

namespace hamcell {

/// What is precompiled for the largest set that the cell includes, if it is what would be read without it:
/// every lookup of a header that it made still leads to the same file, and every file has the same content.
std::optional<KnownPreamble> find_prepared(const ScanRequest& request);

/// Precompiles the includes that the request has as content, and writes what belongs to it into the request's
/// folder. False where that cannot be.
bool prepare(const ScanRequest& request);

}  // namespace hamcell
