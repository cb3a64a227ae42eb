// What a declaration brings by what it declares: members, specialisations, classes that derive.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "scan/reach/rule_context.h"
#include "scan/reach/rules.h"

namespace hamcell {
namespace {

class DeclarationRules {
 public:
  explicit DeclarationRules(RuleContext& context)
      : context_(context), units_(context.units), reach_(context.reach), source_(context.source) {}

  void apply() {
    for (std::uint32_t i = 0; i < units_.list.size(); i++) by_declaration(i);
    join_redeclarations();
    to_derived_classes();
  }

 private:
  void by_declaration(std::uint32_t i) {
    Unit& unit = units_.list[i];
    if (unit.kind != UnitKind::declaration) return;
    for (const CXCursor cursor : unit.cursors) {
      const CXCursorKind kind = clang_getCursorKind(cursor);
      if (is_type_kind(kind)) reach_.parts[i].is_type = true;
      to_redeclarations(i, cursor);
      to_members(i, cursor);
      to_specialisations(i, cursor);
      if (kind == CXCursor_UnexposedDecl || is_deduction_guide(cursor)) to_same_name(i);
      if (kind == CXCursor_FunctionDecl && replaces_library_function(cursor)) unit.counts_for_all = true;
      if (is_in_section(unit)) unit.counts_for_all = true;
    }
  }

  /// Another declaration of the same thing can have what this one has not: default arguments, attributes.
  ///     double scale(double x, double by = 2);
  ///     double scale(double x, double by) { return x * by; }
  void to_redeclarations(std::uint32_t i, CXCursor cursor) {
    // All declarations are found from the first one.
    for (const std::uint32_t first : reach_.targets.of(clang_getCanonicalCursor(cursor)).units)
      if (first != i) redeclared_[first].push_back(i);
  }

  void join_redeclarations() {
    for (const auto& [first, others] : redeclared_) {
      std::vector<std::uint32_t> telling;
      for (const std::uint32_t unit : others)
        if (!is_bare_declaration(unit)) telling.push_back(unit);
      if (!is_bare_declaration(first)) telling.push_back(first);
      if (telling.empty()) continue;
      const std::uint32_t hub = telling.front();
      for (const std::uint32_t unit : telling) {
        context_.add(hub, unit);
        context_.add(unit, hub);
      }
      context_.add(first, hub);
      for (const std::uint32_t unit : others) context_.add(unit, hub);
    }
  }

  /// `struct Day;` or `double sq(double);`, which say nothing that the definition does not say.
  bool is_bare_declaration(std::uint32_t i) const {
    const Unit& unit = units_.list[i];
    if (unit.cursors.size() != 1 || clang_isCursorDefinition(unit.cursors.front()) != 0) return false;
    const CXCursorKind kind = clang_getCursorKind(unit.cursors.front());
    if (kind != CXCursor_FunctionDecl && !is_class_kind(kind)) return false;
    // Without a definition in this text it is all that there is.
    const CXCursor definition = clang_getCursorDefinition(unit.cursors.front());
    if (is_null(definition)) return false;
    return std::none_of(unit.tokens.begin(), unit.tokens.end(), [&](std::size_t token) {
      static constexpr std::array<std::string_view, 6> telling = {"=",        "[",        "__attribute__",
                                                                  "noexcept", "requires", "extern"};
      const std::string_view text = unit.text->tokens[token].text;
      return std::find(telling.begin(), telling.end(), text) != telling.end() ||
             source_.declarations.macros.has(std::string(text));
    });
  }

  /// A class brings its members that are defined outside of it:
  ///     struct Day { double mean() const; static int count; };
  ///     double Day::mean() const { return 0; }
  void to_members(std::uint32_t i, CXCursor cursor) {
    const CXCursor owner = clang_getCursorSemanticParent(cursor);
    if (!is_type_kind(clang_getCursorKind(owner))) return;
    for (const std::uint32_t unit : reach_.targets.of(owner).units) {
      context_.add(unit, i);
      context_.add(i, unit);
    }
  }

  /// A template brings its specialisations, and a type every specialisation that names it:
  ///     template <> struct std::hash<Day> { ... };        // for std::unordered_set<Day>
  ///     template <> double area<Circle>(const Circle&);
  ///     template <> constexpr bool std::ranges::enable_view<Days> = true;
  void to_specialisations(std::uint32_t i, CXCursor cursor) {
    const CXCursor general = clang_getSpecializedCursorTemplate(cursor);
    if (is_null(general) && !begins_specialisation(units_.list[i])) return;
    std::set<std::uint32_t> named;
    // Of a variable template only the name tells.
    const auto* same_name = units_.named(units_.list[i].name);
    bool is_of_user = same_name != nullptr && same_name->size() > 1;
    if (!is_null(general)) {
      const std::vector<std::uint32_t>& units = reach_.targets.of(general).units;
      is_of_user = !units.empty();
      named.insert(units.begin(), units.end());
      for (const std::uint32_t unit : units) context_.add(i, unit);
    }
    for (const std::size_t token : units_.list[i].tokens) {
      const Token& word = units_.list[i].text->tokens[token];
      if (word.text == "{" || word.text == "=" || word.text == ":") break;
      const auto* units = units_.named(word.text);
      if (units == nullptr) continue;
      // A concept among the words says nothing about which types the specialisation is for; an alias stands
      // for another type:
      //     using Key = Day;
      //     template <> struct std::hash<Key> { ... };
      for (const std::uint32_t unit : *units)
        for (const CXCursor declared : units_.list[unit].cursors)
          if (is_type_kind(clang_getCursorKind(declared)) || is_alias(declared))
            context_.add_type(declared, named);
    }
    named.erase(i);
    for (const std::uint32_t unit : named) context_.add(unit, i);
    // One that names nothing of the user's: whoever uses the template may get it.
    if (named.empty() && !is_of_user) units_.list[i].counts_for_all = true;
  }

