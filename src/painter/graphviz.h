// Graphviz as a library: one graph at a time, its messages turned into problems.
#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

// Graphviz's own name for a graph. Its headers stay out of here: they define `box` and
// `point`.
struct Agraph_s;

namespace hamcell {

/// A graph read from DOT text, in a Graphviz context of its own. Graphviz keeps state in global variables, so
/// a second one waits, in its constructor, until the first is gone. Every member throws Failure (storage)
/// with what Graphviz said; nothing reaches standard error.
class GraphvizGraph {
 public:
  explicit GraphvizGraph(const std::string& dot_text);
  ~GraphvizGraph();
  GraphvizGraph(const GraphvizGraph&) = delete;
  GraphvizGraph& operator=(const GraphvizGraph&) = delete;

  /// Runs a layout engine ("dot").
  void lay_out(const char* engine);
  /// After lay_out: writes positions and sizes into the attributes `pos`, `bb`, `width` and their like.
  void attach_positions();

  // Attributes; empty where there is none.
  std::string graph_attribute(std::string attribute) const;
  std::string node_attribute(std::string node, std::string attribute) const;
  std::string cluster_attribute(std::string cluster, std::string attribute) const;
  /// Two attributes of every edge, in no order that means anything.
  std::vector<std::pair<std::string, std::string>> edge_attributes(std::string first,
                                                                   std::string second) const;

 private:
  std::unique_lock<std::mutex> turn_;
  Agraph_s* graph_ = nullptr;
  bool laid_out_ = false;
};

}  // namespace hamcell
