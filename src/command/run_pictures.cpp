// The pictures that a run is asked for.
#include "command/run_pictures.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "command/page_file.h"
#include "command/terminal.h"

namespace hamcell {
namespace {

std::string file_of(const OptionalFile& where, const std::string& default_stem) {
  return where.file ? *where.file : default_stem + '.' + format_name(where.format);
}

/// Once, where both pictures fail for one reason.
void add(std::vector<Problem>& problems, const Problem& problem) {
  const auto is_same = [&](const Problem& other) {
    return other.what == problem.what && other.next == problem.next;
  };
  if (std::ranges::none_of(problems, is_same)) problems.push_back(problem);
}

}  // namespace

Pictures::Pictures(const RunOptions& run)
    : made_from_ns_(run.if_changed ? 0
                    : run.depfile  ? std::numeric_limits<std::int64_t>::max()
                                   : stamp_of(run.cell).modified_ns),
      if_changed_(run.if_changed) {}

void Pictures::begin_before(Diagram diagram, const OptionalFile& where, const std::string& default_stem) {
  begin(before, std::move(diagram), where, default_stem);
}

void Pictures::begin_after(Diagram diagram, const OptionalFile& where, const std::string& default_stem) {
  begin(after, std::move(diagram), where, default_stem);
}

void Pictures::begin_page_before(const Diagram& diagram, const OptionalFile& where,
                                 const std::string& default_stem, SubjectOfPage subject) {
  begin_page(before, diagram, std::nullopt, where, default_stem, std::move(subject));
}

void Pictures::begin_page_after(const Diagram& before_run, Diagram after_run, const OptionalFile& where,
                                const std::string& default_stem, SubjectOfPage subject) {
  begin_page(after, before_run, std::move(after_run), where, default_stem, std::move(subject));
}

void Pictures::begin(std::string& name, Diagram diagram, const OptionalFile& where,
                     const std::string& default_stem) {
  const std::string file = file_of(where, default_stem);
  drawing_.begin({std::move(diagram), where.format, file}, made_from_ns_);
  name = file;
  in_work_.push_back({&name});
}

void Pictures::begin_page(std::string& name, const Diagram& before_run,
                          const std::optional<Diagram>& after_run, const OptionalFile& where,
                          const std::string& default_stem, SubjectOfPage subject) {
  const std::string file = file_of(where, default_stem);
  const std::size_t answers = hamcell::begin_page(drawing_, before_run, after_run, file);
  name = file;
  in_work_.push_back({&name, answers, std::move(subject)});
}

void Pictures::finish_one(const InWork& work, std::span<const PictureAnswer> answers) const {
  if (work.subject) return finish_page(answers, work.subject(), *work.name, if_changed_);
  if (!answers[0].problems.empty()) throw Failure(ExitStatus::storage, answers[0].problems);
  print(answers[0].picture);
}

void Pictures::finish() {
  std::vector<Problem> problems;
  const std::vector<PictureAnswer> answers = drawing_.finish();
  std::span<const PictureAnswer> left = answers;
  for (const InWork& work : std::exchange(in_work_, {})) {
    try {
      finish_one(work, left.first(work.answers));
    } catch (const Failure& failure) {
      work.name->clear();
      for (const Problem& problem : failure.problems()) add(problems, problem);
    }
    left = left.subspan(work.answers);
  }
  if (!problems.empty()) throw Failure(ExitStatus::storage, std::move(problems));
}

std::vector<std::string> Pictures::names() const {
  std::vector<std::string> all;
  for (const std::string* file : {&before, &after})
    if (!file->empty()) all.push_back(*file);
  return all;
}

}  // namespace hamcell
