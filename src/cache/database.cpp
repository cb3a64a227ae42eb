// An SQLite database as the cache uses it: prepared statements by their text, and errors as exceptions.
#include "cache/database.h"

#include <cstring>

namespace hamcell {
namespace {

constexpr int wait_ms = 60'000;

/// Who opens the database next reads all of the journal first.
constexpr int most_journal_pages = (256 << 10) / page_bytes;
/// A journal as long as this (16 MiB) goes into the database while that is in use: not as often as SQLite
/// itself would have it, since each time both files are waited for until they are on the disk.
constexpr int long_journal_pages = (16 << 20) / page_bytes;

/// SQLite has one hook for commits, and uses it itself for this where nobody else does.
int note_commit(void* pages, sqlite3* database, const char* name, int count) {
  *static_cast<int*>(pages) = count;
  if (count >= long_journal_pages)
    sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  return SQLITE_OK;
}

/// One thread at a time uses a connection, and nobody asks how much memory it has: so SQLite need not lock
/// connections, or count.
bool configure() {
  return sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK &&
         sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
}

}  // namespace

bool DatabaseError::is_damage() const {
  switch (code_ & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:  // a table or column that hamcell made is not there
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:  // two rows where hamcell replaces the first
      return true;
    default:
      return code_ == SQLITE_IOERR_SHORT_READ;
  }
}

bool DatabaseError::is_full() const {
  return (code_ & 0xFF) == SQLITE_FULL || code_ == SQLITE_IOERR_WRITE || code_ == SQLITE_IOERR_SHMSIZE ||
         code_ == SQLITE_IOERR_FSYNC || code_ == SQLITE_IOERR_TRUNCATE;
}

Database::Database(const std::string& file) {
  [[maybe_unused]] static const bool is_configured = configure();
  const int code =
      sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const std::string why = database_ != nullptr ? sqlite3_errmsg(database_) : "out of memory";
    sqlite3_close(database_);
    throw DatabaseError(code, why);
  }
  sqlite3_extended_result_codes(database_, 1);
  sqlite3_busy_timeout(database_, wait_ms);
  sqlite3_wal_hook(database_, &note_commit, &journal_pages_);
  // What a damaged schema says is not done.
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

void Database::use_more_memory() {
  if (!std::exchange(has_room_, true)) execute("PRAGMA cache_size=-65536");  // in KiB
}

std::unique_ptr<Database> connect(const std::string& file) {
  auto database = std::make_unique<Database>(file);
  database->execute("PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=16777216");
  return database;
}

void Database::leave_in_journal() {
  if (journal_pages_ > 0 && journal_pages_ <= most_journal_pages)
    sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Database::empty_journal() {
  sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

Database::~Database() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

void Database::fail() const {
  throw DatabaseError(sqlite3_extended_errcode(database_), sqlite3_errmsg(database_));
}

sqlite3_stmt* Database::statement(const char* sql) {
  for (const auto& [text, prepared] : statements_)
    if (text == sql) return prepared;
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) != SQLITE_OK)
    fail();
  statements_.emplace_back(sql, prepared);
  return prepared;
}

void Database::execute(const std::string& sql) {
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::string Database::text(const std::string& sql) {
  sqlite3_stmt* ask = nullptr;
  if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &ask, nullptr) != SQLITE_OK) fail();
  const int code = sqlite3_step(ask);
  const auto* found =
      code == SQLITE_ROW ? reinterpret_cast<const char*>(sqlite3_column_text(ask, 0)) : nullptr;
  std::string answer = found != nullptr ? found : "";
  // Finalizing reports what the last step failed by.
  if (sqlite3_finalize(ask) != SQLITE_OK || (code != SQLITE_ROW && code != SQLITE_DONE)) fail();
  return answer;
}

std::int64_t Database::number(const std::string& sql) {
  const std::string answer = text(sql);
  return answer.empty() ? 0 : std::strtoll(answer.c_str(), nullptr, 10);
}

std::uint64_t Database::used_bytes() {
  const std::int64_t pages = number("PRAGMA page_count") - number("PRAGMA freelist_count");
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(number("PRAGMA page_size"));
}

Query& Query::text(int at, std::string_view value) {
  sqlite3_bind_text64(statement_, at, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Query& Query::blob(int at, std::string_view value) {
  sqlite3_bind_blob64(statement_, at, value.data(), value.size(), SQLITE_TRANSIENT);
  return *this;
}

Query& Query::number(int at, std::int64_t value) {
  sqlite3_bind_int64(statement_, at, value);
  return *this;
}

bool Query::next() {
  const int code = sqlite3_step(statement_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) database_.fail();
  return code == SQLITE_ROW;
}

std::string Query::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Digest Query::digest(int column) const {
  Digest out;
  const std::string found = bytes(column);
  if (found.size() == out.bytes.size()) std::memcpy(out.bytes.data(), found.data(), found.size());
  return out;
}

void Transaction::commit() {
  database_.execute("COMMIT");
  is_open_ = false;
}

Snapshot::~Snapshot() {
  try {
    database_.execute("COMMIT");
  } catch (const DatabaseError&) {
    // Nothing was written that could be lost.
  }
}

Transaction::~Transaction() {
  if (!is_open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const DatabaseError&) {
    // Some errors, such as a full disk, have taken it back already.
  }
}

}  // namespace hamcell
