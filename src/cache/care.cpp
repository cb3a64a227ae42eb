// Keeps the cache small.
//
// Results go first, and of them those that cost the fewest seconds to make per byte and were longest not
// used; their entries stay, so that what needs the value only to know its version is still a hit. Entries go
// by age, or when the database itself is too large.
#include "cache/care.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <span>

#include "cache/store.h"

namespace hamcell {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t day_ns = 86'400 * second_ns;

/// While another process is at work, what was written so lately may be about to be used.
constexpr std::int64_t young_result_ns = 60 * second_ns;
/// A file that belongs to nothing may be one that another process is still writing.
constexpr std::int64_t young_orphan_ns = 3600 * second_ns;
/// A database that was set aside is kept for who wants to know what happened to it.
constexpr std::int64_t set_aside_ns = 7 * day_ns;
/// How far back the history goes where no age is given.
constexpr std::int64_t history_ns = 90 * day_ns;
/// The history takes no more than this part of the size that is allowed.
constexpr std::uint64_t history_part = 4;

/// So many rows are changed in one transaction, which other processes may be waiting for.
constexpr std::size_t batch = 100;

/// What an entry is worth, without its record.
struct EntryWorth {
  Digest key, trace;
  Digest content;  ///< of its result in the store; all zeros: none
  Digest type;
  std::uint64_t record_bytes = 0;
  double seconds = 0;
  std::int64_t last_use = 0;
};

struct ResultWorth {
  Digest content;
  std::uint64_t bytes = 0;
  double seconds = 0;  ///< of the entry that took longest
  std::int64_t last_use = 0;
};

/// What is lost per byte that is gained: the time to make it again, which is less likely to be needed the
/// longer nobody did.
double worth(double seconds, std::uint64_t bytes, std::int64_t unused_ns) {
  constexpr double call_seconds = 0.001;  // nothing costs nothing to run
  const double unused = static_cast<double>(std::max<std::int64_t>(unused_ns, 0)) / 1e9 + 60;
  return (seconds + call_seconds) / static_cast<double>(std::max<std::uint64_t>(bytes, 1)) / unused;
}

class Care {
 public:
  Care(Cache& cache, const CareRequest& request)
      : cache_(cache), database_(cache.database()), request_(request), is_alone_(cache.become_alone()) {}
  ~Care() { cache_.share(); }
  Care(const Care&) = delete;
  Care& operator=(const Care&) = delete;

  CareReport run() {
    report_.not_cleaned = why_not_cleaned(results_folder());
    report_.bytes_before = recounted_bytes(cache_);
    trim_history();
    read_entries();
    remove_unused_entries();
    remove_unnamed_results();
    shrink_results();
    shrink_entries();
    remove_unneeded_records();
    remove_orphans();
    remove_database_set_aside();
    give_back_pages();
    report_.bytes_after = recounted_bytes(cache_);
    return report_;
  }

 private:
  std::string results_folder() const { return cache_.folder() + "/results"; }

  bool is_too_large() const { return request_.max_bytes && cache_bytes(database_) > *request_.max_bytes; }

  // ---- History

  void trim_history() {
    const std::int64_t oldest = request_.oldest_ns.value_or(request_.now_ns - history_ns);
    // The last run of each cell tells the reasons of its next one.
    constexpr const char* old_runs =
        "DELETE FROM runs WHERE rowid IN (SELECT rowid FROM runs WHERE started<?1 AND rowid NOT IN "
        "(SELECT max(rowid) FROM runs GROUP BY cell) ORDER BY rowid LIMIT ?2) RETURNING 1";
    while (remove_runs(old_runs, oldest) != 0) {
    }
    while (is_too_large() && history_bytes() > *request_.max_bytes / history_part &&
           remove_runs(old_runs, INT64_MAX) != 0) {
      remove_outcomes();
    }
  }

  std::uint64_t history_bytes() const {
    return static_cast<std::uint64_t>(
        database_.number("SELECT (SELECT coalesce(sum(length(record)),0) FROM runs)+"
                         "(SELECT coalesce(sum(length(record)),0) FROM outcomes)"));
  }

