// What a dataflow looks like, apart from what a run did with it: enough to draw it without the cell.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/record.h"
#include "graph/graph.h"

namespace hamcell {

/// Names and types of the columns of a table, or of the members of a struct.
using ColumnShapes = std::vector<std::pair<std::string, std::string>>;

struct NodeShape {
  std::string name;
  std::string type;  ///< of the result, as people write it
  std::string documentation;
  std::string behavior;    ///< "", or what is shown: "cache", "recompute", "disable", "ignore"
  bool is_target = false;  ///< asked for by name, or needed by nothing else: what the pictures mark
  bool needed = false;
  bool is_overridden = false;
  std::string override_text;          ///< the value given in its place, as JSON
  std::vector<std::uint32_t> nodes;   ///< that it needs, indexes into GraphShape::nodes
  std::vector<std::uint32_t> inputs;  ///< that it takes, indexes into GraphShape::inputs
  std::vector<std::pair<std::string, std::string>> tags = {};  ///< of [[ham::tag]], the last of each name
  ColumnShapes columns = {};                                   ///< of its type, where that has some
};

struct InputShape {
  std::string name;
  std::string type;
  bool is_optional = false;
  bool is_config = false;
  bool needed = false;
  bool is_given = false;
  std::string value_text;     ///< of the given value, as JSON
  std::string default_text;   ///< of an optional input: the first default, as written
  ColumnShapes columns = {};  ///< of its type, where that has some
};

/// The nodes of the cell in topological order (defaults that are evaluated are part of their input), and the
/// inputs.
struct GraphShape {
  std::vector<NodeShape> nodes;
  std::vector<InputShape> inputs;
  std::vector<std::uint32_t> graph_nodes;  ///< of each node, its index into Graph::nodes; not recorded
};

GraphShape shape_of(const Cell& cell, const Graph& graph);

}  // namespace hamcell

template <>
struct ham::members<hamcell::NodeShape> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::NodeShape::name);
    f("type", &hamcell::NodeShape::type);
    f("documentation", &hamcell::NodeShape::documentation);
    f("behavior", &hamcell::NodeShape::behavior);
    f("is_target", &hamcell::NodeShape::is_target);
    f("needed", &hamcell::NodeShape::needed);
    f("is_overridden", &hamcell::NodeShape::is_overridden);
    f("override_text", &hamcell::NodeShape::override_text);
    f("nodes", &hamcell::NodeShape::nodes);
    f("inputs", &hamcell::NodeShape::inputs);
    f("tags", &hamcell::NodeShape::tags);
    f("columns", &hamcell::NodeShape::columns);
  }
};
template <>
struct ham::members<hamcell::InputShape> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::InputShape::name);
    f("type", &hamcell::InputShape::type);
    f("is_optional", &hamcell::InputShape::is_optional);
    f("is_config", &hamcell::InputShape::is_config);
    f("needed", &hamcell::InputShape::needed);
    f("is_given", &hamcell::InputShape::is_given);
    f("value_text", &hamcell::InputShape::value_text);
    f("default_text", &hamcell::InputShape::default_text);
    f("columns", &hamcell::InputShape::columns);
  }
};
template <>
struct ham::members<hamcell::GraphShape> {
  template <class F>
  static constexpr void each(F&& f) {
    f("nodes", &hamcell::GraphShape::nodes);
    f("inputs", &hamcell::GraphShape::inputs);
  }
};
