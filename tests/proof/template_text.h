// The texts of features, cut into parts; feature.h has the notation.
#pragma once

#include <string>
#include <vector>

#include "feature.h"

namespace hamcell::proof {

struct Part {
  enum class Kind {
    text,       ///< as it stands
    slot,       ///< `@f`
    call_slot,  ///< `%f`
    mentioned,  ///< `@?`
    number,     ///< `$`
    choice,     ///< `${a|b}`
    calls,      ///< `{{calls}}`
    mark,       ///< "`"
  } kind = Kind::text;
  std::string text;                  ///< or the slot's name
  std::vector<std::string> choices;  ///< may hold slots
};

std::vector<Part> parse_text(const std::string& text);

/// Every slot that the pieces of a feature name, each once, in order.
std::vector<std::string> slots_of(const FeatureSpec& spec);

}  // namespace hamcell::proof