  void remove_outcomes() {
    database_.execute("DELETE FROM outcomes WHERE digest NOT IN (SELECT outcome FROM runs)");
  }

  std::size_t remove_runs(const char* sql, std::int64_t before) {
    std::size_t removed = 0;
    Transaction transaction(database_);
    {
      Query query(database_, sql);
      query.number(1, before).number(2, batch);
      while (query.next()) ++removed;
    }
    transaction.commit();
    report_.runs += removed;
    return removed;
  }

  // ---- Entries

  void read_entries() {
    Query query(database_, "SELECT key, trace, record FROM entries");
    while (query.next()) {
      const Digest key = query.digest(0);
      const std::string record = query.bytes(2);
      EntryWorth worth{key, query.digest(1), {}, {}, record.size(), 0, 0};
      // A damaged record is worth nothing, and was never used.
      if (const std::optional<Entry> entry = from_stored(key, record)) {
        if (entry->stored && !entry->inlined) worth.content = entry->content;
        if (entry->stored) worth.type = entry->type;
        worth.seconds = entry->seconds;
        worth.last_use = last_use(key, entry->created_ns);
      }
      entries_.push_back(worth);
    }
  }

  /// A time in the future comes of a clock that was set back, and says no more than now.
  std::int64_t last_use(const Digest& key, std::int64_t created) const {
    const auto used = request_.last_use.find(key);
    return std::min(request_.now_ns,
                    used == request_.last_use.end() ? created : std::max(created, used->second));
  }

  void remove_entries(std::span<const EntryWorth> entries) {
    for (std::size_t at = 0; at < entries.size(); at += batch) {
      Transaction transaction(database_);
      for (const EntryWorth& entry : entries.subspan(at, std::min(batch, entries.size() - at))) {
        Query query(database_, "DELETE FROM entries WHERE key=? AND trace=? RETURNING 1");
        query.blob(1, entry.key).blob(2, entry.trace);
        while (query.next()) ++report_.entries;
      }
      transaction.commit();
    }
  }

  void remove_unused_entries() {
    if (!request_.oldest_ns) return;
    const auto kept = std::ranges::partition(
        entries_, [&](const EntryWorth& entry) { return entry.last_use >= *request_.oldest_ns; });
    remove_entries({kept.begin(), kept.end()});
    entries_.erase(kept.begin(), kept.end());
  }

  /// Results have made all the room that they can: what is still too large is the database.
  bool is_database_too_large() const {
    return request_.max_bytes && database_.used_bytes() > *request_.max_bytes;
  }

  void shrink_entries() {
    if (!is_database_too_large()) return;
    std::ranges::sort(entries_, {}, [&](const EntryWorth& entry) {
      return worth(entry.seconds, entry.record_bytes, request_.now_ns - entry.last_use);
    });
    std::size_t at = 0;
    for (; at < entries_.size() && is_database_too_large(); at += batch) {
      remove_entries(std::span(entries_).subspan(at, std::min(batch, entries_.size() - at)));
      remove_unnamed_results();
    }
    entries_.erase(entries_.begin(),
                   entries_.begin() + static_cast<std::ptrdiff_t>(std::min(at, entries_.size())));
  }

  // ---- Results

  bool is_in_use(const std::string& file, std::int64_t young_ns) const {
    return !is_alone_ && stamp_of(file).modified_ns > request_.now_ns - young_ns;
  }

  /// Takes a result out of the store, in a transaction: its entries become those of a value that is not
  /// stored.
  void remove_result(const Digest& content, std::uint64_t bytes) {
    forget_result(database_, content);
    Query total(database_, "UPDATE totals SET value=value-? WHERE name='result bytes'");
    total.number(1, static_cast<std::int64_t>(bytes)).run();
    remove_result_file(cache_.folder(), content);
    ++report_.results;
  }

