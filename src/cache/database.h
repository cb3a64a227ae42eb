// An SQLite database as the cache uses it: prepared statements by their text, and errors as exceptions.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"

namespace hamcell {

/// Of a page of a database that hamcell makes.
inline constexpr int page_bytes = 8192;

/// What SQLite said. Never shown as it is: Cache makes a problem of it that names the cache and a next step.
class DatabaseError : public std::exception {
 public:
  DatabaseError(int code, std::string why) : code_(code), why_(std::move(why)) {}
  const char* what() const noexcept override { return why_.c_str(); }
  /// The file is no database, or its pages contradict each other or what hamcell put into them.
  bool is_damage() const;
  /// No space is left, or a limit on the size of files is reached.
  bool is_full() const;

 private:
  int code_;  ///< SQLite's extended error code
  std::string why_;
};

class Database {
 public:
  /// Opens a file that exists, or ":memory:". Waits up to a minute for other processes, here and later.
  explicit Database(const std::string& file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Prepared when it is first asked for. `sql` must be a literal: it is found again by its address.
  sqlite3_stmt* statement(const char* sql);
  /// Any number of statements, without their rows.
  void execute(const std::string& sql);
  /// The first column of the first row, as a number and as text.
  std::int64_t number(const std::string& sql);
  std::string text(const std::string& sql);
  /// Bytes of all pages in use.
  std::uint64_t used_bytes();
  [[noreturn]] void fail() const;
  /// Many rows under keys as good as random touch most pages; what does not go into memory is written and
  /// read again within a transaction. To be asked for once there is much to write.
  void use_more_memory();
  /// What was written stays in the journal when this is closed, unless that has become long: nobody waits for
  /// the disk, and a crash of the machine may take it back. Nothing is lost otherwise.
  void leave_in_journal();
  /// Brings what the journal holds into the file, as far as nobody reads an older state, and waits for the
  /// disk. Where that fails, it is done when the file is closed or opened next.
  void empty_journal();

 private:
  sqlite3* database_ = nullptr;
  int journal_pages_ = 0;  ///< after the last commit
  bool has_room_ = false;  ///< may keep more of its pages in memory than is usual
  std::vector<std::pair<const char*, sqlite3_stmt*>> statements_;
};

/// A connection with what hamcell's databases are opened with.
std::unique_ptr<Database> connect(const std::string& file);

/// A prepared statement that is reset when its use ends, so that it can be used again.
class Query {
 public:
  Query(Database& database, const char* sql) : database_(database), statement_(database.statement(sql)) {}
  ~Query() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& text(int at, std::string_view value);
  Query& blob(int at, std::string_view value);
  Query& blob(int at, const Digest& value) { return blob(at, value.view()); }
  Query& number(int at, std::int64_t value);

  /// Goes to the next row; false behind the last one.
  bool next();
  /// Runs what has no rows.
  void run() {
    while (next()) {
    }
  }

  std::string bytes(int column) const;
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  /// All zeros where the column holds no digest.
  Digest digest(int column) const;

 private:
  Database& database_;
  sqlite3_stmt* statement_;
};

/// A write transaction: taken back unless it is committed. It stands only while rows are written, so that no
/// other process waits for it longer than that takes.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database.execute("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool is_open_ = true;
};

/// While it lives, all questions see the database as the first of them found it.
class Snapshot {
 public:
  explicit Snapshot(Database& database) : database_(database) { database.execute("BEGIN"); }
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Database& database_;
};

}  // namespace hamcell
