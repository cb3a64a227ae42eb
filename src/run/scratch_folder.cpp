// A private folder for values on their way between runners.
#include "run/scratch_folder.h"

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/guard.h"

namespace hamcell {

ScratchFolder::~ScratchFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  forget_folder(path_);
}

const std::string& ScratchFolder::path() {
  if (!path_.empty()) return path_;
  std::string name = temporary_folder_pattern();
  if (::mkdtemp(name.data()) == nullptr)
    throw Failure(ExitStatus::storage,
                  "cannot create a folder for passing values between runners, '" + name + "'",
                  "set TMPDIR to a folder that you may write to");
  path_ = name;
  guard_folder(path_);
  return path_;
}

}  // namespace hamcell
