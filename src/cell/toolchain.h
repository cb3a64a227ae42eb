// How a cell is compiled and linked: the compiler, every flag as resolved, and what all of that depends on.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "cell/directives.h"
#include "cell/lookup.h"
#include "cell/model.h"

namespace hamcell {

/// What the command line and hamcell.toml say about building; the cell's directives come on top.
struct BuildRequest {
  std::string cxx;       ///< --cxx, else CXX; empty: choose
  std::string standard;  ///< --std; empty: the cell's directive, else c++20
  std::vector<std::string> cxxflags, ldflags, include_folders, defines;
};

/// One thing that the build adds to what a node can compute, so that a change can be told by its name.
struct BuildPart {
  std::string name;  ///< "compiler", "flags", "package eigen3", "environment CPATH", "library libphysics.a"
  Digest digest;
};

/// A folder of the user's that a link or ".." leads to: the flags name what it led to when they were
/// resolved.
struct FolderLink {
  std::string path;    ///< absolute, as written
  std::string target;  ///< real_path of it
};

struct Toolchain {
  std::string compiler;  ///< absolute path
  bool is_clang = false;
  std::string version;  ///< the first line of `--version`
  std::vector<std::string>
      compile_flags;  ///< for the cell and for //hamcell:source files, without -O2's like
  std::vector<std::string>
      scan_flags;  ///< for the parser only: headers that come with the compiler, such as omp.h
  std::vector<std::string> link_flags;
  std::vector<std::string> sources;  ///< absolute paths of //hamcell:source files
  std::vector<std::string> linked;   ///< those, their headers, objects and libraries of the user's: absolute
  std::vector<BuildPart> parts;      ///< all that the build adds to what a node can compute
  Digest digest;                     ///< of `parts`
  std::vector<Watch> watches;  ///< compiler, response and .pc files, libraries, further sources; and what
                               ///< has to stay absent for the same ones to be found again
  std::vector<FolderLink> links;
  HeaderSearch
      search;  ///< where the compiler is clang: all that has to be asked of it for add_compilers_headers
};

/// Resolves compiler, flags, packages and libraries for the cell in `folder`.
/// Throws Failure: usage for an unknown compiler, cell for a package or source that is not there.
Toolchain resolve_toolchain(const BuildRequest& request, const Directives& directives,
                            const std::string& folder);

/// The flags behind all others, for scanning and compiling alike. hamcell's own headers are of the system:
/// they are no part of what a node can reach, and no warning that the user asks for concerns them.
std::vector<std::string> own_compile_flags();

/// The compiler with all flags of a cell's own compile, but for those of one file.
std::vector<std::string> command_for_cells(const Toolchain& toolchain);

/// The flags for the parser.
std::vector<std::string> arguments_for_parser(const Toolchain& toolchain);

/// What the compiler reads of a scanned cell beyond what the scan knows, and what must stay absent for its
/// headers to be found again. Where the compiler is not clang, it may take branches that the scan skipped,
/// and include other headers there: these count for every node. `folder` is the cell's, `content` its text.
void add_compilers_headers(Toolchain& toolchain, const std::vector<SourceFile>& scanned,
                           const std::string& content, const std::string& folder);

/// The compiler that resolve_toolchain would take, found without starting anything; empty where there is
/// none.
std::string choose_compiler(const BuildRequest& request);

/// The environment variables that change what a compiler or pkg-config does, with their values.
std::vector<std::pair<std::string, std::string>> build_environment();

}  // namespace hamcell
