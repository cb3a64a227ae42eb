// Tells options, their values and the other words of a command line apart.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/option_table.h"

namespace hamcell {

/// An option as it was found, with what it stands for.
struct FoundOption {
  const OptionRow* row;
  Setting setting;
};

struct CommandWords {
  std::vector<FoundOption> options;  ///< in the order given
  std::vector<std::string>
      operands;  ///< the cell and nodes; for `hamcell cache`, the action and what it takes
  std::vector<std::string> unknown;  ///< words that look like options and are none, as given
};

/// Reads `arguments` with the options that count for one of `used_by`. Unknown options are left to the
/// caller, because --help beats them. Throws Failure (usage) for a value that is missing, empty or not taken.
CommandWords read_words(std::span<const std::string> arguments, Commands used_by);

/// Throws Failure (usage) for an unknown option, with the option of `used_by` that was probably meant.
[[noreturn]] void fail_unknown_option(const std::string& word, Commands used_by);

}  // namespace hamcell
