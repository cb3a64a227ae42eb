// `hamcell CELL …`: from the cell to its pictures, stage by stage.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>

#include "base/file.h"
#include "base/guard.h"
#include "base/text.h"
#include "build/early_build.h"
#include "command/command.h"
#include "command/repetition.h"
#include "command/run_parts.h"
#include "command/run_pictures.h"
#include "command/saves.h"
#include "command/terminal.h"
#include "report/pictures.h"
#include "report/progress.h"
#include "report/results_file.h"
#include "report/run_json.h"
#include "report/storage_notes.h"
#include "report/table.h"
#include "report/timeline.h"
#include "run/dry_run.h"
#include "run/purity.h"

namespace hamcell {

CellRequest cell_request(const RunOptions& options) {
  CellRequest request;
  request.path = options.cell;
  if (options.cell == "-" && options.module_name) request.name = *options.module_name;
  const char* cxx = std::getenv("CXX");
  request.build.cxx = options.cxx ? *options.cxx : cxx != nullptr ? cxx : "";
  request.build.standard = options.standard.value_or("");
  request.build.cxxflags = options.cxxflags;
  request.build.ldflags = options.ldflags;
  request.build.include_folders = options.include_folders;
  request.build.defines = options.defines;
  return request;
}

GraphRequest graph_request(const RunOptions& options) {
  GraphRequest request;
  request.inputs = options.inputs;
  request.config = options.config;
  request.overrides = options.overrides;
  request.secrets = options.secrets;
  request.targets = options.targets;
  request.behaviors = options.behaviors;
  request.default_behavior = options.default_behavior;
  request.will_run = options.execute || options.dry_run || options.debug;
  return request;
}

namespace {

/// What a cell declares, for a user who asked for neither a picture nor a run.
std::string outline(const GraphShape& shape) {
  std::string out;
  std::size_t width = 0;
  for (const NodeShape& node : shape.nodes) width = std::max(width, display_width(node.name));
  for (const NodeShape& node : shape.nodes) {
    std::vector<std::string> needs;
    for (const std::uint32_t i : node.inputs)
      needs.push_back(shape.inputs[i].name + (shape.inputs[i].is_optional ? "?" : ""));
    for (const std::uint32_t i : node.nodes) needs.push_back(shape.nodes[i].name);
    std::string line = node.name + std::string(width - display_width(node.name), ' ') + "  " + node.type;
    if (!needs.empty()) line += "  ← " + join(needs, ", ");
    out += visible(line) + '\n';
  }
  return out;
}

void check_has_nodes(const Cell& cell) {
  if (!cell.model.functions.empty()) return;
  std::vector<Note> notes;
  for (const HelperFunction& helper : cell.model.helpers) {
    if (notes.size() == 5) break;
    notes.push_back({helper.place, "'" + helper.name + "' is a helper: " + helper.reason});
  }
  throw Failure(ExitStatus::cell, {{cell.path, 0, 0},
                                   "this cell has no nodes",
                                   "a node is a function that is defined here at global namespace, is not "
                                   "static or inline, and returns a value",
                                   std::move(notes)});
}

}  // namespace

std::vector<Problem> failures(const Cell& cell, const Graph& graph, const GraphShape& shape,
                              const RunRecord& record) {
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < record.nodes.size(); ++i) {
    if (record.nodes[i].status != NodeStatus::failed) continue;
    const NodeFunction& function = cell.model.functions[graph.nodes[shape.graph_nodes[i]].function];
    problems.push_back({function.place,
                        "node '" + shape.nodes[i].name + "' failed: it " + record.nodes[i].error, "",
                        record.nodes[i].notes});
  }
  return problems;
}

namespace {

/// Of a dry run: what may run counts as well, since a script asks whether all is up to date. A cell that will
/// not compile is told now, if it has to.
ExitStatus status_of_forecast(const Cell& cell, const RunRecord& record, bool exit_code, bool color) {
  const RunCounts counts = count_nodes(record);
  if (counts.would_run != 0 && !cell.model.body_problems.empty()) {
    report(cell.model.body_problems, Severity::error, color);
    return ExitStatus::compile;
  }
  return exit_code && counts.would_run + counts.may_run != 0 ? ExitStatus::would_run : ExitStatus::done;
}

}  // namespace

