// Who computes what: a claim says to other hamcell processes on the same cache that the node with some cache
// key is being run, so that they wait for its result.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/digest.h"
#include "base/file.h"

namespace hamcell {

/// Claims are locks on single bytes of empty files: the file and the byte's number are made of the key. The
/// kernel takes them back when a process ends, however it ends, and network file systems pass them on. Two
/// keys with the same 66 bits would wait for each other without need.
///
/// A node that is sent to a runner before the versions of its arguments are known has no key yet. For it its
/// code is claimed: all keys that the node can have with this code. Who claims one key only shares the code
/// with others that do. A claim of the code can become one of a key once that is known, so that others wait
/// for as long as the node runs only if they need the same.
///
/// The kernel has the locks of a file in one list and goes through that for each call. So there are many
/// files: with one, a quarter of the time of a run with short nodes was spent there.
class Claims {
 public:
  /// Of the cache in `folder`. Where the files or the locks cannot be had, every claim succeeds: a node may
  /// then run twice at the same time, and nothing else is lost.
  explicit Claims(std::string folder) : folder_(std::move(folder)) {}

  /// The names of the files, in the folder of the cache.
  static std::vector<std::string> file_names();

  /// Claims a key that the node has with its code, and of its code no more than that; false while another
  /// process has it. To claim what is claimed already does nothing, but that release_stored() leaves it.
  bool claim(const Digest& key, const Digest& code);
  /// Claims all keys of the code; false while another process has one of them.
  bool claim_code(const Digest& code);
  /// Gives back what is claimed of the two.
  void release(const Digest& key, const Digest& code);
  /// The entry is among what will be written next. They are given back by the release_stored() behind the
  /// next begin_write(), once it is visible to other processes.
  void release_when_stored(const Digest& key, const Digest& code);
  /// What was said to be written next is being written from now on.
  void begin_write() { ++write_; }
  /// All that was being written is written.
  void release_stored();

 private:
  /// The bytes of keys, and those of codes behind them.
  enum class Kind : std::uint8_t { of_key, of_code };
  enum class Mode : std::uint8_t { shared, alone };
  struct Claim {
    Kind kind = Kind::of_key;
    Mode mode = Mode::shared;
    std::uint64_t write = 0;  ///< it ends when that is done; 0: there is none yet
  };
  /// A byte of a file that is locked.
  struct Byte {
    off_t number = 0;
    bool stays = false;  ///< else it is to be unlocked
  };
  static constexpr std::size_t file_count = 16;
  struct File {
    bool was_opened = false;  ///< or could not be: asked for with the first claim in it
    OwnedFd fd;
  };
  static std::size_t index_of(const Digest& digest);
  const OwnedFd& file_of(const Digest& digest);
  bool lock(Kind kind, const Digest& digest, Mode mode);
  void unlock(Kind kind, const Digest& digest);
  void unlock_released(std::size_t file, std::vector<Byte> bytes);
  void mark(const Digest& digest, std::uint64_t write);

  std::string folder_;
  std::uint64_t write_ = 1;  ///< the next one
  std::array<File, file_count> files_;
  std::unordered_map<Digest, Claim, DigestHash> claimed_;  ///< of both kinds
};

}  // namespace hamcell
