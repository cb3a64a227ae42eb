// The cache: entries by key, types, and the history of runs, in DIR/metadata.db and DIR/results.
//
// Only the driver writes it. Writes are gathered in one transaction until commit(), so that a run of many
// small nodes does not wait for the disk at every one of them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/entry.h"
#include "value/type.h"

namespace hamcell {

struct StoredRun {
  std::string id;
  std::int64_t started_ns = 0;  ///< since 1970
  std::string cell;             ///< absolute path
  Digest shape;                 ///< key of the graph's shape in the cache
  std::string record;           ///< bytes of the run stage's own record
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
  enum class Access { read, write };

  /// Opens the cache in `folder`. With `write` it is created where missing; with `read` a missing one is
  /// empty. Throws Failure (storage).
  Cache(const std::string& folder, Access access);
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  const std::string& folder() const;

  /// The undamaged entries under a key, the newest first.
  std::vector<Entry> find(const Digest& key);
  /// Adds an entry of a node that ran with this code, in place of one with the same key and an equal trace.
  void store(const Digest& key, const Digest& code_version, const Entry& entry);
  /// Whether any entry of the node was made by this code, whatever its arguments were.
  bool has_entry_of(const std::string& node, const Digest& code_version);
  /// The type that values were stored with.
  std::optional<StoredType> find_type(const Digest& digest);
  void store_type(const Digest& digest, const StoredType& type);
  /// What a code version, or a part of it that many share, was made of; the bytes are the run stage's own.
  void store_code(const Digest& version, const std::string& record);
  std::optional<std::string> find_code(const Digest& version);
  /// The newest entry of a node with a stored value; of the given name in any cell.
  std::optional<Entry> newest_of(const std::string& node);
  /// The newest entry of a node, with a stored value or without.
  std::optional<Entry> last_entry_of(const std::string& node);
  std::vector<EntrySummary> list();

  void store_run(const StoredRun& run);
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
  /// A graph's shape, shared by all runs that had it.
  void store_shape(const Digest& shape, const std::string& record);
  std::optional<std::string> find_shape(const Digest& shape);

  /// Makes everything stored so far durable and visible to other processes.
  void commit();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace hamcell
