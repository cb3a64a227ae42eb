// What the standard library's headers were when hamcell-prepare was run: which names they look for, what
// these led to, and the sizes and times of all files that took part.
//
// The standard lets a program include its headers in any order, and so what is prepared may come first. But a
// header is of the library by what it leads to, and not by its name: where a lookup leads elsewhere, nothing
// that was prepared is used.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cell/toolchain.h"

namespace hamcell {

/// A name that was looked for, and every file that it could lead to, in the order of the folders that are
/// searched: more than one matter to `#include_next`.
struct HeaderLookup {
  std::string name;
  std::vector<std::string> found;
  bool operator==(const HeaderLookup&) const = default;
};

/// A file as it was.
struct LibraryFile {
  std::string path;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  bool operator==(const LibraryFile&) const = default;
};

struct PreparedLibrary {
  std::vector<HeaderLookup> lookups;  ///< of all headers of the library
  std::vector<LibraryFile> files;
  bool operator==(const PreparedLibrary&) const = default;
};

/// The library that cells are compiled with by this toolchain, by the compiler's own word. Nothing where it
/// cannot be told, or where one of the files is younger than `began_ns`: what is being prepared may have been
/// made of another.
std::optional<PreparedLibrary> look_at_library(const Toolchain& toolchain, std::int64_t began_ns);

/// Writes what was seen before everything else was prepared, and is the same now. Nothing of the installation
/// is used before.
void keep_library(const Toolchain& toolchain, const PreparedLibrary& library);

/// Whether all is as it was, for this toolchain: then what is prepared is what would be read without it.
bool is_library_as_prepared(const Toolchain& toolchain);

}  // namespace hamcell
