// The link of a cell, which needs no compiler once that has said how it is done.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/process.h"
#include "build/compile.h"

namespace hamcell {

/// Links what was compiled of a cell to a shared object.
class Linking {
 public:
  /// Begins to ask the compiler how it would start its linker, in the background, unless that is known.
  /// `folder` is to outlive it.
  Linking(const Cell& cell, const BuildFolder& folder, bool color, BuildFor purpose);
  ~Linking();
  Linking(const Linking&) = delete;
  Linking& operator=(const Linking&) = delete;

  /// Links the objects and the further sources of the cell. The messages are those of the compiler that was
  /// asked to link.
  ProcessResult link(const std::vector<std::string>& objects, const std::function<void()>& tick);

 private:
  struct Question;
  const Cell& cell_;
  const BuildFolder& folder_;
  bool color_;
  BuildFor purpose_;
  std::vector<std::string> words_;      ///< of the linker, once known, with stand-ins for files
  std::unique_ptr<Question> question_;  ///< while it is being answered
};

}  // namespace hamcell
