// Reads one cell: what it declares, what is wrong with it, and what it depends on.
#include "scan/scan.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "scan/cell_source.h"
#include "scan/code_version.h"
#include "scan/conversions.h"
#include "scan/diagnostics.h"
#include "scan/functions.h"
#include "scan/includes.h"
#include "scan/preamble.h"
#include "scan/prepared.h"
#include "scan/types.h"
#include "value/type_table.h"

namespace hamcell {
namespace {

void append(std::vector<Problem>& to, std::vector<Problem> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void warn_of_dropped_flags(const ParsedCell& parsed, CellModel& model) {
  for (const std::string& flag : parsed.dropped_flags())
    model.warnings.push_back(problem_at(
        {}, "the parser does not know the compiler flag '" + flag + "' and reads the cell without it", ""));
}

/// In the order in which a reader of the cell meets them.
void sort_by_place(std::vector<Problem>& problems) {
  std::sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.place.line, a.place.column, a.what) < std::tie(b.place.line, b.place.column, b.what);
  });
}

/// `known`: what is precompiled; null: nothing. Throws UnfitPreamble.
CellModel scan_with(const ScanRequest& request, const KnownPreamble* known) {
  CellModel model;
  model.path = request.path;
  model.parser = parser_version();

  const ParsedCell parsed = parse_cell(request, ParseDepth::full, known);
  warn_of_dropped_flags(parsed, model);
  CellSource source(request, parsed, known);

  CompilerProblems compiler = read_diagnostics(source);
  append(model.problems, std::move(compiler.outside));
  append(model.body_problems, std::move(compiler.inside));

  const IncludedFiles files = find_includes(source);
  const bool is_kept = known != nullptr && known->origin == KnownPreamble::Origin::kept;
  model.fit_includes = is_kept ? known->count_includes() : fit_includes(source, files);
  TypeCollector types(source.unit, source.declarations.codec_specialisations);
  FoundFunctions found = find_functions(source, types);
  // Where the compiler already stumbled over the declarations, what follows from them is noise.
  if (model.problems.empty()) {
    append(model.problems, std::move(found.problems));
    model.conversions = find_conversions(source, found, types.table(), model.problems);
    sort_by_place(model.problems);
  }
  fill_code_versions(source, files, found, model);

  model.types = types.take();
  fill_derived(model.types);
  fill_digests(model.types);
  model.functions = std::move(found.functions);
  model.helpers = std::move(found.helpers);
  for (const IncludedFile& file : files.files) model.files.push_back(file.source);
  model.absent = files.absent;
  model.searched_system_folders = files.system_folders;
  return model;
}

/// With nothing of an earlier scan.
CellModel scan_anew(const ScanRequest& request) {
  const std::optional<KnownPreamble> prepared = find_prepared(request);
  try {
    if (prepared) return scan_with(request, &*prepared);
  } catch (const UnfitPreamble&) {  // by another build of the same compiler
  }
  return scan_with(request, nullptr);
}

}  // namespace

CellModel scan_cell(const ScanRequest& request) {
  if (const std::optional<KnownPreamble> kept = know_preamble(request)) {
    try {
      return scan_with(request, &*kept);
    } catch (const UnfitPreamble&) {
      forget_preamble(*kept);
      return scan_with(request, nullptr);
    }
  }
  CellModel model = scan_anew(request);
  if (model.problems.empty()) note_preamble(request, model.fit_includes);
  return model;
}

}  // namespace hamcell
