// The files of a cell, on disk.
#pragma once

#include <map>
#include <string>

namespace hamcell::proof {

/// Keeps a folder as the states of a chain want it, one after the other.
class Files {
 public:
  /// Of the current folder unless another is given.
  explicit Files(std::string folder = ".") : folder_(std::move(folder)) {}
  ~Files() { write({}); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  /// Makes just these files be there; those that have their content already are left alone.
  void write(const std::map<std::string, std::string>& files);

 private:
  std::string folder_;
  std::map<std::string, std::string> there_;
};

}  // namespace hamcell::proof
