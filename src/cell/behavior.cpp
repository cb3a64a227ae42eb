// The four behaviors by their names in attributes, on the command line and in --json.
#include <array>

#include "cell/model.h"

namespace hamcell {
namespace {

constexpr std::array<Behavior, 4> all_behaviors = {Behavior::standard, Behavior::recompute, Behavior::disable,
                                                   Behavior::ignore};

}  // namespace

const char* behavior_name(Behavior behavior) {
  switch (behavior) {
    case Behavior::standard:
      return "default";
    case Behavior::recompute:
      return "recompute";
    case Behavior::disable:
      return "disable";
    case Behavior::ignore:
      return "ignore";
  }
  return "";
}

std::optional<Behavior> behavior_from_name(std::string_view name) {
  for (const Behavior behavior : all_behaviors)
    if (name == behavior_name(behavior)) return behavior;
  return std::nullopt;
}

}  // namespace hamcell
