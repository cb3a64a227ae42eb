// Sets of standard headers that are compiled once for an installation, and on which what is precompiled for a
// cell can stand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "cell/prepared.h"
#include "cell/toolchain.h"

namespace hamcell {

/// A file that something was compiled from.
struct CompiledFile {
  std::string path;
  Digest content;
};

/// What the compiler can start with instead of the headers of a set.
struct PreparedHeaders {
  std::string header;       ///< path of what was compiled
  std::string precompiled;  ///< path of what it was compiled into
  Stamp stamp;              ///< of the latter
  std::vector<CompiledFile> files;
};

/// What there is for the largest set that a cell includes, if the compile has no flags but hamcell's own and
/// such as name folders, if every lookup of a header still leads to the same files, and if these have the
/// sizes and times that they had: whether they are the cell's is the caller's to know.
std::optional<PreparedHeaders> find_prepared(const Toolchain& toolchain, const Preamble& preamble);

/// Precompiles a set and writes what belongs to it into the folder of the installation. False where that
/// cannot be.
bool prepare(const Toolchain& toolchain, const PreparedSet& set);

/// The files that a compiler named in a rule for make ("target: a b \\\n c"), in which spaces are escaped.
std::vector<std::string> files_of_rule(std::string_view rule);

/// What makes a precompiled header of the header `from`, and a rule for make of what that was made of.
std::vector<std::string> precompile_command(const Toolchain& toolchain, const std::string& from,
                                            const std::string& to);

}  // namespace hamcell
