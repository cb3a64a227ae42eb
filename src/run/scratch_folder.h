// A private folder for values on their way between runners: made when it is first asked for, and gone with
// everything in it at the end, also where that is a kill (base/guard.h).
#pragma once

#include <string>

namespace hamcell {

class ScratchFolder {
 public:
  ScratchFolder() = default;
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  /// Throws Failure (storage) when it cannot be made.
  const std::string& path();

 private:
  std::string path_;
};

}  // namespace hamcell
