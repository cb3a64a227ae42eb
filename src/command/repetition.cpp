// Runs that only say again what the last one said.
#include "command/repetition.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include "base/kept_record.h"
#include "base/process.h"
#include "base/text.h"
#include "cell/basis_record.h"
#include "cli/project_file.h"
#include "command/run_parts.h"
#include "command/terminal.h"
#include "draw/fonts.h"
#include "report/pictures.h"
#include "report/table.h"

namespace hamcell {

/// A file that was read whole.
struct ReadFile {
  std::string path;
  Digest content;
};

/// What a run depended on, and what it said.
struct Repetition {
  CellBasis cell;
  std::string project_file;         ///< the hamcell.toml that counts; empty: none
  std::vector<ReadFile> files;      ///< that file, and those that were given as `@FILE`
  std::vector<Trace> traces;        ///< of the nodes
  std::vector<Watch> pictures;      ///< as the run left them
  bool keeps_old_pictures = false;  ///< also where they are older than the cell, as --if-changed wants it
  Digest fonts;                     ///< where texts of a picture depend on them; else zero
  std::string cache_folder;
  std::int64_t generation = 0;  ///< of the cache
  std::string recorded_cell;    ///< as the history names it
  Digest shape;
  Digest outcome;
  std::string counts;
  double saved_seconds = 0;
  bool is_quiet = false;
  std::string table;
  std::vector<std::string> picture_names;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::ReadFile> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::ReadFile::path);
    f("content", &hamcell::ReadFile::content);
  }
};
template <>
struct ham::members<hamcell::Repetition> {
  template <class F>
  static constexpr void each(F&& f) {
    f("cell", &hamcell::Repetition::cell);
    f("project_file", &hamcell::Repetition::project_file);
    f("files", &hamcell::Repetition::files);
    f("traces", &hamcell::Repetition::traces);
    f("pictures", &hamcell::Repetition::pictures);
    f("keeps_old_pictures", &hamcell::Repetition::keeps_old_pictures);
    f("fonts", &hamcell::Repetition::fonts);
    f("cache_folder", &hamcell::Repetition::cache_folder);
    f("generation", &hamcell::Repetition::generation);
    f("recorded_cell", &hamcell::Repetition::recorded_cell);
    f("shape", &hamcell::Repetition::shape);
    f("outcome", &hamcell::Repetition::outcome);
    f("counts", &hamcell::Repetition::counts);
    f("saved_seconds", &hamcell::Repetition::saved_seconds);
    f("is_quiet", &hamcell::Repetition::is_quiet);
    f("table", &hamcell::Repetition::table);
    f("picture_names", &hamcell::Repetition::picture_names);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view repetition_record = "hamcell repetition 4";

std::string repetitions_folder() { return user_cache_folder() + "/runs"; }

/// Arguments and environment hold what is secret, so the key is one that only this user can make.
KeptRecord<Repetition> record_of(const Invocation& invocation) {
  return {repetitions_folder(), keyed_digest(invocation.digest.view()), ".run", repetition_record};
}

/// What shells and make change from one command to the next. Where a node has read one of them, its trace
/// says so; hamcell reads MAKEFLAGS only to run nodes.
bool is_passing(std::string_view name) {
  static constexpr std::array<std::string_view, 8> names = {
      "_", "OLDPWD", "SHLVL", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKE_TERMOUT", "MAKE_TERMERR"};
  return std::ranges::find(names, name) != names.end();
}

std::vector<std::string_view> lasting_variables() {
  std::vector<std::string_view> variables;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    if (!is_passing(variable.substr(0, variable.find('=')))) variables.push_back(variable);
  }
  std::ranges::sort(variables);
  return variables;
}

void add_stamp(Digester& digester, const std::string& program) {
  const Stamp stamp = stamp_of(program);
  digester.add(stamp.size)
      .add(static_cast<std::uint64_t>(stamp.modified_ns))
      .add(static_cast<std::uint64_t>(stamp.changed_ns))
      .add(stamp.inode)
      .add(stamp.device);
}

bool is_as_read(const ReadFile& file) {
  const std::optional<std::string> content = read_regular_file(file.path);
  return content && digest_of(*content) == file.content;
}

/// make would ask for a picture that is older than the cell each time: the usual way makes it newer.
bool are_new_enough(const Repetition& kept) {
  if (kept.keeps_old_pictures) return true;
  const std::int64_t cell_ns = stamp_of(kept.cell.path).modified_ns;
  return std::ranges::all_of(kept.pictures,
                             [&](const Watch& picture) { return picture.stamp.modified_ns >= cell_ns; });
}

bool is_as_it_was(const Repetition& kept) {
  return is_unchanged(kept.cell) && find_project_file(parent_folder(kept.cell.path)) == kept.project_file &&
         std::ranges::all_of(kept.files, is_as_read) &&
         std::ranges::none_of(kept.traces,
                              [](const Trace& trace) { return trace_change(trace).has_value(); }) &&
         are_unchanged(kept.pictures) && are_new_enough(kept) &&
         (kept.fonts.is_zero() || kept.fonts == digest_of_fonts());
}

std::optional<Repetition> recall(const Invocation& invocation) {
  if (stamp_of(repetitions_folder()).kind != Stamp::Kind::folder) return std::nullopt;
  return record_of(invocation).recall();
}

/// The files whose content the options are made of: hamcell.toml, and those behind `@FILE`. Nothing where one
/// of them can be another now than when it was read.
std::optional<std::vector<ReadFile>> read_again(const RunOptions& run, std::int64_t began_ns) {
  std::vector<std::string> paths;
  if (!run.project_file.empty()) paths.push_back(run.project_file);
  for (const auto* bindings : {&run.inputs, &run.config, &run.overrides})
    for (const Binding& binding : *bindings)
      if (names_file(binding.value)) paths.push_back(binding.value.substr(1));
  std::vector<ReadFile> files;
  for (const std::string& path : paths) {
    const std::optional<std::string> content = read_regular_file(path);
    if (!content || !is_settled(stamp_of(path), began_ns)) return std::nullopt;
    files.push_back({path, digest_of(*content)});
  }
  return files;
}

/// Whether the same command would do the same again, as far as its options decide that.
bool asks_for_the_same(const Options& options) {
  const RunOptions& run = options.run;
  const bool writes_more = !run.saves.empty() || run.save_results || run.depfile || run.timeline ||
                           run.write_to_file.given || options.log_file;
  const bool tells_more = options.log_level > LogLevel::warn;
  // A page has the runs of the past, and each run is one more of them.
  const bool has_page = run.display_cache.given && run.display_cache.format == PictureFormat::html;
  return run.secrets.empty() && run.cell != "-" && !writes_more && !tells_more && !has_page;
}

}  // namespace

Invocation invocation_of(const std::vector<std::string>& arguments) {
  Invocation invocation;
  invocation.began_ns = now_ns();
  Digester digester;
  digester.add(repetition_record).add(arguments.size());
  for (const std::string& argument : arguments) digester.add(argument);
  digester.add(absolute_path("."));
  for (const std::string_view variable : lasting_variables()) digester.add(variable);
  digester.add(std::uint64_t{::geteuid()})
      .add(std::uint64_t{terminal_columns(STDOUT_FILENO)})
      .add(std::uint64_t{::isatty(STDOUT_FILENO) == 1})
      .add(std::uint64_t{::isatty(STDERR_FILENO) == 1});
  add_stamp(digester, "/proc/self/exe");
  add_stamp(digester, installation().scan);
  add_stamp(digester, installation().draw);
  invocation.digest = digester.finish();
  return invocation;
}

std::optional<ExitStatus> repeat_run(const Invocation& invocation) {
  const auto began = std::chrono::steady_clock::now();
  const std::optional<Repetition> kept = recall(invocation);
  if (!kept || !is_as_it_was(*kept)) return std::nullopt;
  // A new cache could only be empty.
  if (stamp_of(kept->cache_folder + "/metadata.db").kind != Stamp::Kind::file) return std::nullopt;
  Cache cache(kept->cache_folder, Cache::Access::run);
  const std::vector<Problem> warnings = cache.take_warnings();
  report(warnings, Severity::warning, wants_color(ColorWhen::automatic, STDERR_FILENO));
  if (!warnings.empty() || cache.generation() != kept->generation) return std::nullopt;
  RunRecord run;
  run.id = new_run_id();
  run.cell = kept->recorded_cell;
  run.shape = kept->shape;
  run.started_ns = now_ns();
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (!cache.store_repeated_run(stored_from_run(run), kept->outcome)) return std::nullopt;
  print(kept->table);
  if (!kept->is_quiet)
    print_summary(summary_line(kept->counts, run.seconds, kept->saved_seconds), kept->picture_names);
  return ExitStatus::done;
}

void keep_for_repetition(const Options& options, const Cell& cell, const RunResult& result,
                         const CacheState& cache, const PrintedRun& printed) {
  const RunOptions& run = options.run;
  const bool is_known = !options.invocation.digest.is_zero() && cell.remembered;
  if (!is_known || !asks_for_the_same(options) || !result.all_from_cache) return;
  Repetition kept;
  kept.cell = basis_of(cell, cell_request(run));
  kept.project_file = run.project_file;
  std::optional<std::vector<ReadFile>> files = read_again(run, options.invocation.began_ns);
  if (!files) return;
  kept.files = *std::move(files);
  kept.traces = *result.all_from_cache;
  const std::int64_t now = now_ns();
  kept.keeps_old_pictures = run.if_changed;
  for (const OptionalFile* picture : {&run.display, &run.display_cache})
    if (picture->given && has_fonts(picture->format)) kept.fonts = digest_of_fonts();
  for (const std::string& picture : printed.pictures) {
    const Stamp stamp = stamp_of(picture);
    // What this process has open is the next one's no more.
    if (place_of_file(picture).empty()) return;
    if (stamp.kind != Stamp::Kind::file || !is_settled(stamp, now)) return;
    kept.pictures.push_back({picture, stamp});
  }
  kept.cache_folder = cache.folder;
  kept.generation = cache.generation;
  kept.recorded_cell = result.record.cell;
  kept.shape = result.record.shape;
  kept.outcome = digest_of(stored_from_run(result.record).outcome);
  kept.counts = counts_text(result.record);
  kept.saved_seconds = result.record.saved_seconds;
  kept.is_quiet = options.quiet;
  kept.table = printed.table;
  kept.picture_names = printed.pictures;
  record_of(options.invocation).keep(kept);
}

void print_summary(const std::string& summary, const std::vector<std::string>& pictures) {
  std::string line = summary;
  if (!pictures.empty()) line += " · ";
  for (std::size_t i = 0; i < pictures.size(); ++i) line += (i == 0 ? "" : ", ") + visible(pictures[i]);
  print(line + '\n');
}

}  // namespace hamcell
