// When entries of the cache were last used, and which records the history may ask for: known from the runs
// themselves, so that a run in which everything hits writes nothing for it.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "cache/cache.h"
#include "cache/care.h"
#include "cache/check.h"

namespace hamcell {

/// Fills in CareRequest::last_use and CareRequest::needed_code from the history.
void add_usage(Cache& cache, CareRequest& request);

/// How the records of this stage and of graphs are told from damaged ones.
RecordChecks record_checks();

}  // namespace hamcell
