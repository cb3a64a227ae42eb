// The cache: entries by key, types, and the history of runs, in DIR/metadata.db and DIR/results.
//
// Only the driver writes it. Writes are gathered in memory until commit() or begin_commit(), which make them
// in one short transaction: a run of many small nodes does not wait for the disk at every one of them, and no
// other process waits for a run.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cache/entry.h"
#include "cache/opening.h"
#include "value/type.h"

namespace hamcell {

struct StoredRun {
  std::string id;
  std::int64_t started_ns = 0;  ///< since 1970
  std::string cell;             ///< absolute path
  Digest shape;                 ///< key of the graph's shape in the cache
  std::string record;           ///< what is of this run alone; bytes of the run stage's own record
  std::string outcome;          ///< what came of it, kept once for all runs with the same; likewise
};

/// Where a run is found, without what is known of it.
struct RunPlace {
  std::string id;
  Digest shape;  ///< key of the graph's shape in the cache
};

/// The type of stored values, readable without their cell.
struct StoredType {
  TypeTable table;
  std::uint32_t type = 0;  ///< index into `table`
};

/// How an entry stands in the database; the key is part of its checksum, so that a record under a wrong key
/// is seen as damaged.
std::string to_stored(const Digest& key, const Entry& entry);
std::optional<Entry> from_stored(const Digest& key, std::string_view record);

/// A row of the view `history`, of which all columns were asked for.
StoredRun run_from_row(const Query& row);

std::optional<StoredType> type_from_stored(const Digest& digest, std::string_view record);

/// Within a write transaction: no entry names this result any more; those that did become entries of a value
/// that is not stored. Its file is the caller's to remove, before the transaction ends.
void forget_result(Database& database, const Digest& content);

struct EntrySummary {
  std::string node;
  std::string key;           ///< hexadecimal
  std::string data_version;  ///< hexadecimal
  std::string type;
  bool stored = false;
  std::uint64_t bytes = 0;
  double seconds = 0;
  std::int64_t created_ns = 0;
  std::string preview;
};

class Cache {
 public:
  enum class Access : std::uint8_t {
    read,   ///< a missing one is empty
    write,  ///< it is made where it is missing
    run     ///< as write, but what goes wrong costs no more than the cache: it becomes a warning
  };
  using FileSystemOf = std::uint64_t (*)(const std::string& folder);

  /// Opens the cache in `folder`. A damaged database, or one of an older format, is set aside where it may be
  /// written, and a new one begun. In a folder that cannot be written what is there is read, and nothing is
  /// stored. Throws Failure (storage) for a database of another program or a newer format, and for a folder
  /// that cannot be made; with `read` and `write` also, here and later, for all else that goes wrong.
  Cache(const std::string& folder, Access access, FileSystemOf file_system = file_system_of);
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  const std::string& folder() const;
  /// Whether what is stored is kept. Of a run it may end: with a full disk, or damage.
  bool is_writable() const;
  /// Something is not stored because the folder cannot be written: warns of it once.
  void warn_of_loss();
  /// Stores nothing from now on, and warns of it once.
  void stop_writing(const std::string& why);
  /// What has gone wrong since it was last asked, as far as that was no reason to stop.
  std::vector<Problem> take_warnings();
  /// Whether anything was stored that takes room on the disk beyond the history.
  bool has_grown() const;
  /// For care and check, which work on all of it. Throws Failure (storage) where there is none.
  Database& database();
  /// After an error in that work. Of a run: a damaged database is set aside, and that is a warning; otherwise
  /// throws what failure_of says.
  void give_up(const DatabaseError& error);
  /// What the user is told of an error in that work.
  Failure failure_of(const DatabaseError& error) const;
  /// Whether no other process has the cache open. Then it stays so until share(), which waits for nobody.
  bool become_alone();
  void share();
  /// Moves a damaged database away and begins a new one. False when another process has it open.
  bool begin_anew();

  /// The undamaged entries under a key, the newest first.
  std::vector<Entry> find(const Digest& key);
  /// Adds an entry of a node that ran with this code, in place of one with the same key and an equal trace.
  /// An entry whose result is not in the store any more when it is written is left out.
  void store(const Digest& key, const Digest& code_version, const Entry& entry);
  /// Whether any entry of the node was made by this code, whatever its arguments were.
  bool has_entry_of(const std::string& node, const Digest& code_version);
  /// The same of many, as of one moment.
  std::vector<bool> have_entries_of(const std::vector<std::pair<std::string, Digest>>& codes);
  /// The type that values were stored with.
  std::optional<StoredType> find_type(const Digest& digest);
  void store_type(const Digest& digest, const StoredType& type);
  /// What a code version, or a part of it that many share, was made of; the bytes are the run stage's own.
  void store_code(const Digest& version, const std::string& record);
  /// The same of a record that is made when it is written, perhaps by another thread and after all that the
  /// caller has but `make`.
  void store_code(const Digest& version, std::function<std::string()> make);
  std::optional<std::string> find_code(const Digest& version);
  /// The newest entry of a node with a stored value; of the given name in any cell.
  std::optional<Entry> newest_of(const std::string& node);
  /// The newest entry of a node, with a stored value or without.
  std::optional<Entry> last_entry_of(const std::string& node);
  std::vector<EntrySummary> list();

  void store_run(const StoredRun& run);
  /// Adds a run whose shape and outcome, known by its digest, must be in the history already, and lets others
  /// see it.
  /// False where it is not, or where the run cannot be written. The last thing to do with this cache.
  bool store_repeated_run(const StoredRun& run, const Digest& outcome);
  /// Another number whenever what find() answers may have become another. 0 where there is no database.
  std::int64_t generation();
  /// The newest run of a cell, or of any where `cell` is empty.
  std::optional<StoredRun> last_run(const std::string& cell);
  /// The run whose id starts with `id`; nothing when there is none or more than one.
  std::optional<StoredRun> find_run(const std::string& id);
  /// The run with just this id.
  std::optional<StoredRun> run(const std::string& id);
  /// All runs of a cell, the newest first.
  std::vector<RunPlace> runs_of(const std::string& cell);
  /// The newest runs first, at most `limit`.
  std::vector<StoredRun> runs(std::size_t limit);
  std::size_t count_runs();
  /// All runs, the newest first, one at a time.
  void visit_runs(const std::function<void(const StoredRun&)>& visit);
  /// A graph's shape, shared by all runs that had it.
  void store_shape(const Digest& shape, const std::string& record);
  std::optional<std::string> find_shape(const Digest& shape);

  /// Makes everything stored so far durable and visible to other processes.
  void commit();
  /// The same where little more will be stored: the disk is waited for beside what follows, and when the
  /// cache is closed only for what is left of that.
  void commit_last();
  /// The same beside what follows, where that can be: it is done when end_commit() returns, which waits for
  /// it while is_committing(). What is asked for meanwhile is answered as if it were done.
  void begin_commit();
  bool is_committing() const;
  /// Whether all of it is written.
  bool end_commit();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace hamcell
