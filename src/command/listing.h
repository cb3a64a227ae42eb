// What the commands of `hamcell cache` print with.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "cache/cache.h"
#include "cli/options.h"

namespace hamcell {

/// "2026-11-22 18:15:30", local time.
std::string time_text(std::int64_t ns);

/// A document as --json prints it.
std::string json_text(const nlohmann::ordered_json& json);

/// `hamcell cache show NODE`.
void show_command(const CacheOptions& options, Cache& cache);

}  // namespace hamcell
