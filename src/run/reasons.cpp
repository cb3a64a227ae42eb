// Why a node has to run, in words.
#include "run/reasons.h"

#include <algorithm>

#include "base/text.h"

namespace hamcell {
namespace {

/// Values in a reason are cut to this many columns.
constexpr std::size_t value_columns = 40;

std::string shown_value(const std::string& text) { return shortened(text, value_columns); }

/// "input threshold_mm changed: 1 → 2", without the values where one of them is not to be seen.
std::string input_text(const std::string& name, const std::string& before, const std::string& now) {
  const std::string text = "input " + name + " changed";
  return before.empty() || now.empty() || before == now
             ? text
             : text + ": " + shown_value(before) + " → " + shown_value(now);
}

/// What the user knows an argument's value by: the value given, or the default as written.
std::string argument_text(const Graph& graph, const Argument& argument, const Parameter& parameter) {
  if (argument.source == Argument::Source::input) {
    const GraphInput& input = graph.inputs[argument.index];
    // Without a text nothing is shown, not even what it was when it was no secret yet.
    return input.is_secret ? std::string() : input.value->text;
  }
  return parameter.default_argument ? parameter.default_argument->text : std::string();
}

std::vector<std::string> argument_differences(const Cell& cell, const Graph& graph, const GraphNode& node,
                                              const KeyParts& now, const NodePast& past) {
  std::vector<std::string> out;
  const NodeFunction& function = cell.model.functions[node.function];
  for (const KeyPart& part : now.arguments) {
    const Argument& argument = node.arguments[part.argument];
    const Parameter& parameter = function.parameters[part.argument];
    const auto before = past.arguments.find(parameter.name);
    const bool is_node = argument.source == Argument::Source::node && !argument.is_default;
    if (before == past.arguments.end()) {
      // A parameter that is new is a change of the code; a node that was left out of the key is not.
      if (is_node && past.code_version == now.code_version)
        out.push_back("behavior of " + parameter.name + " changed");
      continue;
    }
    if (before->second.version == part.version || part.version.is_zero()) continue;
    out.push_back(
        is_node ? parameter.name + " changed"
                : input_text(parameter.name, before->second.text, argument_text(graph, argument, parameter)));
  }
  for (std::size_t k = 0; k < node.arguments.size() && past.code_version == now.code_version; ++k) {
    const bool was_counted = past.arguments.contains(function.parameters[k].name);
    const bool is_counted = std::ranges::count(now.arguments, k, &KeyPart::argument) != 0;
    if (was_counted && !is_counted) out.push_back("behavior of " + function.parameters[k].name + " changed");
  }
  return out;
}

std::string kind_of(const std::string& difference) { return difference.substr(0, difference.find(':')); }

}  // namespace

Reason::Reason(std::vector<std::string> all) : details(std::move(all)) {
  std::vector<std::string> of_one_kind;
  for (const std::string& difference : details)
    if (kind_of(difference) == kind_of(details[0])) of_one_kind.push_back(difference);
  text = in_short(of_one_kind);
}

Reason reason_of_miss(const Cell& cell, const Graph& graph, const GraphNode& node, const KeyParts& now,
                      History& history, CodeParts& code) {
  const NodeFunction& function = cell.model.functions[node.function];
  const std::optional<NodePast> past =
      node.default_of ? history.past_of_default(function.name, function.parameters[*node.default_of].name)
                      : history.past_of(node.name);
  if (!past) return std::string("first run");
  std::vector<std::string> all;
  if (past->code_version != now.code_version) all = code.differences(node, past->code_version);
  const std::vector<std::string> arguments = argument_differences(cell, graph, node, now, *past);
  all.insert(all.end(), arguments.begin(), arguments.end());
  if (!all.empty()) return Reason(std::move(all));
  return std::string(past->status == NodeStatus::failed ? "it failed in the last run" : "not in the cache");
}

Reason reason_of_trace(const Trace& trace, const std::string& change) {
  std::vector<std::string> all = {change};
  const auto add = [&](Trace alone) {
    alone.taken_ns = trace.taken_ns;
    const std::optional<std::string> found = trace_change(alone);
    if (found && std::ranges::find(all, *found) == all.end()) all.push_back(*found);
  };
  // Each by itself, as far as it has a meaning without the rest of the trace: contents and outputs.
  for (const TracedFile& file : trace.files) {
    if (file.use != TracedFile::Use::content && file.use != TracedFile::Use::written) continue;
    Trace alone;
    alone.files = {file};
    add(std::move(alone));
  }
  Reason reason(change);
  reason.details = std::move(all);
  return reason;
}

}  // namespace hamcell
