// Every option in one table: its names, what it takes, what it sets, where it counts, and its line of help.
//
// The command line, hamcell.toml, the help and the suggestions all read this table, so none can know an
// option that the others do not.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/settings.h"

namespace hamcell {

/// One use of an option.
struct Setting {
  std::string option;                ///< as messages name it: "--jobs", or "jobs" in hamcell.toml
  std::optional<std::string> value;  ///< nothing: it stands bare
  Place place;                       ///< in hamcell.toml; empty: the command line
  bool is_word = false;              ///< the value is one word already: not to be split as a shell would
};

enum class ValueRule : std::uint8_t {
  none,      ///< a pure flag
  required,  ///< `--name VALUE`, `--name=VALUE`, `-nVALUE`
  optional   ///< `--name` or `--name=VALUE`; the letter is a pure flag
};

/// The groups of --help, in its order.
enum class Topic : std::uint8_t { pictures, running, inputs, cache, building, output };

/// How an option is written in hamcell.toml.
enum class FileForm : std::uint8_t {
  absent,    ///< it is not
  flag,      ///< true or false
  number,    ///< an integer
  text,      ///< a string
  path,      ///< a string: a path relative to the file's folder
  words,     ///< a string, split as a shell would, or an array of words
  texts,     ///< a string or an array of strings
  paths,     ///< the same, relative to the file's folder
  picture,   ///< true, false, or a path relative to the file's folder
  nodes,     ///< true, false, a node's name, or an array of them
  bindings,  ///< a table of names and values
};

/// What an option counts for. A letter may stand for one option in one command and for another one in
/// another. `hamcell cache` reads its own options before it knows its action.
using Commands = std::uint8_t;
namespace commands {
inline constexpr Commands run = 1;
inline constexpr Commands listing = 2;  ///< cache stats, ls, runs, show
inline constexpr Commands view = 4;     ///< cache view
inline constexpr Commands clear = 8;    ///< cache clear
inline constexpr Commands show = 16;    ///< cache show, besides what goes for every listing
inline constexpr Commands verify = 32;  ///< cache verify
inline constexpr Commands gc = 64;      ///< cache gc
inline constexpr Commands cache = listing | view | clear | show | verify | gc;
inline constexpr Commands report = 128;
inline constexpr Commands all = run | cache | report;
}  // namespace commands

struct OptionRow {
  std::string_view name;  ///< without dashes
  char letter;            ///< 0: none
  ValueRule rule;
  std::string_view value_name;  ///< "NAME=VALUE"; empty for a pure flag
  Topic topic;
  Commands used_by;
  FileForm in_file;
  std::string_view help;  ///< may have several lines
  void (*set)(Settings&, const Setting&);
};

std::span<const OptionRow> option_table();

/// The row of a long name or a letter that counts for one of `used_by`; null where there is none.
const OptionRow* find_option(std::string_view name, Commands used_by);
const OptionRow* find_option(char letter, Commands used_by);

}  // namespace hamcell
