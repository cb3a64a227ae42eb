// Which files took part in the parse, and which lookups of headers found nothing.
#include "scan/includes.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string_view>

#include "base/file.h"
#include "base/text.h"
#include "scan/preamble.h"

namespace hamcell {
namespace {

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }
bool is_file(const std::string& path) { return stamp_of(path).kind == Stamp::Kind::file; }

/// The folders that an option names, in both of its forms: "-Ix" and "-I x".
void collect_folders(const std::vector<std::string>& arguments, std::string_view option,
                     std::vector<std::string>& out) {
  for (std::size_t i = 0; i < arguments.size(); i++) {
    if (!arguments[i].starts_with(option)) continue;
    if (arguments[i].size() > option.size())
      out.push_back(absolute_path(arguments[i].substr(option.size())));
    else if (i + 1 < arguments.size())
      out.push_back(absolute_path(arguments[i + 1]));
  }
}

class IncludeFinder {
 public:
  IncludeFinder(CellSource& source, IncludedFiles& out) : source_(source), out_(out) {
    collect_folders(source.request.arguments, "-iquote", user_folders_);
    collect_folders(source.request.arguments, "-I", user_folders_);
    collect_folders(source.request.arguments, "--embed-dir=", user_folders_);
    if (const char* path = std::getenv("CPATH"); path != nullptr && *path != '\0')
      for (const std::string& folder : split(path, ':'))
        user_folders_.push_back(absolute_path(folder.empty() ? "." : folder));
    std::vector<std::string> system;
    for (const char* option : {"-isystem", "-idirafter"})
      collect_folders(source.request.arguments, option, system);
    for (const std::string& folder : system) add_system_folder(folder);
  }

  void run() {
    if (source_.known != nullptr) take_preamble(source_.known->facts);
    collect_files();
    const std::vector<Inclusion>& inclusions = source_.declarations.inclusions;
    for (std::size_t i = source_.declarations.kept_inclusions; i < inclusions.size(); i++)
      look_at(inclusions[i]);
    // By index: a file that is only asked for joins the list.
    for (std::size_t i = 0, count = out_.files.size(); i < count; i++)
      if (!out_.files[i].source.is_system) look_for_names(out_.files[i].file);
    look_for_names(source_.main_file);
    if (embeds_unnamed_) {
      for (std::size_t i = 0, count = out_.files.size(); i < count; i++)
        if (!out_.files[i].source.is_system) look_into_strings(out_.files[i].file);
      look_into_strings(source_.main_file);
    }
    for (const std::string& path : absent_) out_.absent.push_back({path});
    out_.system_folders.assign(system_folders_.begin(), system_folders_.end());
    put_in_order();
  }

 private:
  /// The system's may be included in any order, and those that are precompiled come before the others.
  void put_in_order() {
    std::vector<IncludedFile> system;
    for (const IncludedFile& file : out_.files)
      if (file.source.is_system) system.push_back(file);
    std::ranges::sort(system, {}, [](const IncludedFile& file) { return file.source.path; });
    std::erase_if(out_.files, [](const IncludedFile& file) { return file.source.is_system; });
    out_.files.insert(out_.files.end(), system.begin(), system.end());
  }

  void take_preamble(const PreambleFacts& facts) {
    for (const auto& [name, source] : facts.files) {
      CXFile file = clang_getFile(source_.unit, name.c_str());
      if (file != nullptr && !is_system_.try_emplace(file, source.is_system).second) continue;
      out_.files.push_back({file, source, false, {}});
    }
    for (const AbsentFile& file : facts.absent) absent_.insert(file.path);
    for (const std::string& folder : facts.system_folders) add_system_folder(folder);
  }

  void collect_files() {
    clang_getInclusions(
        source_.unit,
        [](CXFile file, CXSourceLocation*, unsigned, CXClientData data) {
          static_cast<IncludeFinder*>(data)->add_file(file);
        },
        this);
  }

