// The user's text cut into units: the smallest pieces that a node reaches or does not reach as a whole.
#include "scan/reach/units.h"

#include <algorithm>
#include <array>
#include <deque>
#include <ranges>
#include <set>
#include <tuple>

#include "base/file.h"
#include "scan/reach/conditionals.h"

namespace hamcell {
namespace {

bool is_function_kind(CXCursorKind kind) {
  return kind == CXCursor_FunctionDecl || kind == CXCursor_FunctionTemplate || kind == CXCursor_CXXMethod ||
         kind == CXCursor_Constructor || kind == CXCursor_Destructor || kind == CXCursor_ConversionFunction;
}

/// "Box" of "<deduction guide for Box>", which is found wherever Box is named.
std::string declared_name(CXCursor cursor) {
  std::string name = text_of(clang_getCursorSpelling(cursor));
  static constexpr std::string_view guide = "<deduction guide for ";
  if (name.starts_with(guide)) name = name.substr(guide.size(), name.size() - guide.size() - 1);
  return name;
}

/// What stands before its declarations: "namespace physics", "extern \"C\"". An unnamed namespace has no
/// name.
std::string scope_of(CXCursor cursor) {
  if (clang_getCursorKind(cursor) == CXCursor_LinkageSpec) return "extern \"C\" ";
  const bool is_inline = clang_Cursor_isInlineNamespace(cursor) != 0;
  const std::string name =
      clang_Cursor_isAnonymous(cursor) != 0 ? "" : text_of(clang_getCursorSpelling(cursor));
  return (is_inline ? "inline " : "") + name + "::";
}

/// Words that only open and close scopes, whose names are part of the units' identities.
bool is_structural(const TokenText& text, std::size_t at) {
  static constexpr std::array<std::string_view, 8> words = {
      "{", "}", ";", "::", "namespace", "inline", "extern", ""};
  const Token& token = text.tokens[at];
  if (std::find(words.begin(), words.end(), token.text) != words.end()) return true;
  if (at == 0) return false;
  const std::string_view before = text.tokens[at - 1].text;
  return before == "namespace" || before == "::" || (before == "extern" && token.text.starts_with('"'));
}

/// A pragma that changes what the compiler says, or nothing at all, and not what it makes.
bool is_harmless_pragma(const TokenText& text, std::size_t word) {
  static constexpr std::array<std::string_view, 6> harmless = {"once",    "region", "endregion",
                                                               "message", "mark",   "diagnostic"};
  for (std::size_t i = word; i < word + 2 && i < text.tokens.size(); i++)
    if (std::find(harmless.begin(), harmless.end(), text.tokens[i].text) != harmless.end()) return true;
  return false;
}

/// Something above that has an effect on all declarations below it.
struct Prefix {
  OrderKey key;
  Digest text;
  std::set<std::string> macros = {};  ///< that it names
};

class UnitReader {
 public:
  UnitReader(CellSource& source, const IncludedFiles& files, const std::vector<bool>& is_attribute)
      : source_(source),
        is_attribute_(is_attribute),
        order_(source.main_file, source.declarations.inclusions) {
    add_file(source.main_file);
    for (const IncludedFile& file : files.files)
      if (!file.source.is_system && file.file != nullptr) add_file(file.file);
  }

  Units read() {
    for (const CXCursor cursor : source_.declarations.user_cursors) collect(cursor, "");
    for (UserFile& file : files_) {
      join_overlapping(file.units);
      take_pragma_operators(file);
      take_tokens(file);
      read_directives(file);
    }
    learn_branches();
    for (UserFile& file : files_) add_leftover(file);
    Units out;
    for (UserFile& file : files_)
      std::move(file.units.begin(), file.units.end(), std::back_inserter(out.list));
    for (Unit& unit : out.list) unit.key = order_.key(unit.file, unit.begin);
    std::sort(out.list.begin(), out.list.end(), [](const Unit& a, const Unit& b) {
      return std::tie(a.key, a.kind, a.end) < std::tie(b.key, b.kind, b.end);
    });
    expand_prefixes(out.list);
    set_prefixes(out.list, std::move(prefixes_), &Unit::prefix);
    set_prefixes(out.list, std::move(lines_), &Unit::line_prefix);
    out.index();
    return out;
  }

