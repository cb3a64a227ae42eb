// Finds and reads hamcell.toml, the options that a project keeps in a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/settings.h"

namespace hamcell {

struct ProjectFile {
  std::string folder;  ///< absolute; of the file that counts; empty: there is none
  std::string file;    ///< that file; empty: there is none
  Settings settings;
  std::vector<Problem> warnings;  ///< files that were passed over, and why
};

/// Looks for hamcell.toml in `folder` and above it, up to the project's root: a folder with `.git`, or the
/// home folder. A file counts only if it and its folder belong to this user or root and nobody else can write
/// them, because options such as `cxx` run programs; others are passed over with a warning. The first that
/// counts is read. Throws Failure (usage) at file:line:column for what is not TOML, an unknown key or a value
/// of the wrong type or range.
ProjectFile read_project_file(const std::string& folder);

/// The absolute path of the file that read_project_file would read; empty: none. Nothing where one was passed
/// over.
std::optional<std::string> find_project_file(const std::string& folder);

}  // namespace hamcell
