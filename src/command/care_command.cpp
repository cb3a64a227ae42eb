// `hamcell cache gc` and `hamcell cache verify`, and what a run does when the cache has become too large.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/user_cache.h"
#include "cache/care.h"
#include "cache/check.h"
#include "cell/discover.h"
#include "command/command.h"
#include "command/terminal.h"
#include "report/document.h"
#include "run/usage.h"

namespace hamcell {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// After a run, room is made for more than one other run, or each of them would have to do it again.
constexpr std::uint64_t kept_percent = 90;

bool is_missing(const std::string& cache_dir) {
  return stamp_of(cache_dir + "/metadata.db").kind == Stamp::Kind::absent;
}

/// Built cells and remembered scans that were not used for so long are made again when they are needed.
constexpr std::int64_t user_files_ns = 30 * 86'400'000'000'000;
/// Another process may be about to load what is younger.
constexpr std::int64_t young_user_file_ns = 3'600'000'000'000;

std::int64_t last_use_of(const fs::path& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return INT64_MAX;
  // Reading moves the one at least once a day, unless the file system was told not to; writing the other.
  return std::max(info.st_atim.tv_sec, info.st_mtim.tv_sec) * 1'000'000'000;
}

struct UserFiles {
  std::size_t count = 0;
  std::uint64_t bytes = 0;
  std::vector<Problem> not_cleaned;  ///< folders that were left as they are
};

/// Whether hamcell gives such a name to a built cell, its record, a remembered scan or run, or to what it has
/// on the way to one: a killed hamcell leaves that.
bool is_name_of_user_file(std::string_view name) {
  constexpr std::size_t digits = 32;
  const std::string_view key = name.substr(0, digits);
  if (key.size() != digits || Digest::from_hex(key).hex() != key) return false;
  std::string_view rest = name.substr(digits);
  if (rest.starts_with(".lines")) rest.remove_prefix(6);
  if (rest == ".so") return true;
  for (const std::string_view kept :
       {".so.record", ".so.text", ".newest", ".text", ".scan", ".toolchain", ".link", ".run", ".picture",
        ".preamble", ".h", ".h.record", ".types.record"})
    if (rest == kept || is_temporary_name(rest, std::string(kept) + '.')) return true;
  for (const std::string_view compiled : {".pch", ".h.pch", ".h.gch", ".types.o"}) {
    if (rest == compiled) return true;
    if (!rest.starts_with(std::string(compiled) + '.')) continue;
    rest.remove_prefix(compiled.size());
    if (rest.ends_with(".d")) rest.remove_suffix(2);
    break;
  }
  // The folder that a process builds in, or the file on its way.
  return rest.size() > 1 && rest[0] == '.' && rest.find_first_not_of("0123456789", 1) == rest.npos;
}

std::optional<Problem> why_user_folder_is_not_cleaned(const std::string& folder) {
  if (std::optional<Problem> why = why_not_cleaned(folder)) return why;
  if (stamp_of(folder).kind == Stamp::Kind::absent || is_private_to_user(folder)) return std::nullopt;
  return Problem{
      {},
      "nothing is removed from '" + folder + "': others can write to it",
      "make it and the folders above writable by you alone, or set XDG_CACHE_HOME to another folder"};
}

/// Of all projects of this user.
UserFiles remove_user_files(std::int64_t unused_ns) {
  UserFiles removed;
  const std::int64_t oldest = now_ns() - std::max(unused_ns, young_user_file_ns);
  for (const char* name : {"/cells", "/scans", "/preambles", "/runs", "/pictures"}) {
    const std::string folder = user_cache_folder() + name;
    if (std::optional<Problem> why = why_user_folder_is_not_cleaned(folder)) {
      removed.not_cleaned.push_back(*std::move(why));
      continue;
    }
    std::error_code error;
    std::vector<fs::path> old;
    for (const auto& file : fs::directory_iterator(folder, error))
      if (is_name_of_user_file(file.path().filename().string()) && last_use_of(file.path()) < oldest)
        old.push_back(file.path());
    for (const fs::path& path : old) {
      const std::uintmax_t bytes = fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
      if (fs::remove_all(path, error) == 0 || error) continue;
      ++removed.count;
      removed.bytes += bytes;
    }
  }
  return removed;
}

std::string count_text(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string text_of(const CareReport& report, const UserFiles& user) {
  std::vector<std::string> parts;
  if (report.results != 0) parts.push_back(count_text(report.results, "result", "results"));
  if (report.entries != 0) parts.push_back(count_text(report.entries, "entry", "entries"));
  if (report.runs != 0) parts.push_back(count_text(report.runs, "run", "runs"));
  if (report.orphans != 0) parts.push_back(count_text(report.orphans, "left-over file", "left-over files"));
  if (user.count != 0)
    parts.push_back(count_text(user.count, "file", "files") + " of built cells (" + format_bytes(user.bytes) +
                    ")");
  const std::string sizes =
      format_bytes(report.bytes_before) +
      (report.bytes_after == report.bytes_before ? "" : " → " + format_bytes(report.bytes_after));
  return (parts.empty() ? "nothing to remove" : "removed " + join(parts, ", ")) + " · " + sizes + '\n';
}

std::string text_of(const CheckReport& report) {
  std::string text;
  for (const std::string& repair : report.repairs) text += visible(repair) + '\n';
  text +=
      "looked at " + count_text(report.entries, "entry", "entries") + ", " +
      count_text(report.results, "result", "results") + " (" + format_bytes(report.result_bytes) + "), " +
      count_text(report.types, "type", "types") + ", " + count_text(report.runs, "run", "runs") + ": " +
      (report.repairs.empty() ? "all is well"
                              : count_text(report.repairs.size(), "thing was", "things were") + " wrong") +
      '\n';
  return text;
}

}  // namespace

ExitStatus gc_command(const Options& options) {
  const CacheOptions& asked = options.cache;
  CareReport report;
  if (!is_missing(asked.cache_dir)) {
    Cache cache(asked.cache_dir, Cache::Access::write);
    hamcell::report(cache.take_warnings(), Severity::warning, wants_color(options.color, STDERR_FILENO));
    CareRequest request;
    request.now_ns = now_ns();
    request.max_bytes = asked.max_size;
    if (asked.older_than)
      request.oldest_ns = request.now_ns - std::chrono::nanoseconds(*asked.older_than).count();
    add_usage(cache, request);
    report = look_after(cache, request);
  }
  const UserFiles user = remove_user_files(
      asked.older_than ? std::chrono::nanoseconds(*asked.older_than).count() : user_files_ns);
  std::vector<Problem> not_cleaned = user.not_cleaned;
  if (report.not_cleaned) not_cleaned.insert(not_cleaned.begin(), *report.not_cleaned);
  hamcell::report(not_cleaned, Severity::warning, wants_color(options.color, STDERR_FILENO));
  if (asked.json)
    print(document_text(ordered_json{{"cache_dir", asked.cache_dir},
                                     {"results", report.results},
                                     {"entries", report.entries},
                                     {"runs", report.runs},
                                     {"orphans", report.orphans},
                                     {"user_files", user.count},
                                     {"user_bytes", user.bytes},
                                     {"bytes_before", report.bytes_before},
                                     {"bytes_after", report.bytes_after}}));
  else
    print(text_of(report, user));
  return ExitStatus::done;
}

ExitStatus check_command(const Options& options) {
  CheckReport report;
  if (!is_missing(options.cache.cache_dir)) {
    Cache cache(options.cache.cache_dir, Cache::Access::write);
    report = check_cache(cache, record_checks());
  }
  if (options.cache.json)
    print(document_text(ordered_json{{"cache_dir", options.cache.cache_dir},
                                     {"entries", report.entries},
                                     {"results", report.results},
                                     {"result_bytes", report.result_bytes},
                                     {"types", report.types},
                                     {"code", report.code},
                                     {"shapes", report.shapes},
                                     {"runs", report.runs},
                                     {"repairs", report.repairs}}));
  else
    print(text_of(report));
  return report.repairs.empty() ? ExitStatus::done : ExitStatus::storage;
}

void keep_size(Cache& cache, std::uint64_t most_bytes) {
  if (!cache.is_writable() || !cache.has_grown()) return;
  try {
    if (cache_bytes(cache.database()) <= most_bytes) return;
    // What the database says may be wrong, and nothing goes for that.
    if (recounted_bytes(cache) <= most_bytes) return;
  } catch (const DatabaseError& error) {
    return cache.give_up(error);
  }
  CareRequest request;
  request.now_ns = now_ns();
  request.max_bytes = most_bytes / 100 * kept_percent;
  add_usage(cache, request);
  look_after(cache, request);
}

}  // namespace hamcell
