// The texts of --help and --version.
#pragma once

#include <string>

namespace hamcell {

std::string run_help();      ///< of `hamcell --help`
std::string report_help();   ///< of `hamcell report --help`
std::string cache_help();    ///< of `hamcell cache --help`
std::string version_text();  ///< "hamcell 0.1.0"

/// The one line that says how hamcell is called.
std::string usage_line();

}  // namespace hamcell
