// Precompiles the preamble of a cell for the parser, and keeps it in the user's cache folder.
//
// Only what the system's headers declare is precompiled, since of these the scan needs no cursors: each
// counts for every node, as a whole. What libclang does not tell of a precompiled file is kept beside it.
#include "scan/preamble.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/file.h"
#include "base/kept_record.h"
#include "base/stamp_record.h"
#include "scan/cell_source.h"
#include "scan/includes.h"
#include "scan/parse.h"
#include "scan/preamble_record.h"
#include "scan/prepared.h"

namespace hamcell {

/// What stands beside a precompiled preamble.
struct KeptPreamble {
  std::size_t count =
      0;           ///< of its includes that lead to the system's headers alone, before one that does not
  Digest content;  ///< of the precompiled file; all zeros: there is none, since these are not all
  PreambleFacts facts;
  /// What the precompiled file stands on; empty: on none.
  struct Base {
    std::vector<std::string> lines;   ///< its includes
    std::string header, precompiled;  ///< paths
    Stamp stamp;                      ///< of the latter
  } base;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::KeptPreamble::Base> {
  template <class F>
  static constexpr void each(F&& f) {
    f("lines", &hamcell::KeptPreamble::Base::lines);
    f("header", &hamcell::KeptPreamble::Base::header);
    f("precompiled", &hamcell::KeptPreamble::Base::precompiled);
    f("stamp", &hamcell::KeptPreamble::Base::stamp);
  }
};
template <>
struct ham::members<hamcell::KeptPreamble> {
  template <class F>
  static constexpr void each(F&& f) {
    f("count", &hamcell::KeptPreamble::count);
    f("content", &hamcell::KeptPreamble::content);
    f("facts", &hamcell::KeptPreamble::facts);
    f("base", &hamcell::KeptPreamble::base);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view preamble_record = "hamcell preamble 4";

/// Everything but the files themselves that decides what is precompiled.
Digest key_of(const Digest& preamble) {
  Digester key;
  key.add(preamble_record).add(parser_version()).add(absolute_path(".")).add(preamble);
  for (const char* name : {"CPATH", "CPLUS_INCLUDE_PATH"}) {
    const char* value = std::getenv(name);
    key.add(value != nullptr ? value : "");
  }
  return key.finish();
}

/// Where everything of one preamble is.
struct Places {
  Places(const std::string& folder, const Digest& key)
      : header(folder + '/' + key.hex() + ".h"),
        precompiled(folder + '/' + key.hex() + ".pch"),
        record(folder, key, ".preamble", preamble_record) {}
  std::string header, precompiled;
  KeptRecord<KeptPreamble> record;
};

bool is_whole(const std::string& precompiled, const KeptPreamble& kept) {
  return is_private_to_user(precompiled) && digest_of_file(precompiled) == kept.content &&
         (kept.base.precompiled.empty() || stamp_of(kept.base.precompiled) == kept.base.stamp);
}

/// Where in the text that was parsed the include stands that led to the first file that is not the system's;
/// nothing where all are.
std::optional<std::size_t> offset_of_user(const CellSource& source, const IncludedFiles& included) {
  const auto of_user =
      std::ranges::find_if(included.files, [](const IncludedFile& file) { return !file.source.is_system; });
  if (of_user == included.files.end()) return std::nullopt;
  const std::vector<Inclusion>& inclusions = source.declarations.inclusions;
  CXFile file = of_user->file;
  for (std::size_t steps = 0; steps <= inclusions.size(); steps++) {
    const auto found = std::ranges::find(inclusions, file, &Inclusion::included);
    if (found == inclusions.end()) break;
    if (found->includer == source.main_file) return found->offset;
    file = found->includer;
  }
  return 0;
}

/// Never written anew, or what was made of it would be older than it is.
void keep_header(const std::string& header, const std::string& text) {
  if (read_kept_file(header) != text) keep_file(header, text);
}

/// The record of a preamble that cannot be precompiled as a whole.
KeptPreamble shortened(std::size_t count) {
  KeptPreamble kept;
  kept.count = count;
  return kept;
}

KeptPreamble::Base base_of(const KnownPreamble& prepared) {
  KeptPreamble::Base base;
  for (const Preamble::Include& include : prepared.parts.front().includes) base.lines.push_back(include.line);
  base.header = prepared.parts.front().header;
  base.precompiled = prepared.precompiled;
  base.stamp = stamp_of(base.precompiled);
  return base;
}

/// Parses the text of a preamble and precompiles it. `base`: what of it is prepared; null: nothing. Gives
/// nothing where that cannot be.
std::optional<KeptPreamble> make_on(const KnownPreamble* base, const ScanRequest& alone,
                                    const Places& places) {
  const std::string& text = alone.content;
  const std::optional<ParsedCell> parsed = parse_preamble(alone, base);
  if (!parsed) return std::nullopt;
  CellSource source(alone, *parsed, base);
  IncludedFiles included = find_includes(source);
  if (const std::size_t fit = fit_includes(source, included); fit < find_preamble(text).includes.size())
    return shortened(fit);
  KeptPreamble kept;
  for (IncludedFile& file : included.files)
    kept.facts.files.push_back({text_of(clang_getFileName(file.file)), std::move(file.source)});
  kept.facts.absent = std::move(included.absent);
  kept.facts.system_folders = std::move(included.system_folders);
  const std::string own = places.precompiled + '.' + std::to_string(::getpid());
  if (precompile(*parsed, own)) kept.content = digest_of_file(own).value_or(Digest{});
  if (kept.content.is_zero() || ::rename(own.c_str(), places.precompiled.c_str()) != 0) {
    ::unlink(own.c_str());
    return std::nullopt;
  }
  kept.count = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  if (base != nullptr) kept.base = base_of(*base);
  return kept;
}

std::optional<KeptPreamble> make(const ScanRequest& request, const std::string& text, const Places& places) {
  ScanRequest alone = request;
  alone.path = places.header;
  alone.content = text;
  if (const std::optional<KnownPreamble> base = find_prepared(alone))
    if (std::optional<KeptPreamble> kept = make_on(&*base, alone, places)) return kept;
  return make_on(nullptr, alone, places);
}

/// What is precompiled for the first `count` includes of a cell.
KnownPreamble known_preamble(const Preamble& preamble, std::size_t count, const Places& places,
                             KeptPreamble kept) {
  KnownPreamble known;
  KnownPreamble::Part own{
      places.header,
      {preamble.includes.begin(), preamble.includes.begin() + static_cast<std::ptrdiff_t>(count)}};
  if (!kept.base.precompiled.empty()) {
    KnownPreamble::Part base{kept.base.header, {}};
    for (const std::string& line : kept.base.lines) {
      const auto found = std::ranges::find(own.includes, line, &Preamble::Include::line);
      if (found == own.includes.end()) continue;
      base.includes.push_back(*found);
      own.includes.erase(found);
    }
    known.parts.push_back(std::move(base));
  }
  known.parts.push_back(std::move(own));
  known.precompiled = places.precompiled;
  known.facts = std::move(kept.facts);
  return known;
}

}  // namespace

std::size_t KnownPreamble::count_includes() const {
  std::size_t count = 0;
  for (const Part& part : parts) count += part.includes.size();
  return count;
}

std::string KnownPreamble::removed_from(std::string content) const {
  for (const Part& part : parts) content = without_includes(content, part.includes);
  return content;
}

std::size_t fit_includes(const CellSource& source, const IncludedFiles& included) {
  if (includes_by_flag(source.request.arguments)) return 0;
  const std::vector<Preamble::Include> includes = find_preamble(source.request.content).includes;
  const std::optional<std::size_t> first = offset_of_user(source, included);
  if (!first) return includes.size();
  const auto in_front = std::ranges::count_if(
      includes, [&](const Preamble::Include& include) { return include.offset <= *first; });
  const bool is_in_preamble =
      in_front > 0 && source.request.content.find('\n', includes.back().offset) > *first;
  return static_cast<std::size_t>(in_front) - (is_in_preamble ? 1 : 0);
}

void note_preamble(const ScanRequest& request, std::size_t fit) {
  if (request.preambles.empty() || includes_by_flag(request.arguments)) return;
  const Preamble preamble = find_preamble(request.content);
  const auto places_of = [&](const std::string& text) {
    return Places(request.preambles, key_of(digest_of_preamble(request.arguments, text)));
  };
  if (fit < preamble.includes.size())
    places_of(preamble.text(preamble.includes.size())).record.keep(shortened(fit));
  if (fit == 0) return;
  const std::string text = preamble.text(fit);
  keep_header(places_of(text).header, text);
}

std::optional<KnownPreamble> know_preamble(const ScanRequest& request) {
  if (request.preambles.empty() || includes_by_flag(request.arguments)) return std::nullopt;
  const Preamble preamble = find_preamble(request.content);
  std::size_t count = preamble.includes.size();
  // Each turn but the last finds that there are fewer; that one of them did so once is no more than a hint.
  while (count > 0) {
    const std::string text = preamble.text(count);
    const Digest digest = digest_of_preamble(request.arguments, text);
    const Places places(request.preambles, key_of(digest));
    std::optional<KeptPreamble> kept = places.record.recall();
    // Whether the same headers would be found, with the same text, the driver knows: from all that it
    // watches.
    const bool is_of_use = kept && (kept->content.is_zero() || (digest == request.settled_preamble &&
                                                                is_whole(places.precompiled, *kept)));
    if (!is_of_use) {
      // What is needed once is sooner read with the cell.
      if (!kept && read_kept_file(places.header) != text) return std::nullopt;
      keep_header(places.header, text);
      kept = make(request, text, places);
      if (!kept) return std::nullopt;
      places.record.keep(*kept);
    }
    if (kept->count == count) return known_preamble(preamble, count, places, *std::move(kept));
    count = std::min(count - 1, kept->count);
  }
  return std::nullopt;
}

void forget_preamble(const KnownPreamble& known) { ::unlink(known.precompiled.c_str()); }

}  // namespace hamcell
