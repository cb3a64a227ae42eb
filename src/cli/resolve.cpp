// Joins what the command line and hamcell.toml set, checks it as a whole, and fills in the defaults.
#include "cli/resolve.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <thread>
#include <utility>

#include "base/file.h"
#include "cli/setting_value.h"
#include "cli/usage.h"

namespace hamcell {
namespace {

std::string flag_of(Behavior behavior) { return std::string("--") + behavior_name(behavior); }

/// One source must not give a node, or all the others, two behaviors.
void check_behaviors(const Settings& settings) {
  std::map<std::string, Behavior> named;
  std::optional<Behavior> bare;
  const auto check = [&](const std::string& node, Behavior first, Behavior second) {
    if (first != second)
      fail_usage(node + " is given two behaviors: " + flag_of(first) + " and " + flag_of(second),
                 "keep one of them", settings.place);
  };
  for (const BehaviorRequest& request : settings.behaviors) {
    if (request.all) check("every node", *(bare = bare.value_or(request.behavior)), request.behavior);
    for (const std::string& node : request.nodes)
      check("node '" + node + "'", named.emplace(node, request.behavior).first->second, request.behavior);
  }
}

void check_exclusive(const Settings& settings, bool first, bool second, const char* what) {
  if (first && second)
    fail_usage(std::string(what) + " exclude each other", "keep one of them", settings.place);
}

void check(const Settings& settings) {
  check_behaviors(settings);
  check_exclusive(settings, settings.show_results, settings.hide_results,
                  "--show-results and --hide-results");
  check_exclusive(settings, settings.quiet, settings.verbose, "--quiet and --verbose");
}

/// The later binding of a name replaces the earlier one. `@FILE.json` has no name here and keeps its place.
std::vector<Binding> join_bindings(const std::vector<Binding>& first, const std::vector<Binding>& later) {
  std::vector<Binding> joined;
  for (const std::vector<Binding>* bindings : {&first, &later}) {
    for (const Binding& binding : *bindings) {
      if (!binding.name.empty())
        std::erase_if(joined, [&](const Binding& earlier) { return earlier.name == binding.name; });
      joined.push_back(binding);
    }
  }
  return joined;
}

/// Nodes that `later` names, and every node where it has a bare flag, lose what `first` says of them.
std::vector<BehaviorRequest> join_behaviors(std::vector<BehaviorRequest> first,
                                            const std::vector<BehaviorRequest>& later) {
  for (const BehaviorRequest& wins : later) {
    for (BehaviorRequest& loses : first) {
      std::erase_if(loses.nodes,
                    [&](const std::string& node) { return std::ranges::count(wins.nodes, node) != 0; });
      if (wins.all) loses.all = false;
    }
  }
  std::erase_if(first, [](const BehaviorRequest& request) { return !request.all && request.nodes.empty(); });
  for (const BehaviorRequest& request : later) {
    const auto same = std::ranges::find(first, request.behavior, &BehaviorRequest::behavior);
    if (same == first.end()) {
      first.push_back(request);
      continue;
    }
    same->all = same->all || request.all;
    same->nodes.insert(same->nodes.end(), request.nodes.begin(), request.nodes.end());
  }
  return first;
}

std::vector<std::string> concatenated(std::vector<std::string> first,
                                      const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

template <typename Value>
void overlay(std::optional<Value>& value, const std::optional<Value>& later) {
  if (later) value = later;
}

/// `later` may be bare; then a name that the file gives stays.
void overlay(OptionalFile& file, const OptionalFile& later) {
  if (later.file || !file.given) file = later.given ? later : file;
}

bool is_stdout(const OptionalFile& picture) { return picture.given && picture.file == "-"; }

void check_standard_output(const Settings& settings) {
  std::vector<std::string> owners;
  if (is_stdout(settings.display)) owners.emplace_back("--display=-");
  if (is_stdout(settings.display_cache)) owners.emplace_back("--display-cache=-");
  if (settings.json) owners.emplace_back("--json");
  if (owners.size() > 1)
    fail_usage(owners[0] + " and " + owners[1] + " cannot both use standard output",
               "give a file to one of them");
  if (is_stdout(settings.write_to_file) || settings.log_file == "-")
    fail_usage(std::string(is_stdout(settings.write_to_file) ? "--write-to-file" : "--log-file") +
                   " cannot be standard output, which carries results",
               "give it a file");
}

/// A debugger has the terminal to itself, and gives no results.
void check_debug(const Settings& settings, const RunOptions& run) {
  if (!settings.debug) return;
  const auto refuse = [](const char* other) {
    fail_usage(std::string("--debug and ") + other + " exclude each other", "keep one of them");
  };
  if (settings.dry_run) refuse("--dry-run");
  if (settings.json) refuse("--json");
  if (settings.display.given) refuse("--display");
  if (settings.display_cache.given) refuse("--display-cache");
  if (!settings.saves.empty()) refuse("--save");
  if (settings.depfile) refuse("--depfile");
  if (settings.save_results) refuse("--save-results");
  if (settings.timeline) refuse("--timeline");
  if (run.cell == "-")
    fail_usage("--debug needs standard input for the debugger, and the cell comes from there",
               "give the cell as a file");
  if (!run.targets.empty()) fail_usage("--debug names the one node that is called", "leave out the targets");
}

/// Whether two names lead to one regular file, or will once it is written.
bool is_same_file(const std::string& first, const std::string& second) {
  const Stamp one = stamp_of(first);
  const Stamp two = stamp_of(second);
  if (one.kind == Stamp::Kind::file && two.kind == Stamp::Kind::file)
    return one.inode == two.inode && one.device == two.device;
  return one.kind == Stamp::Kind::absent && two.kind == Stamp::Kind::absent &&
         place_of_file(first) == place_of_file(second);
}

/// No output may replace the cell or another output.
void check_outputs(const RunOptions& run, const std::optional<std::string>& log_file) {
  struct Used {
    std::string file;
    std::string by;
  };
  std::vector<Used> files;
  const auto add = [&](const std::string& file, const char* by) {
    if (file == "-") return;
    const auto used = std::ranges::find_if(files, [&](const Used& u) { return is_same_file(u.file, file); });
    if (used != files.end())
      fail_usage(std::string(by) + " would overwrite " + used->by + ", '" + used->file + "'",
                 "give it another file");
    files.push_back({file, by});
  };
  add(run.cell, "the cell");
  if (run.display.file) add(*run.display.file, "--display");
  if (run.display_cache.file) add(*run.display_cache.file, "--display-cache");
  if (run.write_to_file.file) add(*run.write_to_file.file, "--write-to-file");
  for (const SaveRequest& save : run.saves) add(save.file, "--save");
  if (run.save_results) add(*run.save_results, "--save-results");
  if (run.depfile) add(*run.depfile, "--depfile");
  if (run.timeline) add(*run.timeline, "--timeline");
  if (log_file) add(*log_file, "--log-file");
}

/// What the command line folds is a choice of its own, and so is what it groups by: a value that the file
/// folds may be of another tag.
void join_clusters(Settings& joined, const Settings& file, const Settings& line) {
  joined.clusters_are_optional = !line.group_by && line.folds.empty();
  if (!line.group_by) joined.group_by = file.group_by;
  if (joined.clusters_are_optional) joined.folds = file.folds;
}

/// Options that say how pictures look, where there are none. In the file they may wait for some.
void check_has_picture(const Settings& settings) {
  if (settings.display.given || settings.display_cache.given) return;
  const bool are_asked_for = !settings.clusters_are_optional;
  const char* option = settings.focus                                   ? "--focus"
                       : settings.only_needed                           ? "--only-needed"
                       : are_asked_for && !settings.folds.empty()       ? "--fold"
                       : are_asked_for && settings.group_by.has_value() ? "--group-by"
                                                                        : nullptr;
  if (option != nullptr)
    fail_usage(std::string(option) + " is about pictures, and none is asked for",
               "add --display, or --display-cache");
}

}  // namespace

Settings join_settings(const Settings& file, const Settings& command_line) {
  check(file);
  check(command_line);
  Settings joined = command_line;
  const Settings& line = command_line;
  joined.display = line.debug ? OptionalFile{} : file.display;
  overlay(joined.display, line.display);
  // In the file it means: whenever something is run.
  joined.display_cache = line.execute && !line.dry_run && !line.debug ? file.display_cache : OptionalFile{};
  overlay(joined.display_cache, line.display_cache);
  joined.inputs = join_bindings(file.inputs, line.inputs);
  joined.config = join_bindings(file.config, line.config);
  joined.overrides = join_bindings(file.overrides, line.overrides);
  joined.secrets = concatenated(file.secrets, line.secrets);
  joined.behaviors = join_behaviors(file.behaviors, line.behaviors);
  joined.cxxflags = concatenated(file.cxxflags, line.cxxflags);
  joined.ldflags = concatenated(file.ldflags, line.ldflags);
  // The first folder wins in a search, the last definition of a macro.
  joined.include_folders = concatenated(line.include_folders, file.include_folders);
  joined.defines = concatenated(file.defines, line.defines);
  joined.no_cache = file.no_cache || line.no_cache;
  joined.keep_going = file.keep_going || line.keep_going;
  joined.explain = file.explain || line.explain;
  joined.opt_in = file.opt_in || line.opt_in;
  joined.if_changed = file.if_changed || line.if_changed;
  if (!line.show_results && !line.hide_results) {
    joined.show_results = file.show_results;
    joined.hide_results = file.hide_results;
  }
  if (!line.quiet && !line.verbose) {
    joined.quiet = file.quiet;
    joined.verbose = file.verbose;
  }
  const auto fill = [&](auto member) {
    joined.*member = file.*member;
    overlay(joined.*member, line.*member);
  };
  fill(&Settings::format);
  fill(&Settings::module_name);
  fill(&Settings::cxx);
  fill(&Settings::standard);
  fill(&Settings::log_file);
  fill(&Settings::default_behavior);
  fill(&Settings::jobs);
  fill(&Settings::timeout);
  fill(&Settings::memory);
  fill(&Settings::cache_size);
  fill(&Settings::color);
  join_clusters(joined, file, line);
  // -v says a level, too.
  joined.log_level = line.log_level || line.verbose ? line.log_level : file.log_level;
  return joined;
}

std::string resolve_cache_dir(const Settings& file, const Settings& command_line,
                              const std::string& project_folder) {
  if (command_line.cache_dir) return absolute_path(*command_line.cache_dir);
  const char* environment = std::getenv("HAMCELL_CACHE_DIR");
  if (environment != nullptr && *environment != 0) return absolute_path(environment);
  if (file.cache_dir) return absolute_path(*file.cache_dir);
  return absolute_path((project_folder.empty() ? "." : project_folder) + "/.hamcell_cache");
}

DiagramPart part_value(const Settings& settings) {
  if (settings.depth && !settings.focus)
    fail_usage("--depth says how far a picture goes from the node of --focus, and there is none",
               "add --focus NODE");
  if (!settings.clusters_are_optional && !settings.group_by &&
      std::ranges::find(settings.folds, "all") != settings.folds.end())
    fail_usage("--fold all folds every value of the tag of --group-by, and there is none",
               "add --group-by TAG, or name the tag alone: --fold TAG");
  return {settings.only_needed,
          settings.focus,
          settings.depth.value_or(DiagramPart::default_depth),
          {settings.group_by, settings.folds, settings.clusters_are_optional}};
}

void resolve_format(OptionalFile& picture, std::optional<PictureFormat> format, const char* option) {
  if (!picture.given) return;
  picture.format = format.value_or(PictureFormat::png);
  if (!picture.file || *picture.file == "-") return;
  if (const std::optional<PictureFormat> said = format_of_ending(*picture.file)) {
    picture.format = *said;
    return;
  }
  // A device or pipe has no ending: /dev/null, or the shell's >(...).
  if (format || stamp_of(*picture.file).kind == Stamp::Kind::other) return;
  fail_usage(std::string(option) + "=" + *picture.file + ": the file's ending says no format",
             "end it in .png, .svg, .pdf, .dot, .mmd or .html, or say the format with --format");
}

void resolve_output(const Settings& settings, Options& options) {
  options.quiet = settings.quiet;
  options.log_level = settings.log_level.value_or(settings.verbose ? LogLevel::info : LogLevel::warn);
  options.log_file = settings.log_file;
  options.color = settings.color.value_or(ColorWhen::automatic);
}

void resolve_run(const Settings& settings, RunOptions& run) {
  if (settings.display_cache.given && !settings.execute && !settings.dry_run && !settings.debug)
    fail_usage("--display-cache draws what the cache did in a run, and nothing is run",
               "add -x or --dry-run, or draw the dataflow with --display");
  const char* const written = settings.depfile        ? "--depfile"
                              : settings.save_results ? "--save-results"
                                                      : "--save";
  const bool writes = !settings.saves.empty() || settings.depfile || settings.save_results;
  if (writes && !settings.execute && !settings.dry_run && !settings.debug)
    fail_usage(std::string(written) + " writes what came of a run, and nothing is run", "add -x");
  if (settings.timeline && !settings.execute && !settings.debug)
    fail_usage("--timeline writes when the nodes of a run ran, and nothing is run", "add -x");
  for (const auto& [option, file] :
       {std::pair("--depfile", &settings.depfile), std::pair("--save-results", &settings.save_results),
        std::pair("--timeline", &settings.timeline)})
    if (*file == "-")
      fail_usage(std::string(option) + " cannot be standard output, which carries results", "give it a file");
  if (settings.exit_code && !settings.dry_run)
    fail_usage("--exit-code says whether something would run, and is for --dry-run", "add --dry-run");
  if (settings.write_to_file.given && run.cell != "-")
    fail_usage(
        "--write-to-file keeps a cell that comes from standard input, and '" + run.cell + "' is a file",
        "leave it out, or give the cell as '-'");
  check_debug(settings, run);
  check_standard_output(settings);
  run.display = settings.display;
  run.display_cache = settings.display_cache;
  run.write_to_file = settings.write_to_file;
  run.saves = settings.saves;
  run.if_changed = settings.if_changed;
  run.save_results = settings.save_results;
  run.depfile = settings.depfile;
  run.timeline = settings.timeline;
  resolve_format(run.display, settings.format, "--display");
  resolve_format(run.display_cache, settings.format, "--display-cache");
  check_outputs(run, settings.log_file);
  run.execute = settings.execute;
  run.dry_run = settings.dry_run;
  run.debug = settings.debug;
  run.exit_code = settings.exit_code;
  run.explain = settings.explain;
  run.opt_in = settings.opt_in;
  run.format = settings.format.value_or(PictureFormat::png);
  run.part = part_value(settings);
  check_has_picture(settings);
  run.inputs = settings.inputs;
  run.config = settings.config;
  run.overrides = settings.overrides;
  run.secrets = settings.secrets;
  if (settings.show_results || settings.hide_results) run.show_results = settings.show_results;
  run.module_name = settings.module_name;
  run.no_cache = settings.no_cache;
  run.cache_size = settings.cache_size.value_or(default_cache_size);
  run.behaviors = settings.behaviors;
  run.default_behavior = settings.default_behavior;
  run.timeout = settings.timeout.value_or(0);
  run.memory = settings.memory.value_or(0);
  run.jobs = settings.jobs.value_or(std::max(1u, std::thread::hardware_concurrency()));
  run.keep_going = settings.keep_going;
  run.cxx = settings.cxx;
  run.standard = settings.standard;
  run.cxxflags = settings.cxxflags;
  run.ldflags = settings.ldflags;
  run.include_folders = settings.include_folders;
  run.defines = settings.defines;
  run.json = settings.json;
}

}  // namespace hamcell
