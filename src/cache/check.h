// Looks at everything that is in the cache, and removes what is damaged, so that it is made again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache.h"

namespace hamcell {

/// Whether a record is whole, for those whose form a later stage knows.
struct RecordChecks {
  std::function<bool(const StoredRun&)> run;
  std::function<bool(std::string_view)> shape;
  std::function<bool(const Digest& version, std::string_view)> code;
};

struct CheckReport {
  std::size_t entries = 0, results = 0, types = 0, code = 0, shapes = 0, runs = 0;  ///< looked at
  std::uint64_t result_bytes = 0;                                                   ///< read
  std::vector<std::string> repairs;  ///< what was wrong, and what was done about it
};

/// Works beside other processes. Throws Failure (storage) where a damaged database cannot be moved away.
CheckReport check_cache(Cache& cache, const RecordChecks& checks);

}  // namespace hamcell