  /// `template <>`, or a variable template whose name has arguments: `enable_view<T>`.
  static bool begins_specialisation(const Unit& unit) {
    if (unit.tokens.size() < 4 || text_at(unit, 0) != "template") return false;
    if (text_at(unit, 1) == "<" && text_at(unit, 2) == ">") return true;
    if (clang_getCursorKind(unit.cursors.front()) != CXCursor_UnexposedDecl) return false;
    for (std::size_t k = 0; k + 1 < unit.tokens.size() && text_at(unit, k) != "="; k++)
      if (text_at(unit, k) == unit.name && text_at(unit, k + 1) == "<") return true;
    return false;
  }

  /// A variable template and its specialisations, which libclang does not tell apart, and a class template
  /// with its deduction guides:
  ///     template <class T> Box(T*) -> Box<long>;
  void to_same_name(std::uint32_t i) {
    const auto* units = units_.named(units_.list[i].name);
    if (units == nullptr) return;
    for (const std::uint32_t unit : *units) {
      context_.add(unit, i);
      context_.add(i, unit);
    }
  }

  /// `__attribute__((section("table")))`: found by the addresses where the section begins and ends.
  static bool is_in_section(const Unit& unit) {
    for (std::size_t k = 0; k + 1 < unit.tokens.size(); k++)
      if ((text_at(unit, k) == "section" || text_at(unit, k) == "__section__") && text_at(unit, k + 1) == "(")
        return true;
    return false;
  }

  /// `void* operator new(std::size_t)`, or another function of the library that the cell defines anew:
  /// everything may call it.
  static bool replaces_library_function(CXCursor cursor) {
    static constexpr std::array<std::string_view, 7> allocation = {
        "malloc", "calloc", "realloc", "free", "aligned_alloc", "posix_memalign", "memalign"};
    const std::string name = text_of(clang_getCursorSpelling(cursor));
    if (name.starts_with("operator new") || name.starts_with("operator delete")) return true;
    if (std::find(allocation.begin(), allocation.end(), name) != allocation.end() &&
        text_of(clang_Cursor_getMangling(cursor)) == name)
      return true;
    const CXCursor first = clang_getCanonicalCursor(cursor);
    return clang_Location_isInSystemHeader(clang_getCursorLocation(first)) != 0;
  }

  /// A class with virtual functions brings the classes that derive from it, one of which may be what a
  /// reference to it stands for:
  ///     double total(const Shape& s) { return s.area(); }
  ///     struct Circle : Shape { double area() const override; };
  void to_derived_classes() {
    std::map<std::uint32_t, std::set<std::uint32_t>> derived;
    std::set<std::uint32_t> open;
    for (std::uint32_t i = 0; i < units_.list.size(); i++) {
      if (!reach_.parts[i].is_type) continue;
      for (const CXCursor cursor : units_.list[i].cursors)
        for_each_child(cursor, [&](CXCursor child) {
          if (clang_getCursorKind(child) != CXCursor_CXXBaseSpecifier) return;
          std::set<std::uint32_t> bases;
          context_.collect_types(child, bases);
          for (const std::uint32_t base : bases) derived[base].insert(i);
        });
      if (has_virtual(units_.list[i])) open.insert(i);
    }
    std::set<std::uint32_t> done;
    while (!open.empty()) {
      const std::uint32_t base = *open.begin();
      open.erase(open.begin());
      if (!done.insert(base).second) continue;
      for (const std::uint32_t unit : derived[base]) {
        context_.add(base, unit);
        open.insert(unit);
      }
    }
  }

  static bool has_virtual(const Unit& unit) {
    return std::any_of(unit.tokens.begin(), unit.tokens.end(), [&](std::size_t token) {
      return unit.text->tokens[token].text == "virtual" || unit.text->tokens[token].text == "override";
    });
  }

  RuleContext& context_;
  Units& units_;
  Reach& reach_;
  CellSource& source_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> redeclared_;  ///< by the first declaration
};

}  // namespace

void apply_declaration_rules(RuleContext& context) { DeclarationRules(context).apply(); }

}  // namespace hamcell