  void add_file(CXFile file) {
    if (file == source_.main_file || is_system_.contains(file)) return;
    const std::string name = path_of(file);
    if (name.empty() || name.front() == '<') return;
    IncludedFile entry;
    entry.file = file;
    entry.source.path = absolute_path(name);
    entry.source.is_system = is_system(file);
    entry.content = content_of(source_.unit, file);
    entry.source.content =
        entry.content.data() == nullptr ? digest_of(read_file(name).value_or("")) : digest_of(entry.content);
    out_.files.push_back(std::move(entry));
  }

  /// libclang goes through all that was read to find a file.
  bool is_system(CXFile file) {
    const auto [found, is_new] = is_system_.try_emplace(file, false);
    if (is_new)
      found->second = clang_Location_isInSystemHeader(clang_getLocationForOffset(source_.unit, file, 0)) != 0;
    return found->second;
  }

  void look_at(const Inclusion& inclusion) {
    if (inclusion.spelled.starts_with("/")) return;
    const bool from_system = is_system(inclusion.includer);
    const std::string found = inclusion.included == nullptr ? "" : absolute_path(path_of(inclusion.included));
    if (from_system && !seen_system_names_.insert(inclusion.spelled).second) return;
    const std::string own_folder = from_system || is_angled(inclusion) ? "" : folder_of(inclusion.includer);
    search(inclusion.spelled, own_folder, found);
    if (inclusion.included != nullptr && is_system(inclusion.included) &&
        found.ends_with("/" + inclusion.spelled))
      add_system_folder(found.substr(0, found.size() - inclusion.spelled.size() - 1));
  }

  /// `#include <…>`, which does not look in the includer's own folder. A name that a macro gives counts as
  /// quoted.
  bool is_angled(const Inclusion& inclusion) {
    if (inclusion.is_blank) return true;
    const TokenText& text = source_.texts.of(inclusion.includer);
    const std::size_t name = text.index_at(inclusion.offset) + 2;
    return name < text.tokens.size() && text.tokens[name].text.starts_with("<");
  }

  std::string folder_of(CXFile file) const {
    return file == source_.main_file ? source_.request.folder : parent_folder(absolute_path(path_of(file)));
  }

  /// Notes what is not there in the folders that come before the one that has the file. Returns where it was
  /// found among them, or nothing.
  std::string search(const std::string& name, const std::string& own_folder, const std::string& found) {
    std::vector<std::string> folders;
    if (!own_folder.empty()) folders.push_back(own_folder);
    folders.insert(folders.end(), user_folders_.begin(), user_folders_.end());
    for (const std::string& folder : folders) {
      const std::string path = absolute_path(folder + "/" + name);
      if (path == found) return path;
      if (!exists(path))
        absent_.insert(first_missing(folder, name));
      else if (found.empty())
        return path;
    }
    return {};
  }

  /// The shortest path below `folder` on the way to `name` that is not there: one of them stands for all that
  /// would lie below it.
  static std::string first_missing(const std::string& folder, const std::string& name) {
    if (name.find("..") == std::string::npos) {
      for (std::size_t slash = name.find('/'); slash != std::string::npos;
           slash = name.find('/', slash + 1)) {
        const std::string path = absolute_path(folder + "/" + name.substr(0, slash));
        if (!exists(path)) return path;
      }
    }
    return absolute_path(folder + "/" + name);
  }

  void add_system_folder(const std::string& folder) { system_folders_.insert(folder); }

  void look_for_names(CXFile file) {
    if (file == nullptr) return;
    const TokenText& text = source_.texts.of(file);
    look_for_questions(file, text);
    look_for_embedded(file, text);
  }

  /// __has_include asks about a header without including it.
  void look_for_questions(CXFile file, const TokenText& text) {
    for (std::size_t i = 0; i + 2 < text.tokens.size(); i++) {
      if (!text.tokens[i].in_directive || !text.tokens[i].text.starts_with("__has_include")) continue;
      if (text.tokens[i + 1].text != "(") continue;
      const std::string name = header_name(text, i + 2);
      if (name.empty() || name.front() == '/') continue;
      const std::string found = search(name, folder_of(file), "");
      if (!found.empty()) add_asked_file(found);
    }
  }

