// Files that a run leaves besides its pictures: values, and what they depend on.
#include "command/saves.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "report/depfile.h"
#include "report/saved_value.h"
#include "value/error.h"

namespace hamcell {
namespace {

/// The index of a node that is to be saved.
std::uint32_t saved_node(const Graph& graph, const std::string& name) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.nodes[i].is_default_value()) continue;
    if (graph.nodes[i].name == name) return i;
    names.push_back(graph.nodes[i].name);
  }
  const std::string near = closest_word(name, names);
  throw Failure(ExitStatus::cell, "--save names '" + name + "', and the cell has no such node",
                near.empty() ? "its nodes are " + join(names, ", ") : "did you mean '" + near + "'?");
}

}  // namespace

void check_saves(const RunOptions& run, const Cell& cell, const Graph& graph) {
  std::vector<Problem> problems;
  for (const SaveRequest& save : run.saves) {
    const GraphNode& node = graph.nodes[saved_node(graph, save.node)];
    const std::string why = why_not_saved(cell.model.types, node.type, save.format);
    if (why.empty()) continue;
    const bool has_rows = save.format == ValueFormat::csv && cell.model.types[node.type].storable();
    problems.push_back({cell.model.functions[node.function].place,
                        "node '" + save.node + "' cannot be saved as '" + save.file + "': " + why,
                        has_rows ? "save it as .json" : "save a node that makes something of it",
                        {},
                        {}});
  }
  if (!problems.empty()) throw Failure(ExitStatus::cell, std::move(problems));
}

std::set<std::uint32_t> wanted_values(const RunOptions& run, const Graph& graph) {
  std::set<std::uint32_t> wanted;
  if (run.show_results.value_or(false))
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i)
      if (graph.nodes[i].is_target) wanted.insert(i);
  for (const SaveRequest& save : run.saves) wanted.insert(saved_node(graph, save.node));
  return wanted;
}

void save_results(const RunOptions& run, const Cell& cell, const Graph& graph, const GraphShape& shape,
                  const RunResult& result) {
  for (const SaveRequest& save : run.saves) {
    const std::uint32_t node = saved_node(graph, save.node);
    const auto i =
        static_cast<std::size_t>(std::ranges::find(shape.graph_nodes, node) - shape.graph_nodes.begin());
    if (i >= result.values.size() || !result.values[i])
      throw Failure(ExitStatus::storage, "the value of node '" + save.node + "' is not there to be saved",
                    "run again with --recompute=" + save.node);
    try {
      save_value(cell.model.types, graph.nodes[node].type, result.values[i]->view(), save.format, save.file,
                 run.if_changed);
    } catch (const ValueError& error) {
      throw Failure(ExitStatus::cell, "'" + save.file + "' cannot be written: " + error.text(save.node),
                    "save it as .json");
    }
  }
}

void write_depfile(const RunOptions& run, const Cell& cell, const RunResult& result,
                   const std::vector<std::string>& pictures) {
  std::vector<std::string> targets;
  for (const SaveRequest& save : run.saves) targets.push_back(save.file);
  for (const std::string& picture : pictures)
    if (!picture.empty() && picture != "-") targets.push_back(picture);
  // Of results on standard output make knows the name: that of the depfile without its ending.
  if (targets.empty()) targets.push_back(parent_folder(*run.depfile) + '/' + file_stem(*run.depfile));

  std::vector<std::string> files;
  if (run.cell != "-") files.push_back(run.cell);
  for (const SourceFile& file : cell.model.files) files.push_back(file.path);
  for (const Watch& watch : cell.toolchain.watches)
    if (watch.stamp.kind == Stamp::Kind::file) files.push_back(watch.path);
  if (!run.project_file.empty()) files.push_back(run.project_file);
  for (const auto* bindings : {&run.inputs, &run.config, &run.overrides})
    for (const Binding& binding : *bindings)
      if (binding.value.starts_with('@') && !binding.value.starts_with("@@"))
        files.push_back(binding.value.substr(1));
  // A folder that gets one of these files would be newer than all of them, each time.
  std::set<std::string> own_folders = {real_path(parent_folder(*run.depfile))};
  for (const std::string& target : targets) own_folders.insert(real_path(parent_folder(target)));
  for (const std::string& file : result.used_files)
    if (!own_folders.contains(real_path(file))) files.push_back(file);
  write_file(*run.depfile, depfile_text(targets, files));
}

}  // namespace hamcell
