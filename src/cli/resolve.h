// Joins what the command line and hamcell.toml set, checks it as a whole, and fills in the defaults.
#pragma once

#include <string>

#include "cli/settings.h"

namespace hamcell {

/// What the command line says, over what the file says. Throws Failure (usage) when one of the two
/// contradicts itself: two behaviors for one node, --quiet with --verbose, --show-results with
/// --hide-results.
Settings join_settings(const Settings& file, const Settings& command_line);

/// The absolute folder of the cache. `project_folder`: of the hamcell.toml that counts; empty: there is none.
std::string resolve_cache_dir(const Settings& file, const Settings& command_line,
                              const std::string& project_folder);

/// Which part of the pictures is asked for.
DiagramPart part_value(const Settings& settings);

/// Settles the format of a picture that `option` asks for, if it does. Throws Failure (usage) when neither
/// the file's ending nor `format` says one.
void resolve_format(OptionalFile& picture, std::optional<PictureFormat> format, const char* option);

/// What both commands have. Leaves `command`, `run` and `cache` alone.
void resolve_output(const Settings& settings, Options& options);

/// The options of a run, but for the cell, the targets' operands and the cache's folder. Throws Failure
/// (usage).
void resolve_run(const Settings& settings, RunOptions& run);

}  // namespace hamcell
