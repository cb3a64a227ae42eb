// The cache: entries by key, types, and the history of runs, in DIR/metadata.db and DIR/results.
//
// Every record is checked by a digest of its own (base/record.h), because SQLite does not notice every
// flipped bit: a damaged record counts as absent. The columns beside it are only for finding and listing.
#include "cache/cache.h"

#include <future>
#include <unordered_set>

#include "base/text.h"
#include "cache/batch_writer.h"
#include "cache/store.h"
#include "value/type_record.h"

template <>
struct ham::members<hamcell::StoredType> {
  template <class F>
  static constexpr void each(F&& f) {
    f("table", &hamcell::StoredType::table);
    f("type", &hamcell::StoredType::type);
  }
};

namespace hamcell {
namespace {

/// Like the key of an entry, that of a type is part of its checksum.
std::string type_kind(const Digest& digest) { return "hamcell type 4 " + digest.hex(); }
std::string entry_kind(const Digest& key) { return std::string(entry_record) + key.hex(); }

/// Runs a query of the view `history`.
std::vector<StoredRun> read_runs(Query& query) {
  std::vector<StoredRun> runs;
  while (query.next()) runs.push_back(run_from_row(query));
  return runs;
}

std::optional<StoredRun> only_run(Query& query) {
  std::vector<StoredRun> found = read_runs(query);
  if (found.size() != 1) return std::nullopt;
  return std::move(found[0]);
}

std::optional<std::string> read_one(Database& database, const char* sql, const Digest& digest) {
  Query query(database, sql);
  query.blob(1, digest);
  return query.next() ? std::optional(query.bytes(0)) : std::nullopt;
}

/// The first undamaged entry that a query for a node gives; its columns are (key, record).
std::optional<Entry> first_entry(Database& database, const char* sql, const std::string& node) {
  Query query(database, sql);
  query.text(1, node);
  while (query.next())
    if (std::optional<Entry> entry = from_stored(query.digest(0), query.bytes(1))) return entry;
  return std::nullopt;
}

/// Counts a result that is new in the store.
void count_result(Database& database, const Digest& content, std::uint64_t bytes) {
  Query add(database,
            "INSERT INTO results(content, bytes) VALUES(?,?) ON CONFLICT DO NOTHING RETURNING bytes");
  add.blob(1, content).number(2, static_cast<std::int64_t>(bytes));
  if (!add.next()) return;
  add.run();
  Query total(database, "UPDATE totals SET value=value+? WHERE name='result bytes'");
  total.number(1, static_cast<std::int64_t>(bytes)).run();
}

void write_entry(Database& database, const std::string& folder, const Digest& key, const Digest& code,
                 const Entry& entry, const std::string& record) {
  const bool has_file = entry.stored && !entry.inlined;
  if (has_file) {
    // Files are only removed within write transactions (care.h), so what is there now stays until this one
    // ends.
    if (!has_result(folder, entry.content, entry.bytes)) return;
    count_result(database, entry.content, entry.bytes);
  }
  // The newest entry of a node is the one stored last, also where the clock was set back.
  Query query(database,
              "INSERT OR REPLACE INTO entries(key, trace, node, code, created, stored, content, record) "
              "VALUES(?1,?2,?3,?4,max(?5,(SELECT coalesce(max(created)+1,0) FROM entries WHERE node=?3)),"
              "?6,?7,?8)");
  query.blob(1, key)
      .blob(2, trace_digest(entry.trace))
      .text(3, entry.node)
      .blob(4, code)
      .number(5, entry.created_ns)
      .number(6, entry.stored);
  if (has_file) query.blob(7, entry.content);
  query.blob(8, record).run();
}

void write_run(Database& database, const StoredRun& run, const Digest& outcome) {
  Query query(database,
              "INSERT OR REPLACE INTO runs(id, started, cell, shape, record, outcome) VALUES(?,?,?,?,?,?)");
  query.text(1, run.id).number(2, run.started_ns).text(3, run.cell).blob(4, run.shape);
  query.blob(5, run.record).blob(6, outcome).run();
}

/// Triggers do it for entries that are changed or removed. For those that are added once is enough, however
/// many there are.
void begin_generation(Database& database) {
  Query query(database, "UPDATE totals SET value=value+1 WHERE name='generation'");
  query.run();
}

std::string next_step(const DatabaseError& error) {
  if (error.is_damage())
    return "'hamcell cache verify' moves a damaged database away; or choose another folder with --cache-dir";
  if (error.is_full()) return "make room, or choose another folder with --cache-dir";
  return "choose another folder with --cache-dir, or run with --no-cache";
}

}  // namespace

std::string to_stored(const Digest& key, const Entry& entry) { return to_record(entry, entry_kind(key)); }

std::optional<Entry> from_stored(const Digest& key, std::string_view record) {
  return from_record<Entry>(record, entry_kind(key));
}

StoredRun run_from_row(const Query& row) {
  return {row.bytes(0), row.integer(1), row.bytes(2), row.digest(3), row.bytes(4), row.bytes(5)};
}

std::optional<StoredType> type_from_stored(const Digest& digest, std::string_view record) {
  return from_record<StoredType>(record, type_kind(digest));
}

void forget_result(Database& database, const Digest& content) {
  std::vector<std::pair<Digest, std::string>> entries;
  {
    Query query(database, "SELECT key, record FROM entries WHERE content=?");
    query.blob(1, content);
    while (query.next()) entries.emplace_back(query.digest(0), query.bytes(1));
  }
  for (const auto& [key, record] : entries) {
    std::optional<Entry> entry = from_stored(key, record);
    if (!entry) continue;
    entry->stored = false;
    entry->bytes = 0;
    Query query(database, "UPDATE entries SET stored=0, content=NULL, record=? WHERE key=? AND trace=?");
    query.blob(1, to_stored(key, *entry)).blob(2, key).blob(3, trace_digest(entry->trace)).run();
  }
  // What is left is damaged.
  Query damaged(database, "DELETE FROM entries WHERE content=?");
  damaged.blob(1, content).run();
  Query row(database, "DELETE FROM results WHERE content=?");
  row.blob(1, content).run();
}

/// A node's name and its code version.
using NodeCode = std::pair<std::string, Digest>;
struct NodeCodeHash {
  std::size_t operator()(const NodeCode& of) const {
    return std::hash<std::string>()(of.first) ^ DigestHash()(of.second);
  }
};

struct Cache::Implementation {
  std::string folder;
  Access access = Access::read;
  Opened opened;
  /// What is not in the database yet.
  struct Unwritten {
    std::vector<Write> writes;
    std::unordered_set<Digest, DigestHash> keys;  ///< of entries and code among it
    /// Of the entries among it: their nodes, and the code that made them.
    std::unordered_set<NodeCode, NodeCodeHash> code;
    bool has_history = false;  ///< runs or shapes are among it
  };
  Unwritten pending;  ///< what commit() and begin_commit() write
  Unwritten begun;    ///< what `writer` has; its writes are there
  BatchWriter writer;
  std::future<void> tidying;     ///< of the journal, on a connection of its own
  bool is_begun_written = true;  ///< nothing went wrong with what was begun last
  std::optional<bool> has_log;   ///< the database has a write-ahead log; asked for once
  std::vector<Problem> warnings;
  bool has_grown = false;
  bool is_closed = false;  ///< the folder cannot be written, and nobody was told so yet

