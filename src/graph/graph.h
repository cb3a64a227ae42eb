// The dataflow of a cell for one run: which node needs what, what was given, and what the targets need.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cell/discover.h"
#include "cell/model.h"
#include "graph/request.h"

namespace hamcell {

/// A value that the user gave: its bytes, and how to show it.
struct GivenValue {
  std::string cbor;  ///< encoded in the type of what it stands for
  std::string text;  ///< as JSON, for pictures and the history
  bool from_config = false;
};

/// A parameter that no node provides. One input serves every node that has a parameter of its name.
struct GraphInput {
  std::string name;
  std::uint32_t type = 0;   ///< what it is kept as (views: their owning type)
  bool is_optional = true;  ///< every parameter that takes it has a default
  bool is_config = false;   ///< it came from --config
  bool needed = false;      ///< a needed node takes it
  bool is_secret = false;   ///< its value appears nowhere, and its versions are digests by the user's key
  std::optional<GivenValue> value;
  std::vector<std::uint32_t> users;  ///< nodes that take it
};

/// Where an argument of a node comes from.
struct Argument {
  enum class Source : std::uint8_t {
    node,     ///< `index` into Graph::nodes
    input,    ///< `index` into Graph::inputs; it has a value
    literal,  ///< the parameter's default, known from the scan: `cbor`
    missing   ///< an input without a value; only in a graph that is not run
  } source = Source::missing;
  std::uint32_t index = 0;
  std::uint32_t input =
      0;  ///< literal, missing, and node when it evaluates a default: the input that could be given
  bool is_default = false;  ///< node: it evaluates this parameter's default
  std::uint32_t type = 0;   ///< of the value as it is held, index into the cell's types
  std::string cbor;         ///< literal
};

struct GraphNode {
  std::string name;
  std::uint32_t function = 0;  ///< index into CellModel::functions
  /// Set for a node that is not in the cell: it evaluates the default of this parameter of `function`.
  std::optional<std::uint32_t> default_of;
  std::uint32_t type = 0;  ///< of the result
  std::vector<Argument> arguments;
  std::vector<std::uint32_t> users;  ///< nodes that need this one
  Behavior behavior = Behavior::standard;
  bool behavior_is_marked = false;  ///< an attribute or an option said so, so that the pictures show it
  bool is_target = false;
  bool is_asked_for = false;  ///< a target that the user named, or that nothing else needs
  bool needed = false;        ///< a target, or something needed needs it
  std::optional<GivenValue> override_value;

  bool is_default_value() const { return default_of.has_value(); }
};

struct Graph {
  std::vector<GraphNode> nodes;    ///< every node of the cell, in topological order: needs come first
  std::vector<GraphInput> inputs;  ///< in order of first use
};

/// By function of the cell: its node; null for a variant that was not picked.
std::vector<const GraphNode*> nodes_by_function(const CellModel& model, const Graph& graph);

/// The index of the cell's node of this name.
std::optional<std::uint32_t> find_node(const Graph& graph, const std::string& name);

/// What to say to somebody who named a node that the cell does not have.
std::string suggested_nodes(const Graph& graph, const std::string& name);

/// Resolves variants, inputs, overrides, targets and behaviors, and checks everything that can be checked
/// before anything runs. Throws Failure (cell) with every problem found, not just the first.
Graph build_graph(const Cell& cell, const GraphRequest& request);

}  // namespace hamcell
