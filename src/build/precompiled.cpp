// Precompiled headers, kept in the user's cache folder beside the parser's.
//
// One is named by the compile and the includes, and its record holds the content of every file that it was
// made of. It is taken only where each of them is, with that content, among the files that the scan of the
// cell has seen, and where all that keeps others from coming in front of them is as it was: so it never
// stands for a header that has changed, or that another one has come in front of.
// Behind the includes stands the fixed part of the glue, which is in no scan: of what that brings, no file
// may have the name of one that the scan has seen elsewhere.
#include "build/precompiled.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/file.h"
#include "base/kept_record.h"
#include "base/memory.h"
#include "build/prepared_headers.h"
#include "cell/basis_record.h"

namespace hamcell {

/// What stands beside a precompiled header.
struct PrecompiledRecord {
  Digest content;  ///< of the precompiled header
  std::vector<CompiledFile> files;
  std::string base;  ///< path of the prepared headers that it stands on; empty: on none
  Stamp base_stamp;
  /// What keeps others from coming in front of the files, or from being found where they are asked for.
  std::vector<Watch> watches;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::PrecompiledRecord> {
  template <class F>
  static constexpr void each(F&& f) {
    f("content", &hamcell::PrecompiledRecord::content);
    f("files", &hamcell::PrecompiledRecord::files);
    f("base", &hamcell::PrecompiledRecord::base);
    f("base_stamp", &hamcell::PrecompiledRecord::base_stamp);
    f("watches", &hamcell::PrecompiledRecord::watches);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view precompiled_record = "hamcell precompiled headers 4";

Digest key_of(const Toolchain& toolchain, const std::string& text) {
  return Digester().add(precompiled_record).add(compile_digest(toolchain)).add(text).finish();
}

/// Where everything of one precompiled header is. GCC looks for one beside the header that a compile
/// includes.
struct Places {
  Places(const Toolchain& toolchain, const std::string& text)
      : Places(toolchain, real_path(user_cache_folder() + "/preambles"), key_of(toolchain, text)) {}
  Places(const Toolchain& toolchain, const std::string& folder, const Digest& key)
      : header(folder + '/' + key.hex() + ".h"),
        precompiled(header + (toolchain.is_clang ? ".pch" : ".gch")),
        record(folder, key, ".h.record", precompiled_record) {}
  std::string header, precompiled;
  KeptRecord<PrecompiledRecord> record;
};

/// Flags after which a file could be another one with what is precompiled than without.
bool can_be_precompiled(const Toolchain& toolchain) {
  // What is precompiled would be put in front of further sources, too.
  if (!toolchain.sources.empty()) return false;
  const auto is_in_the_way = [](const std::string& flag) {
    return flag.starts_with("-M") || flag.starts_with("-x") || flag.starts_with("-fmodule") ||
           flag.starts_with("-save-temps");
  };
  return !includes_by_flag(toolchain.compile_flags) &&
         std::ranges::none_of(toolchain.compile_flags, is_in_the_way);
}

/// Of the includes that the scan of the cell found fit; nothing where there are none.
std::optional<Places> places_of(const Cell& cell) {
  const std::size_t count = cell.model.fit_includes;
  const Preamble preamble = find_preamble(cell.content);
  // Of a guess the number may be of another text.
  if (count == 0 || count > preamble.includes.size() || !can_be_precompiled(cell.toolchain))
    return std::nullopt;
  return Places(cell.toolchain, preamble.text(count));
}

/// One path for each file, whatever links in its folder a compiler or parser has gone by.
class PlainPaths {
 public:
  std::string of(const std::string& path) {
    const auto [found, is_new] = folders_.try_emplace(parent_folder(path));
    if (is_new) found->second = real_path(found->first);
    return found->second + '/' + file_name(path);
  }

 private:
  std::unordered_map<std::string, std::string> folders_;
};

/// Whether the files are there for the cell, too, as they were.
bool are_seen(const std::vector<CompiledFile>& files, const Cell& cell) {
  PlainPaths paths;
  std::unordered_map<std::string, const Digest*> seen;
  std::unordered_set<std::string> seen_names;
  for (const SourceFile& file : cell.model.files) {
    seen.emplace(paths.of(file.path), &file.content);
    seen_names.insert(file_name(file.path));
  }
  const auto is_watched = [&](const std::string& path) {
    return std::ranges::any_of(cell.toolchain.watches,
                               [&](const Watch& watch) { return paths.of(watch.path) == path; });
  };
  return std::ranges::all_of(files, [&](const CompiledFile& file) {
    if (const auto found = seen.find(file.path); found != seen.end()) return *found->second == file.content;
    // Headers that only another compiler than the parser has, and those of the glue.
    return (is_watched(file.path) || !seen_names.contains(file_name(file.path))) &&
           digest_of(read_file(file.path).value_or("")) == file.content;
  });
}

/// As far as can be told before the cell is scanned.
bool may_hold(const PrecompiledRecord& record) {
  const bool has_base = record.base.empty() || stamp_of(record.base) == record.base_stamp;
  return has_base && are_unchanged(record.watches);
}

/// What is precompiled for a preamble.
std::string header_text(const std::string& preamble) { return preamble + "#include <hamcell/glue.h>\n"; }

}  // namespace

Digest compile_digest(const Toolchain& toolchain) {
  Digester digester;
  for (const std::string& word : command_for_cells(toolchain)) digester.add(word);
  // Which headers a compiler reads of its own depends on the cell, and is known after the scan.
  for (const BuildPart& part : toolchain.parts)
    if (!part.name.starts_with("header")) digester.add(part.name).add(part.digest);
  return digester.finish();
}

std::optional<PrecompiledHeaders> find_precompiled(const Cell& cell) {
  const std::optional<Places> places = places_of(cell);
  if (!places || !is_private_to_user(places->precompiled)) return std::nullopt;
  const std::optional<PrecompiledRecord> record = places->record.recall();
  if (!record || !may_hold(*record) || digest_of_file(places->precompiled) != record->content ||
      !are_seen(record->files, cell))
    return std::nullopt;
  // So that their last use is known: `cache gc` goes by it.
  for (const std::string& file : {places->header, places->precompiled, places->record.file()})
    ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
  const std::vector<std::string> flags = cell.toolchain.is_clang
                                             ? std::vector<std::string>{"-include-pch", places->precompiled}
                                             : std::vector<std::string>{"-include", places->header};
  return PrecompiledHeaders{cell.model.fit_includes, flags, record->content};
}

void forget_precompiled(const Cell& cell) {
  if (const std::optional<Places> places = places_of(cell)) ::unlink(places->record.file().c_str());
}

struct Precompiling::Work {
  Work(const Toolchain& toolchain, const std::string& text)
      : places(toolchain, text), own(places.precompiled + '.' + std::to_string(::getpid())) {}
  ~Work() {
    process.reset();
    for (const std::string& file : {own, own + ".d"}) ::unlink(file.c_str());
  }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  Places places;
  std::string own;  ///< what the compiler writes
  std::optional<PreparedHeaders> base;
  std::int64_t began_ns = 0;
  std::unique_ptr<BackgroundProcess> process;
};

Precompiling::Precompiling(const Cell& cell) {
  const Preamble preamble = find_preamble(cell.content);
  if (preamble.empty() || !can_be_precompiled(cell.toolchain)) return;
  const std::string includes = preamble.text(preamble.includes.size());
  auto work = std::make_unique<Work>(cell.toolchain, includes);
  const Places& places = work->places;
  if (const std::optional<PrecompiledRecord> kept = places.record.recall(); kept && may_hold(*kept)) return;
  if (cell.is_library_as_prepared) work->base = find_prepared(cell.toolchain, find_preamble(includes));
  std::string text = header_text(includes);
  if (work->base) text = without_includes(text, work->base->includes);
  if (read_kept_file(places.header) != text) keep_file(places.header, text);
  if (read_kept_file(places.header) != text) return;
  std::vector<std::string> command = precompile_command(cell.toolchain, places.header, work->own);
  if (work->base) command.insert(command.end(), {"-include-pch", work->base->precompiled});
  work->began_ns = now_ns();
  work->process = std::make_unique<BackgroundProcess>(
      ProcessRequest{std::move(command), "", "", huge_page_environment()});
  work_ = std::move(work);
}

Precompiling::~Precompiling() = default;

void Precompiling::finish(const Cell& cell, const std::function<void()>& tick) {
  const std::unique_ptr<Work> work = std::move(work_);
  if (work == nullptr || !work->process->wait(tick).succeeded()) return;
  // What has come since it began may stand in front of what it was made of.
  const bool is_settled_since = std::ranges::all_of(cell.model.files, [&](const SourceFile& file) {
    return is_settled(stamp_of(file.path), work->began_ns);
  });
  if (!is_settled_since || (work->base && !cell.is_library_as_prepared)) return;
  PlainPaths paths;
  PrecompiledRecord record;
  if (work->base) {
    record.base = work->base->precompiled;
    record.base_stamp = work->base->stamp;
    record.files = std::move(work->base->files);
  }
  const auto is_of_base = [&](const std::string& path) {
    return work->base && (path == work->base->precompiled || path == work->base->header);
  };
  for (const std::string& path : files_of_rule(read_file(work->own + ".d").value_or(""))) {
    if (path == work->places.header || is_of_base(path)) continue;
    if (!is_settled(stamp_of(path), work->began_ns)) return;
    record.files.push_back({paths.of(path), digest_of(read_file(path).value_or(""))});
  }
  // Files are known by their content.
  std::ranges::copy_if(cell.toolchain.watches, std::back_inserter(record.watches), [](const Watch& watch) {
    return watch.stamp.kind == Stamp::Kind::absent || watch.stamp.kind == Stamp::Kind::folder;
  });
  const std::optional<Digest> content = digest_of_file(work->own);
  const bool is_kept = content && ::chmod(work->own.c_str(), 0600) == 0 &&
                       ::rename(work->own.c_str(), work->places.precompiled.c_str()) == 0;
  if (!is_kept) return;
  record.content = *content;
  work->places.record.keep(record);
}

}  // namespace hamcell