  Failure failure_of(const DatabaseError& error) const {
    return {ExitStatus::storage, "cannot use the cache '" + folder + "': " + error.what(), next_step(error)};
  }

  void open(FileSystemOf file_system) {
    try {
      // The file system may be that of the folder above, where there is none yet.
      const bool is_there = stamp_of(folder).kind == Stamp::Kind::folder;
      opened = open_database(
          {folder, access != Access::read, file_system(is_there ? folder : parent_folder(folder))});
    } catch (const DatabaseError& error) {
      return give_up(error);
    }
    warnings = std::move(opened.warnings);
    if (access == Access::read || opened.is_writable) return;
    if (access == Access::write) throw Failure(ExitStatus::storage, not_writable(), "ask who owns it");
    is_closed = true;
  }

  std::string not_writable() const { return "the cache '" + folder + "' cannot be written"; }

  void forget_database() {
    writer.close();
    tidying = {};
    begun = {};
    pending = {};
    opened.database.reset();
  }

  /// What cannot be read cannot be written either. A run goes on as if there were no cache.
  void give_up(const DatabaseError& error) {
    if (access != Access::run) throw failure_of(error);
    forget_database();
    opened.copy.reset();
    const bool is_aside = error.is_damage() && opened.is_writable && opened.lock != nullptr &&
                          set_database_aside(folder, *opened.lock, opened.file);
    opened.is_writable = false;
    warnings.push_back(
        {{},
         "the cache '" + folder + "' cannot be used, and the run is done without it: " + error.what(),
         is_aside ? set_aside_text(folder) : next_step(error)});
    opened.lock.reset();
  }

