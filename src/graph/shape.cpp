// What a dataflow looks like, apart from what a run did with it.
#include "graph/shape.h"

namespace hamcell {
namespace {

std::string shown_behavior(const GraphNode& node) {
  if (node.behavior != Behavior::standard) return behavior_name(node.behavior);
  return node.behavior_is_marked ? "cache" : "";
}

/// So many columns are kept at most; an entry that says "…" stands for the others.
constexpr std::size_t most_columns = 60;

ColumnShapes columns_of(const TypeTable& types, std::uint32_t index) {
  const Type* type = &types[index];
  if (type->kind == TypeKind::sequence && type->arguments.size() == 1) type = &types[type->arguments.front()];
  ColumnShapes columns;
  if (type->kind != TypeKind::structure) return columns;
  for (const Member& member : type->members) {
    if (columns.size() == most_columns) {
      columns.emplace_back("…", "");
      break;
    }
    columns.emplace_back(member.name, types[member.type].name);
  }
  return columns;
}

/// The later of two values for one tag counts.
std::vector<std::pair<std::string, std::string>> tags_of(const NodeFunction& function) {
  std::vector<std::pair<std::string, std::string>> tags;
  for (const auto& tag : function.tags) {
    std::erase_if(tags, [&](const auto& earlier) { return earlier.first == tag.first; });
    tags.push_back(tag);
  }
  return tags;
}

}  // namespace

GraphShape shape_of(const Cell& cell, const Graph& graph) {
  const CellModel& model = cell.model;
  GraphShape shape;
  std::vector<std::uint32_t> place(graph.nodes.size(), UINT32_MAX);
  for (const GraphInput& input : graph.inputs)
    shape.inputs.push_back({input.name, model.types[input.type].name, input.is_optional, input.is_config,
                            input.needed, input.value.has_value(), input.value ? input.value->text : "", "",
                            columns_of(model.types, input.type)});
  shape.nodes.reserve(graph.nodes.size());
  shape.graph_nodes.reserve(graph.nodes.size());
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    if (node.is_default_value()) continue;
    place[i] = static_cast<std::uint32_t>(shape.nodes.size());
    const NodeFunction& function = model.functions[node.function];
    NodeShape out{node.name,
                  model.types[node.type].name,
                  function.documentation,
                  shown_behavior(node),
                  node.is_asked_for,
                  node.needed,
                  node.override_value.has_value(),
                  node.override_value ? node.override_value->text : "",
                  {},
                  {},
                  tags_of(function),
                  columns_of(model.types, node.type)};
    for (std::size_t k = 0; k < node.arguments.size(); ++k) {
      const Argument& argument = node.arguments[k];
      if (argument.source == Argument::Source::node && !argument.is_default) {
        out.nodes.push_back(place[argument.index]);
        continue;
      }
      out.inputs.push_back(argument.input);
      std::string& text = shape.inputs[argument.input].default_text;
      if (text.empty() && function.parameters[k].default_argument)
        text = function.parameters[k].default_argument->text;
    }
    shape.nodes.push_back(std::move(out));
    shape.graph_nodes.push_back(i);
  }
  return shape;
}

}  // namespace hamcell
