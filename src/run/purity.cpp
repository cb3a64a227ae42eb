// What makes a node run every time, or not as it seems.
#include "run/purity.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "run/versions.h"

namespace hamcell {
namespace {

bool is_default_behavior(const GraphNode& node) {
  return node.behavior == Behavior::standard && !node.override_value;
}

/// A node's default argument is called by its node.
const std::string& shown_name(const Cell& cell, const GraphNode& node) {
  return node.is_default_value() ? cell.model.functions[node.function].name : node.name;
}

std::string quoted_list(const std::set<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back("'" + name + "'");
  return (names.size() == 1 ? "node " : "nodes ") + join(quoted, ", ");
}

const char* words_for(TracedEffect::Kind kind) {
  switch (kind) {
    case TracedEffect::Kind::clock:
      return "the clock";
    case TracedEffect::Kind::random:
      return "random numbers of the system";
    case TracedEffect::Kind::process:
      return "another process";
    case TracedEffect::Kind::network:
      return "the network";
  }
  return "";
}

/// All that a node needs, directly or not.
std::set<std::uint32_t> ancestors_of(const Decider& decider, std::uint32_t i) {
  std::set<std::uint32_t> found;
  std::vector<std::uint32_t> open = {i};
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    for (const Argument& argument : decider.node(at).arguments)
      if (argument.source == Argument::Source::node && found.insert(argument.index).second)
        open.push_back(argument.index);
  }
  return found;
}

Problem missing_dependency(const Decider& decider, std::uint32_t reader, std::uint32_t writer,
                           const std::string& path) {
  const std::string& reads = decider.node(reader).name;
  const std::string& writes = decider.node(writer).name;
  if (ancestors_of(decider, writer).contains(reader))
    return {decider.function(reader).place,
            "node '" + reads + "' uses '" + path + "', which node '" + writes +
                "' writes, and that one runs later because it needs '" + reads + "'",
            "let '" + writes + "' write another file"};
  return {decider.function(reader).place,
          "node '" + reads + "' uses '" + path + "', which node '" + writes +
              "' writes, and does not need it: nothing says which runs first",
          "give '" + reads + "' a parameter '" + writes + "'"};
}

}  // namespace

std::vector<Problem> purity_warnings(const Cell& cell, const Graph& graph) {
  std::map<std::string, std::pair<Impurity, std::set<std::string>>> by_variable;
  std::map<std::string, std::set<std::string>> by_macro;
  for (const GraphNode& node : graph.nodes) {
    if (!node.needed || !is_default_behavior(node)) continue;
    const Code& code = code_of(cell, node);
    if (!code.always_run.empty()) by_macro[code.always_run].insert(shown_name(cell, node));
    if (!code.impure || cell.model.functions[node.function].marked_cache) continue;
    auto& [impurity, names] = by_variable[code.impure->place.text() + ' ' + code.impure->variable];
    impurity = *code.impure;
    names.insert(shown_name(cell, node));
  }
  std::vector<Problem> warnings;
  for (const auto& [key, found] : by_variable) {
    const auto& [impurity, names] = found;
    const std::string variable = "variable '" + impurity.variable + "' ";
    const std::string so = ", so what reaches it runs every time: " + quoted_list(names);
    if (impurity.is_const)
      warnings.push_back(
          {impurity.place, variable + "holds a callable that each call can change" + so,
           "give that callable no state (no 'mutable', nothing that it changes through a pointer), "
           "or vouch for what reaches it with [[ham::cache]]"});
    else
      warnings.push_back(
          {impurity.place, variable + "can change" + so,
           "make it const or constexpr, pass it as an input, or vouch for what reaches it with "
           "[[ham::cache]]"});
  }
  for (const auto& [macro, names] : by_macro)
    warnings.push_back(
        {{cell.path, 0, 0},
         macro + " is another in each compilation, so what uses it runs every time: " + quoted_list(names),
         "pass what it stands for as an input"});
  return warnings;
}

std::optional<Problem> effect_warning(const Cell& cell, const GraphNode& node, const Trace& trace) {
  const NodeFunction& function = cell.model.functions[node.function];
  const bool is_settled = !is_default_behavior(node) || function.marked_cache || unsteady_code(cell, node);
  if (trace.effects.empty() || is_settled) return std::nullopt;
  std::map<TracedEffect::Kind, std::vector<std::string>> used;
  for (const TracedEffect& effect : trace.effects) used[effect.kind].push_back(effect.function);
  std::vector<std::string> uses;
  for (const auto& [kind, functions] : used)
    uses.push_back(std::string(words_for(kind)) + " (" + join(functions, ", ") + ")");
  const std::string who =
      node.is_default_value() ? "a default of node '" + function.name + "'" : "node '" + node.name + "'";
  return Problem{function.place,
                 who + " uses " + join(uses, " and ") + ": the same key may give another value",
                 "mark it [[ham::cache(behavior = \"recompute\")]], or [[ham::cache]] if its value does not "
                 "depend on that"};
}

std::vector<Problem> missing_dependency_warnings(const Decider& decider) {
  std::map<std::string, std::vector<std::uint32_t>> writers;
  for (std::uint32_t i = 0; i < decider.count(); ++i)
    for (const TracedFile& file : decider.state(i).trace.files)
      if (file.is_output()) writers[file.path].push_back(i);
  std::vector<Problem> warnings;
  if (writers.empty()) return warnings;
  const auto ran = [&](std::uint32_t i) { return decider.state(i).result.status == NodeStatus::executed; };
  for (std::uint32_t reader = 0; reader < decider.count(); ++reader) {
    std::set<std::uint32_t> named;
    for (const TracedFile& file : decider.state(reader).trace.files) {
      const auto found = file.is_output() ? writers.end() : writers.find(file.path);
      if (found == writers.end()) continue;
      for (const std::uint32_t writer : found->second) {
        if (writer == reader || (!ran(reader) && !ran(writer))) continue;
        if (ancestors_of(decider, reader).contains(writer) || !named.insert(writer).second) continue;
        warnings.push_back(missing_dependency(decider, reader, writer, file.path));
      }
    }
  }
  return warnings;
}

}  // namespace hamcell
