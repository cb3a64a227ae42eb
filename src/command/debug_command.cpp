// `hamcell CELL --debug NODE`: gdb at a node's function, with the node's arguments loaded.
//
// What the node needs is made by an ordinary run, with the cache and the user's own flags. Then the cell is
// built once more, for debugging, and gdb starts a runner that loads the arguments from memory of this
// process, as often as the user has gdb run it. It stops in a function of the runner's own just before the
// call, so that a breakpoint on the node's function is hit by that call and by no earlier one.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <memory>

#include "base/interrupt.h"
#include "base/process.h"
#include "base/text.h"
#include "command/command.h"
#include "command/run_parts.h"
#include "command/terminal.h"
#include "report/progress.h"
#include "run/debug_script.h"

namespace hamcell {
namespace {

std::string required_gdb() {
  std::string gdb = find_program("gdb");
  if (gdb.empty())
    throw Failure(ExitStatus::usage, "--debug needs gdb, and it was not found",
                  "install it: the package is called gdb");
  return gdb;
}

/// The node to stop at. Throws Failure when it does not run.
std::uint32_t debugged_node(const Graph& graph, const std::string& name) {
  const std::uint32_t node = *find_node(graph, name);  // as a target it is one of the cell's nodes
  if (graph.nodes[node].override_value)
    throw Failure(ExitStatus::usage, "node '" + name + "' is overridden, so it does not run",
                  "leave out --overrides " + name);
  return node;
}

/// Names of the nodes whose values the call of `i` needs and that can be kept; what needs them because its
/// own value cannot be, is called under the debugger.
void collect_needed(const TypeTable& types, const Graph& graph, std::uint32_t i,
                    std::vector<std::string>& names) {
  for (const Argument& argument : graph.nodes[i].arguments) {
    if (argument.source != Argument::Source::node || argument.is_default) continue;
    const GraphNode& node = graph.nodes[argument.index];
    if (node.override_value || std::ranges::count(names, node.name) != 0) continue;
    if (types[node.type].storable())
      names.push_back(node.name);
    else
      collect_needed(types, graph, argument.index, names);
  }
}

/// The values of these nodes, from the cache or made now. Throws Failure when they cannot all be had.
std::map<std::string, ValueBytes> made_values(const Options& options, const Cell& cell,
                                              std::vector<std::string> names) {
  std::map<std::string, ValueBytes> values;
  if (names.empty()) return values;
  const RunOptions& run = options.run;
  GraphRequest request = graph_request(run);
  request.targets = std::move(names);
  const Graph graph = build_graph(cell, request);
  const GraphShape shape = shape_of(cell, graph);
  std::unique_ptr<Cache> cache;
  if (!run.no_cache) cache = std::make_unique<Cache>(run.cache_dir, Cache::Access::write);
  Progress progress(progress_options(options));
  RunSettings settings;
  settings.jobs = run.jobs;
  settings.color = wants_color(options.color, STDERR_FILENO);
  settings.opt_in = run.opt_in;
  settings.module = run.module_name.value_or(cell.stem);
  settings.request = {absolute_path("."), cell_request(run), without_secrets(request), run.opt_in};
  for (const std::string& name : request.targets) settings.wanted.insert(*find_node(graph, name));
  const RunResult result = execute(cell, graph, shape, settings, cache.get(), progress);
  progress.clear();
  if (result.failure) throw *result.failure;
  const std::vector<Problem> problems = failures(cell, graph, shape, result.record);
  if (!problems.empty()) throw Failure(ExitStatus::node_failed, problems);
  for (std::size_t i = 0; i < result.values.size(); ++i)
    if (result.values[i]) values.emplace(shape.nodes[i].name, *result.values[i]);
  for (const std::string& name : request.targets)
    if (!values.contains(name))
      throw Failure(status_of(result) == ExitStatus::done ? ExitStatus::storage : status_of(result),
                    "the value of node '" + name + "' is not there to be debugged with",
                    "run it again: -x " + name);
  return values;
}

/// What gdb is told on its command line. A name in a cell is an identifier, so it needs no quotes.
std::vector<std::string> gdb_command(const std::string& gdb, const BuiltCell& built,
                                     const std::string& function, const std::string& script) {
  std::vector<std::string> command = {gdb, "-q"};
  const auto say = [&](const std::string& line) { command.insert(command.end(), {"-ex", line}); };
  // Not for the shell that gdb starts the runner with.
  if (!built.preload.empty()) say("set exec-wrapper env LD_PRELOAD=" + join(built.preload, ":"));
  say(std::string("tbreak ") + debug_stop);
  say("run");
  say("break -qualified -function " + function);
  say("continue");
  command.insert(command.end(), {"--args", installation().runner, debug_option, script});
  return command;
}

/// Runs a program on this terminal until it ends. Gives what waitpid says. Ctrl-C is the program's meanwhile.
int run_in_foreground(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  struct sigaction ignored{}, before{};
  ignored.sa_handler = SIG_IGN;
  ::sigaction(SIGINT, &ignored, &before);
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGINT, SIG_DFL);
    give_back_signals();
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  const int error = errno;
  int status = -1;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ::sigaction(SIGINT, &before, nullptr);
  if (child < 0) throw Failure(ExitStatus::storage, std::string("cannot start gdb: ") + std::strerror(error));
  return status;
}

}  // namespace

ExitStatus debug_command(const Options& options, const Cell& cell) {
  const RunOptions& run = options.run;
  const std::string gdb = required_gdb();
  GraphRequest request = graph_request(run);
  request.targets = {*run.debug};
  const Graph graph = build_graph(cell, request);
  std::vector<std::string> needed;
  collect_needed(cell.model.types, graph, debugged_node(graph, *run.debug), needed);
  const std::map<std::string, ValueBytes> values = made_values(options, cell, std::move(needed));
  if (is_interrupted()) return ExitStatus::interrupted;

  CellRequest building = cell_request(run);
  building.build.cxxflags.insert(building.build.cxxflags.end(), {"-g", "-O0"});
  const Cell debug_cell = discover(building);
  const Graph debug_graph = build_graph(debug_cell, request);
  const std::uint32_t node = debugged_node(debug_graph, *run.debug);
  Progress progress(progress_options(options));
  progress.building(debug_cell);
  const BuiltCell built = build_cell(
      debug_cell, debug_graph,
      {wants_color(options.color, STDERR_FILENO), [&] { progress.tick([] { return Outlook{}; }); }});
  progress.built(built);
  progress.clear();

  MemoryFiles files;
  const std::string script =
      files.add(to_bytes(debug_script(debug_cell, debug_graph, built, node, values, files)));
  const std::string& function = debug_cell.model.functions[debug_graph.nodes[node].function].function;
  const int status = run_in_foreground(gdb_command(gdb, built, function, script));
  if (WIFSIGNALED(status))
    throw Failure(ExitStatus::storage, std::string("gdb was ended by ") + strsignal(WTERMSIG(status)));
  return ExitStatus::done;
}

}  // namespace hamcell
