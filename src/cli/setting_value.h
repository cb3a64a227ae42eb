// Turns the text of one setting into what it means, or says what would have been right.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option_table.h"

namespace hamcell {

/// Throws Failure (usage) at the setting's place.
[[noreturn]] void fail_setting(const Setting& setting, const std::string& what, const std::string& next);

// Each of these throws Failure (usage) when the value is none of its kind.
PictureFormat format_value(const Setting& setting);
Behavior behavior_value(const Setting& setting);
ColorWhen color_value(const Setting& setting);
LogLevel log_level_value(const Setting& setting);
unsigned depth_value(const Setting& setting);                  ///< 0 to 1000000
unsigned jobs_value(const Setting& setting);                   ///< 1 to 1024
std::uint64_t count_value(const Setting& setting);             ///< a whole number
std::uint64_t size_value(const Setting& setting);              ///< "5G": bytes; powers of 1000
double seconds_value(const Setting& setting);                  ///< "0.5", more than 0
std::chrono::seconds age_value(const Setting& setting);        ///< "30d", "12h", "90m", "45s", "2w"
std::string text_value(const Setting& setting);                ///< not empty
std::string standard_value(const Setting& setting);            ///< "c++20", "gnu++23"
std::string module_name_value(const Setting& setting);         ///< fit to be part of a file's name
std::string define_value(const Setting& setting);              ///< NAME or NAME=TEXT
std::vector<std::string> words_value(const Setting& setting);  ///< split as a shell would
std::vector<std::string> nodes_value(const Setting& setting);  ///< "a,b"; none where the setting stands bare
Binding binding_value(const Setting& setting);                 ///< NAME=VALUE, NAME=@FILE or @FILE.json
SaveRequest save_value(const Setting& setting);                ///< NODE=FILE, FILE with a known ending
OptionalFile file_value(const Setting& setting);               ///< of an option whose value is optional

/// The format of a picture that the ending of a file's name says, upper case or lower; nothing for any other
/// ending.
std::optional<PictureFormat> format_of_ending(std::string_view file);

}  // namespace hamcell
