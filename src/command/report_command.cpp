// `hamcell report [RUN]`: a past run as a page, from the cache's history and, where it is still the same, the
// source of its cell.
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "command/command.h"
#include "command/kept_run.h"
#include "command/page_file.h"
#include "command/terminal.h"
#include "report/pictures.h"

namespace hamcell {
namespace {

/// Goes to a folder, and back in the end.
class Visit {
 public:
  explicit Visit(const std::string& folder)
      : home_(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)),
        is_there_(home_ && ::chdir(folder.c_str()) == 0) {}
  ~Visit() {
    if (is_there_) is_there_ = ::fchdir(home_.get()) == 0;
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  bool is_there() const { return is_there_; }

 private:
  OwnedFd home_;
  bool is_there_;
};

/// The cell is asked what it is now, with the words of then. One that has gone, or is no cell any more,
/// leaves the page without source: the run is what is to be seen.
std::vector<std::optional<NodeSource>> sources_of(const ShapedRun& run) {
  RunRequest request = run.record.request;
  const Visit visit(request.folder);
  if (!visit.is_there() || request.cell.path == "-") return {};
  // Values need not be there any more; secret ones never are.
  request.graph.inputs.clear();
  request.graph.overrides.clear();
  request.graph.secrets.clear();
  request.graph.targets.clear();
  request.graph.behaviors.clear();
  request.graph.will_run = false;
  try {
    const Cell cell = discover(request.cell);
    return sources_of_run(cell, build_graph(cell, request.graph), run.shape, run.record);
  } catch (const Failure&) {
    return {};
  }
}

PageSubject subject_of(const ShapedRun& run, Diagram drawn, Cache& cache) {
  PageSubject subject;
  subject.title = run.record.module;
  const std::string& path = run.record.request.cell.path;
  subject.cell = path == "-" ? run.record.cell : path;  // as it was given
  subject.shape = run.shape;
  subject.diagram = std::move(drawn);
  subject.record = run.record;
  subject.sources = sources_of(run);
  subject.traces = traces_of_run(cache, run.record);
  subject.runs = past_runs(&cache, run.shape, run.record);
  return subject;
}

}  // namespace

void report_run(const ReportOptions& options, Cache& cache) {
  const ShapedRun run = kept_run(cache, options.run);
  // The name is of this folder, whatever the database says.
  const std::string file = options.file.value_or(file_name(run.record.module) + options.default_ending);
  Diagram before = page_part_of(before_diagram(run.shape, run.record.module, true), options.part);
  const Diagram after = page_part_of(after_diagram(run.shape, run.record), options.part);
  Drawing drawing;
  begin_page(drawing, before, after, file);
  const PageSubject subject = subject_of(run, std::move(before), cache);
  finish_page(drawing.finish(), subject, file, false);
  if (file != "-") print(visible(file) + '\n');
}

ExitStatus report_command(const Options& options) {
  Cache cache(options.report.cache_dir, Cache::Access::read);
  report_run(options.report, cache);
  return ExitStatus::done;
}

}  // namespace hamcell