 private:
  struct UserFile {
    CXFile file = nullptr;
    const TokenText* text = nullptr;
    std::vector<Unit> units;
    std::vector<bool> is_taken;  ///< by token: part of a unit, or of something that has no effect
  };

  void add_file(CXFile file) {
    const auto [found, is_new] = file_index_.try_emplace(file, files_.size());
    if (!is_new) return;
    const TokenText& text = source_.texts.of(file);
    files_.push_back({file, &text, {}, std::vector<bool>(text.tokens.size())});
  }

  UserFile* file_of(CXFile file) {
    const auto found = file_index_.find(file);
    return found == file_index_.end() ? nullptr : &files_[found->second];
  }

  void collect(CXCursor cursor, const std::string& scope) {
    const CXCursorKind kind = clang_getCursorKind(cursor);
    if (kind == CXCursor_Namespace || kind == CXCursor_LinkageSpec) {
      const std::string inner = scope + scope_of(cursor);
      for_each_child(cursor, [&](CXCursor child) { collect(child, inner); });
      return;
    }
    const Span span = span_of(cursor);
    UserFile* file = file_of(span.file);
    if (file == nullptr) return;
    if (begins_in_directive(*file, span)) return;
    if (kind == CXCursor_UsingDirective) return add_prefix(*file, span);
    const std::string name = declared_name(cursor);
    if (kind == CXCursor_UnexposedDecl && name.empty() && is_empty(*file, span)) return;
    Unit unit;
    unit.cursors = {cursor};
    unit.name = name;
    unit.place = position_of(cursor);
    unit.scope = scope;
    unit.file = span.file;
    unit.begin = span.begin;
    unit.end = std::max(span.end, span.begin + 1);
    unit.text = file->text;
    // It ends in the text of a file that is included in the middle of it.
    unit.ends_elsewhere = span.end == span.begin;
    // What the walk does not understand: a declaration of a kind that has no name to reach it by.
    unit.counts_for_all = kind == CXCursor_UnexposedDecl && name.empty();
    file->units.push_back(std::move(unit));
  }

  static bool begins_in_directive(const UserFile& file, const Span& span) {
    const std::size_t at = file.text->index_at(span.begin);
    return at < file.text->tokens.size() && file.text->tokens[at].in_directive;
  }

  static bool is_empty(const UserFile& file, const Span& span) {
    const std::size_t at = file.text->index_at(span.begin);
    return at >= file.text->tokens.size() || file.text->tokens[at].text == ";";
  }

  static void take(UserFile& file, const Span& span) {
    for (std::size_t i = file.text->index_at(span.begin);
         i < file.text->tokens.size() && file.text->tokens[i].begin < span.end; i++)
      file.is_taken[i] = true;
  }

  void add_prefix(UserFile& file, const Span& span) {
    take(file, span);
    const std::size_t begin = file.text->index_at(span.begin);
    const std::size_t end = file.text->index_at(span.end);
    Prefix& prefix = prefixes_.emplace_back();
    prefix.key = order_.key(file.file, span.begin);
    prefix.text = digest_tokens(file, begin, end);
    for (std::size_t i = begin; i < end; i++) {
      const std::string word(file.text->tokens[i].text);
      if (!source_.declarations.macros.has(word)) continue;
      prefix.macros.insert(word);
      for (const std::string& inner : source_.declarations.macros.words(word)) prefix.macros.insert(inner);
    }
  }

  /// A pragma may name macros, which then count with it: `#pragma pack(push, WIDTH)`.
  void expand_prefixes(const std::vector<Unit>& units) {
    for (Prefix& prefix : prefixes_) {
      if (prefix.macros.empty()) continue;
      Digester digester;
      digester.add(prefix.text);
      for (const Unit& unit : units)
        if (unit.kind == UnitKind::macro && prefix.macros.contains(unit.name)) {
          digester.add(std::uint64_t{unit.key < prefix.key});
          for (const std::size_t token : unit.tokens) digester.add(unit.text->tokens[token].text);
        }
      prefix.text = digester.finish();
    }
  }

  static Digest digest_tokens(const UserFile& file, std::size_t begin, std::size_t end) {
    Digester digester;
    for (std::size_t i = begin; i < end; i++) digester.add(file.text->tokens[i].text);
    return digester.finish();
  }

