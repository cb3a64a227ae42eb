// What the syntax tree says about a unit: what it refers to, and which variables it uses.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "scan/reach/targets.h"

namespace hamcell {

/// What the tree says about the word that stands at a byte of a file.
enum class Mark : std::uint8_t {
  unknown,       ///< nothing: the word counts by its name
  resolved,      ///< it declares something, or refers to something that is known
  is_namespace,  ///< it names a namespace
  late           ///< it is looked up again when a template is instantiated: it counts by its name
};

/// The marks of all user files.
class Marks {
 public:
  void set(CXFile file, unsigned offset, Mark mark);
  Mark at(CXFile file, unsigned offset) const;

 private:
  std::unordered_map<CXFile, std::vector<Mark>> marks_;
};

struct UsedVariable {
  std::uint32_t variable = 0;
  bool changes = false;
  bool at_load = false;  ///< in the initialiser of a variable, which is done before any node runs
};

struct UsedAccessor {
  std::uint32_t accessor = 0;
  bool changes = false;  ///< of what it gives access to
  bool at_load = false;
  std::optional<std::uint32_t> exposed_by;  ///< an accessor that returns what this one returned
};

struct UnitTree {
  std::vector<std::uint32_t> units;     ///< that it refers to; sorted, each once
  std::vector<std::uint32_t> resolved;  ///< the units that its names stand for, in the order of the text
  Digest resolution;                    ///< which functions of the system they stand for
  std::vector<UsedVariable> variables;
  std::vector<UsedAccessor> accessors;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> exposures;  ///< accessor, variable
  std::vector<std::uint32_t> called_at_load;  ///< units that only initialisers call, before any node runs
  bool has_local_type = false;                ///< a class inside a function
  bool has_late_names = false;                ///< some name is looked up when a template is instantiated
  std::set<std::string> late_operators;       ///< "<", "+=": on operands whose types a template will tell
  bool tells_callers_place = false;  ///< calls something of the system that wants to know where it is called
  bool has_outside_effects = false;  ///< calls something of the system that may change state of the process
  bool declares_elsewhere = false;   ///< declares, in a function, a function that this text does not define
  bool makes_callable_with_state = false;  ///< that is another one after each call
  bool runs_at_load = false;               ///< has a variable whose initialiser is more than a constant
};

UnitTree read_tree(std::uint32_t index, const Unit& unit, Targets& targets, Marks& marks);

}  // namespace hamcell
