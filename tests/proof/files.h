// The files of a cell, on disk.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "render.h"

namespace hamcell::proof {

/// Keeps a folder as the states of a chain want it, one after the other.
class Files {
 public:
  /// Of the current folder unless another is given.
  explicit Files(std::string folder = ".") : folder_(std::move(folder)) {}
  ~Files() { write({}); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  /// Makes just these files be there. One that changes keeps its inode, so that only times and size tell.
  void write(const Rendered& rendered);

 private:
  bool is_there(const std::string& name, const Rendered& rendered) const;

  std::string folder_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, unsigned> rewrites_;
};

}  // namespace hamcell::proof