ExitStatus status_of(const RunResult& result) {
  if (result.record.status == RunStatus::interrupted) return ExitStatus::interrupted;
  if (result.failure) return result.failure->status();
  return result.record.status == RunStatus::ok ? ExitStatus::done : ExitStatus::node_failed;
}

namespace {

/// What is to be run, or only drawn.
struct Plan {
  Cell cell;
  Graph graph;
  GraphShape shape;
  std::vector<Save> saves;
  std::string module;  ///< what files are called by default

  /// Nodes of the graph whose values are printed or saved after the run.
  std::set<std::uint32_t> wanted_values(const RunOptions& run) const {
    std::set<std::uint32_t> wanted;
    const bool wants_all = run.show_results.value_or(false) || run.save_results;
    for (std::uint32_t i = 0; wants_all && i < graph.nodes.size(); ++i)
      if (graph.nodes[i].is_target) wanted.insert(i);
    for (const Save& save : saves) wanted.insert(save.node);
    return wanted;
  }
};

/// Throws Failure for a cell that cannot be run.
Plan plan_of(const RunOptions& run, Cell cell) {
  Plan plan;
  plan.cell = std::move(cell);
  plan.graph = build_graph(plan.cell, graph_request(run));
  plan.saves = checked_saves(run, plan.cell, plan.graph);
  plan.shape = shape_of(plan.cell, plan.graph);
  plan.module = run.module_name.value_or(plan.cell.stem);
  return plan;
}

/// What a page shows of what is known before anything runs.
PageSubject subject_of(const Plan& plan, Diagram diagram) {
  PageSubject subject;
  subject.title = plan.module;
  subject.cell = plan.cell.path;
  subject.shape = plan.shape;
  subject.diagram = std::move(diagram);
  subject.sources = sources_of(plan.cell, plan.graph, plan.shape);
  return subject;
}

/// What of a diagram is drawn there.
Diagram shown_part(Diagram diagram, const DiagramPart& part, const OptionalFile& where) {
  return where.format == PictureFormat::html ? page_part_of(std::move(diagram), part)
                                             : part_of(std::move(diagram), part);
}

void begin_before(Pictures& pictures, const RunOptions& run, const Plan& plan, Diagram before) {
  const std::string stem = plan.module + ".display";
  if (run.display.format != PictureFormat::html)
    return pictures.begin_before(std::move(before), run.display, stem);
  pictures.begin_page_before(before, run.display, stem, [&plan, before] { return subject_of(plan, before); });
}

/// `plan`, `record` and `cache` must last until the pictures are finished.
void begin_after(Pictures& pictures, const RunOptions& run, const Plan& plan, const RunRecord& record,
                 Cache* cache) {
  const std::string stem = plan.module + ".display-cache";
  Diagram after = shown_part(after_diagram(plan.shape, record), run.part, run.display_cache);
  if (run.display_cache.format != PictureFormat::html)
    return pictures.begin_after(std::move(after), run.display_cache, stem);
  Diagram before = page_part_of(before_diagram(plan.shape, plan.module, true), run.part);
  pictures.begin_page_after(before, std::move(after), run.display_cache, stem,
                            [&run, &plan, &record, cache, before] {
                              PageSubject subject = subject_of(plan, before);
                              subject.record = record;
                              if (cache != nullptr) subject.traces = traces_of_run(*cache, record);
                              subject.runs = past_runs(cache, plan.shape, record);
                              subject.with_values = run.show_results.value_or(true);
                              return subject;
                            });
}

/// Gives back what was printed where that was the table and the summary, and nothing else.
std::optional<PrintedRun> print_results(const Options& options, const Cell& cell, const Graph& graph,
                                        const GraphShape& shape, const RunResult& result,
                                        const Pictures& pictures) {
  const RunOptions& run = options.run;
  const bool with_values = run.show_results.value_or(false) && !run.dry_run;
  if (run.json) {
    print(run_json({cell, graph, shape, result, pictures.before, pictures.after, with_values, run.explain}));
    return std::nullopt;
  }
  if (pictures.before == "-" || pictures.after == "-") {
    // Standard output is the picture's; what was asked for by name is still said.
    if (run.explain) write_to_user(explanation(shape, result.record));
    return std::nullopt;
  }
  PrintedRun printed{{}, pictures.names()};
  if (!options.quiet) {
    TableOptions table;
    table.columns = terminal_columns(STDOUT_FILENO);
    table.color = wants_color(options.color, STDOUT_FILENO);
    table.show_previews = run.show_results.value_or(true) && !with_values;
    printed.table = summary_table(shape, result.record, table) + '\n';
    print(printed.table);
  }
  if (run.explain) {
    const std::string reasons = explanation(shape, result.record);
    if (!reasons.empty()) print(reasons + (options.quiet ? "" : "\n"));
  }
  if (with_values) print(result_values(cell, graph, shape, result) + (options.quiet ? "" : "\n"));
  if (!options.quiet) print_summary(summary_line(result.record), printed.pictures);
  if (run.explain || with_values) return std::nullopt;
  return printed;
}

/// The run is over and its results are shown: what goes wrong here is told, and changes nothing of that.
void look_after_size(Cache& cache, std::uint64_t most_bytes, bool color) {
  std::vector<Problem> warnings;
  try {
    keep_size(cache, most_bytes);
  } catch (const Failure& failure) {
    warnings = failure.problems();
  }
  for (Problem& warning : cache.take_warnings()) warnings.push_back(std::move(warning));
  report(warnings, Severity::warning, color);
}

/// How `act` failed, if it did.
template <class Act>
std::optional<Failure> failure_of(Act&& act) {
  try {
    act();
  } catch (const Failure& failure) {
    return failure;
  }
  return std::nullopt;
}

/// Whoever asks for nodes to be run although they need not be wants nothing of what was there before.
bool distrusts_cache(const RunOptions& run) {
  return run.no_cache || std::ranges::any_of(run.behaviors, [](const BehaviorRequest& asked) {
           return asked.behavior == Behavior::recompute || asked.behavior == Behavior::disable;
         });
}

ExitStatus execute_and_report(const Options& options, const Plan& plan, Pictures& pictures, EarlyBuild& early,
                              std::chrono::steady_clock::time_point began) {
  const RunOptions& run = options.run;
  const auto& [cell, graph, shape, saves, module] = plan;
  const bool color = wants_color(options.color, STDERR_FILENO);
  std::unique_ptr<Cache> cache;
  if (!run.no_cache)
    cache = std::make_unique<Cache>(run.cache_dir, run.dry_run ? Cache::Access::read : Cache::Access::run);
  const CacheState cache_state =
      cache == nullptr ? CacheState{} : CacheState{cache->folder(), cache->generation()};

  Progress progress(progress_options(options));

  RunSettings settings;
  settings.began = began;
  settings.jobs = run.jobs;
  settings.timeout = run.timeout;
  settings.memory = run.memory;
  settings.keep_going = run.keep_going;
  settings.color = color;
  settings.opt_in = run.opt_in;
  settings.wanted = plan.wanted_values(run);
  settings.keep_traces = run.depfile.has_value();
  settings.module = module;
  settings.early = &early;
  settings.only_code_of_now = distrusts_cache(run);
  settings.request = {absolute_path("."), cell_request(run), without_secrets(graph_request(run)), run.opt_in};
  for (const Problem& warning : purity_warnings(cell, graph)) progress.warn(warning);
  const RunResult result = run.dry_run ? dry_run(cell, graph, shape, settings, cache.get(), progress)
                                       : execute(cell, graph, shape, settings, cache.get(), progress);
  progress.clear();

  report(failures(cell, graph, shape, result.record), Severity::error, color);
  if (result.failure) report(result.failure->problems(), Severity::error, color);
  std::vector<Problem> notes;
  if (cache != nullptr && !options.quiet) notes = storage_notes(cell, graph, shape, result.record);
  report(notes, Severity::note, color);
  // The results are shown all the same.
  const std::optional<Failure> not_begun = failure_of([&] {
    if (run.display_cache.given) begin_after(pictures, run, plan, result.record, cache.get());
  });
  const std::optional<Failure> not_drawn = failure_of([&] { pictures.finish(); });
  const ExitStatus status =
      run.dry_run ? status_of_forecast(cell, result.record, run.exit_code, color) : status_of(result);
  const std::optional<Failure> not_saved = failure_of([&] {
    if (run.dry_run || status != ExitStatus::done) return;
    save_results(saves, run.if_changed, cell, graph, shape, result);
    if (run.depfile && !not_begun && !not_drawn)
      report(write_depfile(run, cell, result, {pictures.before, pictures.after}), Severity::warning, color);
  });
  // Of a failed run, too: what its other nodes gave is there to be looked at.
  const std::optional<Failure> no_results = failure_of([&] {
    if (run.save_results && !run.dry_run)
      write_file(*run.save_results, results_document(cell, graph, shape, result));
  });
  const std::optional<Failure> no_timeline = failure_of([&] {
    if (run.timeline) write_file(*run.timeline, timeline_json(shape, result.record));
  });
  const std::optional<PrintedRun> printed = print_results(options, cell, graph, shape, result, pictures);
  const bool has_told =
      !options.warnings.empty() || !cell.model.warnings.empty() || progress.has_warned() || !notes.empty();
  const bool is_kept = cache != nullptr && cache->is_writable();
  if (printed && is_kept && status == ExitStatus::done && !not_begun && !not_drawn && !not_saved &&
      !no_results && !no_timeline && !has_told)
    keep_for_repetition(options, cell, result, cache_state, *printed);
  if (cache != nullptr && !run.dry_run) look_after_size(*cache, run.cache_size, color);
  ExitStatus last = status;
  for (const auto* failure : {&not_drawn, &not_begun, &not_saved, &no_results, &no_timeline}) {
    if (!*failure) continue;
    report((*failure)->problems(), Severity::error, color);
    if (last == ExitStatus::done || last == ExitStatus::would_run) last = (*failure)->status();
  }
  return last;
}

}  // namespace

