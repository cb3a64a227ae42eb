// Sets of standard headers that are precompiled for the parser once for an installation, and not for a cell.
//
// The driver has looked up again what the library's headers look for, and compared sizes and times. What
// counts for code versions is read again, all the same: that takes a hundredth of the time of parsing it.
#include "scan/prepared.h"

#include <algorithm>

#include "base/file.h"
#include "cell/prepared.h"
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

/// Where everything of one set is, and the name of its record's kind.
struct Places {
  Places(const ScanRequest& request, const std::string& text)
      : Places(request.prepared, Digester()
                                     .add(parser_version())
                                     .add(digest_of_preamble(flags_of_all_cells(request.arguments), text))
                                     .finish()
                                     .hex()) {}
  Places(const std::string& folder, const std::string& key)
      : header(folder + '/' + key + ".h"),
        precompiled(folder + '/' + key + ".pch"),
        record(folder + '/' + key + ".record"),
        kind(std::string(prepared_record) + ' ' + key) {}
  std::string header, precompiled, record, kind;
};

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
  const Places places(request, text);
  const std::optional<std::string> bytes = read_file(places.record);
  if (!bytes) return std::nullopt;
  std::optional<PreparedRecord> record = from_record<PreparedRecord>(*bytes, places.kind);
  if (!record || digest_of_file(places.precompiled) != record->content || !holds(*record))
    return std::nullopt;
  KnownPreamble known;
  known.origin = KnownPreamble::Origin::prepared;
  known.parts.push_back({places.header, {}});
  known.precompiled = places.precompiled;
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
  const Places places(request, request.content);
  ScanRequest alone = request;
  alone.path = places.header;
  write_file(places.header, request.content);
  const std::optional<ParsedCell> parsed = parse_preamble(alone, nullptr);
  if (!parsed) return false;
  CellSource source(alone, *parsed, nullptr);
  IncludedFiles included = find_includes(source);
  const auto is_of_system = [](const IncludedFile& file) { return file.source.is_system; };
  if (!std::ranges::all_of(included.files, is_of_system)) return false;
  if (!precompile(*parsed, places.precompiled)) return false;
  PreparedRecord record;
  record.content = digest_of_file(places.precompiled).value_or(Digest{});
  for (IncludedFile& file : included.files)
    record.files.push_back({text_of(clang_getFileName(file.file)), std::move(file.source)});
  write_file(places.record, to_record(record, places.kind));
  return true;
}

}  // namespace hamcell
