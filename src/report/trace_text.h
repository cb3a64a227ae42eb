// What a node was seen to read and write, in words and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cache/entry.h"

namespace hamcell {

/// One line for each use: "read /data/rain.csv", "environment TZ", "used the clock (time)". Empty where the
/// node used nothing outside its arguments.
std::string trace_text(const Trace& trace);

/// The same for --json: files (path, use, state), variables (name, set), effects (kind, function), and the
/// working folder, or null where it did not matter.
nlohmann::ordered_json trace_json(const Trace& trace);

}  // namespace hamcell
