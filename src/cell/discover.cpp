// The cell stage: reads the cell, asks hamcell-scan what it declares, and remembers the answer.
//
// A remembered answer is used only while everything it was derived from has the stamps it had: the compiler,
// .pc files, every header, every linked file. The user's folders are not stamped whole, since each picture
// written beside the cell would change them; instead every name that a search for a header, a library or a
// package looked for in vain must still be absent.
#include "cell/discover.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

#include "base/kept_record.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/stamp_record.h"
#include "base/text.h"
#include "base/user_cache.h"
#include "cell/basis_record.h"
#include "cell/model_record.h"
#include "cell/preamble.h"
#include "cell/prepared_library.h"
#include "cell/scan_request.h"

namespace hamcell {

/// What a remembered scan holds, and what it depends on.
struct RememberedCell {
  Digest content_digest;
  Digest preamble;  ///< as digest_of_preamble stands for it
  CellModel model;
  Toolchain toolchain;
  std::vector<Watch> watches;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::BuildPart> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::BuildPart::name);
    f("digest", &hamcell::BuildPart::digest);
  }
};
template <>
struct ham::members<hamcell::HeaderSearch> {
  template <class F>
  static constexpr void each(F&& f) {
    f("absent", &hamcell::HeaderSearch::absent);
    f("quoted", &hamcell::HeaderSearch::quoted);
    f("all", &hamcell::HeaderSearch::all);
  }
};
template <>
struct ham::members<hamcell::Toolchain> {
  template <class F>
  static constexpr void each(F&& f) {
    f("compiler", &hamcell::Toolchain::compiler);
    f("is_clang", &hamcell::Toolchain::is_clang);
    f("version", &hamcell::Toolchain::version);
    f("compile_flags", &hamcell::Toolchain::compile_flags);
    f("scan_flags", &hamcell::Toolchain::scan_flags);
    f("link_flags", &hamcell::Toolchain::link_flags);
    f("sources", &hamcell::Toolchain::sources);
    f("linked", &hamcell::Toolchain::linked);
    f("parts", &hamcell::Toolchain::parts);
    f("digest", &hamcell::Toolchain::digest);
    f("watches", &hamcell::Toolchain::watches);
    f("links", &hamcell::Toolchain::links);
    f("search", &hamcell::Toolchain::search);
  }
};
template <>
struct ham::members<hamcell::RememberedCell> {
  template <class F>
  static constexpr void each(F&& f) {
    f("content_digest", &hamcell::RememberedCell::content_digest);
    f("preamble", &hamcell::RememberedCell::preamble);
    f("model", &hamcell::RememberedCell::model);
    f("toolchain", &hamcell::RememberedCell::toolchain);
    f("watches", &hamcell::RememberedCell::watches);
  }
};

