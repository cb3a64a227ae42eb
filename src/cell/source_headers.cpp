// Which headers a compiler reads by its own word, and which lookups of headers found nothing.
//
// The compiler's own word is what it found and where it searches. What it asked for on the way it does not
// say, so the names are taken from the text of all files that took part, and looked up the same way again.
#include "cell/source_headers.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/process.h"
#include "base/text.h"

namespace hamcell {
namespace {

std::string absolute_in(const std::string& folder, const std::string& path) {
  return absolute_path(path.starts_with('/') ? path : folder + '/' + path);
}

/// Reads what GCC and clang print about their search with -v.
HeaderSearch read_search(const std::string& text, const std::string& folder) {
  static constexpr std::string_view ignoring = "ignoring nonexistent directory \"";
  HeaderSearch search;
  std::vector<std::string>* list = nullptr;
  for (const std::string& line : split(text, '\n')) {
    if (line.starts_with(ignoring) && line.ends_with('"'))
      search.absent.push_back(
          absolute_in(folder, line.substr(ignoring.size(), line.size() - ignoring.size() - 1)));
    else if (line.starts_with("#include \"...\""))
      list = &search.quoted;
    else if (line.starts_with("#include <...>"))
      list = &search.all;
    else if (list != nullptr && line.starts_with(' '))
      list->push_back(absolute_in(folder, line.substr(1)));
    else
      list = nullptr;
  }
  return search;
}

/// Looks up again what the files of one compile name.
class LookupsOfHeaders {
 public:
  LookupsOfHeaders(HeaderSearch search, std::vector<Watch>& watches)
      : search_(std::move(search)), watches_(watches) {}

  /// Looks up what a file names, and returns those that were found.
  std::vector<std::string> look_into(const std::string& file) {
    return look_into(read_file(file).value_or(""), parent_folder(file));
  }

  /// The same of a text that stands in `own_folder`.
  std::vector<std::string> look_into(const std::string& text, const std::string& own_folder) {
    std::vector<std::string> found;
    for (const HeaderName& header : header_names(text)) {
      if (header.name.starts_with('/')) continue;
      // A name between <> means the same wherever it stands.
      if (!header.is_quoted && !seen_.insert(header).second) continue;
      if (std::optional<std::string> path = find(header, own_folder)) {
        found_.insert(real_path(*path));
        found.push_back(*std::move(path));
      }
    }
    return found;
  }

  /// Files whose bytes the assembler may take: which string has their name is not known.
  ///     asm(".incbin \"table.bin\"");
  std::vector<std::string> embedded_in(const std::string& text, const std::string& own_folder) {
    std::vector<std::string> found;
    if (text.find(".incbin") == std::string::npos && text.find(".include") == std::string::npos) return found;
    std::vector<std::string> folders = {absolute_path("."), own_folder};
    folders.insert(folders.end(), search_.all.begin(), search_.all.end());
    for (std::string part : split(text, '"')) {
      if (part.ends_with('\\')) part.pop_back();
      if (part.empty() || part.find('\n') != std::string::npos) continue;
      if (part.starts_with('/')) {
        if (stamp_of(part).kind == Stamp::Kind::file) found.push_back(std::move(part));
      } else if (std::optional<std::string> path = look_up(watches_, folders, part)) {
        found.push_back(*std::move(path));
      }
    }
    return found;
  }

  /// A header whose name a macro or a flag gave was found under the folder of some file, or on the search
  /// path: under whichever, it must not appear in another.
  void look_for_unnamed(const std::vector<std::string>& files, const std::string& folder) {
    std::vector<std::string> folders = {absolute_path("."), folder};
    for (const std::string& file : files) folders.push_back(parent_folder(file));
    for (const auto* list : {&search_.absent, &search_.quoted, &search_.all})
      folders.insert(folders.end(), list->begin(), list->end());
    std::ranges::sort(folders);
    folders.erase(std::ranges::unique(folders).begin(), folders.end());
    for (const std::string& file : files)
      if (!found_.contains(real_path(file))) look_everywhere(file, folders);
  }

 private:
  std::optional<std::string> find(const HeaderName& header, const std::string& own_folder) {
    std::vector<std::string> folders = search_.absent;
    if (header.is_quoted) folders.push_back(own_folder);
    if (header.is_quoted) folders.insert(folders.end(), search_.quoted.begin(), search_.quoted.end());
    folders.insert(folders.end(), search_.all.begin(), search_.all.end());
    if (!header.is_next) return look_up(watches_, folders, header.name);
    for (const std::string& folder : folders)
      if (const std::optional<std::string> path = look_up(watches_, {folder}, header.name))
        found_.insert(real_path(*path));
    return std::nullopt;
  }

  void look_everywhere(const std::string& file, const std::vector<std::string>& folders) {
    for (const std::string& base : folders) {
      if (!file.starts_with(base + '/')) continue;
      for (const std::string& folder : folders) look_up(watches_, {folder}, file.substr(base.size() + 1));
    }
  }

