// Which nodes can see a variable change.
#include "scan/reach/purity.h"

#include <algorithm>

namespace hamcell {

ChangingVariables::ChangingVariables(const Reach& reach, const std::vector<std::uint32_t>& roots)
    : reach_(reach),
      gives_access_(reach.targets.accessors),
      uses_(reach.parts.size()),
      changes_(reach.targets.variables.size()) {
  if (changes_.empty()) return;
  expose();
  collect();
  const std::vector<bool> holds_state = find_callables_with_state();
  for (const std::uint32_t unit : running(roots))
    for (const Use& use : uses_[unit])
      if (!use.at_load && (use.changes || holds_state[use.variable])) changes_[use.variable] = true;
}

/// By variable: what it holds may be called, and be another one after each call. Which of the callables that
/// are made for it those are, nobody knows:
///     static const std::function<int()> next = [n = 0]() mutable { return n++; };
std::vector<bool> ChangingVariables::find_callables_with_state() const {
  const std::vector<Variable>& variables = reach_.targets.variables;
  std::vector<bool> out(variables.size());
  for (std::size_t i = 0; i < variables.size(); i++) {
    if (!variables[i].is_callable) continue;
    const std::vector<std::uint32_t> reached = reach_.closure({variables[i].unit});
    out[i] = std::any_of(reached.begin(), reached.end(), [&](std::uint32_t unit) {
      return reach_.parts[unit].tree.makes_callable_with_state;
    });
  }
  return out;
}

/// The units whose code may run in a node. What an initialiser only calls ran before:
///     static Registrar registered("foo", make_foo);       // the constructor ran, make_foo may still be
///     called
std::vector<std::uint32_t> ChangingVariables::running(const std::vector<std::uint32_t>& roots) const {
  std::vector<bool> seen(reach_.parts.size());
  std::vector<std::uint32_t> out;
  const auto add = [&](std::uint32_t unit) {
    if (seen[unit]) return;
    seen[unit] = true;
    out.push_back(unit);
  };
  for (const std::uint32_t root : roots) add(root);
  for (std::size_t next = 0; next < out.size(); next++) {
    const ReachedUnit& part = reach_.parts[out[next]];
    const std::vector<std::uint32_t>& done = part.tree.called_at_load;
    for (const std::uint32_t unit : part.uses)
      if (!std::binary_search(done.begin(), done.end(), unit)) add(unit);
    for (const std::uint32_t unit : part.initialisers) add(unit);
  }
  return out;
}

/// A function that returns a reference to a variable stands for that variable:
///     Config& config() { static Config c; return c; }
void ChangingVariables::expose() {
  for (bool is_new = true; is_new;) {
    is_new = false;
    const auto add = [&](std::uint32_t accessor, std::uint32_t variable) {
      std::vector<std::uint32_t>& known = gives_access_[accessor];
      if (std::find(known.begin(), known.end(), variable) != known.end()) return;
      known.push_back(variable);
      is_new = true;
    };
    for (const ReachedUnit& part : reach_.parts) {
      for (const auto& [accessor, variable] : part.tree.exposures) add(accessor, variable);
      for (const UsedAccessor& used : part.tree.accessors) {
        if (!used.exposed_by) continue;
        const std::vector<std::uint32_t> variables = gives_access_[used.accessor];
        for (const std::uint32_t variable : variables) add(*used.exposed_by, variable);
      }
    }
  }
}

void ChangingVariables::collect() {
  for (std::size_t i = 0; i < reach_.parts.size(); i++) {
    const UnitTree& tree = reach_.parts[i].tree;
    for (const UsedVariable& used : tree.variables)
      uses_[i].push_back(
          {used.variable, used.changes && !reach_.targets.variables[used.variable].is_const, used.at_load});
    for (const UsedAccessor& used : tree.accessors)
      for (const std::uint32_t variable : gives_access_[used.accessor])
        uses_[i].push_back({variable, used.changes, used.at_load});
  }
}

std::optional<std::uint32_t> ChangingVariables::used_by(const std::vector<std::uint32_t>& reached) const {
  std::optional<std::uint32_t> first;
  for (const std::uint32_t unit : reached)
    for (const Use& use : uses_[unit]) {
      if (!changes_[use.variable] || use.at_load) continue;
      const std::vector<Variable>& variables = reach_.targets.variables;
      if (!first || variables[use.variable].unit < variables[*first].unit) first = use.variable;
    }
  return first;
}

}  // namespace hamcell
