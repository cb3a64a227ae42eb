// `hamcell cache …`: looks into the cache and looks after it, without a cell and without a compiler.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cache/cache.h"
#include "cache/claims.h"
#include "cache/store.h"
#include "command/command.h"
#include "command/kept_run.h"
#include "command/terminal.h"
#include "draw/drawing.h"
#include "report/document.h"
#include "report/listing.h"
#include "report/pictures.h"
#include "report/run_difference.h"

namespace hamcell {
namespace {

using nlohmann::ordered_json;

/// So many runs are listed at most.
constexpr std::size_t most_runs = 1000;
/// A type's name is cut to this width in a list, so that it leaves room for what stands behind it.
constexpr std::size_t type_columns = 32;

std::vector<RunRecord> read_runs(Cache& cache) {
  std::vector<RunRecord> records;
  for (const StoredRun& run : cache.runs(most_runs))
    if (std::optional<RunRecord> record = run_from_stored(run)) records.push_back(*std::move(record));
  return records;
}

void list_entries(const CacheOptions& options, Cache& cache) {
  const std::vector<EntrySummary> entries = cache.list();
  if (options.json) {
    ordered_json all = ordered_json::array();
    for (const EntrySummary& entry : entries)
      all.push_back({{"node", entry.node},
                     {"cache_key", entry.key},
                     {"data_version", entry.data_version},
                     {"type", entry.type},
                     {"stored", entry.stored},
                     {"bytes", entry.bytes},
                     {"seconds", entry.seconds},
                     {"created", format_time(entry.created_ns)},
                     {"preview", entry.preview}});
    return print(document_text(all));
  }
  std::vector<std::vector<std::string>> rows = {{"node", "type", "size", "time", "created", "value"}};
  for (const EntrySummary& entry : entries)
    rows.push_back({visible(entry.node), shortened(visible(entry.type), type_columns),
                    entry.stored ? format_bytes(entry.bytes) : "-", format_seconds(entry.seconds),
                    format_time(entry.created_ns), visible(entry.preview)});
  print(entries.empty() ? "no entries\n" : listing(rows, terminal_columns(STDOUT_FILENO)));
}

void list_runs(const CacheOptions& options, Cache& cache) {
  const std::vector<RunRecord> runs = read_runs(cache);
  if (options.json) {
    ordered_json all = ordered_json::array();
    for (const RunRecord& run : runs) {
      const RunCounts counts = count_nodes(run);
      all.push_back({{"run_id", run.id},
                     {"cell", run.cell},
                     {"started", format_time(run.started_ns)},
                     {"status", run_status_name(run.status)},
                     {"cached", counts.cached},
                     {"executed", counts.executed},
                     {"failed", counts.failed},
                     {"skipped", counts.skipped},
                     {"seconds", run.seconds},
                     {"saved_seconds", run.saved_seconds}});
    }
    return print(document_text(all));
  }
  std::vector<std::vector<std::string>> rows = {{"run", "status", "nodes", "time", "cell"}};
  for (const RunRecord& run : runs)
    rows.push_back({run.id, run_status_name(run.status), counts_text(run), format_seconds(run.seconds),
                    visible(run.cell)});
  print(runs.empty() ? "no runs\n" : listing(rows, terminal_columns(STDOUT_FILENO)));
}

void view_run(const CacheOptions& options, Cache& cache) {
  const PictureFormat format = options.output.file ? options.output.format : options.format;
  const std::string ending = (options.diff ? ".diff." : ".display-cache.") + std::string(format_name(format));
  if (format == PictureFormat::html) {
    if (options.diff)
      throw Failure(ExitStatus::usage, "what differs between two runs is a picture, and not a page",
                    "choose another --format, or a file that ends in .svg or .png");
    return report_run({options.cache_dir, options.run, options.output.file, ending, options.part}, cache);
  }
  const ShapedRun run = kept_run(cache, options.run);
  Diagram diagram = options.diff ? difference_diagram(run, kept_run(cache, options.diff))
                                 : after_diagram(run.shape, run.record);
  // The name is of this folder, whatever the database says.
  const std::string file = options.output.file.value_or(file_name(run.record.module) + ending);
  Drawing drawing;
  drawing.begin({part_of(std::move(diagram), options.part), format, file}, 0);
  const PictureAnswer answer = std::move(drawing.finish().front());
  if (!answer.problems.empty()) throw Failure(ExitStatus::storage, answer.problems);
  print(file == "-" ? answer.picture : visible(file) + '\n');
}

bool user_agrees(const std::string& folder) {
  write_to_user("Remove everything that is stored in '" + visible(folder) + "'? [y/N] ");
  char answer[16] = {};
  return std::fgets(answer, sizeof answer, stdin) != nullptr && (answer[0] == 'y' || answer[0] == 'Y');
}

ExitStatus clear(const CacheOptions& options) {
  const std::string& folder = options.cache_dir;
  if (stamp_of(folder).kind == Stamp::Kind::absent) return ExitStatus::done;
  if (is_of_other_program(folder))
    throw Failure(ExitStatus::storage, "'" + folder + "/metadata.db' is the database of another program",
                  "check --cache-dir; nothing was removed");
  if (!options.yes && !user_agrees(folder)) return ExitStatus::done;
  std::optional<FolderLock> lock;
  if (stamp_of(folder + "/metadata.db").kind != Stamp::Kind::absent) lock.emplace(folder);
  if (lock && !lock->try_now(FolderLock::Byte::use, FolderLock::Mode::alone))
    throw Failure(ExitStatus::storage, "another hamcell is using the cache '" + folder + "'",
                  "wait for its end, or make room beside it with 'hamcell cache gc --max-size 0'");
  // Only what hamcell itself puts there, so that a mistyped --cache-dir costs nothing else.
  std::vector<std::string> names = Claims::file_names();
  names.insert(names.end(), {"metadata.db", "metadata.db-wal", "metadata.db-shm", "metadata.db-journal",
                             "metadata.db.aside", "metadata.db.new", "metadata.db.new-journal",
                             "metadata.db.new-wal", "metadata.db.new-shm", "results", "lock"});
  for (const std::string& name : names) {
    std::error_code error;
    std::filesystem::remove_all(folder + '/' + name, error);
    if (error)
      throw Failure(ExitStatus::storage, "cannot remove '" + folder + '/' + name + "': " + error.message(),
                    "check who owns the cache");
  }
  ::rmdir(folder.c_str());
  return ExitStatus::done;
}

}  // namespace

ExitStatus cache_command(const Options& options) {
  const CacheOptions& request = options.cache;
  if (request.action == CacheAction::clear) return clear(request);
  if (request.action == CacheAction::gc) return gc_command(options);
  if (request.action == CacheAction::verify)
    return request.rerun ? verify_command(options) : check_command(options);
  Cache cache(request.cache_dir, Cache::Access::read);
  switch (request.action) {
    case CacheAction::stats:
      stats_command(request, cache);
      break;
    case CacheAction::ls:
      list_entries(request, cache);
      break;
    case CacheAction::runs:
      list_runs(request, cache);
      break;
    case CacheAction::show:
      show_command(request, cache);
      break;
    case CacheAction::view:
      view_run(request, cache);
      break;
    case CacheAction::verify:
    case CacheAction::gc:
    case CacheAction::clear:
      break;
  }
  return ExitStatus::done;
}

}  // namespace hamcell