  void stop_writing(const std::string& why, const std::string& next) {
    pending = {};
    if (!std::exchange(opened.is_writable, false)) return;
    warnings.push_back(
        {{}, "the cache '" + folder + "' cannot be written, and this run is not kept: " + why, next});
  }

  template <class Question>
  auto ask(Question question) -> decltype(question(*opened.database)) {
    if (opened.database == nullptr) return {};
    try {
      return question(*opened.database);
    } catch (const DatabaseError& error) {
      give_up(error);
      return {};
    }
  }

  void later(std::function<void(Database&)> write, std::function<void()> prepare = {}) {
    if (opened.is_writable) pending.writes.push_back({std::move(write), std::move(prepare)});
  }

  Unwritten take_pending() {
    if (!pending.code.empty()) pending.writes.push_back({begin_generation});
    return std::exchange(pending, {});
  }

  void take_error(const DatabaseError& error) {
    if (error.is_damage()) return give_up(error);
    if (access != Access::run) throw failure_of(error);
    stop_writing(error.what(), next_step(error));
  }

  void end_begun() {
    const std::optional<DatabaseError> error = writer.wait();
    begun = {};
    is_begun_written = is_begun_written && !error;
    if (error) take_error(*error);
  }

  void write_pending() {
    end_begun();
    if (opened.database == nullptr || pending.writes.empty()) return;
    try {
      write_all(*opened.database, take_pending().writes);
    } catch (const DatabaseError& error) {
      is_begun_written = false;
      take_error(error);
    }
  }

  /// Without a log who writes and who reads would wait for each other.
  bool may_write_beside() {
    if (opened.database == nullptr || !opened.is_writable) return false;
    if (!has_log)
      has_log = ask([](Database& database) { return database.text("PRAGMA journal_mode"); }) == "wal";
    return *has_log;
  }

  void begin_pending() {
    is_begun_written = true;
    if (writer.is_busy() || pending.writes.empty() || !may_write_beside()) return write_pending();
    begun = take_pending();
    if (writer.begin(database_file(folder), begun.writes)) return;
    pending = std::exchange(begun, {});
    write_pending();
  }

  /// Brings the journal into the database beside what follows. While others have it open that is left to the
  /// one who closes it last: not every one of many runs should wait for the disk.
  void begin_tidying() {
    if (!may_write_beside() || opened.lock == nullptr) return;
    if (opened.lock->is_held_by_others(FolderLock::Byte::use)) return;
    if (tidying.valid()) tidying.get();
    tidying = begin_beside([file = database_file(folder)] {
      try {
        connect(file)->empty_journal();
      } catch (const DatabaseError&) {  // whoever needs the database next is told
      }
    });
  }