  void remove_results(std::span<const ResultWorth> results) {
    for (std::size_t at = 0; at < results.size(); at += batch) {
      Transaction transaction(database_);
      for (const ResultWorth& result : results.subspan(at, std::min(batch, results.size() - at)))
        remove_result(result.content, result.bytes);
      transaction.commit();
    }
  }

  /// Those that no entry names any more.
  void remove_unnamed_results() {
    if (report_.not_cleaned) return;
    std::vector<ResultWorth> unnamed;
    {
      Query query(database_,
                  "SELECT content FROM results WHERE NOT EXISTS "
                  "(SELECT 1 FROM entries WHERE entries.content=results.content)");
      while (query.next()) unnamed.push_back({query.digest(0), bytes_of_result(query.digest(0)), 0, 0});
    }
    std::erase_if(unnamed, [&](const ResultWorth& result) {
      return is_in_use(result_path(cache_.folder(), result.content), young_result_ns);
    });
    remove_results(unnamed);
  }

  std::uint64_t bytes_of_result(const Digest& content) const {
    return stamp_of(result_path(cache_.folder(), content)).size;
  }

  std::vector<ResultWorth> worths_of_results() {
    std::map<Digest, ResultWorth> by_content;
    {
      Query query(database_, "SELECT content FROM results");
      while (query.next())
        by_content[query.digest(0)] = {query.digest(0), bytes_of_result(query.digest(0)), 0, 0};
    }
    for (const EntryWorth& entry : entries_) {
      const auto result = by_content.find(entry.content);
      if (result == by_content.end()) continue;
      result->second.seconds = std::max(result->second.seconds, entry.seconds);
      result->second.last_use = std::max(result->second.last_use, entry.last_use);
    }
    std::vector<ResultWorth> all;
    for (const auto& [content, result] : by_content)
      if (!is_in_use(result_path(cache_.folder(), content), young_result_ns)) all.push_back(result);
    std::ranges::sort(all, {}, [&](const ResultWorth& result) {
      return worth(result.seconds, result.bytes, request_.now_ns - result.last_use);
    });
    return all;
  }

  void shrink_results() {
    if (report_.not_cleaned || !is_too_large()) return;
    const std::vector<ResultWorth> all = worths_of_results();
    std::uint64_t size = cache_bytes(database_);
    std::size_t count = 0;
    for (; count < all.size() && size > *request_.max_bytes; ++count)
      size -= std::min(size, all[count].bytes);
    remove_results(std::span(all).first(count));
  }

  // ---- What nothing needs any more

  void remove_unneeded_records() {
    remove_outcomes();
    database_.execute("DELETE FROM shapes WHERE digest NOT IN (SELECT shape FROM runs)");
    // Others may count on what they have found in these tables before they store what names it.
    if (!is_alone_) return;
    std::set<Digest> types;
    for (const EntryWorth& entry : entries_) types.insert(entry.type);
    remove_rows("SELECT digest FROM types", "DELETE FROM types WHERE digest=?", types);
    remove_rows("SELECT version FROM code", "DELETE FROM code WHERE version=?", request_.needed_code);
  }

  void remove_rows(const char* all, const char* removal, const std::set<Digest>& needed) {
    std::vector<Digest> unneeded;
    {
      Query query(database_, all);
      while (query.next())
        if (!needed.contains(query.digest(0))) unneeded.push_back(query.digest(0));
    }
    Transaction transaction(database_);
    for (const Digest& digest : unneeded) {
      Query query(database_, removal);
      query.blob(1, digest).run();
    }
    transaction.commit();
  }

  // ---- Files

  /// Files of the store that the database does not know: of runs that were killed, or whose disk was full.
  void remove_orphans() {
    if (report_.not_cleaned) return;
    const std::vector<StoreFile> found = files_of_store();
    Transaction transaction(database_);
    for (const StoreFile& file : found) {
      Query query(database_, "SELECT 1 FROM results WHERE content=?");
      query.blob(1, file.content);
      if (!file.content.is_zero() && query.next()) continue;
      if (file.content.is_zero() ? remove_temporary(file.path) : ::unlink(file.path.c_str()) == 0)
        ++report_.orphans;
    }
    transaction.commit();
  }

