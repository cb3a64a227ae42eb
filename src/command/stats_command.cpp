// `hamcell cache stats`: how much the cache holds, and what it saved.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cache/care.h"
#include "command/command.h"
#include "command/terminal.h"
#include "report/document.h"
#include "report/listing.h"
#include "run/record.h"

namespace hamcell {
namespace {

using nlohmann::ordered_json;

/// So many days with runs are listed for people; JSON has all of them.
constexpr std::size_t most_days = 14;

/// What runs did: of one day, or of all.
struct Tally {
  std::size_t runs = 0;
  std::size_t cached = 0, executed = 0, failed = 0;
  std::size_t decided = 0;  ///< nodes that took part
  double seconds = 0, saved = 0;

  double rate() const {
    return decided == 0 ? 0 : static_cast<double>(cached) / static_cast<double>(decided);
  }
  std::string rate_text() const {
    if (decided == 0) return "-";
    char text[16];
    std::snprintf(text, sizeof text, "%.0f %%", rate() * 100);
    return text;
  }
  void add(const RunRecord& run) {
    const RunCounts counts = count_nodes(run);
    ++runs;
    cached += counts.cached;
    executed += counts.executed;
    failed += counts.failed;
    decided += counts.taking_part();
    seconds += run.seconds;
    saved += run.saved_seconds;
  }
};

struct Stats {
  std::size_t entries = 0, stored = 0;
  std::size_t result_files = 0;
  std::uint64_t result_bytes = 0, database_bytes = 0, size = 0;
  Tally all;
  std::map<std::string, Tally> days;  ///< by "2026-11-28"
};

Stats stats_of(const CacheOptions& options, Cache& cache) {
  Stats stats;
  for (const EntrySummary& entry : cache.list()) {
    ++stats.entries;
    if (entry.stored) ++stats.stored;
  }
  try {
    Database& database = cache.database();
    stats.result_files = static_cast<std::size_t>(database.number("SELECT count(*) FROM results"));
    stats.result_bytes =
        static_cast<std::uint64_t>(database.number("SELECT coalesce(sum(bytes),0) FROM results"));
    stats.size = stats.result_bytes + database.used_bytes();
  } catch (const DatabaseError& error) {
    throw cache.failure_of(error);
  }
  stats.database_bytes = stamp_of(options.cache_dir + "/metadata.db").size;
  if (stats.database_bytes == 0) stats.size = 0;  // an empty cache is one in memory
  cache.visit_runs([&](const StoredRun& stored) {
    const std::optional<RunRecord> run = run_from_stored(stored);
    if (!run) return;
    stats.all.add(*run);
    stats.days[format_time(run->started_ns).substr(0, 10)].add(*run);
  });
  return stats;
}

ordered_json json_of(const Tally& tally) {
  return {{"runs", tally.runs},          {"cached", tally.cached},   {"executed", tally.executed},
          {"failed", tally.failed},      {"hit_rate", tally.rate()}, {"seconds", tally.seconds},
          {"saved_seconds", tally.saved}};
}

ordered_json json_of(const CacheOptions& options, const Stats& stats) {
  ordered_json out = {{"cache_dir", options.cache_dir},
                      {"bytes", stats.size},
                      {"max_bytes", options.max_size},
                      {"entries", stats.entries},
                      {"stored", stats.stored},
                      {"result_files", stats.result_files},
                      {"result_bytes", stats.result_bytes},
                      {"database_bytes", stats.database_bytes}};
  out.update(json_of(stats.all));
  out["days"] = ordered_json::array();
  for (const auto& [day, tally] : stats.days) {
    ordered_json row = {{"day", day}};
    row.update(json_of(tally));
    out["days"].push_back(row);
  }
  return out;
}

std::string days_text(const Stats& stats, std::size_t columns) {
  std::vector<std::vector<std::string>> rows = {{"day", "runs", "hit rate", "time", "saved"}};
  auto day = stats.days.begin();
  if (stats.days.size() > most_days)
    std::advance(day, static_cast<std::ptrdiff_t>(stats.days.size() - most_days));
  for (; day != stats.days.end(); ++day)
    rows.push_back({day->first, std::to_string(day->second.runs), day->second.rate_text(),
                    format_seconds(day->second.seconds), format_seconds(day->second.saved)});
  return rows.size() == 1 ? "" : '\n' + listing(rows, columns);
}

}  // namespace

void stats_command(const CacheOptions& options, Cache& cache) {
  const Stats stats = stats_of(options, cache);
  if (options.json) return print(document_text(json_of(options, stats)));
  const std::size_t columns = terminal_columns(STDOUT_FILENO);
  print(listing(
            {{"cache", visible(options.cache_dir)},
             {"size", format_bytes(stats.size) + " of " + format_bytes(options.max_size)},
             {"entries",
              std::to_string(stats.entries) + ", " + std::to_string(stats.stored) + " with a stored value"},
             {"results", std::to_string(stats.result_files) + " files, " + format_bytes(stats.result_bytes)},
             {"database", format_bytes(stats.database_bytes)},
             {"runs", std::to_string(stats.all.runs)},
             {"hit rate", stats.all.rate_text()},
             {"time saved", format_seconds(stats.all.saved)}},
            columns) +
        days_text(stats, columns));
}

}  // namespace hamcell
