// What the linker takes into a cell.
//
// An empty library is linked with the same flags, and GNU ld, lld and mold write down what they opened. The
// names that a linker tried in vain it does not write down; they follow from the command that the compiler
// would start it with, since all linkers search in the same way: folder by folder, lib*.so before lib*.a.
#include "cell/linked_files.h"

#include <algorithm>
#include <cstdlib>

#include "base/process.h"
#include "base/text.h"
#include "cell/response_file.h"

namespace hamcell {
namespace {

/// The value of an option of the linker in one of its forms ("-Lx", "-L x", "--library-path=x"); nothing for
/// another word. Takes the next word where that is the value.
std::optional<std::string> option_value(const std::vector<std::string>& words, std::size_t& at,
                                        const std::string& letter, const std::string& name) {
  const std::string& word = words[at];
  if (word.starts_with(name + '=')) return word.substr(name.size() + 1);
  if ((word == letter || word == name) && at + 1 < words.size()) return words[++at];
  if (word.starts_with(letter) && word.size() > letter.size()) return word.substr(letter.size());
  return std::nullopt;
}

/// -L=x and -L$SYSROOT/x are below the folder that --sysroot names.
std::string below_sysroot(const std::string& folder, const std::string& sysroot) {
  static constexpr std::string_view variable = "$SYSROOT";
  if (folder.starts_with('=')) return sysroot + folder.substr(1);
  return folder.starts_with(variable) ? sysroot + folder.substr(variable.size()) : folder;
}

std::string sysroot_in(const std::vector<std::string>& words) {
  for (const std::string& word : words)
    if (word.starts_with("--sysroot=")) return word.substr(std::string_view("--sysroot=").size());
  return {};
}

/// The folders that GNU ld searches behind all others, by its built-in script: SEARCH_DIR("=/usr/lib").
std::vector<std::string> built_in_folders(const std::string& compiler, const std::string& sysroot) {
  static constexpr std::string_view opening = "SEARCH_DIR(\"";
  const std::string linker(trimmed(run_process({{compiler, "-print-prog-name=ld"}, "", "", {}}).output));
  std::vector<std::string> folders;
  if (linker.empty()) return folders;
  const std::string script = run_process({{linker, "--verbose"}, "", "", {}}).output;
  for (std::size_t at = script.find(opening); at != std::string::npos; at = script.find(opening, at)) {
    at += opening.size();
    folders.push_back(below_sysroot(script.substr(at, script.find('"', at) - at), sysroot));
  }
  return folders;
}

/// A word that names a file itself: an object, `-Wl,FILE`, `@FILE`. It may not be there (yet).
void add_named_files(std::set<std::string>& files, const std::vector<std::string>& flags,
                     const std::string& folder, std::vector<Watch>& watches) {
  for (const std::string& flag : flags)
    for (const std::string& part : split(flag, ',')) {
      const std::string name = part.starts_with('@') ? part.substr(1) : part;
      if (name.empty() || name.starts_with('-')) continue;
      for (const std::string& base : {absolute_path("."), folder}) {
        const std::optional<std::string> path =
            name.starts_with('/') ? look_up(watches, {"/"}, name) : look_up(watches, {base}, name);
        if (path && stamp_of(*path).kind == Stamp::Kind::file) files.insert(real_path(*path));
      }
    }
}

/// The search for libraries, made again.
class LibraryLookups {
 public:
  LibraryLookups(LinkerSearch search, std::set<std::string>& files, bool is_settled,
                 std::vector<Watch>& watches)
      : search_(std::move(search)), files_(files), is_settled_(is_settled), watches_(watches) {}

  /// Looks all libraries up. `more_folders` gives the folders that are searched behind the known ones.
  template <class F>
  void run(F more_folders) {
    // By index: linker scripts ask for more.
    for (const std::string& file : std::set<std::string>(files_)) look_into(file);
    for (std::size_t i = 0; i < search_.libraries.size(); ++i) {
      const std::string library = search_.libraries[i];
      if (!seen_.insert(library).second || find(library, search_.folders)) continue;
      if (!built_in_) built_in_ = more_folders();
      find(library, *built_in_);
    }
  }

