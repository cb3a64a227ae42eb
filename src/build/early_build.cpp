// What can be compiled while the cell is still being read.
#include "build/early_build.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/file.h"
#include "build/compile.h"
#include "build/glue.h"
#include "build/types_object.h"
#include "cell/edit.h"

namespace hamcell {

struct EarlyBuild::Compile {
  Compile(const Cell& cell, const Graph& graph, std::vector<bool> functions, PrecompiledHeaders with,
          TypesObject object_of_types, bool color)
      : toolchain(compile_digest(cell.toolchain)),
        called(std::move(functions)),
        types(std::move(object_of_types)),
        text(generate_glue(cell, graph, called, types.types()).text),
        headers(std::move(with)),
        folder(digest_of(text)),
        began_ns(now_ns()),
        object(folder.object(cell)),
        process({compile_command(cell, folder.write_source(cell, text, headers), object, color,
                                 BuildFor::running, headers),
                 "", "", folder.environment()}) {}

  Digest toolchain;
  std::vector<bool> called;  ///< by function; empty: all
  TypesObject types;
  std::string text;
  PrecompiledHeaders headers;
  BuildFolder folder;
  std::int64_t began_ns;
  std::string object;
  BackgroundProcess process;  ///< ends before its folder goes
};

namespace {

/// What is read from a pipe is not there a second time, and what is large takes its time.
bool reads_files(const GraphRequest& request) {
  return std::ranges::any_of(std::array{&request.inputs, &request.config, &request.overrides},
                             [](const std::vector<Binding>* bindings) {
                               return std::ranges::any_of(*bindings, [](const Binding& binding) {
                                 return names_file(binding.value);
                               });
                             });
}

/// Functions that changed, and those of the nodes that need theirs.
std::vector<bool> may_run(const CellModel& model, const Graph& graph, const std::vector<bool>& changed) {
  std::vector<bool> functions(model.functions.size());
  std::vector<bool> nodes(graph.nodes.size());
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    if (!node.needed || node.override_value) continue;
    nodes[i] = changed[node.function] || std::ranges::any_of(node.arguments, [&](const Argument& argument) {
                 return argument.source == Argument::Source::node && nodes[argument.index];
               });
    if (nodes[i]) functions[node.function] = true;
  }
  return functions;
}

}  // namespace

bool has_second_core() {
  cpu_set_t cores;
  return ::sched_getaffinity(0, sizeof cores, &cores) == 0 && CPU_COUNT(&cores) > 1;
}

EarlyBuild::EarlyBuild(GraphRequest graph, bool color) : graph_(std::move(graph)), color_(color) {}
EarlyBuild::~EarlyBuild() = default;

void EarlyBuild::begin(const Cell& cell, std::optional<LastScan> last) {
  if (!has_second_core()) return;
  try {
    const bool is_like_it = last && !reads_files(graph_) &&
                            compile_digest(last->guess.toolchain) == compile_digest(cell.toolchain);
    std::optional<PrecompiledHeaders> headers;
    if (is_like_it) headers = find_precompiled(last->guess);
    if (headers)
      begin_compile(*std::move(last), *std::move(headers));
    else
      headers_ = std::make_unique<Precompiling>(cell);
  } catch (const Failure&) {
    // It will be said when the cell has been read, if it is so.
  }
}

void EarlyBuild::begin_compile(LastScan last, PrecompiledHeaders headers) {
  // The text before the edit is all that says what it was.
  if (last.content.empty()) return;
  Cell& guess = last.guess;
  const TextEdit edit = edit_between(last.content, guess.content);
  const std::vector<bool> changed = changed_functions(guess.model, edit);
  follow_edit(guess.model, edit);
  const Graph graph = build_graph(guess, graph_);
  std::optional<std::vector<bool>> called =
      functions_to_compile(guess, graph, may_run(guess.model, graph, changed), changed);
  if (!called) return;
  TypesObject types(guess, headers, false);
  // What is compiled then brings it, for this edit and those that follow.
  if (types.is_missing()) return;
  compile_ = std::make_unique<Compile>(guess, graph, *std::move(called), std::move(headers), std::move(types),
                                       color_);
}

bool EarlyBuild::has_types_apart() const { return compile_ != nullptr && compile_->types.is_apart(); }

const std::vector<bool>* EarlyBuild::called() const {
  return compile_ == nullptr ? nullptr : &compile_->called;
}

void EarlyBuild::finish_headers(const Cell& cell, const std::function<void()>& tick) {
  if (headers_ != nullptr) headers_->finish(cell, tick);
  headers_.reset();
}

std::optional<EarlyBuild::Compiled> EarlyBuild::take(const Cell& cell, const std::string& text,
                                                     const std::optional<PrecompiledHeaders>& headers,
                                                     const std::function<void()>& tick) {
  if (compile_ == nullptr) return std::nullopt;
  if (compile_->text != text || compile_->toolchain != compile_digest(cell.toolchain) ||
      headers != compile_->headers) {
    compile_.reset();
    return std::nullopt;
  }
  return Compiled{compile_->process.wait(tick), compile_->object, compile_->began_ns};
}

}  // namespace hamcell