  /// So that what was stored is found.
  void write_if_unwritten(const Digest& key) {
    if (pending.keys.contains(key)) return write_pending();
    if (begun.keys.contains(key)) end_begun();
  }

  /// Of history alone: entries that wait to be written are not waited for.
  void write_history() {
    if (pending.has_history) return write_pending();
    if (begun.has_history) end_begun();
  }

  bool is_unwritten(const NodeCode& code) const {
    return pending.code.contains(code) || begun.code.contains(code);
  }
};

Cache::Cache(const std::string& folder, Access access, FileSystemOf file_system)
    : self_(std::make_unique<Implementation>()) {
  self_->folder = folder;
  self_->access = access;
  self_->open(file_system);
}

Cache::~Cache() {
  // Whatever was stored is worth keeping even when the run ends by an exception.
  try {
    commit();
  } catch (const Failure&) {
  }
}

const std::string& Cache::folder() const { return self_->folder; }

bool Cache::is_writable() const { return self_->opened.is_writable; }

void Cache::warn_of_loss() {
  if (!std::exchange(self_->is_closed, false)) return;
  self_->warnings.push_back({{}, self_->not_writable(), "what it holds is used, and nothing is added to it"});
}

void Cache::stop_writing(const std::string& why) {
  self_->stop_writing(why, "make room, or choose another folder with --cache-dir");
}

std::vector<Problem> Cache::take_warnings() { return std::exchange(self_->warnings, {}); }

bool Cache::has_grown() const { return self_->has_grown; }

Database& Cache::database() {
  if (self_->opened.database == nullptr)
    throw Failure(ExitStatus::storage, self_->not_writable(), "run again: a new one is begun");
  self_->write_pending();
  return *self_->opened.database;
}

void Cache::give_up(const DatabaseError& error) { self_->give_up(error); }

Failure Cache::failure_of(const DatabaseError& error) const { return self_->failure_of(error); }

bool Cache::become_alone() {
  return self_->opened.lock != nullptr &&
         self_->opened.lock->try_now(FolderLock::Byte::use, FolderLock::Mode::alone);
}

void Cache::share() {
  if (self_->opened.lock != nullptr)
    self_->opened.lock->try_now(FolderLock::Byte::use, FolderLock::Mode::shared);
}

bool Cache::begin_anew() {
  self_->forget_database();
  if (!set_database_aside(self_->folder, *self_->opened.lock, self_->opened.file)) return false;
  self_->opened = open_database({self_->folder, true, file_system_of(self_->folder)});
  return true;
}

std::vector<Entry> Cache::find(const Digest& key) {
  self_->write_if_unwritten(key);
  return self_->ask([&](Database& database) {
    Query query(database, "SELECT record FROM entries WHERE key=? ORDER BY created DESC");
    query.blob(1, key);
    std::vector<Entry> entries;
    while (query.next())
      if (std::optional<Entry> entry = from_stored(key, query.bytes(0))) entries.push_back(*std::move(entry));
    return entries;
  });
}

void Cache::store(const Digest& key, const Digest& code_version, const Entry& entry) {
  self_->has_grown = self_->has_grown || self_->opened.is_writable;
  self_->pending.keys.insert(key);
  self_->pending.code.emplace(entry.node, code_version);
  const auto prepared = std::make_shared<std::pair<Entry, std::string>>(entry, std::string());
  self_->later(
      [folder = self_->folder, key, code_version, prepared](Database& database) {
        write_entry(database, folder, key, code_version, prepared->first, prepared->second);
      },
      [key, prepared] { prepared->second = to_stored(key, prepared->first); });
}

std::vector<bool> Cache::have_entries_of(const std::vector<std::pair<std::string, Digest>>& codes) {
  return self_->ask([&](Database& database) {
    std::vector<bool> answers;
    // One snapshot, which is also one lock for all questions.
    const Snapshot snapshot(database);
    for (const auto& code : codes) {
      Query query(database, "SELECT 1 FROM entries WHERE code=? AND node=? ORDER BY created DESC LIMIT 1");
      query.blob(1, code.second).text(2, code.first);
      answers.push_back(query.next() || self_->is_unwritten(code));
    }
    return answers;
  });
}

bool Cache::has_entry_of(const std::string& node, const Digest& code_version) {
  const std::vector<bool> answers = have_entries_of({{node, code_version}});
  return !answers.empty() && answers.front();
}

void Cache::store_code(const Digest& version, const std::string& record) {
  store_code(version, [record] { return record; });
}

void Cache::store_code(const Digest& version, std::function<std::string()> make) {
  self_->pending.keys.insert(version);
  const auto record = std::make_shared<std::string>();
  self_->later(
      [version, record](Database& database) {
        Query query(database, "INSERT OR IGNORE INTO code(version, record) VALUES(?,?)");
        query.blob(1, version).blob(2, *record).run();
      },
      [record, make = std::move(make)] { *record = make(); });
}

std::optional<std::string> Cache::find_code(const Digest& version) {
  self_->write_if_unwritten(version);
  return self_->ask([&](Database& database) {
    return read_one(database, "SELECT record FROM code WHERE version=?", version);
  });
}

std::optional<StoredType> Cache::find_type(const Digest& digest) {
  self_->write_pending();
  return self_->ask([&](Database& database) {
    const std::optional<std::string> bytes =
        read_one(database, "SELECT record FROM types WHERE digest=?", digest);
    return bytes ? type_from_stored(digest, *bytes) : std::nullopt;
  });
}

void Cache::store_type(const Digest& digest, const StoredType& type) {
  self_->later([digest, record = to_record(type, type_kind(digest))](Database& database) {
    Query query(database, "INSERT OR REPLACE INTO types(digest, record) VALUES(?,?)");
    query.blob(1, digest).blob(2, record).run();
  });
}

std::optional<Entry> Cache::newest_of(const std::string& node) {
  self_->write_pending();
  return self_->ask([&](Database& database) {
    return first_entry(
        database, "SELECT key, record FROM entries WHERE node=? AND stored=1 ORDER BY created DESC", node);
  });
}

std::optional<Entry> Cache::last_entry_of(const std::string& node) {
  self_->write_pending();
  return self_->ask([&](Database& database) {
    return first_entry(database, "SELECT key, record FROM entries WHERE node=? ORDER BY created DESC", node);
  });
}

std::vector<EntrySummary> Cache::list() {
  self_->write_pending();
  return self_->ask([&](Database& database) {
    Query query(database, "SELECT key, record FROM entries ORDER BY created DESC");
    std::vector<EntrySummary> all;
    while (query.next()) {
      const Digest key = query.digest(0);
      const std::optional<Entry> entry = from_stored(key, query.bytes(1));
      if (!entry) continue;
      const std::optional<StoredType> type = find_type(entry->type);
      all.push_back({entry->node, key.hex(), entry->data_version.hex(),
                     type ? type->table[type->type].name : "", entry->stored, entry->bytes, entry->seconds,
                     entry->created_ns, entry->preview});
    }
    return all;
  });
}

void Cache::store_run(const StoredRun& run) {
  self_->pending.has_history = true;
  self_->later([run](Database& database) {
    const Digest outcome = digest_of(run.outcome);
    Query add(database, "INSERT OR IGNORE INTO outcomes(digest, record) VALUES(?,?)");
    add.blob(1, outcome).blob(2, run.outcome).run();
    write_run(database, run, outcome);
  });
}

bool Cache::store_repeated_run(const StoredRun& run, const Digest& outcome) {
  // What waits to be written may outlive this call.
  const auto is_stored = std::make_shared<bool>(false);
  self_->later([run, outcome, is_stored](Database& database) {
    Query find(database, "SELECT 1 FROM outcomes, shapes WHERE outcomes.digest=? AND shapes.digest=?");
    find.blob(1, outcome).blob(2, run.shape);
    if (!find.next()) return;
    write_run(database, run, outcome);
    *is_stored = true;
  });
  self_->write_pending();
  if (!*is_stored || !self_->opened.is_writable) return false;
  // That nothing has changed is worth no waiting for the disk.
  self_->opened.database->leave_in_journal();
  return true;
}

std::int64_t Cache::generation() {
  self_->write_pending();
  return self_->ask([](Database& database) {
    Query query(database, "SELECT value FROM totals WHERE name='generation'");
    return query.next() ? query.integer(0) : 0;
  });
}

// The last run is the one stored last, also where the clock was set back.

std::optional<StoredRun> Cache::last_run(const std::string& cell) {
  self_->write_history();
  return self_->ask([&](Database& database) {
    // Two statements, because each has an index of its own.
    Query query(database, cell.empty() ? "SELECT * FROM history ORDER BY number DESC LIMIT 1"
                                       : "SELECT * FROM history WHERE cell=? ORDER BY number DESC LIMIT 1");
    if (!cell.empty()) query.text(1, cell);
    return only_run(query);
  });
}

std::optional<StoredRun> Cache::find_run(const std::string& id) {
  self_->write_history();
  return self_->ask([&](Database& database) {
    Query query(database, "SELECT * FROM history WHERE substr(id, 1, length(?1))=?1 LIMIT 2");
    query.text(1, id);
    return only_run(query);
  });
}

std::optional<StoredRun> Cache::run(const std::string& id) {
  self_->write_history();
  return self_->ask([&](Database& database) {
    Query query(database, "SELECT * FROM history WHERE id=?");
    query.text(1, id);
    return only_run(query);
  });
}

std::vector<StoredRun> Cache::runs(std::size_t limit) {
  self_->write_history();
  return self_->ask([&](Database& database) {
    Query query(database, "SELECT * FROM history ORDER BY number DESC LIMIT ?");
    query.number(1, static_cast<std::int64_t>(limit));
    return read_runs(query);
  });
}

std::size_t Cache::count_runs() {
  self_->write_history();
  return self_->ask([](Database& database) {
    return static_cast<std::size_t>(database.number("SELECT count(*) FROM runs"));
  });
}

void Cache::visit_runs(const std::function<void(const StoredRun&)>& visit) {
  self_->write_history();
  self_->ask([&](Database& database) {
    Query query(database, "SELECT * FROM history ORDER BY number DESC");
    while (query.next()) visit(run_from_row(query));
    return true;
  });
}

std::vector<RunPlace> Cache::runs_of(const std::string& cell) {
  self_->write_history();
  return self_->ask([&](Database& database) {
    Query query(database, "SELECT id, shape FROM runs WHERE cell=? ORDER BY rowid DESC");
    query.text(1, cell);
    std::vector<RunPlace> places;
    while (query.next()) places.push_back({query.bytes(0), query.digest(1)});
    return places;
  });
}

void Cache::store_shape(const Digest& shape, const std::string& record) {
  self_->pending.has_history = true;
  self_->later([shape, record](Database& database) {
    Query query(database, "INSERT OR IGNORE INTO shapes(digest, record) VALUES(?,?)");
    query.blob(1, shape).blob(2, record).run();
  });
}

std::optional<std::string> Cache::find_shape(const Digest& shape) {
  self_->write_history();
  return self_->ask([&](Database& database) {
    std::optional<std::string> record = read_one(database, "SELECT record FROM shapes WHERE digest=?", shape);
    // A shape is named by its content.
    return record && digest_of(*record) == shape ? record : std::nullopt;
  });
}

void Cache::commit() { self_->write_pending(); }

void Cache::commit_last() {
  self_->write_pending();
  self_->begin_tidying();
}

void Cache::begin_commit() { self_->begin_pending(); }

bool Cache::is_committing() const { return self_->writer.is_busy() && !self_->writer.is_done(); }

bool Cache::end_commit() {
  self_->end_begun();
  return self_->is_begun_written;
}

}  // namespace hamcell
