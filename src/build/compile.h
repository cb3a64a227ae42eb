// The compile of a cell: its command, and the folder that it works in.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "build/build.h"
#include "build/precompiled.h"

namespace hamcell {

/// A private folder for what is made on the way to a built cell; it goes with everything in it.
class BuildFolder {
 public:
  /// `name`: path of the built cell without its ending.
  explicit BuildFolder(const std::string& name);
  /// Of one whose name is not known yet.
  explicit BuildFolder(const Digest& stand_in);
  ~BuildFolder();
  BuildFolder(const BuildFolder&) = delete;
  BuildFolder& operator=(const BuildFolder&) = delete;

  /// Writes the text of a translation unit, without the includes that `headers` stand for, into a file that
  /// is named like the cell, because a linker's messages name it. Gives its path.
  std::string write_source(const Cell& cell, const std::string& text,
                           const std::optional<PrecompiledHeaders>& headers) const;
  std::string object(const Cell& cell) const;
  std::string output() const { return path_ + "/cell.so"; }
  const std::string& path() const { return path_; }
  /// For a compiler: its temporary files are in the folder, too, and go with it even if it is killed.
  std::vector<std::pair<std::string, std::string>> environment() const;

 private:
  std::string path_;
};

/// The command that makes an object of the cell's own source.
std::vector<std::string> compile_command(const Cell& cell, const std::string& source,
                                         const std::string& object, bool color, BuildFor purpose,
                                         const std::optional<PrecompiledHeaders>& headers);

/// The command that makes a shared object of objects and of the cell's further sources.
std::vector<std::string> link_command(const Cell& cell, const std::vector<std::string>& objects,
                                      const std::string& output, bool color, BuildFor purpose);

}  // namespace hamcell
