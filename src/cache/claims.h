// Who computes what: a claim says to other hamcell processes on the same cache that the node with some cache
// key is being run, so that they wait for its result.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/digest.h"
#include "base/file.h"

namespace hamcell {

/// Claims are locks on single bytes of one empty file: the byte's number is made of the key. The kernel takes
/// them back when a process ends, however it ends, and network file systems pass them on. Two keys with the
/// same 62 bits would wait for each other without need.
///
/// A node that is sent to a runner before the versions of its arguments are known has no key yet. For it its
/// code is claimed: all keys that the node can have with this code. Who claims one key only shares the code
/// with others that do. A claim of the code can become one of a key once that is known, so that others wait
/// for as long as the node runs only if they need the same.
///
/// The kernel has the locks of a file in one list and goes through that for each call: so the fewer locks and
/// calls, the better.
class Claims {
 public:
  /// Of the cache in `folder`. Where the file or the locks cannot be had, every claim succeeds: a node may
  /// then run twice at the same time, and nothing else is lost.
  explicit Claims(std::string folder) : folder_(std::move(folder)) {}

  /// Claims a key that the node has with its code, and of its code no more than that; false while another
  /// process has it. To claim what is claimed already does nothing, but that release_stored() leaves it.
  bool claim(const Digest& key, const Digest& code);
  /// Claims all keys of the code; false while another process has one of them.
  bool claim_code(const Digest& code);
  /// Gives back what is claimed of the two.
  void release(const Digest& key, const Digest& code);
  /// They will be given back by release_stored(), once the entry is visible to other processes.
  void release_when_stored(const Digest& key, const Digest& code);
  void release_stored();

 private:
  /// The bytes of keys, and those of codes behind them.
  enum class Byte : std::uint8_t { of_key, of_code };
  enum class Mode : std::uint8_t { shared, alone };
  /// A byte that is locked.
  struct Claim {
    Byte kind = Byte::of_key;
    Mode mode = Mode::shared;
    bool is_stored = false;  ///< it ends with the next release_stored()
  };
  bool open();
  bool lock(Byte kind, const Digest& digest, Mode mode);
  void unlock(Byte kind, const Digest& digest);
  void unlock_all_others();
  void mark(const Digest& digest, bool is_stored);

  std::string folder_;
  bool was_opened_ = false;  ///< or could not be: asked for with the first claim
  OwnedFd file_;
  std::unordered_map<Digest, Claim, DigestHash> claimed_;  ///< of both kinds
};

}  // namespace hamcell
