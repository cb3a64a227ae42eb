// What the standard library's headers were when hamcell-prepare was run.
//
// Stamps of folders would not tell: the system's change with every package. So each name is looked for again,
// in the folders that the compiler names now; it is known from the text of the files, as a compiler does not
// tell what it asked for in vain. A name between quotes is looked for by its includer's side first, and then
// where the cell is, where no file of such a name may be either.
#include "cell/prepared_library.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/process.h"
#include "base/record.h"
#include "cell/prepared.h"
#include "cell/source_headers.h"

template <>
struct ham::members<hamcell::HeaderLookup> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::HeaderLookup::name);
    f("found", &hamcell::HeaderLookup::found);
  }
};
template <>
struct ham::members<hamcell::LibraryFile> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::LibraryFile::path);
    f("size", &hamcell::LibraryFile::size);
    f("modified_ns", &hamcell::LibraryFile::modified_ns);
  }
};
template <>
struct ham::members<hamcell::PreparedLibrary> {
  template <class F>
  static constexpr void each(F&& f) {
    f("lookups", &hamcell::PreparedLibrary::lookups);
    f("files", &hamcell::PreparedLibrary::files);
  }
};

namespace hamcell {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view library_record = "hamcell prepared library 1";

std::string record_file() { return installation().prepared + "/library.record"; }

/// What is prepared by another compiler, or with other flags, has another kind of record.
std::string kind_of_record(const Toolchain& toolchain) {
  Digester digester;
  digester.add(toolchain.version);
  for (const std::string& word : flags_of_all_cells(command_for_cells(toolchain))) digester.add(word);
  return std::string(library_record) + ' ' + digester.finish().hex();
}

bool can_be_prepared(const Toolchain& toolchain) {
  return toolchain.is_clang && !toolchain.search.all.empty() && !is_changed_by_environment();
}

/// Files in the folders that are searched. Each folder below them is read once, for there are ten times as
/// many names as folders.
class SearchedFiles {
 public:
  explicit SearchedFiles(const HeaderSearch& search) : folders_(search.quoted) {
    folders_.insert(folders_.end(), search.all.begin(), search.all.end());
  }

  HeaderLookup look_up(const std::string& name) {
    HeaderLookup lookup{name, {}};
    for (const std::string& folder : folders_) {
      std::string path = folder + '/' + name;
      if (has(path)) lookup.found.push_back(std::move(path));
    }
    return lookup;
  }

  /// The names under which a file can be found.
  void add_names(const std::string& file, std::set<std::string>& names) const {
    for (const std::string& folder : folders_)
      if (file.starts_with(folder + '/')) names.insert(file.substr(folder.size() + 1));
  }

  /// Of a folder that could not be read nothing is known.
  bool is_unreadable() const { return is_unreadable_; }

 private:
  bool has(const std::string& path) {
    const auto [folder, is_new] = names_in_.try_emplace(parent_folder(path));
    std::error_code error;
    if (is_new)
      for (fs::directory_iterator at(folder->first, error), end; !error && at != end; at.increment(error))
        if (std::error_code ignored; !at->is_directory(ignored)) folder->second.insert(at->path().filename());
    if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
      is_unreadable_ = true;
    return folder->second.contains(file_name(path));
  }

  std::vector<std::string> folders_;
  bool is_unreadable_ = false;
  std::unordered_map<std::string, std::unordered_set<std::string>> names_in_;
};

/// Includes every header of the library that there is.
std::string text_of_library() {
  std::string text;
  for (const std::string& name : standard_headers()) {
    const std::string header = '<' + name + '>';
    text.append("#if __has_include(")
        .append(header)
        .append(")\n#include ")
        .append(header)
        .append("\n#endif\n");
  }
  return text;
}

LibraryFile file_now(const std::string& path) {
  const Stamp stamp = stamp_of(path);
  return {path, stamp.size, stamp.modified_ns};
}

/// Adds the names that a file of the library looks for.
void add_lookups(const std::string& file, const SearchedFiles& searched, std::set<std::string>& names) {
  for (const HeaderName& header : header_names(read_file(file).value_or(""))) {
    if (header.name.starts_with('/')) continue;
    names.insert(header.name);
    if (header.is_quoted) searched.add_names(absolute_path(parent_folder(file) + '/' + header.name), names);
  }
}

}  // namespace

std::optional<PreparedLibrary> look_at_library(const Toolchain& toolchain, std::int64_t began_ns) {
  if (!can_be_prepared(toolchain)) return std::nullopt;
  std::vector<Watch> ignored;
  const std::vector<std::string> files =
      find_cell_headers(command_for_cells(toolchain), text_of_library(), "/", ignored);
  SearchedFiles searched(toolchain.search);
  std::set<std::string> names(standard_headers().begin(), standard_headers().end());
  PreparedLibrary library;
  for (const std::string& file : files) {
    if (!is_settled(stamp_of(file), began_ns)) return std::nullopt;
    add_lookups(file, searched, names);
    searched.add_names(file, names);
    library.files.push_back(file_now(file));
  }
  if (library.files.empty()) return std::nullopt;
  for (const std::string& name : names) library.lookups.push_back(searched.look_up(name));
  if (searched.is_unreadable()) return std::nullopt;
  return library;
}

void keep_library(const Toolchain& toolchain, const PreparedLibrary& library) {
  write_file(record_file(), to_record(library, kind_of_record(toolchain)));
}

bool is_library_as_prepared(const Toolchain& toolchain) {
  if (!can_be_prepared(toolchain)) return false;
  const std::optional<std::string> bytes = read_file(record_file());
  if (!bytes) return false;
  const auto library = from_record<PreparedLibrary>(*bytes, kind_of_record(toolchain));
  if (!library) return false;
  SearchedFiles searched(toolchain.search);
  return std::ranges::all_of(library->files,
                             [](const LibraryFile& file) { return file_now(file.path) == file; }) &&
         std::ranges::all_of(
             library->lookups,
             [&](const HeaderLookup& lookup) { return searched.look_up(lookup.name) == lookup; }) &&
         !searched.is_unreadable();
}

}  // namespace hamcell