  static void join_overlapping(std::vector<Unit>& units) {
    std::sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) {
      return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    std::vector<Unit> joined;
    for (Unit& unit : units) {
      if (joined.empty() || unit.begin >= joined.back().end) {
        joined.push_back(std::move(unit));
        continue;
      }
      Unit& last = joined.back();
      last.end = std::max(last.end, unit.end);
      last.cursors.insert(last.cursors.end(), unit.cursors.begin(), unit.cursors.end());
      last.counts_for_all = last.counts_for_all || unit.counts_for_all;
      if (last.name.empty()) last.name = unit.name;
    }
    units = std::move(joined);
  }

  /// `_Pragma("pack(1)")` between declarations.
  void take_pragma_operators(UserFile& file) {
    const std::vector<Token>& tokens = file.text->tokens;
    std::size_t unit = 0;
    for (std::size_t i = 0; i + 3 < tokens.size(); i++) {
      if (tokens[i].text != "_Pragma" || tokens[i].in_directive) continue;
      while (unit < file.units.size() && file.units[unit].end <= tokens[i].begin) unit++;
      if (unit < file.units.size() && file.units[unit].begin <= tokens[i].begin) continue;
      add_prefix(file, {file.file, tokens[i].begin, tokens[i + 3].end, 0, 0});
    }
  }

  /// The tokens of each unit: those of its extent, what stands between it and the end of what comes before
  /// (attributes), and what stands behind it up to its semicolon.
  void take_tokens(UserFile& file) {
    const std::vector<Token>& tokens = file.text->tokens;
    std::size_t free = 0;  // the first token behind the last unit
    for (std::size_t k = 0; k < file.units.size(); k++) {
      Unit& unit = file.units[k];
      std::size_t first = file.text->index_at(unit.begin);
      std::size_t last = file.text->index_at(unit.end);
      while (first > free && !ends_declaration(tokens[first - 1]) && !file.is_taken[first - 1]) first--;
      const std::size_t limit =
          k + 1 < file.units.size() ? file.text->index_at(file.units[k + 1].begin) : tokens.size();
      if (ends_with_semicolon(unit))
        while (last < limit && tokens[last].text != ";" &&
               (unit.ends_elsewhere || !tokens[last].in_directive))
          last++;
      for (std::size_t i = first; i < last; i++) {
        file.is_taken[i] = true;
        if (counts(file, i)) unit.tokens.push_back(i);
      }
      if (first < last) {
        unit.begin = std::min(unit.begin, tokens[first].begin);
        unit.end = std::max(unit.end, tokens[last - 1].end);
      }
      free = last;
      add_included(unit);
    }
  }

  static bool ends_declaration(const Token& token) {
    return token.in_directive || token.text == ";" || token.text == "}" || token.text == "{";
  }

  /// A function's body ends it; anything else goes on to its semicolon.
  static bool ends_with_semicolon(const Unit& unit) {
    const CXCursor last = unit.cursors.back();
    const CXCursorKind kind = clang_getCursorKind(last);
    return !(is_function_kind(kind) && clang_isCursorDefinition(last) != 0) && kind != CXCursor_UnexposedDecl;
  }

  bool counts(const UserFile& file, std::size_t token) const {
    if (file.file == source_.main_file && is_attribute_[token]) return false;
    return source_.request.is_for_other_compiler || !file.text->tokens[token].skipped;
  }

  /// Coefficients from `#include "coeffs.inc"` inside an array are text of that array.
  void add_included(Unit& unit) {
    std::deque<std::pair<CXFile, bool>> open = {{unit.file, true}};
    while (!open.empty()) {
      const auto [file, is_own] = open.front();
      open.pop_front();
      for (const Inclusion& inclusion : source_.declarations.inclusions) {
        if (inclusion.includer != file || inclusion.included == nullptr) continue;
        if (is_own && (inclusion.offset < unit.begin || inclusion.offset >= unit.end)) continue;
        if (std::find(unit.included.begin(), unit.included.end(), inclusion.included) != unit.included.end())
          continue;
        if (UserFile* included = file_of(inclusion.included); included != nullptr) {
          unit.included.push_back(inclusion.included);
          included->is_taken.assign(included->is_taken.size(), true);
          open.emplace_back(inclusion.included, false);
        }
      }
    }
  }

