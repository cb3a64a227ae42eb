// What a reference in the tree refers to, in terms of units.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "scan/reach/units.h"

namespace hamcell {

/// A variable of static storage duration that code may be able to change: at namespace scope, a static
/// member, or a static in a function.
struct Variable {
  std::string name;
  Position place;
  std::uint32_t unit = 0;   ///< that its text is part of
  bool is_pointer = false;  ///< what it points to can be changed through it, even where it is const itself
  bool is_deep = false;  ///< can be changed, or what it holds can, through const access: `mutable`, pointers
  bool is_member = false;    ///< a static member of a class
  bool is_callable = false;  ///< can hold a callable that may have a state of its own
  bool is_const = false;     ///< tracked only for what its callables may do
};

/// What one declaration is.
struct Target {
  std::vector<std::uint32_t> units;       ///< that declare or define it; empty: of the system
  std::uint32_t representative = 0;       ///< the one among them that stands for it: its definition
  std::string identity;                   ///< of a declaration of the system; tells overloads apart
  std::optional<std::uint32_t> variable;  ///< index into Targets::variables
  std::optional<std::uint32_t> accessor;  ///< number of a user's function that returns a reference or pointer
                                          ///< through which something can be changed
  bool tells_callers_place = false;       ///< a function of the system with a std::source_location parameter
  bool makes_callable_with_state = false;  ///< a constructor of the system: calling its objects changes them
  bool has_outside_effects = false;        ///< a function of the system that may change state of the process
};

/// Resolves declarations, each once.
class Targets {
 public:
  explicit Targets(const Units& units) : units_(units) {}

  /// Whether a declaration of a variable says that the compiler works its value out.
  bool is_constexpr(const Target& target) const;

  const Target& of(CXCursor declaration);

  /// A static in a function that takes its value from whatever the first call was, also where it is const:
  ///     static const double scale = factor;               // `factor` is a parameter
  std::uint32_t add_set_by_first_call(CXCursor declaration, std::uint32_t unit);

  std::vector<Variable> variables;
  std::uint32_t accessors = 0;  ///< how many there are

 private:
  void find_units(CXCursor declaration, Target& out);
  void read_system(CXCursor declaration, Target& out);
  std::uint32_t add_variable(const void* key, CXCursor canonical, Variable variable);
  void read_variable(CXCursor declaration, Target& out);
  void read_function(CXCursor declaration, Target& out);
  void add_units_at(CXCursor declaration, Target& out);

  const Units& units_;
  std::unordered_map<const void*, Target> known_;
  std::unordered_map<const void*, std::uint32_t> known_variables_;
  std::unordered_map<const void*, std::uint32_t> known_accessors_;
};

}  // namespace hamcell
