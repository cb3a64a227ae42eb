// Sets of standard headers that are compiled once for an installation, and on which what is precompiled for a
// cell can stand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/record.h"
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
  std::vector<Preamble::Include> includes;  ///< of the cell: those that it stands for
};

/// What there is for the largest set that a cell includes. The library must be as it was prepared
/// (prepared_library.h); whether the files are the cell's is the caller's to know.
std::optional<PreparedHeaders> find_prepared(const Toolchain& toolchain, const Preamble& preamble);

/// Precompiles a set and writes what belongs to it into the folder of the installation. False where that
/// cannot be.
bool prepare(const Toolchain& toolchain, const PreparedSet& set);

/// The files that a compiler named in a rule for make ("target: a b \\\n c"), in which blanks are escaped.
std::vector<std::string> files_of_rule(std::string_view rule);

/// What makes a precompiled header of the header `from`, and a rule for make of what that was made of.
std::vector<std::string> precompile_command(const Toolchain& toolchain, const std::string& from,
                                            const std::string& to);

}  // namespace hamcell

template <>
struct ham::members<hamcell::CompiledFile> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::CompiledFile::path);
    f("content", &hamcell::CompiledFile::content);
  }
};
