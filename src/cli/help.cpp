// Writes --help from the table of options.
#include "cli/help.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "cli/option_table.h"

namespace hamcell {
namespace {

constexpr std::size_t help_column = 30;

const char* topic_name(Topic topic) {
  switch (topic) {
    case Topic::pictures:
      return "Pictures";
    case Topic::running:
      return "Running";
    case Topic::inputs:
      return "Inputs";
    case Topic::cache:
      return "Cache";
    case Topic::building:
      return "Building the cell";
    case Topic::output:
      return "Output";
  }
  return "";
}

/// "  -d, --display[=FILE]"
std::string names_of(const OptionRow& row) {
  std::string text = row.letter == 0 ? "      " : std::string("  -") + row.letter + ", ";
  text += "--" + std::string(row.name);
  if (row.rule == ValueRule::required) text += " " + std::string(row.value_name);
  if (row.rule == ValueRule::optional) text += "[=" + std::string(row.value_name) + "]";
  return text;
}

/// `left`, then `help` from the help's column on; its further lines below.
std::string line_of(std::string left, std::string_view help) {
  std::string text;
  for (const std::string& part : split(help, '\n')) {
    left.resize(std::max(left.size() + 1, help_column), ' ');
    text += left + part + '\n';
    left.clear();
  }
  return text;
}

std::string options_of(Topic topic, Commands used_by) {
  std::string text;
  for (const OptionRow& row : option_table())
    if (row.topic == topic && (row.used_by & used_by) != 0) text += line_of(names_of(row), row.help);
  return text;
}

}  // namespace

std::string version_text() { return "hamcell " HAMCELL_VERSION "\n"; }

std::string usage_line() {
  return "hamcell [OPTIONS] CELL [NODE...], hamcell cache COMMAND, or hamcell report [RUN]";
}

std::string run_help() {
  std::string text =
      "Usage: hamcell [OPTIONS] CELL [NODE...]\n"
      "       hamcell cache COMMAND            (see hamcell cache --help)\n"
      "       hamcell report [RUN]             (see hamcell report --help)\n"
      "\n"
      "Draws the dataflow of CELL, a C++ file: its functions are nodes, and the names of their\n"
      "parameters are what they need. Runs what has to run, and takes the rest from a cache. NODEs are\n"
      "the targets; without any, all nodes are. CELL - is standard input.\n"
      "\n"
      "  hamcell weather.cpp --display\n"
      "  hamcell weather.cpp -x -i path=weather.csv --display-cache=cache.svg\n";
  for (const Topic topic :
       {Topic::pictures, Topic::running, Topic::inputs, Topic::cache, Topic::building, Topic::output})
    text += std::string("\n") + topic_name(topic) + ":\n" + options_of(topic, commands::run);
  text +=
      "\nA picture's FILE - is standard output. hamcell.toml, beside the cell or above, sets options too.\n"
      "Exit status: 0 done, 1 a node failed, 2 usage, 3 wrong cell or input, 4 no compile, 5 storage.\n";
  return text;
}

std::string report_help() {
  return "Usage: hamcell report [OPTIONS] [RUN]\n"
         "\n"
         "Writes a page about a past run: its dataflow before and after, what is known of every node, when\n"
         "what ran, and the runs before it. RUN is its id or the beginning of it (default: the latest).\n"
         "\n"
         "Options:\n" +
         options_of(Topic::pictures, commands::report) + options_of(Topic::cache, commands::report) +
         options_of(Topic::output, commands::report) +
         "\nThe page is one HTML file for any browser, which needs no network. A cell that is called "
         "'report'\n"
         "is given as ./report.\n";
}

std::string cache_help() {
  static constexpr std::array<std::pair<const char*, const char*>, 9> actions = {
      {{"  stats", "how much the cache holds, and what it saved"},
       {"  ls", "the entries"},
       {"  runs", "the runs, the latest first"},
       {"  show NODE", "the stored value of a node"},
       {"  view [RUN]", "draw a past run: its id or the beginning of it (default: the latest)"},
       {"  verify", "look for damage, and remove what is damaged"},
       {"  verify --rerun [NODE...]",
        "run stored nodes of the last run again, and name those whose\nresult is not the same"},
       {"  gc", "remove what is cheap to make again, long unused, or left over"},
       {"  clear", "forget everything"}}};
  std::string text =
      "Usage: hamcell cache COMMAND [OPTIONS]\n"
      "\n"
      "Looks into the cache and looks after it.\n"
      "\n"
      "Commands:\n";
  for (const auto& [action, help] : actions) text += line_of(action, help);
  text += "\nOptions:\n";
  text += options_of(Topic::cache, commands::cache);
  text += line_of("      --json", "print one JSON document (stats, ls, runs, show, verify, gc)");
  text += line_of("  -d, --display[=FILE]", "where view draws (default: STEM.display-cache.png)");
  text +=
      line_of("      --format FORMAT", "png, svg, pdf, dot, mermaid or html, if the file's ending says none");
  text += line_of("      --only-needed", "view: draw nothing that the targets did not need");
  text += line_of("      --focus NODE", "view: draw what is near a node or an input");
  text += line_of("      --depth N", "with --focus: so many steps from it (2)");
  text += line_of("      --group-by TAG", "view: draw nodes with one value of this tag within one frame");
  text += line_of("      --fold VALUE", "view: draw the nodes with this value of a tag as one box");
  text += line_of("      --diff RUN", "view: draw what is not as it was in that run (STEM.diff.png)");
  text += line_of("      --color WHEN", "auto, always or never (environment: NO_COLOR)");
  text += line_of("  -h, --help", "print this help");
  text += "\nA cell that is called 'cache' is given as ./cache.\n";
  return text;
}

}  // namespace hamcell
