// What is kept for a user across his projects, and the key that is his alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"

namespace hamcell {

/// Where this user's built cells, remembered scans and precompiled headers live:
/// `$XDG_CACHE_HOME/hamcell`, else `~/.cache/hamcell`.
std::string user_cache_folder();

/// A file that hamcell keeps there; nothing where it is not there, or where somebody else could have written
/// it.
std::optional<std::string> read_kept_file(const std::string& path);
/// Keeps one. A failure to do so costs the next run time and nothing else, and is not told.
void keep_file(const std::string& path, std::string_view content);

/// A digest that nobody can make or check without the user's key, and so cannot be found by trying likely
/// values: for what is secret. The key is 16 random bytes in `secret-key` of the user's cache folder, mode
/// 0600. Where none can be kept, this process has one of its own, and nothing that it digests is known again.
Digest keyed_digest(std::string_view bytes);

/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012), a pseudo-random function by its key.
Digest siphash(const Digest& key, std::string_view bytes);

}  // namespace hamcell
