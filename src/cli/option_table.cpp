// The table of options.
#include "cli/option_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/setting_value.h"

namespace hamcell {
namespace {

template <typename Value>
void append(std::vector<Value>& all, std::vector<Value> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// A bare repetition leaves the file that was named before as it is.
void set_file(OptionalFile& file, const Setting& setting) {
  if (setting.value || !file.given) file = file_value(setting);
}

/// --execute and its nodes.
void set_execute(Settings& settings, const Setting& setting) {
  settings.execute = true;
  append(settings.execute_nodes, nodes_value(setting));
}

template <Behavior behavior>
void add_behavior(Settings& settings, const Setting& setting) {
  auto request = std::ranges::find(settings.behaviors, behavior, &BehaviorRequest::behavior);
  if (request == settings.behaviors.end())
    request = settings.behaviors.insert(settings.behaviors.end(), BehaviorRequest{behavior, false, {}});
  if (setting.value)
    append(request->nodes, nodes_value(setting));
  else
    request->all = true;
}

using enum ValueRule;
using enum Topic;
using S = Settings;

/// Wherever something is drawn.
constexpr Commands in_pictures = commands::run | commands::view | commands::report;

// The help's lines stay below 100 columns: 30 for the option, 68 for the text.
const std::array table = {
    OptionRow{"display", 'd', optional, "FILE", pictures, commands::run | commands::view, FileForm::picture,
              "draw the dataflow before anything is run (STEM.display.png)",
              [](S& s, const Setting& v) { set_file(s.display, v); }},
    OptionRow{"display-cache", 0, optional, "FILE", pictures, commands::run, FileForm::picture,
              "draw what the cache did, with -x or -n (STEM.display-cache.png)",
              [](S& s, const Setting& v) { set_file(s.display_cache, v); }},
    OptionRow{"format", 0, required, "FORMAT", pictures, commands::run | commands::view, FileForm::text,
              "png, svg, pdf, dot, mermaid or html, if the file's ending says none",
              [](S& s, const Setting& v) { s.format = format_value(v); }},
    OptionRow{"output", 'o', required, "FILE", pictures, commands::report, FileForm::absent,
              "where the page is written (default: STEM.report.html)",
              [](S& s, const Setting& v) { s.output = text_value(v); }},
    OptionRow{"only-needed", 0, none, "", pictures, in_pictures, FileForm::absent,
              "draw nothing that the targets do not need",
              [](S& s, const Setting&) { s.only_needed = true; }},
    OptionRow{"focus", 0, required, "NODE", pictures, in_pictures, FileForm::absent,
              "draw what is near a node or an input",
              [](S& s, const Setting& v) { s.focus = text_value(v); }},
    OptionRow{"depth", 0, required, "N", pictures, in_pictures, FileForm::absent,
              "with --focus: so many steps from it (2)",
              [](S& s, const Setting& v) { s.depth = depth_value(v); }},
    OptionRow{"group-by", 0, required, "TAG", pictures, in_pictures, FileForm::text,
              "draw nodes with one value of this tag within one frame",
              [](S& s, const Setting& v) { s.group_by = text_value(v); }},
    OptionRow{"fold", 0, required, "VALUE", pictures, in_pictures, FileForm::texts,
              "draw the nodes with it as one box; also TAG=VALUE, TAG, or all",
              [](S& s, const Setting& v) { s.folds.push_back(text_value(v)); }},
    OptionRow{"diff", 0, required, "RUN", pictures, commands::view, FileForm::absent,
              "draw what is not as it was in this run",
              [](S& s, const Setting& v) { s.diff = text_value(v); }},
    OptionRow{"module-name", 'm', required, "NAME", pictures, commands::run, FileForm::text,
              "title of the pictures and stem of their default names",
              [](S& s, const Setting& v) { s.module_name = module_name_value(v); }},

    OptionRow{"execute", 'x', optional, "NODE,...", running, commands::run, FileForm::absent,
              "run: all nodes, or the targets and what they need", set_execute},
    OptionRow{"dry-run", 'n', none, "", running, commands::run, FileForm::absent,
              "say what would run and why, and run nothing", [](S& s, const Setting&) { s.dry_run = true; }},
    OptionRow{"exit-code", 0, none, "", running, commands::run, FileForm::absent,
              "with -n: exit with 10 if something would or may run",
              [](S& s, const Setting&) { s.exit_code = true; }},
    OptionRow{"jobs", 'j', required, "N", running, commands::run, FileForm::number,
              "run up to N nodes at a time (default: the machine's cores)",
              [](S& s, const Setting& v) { s.jobs = jobs_value(v); }},
    OptionRow{"keep-going", 'k', none, "", running, commands::run, FileForm::flag,
              "after a failure, run all that does not depend on it",
              [](S& s, const Setting&) { s.keep_going = true; }},
    OptionRow{"timeout", 0, required, "SECONDS", running, commands::run, FileForm::number,
              "a node that runs longer fails", [](S& s, const Setting& v) { s.timeout = seconds_value(v); }},
    OptionRow{"memory", 0, required, "SIZE", running, commands::run, FileForm::text,
              "a node that takes more memory fails, as in --memory=4G",
              [](S& s, const Setting& v) { s.memory = size_value(v); }},
    OptionRow{"debug", 0, required, "NODE", running, commands::run, FileForm::absent,
              "open gdb at this node, with its arguments loaded",
              [](S& s, const Setting& v) { s.debug = text_value(v); }},
    OptionRow{"write-to-file", 'w', optional, "FILE", running, commands::run, FileForm::absent,
              "keep a copy of a cell that came from standard input",
              [](S& s, const Setting& v) { set_file(s.write_to_file, v); }},

    OptionRow{"inputs", 'i', required, "NAME=VALUE", inputs, commands::run, FileForm::bindings,
              "give an input; also NAME=@FILE (.json, .csv, .cbor), or\n@FILE.json for many; @@ stands for a "
              "leading @",
              [](S& s, const Setting& v) { s.inputs.push_back(binding_value(v)); }},
    OptionRow{"config", 'c', required, "NAME=VALUE", inputs, commands::run, FileForm::bindings,
              "choose between variants of nodes; also serves as an input",
              [](S& s, const Setting& v) { s.config.push_back(binding_value(v)); }},
    OptionRow{"overrides", 'o', required, "NAME=VALUE", inputs, commands::run, FileForm::bindings,
              "use this value in place of running node NAME",
              [](S& s, const Setting& v) { s.overrides.push_back(binding_value(v)); }},
    OptionRow{"secret", 0, required, "NAME", inputs, commands::run, FileForm::texts,
              "keep this input's value out of everything that is shown or kept",
              [](S& s, const Setting& v) { s.secrets.push_back(text_value(v)); }},

    OptionRow{"cache-dir", 0, required, "DIR", cache, commands::all, FileForm::path,
              "where the cache is (default: .hamcell_cache in the project's\nfolder; environment: "
              "HAMCELL_CACHE_DIR)",
              [](S& s, const Setting& v) { s.cache_dir = text_value(v); }},
    OptionRow{"no-cache", 0, none, "", cache, commands::run, FileForm::flag,
              "neither read nor write the cache", [](S& s, const Setting&) { s.no_cache = true; }},
    OptionRow{"cache-size", 0, required, "SIZE", cache, commands::run, FileForm::text,
              "how large the cache may grow, as in 500M or 5G (default: 20G)",
              [](S& s, const Setting& v) { s.cache_size = size_value(v); }},
    OptionRow{"recompute", 0, optional, "NODE,...", cache, commands::run, FileForm::nodes,
              "run these nodes (bare: every node) and store the results", add_behavior<Behavior::recompute>},
    OptionRow{"disable", 0, optional, "NODE,...", cache, commands::run, FileForm::nodes,
              "run them, store nothing, and run what needs them", add_behavior<Behavior::disable>},
    OptionRow{"ignore", 0, optional, "NODE,...", cache, commands::run, FileForm::nodes,
              "store nothing, and leave them out of the keys of what needs them",
              add_behavior<Behavior::ignore>},
    OptionRow{"default", 0, optional, "NODE,...", cache, commands::run, FileForm::nodes,
              "look them up, else run and store, whatever the cell says", add_behavior<Behavior::standard>},
    OptionRow{"default-behavior", 0, required, "B", cache, commands::run, FileForm::text,
              "default, recompute, disable or ignore, for nodes without one",
              [](S& s, const Setting& v) { s.default_behavior = behavior_value(v); }},
    OptionRow{"trace", 0, none, "", cache, commands::show, FileForm::absent,
              "show what the node read and wrote instead of its value",
              [](S& s, const Setting&) { s.trace = true; }},
    OptionRow{"head", 0, required, "N", cache, commands::show, FileForm::absent,
              "show the first N elements or rows", [](S& s, const Setting& v) { s.head = count_value(v); }},
    OptionRow{"csv", 0, none, "", cache, commands::show, FileForm::absent, "show the value as CSV",
              [](S& s, const Setting&) { s.csv = true; }},
    OptionRow{"cbor", 0, none, "", cache, commands::show, FileForm::absent,
              "give the value's bytes as they are stored", [](S& s, const Setting&) { s.cbor = true; }},
    OptionRow{"type", 0, none, "", cache, commands::show, FileForm::absent, "show what the value is made of",
              [](S& s, const Setting&) { s.type = true; }},
    OptionRow{"opt-in", 0, none, "", cache, commands::run, FileForm::flag,
              "store only nodes marked [[ham::cache]]", [](S& s, const Setting&) { s.opt_in = true; }},
    OptionRow{"rerun", 0, none, "", cache, commands::verify, FileForm::absent,
              "run stored entries again, and compare", [](S& s, const Setting&) { s.rerun = true; }},
    OptionRow{"max-size", 0, required, "SIZE", cache, commands::gc, FileForm::absent,
              "remove until the cache is no larger, as in 500M or 5G",
              [](S& s, const Setting& v) { s.max_size = size_value(v); }},
    OptionRow{"older-than", 0, required, "AGE", cache, commands::gc, FileForm::absent,
              "remove what was not used for so long, as in 12h or 30d",
              [](S& s, const Setting& v) { s.older_than = age_value(v); }},
    OptionRow{"yes", 0, none, "", cache, commands::clear, FileForm::absent, "clear without asking",
              [](S& s, const Setting&) { s.yes = true; }},

    OptionRow{"cxx", 0, required, "PROGRAM", building, commands::run, FileForm::text,
              "the C++ compiler (environment: CXX)", [](S& s, const Setting& v) { s.cxx = text_value(v); }},
    OptionRow{"std", 0, required, "STD", building, commands::run, FileForm::text,
              "the C++ standard, as in c++23 (default: c++20)",
              [](S& s, const Setting& v) { s.standard = standard_value(v); }},
    OptionRow{"cxxflags", 0, required, "FLAGS", building, commands::run, FileForm::words,
              "further flags for the compiler, as in --cxxflags='-O3 -g'",
              [](S& s, const Setting& v) { append(s.cxxflags, words_value(v)); }},
    OptionRow{"ldflags", 0, required, "FLAGS", building, commands::run, FileForm::words,
              "further flags for linking", [](S& s, const Setting& v) { append(s.ldflags, words_value(v)); }},
    OptionRow{"include", 'I', required, "DIR", building, commands::run, FileForm::paths,
              "look for headers in DIR",
              [](S& s, const Setting& v) { s.include_folders.push_back(text_value(v)); }},
    OptionRow{"define", 'D', required, "NAME[=TEXT]", building, commands::run, FileForm::texts,
              "define a macro", [](S& s, const Setting& v) { s.defines.push_back(define_value(v)); }},

    OptionRow{"explain", 0, none, "", output, commands::run, FileForm::flag,
              "for every node that runs, all the reasons", [](S& s, const Setting&) { s.explain = true; }},
    OptionRow{"show-results", 0, none, "", output, commands::run, FileForm::flag,
              "print the targets' values in full", [](S& s, const Setting&) { s.show_results = true; }},
    OptionRow{"hide-results", 0, none, "", output, commands::run, FileForm::flag, "print no values",
              [](S& s, const Setting&) { s.hide_results = true; }},
    OptionRow{"save", 0, required, "NODE=FILE", output, commands::run, FileForm::absent,
              "write a node's value to a .json, .csv or .cbor file",
              [](S& s, const Setting& v) { s.saves.push_back(save_value(v)); }},
    OptionRow{"save-results", 0, required, "FILE", output, commands::run, FileForm::absent,
              "write the targets' values with their types to one file, as CBOR",
              [](S& s, const Setting& v) { s.save_results = text_value(v); }},
    OptionRow{"if-changed", 0, none, "", output, commands::run, FileForm::flag,
              "with --save: leave a file of the same content alone",
              [](S& s, const Setting&) { s.if_changed = true; }},
    OptionRow{"depfile", 0, required, "FILE", output, commands::run, FileForm::absent,
              "write what these files depend on as a rule of Make, also for ninja",
              [](S& s, const Setting& v) { s.depfile = text_value(v); }},
    OptionRow{"timeline", 0, required, "FILE", output, commands::run, FileForm::absent,
              "write what ran when as a trace for Perfetto or chrome://tracing",
              [](S& s, const Setting& v) { s.timeline = text_value(v); }},
    OptionRow{"json", 0, none, "", output,
              commands::run | commands::listing | commands::verify | commands::gc, FileForm::absent,
              "print one JSON document instead of a table", [](S& s, const Setting&) { s.json = true; }},
    OptionRow{"quiet", 'q', none, "", output, commands::run, FileForm::flag, "print only results and errors",
              [](S& s, const Setting&) { s.quiet = true; }},
    OptionRow{"verbose", 'v', none, "", output, commands::run, FileForm::flag,
              "a line for each node that runs or hits: --log-level info",
              [](S& s, const Setting&) { s.verbose = true; }},
    OptionRow{"log-level", 0, required, "LEVEL", output, commands::run, FileForm::text,
              "error, warn (default), info or debug (every cache event)",
              [](S& s, const Setting& v) { s.log_level = log_level_value(v); }},
    OptionRow{"log-file", 0, required, "FILE", output, commands::run, FileForm::path,
              "write the log to FILE too, one JSON object a line",
              [](S& s, const Setting& v) { s.log_file = text_value(v); }},
    OptionRow{"color", 0, required, "WHEN", output, commands::all, FileForm::text,
              "auto, always or never (environment: NO_COLOR)",
              [](S& s, const Setting& v) { s.color = color_value(v); }},
    OptionRow{"python-path", 0, none, "", output, commands::run, FileForm::absent,
              "print the folder of the notebook magic, for Python's sys.path",
              [](S& s, const Setting&) { s.python_path = true; }},
    OptionRow{"version", 0, none, "", output, commands::all, FileForm::absent, "print the version",
              [](S& s, const Setting&) { s.version = true; }},
    OptionRow{"help", 'h', none, "", output, commands::all, FileForm::absent, "print this help",
              [](S& s, const Setting&) { s.help = true; }},
};

}  // namespace

std::span<const OptionRow> option_table() { return table; }

const OptionRow* find_option(std::string_view name, Commands used_by) {
  const auto row = std::ranges::find_if(
      table, [&](const OptionRow& r) { return r.name == name && (r.used_by & used_by) != 0; });
  return row == table.end() ? nullptr : &*row;
}

const OptionRow* find_option(char letter, Commands used_by) {
  const auto row = std::ranges::find_if(table, [&](const OptionRow& r) {
    return r.letter != 0 && r.letter == letter && (r.used_by & used_by) != 0;
  });
  return row == table.end() ? nullptr : &*row;
}

}  // namespace hamcell