namespace hamcell {
namespace {

/// Raise it whenever CellModel, Toolchain or what hamcell-scan finds changes its meaning.
constexpr std::string_view scan_record = "hamcell scan 16";
constexpr std::string_view toolchain_record = "hamcell toolchain 2";

/// No source is as long as this; what is, is data, and would only fill the memory.
constexpr std::uint64_t most_cell_bytes = std::uint64_t{64} << 20;

[[noreturn]] void fail_no_source(const std::string& path, const std::string& why) {
  throw Failure(ExitStatus::cell,
                {{path, 0, 0}, "this is not C++ source: " + why, "give the path of a C++ file", {}});
}

std::string read_cell(const std::string& path) {
  if (stamp_of(path).size > most_cell_bytes) fail_no_source(path, "it is larger than 64 MB");
  std::optional<std::string> content = read_file(path == "-" ? "/dev/stdin" : path);
  if (!content && path == "-") content = std::string();
  if (!content) {
    const int error = errno;
    if (error == EFBIG) fail_no_source(path, "it does not end");
    const std::string next = error == ENOENT
                                 ? "check the path; the cell is the first argument that is not an option"
                             : error == EISDIR ? "give the path of a C++ file"
                             : error == EACCES ? "make the file readable"
                                               : "";
    throw Failure(ExitStatus::cell, "cannot read the cell '" + path + "': " + std::strerror(error), next);
  }
  if (content->find('\0') != std::string::npos) fail_no_source(path, "it contains NUL bytes");
  return *std::move(content);
}

void add_words(Digester& key, const std::vector<std::string>& words) {
  key.add(words.size());
  for (const std::string& word : words) key.add(word);
}

/// Everything outside of files that decides how the cells in a folder are built.
void add_build(Digester& key, const std::string& folder, const BuildRequest& build,
               const std::string& compiler) {
  key.add(folder).add(compiler).add(build.cxx).add(build.standard);
  const Stamp scanner = stamp_of(installation().scan);
  key.add(scanner.size).add(static_cast<std::uint64_t>(scanner.modified_ns)).add(scanner.inode);
  for (const auto* list : {&build.cxxflags, &build.ldflags, &build.include_folders, &build.defines})
    add_words(key, *list);
  for (const auto& [name, value] : build_environment()) key.add(name).add(value);
  // Relative folders on the command line mean something else in another folder.
  key.add(absolute_path("."));
}

/// Everything outside the files themselves that decides what a scan finds.
Digest scan_key(const Cell& cell, const BuildRequest& build, const std::string& compiler) {
  Digester key;
  key.add(scan_record).add(cell.path);
  add_build(key, cell.folder, build, compiler);
  return key.finish();
}

Digest toolchain_key(const std::string& folder, const BuildRequest& build, const std::string& compiler,
                     const Directives& directives) {
  Digester key;
  key.add(toolchain_record);
  add_build(key, folder, build, compiler);
  key.add(directives.standard);
  add_words(key, directives.packages);
  add_words(key, directives.sources);
  for (const auto* lines : {&directives.cxxflags, &directives.ldflags}) {
    key.add(lines->size());
    for (const FlagLine& line : *lines) add_words(key, line.words);
  }
  return key.finish();
}

/// What was found in the last state of the cell that was scanned.
KeptRecord<RememberedCell> remembered_cell(const Digest& key) {
  return {user_cache_folder() + "/scans", key, ".scan", scan_record};
}

/// The text of that state.
KeptRecord<std::string> remembered_text(const Digest& key) {
  return {user_cache_folder() + "/scans", key, ".text", scan_record};
}

bool are_unchanged(const std::vector<FolderLink>& links) {
  return std::ranges::all_of(links,
                             [](const FolderLink& link) { return real_path(link.path) == link.target; });
}

bool is_absent(const std::string& path) { return ::access(path.c_str(), F_OK) != 0; }

/// Whether all that the cell was found by is as it was, the files `but_for` aside.
bool still_holds(const RememberedCell& remembered, const std::set<std::string_view>& but_for = {}) {
  const auto is_unchanged = [&](const Watch& watch) {
    return but_for.contains(watch.path) || stamp_of(watch.path) == watch.stamp;
  };
  return std::ranges::all_of(remembered.watches, is_unchanged) &&
         std::ranges::all_of(remembered.toolchain.watches, is_unchanged) &&
         std::ranges::all_of(remembered.model.absent,
                             [](const AbsentFile& file) { return is_absent(file.path); }) &&
         are_unchanged(remembered.toolchain.links);
}

/// Whether all that decides what the headers of the system are is as it was, whatever the user's are by now.
bool holds_but_for_users_files(const RememberedCell& remembered) {
  std::set<std::string_view> users;
  for (const SourceFile& file : remembered.model.files)
    if (!file.is_system) users.insert(file.path);
  return still_holds(remembered, users);
}

/// Stamps taken after the scan describe what the scan read only if no file changed since it began, and a
/// file that changed just before could change again unnoticed: such an answer is used but not remembered.
void remember(const Digest& key, const Cell& cell, std::int64_t scan_began) {
  const std::string preamble = find_preamble(cell.content).text(cell.model.fit_includes);
  RememberedCell remembered{cell.content_digest,
                            digest_of_preamble(arguments_for_parser(cell.toolchain), preamble),
                            cell.model,
                            cell.toolchain,
                            {}};
  for (const SourceFile& source : cell.model.files) {
    const Stamp stamp = stamp_of(source.path);
    if (!is_settled(stamp, scan_began)) return;
    remembered.watches.push_back({source.path, stamp});
  }
  for (const Watch& watch : cell.toolchain.watches)
    if (!is_settled(watch.stamp, scan_began)) return;
  for (const std::string& folder : cell.model.searched_system_folders)
    remembered.watches.push_back({folder, stamp_of(folder)});
  remembered_cell(key).keep(remembered);
  remembered_text(key).keep(cell.content);
}

/// A toolchain takes a compiler, a linker and a loader to resolve, and an edit of the cell changes nothing of
/// it.
Toolchain toolchain_of(const Cell& cell, const BuildRequest& build, const std::string& compiler,
                       const Directives& directives) {
  const KeptRecord<Toolchain> record(user_cache_folder() + "/scans",
                                     toolchain_key(cell.folder, build, compiler, directives), ".toolchain",
                                     toolchain_record);
  std::optional<Toolchain> known = record.recall();
  // A folder that was not there is searched from when it is, and nothing but the compiler says where in the
  // order.
  if (known && are_unchanged(known->watches) && are_unchanged(known->links) &&
      std::ranges::all_of(known->search.absent, is_absent))
    return *std::move(known);
  const std::int64_t began = now_ns();
  Toolchain toolchain = resolve_toolchain(build, directives, cell.folder);
  for (const Watch& watch : toolchain.watches)
    if (!is_settled(watch.stamp, began)) return toolchain;
  record.keep(toolchain);
  return toolchain;
}

/// A folder for what is kept of all cells; empty where there is none that only the user can write.
std::string private_folder(const char* name) {
  const std::string folder = user_cache_folder() + name;
  try {
    make_private_folders(folder);
  } catch (const Failure&) {
    return {};  // what is not kept is made again
  }
  return is_private_to_user(folder) ? folder : std::string();
}

/// `settled`: see ScanRequest.
CellModel scan(const Cell& cell, const Digest& settled) {
  ScanRequest request;
  request.path = cell.path;
  request.folder = cell.folder;
  request.content = cell.content;
  request.is_for_other_compiler = !cell.toolchain.is_clang;
  request.linked = cell.toolchain.linked;
  request.arguments = arguments_for_parser(cell.toolchain);
  request.settled_preamble = settled;
  request.preambles = private_folder("/preambles");
  if (cell.is_library_as_prepared) request.prepared = installation().prepared;
  const ProcessResult result =
      run_process({{installation().scan}, to_bytes(request), "", huge_page_environment()});
  CellModel model;
  if (!result.started)
    throw Failure(ExitStatus::cell, "cannot start hamcell-scan: " + result.errors, "install hamcell anew");
  if (result.exit_code == unfit_arguments_status)
    throw Failure(
        ExitStatus::cell,
        {{cell.path, 0, 0},
         "the C++ parser takes no cell with these flags: " + join(cell.toolchain.compile_flags, " "),
         "check //hamcell:cxxflags and --cxxflags; files to link with stand in ldflags",
         {}});
  if (!result.succeeded() || !from_bytes(result.output, model)) {
    const std::string how = result.signal == SIGXCPU
                                ? "did not end within " + std::to_string(most_scan_seconds) + " s"
                            : result.signal != 0 ? std::string("was ended by ") + strsignal(result.signal)
                                                 : "failed: " + std::string(trimmed(result.errors));
    throw Failure(ExitStatus::cell, {{cell.path, 0, 0},
                                     "the C++ parser could not read this cell: hamcell-scan " + how,
                                     "compile the file by hand to see whether it is valid C++",
                                     {}});
  }
  return model;
}

/// clang brings omp.h in a package of its own, which few know; GCC has it.
void explain_missing_openmp(CellModel& model) {
  for (Problem& problem : model.problems)
    if (problem.what.find("'omp.h' file not found") != std::string::npos)
      problem.next =
          "OpenMP for clang is a package of its own (libomp-dev of its version); or compile with GCC: --cxx "
          "g++";
}

void check_directives(const Directives& directives) {
  if (!directives.problems.empty()) throw Failure(ExitStatus::cell, directives.problems);
}

}  // namespace

Cell discover(const CellRequest& request) {
  Cell cell;
  cell.is_stdin = request.path == "-";
  cell.path = cell.is_stdin ? '<' + request.name + '>' : request.path;
  // One name however the cell was called, or every `../` would make other flags, and other code versions.
  cell.folder = real_path(cell.is_stdin ? "." : parent_folder(request.path));
  cell.stem = cell.is_stdin ? request.name : file_stem(request.path);
  cell.content = read_cell(request.path);
  cell.content_digest = digest_of(cell.content);

  const std::string compiler = choose_compiler(request.build);
  const Digest key = scan_key(cell, request.build, compiler);
  std::optional<RememberedCell> remembered = remembered_cell(key).recall();
  const bool holds = remembered && still_holds(*remembered);
  if (holds && remembered->content_digest == cell.content_digest) {
    cell.model = std::move(remembered->model);
    cell.toolchain = std::move(remembered->toolchain);
    cell.watches = std::move(remembered->watches);
    cell.remembered = true;
  } else {
    const Directives directives = read_directives(cell.path, cell.content);
    check_directives(directives);
    const std::int64_t began = now_ns();
    cell.toolchain = toolchain_of(cell, request.build, compiler, directives);
    const bool is_settled = remembered && (holds || holds_but_for_users_files(*remembered));
    const Digest settled = is_settled ? remembered->preamble : Digest{};
    cell.is_library_as_prepared = is_library_as_prepared(cell.toolchain);
    if (request.before_scan) {
      std::optional<LastScan> last;
      if (remembered) {
        last.emplace(cell, remembered_text(key).recall().value_or(""));
        last->guess.model = std::move(remembered->model);
        last->guess.toolchain = std::move(remembered->toolchain);
        if (digest_of(last->content) != remembered->content_digest) last->content.clear();
      }
      request.before_scan(cell, std::move(last));
    }
    cell.model = scan(cell, settled);
    // Another header may have come in front of the library's meanwhile.
    if (cell.is_library_as_prepared && !is_library_as_prepared(cell.toolchain)) {
      cell.is_library_as_prepared = false;
      cell.model = scan(cell, {});
    }
    add_compilers_headers(cell.toolchain, cell.model.files, cell.content, cell.folder);
    explain_missing_openmp(cell.model);
    if (cell.model.problems.empty()) remember(key, cell, began);
  }
  if (!cell.model.problems.empty()) throw Failure(ExitStatus::cell, cell.model.problems);
  return cell;
}

CellBasis basis_of(const Cell& cell, const CellRequest& request) {
  CellBasis basis;
  basis.path = request.path;
  basis.folder = cell.folder;
  basis.content = cell.content_digest;
  basis.cxx = request.build.cxx;
  basis.compiler = choose_compiler(request.build);
  basis.watches = cell.watches;
  basis.watches.insert(basis.watches.end(), cell.toolchain.watches.begin(), cell.toolchain.watches.end());
  for (const AbsentFile& file : cell.model.absent) basis.absent.push_back(file.path);
  basis.links = cell.toolchain.links;
  return basis;
}

bool is_unchanged(const CellBasis& basis) {
  const std::optional<std::string> content = read_regular_file(basis.path);
  if (!content || digest_of(*content) != basis.content) return false;
  if (real_path(parent_folder(basis.path)) != basis.folder) return false;
  BuildRequest build;
  build.cxx = basis.cxx;
  return choose_compiler(build) == basis.compiler && are_unchanged(basis.watches) &&
         std::ranges::all_of(basis.absent, is_absent) && are_unchanged(basis.links);
}

}  // namespace hamcell
