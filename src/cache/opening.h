// Opens the database of a cache folder: makes it where it is missing, sets it aside where it is damaged, and
// reads a copy where it cannot be written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "cache/database.h"

namespace hamcell {

/// Of the whole database; another number is another format.
inline constexpr int schema_version = 9;

/// Where a damaged database, or one of an older format, is put.
inline constexpr std::string_view set_aside_name = "metadata.db.aside";

/// The kind of file system that a folder is on: the number that statfs(2) gives; 0 where it gives none.
std::uint64_t file_system_of(const std::string& folder);
/// Whether that is one that other machines may use at the same time. WAL needs memory that all processes
/// share, so there the database has a rollback journal. FUSE counts: what is behind it is not known.
bool is_network_file_system(std::uint64_t type);

/// A lock on a byte of DIR/lock. It goes with the process, however that ends, and works between machines.
class FolderLock {
 public:
  enum class Byte : std::uint8_t {
    use,   ///< shared by everyone who has the database open; alone for who moves it away
    setup  ///< alone for who makes the database
  };
  enum class Mode : std::uint8_t { shared, alone };

  /// Holds nothing yet. Where the file cannot be opened nothing is ever locked. In a cache that is only read,
  /// a missing file is not made.
  explicit FolderLock(std::string folder, bool is_made = true);
  /// Waits until the lock is there. Throws Failure (interrupted) when the user wants no more of that.
  void wait(Byte byte, Mode mode);
  /// False when somebody else has it; what was held before then is still held.
  bool try_now(Byte byte, Mode mode);
  void release(Byte byte);
  bool is_held_by_others(Byte byte) const;

 private:
  void open();
  bool set(Byte byte, short type) const;
  void wait_for(Byte byte, short type) const;
  bool is_in_place() const;
  std::string path_;
  bool is_made_;
  OwnedFd file_;
};

/// A folder made by mkdtemp that goes with everything in it.
class PrivateCopy {
 public:
  /// Copies the database of a cache folder, and its journal, as it is between two writes of somebody else's.
  explicit PrivateCopy(const std::string& cache_folder);
  ~PrivateCopy();
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;
  std::string database() const { return folder_ + "/metadata.db"; }

 private:
  std::string folder_;
};

/// An open database with all that keeps it usable. Members go in reverse order: the lock last.
/// The database of a cache.
std::string database_file(const std::string& folder);

struct Opened {
  std::unique_ptr<FolderLock> lock;   ///< null where nothing is on disk
  std::unique_ptr<PrivateCopy> copy;  ///< where the folder cannot be written
  std::unique_ptr<Database> database;
  Stamp file;                ///< of metadata.db: another inode is another database
  bool is_writable = false;  ///< what is stored will be kept
  std::vector<Problem> warnings;
};

struct Opening {
  std::string folder;
  bool creates = false;           ///< a missing database is made, and a damaged one set aside
  std::uint64_t file_system = 0;  ///< as file_system_of gives it
};

/// Throws Failure (storage) for a database of another program, or of a newer format, which both stay as they
/// are, and where the folder cannot be made; DatabaseError for all that SQLite finds.
Opened open_database(const Opening& opening);

/// Whether what stands where the database of a folder would be is another program's.
bool is_of_other_program(const std::string& folder);

/// Puts the database of a folder aside, if `file` is still the one that stands there, with what is left of
/// its journals. The caller has closed it. False when another process has it open.
bool set_database_aside(const std::string& folder, FolderLock& lock, const Stamp& file);

/// "it was moved to '…', and a new one begun": what is said after set_database_aside.
std::string set_aside_text(const std::string& folder);

}  // namespace hamcell