 private:
  bool find(const std::string& library, const std::vector<std::string>& folders) {
    const std::vector<std::string> names =
        library.starts_with(':') ? std::vector<std::string>{library.substr(1)}
                                 : std::vector<std::string>{"lib" + library + ".so", "lib" + library + ".a"};
    for (const std::string& folder : folders)
      for (const std::string& name : names) {
        const std::optional<std::string> path = look_up(watches_, {folder}, name);
        if (!path) continue;
        const std::string file = real_path(*path);
        // A file that is there and was passed over (of another machine, or not static) ends no search. If it
        // is not known what was taken, all of them count.
        if (!is_settled_) add(file);
        if (is_settled_ && files_.contains(file)) return true;
      }
    return false;
  }

  void add(const std::string& file) {
    if (files_.insert(file).second) look_into(file);
  }

  void look_into(const std::string& file) {
    if (is_of_system(file)) return;
    StandIn stand_in = read_stand_in(file);
    for (std::string& library : stand_in.libraries) {
      // A linker also tries the current folder and the script's own.
      if (library.starts_with(':'))
        for (const std::string& folder : {absolute_path("."), parent_folder(file)})
          look_up(watches_, {folder}, library.substr(1));
      search_.libraries.push_back(std::move(library));
    }
    for (const std::string& member : stand_in.members) {
      watch(watches_, member);
      if (stamp_of(member).kind == Stamp::Kind::file) files_.insert(real_path(member));
    }
  }

  LinkerSearch search_;
  std::set<std::string>& files_;
  bool is_settled_;  ///< `files_` are what the linker said it took
  std::vector<Watch>& watches_;
  std::optional<std::vector<std::string>> built_in_;
  std::set<std::string> seen_;
};

/// Without --as-needed, so that the probe needs whatever the cell may need.
std::vector<std::string> without_as_needed(const std::vector<std::string>& flags) {
  std::vector<std::string> out = {"-Wl,--no-as-needed"};
  for (const std::string& flag : flags) {
    std::vector<std::string> parts = split(flag, ',');
    if (parts.front() == "-Wl") std::erase(parts, "--as-needed");
    if (parts.size() > 1 || flag != "-Wl,--as-needed") out.push_back(join(parts, ","));
  }
  std::erase(out, "-Wl");
  return out;
}

/// What the linker wrote down: "target: file file \<newline> file", then an empty rule for each file.
std::set<std::string> read_dependency_file(const std::string& fragment, const std::string& scratch,
                                           std::vector<Watch>& watches) {
  std::string text = fragment;
  std::ranges::replace(text, '\n', ' ');
  std::set<std::string> files;
  for (std::string name : shell_words(text).value_or(std::vector<std::string>{})) {
    if (name.ends_with(':')) name.pop_back();
    if (trimmed(name).empty()) continue;
    // Temporary objects of this link are gone by now, and its own output is about to be.
    const std::string path = absolute_path(name);
    if (path.starts_with(scratch) || stamp_of(path).kind != Stamp::Kind::file) continue;
    watch(watches, path);  // by this name, which may be a link that comes to lead elsewhere
    files.insert(real_path(path));
  }
  return files;
}

/// A member's name in the table of long names of an archive: "folder/name.o/<newline>".
std::vector<std::string> thin_members(const std::string& content, const std::string& folder) {
  // Behind the magic number stand headers of 60 bytes: a name of 16, and a size in decimal at 48. Only the
  // index of symbols and the table of names have content.
  std::vector<std::string> members;
  for (std::size_t at = 8; at + 60 <= content.size();) {
    const std::string_view name = std::string_view(content).substr(at, 16);
    const std::size_t size = std::strtoull(content.substr(at + 48, 10).c_str(), nullptr, 10);
    at += 60;
    const bool is_index = name.starts_with("/ ") || name.starts_with("/SYM64/");
    if (!is_index && !name.starts_with("// ")) continue;
    if (!is_index)
      for (const std::string& line : split(std::string_view(content).substr(at, size), '\n'))
        if (line.size() > 1 && line.ends_with('/')) {
          const std::string member = line.substr(0, line.size() - 1);
          members.push_back(absolute_path(member.starts_with('/') ? member : folder + '/' + member));
        }
    at += size + size % 2;
  }
  return members;
}

/// A linker script that stands for libraries: INPUT(libx.a -ly), GROUP(…). Every word that can be a file's
/// name or an -l counts, wherever it stands.
StandIn read_script(const std::string& content) {
  StandIn out;
  std::string text = content;
  std::ranges::replace_if(
      text, [](char c) { return std::string_view("(),;\"\n\r\t").find(c) != std::string_view::npos; }, ' ');
  for (const std::string& word : split(text, ' ')) {
    if (word.starts_with("-l") && word.size() > 2)
      out.libraries.push_back(word.substr(2));
    else if (word.starts_with('/') && word.size() > 1 && word[1] != '*')
      out.members.push_back(absolute_path(word));
    else if (word.find('.') != std::string::npos && !word.starts_with('-'))
      out.libraries.push_back(':' + word);
  }
  return out;
}

}  // namespace

std::vector<std::string> last_shown_command(const std::string& shown) {
  std::vector<std::string> words;
  for (const std::string& line : split(shown, '\n'))
    if (line.starts_with(' '))
      if (std::optional<std::vector<std::string>> found = shell_words(line); found && !found->empty())
        words = *std::move(found);
  return words;
}

LinkerSearch read_linker_words(const std::vector<std::string>& words, std::vector<std::string>& files) {
  const std::vector<std::string> all = expand_response_files(words, absolute_path("."), files);
  const std::string sysroot = sysroot_in(all);
  LinkerSearch search;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (const std::optional<std::string> folder = option_value(all, i, "-L", "--library-path"))
      search.folders.push_back(absolute_path(below_sysroot(*folder, sysroot)));
    else if (std::optional<std::string> library = option_value(all, i, "-l", "--library"))
      search.libraries.push_back(*std::move(library));
  }
  return search;
}

