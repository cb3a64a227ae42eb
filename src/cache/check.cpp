// Looks at everything that is in the cache, and removes what is damaged.
//
// SQLite's own check comes first: it sees pages that contradict each other, and what can be made anew of
// rows, the indexes, is. Then every record is read as a run would read it, and every result against its name.
#include "cache/check.h"

#include <filesystem>
#include <optional>
#include <set>

#include "cache/store.h"

namespace hamcell {
namespace {

namespace fs = std::filesystem;

std::string short_name(const Digest& digest) { return digest.hex().substr(0, 8); }

/// A row that is to go: its key in bytes, and what the user is told.
struct BadRow {
  std::string key;
  std::optional<std::string> second_key;
  std::string what;
};

class Check {
 public:
  Check(Cache& cache, const RecordChecks& checks)
      : cache_(cache), database_(cache.database()), checks_(checks) {}

  CheckReport run() {
    check_pages();
    check_results();
    check_types();
    check_entries();
    check_code();
    check_shapes();
    check_outcomes();
    check_runs();
    database_.execute(
        "UPDATE totals SET value=(SELECT coalesce(sum(bytes),0) FROM results) WHERE name='result bytes'");
    return report_;
  }

 private:
  void check_pages() {
    if (database_.text("PRAGMA integrity_check(1)") == "ok") return;
    // Indexes hold nothing that rows do not.
    database_.execute("REINDEX");
    const std::string found = database_.text("PRAGMA integrity_check(1)");
    if (found != "ok") throw DatabaseError(SQLITE_CORRUPT, found);
    report_.repairs.emplace_back("an index of the database was damaged: made anew");
  }

  // ---- Results

  /// Files whose content is not what their name says, and rows without a file.
  void check_results() {
    // Behind a link there may be files of others: there only those count that a row names.
    const bool is_own = is_own_folder(cache_.folder() + "/results");
    for (const Digest& content : is_own ? results_in_folder() : results_in_rows()) check_result(content);
    std::vector<Digest> missing;
    {
      Query query(database_, "SELECT content, bytes FROM results");
      while (query.next())
        if (!has_result(cache_.folder(), query.digest(0), static_cast<std::uint64_t>(query.integer(1))))
          missing.push_back(query.digest(0));
    }
    for (const Digest& content : missing) drop_result(content, "a result is missing");
  }

  /// Without those that are still being written, or left over: 'gc' removes them.
  std::set<Digest> results_in_folder() {
    std::set<Digest> contents;
    std::error_code error;
    for (fs::recursive_directory_iterator at(cache_.folder() + "/results", error), end; !error && at != end;
         at.increment(error)) {
      if (!at->is_regular_file(error)) continue;
      const std::string file = at->path();
      const Digest content = content_named_by(file_name(parent_folder(file)), file_name(file));
      if (!content.is_zero()) contents.insert(content);
    }
    return contents;
  }

  std::set<Digest> results_in_rows() {
    std::set<Digest> contents;
    Query query(database_, "SELECT content FROM results");
    while (query.next()) contents.insert(query.digest(0));
    return contents;
  }

  void check_result(const Digest& content) {
    ++report_.results;
    const std::optional<std::uint64_t> bytes = hamcell::check_result(cache_.folder(), content);
    if (!bytes) return drop_result(content, "a result is damaged");
    report_.result_bytes += *bytes;
  }

  void drop_result(const Digest& content, const std::string& what) {
    Transaction transaction(database_);
    // Another process may have made it anew meanwhile.
    if (hamcell::check_result(cache_.folder(), content)) return;
    const std::string nodes = database_nodes_of(content);
    forget_result(database_, content);
    remove_result_file(cache_.folder(), content);
    transaction.commit();
    report_.repairs.push_back(what + nodes + " (" + short_name(content) + "): removed");
  }

  /// ", of node a": whose result it is.
  std::string database_nodes_of(const Digest& content) {
    Query query(database_, "SELECT node FROM entries WHERE content=? LIMIT 1");
    query.blob(1, content);
    return query.next() ? ", of node '" + query.bytes(0) + "'" : "";
  }

  // ---- Records

  /// Looks at every row of a table, and removes those that have a problem. Behind the columns that `removal`
  /// asks for, `rows` may have others; `problem_of` gives what is wrong with a row, or an empty text.
  template <class ProblemOf>
  void check_table(const char* rows, std::uint64_t& count, ProblemOf problem_of, const char* removal,
                   bool has_two_keys = false) {
    std::vector<BadRow> bad;
    {
      Query query(database_, rows);
      while (query.next()) {
        ++count;
        const std::string what = problem_of(query);
        if (what.empty()) continue;
        bad.push_back({query.bytes(0), has_two_keys ? std::optional(query.bytes(1)) : std::nullopt, what});
      }
    }
    remove(bad, removal);
  }

  void check_entries() {
    check_table(
        "SELECT key, trace, node, stored, content, record FROM entries", report_.entries,
        [&](const Query& row) { return entry_problem(row); },
        "DELETE FROM entries WHERE CAST(key AS BLOB)=? AND CAST(trace AS BLOB)=?", true);
  }

