// What the linker takes into a cell.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cell/lookup.h"

namespace hamcell {

/// Every file that a link takes in with `command` (the compiler and its flags for this step) and `flags`
/// (those of the linker); links and ".." resolved. Watches them, and the names of libraries that have to stay
/// absent for the same to be found again. `folder` is the cell's, in which files may be named too. An empty
/// shared object that needs every library among the flags is left in `probe`, where such a link succeeds.
std::set<std::string> linked_files(const std::vector<std::string>& command,
                                   const std::vector<std::string>& flags, const std::string& folder,
                                   const std::string& probe, std::vector<Watch>& watches);

/// The last of the commands that a compiler shows with -###, on standard error: where it links, its linker's.
/// Empty where it shows none.
std::vector<std::string> last_shown_command(const std::string& shown);

/// What a linker was asked to look for.
struct LinkerSearch {
  std::vector<std::string> folders;    ///< absolute, in the order in which they are searched
  std::vector<std::string> libraries;  ///< as behind -l: "physics", or ":libphysics.a" for just that name
};

/// Reads the words of a linker's command. Response files among them are read too, and added to `files`.
LinkerSearch read_linker_words(const std::vector<std::string>& words, std::vector<std::string>& files);

/// The files that a linked file stands for: the members of a thin archive, as paths, or what a linker script
/// asks for, as behind -l. Nothing for a file that contains what it is.
struct StandIn {
  std::vector<std::string> members;    ///< absolute paths
  std::vector<std::string> libraries;  ///< "physics", ":physics.o"
};
StandIn read_stand_in(const std::string& path);

}  // namespace hamcell
