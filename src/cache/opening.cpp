// Opens the database of a cache folder.
//
// Losing a cache is cheap, losing a run is not: so a damaged database, or one of an older format, is moved
// aside and a new one begun. Renaming a file that another process has open would make SQLite there remove the
// journal of the new one; so whoever has the database open holds a shared lock, and who moves it away holds
// it alone. What may belong to another program is never touched.
#include "cache/opening.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/guard.h"
#include "base/interrupt.h"

namespace hamcell {
namespace {

/// Keys are as good as random. A table of large rows is in the order in which they came (it has a rowid), and
/// only what is small, an index of keys, is written all over the place; and a search for a key reads no row
/// but its own. Whether a node has an entry of some code is asked of the index of its entries, the newest
/// first: one that has none is about to be compiled, which takes longer than to go through them all.
constexpr const char* schema = R"sql(
CREATE TABLE entries(
  key BLOB NOT NULL, trace BLOB NOT NULL, node TEXT NOT NULL, code BLOB NOT NULL, created INTEGER NOT NULL,
  stored INTEGER NOT NULL, content BLOB, record BLOB NOT NULL, PRIMARY KEY(key, trace));
CREATE INDEX entries_by_node ON entries(node, created, code);
CREATE INDEX entries_by_content ON entries(content) WHERE content IS NOT NULL;
CREATE TABLE results(content BLOB PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE totals(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO totals VALUES('result bytes', 0), ('generation', abs(random() / 2));
CREATE TRIGGER entry_changed AFTER UPDATE ON entries
  BEGIN UPDATE totals SET value=value+1 WHERE name='generation'; END;
CREATE TRIGGER entry_removed AFTER DELETE ON entries
  BEGIN UPDATE totals SET value=value+1 WHERE name='generation'; END;
CREATE TABLE code(version BLOB PRIMARY KEY NOT NULL, record BLOB NOT NULL);
CREATE TABLE types(digest BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE shapes(digest BLOB PRIMARY KEY NOT NULL, record BLOB NOT NULL);
CREATE TABLE outcomes(digest BLOB PRIMARY KEY NOT NULL, record BLOB NOT NULL);
CREATE TABLE runs(
  id TEXT PRIMARY KEY, started INTEGER NOT NULL, cell TEXT NOT NULL, shape BLOB NOT NULL, record BLOB NOT NULL,
  outcome BLOB NOT NULL);
CREATE VIEW history AS
  SELECT id, started, cell, shape, runs.record AS record, outcomes.record AS outcome, runs.rowid AS number
  FROM runs LEFT JOIN outcomes ON digest=runs.outcome;
CREATE INDEX runs_by_cell ON runs(cell);
CREATE INDEX runs_by_time ON runs(started);
)sql";

/// In the header of the file (PRAGMA application_id): "hmcl".
constexpr std::int64_t application_id = 0x686D636C;
/// Before there was one, hamcell's databases were known by their number of format.
constexpr int last_version_without_id = 3;

/// How long who wants a damaged database out of the way waits for those who have it open.
constexpr auto patience = std::chrono::seconds(2);

bool may_write(const std::string& path) { return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0; }

/// Whether a file that SQLite cannot read was one of ours: in a folder that hamcell has made.
bool is_our_folder(const std::string& folder) {
  return stamp_of(folder + "/results").kind == Stamp::Kind::folder;
}

enum class Owner : std::uint8_t { nobody, hamcell, other };

Owner owner_of(Database& database, int version) {
  const std::int64_t id = database.number("PRAGMA application_id");
  if (id == application_id) return Owner::hamcell;
  if (database.number("SELECT count(*) FROM sqlite_master") == 0) return Owner::nobody;
  const bool has_old_form = id == 0 && version > 0 && version <= last_version_without_id;
  const bool has_tables =
      has_old_form &&
      database.number("SELECT count(*) FROM sqlite_master WHERE name IN ('entries','runs','types')") == 3;
  return has_tables ? Owner::hamcell : Owner::other;
}

[[noreturn]] void refuse_other_program(const std::string& folder) {
  throw Failure(ExitStatus::storage, "'" + database_file(folder) + "' is the database of another program",
                "choose another folder with --cache-dir, or run with --no-cache");
}

[[noreturn]] void refuse_newer(const std::string& folder, int version) {
  throw Failure(ExitStatus::storage,
                "the cache '" + folder + "' has format " + std::to_string(version) +
                    ", and this hamcell reads format " + std::to_string(schema_version),
                "use the hamcell that wrote it, another --cache-dir, or 'hamcell cache clear'");
}

/// Made under another name first, so that nobody ever sees half of it.
void make_database(const std::string& folder, bool uses_wal) {
  const std::string file = database_file(folder);
  const std::string made = file + ".new";
  for (const char* ending : {"", "-wal", "-shm", "-journal"}) ::unlink((made + ending).c_str());
  const OwnedFd created(::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!created) throw DatabaseError(SQLITE_CANTOPEN, std::strerror(errno));
  {
    Database database(made);
    // A batch changes pages all over the indexes of keys: with half as many of them a run of short nodes
    // takes a seventeenth less processor time.
    database.execute("PRAGMA page_size=" + std::to_string(page_bytes));
    // Nobody reads it before it is whole, so the disk is waited for once and not with every step.
    database.execute("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA auto_vacuum=INCREMENTAL");
    database.execute("PRAGMA application_id=" + std::to_string(application_id));
    Transaction transaction(database);
    database.execute(schema);
    database.execute("PRAGMA user_version=" + std::to_string(schema_version));
    transaction.commit();
    database.execute(uses_wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE");
  }
  if (::fsync(created.get()) != 0) throw DatabaseError(SQLITE_IOERR_FSYNC, std::strerror(errno));
  // Left by a database that somebody removed by hand: SQLite would take it for the new one's.
  for (const char* ending : {"-wal", "-shm", "-journal"}) ::unlink((file + ending).c_str());
  if (::rename(made.c_str(), file.c_str()) != 0) throw DatabaseError(SQLITE_CANTOPEN, std::strerror(errno));
}

void make_if_missing(const std::string& folder, FolderLock& lock, bool uses_wal) {
  if (stamp_of(database_file(folder)).kind != Stamp::Kind::absent) return;
  lock.wait(FolderLock::Byte::setup, FolderLock::Mode::alone);
  if (stamp_of(database_file(folder)).kind == Stamp::Kind::absent) make_database(folder, uses_wal);
  lock.release(FolderLock::Byte::setup);
}

/// Why a database that opens is not one to work with, where it is ours; nothing: it is.
std::optional<std::string> unfit_text(Database& database, const std::string& folder) {
  const auto version = static_cast<int>(database.number("PRAGMA user_version"));
  const Owner owner = owner_of(database, version);
  if (owner == Owner::other) refuse_other_program(folder);
  if (owner == Owner::nobody) return "the cache '" + folder + "' has an empty database";
  if (version > schema_version) refuse_newer(folder, version);
  if (version == schema_version) return std::nullopt;
  return "the cache '" + folder + "' has the older format " + std::to_string(version);
}

std::string damage_text(const std::string& folder, const DatabaseError& error) {
  return "the cache '" + folder + "' is damaged: " + error.what();
}

/// The database of an opened folder, as soon as it is one to work with; otherwise why it is not.
std::optional<std::string> try_to_open(const Opening& opening, Opened& opened) {
  const std::string file = opened.copy ? opened.copy->database() : database_file(opening.folder);
  opened.file = stamp_of(database_file(opening.folder));
  try {
    std::unique_ptr<Database> database = connect(file);
    if (std::optional<std::string> why = unfit_text(*database, opening.folder)) return why;
    // Of a database that was copied there.
    if (!opened.copy && opening.creates && is_network_file_system(opening.file_system))
      database->execute("PRAGMA journal_mode=DELETE");
    opened.database = std::move(database);
    return std::nullopt;
  } catch (const DatabaseError& error) {
    if (!error.is_damage()) throw;
    if (!is_our_folder(opening.folder)) refuse_other_program(opening.folder);
    return damage_text(opening.folder, error);
  }
}

Opened open_to_write(const Opening& opening) {
  const bool uses_wal = !is_network_file_system(opening.file_system);
  Opened opened;
  opened.lock = std::make_unique<FolderLock>(opening.folder);
  opened.is_writable = true;
  constexpr int most_tries = 3;
  for (int tries = 1;; ++tries) {
    opened.lock->wait(FolderLock::Byte::use, FolderLock::Mode::shared);
    make_if_missing(opening.folder, *opened.lock, uses_wal);
    const std::optional<std::string> why = try_to_open(opening, opened);
    if (!why) return opened;
    if (tries == most_tries || !set_database_aside(opening.folder, *opened.lock, opened.file))
      throw DatabaseError(SQLITE_CORRUPT,
                          *why + ", and it cannot be moved away while another hamcell has it open");
    opened.warnings.push_back({{}, *why, set_aside_text(opening.folder)});
  }
}

/// The folder of a run's cache that is not to be written: what is in it can be used all the same.
Opened open_to_read(const Opening& opening) {
  Opened opened;
  const std::string file = database_file(opening.folder);
  if (stamp_of(file).kind == Stamp::Kind::absent) {
    // Nothing was ever stored here: an empty cache in memory answers every question.
    opened.database = std::make_unique<Database>(":memory:");
    opened.database->execute(schema);
    return opened;
  }
  const bool is_closed = !may_write(opening.folder) || !may_write(file);
  opened.lock = std::make_unique<FolderLock>(opening.folder, !is_closed);
  opened.lock->wait(FolderLock::Byte::use, FolderLock::Mode::shared);
  if (is_closed) opened.copy = std::make_unique<PrivateCopy>(opening.folder);
  if (const std::optional<std::string> why = try_to_open(opening, opened))
    throw DatabaseError(SQLITE_CORRUPT, *why);
  return opened;
}

short lock_type(FolderLock::Mode mode) {
  return mode == FolderLock::Mode::shared ? short{F_RDLCK} : short{F_WRLCK};
}

struct flock range_of(FolderLock::Byte byte, short type) {
  struct flock range{};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(byte);
  range.l_len = 1;
  return range;
}

}  // namespace

std::string database_file(const std::string& folder) { return folder + "/metadata.db"; }

std::uint64_t file_system_of(const std::string& folder) {
  struct statfs info{};
  return ::statfs(folder.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.f_type) & 0xFFFFFFFF : 0;
}

bool is_network_file_system(std::uint64_t type) {
  // From linux/magic.h and the sources of those that are not in it.
  static constexpr std::array<std::uint64_t, 19> types = {
      0x6969,      // NFS
      0x517B,      // SMB
      0xFF534D42,  // CIFS
      0xFE534D42,  // SMB 2 and newer
      0x564C,      // NCP
      0x5346414F,  // AFS
      0x6B414653,  // kAFS
      0x73757245,  // Coda
      0x01021997,  // 9P
      0x65735546,  // FUSE
      0x00C36400,  // Ceph
      0x0BD00BD0,  // Lustre
      0x47504653,  // GPFS
      0x19830326,  // BeeGFS
      0x7461636F,  // OCFS2
      0x01161970,  // GFS2
      0x20030528,  // OrangeFS
      0xAAD7AAEA,  // Panasas
      0x786F4256,  // VirtualBox' shared folders
  };
  for (const std::uint64_t known : types)
    if (known == type) return true;
  return false;
}

FolderLock::FolderLock(std::string folder, bool is_made)
    : path_(std::move(folder) + "/lock"), is_made_(is_made) {
  open();
}

/// What a link leads to is not hamcell's to make, or to wait for, as for a pipe.
void FolderLock::open() {
  constexpr int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  file_.reset(::open(path_.c_str(), O_RDWR | (is_made_ ? O_CREAT : 0) | flags, 0666));
  if (!file_) file_.reset(::open(path_.c_str(), O_RDONLY | flags));
}

/// Whether others who open the file get the same one: `cache clear` removes it.
bool FolderLock::is_in_place() const {
  struct stat own{};
  if (::fstat(file_.get(), &own) != 0) return true;
  const Stamp now = stamp_of(path_);
  return now.inode == own.st_ino && now.device == own.st_dev;
}

/// False while somebody else has it.
bool FolderLock::set(Byte byte, short type) const {
  struct flock range = range_of(byte, type);
  // Of the open file and not of the process, so that two caches in one process exclude each other too.
  // A file system without locks locks nobody out.
  return ::fcntl(file_.get(), F_OFD_SETLK, &range) == 0 || (errno != EAGAIN && errno != EACCES);
}

/// Asks again and again: a signal that comes just before a call that waits would not end it.
void FolderLock::wait_for(Byte byte, short type) const {
  while (!set(byte, type)) {
    if (is_interrupted())
      throw Failure(ExitStatus::interrupted, "interrupted while waiting for '" + path_ + "'");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void FolderLock::wait(Byte byte, Mode mode) {
  if (!file_) return;
  wait_for(byte, lock_type(mode));
  while (file_ && !is_in_place()) {
    open();
    if (file_) wait_for(byte, lock_type(mode));
  }
}

bool FolderLock::try_now(Byte byte, Mode mode) { return !file_ || set(byte, lock_type(mode)); }

void FolderLock::release(Byte byte) {
  if (file_) set(byte, F_UNLCK);
}

bool FolderLock::is_held_by_others(Byte byte) const {
  struct flock range = range_of(byte, F_WRLCK);
  return file_ && ::fcntl(file_.get(), F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

PrivateCopy::PrivateCopy(const std::string& cache_folder) : folder_(temporary_folder_pattern()) {
  if (::mkdtemp(folder_.data()) == nullptr) throw DatabaseError(SQLITE_CANTOPEN, std::strerror(errno));
  guard_folder(folder_);
  static constexpr std::array<const char*, 3> names = {"metadata.db", "metadata.db-wal",
                                                       "metadata.db-journal"};
  const auto stamps = [&] {
    std::array<Stamp, names.size()> all;
    for (std::size_t i = 0; i < names.size(); ++i) all[i] = stamp_of(cache_folder + '/' + names[i]);
    return all;
  };
  // Somebody else may be writing. A copy of two states would only lose what no checksum agrees with, but the
  // next moment is worth waiting for.
  constexpr int most_tries = 10;
  for (int tries = 0; tries < most_tries; ++tries) {
    const auto before = stamps();
    for (const char* name : names) {
      std::error_code error;
      const std::string target = folder_ + '/' + name;
      std::filesystem::remove(target, error);
      std::filesystem::copy_file(cache_folder + '/' + name, target, error);
      if (error && error != std::errc::no_such_file_or_directory) {
        std::filesystem::remove_all(folder_, error);
        forget_folder(folder_);
        throw DatabaseError(SQLITE_CANTOPEN,
                            "a copy of the database cannot be made in '" + parent_folder(folder_) + "'");
      }
      ::chmod(target.c_str(), 0600);
    }
    if (stamps() == before) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

PrivateCopy::~PrivateCopy() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
  forget_folder(folder_);
}

Opened open_database(const Opening& opening) {
  const std::string& folder = opening.folder;
  const bool is_there = stamp_of(database_file(folder)).kind != Stamp::Kind::absent;
  const bool is_closed = is_there && (!may_write(folder) || !may_write(database_file(folder)));
  if (!opening.creates || is_closed) return open_to_read(opening);
  make_private_folders(folder + "/results");
  return open_to_write(opening);
}

bool is_of_other_program(const std::string& folder) {
  const std::string file = database_file(folder);
  if (stamp_of(file).kind == Stamp::Kind::absent) return false;
  try {
    Database database(file);
    return owner_of(database, static_cast<int>(database.number("PRAGMA user_version"))) == Owner::other;
  } catch (const DatabaseError& error) {
    return !is_our_folder(folder);
  }
}

bool set_database_aside(const std::string& folder, FolderLock& lock, const Stamp& file) {
  // The shared lock is given up first: two processes that both keep it would wait for each other.
  lock.release(FolderLock::Byte::use);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!lock.try_now(FolderLock::Byte::use, FolderLock::Mode::alone)) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const std::string path = database_file(folder);
  bool is_aside = true;
  // Another process may have done it meanwhile.
  const Stamp now = stamp_of(path);
  if (now.inode == file.inode && now.device == file.device) {
    is_aside = std::rename(path.c_str(), (folder + '/' + std::string(set_aside_name)).c_str()) == 0;
    for (const char* ending : {"-wal", "-shm", "-journal"})
      if (is_aside) ::unlink((path + ending).c_str());
  }
  lock.release(FolderLock::Byte::use);
  return is_aside;
}

std::string set_aside_text(const std::string& folder) {
  return "nothing to do: it was moved to '" + folder + '/' + std::string(set_aside_name) +
         "', which can be removed, and a new one is begun";
}

}  // namespace hamcell
