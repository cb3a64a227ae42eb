// Precompiles the preamble of a cell for the parser, and keeps it in the user's cache folder.
//
// Only what the system's headers declare is precompiled, since of these the scan needs no cursors: each
// counts for every node, as a whole. What libclang does not tell of a precompiled file is kept beside it.
#include "scan/preamble.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/stamp_record.h"
#include "base/user_cache.h"
#include "cell/model_record.h"
#include "scan/cell_source.h"
#include "scan/includes.h"
#include "scan/parse.h"

namespace hamcell {

/// What stands beside a precompiled preamble.
struct KeptPreamble {
  std::size_t count = 0;     ///< of its includes that are precompiled; the one behind leads to a file that is
                             ///< not the system's
  std::uint64_t size = 0;    ///< of the precompiled file, in bytes
  Digest content;            ///< of the precompiled file
  std::vector<Stamp> files;  ///< of the files of the facts, in their order
  std::vector<Stamp> folders;  ///< of the system's folders of the facts, in their order
  PreambleFacts facts;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::PreambleFacts::File> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::PreambleFacts::File::name);
    f("source", &hamcell::PreambleFacts::File::source);
  }
};
template <>
struct ham::members<hamcell::PreambleFacts> {
  template <class F>
  static constexpr void each(F&& f) {
    f("files", &hamcell::PreambleFacts::files);
    f("absent", &hamcell::PreambleFacts::absent);
    f("system_folders", &hamcell::PreambleFacts::system_folders);
  }
};
template <>
struct ham::members<hamcell::KeptPreamble> {
  template <class F>
  static constexpr void each(F&& f) {
    f("count", &hamcell::KeptPreamble::count);
    f("size", &hamcell::KeptPreamble::size);
    f("content", &hamcell::KeptPreamble::content);
    f("files", &hamcell::KeptPreamble::files);
    f("folders", &hamcell::KeptPreamble::folders);
    f("facts", &hamcell::KeptPreamble::facts);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view preamble_record = "hamcell preamble 1";

/// Everything but the files themselves that decides what is precompiled.
Digest key_of(const ScanRequest& request, const std::string& text) {
  Digester key;
  key.add(preamble_record).add(parser_version()).add(absolute_path(".")).add(text);
  key.add(request.arguments.size());
  for (const std::string& argument : request.arguments) key.add(argument);
  for (const char* name : {"CPATH", "CPLUS_INCLUDE_PATH"}) {
    const char* value = std::getenv(name);
    key.add(value != nullptr ? value : "");
  }
  return key.finish();
}

/// Where everything of one preamble is.
struct Places {
  explicit Places(const ScanRequest& request, const Digest& key)
      : kind(std::string(preamble_record) + ' ' + key.hex()),
        header(request.preambles + '/' + key.hex() + ".h"),
        precompiled(request.preambles + '/' + key.hex() + ".pch"),
        record(request.preambles + '/' + key.hex() + ".preamble") {}
  std::string kind, header, precompiled, record;
};

bool is_whole(const std::string& file, const KeptPreamble& kept) {
  bool is_same = false;
  const bool is_read = look_at_file(file, [&](std::string_view bytes) {
    is_same = bytes.size() == kept.size && digest_of(bytes) == kept.content;
  });
  return is_read && is_same && is_private_to_user(file);
}

bool is_unchanged(const KeptPreamble& kept) {
  const PreambleFacts& facts = kept.facts;
  if (facts.files.size() != kept.files.size() || facts.system_folders.size() != kept.folders.size())
    return false;
  for (std::size_t i = 0; i < kept.files.size(); i++)
    if (stamp_of(facts.files[i].source.path) != kept.files[i]) return false;
  for (std::size_t i = 0; i < kept.folders.size(); i++)
    if (stamp_of(facts.system_folders[i]) != kept.folders[i]) return false;
  return std::ranges::none_of(facts.absent,
                              [](const AbsentFile& file) { return ::access(file.path.c_str(), F_OK) == 0; });
}

std::optional<KeptPreamble> recall(const Places& places) {
  const std::optional<std::string> bytes = read_kept_file(places.record);
  if (!bytes) return std::nullopt;
  std::optional<KeptPreamble> kept = from_record<KeptPreamble>(*bytes, places.kind);
  if (!kept || !is_unchanged(*kept)) return std::nullopt;
  if (kept->count > 0 && !is_whole(places.precompiled, *kept)) return std::nullopt;
  return kept;
}

/// The number of the include that led to the first file that is not the system's; nothing where all are. Each
/// include of the text that was parsed has a line of its own.
std::optional<std::size_t> first_of_user(const CellSource& source, const IncludedFiles& included) {
  const auto of_user =
      std::ranges::find_if(included.files, [](const IncludedFile& file) { return !file.source.is_system; });
  if (of_user == included.files.end()) return std::nullopt;
  const std::vector<Inclusion>& inclusions = source.declarations.inclusions;
  CXFile file = of_user->file;
  for (std::size_t steps = 0; steps <= inclusions.size(); steps++) {
    const auto found = std::ranges::find(inclusions, file, &Inclusion::included);
    if (found == inclusions.end()) break;
    const std::string_view before = std::string_view(source.request.content).substr(0, found->offset);
    if (found->includer == source.main_file)
      return static_cast<std::size_t>(std::ranges::count(before, '\n'));
    file = found->includer;
  }
  return 0;
}

/// The record of a preamble that cannot be precompiled as a whole.
KeptPreamble shortened(std::size_t count) {
  KeptPreamble kept;
  kept.count = count;
  return kept;
}

/// Parses the text of a preamble and precompiles it. Nothing where that cannot be.
std::optional<KeptPreamble> make(const ScanRequest& request, const std::string& text, const Places& places) {
  ScanRequest alone = request;
  alone.path = places.header;
  alone.content = text;
  const std::int64_t began = now_ns();
  const std::optional<ParsedCell> parsed = parse_preamble(alone);
  if (!parsed) return std::nullopt;
  CellSource source(alone, *parsed, nullptr);
  IncludedFiles included = find_includes(source);
  if (const std::optional<std::size_t> first = first_of_user(source, included)) return shortened(*first);
  KeptPreamble kept;
  for (IncludedFile& file : included.files)
    kept.facts.files.push_back({text_of(clang_getFileName(file.file)), std::move(file.source)});
  kept.facts.absent = std::move(included.absent);
  kept.facts.system_folders = std::move(included.system_folders);
  for (const PreambleFacts::File& file : kept.facts.files) {
    kept.files.push_back(stamp_of(file.source.path));
    if (!is_settled(kept.files.back(), began)) return std::nullopt;
  }
  for (const std::string& folder : kept.facts.system_folders) kept.folders.push_back(stamp_of(folder));
  const std::string own = places.precompiled + '.' + std::to_string(::getpid());
  const bool is_kept = precompile(*parsed, own) &&
                       look_at_file(own,
                                    [&](std::string_view bytes) {
                                      kept.size = bytes.size();
                                      kept.content = digest_of(bytes);
                                    }) &&
                       ::rename(own.c_str(), places.precompiled.c_str()) == 0;
  if (!is_kept) {
    ::unlink(own.c_str());
    return std::nullopt;
  }
  kept.count = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  return kept;
}

/// Headers that the command line brings would be there twice.
bool includes_by_flag(const ScanRequest& request) {
  return std::ranges::any_of(request.arguments, [](const std::string& argument) {
    return argument.starts_with("-include") || argument.starts_with("-imacros") ||
           argument.starts_with("--include") || argument.starts_with("--imacros");
  });
}

}  // namespace

std::optional<KnownPreamble> know_preamble(const ScanRequest& request) {
  if (request.preambles.empty() || includes_by_flag(request)) return std::nullopt;
  KnownPreamble known;
  known.preamble = find_preamble(request.content);
  std::size_t count = known.preamble.includes.size();
  // Each turn but the last finds that there are fewer; that one of them did so once is no more than a hint.
  while (count > 0) {
    const std::string text = known.preamble.text(count);
    const Places places(request, key_of(request, text));
    std::optional<KeptPreamble> kept = recall(places);
    // Which headers would be found first now, the driver knows: from all that it watches.
    const bool is_settled = digest_of_preamble(request.arguments, text) == request.settled_preamble;
    if (!kept || (kept->count == count && !is_settled)) {
      // Never written anew, or what was made of it would be older than it is.
      if (read_kept_file(places.header) != text) keep_file(places.header, text);
      kept = make(request, text, places);
      if (!kept) return std::nullopt;
      keep_file(places.record, to_record(*kept, places.kind));
    }
    if (kept->count == count) {
      known.count = count;
      known.header = places.header;
      known.precompiled = places.precompiled;
      known.facts = std::move(kept->facts);
      return known;
    }
    count = std::min(count - 1, kept->count);
  }
  return std::nullopt;
}

void forget_preamble(const KnownPreamble& known) { ::unlink(known.precompiled.c_str()); }

}  // namespace hamcell
