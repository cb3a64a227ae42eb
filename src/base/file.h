// Files: read whole, written by rename, and stamped.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"

struct stat;

namespace hamcell {

/// The content of a file, or nothing; errno then says why: EFBIG for a device or pipe that does not end.
std::optional<std::string> read_file(const std::string& path);

/// The content of a regular file, or nothing. Waits for nobody, as opening a pipe would.
std::optional<std::string> read_regular_file(const std::string& path);

/// Writes a file so that a reader sees the old content or the new, never a part: a regular file (or a new
/// one) is written beside its place and renamed, symbolic links followed; a device or pipe, and whatever a
/// process has open, is written to as it is. Throws Failure (storage) that names `path`, and leaves nothing
/// behind.
void write_file(const std::string& path, std::string_view content);

/// Where write_file puts a file: `path` with symbolic links followed, those that lead nowhere yet as well.
/// Empty where it leads to what a process has open (/dev/stderr, /dev/fd/3): that need not be in any folder,
/// and is something else in every process.
std::string place_of_file(const std::string& path);

/// Throws what write_file would throw where `path` is a folder, or no file can be made beside it: what costs
/// work to make should not find that out at the end.
void check_place_for_file(const std::string& path);

/// Creates a folder and its parents with mode 0700 where missing. Throws Failure (storage).
void make_private_folders(const std::string& path);

/// What ::mkdtemp makes a new folder from: below TMPDIR where that is an absolute path, else below /tmp.
std::string temporary_folder_pattern();

/// What a file looked like: it is unchanged exactly when all of this is, except within the clock's
/// granularity.
struct Stamp {
  enum class Kind : std::uint8_t { absent, file, folder, other } kind = Kind::absent;
  std::uint64_t size = 0;        ///< bytes
  std::int64_t modified_ns = 0;  ///< since 1970, by the file system's clock
  std::int64_t changed_ns = 0;   ///< of the inode
  std::uint64_t inode = 0;
  std::uint64_t device = 0;

  bool operator==(const Stamp&) const = default;
};

/// The stamp of what `path` leads to; `absent` where nothing does or it cannot be looked at.
Stamp stamp_of(const std::string& path);
/// The same of `path` itself where it is a symbolic link; a link is of kind `other`.
Stamp stamp_of_link(const std::string& path);
/// The stamp that the system's answer to stat amounts to.
Stamp stamp_from(const struct ::stat& info);

/// Whether a file that had this stamp at that time cannot have changed since within the same tick of a local
/// file system's clock, so that it would still have it.
bool is_settled(const Stamp& stamp, std::int64_t at_ns);

/// The same for a file that may be on another machine, whose clock and rounding are its own: two seconds, by
/// both times.
bool is_old(const Stamp& stamp, std::int64_t at_ns);

/// Nanoseconds since 1970 by the system's clock.
std::int64_t now_ns();

/// `path` made absolute by the current folder and freed of "." and double slashes; ".." and links stay, since
/// removing them could change the meaning. Where the current folder has no name any more it counts as "/".
std::string absolute_path(const std::string& path);
/// `path` with links and ".." resolved; absolute_path where nothing is there.
std::string real_path(const std::string& path);
std::string parent_folder(const std::string& path);  ///< "." where there is none
std::string file_name(const std::string& path);      ///< the last part
std::string file_stem(const std::string& path);      ///< the last part without its last ending

/// Whether `path` and every folder above it belong to this user or root, and nobody else can write them
/// (a folder with the sticky bit, such as /tmp, counts as safe to stand in).
bool is_private_to_user(const std::string& path);

/// Whether `path` is a folder of this user's, and no link to one: only there may files be cleaned away by
/// their names.
bool is_own_folder(const std::string& path);

/// Whether `name` is `prefix` and the six characters that mkstemp puts behind one.
bool is_temporary_name(std::string_view name, std::string_view prefix);

/// A file descriptor that is closed when it goes.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.release()) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  ~OwnedFd();
  int get() const { return fd_; }
  int release();
  void reset(int fd = -1);
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// A file's bytes, mapped into memory: a large value is read without a second copy of it.
class MappedFile {
 public:
  /// `bytes()` is empty when the file is empty, cannot be read, or is not a regular one. Where others cut it
  /// short meanwhile, SIGBUS ends the process that reads behind its new end.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

/// Shows the bytes of a regular file, mapped into memory, to `look`. False when the file is empty or cannot
/// be read, or when others have cut it short meanwhile: what `look` has made of it is then worth nothing. For
/// one thread, and not within itself.
bool look_at_file(const std::string& path, const std::function<void(std::string_view)>& look);

/// Of the bytes of a regular file; nothing where look_at_file shows none. For one thread, like that.
std::optional<Digest> digest_of_file(const std::string& path);

/// Writes everything or says false (errno is set); goes on after signals, and waits also where the
/// descriptor was opened not to.
bool write_fully(int fd, std::string_view bytes);

/// Writes to standard error what the user is to see there. Where that cannot be, nobody could be told.
void write_to_user(std::string_view text);

}  // namespace hamcell