ExitStatus run_command(const Options& options) {
  const auto began = std::chrono::steady_clock::now();
  const RunOptions& run = options.run;
  const bool color = wants_color(options.color, STDERR_FILENO);
  prepare_guard();
  CellRequest request = cell_request(run);
  EarlyBuild early(graph_request(run), color);
  if (run.execute && !run.dry_run && !run.debug)
    request.before_scan = [&](const Cell& cell, std::optional<LastScan> last) {
      early.begin(cell, std::move(last));
    };
  Cell cell = discover(request);
  if (!options.quiet) report(cell.model.warnings, Severity::warning, color);
  if (run.write_to_file.given)
    write_file(run.write_to_file.file.value_or(run.module_name.value_or(cell.stem) + ".cpp"), cell.content);
  check_has_nodes(cell);
  if (run.debug) return debug_command(options, cell);

  const Plan plan = plan_of(run, std::move(cell));
  const bool will_run = run.execute || run.dry_run;
  Pictures pictures(run);
  // A node or tag that is not there is told before anything runs.
  if (run.display.given || run.part.is_named()) {
    Diagram before = shown_part(before_diagram(plan.shape, plan.module, will_run), run.part, run.display);
    if (run.display.given) begin_before(pictures, run, plan, std::move(before));
  }

  if (will_run) return execute_and_report(options, plan, pictures, early, began);

  pictures.finish();
  if (!run.display.given)
    print(outline(plan.shape));
  else if (pictures.before != "-" && !options.quiet)
    print(visible(pictures.before) + '\n');
  if (plan.cell.model.body_problems.empty()) return ExitStatus::done;
  throw Failure(ExitStatus::compile, plan.cell.model.body_problems);
}

}  // namespace hamcell