StandIn read_stand_in(const std::string& path) {
  // A script is short.
  constexpr std::size_t largest_script = 65'536;
  const MappedFile file(path);
  const std::string_view bytes = file.bytes();
  if (bytes.starts_with("!<thin>\n")) return {thin_members(std::string(bytes), parent_folder(path)), {}};
  const bool is_text = bytes.size() <= largest_script && bytes.find('\0') == std::string_view::npos;
  return is_text && !bytes.starts_with("!<arch>") ? read_script(std::string(bytes)) : StandIn{};
}

std::set<std::string> linked_files(const std::vector<std::string>& command,
                                   const std::vector<std::string>& flags, const std::string& folder,
                                   const std::string& probe, std::vector<Watch>& watches) {
  const std::string scratch = parent_folder(probe);
  const std::string list = scratch + "/files";
  std::vector<std::string> link = command;
  link.insert(link.end(), {"-shared", "-fPIC", "-x", "c++", "/dev/null", "-x", "none", "-o", probe});
  const std::vector<std::string> asked = without_as_needed(flags);
  link.insert(link.end(), asked.begin(), asked.end());
  std::vector<std::string> listing = link;
  listing.push_back("-Wl,--dependency-file=" + list);
  run_process({listing, "", "", {}});
  // gold has no such option, and the list is not written where the link fails.
  const bool is_settled =
      stamp_of(list).kind == Stamp::Kind::file && stamp_of(probe).kind == Stamp::Kind::file;
  if (!is_settled) run_process({link, "", "", {}});

  std::set<std::string> files = read_dependency_file(read_file(list).value_or(""), scratch, watches);
  add_named_files(files, flags, folder, watches);
  link.emplace_back("-###");
  const std::vector<std::string> words = last_shown_command(run_process({link, "", "", {}}).errors);
  std::vector<std::string> response_files;
  LinkerSearch search = read_linker_words(words, response_files);
  for (const std::string& file : response_files) watch(watches, file);
  // GCC leaves out folders of LIBRARY_PATH that are not there.
  if (const char* const path = std::getenv("LIBRARY_PATH"); path != nullptr) {
    const std::vector<std::string> named = folders_of(path);
    search.folders.insert(search.folders.begin(), named.begin(), named.end());
  }
  LibraryLookups(std::move(search), files, is_settled, watches).run([&] {
    return built_in_folders(command.front(), sysroot_in(words));
  });
  return files;
}

}  // namespace hamcell
