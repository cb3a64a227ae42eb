// The folder of large results: files named by the digest of their content.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/file.h"

namespace hamcell {

/// Results of at most this many bytes are kept in the database, beside their entry.
inline constexpr std::uint64_t inline_limit = 4096;

/// Of the file that a result is written to before its content is known; mkstemp's characters follow.
inline constexpr std::string_view new_result_prefix = "new-";

/// The bytes of a value. They are in memory, also those of a file of the store: that file can be written to
/// or cut short by others, and what is shown must be what was checked.
class ValueBytes {
 public:
  explicit ValueBytes(std::string bytes) : memory_(std::make_shared<const std::string>(std::move(bytes))) {}
  std::string_view view() const { return *memory_; }

 private:
  std::shared_ptr<const std::string> memory_;
};

/// DIR/results/ab/cdef… for the content with digest abcdef….
std::string result_path(const std::string& cache_folder, const Digest& content);

/// The content that a file of the store is named by, given the last two parts of its path; all zeros for a
/// name that the store does not give.
Digest content_named_by(std::string_view folder, std::string_view name);

/// Removes a result's file. What stands behind a link, or in somebody else's folder, is left alone: links can
/// lead out of the cache.
void remove_result_file(const std::string& cache_folder, const Digest& content);

/// Whether a result of this size is in the store. That it is also whole is known when it is read.
bool has_result(const std::string& cache_folder, const Digest& content, std::uint64_t bytes);

/// A stored result of this size, read and checked against its name; nothing when it is missing or damaged.
std::optional<ValueBytes> read_result(const std::string& cache_folder, const Digest& content,
                                      std::uint64_t bytes);

/// How many bytes a stored result has; nothing when it is missing or damaged. Keeps none of them.
std::optional<std::uint64_t> check_result(const std::string& cache_folder, const Digest& content);

}  // namespace hamcell