  // ---- Directives

  void read_directives(UserFile& file) {
    const std::vector<Token>& tokens = file.text->tokens;
    std::vector<Unit> macros;
    for (std::size_t i = 0; i + 1 < tokens.size(); i++) {
      if (!tokens[i].begins_directive) continue;
      std::size_t end = i + 1;
      while (end < tokens.size() && tokens[end].in_directive && !tokens[end].begins_directive) end++;
      const std::string_view word = tokens[i + 1].text;
      const bool is_live = source_.request.is_for_other_compiler || !tokens[i].skipped;
      const bool is_macro = (word == "define" || word == "undef") && i + 2 < end;
      if (is_macro && is_live) macros.push_back(macro_unit(file, i, end));
      // `#pragma omp declare reduction` names functions.
      if (word == "pragma" && is_live && !file.is_taken[i] && end > i + 2 && tokens[i + 2].text == "omp")
        macros.push_back(pragma_unit(file, i, end));
      else if (word == "pragma" && is_live && !file.is_taken[i] && !is_harmless_pragma(*file.text, i + 2))
        add_prefix(file, {file.file, tokens[i].begin, tokens[end - 1].end, 0, 0});
      if (word == "line" && is_live)
        lines_.push_back({order_.key(file.file, tokens[i].begin), digest_tokens(file, i, end), {}});
      if (is_macro) exclude(file, i, end);
    }
    std::move(macros.begin(), macros.end(), std::back_inserter(file.units));
  }

  static Unit macro_unit(const UserFile& file, std::size_t begin, std::size_t end) {
    const std::vector<Token>& tokens = file.text->tokens;
    Unit unit;
    unit.kind = UnitKind::macro;
    unit.name = std::string(tokens[begin + 2].text);
    unit.place = {file.file, tokens[begin + 2].line, tokens[begin + 2].column, tokens[begin + 2].begin};
    unit.file = file.file;
    unit.begin = tokens[begin].begin;
    unit.end = tokens[end - 1].end;
    unit.text = file.text;
    for (std::size_t i = begin; i < end; i++) unit.tokens.push_back(i);
    return unit;
  }

  static Unit pragma_unit(const UserFile& file, std::size_t begin, std::size_t end) {
    Unit unit = macro_unit(file, begin, end);
    unit.kind = UnitKind::text;
    unit.name = "#pragma omp";
    unit.counts_for_all = true;
    return unit;
  }

  /// The definition of a macro inside a function is no part of that function.
  static void exclude(UserFile& file, std::size_t begin, std::size_t end) {
    for (Unit& unit : file.units)
      if (unit.begin < file.text->tokens[begin].begin && file.text->tokens[begin].begin < unit.end)
        std::erase_if(unit.tokens, [&](std::size_t i) { return i >= begin && i < end; });
  }

  // ---- What is left

  void learn_branches() {
    if (!source_.request.is_for_other_compiler) return;
    bool has_learned = true;
    while (has_learned) {
      has_learned = false;
      for (const UserFile& file : files_) has_learned = branches_.learn(*file.text) || has_learned;
    }
  }

  /// Text that belongs to no declaration: words that macros turn into something, and branches that another
  /// compiler may take.
  void add_leftover(UserFile& file) {
    const std::vector<Token>& tokens = file.text->tokens;
    Unit unit;
    unit.kind = UnitKind::text;
    const std::vector<bool> is_doubtful =
        source_.request.is_for_other_compiler ? branches_.in(*file.text) : std::vector<bool>(tokens.size());
    for (std::size_t i = 0; i < tokens.size(); i++) {
      if (file.is_taken[i] || tokens[i].in_directive) continue;
      if (tokens[i].skipped ? is_doubtful[i] : !is_structural(*file.text, i) && !is_attribute(file, i))
        unit.tokens.push_back(i);
    }
    if (unit.tokens.empty()) return;
    const Token& first = tokens[unit.tokens.front()];
    unit.name =
        file.file == source_.main_file ? file_name(source_.request.path) : file_name(path_of(file.file));
    unit.place = {file.file, first.line, first.column, first.begin};
    unit.file = file.file;
    unit.begin = first.begin;
    unit.end = first.end;
    unit.text = file.text;
    unit.counts_for_all = true;
    file.units.push_back(std::move(unit));
  }

