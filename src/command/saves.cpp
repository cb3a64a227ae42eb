// Files that a run leaves besides its pictures: values, and what they depend on.
#include "command/saves.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "report/depfile.h"
#include "report/saved_value.h"
#include "value/error.h"

namespace hamcell {
namespace {

/// Why a value cannot be saved as asked; nothing where it can.
std::optional<Problem> problem_with(const SaveRequest& save, const GraphNode& node, const Cell& cell) {
  const std::string why = why_not_saved(cell.model.types, node.type, save.format);
  if (why.empty()) return std::nullopt;
  const bool has_rows = save.format == ValueFormat::csv && cell.model.types[node.type].storable();
  return Problem{cell.model.functions[node.function].place,
                 "node '" + save.node + "' cannot be saved as '" + save.file + "': " + why,
                 has_rows ? "save it as .json" : "save a node that makes something of it",
                 {},
                 {}};
}

}  // namespace

std::vector<Save> checked_saves(const RunOptions& run, const Cell& cell, const Graph& graph) {
  std::vector<Save> saves;
  std::vector<Problem> problems;
  for (const SaveRequest& request : run.saves) {
    const std::optional<std::uint32_t> node = find_node(graph, request.node);
    if (!node)
      throw Failure(ExitStatus::cell, "--save names '" + request.node + "', and the cell has no such node",
                    suggested_nodes(graph, request.node));
    if (auto problem = problem_with(request, graph.nodes[*node], cell))
      problems.push_back(*std::move(problem));
    saves.push_back({request, *node});
  }
  if (!problems.empty()) throw Failure(ExitStatus::cell, std::move(problems));
  return saves;
}

void save_results(const std::vector<Save>& saves, bool if_changed, const Cell& cell, const Graph& graph,
                  const GraphShape& shape, const RunResult& result) {
  for (const auto& [save, node] : saves) {
    const auto i =
        static_cast<std::size_t>(std::ranges::find(shape.graph_nodes, node) - shape.graph_nodes.begin());
    if (i >= result.values.size() || !result.values[i])
      throw Failure(ExitStatus::storage, "the value of node '" + save.node + "' is not there to be saved",
                    "run again with --recompute=" + save.node);
    try {
      save_value(cell.model.types, graph.nodes[node].type, result.values[i]->view(), save.format, save.file,
                 if_changed);
    } catch (const ValueError& error) {
      throw Failure(ExitStatus::cell, "'" + save.file + "' cannot be written: " + error.text(save.node),
                    "save it as .json");
    }
  }
}

std::vector<Problem> write_depfile(const RunOptions& run, const Cell& cell, const RunResult& result,
                                   const std::vector<std::string>& pictures) {
  std::vector<std::string> targets;
  for (const SaveRequest& save : run.saves) targets.push_back(save.file);
  for (const std::string& picture : pictures)
    if (!picture.empty() && picture != "-") targets.push_back(picture);
  if (run.save_results) targets.push_back(*run.save_results);
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
  const Depfile depfile = depfile_of(targets, files);
  write_file(*run.depfile, depfile.text);
  std::vector<Problem> warnings;
  for (const std::string& file : depfile.left_out)
    warnings.push_back({{},
                        "'" + file + "' is not in the depfile: make would misread its name",
                        "rename the file, or run hamcell whenever it may have changed",
                        {},
                        {}});
  return warnings;
}

}  // namespace hamcell
