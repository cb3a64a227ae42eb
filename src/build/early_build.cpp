// What can be compiled while the cell is still being read.
#include "build/early_build.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/file.h"
#include "build/compile.h"
#include "build/glue.h"

namespace hamcell {

struct EarlyBuild::Compile {
  Compile(const Cell& cell, std::string unit_text, PrecompiledHeaders with, bool color)
      : toolchain(compile_digest(cell.toolchain)),
        text(std::move(unit_text)),
        headers(std::move(with)),
        folder(digest_of(text)),
        began_ns(now_ns()),
        object(folder.object(cell)),
        process({compile_command(cell, folder.write_source(cell, text, headers), object, color,
                                 BuildFor::running, headers),
                 "", "", folder.environment()}) {}

  Digest toolchain;
  std::string text;
  PrecompiledHeaders headers;
  BuildFolder folder;
  std::int64_t began_ns;
  std::string object;
  BackgroundProcess process;  ///< ends before its folder goes
};

namespace {

/// Whether a default is evaluated: the glue then depends on where in the text it stands.
bool evaluates_defaults(const CellModel& model) {
  return std::ranges::any_of(model.functions, [](const NodeFunction& function) {
    return std::ranges::any_of(function.parameters, [](const Parameter& parameter) {
      return parameter.default_argument && !parameter.default_argument->value;
    });
  });
}

/// What is read from a pipe is not there a second time, and what is large takes its time.
bool reads_files(const GraphRequest& request) {
  return std::ranges::any_of(std::array{&request.inputs, &request.config, &request.overrides},
                             [](const std::vector<Binding>* bindings) {
                               return std::ranges::any_of(*bindings, [](const Binding& binding) {
                                 return names_file(binding.value);
                               });
                             });
}

bool has_second_core() {
  cpu_set_t cores;
  return ::sched_getaffinity(0, sizeof cores, &cores) == 0 && CPU_COUNT(&cores) > 1;
}

}  // namespace

EarlyBuild::EarlyBuild(GraphRequest graph, bool color) : graph_(std::move(graph)), color_(color) {}
EarlyBuild::~EarlyBuild() = default;

void EarlyBuild::begin(const Cell& cell, const Cell* guess) {
  if (!has_second_core()) return;
  try {
    const bool is_like_it = guess != nullptr && !evaluates_defaults(guess->model) && !reads_files(graph_) &&
                            compile_digest(guess->toolchain) == compile_digest(cell.toolchain);
    std::optional<PrecompiledHeaders> headers;
    if (is_like_it) headers = find_precompiled(*guess);
    if (headers) {
      const TranslationUnit unit = generate_glue(*guess, build_graph(*guess, graph_));
      compile_ = std::make_unique<Compile>(*guess, unit.text, *std::move(headers), color_);
    } else {
      headers_ = std::make_unique<Precompiling>(cell);
    }
  } catch (const Failure&) {
    // It will be said when the cell has been read, if it is so.
  }
}

void EarlyBuild::finish_headers(const std::function<void()>& tick) {
  if (headers_ != nullptr) headers_->finish(tick);
  headers_.reset();
}

std::optional<EarlyBuild::Compiled> EarlyBuild::take(const Cell& cell, const std::string& text,
                                                     const std::function<void()>& tick) {
  if (compile_ == nullptr) return std::nullopt;
  if (compile_->text != text || compile_->toolchain != compile_digest(cell.toolchain) ||
      find_precompiled(cell) != compile_->headers) {
    compile_.reset();
    return std::nullopt;
  }
  return Compiled{compile_->process.wait(tick), compile_->object, compile_->began_ns};
}

}  // namespace hamcell
