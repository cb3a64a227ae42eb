// Keeps the cache small: removes what is cheapest to make again, longest unused, or left over.
//
// Safe beside other processes. A result's file goes in the same write transaction as the row that names it,
// and who stores an entry looks for its file in a write transaction of its own: so no entry ever comes to
// name a file that has gone. Who has decided on a hit before its file goes runs the node again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "cache/cache.h"

namespace hamcell {

struct CareRequest {
  std::optional<std::uint64_t> max_bytes;   ///< of everything below the folder; nothing: any size
  std::optional<std::int64_t> oldest_ns;    ///< what was not used since goes; nothing: it may stay
  std::int64_t now_ns = 0;                  ///< since 1970
  std::map<Digest, std::int64_t> last_use;  ///< by cache key, as the history knows it
  std::set<Digest> needed_code;             ///< records that the history may ask for
};

struct CareReport {
  std::size_t entries = 0;  ///< removed
  std::size_t results = 0;  ///< values removed; their entries may stay, as of values that are not stored
  std::size_t runs = 0;     ///< removed from the history
  std::size_t orphans = 0;  ///< files that belonged to nothing
  std::uint64_t bytes_before = 0, bytes_after = 0;
  std::optional<Problem> not_cleaned;  ///< why no results were removed
};

/// Bytes of the stored results and of the database, as far as it is in use. Takes microseconds.
std::uint64_t cache_bytes(Database& database);

/// The same, by the sizes that the files of the results have: what the database says of them may be wrong.
/// The database then says this too.
std::uint64_t recounted_bytes(Cache& cache);

/// Why no files are removed from a folder: a link can lead to where others have theirs. Nothing where there
/// is no reason, or no folder.
std::optional<Problem> why_not_cleaned(const std::string& folder);

/// Throws Failure (storage).
CareReport look_after(Cache& cache, const CareRequest& request);

}  // namespace hamcell