  bool is_attribute(const UserFile& file, std::size_t token) const {
    return file.file == source_.main_file && is_attribute_[token];
  }

  /// Using-directives and pragmas above a unit count for it, and `#line` where it can see its own place.
  static void set_prefixes(std::vector<Unit>& units, std::vector<Prefix> above, Digest Unit::* prefix) {
    std::sort(above.begin(), above.end(), [](const Prefix& a, const Prefix& b) { return a.key < b.key; });
    Digest so_far;
    std::size_t next = 0;
    for (Unit& unit : units) {
      for (; next < above.size() && above[next].key < unit.key; next++)
        so_far = Digester().add(so_far).add(above[next].text).finish();
      unit.*prefix = so_far;
    }
  }

  CellSource& source_;
  const std::vector<bool>& is_attribute_;
  TextOrder order_;
  std::vector<UserFile> files_;
  std::unordered_map<CXFile, std::size_t> file_index_;
  std::vector<Prefix> prefixes_;
  std::vector<Prefix> lines_;
  CompilerBranches branches_{source_.declarations.macros};
};

}  // namespace

bool is_type_kind(CXCursorKind kind) {
  return kind == CXCursor_StructDecl || kind == CXCursor_ClassDecl || kind == CXCursor_UnionDecl ||
         kind == CXCursor_EnumDecl || kind == CXCursor_ClassTemplate ||
         kind == CXCursor_ClassTemplatePartialSpecialization;
}

Units read_units(CellSource& source, const IncludedFiles& files, const std::vector<bool>& is_attribute) {
  return UnitReader(source, files, is_attribute).read();
}

void Units::index() {
  std::vector<std::pair<std::string, std::uint32_t>> declared;
  for (std::uint32_t i = 0; i < list.size(); i++) {
    const Unit& unit = list[i];
    if (unit.kind == UnitKind::declaration) by_file_[unit.file].push_back(i);
    for (CXFile file : unit.included) inside_[file].push_back(i);
    for (const CXCursor cursor : unit.cursors) {
      // Members that are defined outside of their class are found through the class.
      if (is_type_kind(clang_getCursorKind(clang_getCursorSemanticParent(cursor)))) continue;
      declared.emplace_back(declared_name(cursor), i);
      if (clang_getCursorKind(cursor) == CXCursor_EnumDecl && clang_EnumDecl_isScoped(cursor) == 0)
        for_each_child(cursor, [&](CXCursor child) { declared.emplace_back(declared_name(child), i); });
    }
  }
  names_.reserve(declared.size() + list.size());
  for (std::uint32_t i = 0; i < list.size(); i++) {
    if (list[i].kind != UnitKind::macro) continue;
    names_.push_back(list[i].name);
    macros_[names_.back()].push_back(i);
  }
  for (auto& [name, unit] : declared) {
    names_.push_back(std::move(name));
    std::vector<std::uint32_t>& units = by_name_[names_.back()];
    if (units.empty() || units.back() != unit) units.push_back(unit);
  }
}

std::vector<std::uint32_t> Units::at(CXFile file, unsigned offset) const {
  std::vector<std::uint32_t> out;
  if (const auto including = inside_.find(file); including != inside_.end()) out = including->second;
  const auto found = by_file_.find(file);
  if (found == by_file_.end()) return out;
  const std::vector<std::uint32_t>& units = found->second;
  const auto behind =
      std::upper_bound(units.begin(), units.end(), offset,
                       [&](unsigned at, std::uint32_t unit) { return at < list[unit].begin; });
  if (behind != units.begin() && offset < list[*(behind - 1)].end) out.push_back(*(behind - 1));
  return out;
}

const std::vector<std::uint32_t>* Units::named(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

const std::vector<std::uint32_t>* Units::macros(std::string_view name) const {
  const auto found = macros_.find(name);
  return found == macros_.end() ? nullptr : &found->second;
}

bool says_constant(const Unit& unit) {
  return says_constant(unit.tokens | std::views::transform([&](std::size_t token) -> std::string_view {
                         return unit.text->tokens[token].text;
                       }));
}

}  // namespace hamcell
