// Where two values of one type differ first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "value/type.h"

namespace hamcell {

/// "days[3].rain_mm: 1.5 → 1.7" for two encoded values of a type that are both called `name`; values in
/// JSON, cut to a few dozen columns. "days: in its encoding only" where both are the same as JSON.
std::string value_difference(const TypeTable& types, std::uint32_t type, std::string_view before,
                             std::string_view after, const std::string& name);

}  // namespace hamcell
