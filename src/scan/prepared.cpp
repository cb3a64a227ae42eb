// Sets of standard headers that are precompiled for the parser once for an installation, and not for a cell.
//
// The driver has looked up again what the library's headers look for, and compared sizes and times. What
// counts for code versions is read again, all the same: that takes a hundredth of the time of parsing it.
#include "scan/prepared.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "cell/prepared.h"
#include "cell/prepared_files.h"
#include "scan/cell_source.h"
#include "scan/includes.h"
#include "scan/parse.h"
#include "scan/preamble_record.h"

namespace hamcell {

/// What stands beside a prepared set.
struct PreparedRecord {
  Digest content;  ///< of the precompiled file
  std::vector<PreambleFacts::File> files;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::PreparedRecord> {
  template <class F>
  static constexpr void each(F&& f) {
    f("content", &hamcell::PreparedRecord::content);
    f("files", &hamcell::PreparedRecord::files);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view prepared_record = "hamcell prepared headers 2";

PreparedFiles files_of(const ScanRequest& request, const std::string& text) {
  const Digest arguments = digest_of_preamble(flags_of_all_cells(request.arguments), text);
  return {request.prepared, Digester().add(parser_version()).add(arguments).finish(), prepared_record};
}

bool holds(const PreparedRecord& record) {
  return std::ranges::all_of(record.files, [](const PreambleFacts::File& file) {
    return digest_of(read_file(file.source.path).value_or("")) == file.source.content;
  });
}

bool can_be_prepared(const ScanRequest& request) {
  return !request.prepared.empty() && !request.is_for_other_compiler && !includes_by_flag(request.arguments);
}

/// What there is for the text of a set, if it holds.
std::optional<KnownPreamble> find(const ScanRequest& request, const std::string& text) {
  const PreparedFiles files = files_of(request, text);
  auto record = files.recall<PreparedRecord>();
  if (!record || !holds(*record)) return std::nullopt;
  KnownPreamble known;
  known.origin = KnownPreamble::Origin::prepared;
  known.parts.push_back({files.header(), {}});
  known.precompiled = files.precompiled();
  known.facts.files = std::move(record->files);
  return known;
}

}  // namespace

std::optional<KnownPreamble> find_prepared(const ScanRequest& request) {
  if (!can_be_prepared(request)) return std::nullopt;
  const Preamble preamble = find_preamble(request.content);
  for (const PreparedSet& set : prepared_sets()) {
    std::optional<std::vector<Preamble::Include>> includes = includes_of_set(preamble, set);
    if (!includes) continue;
    if (std::optional<KnownPreamble> known = find(request, header_text(set))) {
      known->parts.front().includes = *std::move(includes);
      return known;
    }
  }
  return std::nullopt;
}

bool prepare(const ScanRequest& request) {
  if (!can_be_prepared(request)) return false;
  const PreparedFiles files = files_of(request, request.content);
  ScanRequest alone = request;
  alone.path = files.header();
  write_file(files.header(), request.content);
  const std::optional<ParsedCell> parsed = parse_preamble(alone, nullptr);
  if (!parsed) return false;
  CellSource source(alone, *parsed, nullptr);
  IncludedFiles included = find_includes(source);
  const auto is_of_system = [](const IncludedFile& file) { return file.source.is_system; };
  if (!std::ranges::all_of(included.files, is_of_system)) return false;
  if (!precompile(*parsed, files.precompiled())) return false;
  PreparedRecord record;
  for (IncludedFile& file : included.files)
    record.files.push_back({text_of(clang_getFileName(file.file)), std::move(file.source)});
  return files.keep(std::move(record));
}

}  // namespace hamcell
