// What one source, the command line or hamcell.toml, sets: unset fields are the other source's to fill.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"

namespace hamcell {

struct Settings {
  Place place;  ///< of the source, for problems that concern more than one option; empty: the command line
  OptionalFile display, display_cache, write_to_file;
  bool execute = false;
  std::vector<std::string> execute_nodes;  ///< those of --execute=
  std::optional<PictureFormat> format;
  std::optional<std::string> output;  ///< of `hamcell report`
  bool only_needed = false;
  std::optional<std::string> focus;
  std::optional<unsigned> depth;
  std::optional<std::string> group_by;
  std::vector<std::string> folds;
  std::optional<std::string> diff;
  bool clusters_are_optional = false;  ///< they stand in hamcell.toml, for all cells of a project
  std::vector<Binding> inputs, config, overrides;
  std::vector<std::string> secrets;
  std::optional<std::string> debug;
  std::vector<SaveRequest> saves;
  bool if_changed = false;
  std::optional<std::string> depfile;
  std::optional<std::string> save_results;
  std::optional<std::string> timeline;
  bool show_results = false;
  bool hide_results = false;
  std::optional<std::string> module_name, cache_dir, cxx, standard, log_file;
  bool no_cache = false;
  std::vector<BehaviorRequest> behaviors;  ///< at most one of each behavior
  std::optional<Behavior> default_behavior;
  std::optional<unsigned> jobs;
  std::optional<double> timeout;
  std::optional<std::uint64_t> memory;
  std::optional<std::uint64_t> cache_size, max_size;  ///< bytes
  std::optional<std::chrono::seconds> older_than;
  bool keep_going = false;
  bool dry_run = false;
  bool exit_code = false;
  bool explain = false;
  bool opt_in = false;
  bool rerun = false;
  std::vector<std::string> cxxflags, ldflags, include_folders, defines;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool yes = false;
  bool trace = false;
  bool csv = false;
  bool cbor = false;
  bool type = false;
  std::optional<std::uint64_t> head;
  bool help = false;
  bool python_path = false;
  bool version = false;
  std::optional<LogLevel> log_level;
  std::optional<ColorWhen> color;
};

}  // namespace hamcell