  HeaderSearch search_;
  std::vector<Watch>& watches_;
  std::set<HeaderName> seen_;
  std::set<std::string> found_;
};

/// The prerequisites in a Makefile fragment that a compiler wrote: "name.o: file file \<newline> file".
std::vector<std::string> prerequisites(const std::string& fragment, const std::string& folder) {
  std::string text = fragment.substr(std::min(fragment.size(), fragment.find(':') + 1));
  std::ranges::replace(text, '\n', ' ');
  std::vector<std::string> files;
  for (const std::string& file : shell_words(text).value_or(std::vector<std::string>{}))
    if (!trimmed(file).empty()) files.push_back(absolute_in(folder, file));
  return files;
}

/// A directive's or an operator's word that a header's name follows.
constexpr std::array<std::string_view, 3> introducers = {"include", "import", "embed"};

bool is_name_character(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// The header's name behind an introducer, of which `text` is the rest.
std::optional<HeaderName> name_behind(std::string_view text) {
  HeaderName header;
  std::size_t at = 0;
  while (at < text.size() && is_name_character(text[at])) ++at;
  header.is_next = text.substr(0, at) == "_next";
  while (at < text.size() && std::string_view(" \t(\\\r\n").find(text[at]) != std::string_view::npos) ++at;
  if (at == text.size() || (text[at] != '"' && text[at] != '<')) return std::nullopt;
  header.is_quoted = text[at] == '"';
  const std::size_t end = text.find_first_of(header.is_quoted ? "\"\n" : ">\n", at + 1);
  if (end == std::string_view::npos || text[end] == '\n' || end == at + 1) return std::nullopt;
  header.name = text.substr(at + 1, end - at - 1);
  return header;
}

/// A text as a compiler is given it.
struct CompiledText {
  std::vector<std::string> words;  ///< on the command line; the last one is its path, "-" for standard input
  std::string input;               ///< standard input
  std::string content;
  std::string own_folder;  ///< in which its own `#include "…"` look first
};

/// All headers of a text, in the compiler's order. The compiler runs in `folder`.
std::vector<std::string> find_headers(const std::vector<std::string>& command, const CompiledText& text,
                                      const std::string& folder, std::vector<Watch>& watches) {
  std::vector<std::string> words = command;
  words.insert(words.end(), {"-M", "-v"});
  words.insert(words.end(), text.words.begin(), text.words.end());
  // In English, because messages are read.
  const ProcessResult result = run_process({words, text.input, folder, {{"LC_ALL", "C"}}});
  std::vector<std::string> files;
  if (result.succeeded()) files = prerequisites(result.output, folder);
  std::erase(files, text.words.back());
  LookupsOfHeaders lookups(read_search(result.errors, folder), watches);
  std::set<std::string> known(files.begin(), files.end());
  const auto take = [&](const std::vector<std::string>& found) {
    // Of a text that does not compile (yet), no more is known than what it names itself.
    for (const std::string& file : found)
      if (!result.succeeded() && !is_of_system(file) && known.insert(file).second) files.push_back(file);
  };
  take(lookups.look_into(text.content, text.own_folder));
  for (std::size_t i = 0; i < files.size(); ++i) take(lookups.look_into(files[i]));
  std::vector<std::string> texts = {text.content};
  for (const std::string& file : files)
    if (!is_of_system(file)) texts.push_back(read_file(file).value_or(""));
  for (const std::string& content : texts)
    for (std::string& file : lookups.embedded_in(content, text.own_folder))
      if (known.insert(file).second) files.push_back(std::move(file));
  lookups.look_for_unnamed(files, folder);
  for (const std::string& file : files) watch(watches, file);
  return files;
}

std::vector<std::string> question_of_search(std::vector<std::string> command) {
  command.insert(command.end(), {"-E", "-v", "-x", "c++", "/dev/null"});
  return command;
}

/// What keeps a header of the system from being found earlier, whichever of the folders it was found from.
void watch_in_front(const HeaderSearch& search, const std::string& header, AbsentNames& names) {
  for (const std::string& home : search.all) {
    if (!header.starts_with(home + '/')) continue;
    const std::string name = header.substr(home.size() + 1);
    for (const std::string& earlier : search.absent) names.watch_absent(earlier + '/' + name);
    for (const std::string& earlier : search.all) {
      if (earlier == home) break;
      const std::string path = earlier + '/' + name;
      if (stamp_of(path).kind == Stamp::Kind::absent) names.watch_absent(path);
    }
  }
}

}  // namespace

std::vector<HeaderName> header_names(std::string_view text) {
  std::set<HeaderName> names;
  for (const std::string_view introducer : introducers)
    for (std::size_t at = text.find(introducer); at != std::string_view::npos;
         at = text.find(introducer, at + 1))
      if (std::optional<HeaderName> header = name_behind(text.substr(at + introducer.size())))
        names.insert(*std::move(header));
  return {names.begin(), names.end()};
}

std::vector<std::string> find_source_headers(const std::vector<std::string>& command,
                                             const std::string& source, const std::string& folder,
                                             std::vector<Watch>& watches) {
  return find_headers(command, {{source}, "", read_file(source).value_or(""), parent_folder(source)}, folder,
                      watches);
}

std::vector<std::string> find_cell_headers(const std::vector<std::string>& command,
                                           const std::string& content, const std::string& folder,
                                           std::vector<Watch>& watches) {
  return find_headers(command, {{"-x", "c++", "-"}, content, content, folder}, folder, watches);
}

HeaderSearchQuestion::HeaderSearchQuestion(const std::vector<std::string>& command, const std::string& folder)
    : request_{question_of_search(command), "", folder, {{"LC_ALL", "C"}}}, compiler_(request_) {}

HeaderSearch HeaderSearchQuestion::answer() {
  HeaderSearch search = read_search(compiler_.wait(nullptr).errors, request_.folder);
  // A script around a compiler may end before what it sends the messages through.
  if (search.all.empty()) search = read_search(run_process(request_).errors, request_.folder);
  return search;
}

void watch_search(const HeaderSearch& search, const std::string& content,
                  const std::vector<SourceFile>& files, const std::string& folder,
                  std::vector<Watch>& watches) {
  LookupsOfHeaders lookups(search, watches);
  lookups.look_into(content, folder);
  AbsentNames names(watches);
  for (const SourceFile& file : files) {
    if (file.is_system)
      watch_in_front(search, file.path, names);
    else
      lookups.look_into(file.path);
  }
}

}  // namespace hamcell
