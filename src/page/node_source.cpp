// The source of nodes, cut out of the cell's text by the lines that the scan found.
#include "page/node_source.h"

#include <map>
#include <string_view>

#include "base/text.h"
#include "run/versions.h"

namespace hamcell {
namespace {

/// A longer definition is cut off: nobody reads it in the margin of a picture.
constexpr std::size_t most_bytes = 32'768;

/// The lines of a text, each found in no time.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') starts_.push_back(i + 1);
  }

  /// From line `first` to line `last`, both counted from 1, without the end of the last.
  std::string_view between(std::uint64_t first, std::uint64_t last) const {
    if (first == 0 || first > last || first > starts_.size()) return {};
    const std::size_t begin = starts_[first - 1];
    const std::size_t end = last < starts_.size() ? starts_[last] - 1 : text_.size();
    return text_.substr(begin, end - begin);
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

std::string signature_of(const NodeFunction& function) {
  std::vector<std::string> parameters;
  for (const Parameter& parameter : function.parameters) {
    std::string text = parameter.spelled + ' ' + parameter.name;
    if (parameter.default_argument) text += " = " + parameter.default_argument->text;
    parameters.push_back(std::move(text));
  }
  return function.spelled_result + ' ' + function.function + '(' + join(parameters, ", ") + ')';
}

std::string cut_off(std::string_view text) {
  if (text.size() <= most_bytes) return std::string(text);
  const std::string_view whole_lines = text.substr(0, text.rfind('\n', most_bytes));
  return std::string(whole_lines.substr(0, most_bytes)) + "\n…";
}

NodeSource source_of(const Lines& lines, const NodeFunction& function) {
  return {signature_of(function),
          cut_off(lines.between(function.begin_line, function.end_line)),
          {function.place.file, static_cast<unsigned>(function.begin_line), 0},
          function.tags};
}

}  // namespace

std::vector<std::optional<NodeSource>> sources_of(const Cell& cell, const Graph& graph,
                                                  const GraphShape& shape) {
  const Lines lines(cell.content);
  std::vector<std::optional<NodeSource>> sources;
  for (const std::uint32_t node : shape.graph_nodes)
    sources.emplace_back(source_of(lines, cell.model.functions[graph.nodes[node].function]));
  return sources;
}

std::vector<std::optional<NodeSource>> sources_of_run(const Cell& cell, const Graph& graph,
                                                      const GraphShape& shape, const RunRecord& record) {
  const Lines lines(cell.content);
  std::map<std::string_view, const GraphNode*> nodes;
  for (const GraphNode& node : graph.nodes)
    if (!node.is_default_value()) nodes.emplace(node.name, &node);
  std::vector<std::optional<NodeSource>> sources(shape.nodes.size());
  for (std::size_t i = 0; i < shape.nodes.size() && i < record.nodes.size(); ++i) {
    const auto found = nodes.find(shape.nodes[i].name);
    if (found == nodes.end() || record.nodes[i].code_version.is_zero()) continue;
    if (code_version_of(cell, *found->second) == record.nodes[i].code_version)
      sources[i] = source_of(lines, cell.model.functions[found->second->function]);
  }
  return sources;
}

}  // namespace hamcell
