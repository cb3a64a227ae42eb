// Who computes what: a claim says to other hamcell processes on the same cache that the node with some cache
// key is being run, so that they wait for its result.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/file.h"

namespace hamcell {

/// Claims are locks on single bytes of one empty file: the byte's number is made of the key. The kernel takes
/// them back when a process ends, however it ends, and network file systems pass them on. Two keys with the
/// same 62 bits would wait for each other without need.
class Claims {
 public:
  /// Of the cache in `folder`. Where the file or the locks cannot be had, every claim succeeds: a node may
  /// then run twice at the same time, and nothing else is lost.
  explicit Claims(std::string folder) : folder_(std::move(folder)) {}

  /// False while another process has it. To claim what is claimed already does nothing.
  bool claim(const Digest& key);
  void release(const Digest& key);
  /// It will be released by release_stored(), once its entry is visible to other processes.
  void release_when_stored(const Digest& key) { stored_.push_back(key); }
  void release_stored();

 private:
  bool open();

  std::string folder_;
  bool was_opened_ = false;  ///< or could not be: asked for with the first claim
  OwnedFd file_;
  std::set<Digest> claimed_;
  std::vector<Digest> stored_;
};

}  // namespace hamcell
