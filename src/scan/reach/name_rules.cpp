// What a name alone brings: words that the tree leaves open, macros, operators in templates.
#include <algorithm>
#include <map>

#include "scan/reach/rule_context.h"
#include "scan/reach/rules.h"

namespace hamcell {
namespace {

class NameRules {
 public:
  explicit NameRules(RuleContext& context)
      : context_(context), units_(context.units), reach_(context.reach), source_(context.source) {}

  void apply() {
    for (const Unit& unit : units_.list)
      for (const CXCursor cursor : unit.cursors) meet_variables(cursor);
    for (std::uint32_t k = 0; k < reach_.targets.variables.size(); k++)
      variables_[reach_.targets.variables[k].name].push_back(k);
    for (std::uint32_t i = 0; i < units_.list.size(); i++) {
      by_name(i);
      by_late_operator(i);
    }
  }

 private:
  /// Also those that nothing refers to in a way that the tree shows.
  void meet_variables(CXCursor cursor) {
    reach_.targets.of(cursor);
    if (!is_class_kind(clang_getCursorKind(cursor))) return;
    for_each_child(cursor, [&](CXCursor child) {
      const CXCursorKind kind = clang_getCursorKind(child);
      if (kind == CXCursor_VarDecl || is_class_kind(kind)) meet_variables(child);
    });
  }

  /// A word brings the macros of its name and whatever those name, transitively:
  ///     #define LIMIT 3
  ///     #define CLAMP(x) std::min(x, LIMIT)
  ///     int f(int a) { return CLAMP(a); }                 // brings CLAMP and LIMIT
  /// A word that the tree says nothing about, or that is looked up again when a template is instantiated,
  /// brings all declarations of that name, wherever they stand:
  ///     template <class T> double total(const T& t) { return weight(t); }
  ///     double weight(const Day&);                        // declared later, found by its argument
  void by_name(std::uint32_t i) {
    const Unit& unit = units_.list[i];
    if (unit.kind == UnitKind::macro) return;
    for (const Word& word : reach_.parts[i].text.words) {
      MacroTable& macros = source_.declarations.macros;
      const std::string name(word.text);
      if (macros.has(name)) {
        context_.add_named(i, units_.macros(word.text));
        for (const std::string& inner : macros.words(name)) {
          context_.add_named(i, units_.macros(inner));
          add_expanded(i, units_.named(inner));
        }
      }
      if (context_.is_late(i) && context_.marks.at(word.file, word.offset) == Mark::unknown)
        use_members(i, word.text);
      if (is_open(unit, word)) {
        context_.add_named(i, units_.named(word.text));
        use_variables(i, word.text);
      }
      if (macros.has(name)) by_pasted_name(i, macros.pastes(name));
    }
  }

  /// What is done with a variable that the tree does not show is not known:
  ///     [&n = counter] { ++n; }
  void use_variables(std::uint32_t i, std::string_view name) {
    const auto found = variables_.find(name);
    if (found == variables_.end()) return;
    const bool at_load = context_.is_variable_template(i);
    for (const std::uint32_t variable : found->second)
      reach_.parts[i].tree.variables.push_back({variable, true, at_load});
  }

  /// A static member of a class that a template will tell: `++T::count`.
  void use_members(std::uint32_t i, std::string_view name) {
    const auto found = variables_.find(name);
    if (found == variables_.end()) return;
    for (const std::uint32_t variable : found->second)
      if (reach_.targets.variables[variable].is_member)
        reach_.parts[i].tree.variables.push_back({variable, true, false});
  }

  /// Whether the word counts by its name.
  bool is_open(const Unit& unit, const Word& word) const {
    const Mark mark = context_.marks.at(word.file, word.offset);
    if (mark == Mark::late || unit.kind == UnitKind::text) return true;
    if (mark != Mark::unknown || word.is_member) return false;
    // `T::value`: a member of a type that is in reach by itself.
    if (word.qualifier.empty() || word.qualifier == "::") return true;
    return context_.marks.at(word.file, word.qualifier_offset) != Mark::resolved && word.qualifier != ">";
  }

  /// A word that a macro brings has no place of its own in the tree. Where the tree knows all names of the
  /// unit and one of these is among them, that is the one that is meant.
  void add_expanded(std::uint32_t from, const std::vector<std::uint32_t>* to) {
    if (to == nullptr) return;
    const std::vector<std::uint32_t>& known = reach_.parts[from].tree.units;
    const bool is_known = std::any_of(to->begin(), to->end(), [&](std::uint32_t unit) {
      return unit == from || std::binary_search(known.begin(), known.end(), unit);
    });
    if (!is_known || context_.is_late(from)) context_.add_named(from, to);
  }

  /// A name that a macro puts together may be that of any macro that has one of its pieces in it; in a
  /// template also that of any declaration:
  ///     #define SIZE(x) SIZE_##x
  ///     #define SIZE_A 3
  ///     int f() { return SIZE(A); }
  /// Where all pieces are arguments, it is any that has a word of the unit in it.
  void by_pasted_name(std::uint32_t i, const std::vector<std::string>& pieces) {
    for (const std::string& piece : pieces) {
      if (!piece.empty()) {
        add_containing(i, piece);
        continue;
      }
      for (const Word& word : reach_.parts[i].text.words) add_containing(i, word.text);
    }
  }

  void add_containing(std::uint32_t from, std::string_view piece) {
    for (std::uint32_t i = 0; i < units_.list.size(); i++) {
      const Unit& unit = units_.list[i];
      if (unit.kind != UnitKind::macro && !context_.is_late(from)) continue;
      if (unit.name.find(piece) == std::string::npos || unit.name == piece) continue;
      context_.add(from, i);
      reach_.parts[from].by_name.push_back(i);
    }
  }

  /// In a template, an operator on operands of unknown type may be any operator function of that token:
  ///     template <class T> T twice(T t) { return t + t; }
  ///     Money operator+(Money, Money);
  ///     template <class... A> auto sum(A... a) { return (a + ...); }
  void by_late_operator(std::uint32_t i) {
    const Unit& unit = units_.list[i];
    for (const std::string& used : reach_.parts[i].tree.late_operators)
      context_.add_named(i, units_.named("operator" + used));
    if (!context_.is_late(i)) return;
    for (std::size_t k = 0; k < unit.tokens.size(); k++) {
      // The tree does not say which operator folds a pack, and shows nothing of a variable template.
      const bool is_fold = (k > 0 && text_at(unit, k - 1) == "...") ||
                           (k + 1 < unit.tokens.size() && text_at(unit, k + 1) == "...");
      const std::string_view text = text_at(unit, k);
      if (is_overloadable(text) && (is_fold || context_.is_variable_template(i)))
        context_.add_named(i, units_.named("operator" + std::string(text)));
    }
    for (CXFile file : unit.included)
      for (const Token& token : source_.texts.of(file).tokens)
        if (is_overloadable(token.text))
          context_.add_named(i, units_.named("operator" + std::string(token.text)));
  }

  RuleContext& context_;
  Units& units_;
  Reach& reach_;
  CellSource& source_;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> variables_;  ///< by name
};

}  // namespace

void apply_name_rules(RuleContext& context) { NameRules(context).apply(); }

}  // namespace hamcell
