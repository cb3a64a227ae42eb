// Reads the command line: which command it is, its options, the project's file, and the whole put together.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/project_file.h"
#include "cli/resolve.h"
#include "cli/setting_value.h"
#include "cli/usage.h"
#include "cli/words.h"

namespace hamcell {
namespace {

struct ActionRow {
  const char* name;
  CacheAction action;
  Commands options;          ///< what counts for it
  std::size_t fewest, most;  ///< words behind the action
  const char* usage;
};

constexpr std::array<ActionRow, 8> actions = {{
    {"stats", CacheAction::stats, commands::listing, 0, 0, "hamcell cache stats"},
    {"ls", CacheAction::ls, commands::listing, 0, 0, "hamcell cache ls"},
    {"runs", CacheAction::runs, commands::listing, 0, 0, "hamcell cache runs"},
    {"show", CacheAction::show, commands::listing | commands::show, 1, 1, "hamcell cache show NODE"},
    {"view", CacheAction::view, commands::view, 0, 1, "hamcell cache view [RUN] [--diff RUN]"},
    {"verify", CacheAction::verify, commands::verify, 0, SIZE_MAX,
     "hamcell cache verify [--rerun [NODE...]]"},
    {"gc", CacheAction::gc, commands::gc, 0, 0, "hamcell cache gc [--max-size SIZE] [--older-than AGE]"},
    {"clear", CacheAction::clear, commands::clear, 0, 0, "hamcell cache clear"},
}};

bool asks_for(const CommandWords& words, std::string_view option) {
  return std::ranges::any_of(words.options,
                             [&](const FoundOption& found) { return found.row->name == option; });
}

/// The same problem without the text of the value, which may be what is to be kept secret.
[[noreturn]] void fail_without_value(const Setting& setting) {
  fail_usage(setting.option + " needs NAME=VALUE, and what it got is not shown because of --secret",
             "write NAME=VALUE, NAME=@FILE or @FILE.json", setting.place);
}

Settings settings_of(const CommandWords& words) {
  const bool has_secrets = asks_for(words, "secret");
  Settings settings;
  for (const FoundOption& found : words.options) {
    try {
      found.row->set(settings, found.setting);
    } catch (const Failure&) {
      if (has_secrets && found.row->in_file == FileForm::bindings) fail_without_value(found.setting);
      throw;
    }
  }
  return settings;
}

/// The answer to --help, --version and --python-path, which win over everything else that may be wrong.
std::optional<Options> answer(const CommandWords& words, std::string (*help)()) {
  Options options;
  options.command = Options::Command::done;
  if (asks_for(words, "help"))
    options.message = help();
  else if (asks_for(words, "version"))
    options.message = version_text();
  else if (asks_for(words, "python-path"))
    options.message = installation().python + '\n';
  else
    return std::nullopt;
  return options;
}

std::vector<std::string> without_duplicates(const std::vector<std::string>& words) {
  std::vector<std::string> kept;
  for (const std::string& word : words)
    if (std::ranges::find(kept, word) == kept.end()) kept.push_back(word);
  return kept;
}

Options read_run(std::span<const std::string> arguments) {
  const CommandWords words = read_words(arguments, commands::run);
  if (std::optional<Options> answered = answer(words, run_help)) return *std::move(answered);
  if (!words.unknown.empty()) fail_unknown_option(words.unknown.front(), commands::run);
  const Settings command_line = settings_of(words);
  if (words.operands.empty() || words.operands.front().empty())
    fail_usage("no cell is given", "usage: " + usage_line() + "; try 'hamcell --help'");

  Options options;
  options.run.cell = words.operands.front();
  options.run.targets.assign(words.operands.begin() + 1, words.operands.end());
  options.run.targets.insert(options.run.targets.end(), command_line.execute_nodes.begin(),
                             command_line.execute_nodes.end());
  // What is saved is asked for, where not everything is.
  if (!options.run.targets.empty())
    for (const SaveRequest& save : command_line.saves) options.run.targets.push_back(save.node);
  options.run.targets = without_duplicates(options.run.targets);

  ProjectFile project = read_project_file(options.run.cell == "-" ? "." : parent_folder(options.run.cell));
  options.warnings = std::move(project.warnings);
  const Settings joined = join_settings(project.settings, command_line);
  resolve_output(joined, options);
  resolve_run(joined, options.run);
  options.run.project_file = project.file;
  options.run.cache_dir = resolve_cache_dir(project.settings, command_line, project.folder);
  return options;
}

const ActionRow& find_action(const std::string& name) {
  std::vector<std::string> names;
  for (const ActionRow& row : actions) {
    if (name == row.name) return row;
    names.emplace_back(row.name);
  }
  const std::string near = closest_word(name, names);
  fail_usage(
      "unknown command 'hamcell cache " + name + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"),
      "use one of: " + join(names, ", ") + "; a cell that is called 'cache' is given as ./cache");
}

/// Each action has its own options, but which action it is shows only when all of them are read.
void check_cache_options(const CommandWords& words, const ActionRow& action) {
  for (const FoundOption& found : words.options)
    if ((found.row->used_by & action.options) == 0)
      fail_usage("option '" + found.setting.option + "' does not go with 'hamcell cache " + action.name + "'",
                 "see 'hamcell cache --help'");
}

ShowAs show_as(const Settings& settings) {
  std::vector<std::string> forms;
  if (settings.json && !settings.trace) forms.emplace_back("--json");
  if (settings.trace) forms.emplace_back("--trace");
  if (settings.csv) forms.emplace_back("--csv");
  if (settings.cbor) forms.emplace_back("--cbor");
  if (settings.type) forms.emplace_back("--type");
  if (forms.size() > 1) fail_usage(forms[0] + " and " + forms[1] + " exclude each other", "keep one of them");
  if (settings.head && (settings.cbor || settings.type || settings.trace))
    fail_usage("--head does not go with " + forms[0], "keep one of them");
  return settings.csv    ? ShowAs::csv
         : settings.cbor ? ShowAs::cbor
         : settings.type ? ShowAs::type
                         : ShowAs::value;
}

/// What a command says that looks into a cache, alone and together with the hamcell.toml of the folder. What
/// holds for all such commands goes into `options` and `cache_dir`.
struct CacheSettings {
  Settings command_line;
  Settings joined;
};
CacheSettings read_settings(const CommandWords& words, Options& options, std::string& cache_dir) {
  CacheSettings settings{settings_of(words), {}};
  ProjectFile project = read_project_file(".");
  settings.joined = join_settings(project.settings, settings.command_line);
  cache_dir = resolve_cache_dir(project.settings, settings.command_line, project.folder);
  options.warnings = std::move(project.warnings);
  options.color = settings.joined.color.value_or(ColorWhen::automatic);
  return settings;
}

Options read_cache(std::span<const std::string> arguments) {
  const CommandWords words = read_words(arguments, commands::cache);
  if (std::optional<Options> answered = answer(words, cache_help)) return *std::move(answered);
  if (!words.unknown.empty()) fail_unknown_option(words.unknown.front(), commands::cache);
  if (words.operands.empty())
    fail_usage("'hamcell cache' needs a command",
               "use one of: stats, ls, runs, show NODE, view [RUN], verify, gc, clear; a cell that is called "
               "'cache' is "
               "given as ./cache");
  const ActionRow& action = find_action(words.operands.front());
  const std::vector<std::string> rest(words.operands.begin() + 1, words.operands.end());
  check_cache_options(words, action);
  if (rest.size() < action.fewest)
    fail_usage("'hamcell cache show' needs a node", std::string("usage: ") + action.usage);
  if (rest.size() > action.most)
    fail_usage("'" + rest[action.most] + "' is one word too many", std::string("usage: ") + action.usage);

  Options options;
  options.command = Options::Command::cache;
  CacheOptions& cache = options.cache;
  cache.action = action.action;
  const auto [command_line, joined] = read_settings(words, options, cache.cache_dir);
  if (cache.action == CacheAction::show) cache.node = rest[0];
  if (cache.action == CacheAction::view && !rest.empty()) cache.run = rest[0];
  cache.diff = command_line.diff;
  cache.output = command_line.display;
  resolve_format(cache.output, joined.format, "--display");
  cache.format = joined.format.value_or(PictureFormat::png);
  cache.part = part_value(joined);
  cache.json = joined.json;
  cache.trace = joined.trace;
  cache.show_as = show_as(joined);
  cache.head = joined.head.value_or(UINT64_MAX);
  cache.yes = joined.yes;
  if (cache.action == CacheAction::verify) cache.nodes = without_duplicates(rest);
  cache.rerun = joined.rerun;
  if (cache.action == CacheAction::verify && !cache.rerun && !rest.empty())
    fail_usage("'hamcell cache verify' looks at everything; nodes are named with --rerun",
               std::string("usage: ") + action.usage);
  cache.max_size = joined.max_size.value_or(joined.cache_size.value_or(default_cache_size));
  cache.older_than = joined.older_than;
  if (cache.action == CacheAction::clear && !cache.yes && ::isatty(STDIN_FILENO) == 0)
    fail_usage("'hamcell cache clear' asks before it clears, and standard input is not a terminal",
               "add --yes");
  return options;
}

/// A page under the name of a picture would be one that no program shows.
void check_page_name(const std::string& file) {
  const std::optional<PictureFormat> format = format_of_ending(file);
  if (format && *format != PictureFormat::html)
    fail_usage("--output=" + file + ": a report is a page of HTML",
               "end the name in .html, or draw the run as a picture: hamcell cache view --display=" + file);
}

Options read_report(std::span<const std::string> arguments) {
  const CommandWords words = read_words(arguments, commands::report);
  if (std::optional<Options> answered = answer(words, report_help)) return *std::move(answered);
  if (!words.unknown.empty()) fail_unknown_option(words.unknown.front(), commands::report);
  if (words.operands.size() > 1)
    fail_usage("'" + words.operands[1] + "' is one word too many",
               "usage: hamcell report [RUN]; a cell that is called 'report' is given as ./report");
  Options options;
  options.command = Options::Command::report;
  ReportOptions& report = options.report;
  const auto [command_line, joined] = read_settings(words, options, report.cache_dir);
  if (!words.operands.empty()) report.run = words.operands.front();
  report.file = command_line.output;
  if (report.file) check_page_name(*report.file);
  report.part = part_value(joined);
  return options;
}

}  // namespace

Options read_command_line(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments.front() == "cache") return read_cache(std::span(arguments).subspan(1));
  if (!arguments.empty() && arguments.front() == "report")
    return read_report(std::span(arguments).subspan(1));
  return read_run(arguments);
}

}  // namespace hamcell
