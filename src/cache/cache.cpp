// The cache: entries by key, types, and the history of runs, in DIR/metadata.db and DIR/results.
//
// Every record is checked by a digest of its own (base/record.h), because SQLite does not notice every
// flipped bit: a damaged record counts as absent. The columns beside it are only for finding and listing.
#include "cache/cache.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/text.h"
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

/// Of the whole database; another number is another format.
constexpr int schema_version = 3;

constexpr const char* schema = R"sql(
CREATE TABLE entries(
  key BLOB NOT NULL, trace BLOB NOT NULL, node TEXT NOT NULL, code BLOB NOT NULL, created INTEGER NOT NULL,
  stored INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY(key, trace)) WITHOUT ROWID;
CREATE INDEX entries_by_node ON entries(node, created);
CREATE INDEX entries_by_code ON entries(code, node);
CREATE TABLE code(version BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE types(digest BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE shapes(digest BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE runs(
  id TEXT PRIMARY KEY, started INTEGER NOT NULL, cell TEXT NOT NULL, shape BLOB NOT NULL, record BLOB NOT NULL);
CREATE INDEX runs_by_cell ON runs(cell, started);
CREATE INDEX runs_by_time ON runs(started);
)sql";

constexpr std::string_view type_kind = "hamcell type 3";

/// A prepared statement that is reset when its use ends, so that it can be used again.
class Use {
 public:
  explicit Use(sqlite3_stmt* statement) : statement_(statement) {}
  ~Use() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  Use& text(int at, std::string_view value) {
    sqlite3_bind_text64(statement_, at, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
  }
  Use& blob(int at, std::string_view value) {
    sqlite3_bind_blob64(statement_, at, value.data(), value.size(), SQLITE_TRANSIENT);
    return *this;
  }
  Use& number(int at, std::int64_t value) {
    sqlite3_bind_int64(statement_, at, value);
    return *this;
  }
  Digest digest(int column) const {
    Digest out;
    const std::string found = bytes(column);
    if (found.size() == out.bytes.size()) std::memcpy(out.bytes.data(), found.data(), found.size());
    return out;
  }
  int step() { return sqlite3_step(statement_); }
  std::string bytes(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    return data == nullptr ? std::string()
                           : std::string(static_cast<const char*>(data),
                                         static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

struct Cache::Implementation {
  std::string folder;
  sqlite3* database = nullptr;
  bool in_transaction = false;
  std::vector<std::pair<const char*, sqlite3_stmt*>> statements;  ///< by the address of their text

  ~Implementation() {
    for (auto& [sql, statement] : statements) sqlite3_finalize(statement);
    sqlite3_close(database);
  }

  [[noreturn]] void fail(const std::string& doing) const {
    const int code = database != nullptr ? sqlite3_extended_errcode(database) : SQLITE_CANTOPEN;
    const char* why = database != nullptr ? sqlite3_errmsg(database) : "out of memory";
    std::string next = "choose another folder with --cache-dir, or run with --no-cache";
    if ((code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB)
      next = "remove it with 'hamcell cache clear', or choose another folder with --cache-dir";
    throw Failure(ExitStatus::storage, "cannot " + doing + " the cache '" + folder + "': " + why, next);
  }

  void execute(const char* sql, const std::string& doing) {
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(doing);
  }

  /// `sql` must be a literal: statements are found again by its address.
  sqlite3_stmt* statement(const char* sql) {
    for (const auto& [text, prepared] : statements)
      if (text == sql) return prepared;
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) != SQLITE_OK)
      fail("read");
    statements.emplace_back(sql, prepared);
    return prepared;
  }

  void open(Access access) {
    const std::string file = folder + "/metadata.db";
    if (access == Access::write) {
      make_private_folders(folder + "/results");
    } else if (stamp_of(file).kind == Stamp::Kind::absent) {
      // Nothing was ever stored here: an empty cache in memory answers every question.
      if (sqlite3_open(":memory:", &database) != SQLITE_OK) fail("open");
      execute(schema, "create");
      return;
    }
    const int flags =
        access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
    if (sqlite3_open_v2(file.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
      fail("open");
    sqlite3_busy_timeout(database, 60'000);
    if (user_version() == schema_version) {
      execute("PRAGMA synchronous=NORMAL", "open");
      return;
    }
    create();
  }

  int user_version() {
    sqlite3_stmt* ask = nullptr;
    if (sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &ask, nullptr) != SQLITE_OK) fail("read");
    const int code = sqlite3_step(ask);
    const int version = code == SQLITE_ROW ? sqlite3_column_int(ask, 0) : 0;
    sqlite3_finalize(ask);
    if (code != SQLITE_ROW) fail("read");
    return version;
  }

  /// Looks before anything is written: a database of another program or another format stays as it is.
  void check_format(int version) {
    sqlite3_stmt* ask = nullptr;
    if (sqlite3_prepare_v2(database, "SELECT count(*) FROM sqlite_master", -1, &ask, nullptr) != SQLITE_OK)
      fail("read");
    const bool is_empty = sqlite3_step(ask) == SQLITE_ROW && sqlite3_column_int(ask, 0) == 0;
    sqlite3_finalize(ask);
    // Another process may have just created it.
    if (version == schema_version || (version == 0 && is_empty)) return;
    if (version == 0 && user_version() == schema_version) return;
    throw Failure(ExitStatus::storage,
                  "the cache '" + folder + "' has format " + std::to_string(version) +
                      ", and this hamcell reads format " + std::to_string(schema_version),
                  "use the hamcell that wrote it, another --cache-dir, or 'hamcell cache clear'");
  }

  /// Another process may be creating the same database: the transaction lets one of them do it.
  void create() {
    check_format(user_version());
    execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; BEGIN IMMEDIATE", "write");
    const int version = user_version();
    if (version == 0) {
      execute(schema, "write");
      execute(("PRAGMA user_version=" + std::to_string(schema_version)).c_str(), "write");
    }
    execute("COMMIT", "write");
  }

  void begin_write() {
    if (in_transaction) return;
    execute("BEGIN IMMEDIATE", "write");
    in_transaction = true;
  }

  void write(Use& use) {
    if (use.step() != SQLITE_DONE) fail("write");
  }

  /// Runs a query whose columns are (id, started, cell, shape, record).
  std::vector<StoredRun> read_runs(Use& use) {
    std::vector<StoredRun> runs;
    int code = SQLITE_ROW;
    while ((code = use.step()) == SQLITE_ROW)
      runs.push_back({use.bytes(0), use.integer(1), use.bytes(2), use.digest(3), use.bytes(4)});
    if (code != SQLITE_DONE) fail("read");
    return runs;
  }

  /// The first undamaged entry that a query for a node gives; its columns are (key, record).
  std::optional<Entry> newest_entry(const char* sql, const std::string& node) {
    Use use(statement(sql));
    use.text(1, node);
    int code = SQLITE_ROW;
    while ((code = use.step()) == SQLITE_ROW) {
      const std::string kind = std::string(entry_record) + use.digest(0).hex();
      if (std::optional<Entry> entry = from_record<Entry>(use.bytes(1), kind)) return entry;
    }
    if (code != SQLITE_DONE) fail("read");
    return std::nullopt;
  }

  std::optional<std::string> read_one(const char* sql, const Digest& digest) {
    Use use(statement(sql));
    use.blob(1, digest.view());
    const int code = use.step();
    if (code == SQLITE_ROW) return use.bytes(0);
    if (code != SQLITE_DONE) fail("read");
    return std::nullopt;
  }
};

Cache::Cache(const std::string& folder, Access access) : self_(std::make_unique<Implementation>()) {
  self_->folder = folder;
  self_->open(access);
}

Cache::~Cache() {
  // Whatever was stored is worth keeping even when the run ends by an exception.
  try {
    commit();
  } catch (const Failure&) {
  }
}

const std::string& Cache::folder() const { return self_->folder; }

std::vector<Entry> Cache::find(const Digest& key) {
  Use use(self_->statement("SELECT record FROM entries WHERE key=? ORDER BY created DESC"));
  use.blob(1, key.view());
  std::vector<Entry> entries;
  int code = SQLITE_ROW;
  while ((code = use.step()) == SQLITE_ROW)
    if (std::optional<Entry> entry = from_record<Entry>(use.bytes(0), std::string(entry_record) + key.hex()))
      entries.push_back(*std::move(entry));
  if (code != SQLITE_DONE) self_->fail("read");
  return entries;
}

void Cache::store(const Digest& key, const Digest& code_version, const Entry& entry) {
  self_->begin_write();
  Use use(
      self_->statement("INSERT OR REPLACE INTO entries(key, trace, node, code, created, stored, record) "
                       "VALUES(?,?,?,?,?,?,?)"));
  // The key goes into the record's digest, so that a record under a wrong key is seen as damaged.
  const std::string record = to_record(entry, std::string(entry_record) + key.hex());
  use.blob(1, key.view())
      .blob(2, trace_digest(entry.trace).view())
      .text(3, entry.node)
      .blob(4, code_version.view())
      .number(5, entry.created_ns)
      .number(6, entry.stored)
      .blob(7, record);
  self_->write(use);
}

bool Cache::has_entry_of(const std::string& node, const Digest& code_version) {
  Use use(self_->statement("SELECT 1 FROM entries WHERE code=? AND node=? LIMIT 1"));
  use.blob(1, code_version.view()).text(2, node);
  const int code = use.step();
  if (code != SQLITE_ROW && code != SQLITE_DONE) self_->fail("read");
  return code == SQLITE_ROW;
}

void Cache::store_code(const Digest& version, const std::string& record) {
  self_->begin_write();
  Use use(self_->statement("INSERT OR IGNORE INTO code(version, record) VALUES(?,?)"));
  use.blob(1, version.view()).blob(2, record);
  self_->write(use);
}

std::optional<std::string> Cache::find_code(const Digest& version) {
  return self_->read_one("SELECT record FROM code WHERE version=?", version);
}

std::optional<StoredType> Cache::find_type(const Digest& digest) {
  const std::optional<std::string> bytes = self_->read_one("SELECT record FROM types WHERE digest=?", digest);
  return bytes ? from_record<StoredType>(*bytes, type_kind) : std::nullopt;
}

void Cache::store_type(const Digest& digest, const StoredType& type) {
  self_->begin_write();
  Use use(self_->statement("INSERT OR REPLACE INTO types(digest, record) VALUES(?,?)"));
  use.blob(1, digest.view()).blob(2, to_record(type, type_kind));
  self_->write(use);
}

std::optional<Entry> Cache::newest_of(const std::string& node) {
  return self_->newest_entry(
      "SELECT key, record FROM entries WHERE node=? AND stored=1 ORDER BY created DESC", node);
}

std::optional<Entry> Cache::last_entry_of(const std::string& node) {
  return self_->newest_entry("SELECT key, record FROM entries WHERE node=? ORDER BY created DESC", node);
}

std::vector<EntrySummary> Cache::list() {
  Use use(self_->statement("SELECT key, record FROM entries ORDER BY created DESC"));
  std::vector<EntrySummary> all;
  int code = SQLITE_ROW;
  while ((code = use.step()) == SQLITE_ROW) {
    const Digest key = use.digest(0);
    const std::optional<Entry> entry =
        from_record<Entry>(use.bytes(1), std::string(entry_record) + key.hex());
    if (!entry) continue;
    const std::optional<StoredType> type = find_type(entry->type);
    all.push_back({entry->node, key.hex(), entry->data_version.hex(),
                   type ? type->table[type->type].name : "", entry->stored, entry->bytes, entry->seconds,
                   entry->created_ns, entry->preview});
  }
  if (code != SQLITE_DONE) self_->fail("read");
  return all;
}

void Cache::store_run(const StoredRun& run) {
  self_->begin_write();
  Use use(
      self_->statement("INSERT OR REPLACE INTO runs(id, started, cell, shape, record) VALUES(?,?,?,?,?)"));
  use.text(1, run.id)
      .number(2, run.started_ns)
      .text(3, run.cell)
      .blob(4, run.shape.view())
      .blob(5, run.record);
  self_->write(use);
}

std::optional<StoredRun> Cache::last_run(const std::string& cell) {
  // Two statements, because each has an index of its own.
  sqlite3_stmt* const statement =
      cell.empty() ? self_->statement(
                         "SELECT id, started, cell, shape, record FROM runs ORDER BY started DESC LIMIT 1")
                   : self_->statement(
                         "SELECT id, started, cell, shape, record FROM runs WHERE cell=? ORDER BY started "
                         "DESC LIMIT 1");
  Use use(statement);
  if (!cell.empty()) use.text(1, cell);
  std::vector<StoredRun> found = self_->read_runs(use);
  if (found.empty()) return std::nullopt;
  return std::move(found[0]);
}

std::optional<StoredRun> Cache::find_run(const std::string& id) {
  Use use(self_->statement(
      "SELECT id, started, cell, shape, record FROM runs WHERE substr(id, 1, length(?1))=?1 LIMIT 2"));
  use.text(1, id);
  std::vector<StoredRun> found = self_->read_runs(use);
  if (found.size() != 1) return std::nullopt;
  return std::move(found[0]);
}

std::optional<StoredRun> Cache::run(const std::string& id) {
  Use use(self_->statement("SELECT id, started, cell, shape, record FROM runs WHERE id=?"));
  use.text(1, id);
  std::vector<StoredRun> found = self_->read_runs(use);
  if (found.empty()) return std::nullopt;
  return std::move(found[0]);
}

std::vector<StoredRun> Cache::runs(std::size_t limit) {
  Use use(
      self_->statement("SELECT id, started, cell, shape, record FROM runs ORDER BY started DESC LIMIT ?"));
  use.number(1, static_cast<std::int64_t>(limit));
  return self_->read_runs(use);
}

std::vector<RunPlace> Cache::runs_of(const std::string& cell) {
  Use use(self_->statement("SELECT id, shape FROM runs WHERE cell=? ORDER BY started DESC"));
  use.text(1, cell);
  std::vector<RunPlace> places;
  int code = SQLITE_ROW;
  while ((code = use.step()) == SQLITE_ROW) places.push_back({use.bytes(0), use.digest(1)});
  if (code != SQLITE_DONE) self_->fail("read");
  return places;
}

void Cache::store_shape(const Digest& shape, const std::string& record) {
  self_->begin_write();
  Use use(self_->statement("INSERT OR IGNORE INTO shapes(digest, record) VALUES(?,?)"));
  use.blob(1, shape.view()).blob(2, record);
  self_->write(use);
}

std::optional<std::string> Cache::find_shape(const Digest& shape) {
  return self_->read_one("SELECT record FROM shapes WHERE digest=?", shape);
}

void Cache::commit() {
  if (!self_->in_transaction) return;
  self_->execute("COMMIT", "write");
  self_->in_transaction = false;
}

}  // namespace hamcell
