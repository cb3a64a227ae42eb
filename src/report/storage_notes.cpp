// Values that could not be stored.
#include "report/storage_notes.h"

#include <algorithm>

#include "base/text.h"

namespace hamcell {

std::vector<Problem> storage_notes(const Cell& cell, const Graph& graph, const GraphShape& shape,
                                   const RunRecord& record) {
  struct Unstored {
    std::uint32_t type;
    Place place;  ///< of the first node
    std::vector<std::string> nodes;
  };
  std::vector<Unstored> found;
  for (std::size_t i = 0; i < record.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[shape.graph_nodes[i]];
    const bool was_kept = node.behavior == Behavior::standard || node.behavior == Behavior::recompute;
    if (record.nodes[i].status != NodeStatus::executed || cell.model.types[node.type].storable() || !was_kept)
      continue;
    auto known = std::ranges::find(found, node.type, &Unstored::type);
    if (known == found.end())
      known = found.insert(known, {node.type, cell.model.functions[node.function].place, {}});
    known->nodes.push_back("'" + node.name + "'");
  }
  std::vector<Problem> notes;
  for (const Unstored& unstored : found) {
    const Type& type = cell.model.types[unstored.type];
    const std::string who = "the result of node" + std::string(unstored.nodes.size() == 1 ? " " : "s ") +
                            join(unstored.nodes, ", ");
    std::string why = type.why_opaque;
    std::string next = "return a type without that, or give it a ham::codec, to have it stored";
    if (type.kind == TypeKind::view) {
      why = "a " + type.name + " does not own what it shows";
      next = "return '" + cell.model.types[type.arguments.front()].name + "' to have it stored";
    } else if (why.ends_with("is not public")) {
      next = "let hamcell at it to have it stored: friend struct ham::members<" + type.name + ">;";
    }
    notes.push_back({unstored.place,
                     who + " is not stored: " + why,
                     next + " (what needs it is cached all the same)",
                     {},
                     {}});
  }
  return notes;
}

}  // namespace hamcell
