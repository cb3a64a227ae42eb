// The folder of large results: files named by the digest of their content.
#pragma once

#include <optional>
#include <string>

#include "base/digest.h"

namespace hamcell {

/// Results of at most this many bytes are kept in the database, beside their entry.
inline constexpr std::uint64_t inline_limit = 4096;

/// DIR/results/ab/cdef… for the content with digest abcdef….
std::string result_path(const std::string& cache_folder, const Digest& content);

/// A stored result's bytes, read and checked against its name; nothing when it is missing or damaged.
std::optional<std::string> read_result(const std::string& cache_folder, const Digest& content);

}  // namespace hamcell