  /// Whoever writes it holds a lock on it, and makes another one where this was quicker (runner/values.cpp).
  static bool remove_temporary(const std::string& file) {
    const OwnedFd opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    const bool is_being_written =
        opened && ::flock(opened.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    return !is_being_written && ::unlink(file.c_str()) == 0;
  }

  struct StoreFile {
    std::string path;
    Digest content;  ///< all zeros for one that was still being written
  };

  /// Those that are not about to be used and whose names the store gives: nothing else is hamcell's to
  /// remove.
  std::vector<StoreFile> files_of_store() const {
    std::vector<StoreFile> found;
    const auto look_at = [&](const std::string& path, const Digest& content) {
      if (stamp_of_link(path).kind == Stamp::Kind::file && !is_in_use(path, young_orphan_ns))
        found.push_back({path, content});
    };
    for (const std::string& name : names_in(results_folder())) {
      const std::string path = results_folder() + '/' + name;
      if (is_temporary_name(name, new_result_prefix)) look_at(path, {});
      if (name.size() != 2 || !is_own_folder(path)) continue;
      for (const std::string& rest : names_in(path)) {
        const Digest content = content_named_by(name, rest);
        if (!content.is_zero()) look_at(path + '/' + rest, content);
      }
    }
    return found;
  }

  static std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
      names.push_back(at->path().filename());
    return names;
  }

  void remove_database_set_aside() {
    const std::string aside = cache_.folder() + '/' + std::string(set_aside_name);
    const Stamp stamp = stamp_of(aside);
    if (stamp.kind == Stamp::Kind::file && stamp.changed_ns < request_.now_ns - set_aside_ns &&
        ::unlink(aside.c_str()) == 0)
      ++report_.orphans;
  }

  void give_back_pages() {
    constexpr std::int64_t pages = 1000;  // at a time: others may want to write
    std::int64_t free = database_.number("PRAGMA freelist_count");
    while (free > 0) {
      database_.execute("PRAGMA incremental_vacuum(" + std::to_string(pages) + ")");
      const std::int64_t left = database_.number("PRAGMA freelist_count");
      if (left >= free) break;
      free = left;
    }
    database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  Cache& cache_;
  Database& database_;
  const CareRequest& request_;
  bool is_alone_;
  CareReport report_;
  std::vector<EntryWorth> entries_;
};

}  // namespace

std::uint64_t cache_bytes(Database& database) {
  const std::int64_t results = database.number("SELECT value FROM totals WHERE name='result bytes'");
  return static_cast<std::uint64_t>(std::max<std::int64_t>(results, 0)) + database.used_bytes();
}

std::uint64_t recounted_bytes(Cache& cache) {
  Database& database = cache.database();
  Transaction transaction(database);
  std::uint64_t bytes = 0;
  {
    Query query(database, "SELECT content FROM results");
    while (query.next()) bytes += stamp_of(result_path(cache.folder(), query.digest(0))).size;
  }
  Query total(database, "UPDATE totals SET value=? WHERE name='result bytes'");
  total.number(1, static_cast<std::int64_t>(bytes)).run();
  transaction.commit();
  return cache_bytes(database);
}

std::optional<Problem> why_not_cleaned(const std::string& folder) {
  if (stamp_of_link(folder).kind == Stamp::Kind::absent || is_own_folder(folder)) return std::nullopt;
  std::error_code error;
  const bool is_link = fs::is_symlink(folder, error);
  return Problem{{},
                 "nothing is removed from '" + folder + "': it " +
                     (is_link ? "is a symbolic link" : "is no folder of this user's"),
                 is_link ? "put a folder in its place" : "let its owner do it"};
}

CareReport look_after(Cache& cache, const CareRequest& request) {
  try {
    return Care(cache, request).run();
  } catch (const DatabaseError& error) {
    cache.give_up(error);
    return {};
  }
}

}  // namespace hamcell