  /// Files whose bytes become data, by the preprocessor or by the assembler:
  ///     #embed "table.bin"
  ///     asm(".incbin \"table.bin\"");
  void look_for_embedded(CXFile file, const TokenText& text) {
    for (std::size_t i = 0; i < text.tokens.size(); i++) {
      const Token& token = text.tokens[i];
      if (token.begins_directive && i + 2 < text.tokens.size() && text.tokens[i + 1].text == "embed") {
        const std::string name = header_name(text, i + 2);
        if (name.empty()) embeds_unnamed_ = true;
        add_embedded(name, folder_of(file));
      }
      if (token.kind != TokenKind::literal) continue;
      const bool is_assembly = token.text.find(".incbin") != std::string_view::npos ||
                               token.text.find(".include") != std::string_view::npos;
      embeds_unnamed_ = embeds_unnamed_ || is_assembly;
    }
  }

  /// Where assembly or a macro names a file, it may do so in any string, or in a part of one:
  ///     #define INCBIN(name, file) asm(#name ": .incbin \"" file "\"")
  ///     INCBIN(table, "table.bin");
  void look_into_strings(CXFile file) {
    if (file == nullptr) return;
    for (const Token& token : source_.texts.of(file).tokens) {
      if (token.kind != TokenKind::literal) continue;
      for (const std::string& name : quoted_parts(token.text)) {
        add_embedded(name, absolute_path("."));
        add_embedded(name, folder_of(file));
      }
    }
  }

  /// What stands between two quotes of a literal, escaped ones among them.
  static std::vector<std::string> quoted_parts(std::string_view literal) {
    std::vector<std::string> out;
    std::size_t open = literal.find('"');
    while (open != std::string_view::npos) {
      const std::size_t close = literal.find('"', open + 1);
      if (close == std::string_view::npos) break;
      std::string part(literal.substr(open + 1, close - open - 1));
      if (part.ends_with('\\')) part.pop_back();
      out.push_back(std::move(part));
      open = close;
    }
    return out;
  }

  /// `own_folder`: where a relative name is looked for before the folders for headers.
  void add_embedded(const std::string& name, const std::string& own_folder) {
    if (name.empty()) return;
    const std::string found = name.front() == '/' ? name : search(name, own_folder, "");
    if (found.empty() || !is_file(found) || !seen_embedded_.insert(found).second) return;
    out_.files.push_back({nullptr, {found, false, digest_of(read_file(found).value_or(""))}, true, {}});
  }

  static std::string header_name(const TokenText& text, std::size_t at) {
    const std::string_view from = text.content.substr(text.tokens[at].begin);
    if (from.empty() || (from.front() != '<' && from.front() != '"')) return {};
    const std::size_t close = from.find(from.front() == '<' ? '>' : '"', 1);
    return close == std::string_view::npos ? std::string() : std::string(from.substr(1, close - 1));
  }

  /// Its being there decides something, so it must stay; that its content counts too does no harm.
  void add_asked_file(const std::string& path) {
    const bool is_known = std::any_of(out_.files.begin(), out_.files.end(),
                                      [&](const IncludedFile& entry) { return entry.source.path == path; });
    if (!is_known)
      out_.files.push_back({nullptr, {path, false, digest_of(read_file(path).value_or(""))}, false, {}});
  }

  CellSource& source_;
  IncludedFiles& out_;
  std::vector<std::string> user_folders_;
  std::map<CXFile, bool> is_system_;  ///< by file that was seen
  std::set<std::string> seen_embedded_;
  bool embeds_unnamed_ = false;  ///< something embeds a file whose name is not told in one piece
  std::set<std::string> seen_system_names_;
  std::set<std::string> system_folders_;
  std::set<std::string> absent_;
};

}  // namespace

IncludedFiles find_includes(CellSource& source) {
  IncludedFiles out;
  IncludeFinder(source, out).run();
  return out;
}

}  // namespace hamcell
