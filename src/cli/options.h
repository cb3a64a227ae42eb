// What the user asked for: the command line and hamcell.toml, read and checked, and nothing else.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cell/model.h"
#include "draw/draw.h"
#include "draw/part.h"
#include "graph/request.h"
#include "value/value_format.h"

namespace hamcell {

/// An option that may stand bare, or have a value behind "=".
struct OptionalFile {
  bool given = false;
  std::optional<std::string> file;  ///< "-" is standard output; nothing: the default name
  /// Of a picture: by the ending of `file`, else by --format. Unused for --write-to-file.
  PictureFormat format = PictureFormat::png;
};

/// One `--save NODE=FILE`.
struct SaveRequest {
  std::string node;
  std::string file;
  ValueFormat format = ValueFormat::json;  ///< by the file's ending
};

enum class ColorWhen { automatic, always, never };
enum class LogLevel { error, warn, info, debug };

/// Bytes that a cache may have where nothing else is said.
inline constexpr std::uint64_t default_cache_size = 20'000'000'000;

struct RunOptions {
  std::string cell;                  ///< path as written, or "-"
  std::vector<std::string> targets;  ///< NODE arguments and those of --execute=, without duplicates
  OptionalFile display;
  bool execute = false;
  bool dry_run = false;              ///< say what would run, and run nothing, even with `execute`
  std::optional<std::string> debug;  ///< the node to open a debugger at; nothing else is then done
  bool exit_code = false;            ///< of a dry run: ExitStatus::would_run when something would or may run
  bool explain = false;              ///< print all the reasons of every node that runs
  OptionalFile display_cache;
  PictureFormat format = PictureFormat::png;
  DiagramPart part;  ///< of the pictures
  std::vector<Binding> inputs, config, overrides;
  std::vector<std::string> secrets;  ///< inputs whose values appear nowhere
  std::optional<bool> show_results;  ///< true: in full; false: no values; nothing: previews
  std::optional<std::string> module_name;
  OptionalFile write_to_file;
  std::vector<SaveRequest> saves;           ///< their nodes are among `targets`, if there are any
  bool if_changed = false;                  ///< leave a saved file of the same content alone
  std::optional<std::string> depfile;       ///< where to say what the written files depend on
  std::optional<std::string> save_results;  ///< where to write all targets' values
  std::optional<std::string> timeline;      ///< where to say what ran when
  std::string project_file;                 ///< the hamcell.toml that counts, absolute; empty: none
  /// Absolute: --cache-dir, else HAMCELL_CACHE_DIR, else cache-dir of hamcell.toml, else `.hamcell_cache` in
  /// the project's folder, else in the current one.
  std::string cache_dir;
  bool no_cache = false;
  std::uint64_t cache_size = default_cache_size;  ///< bytes that the cache may have after a run
  std::vector<BehaviorRequest> behaviors;
  std::optional<Behavior> default_behavior;
  double timeout = 0;        ///< seconds that a node may run; 0: any number
  std::uint64_t memory = 0;  ///< bytes that a node may take; 0: any number
  unsigned jobs = 1;         ///< runners, at least 1; the machine's cores where not given
  bool keep_going = false;
  bool opt_in = false;                                ///< store only nodes marked [[ham::cache]]
  std::optional<std::string> cxx, standard;           ///< --cxx, --std ("c++23")
  std::vector<std::string> cxxflags, ldflags;         ///< split into words
  std::vector<std::string> include_folders, defines;  ///< of -I and -D, without the letter
  bool json = false;
};

enum class CacheAction { stats, ls, runs, show, view, verify, gc, clear };

enum class ShowAs { value, csv, cbor, type };

struct CacheOptions {
  CacheAction action = CacheAction::stats;
  std::string cache_dir;            ///< as in RunOptions
  std::string node;                 ///< show
  std::vector<std::string> nodes;   ///< verify; empty: all nodes of the last run
  std::optional<std::string> run;   ///< view: the run's id or its beginning; nothing: the latest
  std::optional<std::string> diff;  ///< view: the run to compare it with, in the same form
  OptionalFile output;              ///< view: where to draw it
  PictureFormat format = PictureFormat::png;
  DiagramPart part;  ///< view
  bool json = false;
  bool trace = false;  ///< show: what the node read and wrote, not its value
  ShowAs show_as = ShowAs::value;
  std::uint64_t head = UINT64_MAX;  ///< show: so many elements or rows at most
  bool yes = false;                 ///< clear: do not ask
  bool rerun = false;               ///< verify: run nodes again, instead of looking at what is stored
  std::uint64_t max_size = default_cache_size;     ///< gc: bytes; stats: the limit that a run keeps
  std::optional<std::chrono::seconds> older_than;  ///< gc
};

struct ReportOptions {
  std::string cache_dir;            ///< as in RunOptions
  std::optional<std::string> run;   ///< its id or the beginning of it; nothing: the latest
  std::optional<std::string> file;  ///< of the page; "-" is standard output; nothing: the default name
  std::string default_ending = ".report.html";  ///< of that name, behind the module's
  DiagramPart part;
};

/// One start of hamcell.
struct Invocation {
  Digest digest;  ///< of what was asked for, from where and by whom, secrets included; all zeros: not known
  std::int64_t began_ns = 0;  ///< since 1970, by the clock of files; nothing was read before
};

struct Options {
  enum class Command { run, cache, report, done } command = Command::run;  ///< done: --help or --version
  RunOptions run;
  CacheOptions cache;
  ReportOptions report;
  bool quiet = false;
  LogLevel log_level = LogLevel::warn;
  std::optional<std::string> log_file;
  ColorWhen color = ColorWhen::automatic;
  Invocation invocation;
  std::string message;            ///< done: the text for standard output
  std::vector<Problem> warnings;  ///< about files that were passed over; to be shown, never fatal
};

/// "png", "svg", "html" and so on: the word of --format and the ending of the file's name.
const char* format_name(PictureFormat format);

/// Reads argv (without the program's name) and the hamcell.toml that applies. What is given once and repeats
/// takes the last value; the command line wins over the file. Bindings of one name are left as the last one
/// only, those of the file in front; of a name that an `@FILE.json` binds too, the later binding must win.
/// Throws Failure (usage) with a suggestion where one is near.
Options read_command_line(const std::vector<std::string>& arguments);

}  // namespace hamcell