  /// What is wrong with the entry of a row; empty: nothing.
  std::string entry_problem(const Query& row) {
    const Digest key = row.digest(0);
    const std::string name = "the entry of node '" + row.bytes(2) + "' (" + short_name(key) + ")";
    const std::optional<Entry> entry = from_stored(key, row.bytes(5));
    if (!entry) return name + " is damaged";
    const bool has_file = entry->stored && !entry->inlined;
    const bool is_in_place = trace_digest(entry->trace) == row.digest(1) && entry->node == row.bytes(2) &&
                             (row.integer(3) != 0) == entry->stored &&
                             row.digest(4) == (has_file ? entry->content : Digest{});
    if (!is_in_place) return name + " is not in its place";
    if (entry->stored && entry->inlined && digest_of(*entry->inlined) != entry->content)
      return name + " has another value than it says";
    if (has_file && !has_row("SELECT 1 FROM results WHERE content=?", entry->content))
      return name + " has no result";
    if (entry->stored && !has_row("SELECT 1 FROM types WHERE digest=?", entry->type))
      return name + " has no type";
    return {};
  }

  bool has_row(const char* sql, const Digest& digest) {
    Query query(database_, sql);
    query.blob(1, digest);
    return query.next();
  }

  void check_types() {
    check_table(
        "SELECT digest, record FROM types", report_.types,
        [](const Query& row) {
          const bool is_good = type_from_stored(row.digest(0), row.bytes(1)).has_value();
          return is_good ? "" : "a type (" + short_name(row.digest(0)) + ") is damaged";
        },
        "DELETE FROM types WHERE CAST(digest AS BLOB)=?");
  }

  void check_code() {
    check_table(
        "SELECT version, record FROM code", report_.code,
        [&](const Query& row) {
          const bool is_good = checks_.code(row.digest(0), row.bytes(1));
          return is_good ? "" : "what code (" + short_name(row.digest(0)) + ") was made of is damaged";
        },
        "DELETE FROM code WHERE CAST(version AS BLOB)=?");
  }

  void check_shapes() {
    check_table(
        "SELECT digest, record FROM shapes", report_.shapes,
        [&](const Query& row) {
          const std::string record = row.bytes(1);
          const bool is_good = digest_of(record) == row.digest(0) && checks_.shape(record);
          return is_good ? "" : "a graph (" + short_name(row.digest(0)) + ") is damaged";
        },
        "DELETE FROM shapes WHERE CAST(digest AS BLOB)=?");
  }

  /// Whether they can be read is asked of the runs that have them.
  void check_outcomes() {
    std::size_t looked_at = 0;
    check_table(
        "SELECT digest, record FROM outcomes", looked_at,
        [](const Query& row) {
          const bool is_good = digest_of(row.bytes(1)) == row.digest(0);
          return is_good ? "" : "the outcome of runs (" + short_name(row.digest(0)) + ") is damaged";
        },
        "DELETE FROM outcomes WHERE CAST(digest AS BLOB)=?");
  }

  void check_runs() {
    check_table(
        "SELECT * FROM history", report_.runs, [&](const Query& row) { return run_problem(row); },
        "DELETE FROM runs WHERE CAST(id AS BLOB)=?");
  }

  std::string run_problem(const Query& row) {
    const StoredRun run = run_from_row(row);
    if (!checks_.run(run)) return "run " + run.id + " is damaged";
    const bool has_shape = has_row("SELECT 1 FROM shapes WHERE digest=?", run.shape);
    return has_shape ? "" : "run " + run.id + " has no graph";
  }

  void remove(const std::vector<BadRow>& rows, const char* sql) {
    if (rows.empty()) return;
    Transaction transaction(database_);
    for (const BadRow& row : rows) {
      Query query(database_, sql);
      query.blob(1, row.key);
      if (row.second_key) query.blob(2, *row.second_key);
      query.run();
    }
    transaction.commit();
    for (const BadRow& row : rows) report_.repairs.push_back(row.what + ": removed");
  }

  Cache& cache_;
  Database& database_;
  const RecordChecks& checks_;
  CheckReport report_;
};

}  // namespace

CheckReport check_cache(Cache& cache, const RecordChecks& checks) {
  CheckReport report;
  for (Problem& found : cache.take_warnings()) report.repairs.push_back(found.what + ": " + found.next);
  try {
    CheckReport rest = Check(cache, checks).run();
    rest.repairs.insert(rest.repairs.begin(), report.repairs.begin(), report.repairs.end());
    return rest;
  } catch (const DatabaseError& error) {
    if (!error.is_damage() || !cache.begin_anew()) throw cache.failure_of(error);
    report.repairs.push_back(std::string("the database is damaged (") + error.what() + "): moved to '" +
                             cache.folder() + '/' + std::string(set_aside_name) + "', and a new one begun");
    return report;
  }
}

}  // namespace hamcell
