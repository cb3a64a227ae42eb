// Lookups along a search path, as compilers, linkers and pkg-config make them: what was found, and what has
// to stay as it is for the same to be found again.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/file.h"

namespace hamcell {

/// A file or folder whose stamp stands for its content: while it is unchanged, what was derived from it
/// holds. With the stamp of what is absent, it stands for a name that was looked up in vain.
struct Watch {
  std::string path;
  Stamp stamp;
};

/// The folders that a compiler searches for headers, in order; absolute.
struct HeaderSearch {
  std::vector<std::string> absent;  ///< named, but not there; they may stand anywhere among the others
  std::vector<std::string> quoted;  ///< for `#include "…"` only
  std::vector<std::string> all;     ///< for both forms
};

/// Watches `path` as it is now.
void watch(std::vector<Watch>& watches, const std::string& path);

/// Whether all that is watched is as it was.
bool are_unchanged(const std::vector<Watch>& watches);

/// Watches what keeps `path` absent. In a folder of the user's that is the first part of the path that is not
/// there: one of them stands for all that would lie below it, and other files may come and go beside it. In
/// a folder of the system, which changes with its packages only, it is the folder: one stands for all names.
void watch_absent(std::vector<Watch>& watches, const std::string& path);

/// The same of many paths: each folder is looked at once.
class AbsentNames {
 public:
  explicit AbsentNames(std::vector<Watch>& watches) : watches_(watches) {}
  void watch_absent(const std::string& path);

 private:
  struct Folder {
    bool is_there = false;
    bool is_of_system = false;
  };
  const Folder& look_at(const std::string& path);

  std::vector<Watch>& watches_;
  std::unordered_map<std::string, Folder> folders_;
  std::unordered_set<std::string> watched_;
};

/// The first file `name` in `folders`, which are absolute; nothing where none has it. Watches the file and
/// what keeps the name absent in the folders before it.
std::optional<std::string> look_up(std::vector<Watch>& watches, const std::vector<std::string>& folders,
                                   const std::string& name);

/// One watch for each path, in the order of paths.
void drop_repeated(std::vector<Watch>& watches);

/// Whether a file belongs to the system, whose files change only with its packages.
bool is_of_system(const std::string& path);

/// The folders of a search path such as CPATH, made absolute; an empty one is the current folder.
std::vector<std::string> folders_of(const std::string& search_path);

}  // namespace hamcell
