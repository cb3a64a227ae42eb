// The rules by which one unit of source brings others along. Each says which C++ needs it.
//
// What the tree says a name refers to is taken as it is (`UnitTree::units`). The rules add what the tree does
// not show: what templates look up when they are instantiated, what the library calls unseen, and what the
// preprocessor did. They may bring too much, never too little.
#include "scan/reach/rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "scan/reach/linked_callbacks.h"
#include "scan/reach/system_names.h"

namespace hamcell {
namespace {

bool is_class_kind(CXCursorKind kind) { return is_type_kind(kind) && kind != CXCursor_EnumDecl; }

/// Class templates of the library that can be made from anything.
bool accepts_anything(std::string_view type) {
  static constexpr std::array<std::string_view, 6> names = {"std::any",     "std::function",
                                                            "std::variant", "std::optional",
                                                            "function_ref", "std::move_only_function"};
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return type.find(name) != std::string_view::npos; });
}

class Rules {
 public:
  Rules(CellSource& source, const IncludedFiles& files, const Marks& marks, Reach& reach)
      : source_(source), files_(files), marks_(marks), reach_(reach), units_(reach.units) {}

  void apply() {
    for (const Unit& unit : units_.list)
      for (const CXCursor cursor : unit.cursors) meet_variables(cursor);
    for (std::uint32_t k = 0; k < reach_.targets.variables.size(); k++)
      variables_[reach_.targets.variables[k].name].push_back(k);
    for (std::uint32_t i = 0; i < units_.list.size(); i++) reach_.parts[i].uses = reach_.parts[i].tree.units;
    for (std::uint32_t i = 0; i < units_.list.size(); i++) {
      by_name(i);
      by_late_operator(i);
      by_linked_name(i);
      by_declaration(i);
    }
    join_redeclarations();
    by_linked_code();
    find_callable_names();
    for (std::uint32_t i = 0; i < units_.list.size(); i++) by_argument(i);
    for (std::uint32_t i = 0; i < units_.list.size(); i++) to_generic_functions(i);
    to_derived_classes();
    count_for_all();
    sort_uses();
    from_initialisers();
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

  std::vector<std::uint32_t>& uses(std::uint32_t unit) { return reach_.parts[unit].uses; }
  void add(std::uint32_t from, std::uint32_t to) {
    if (from != to) uses(from).push_back(to);
  }

  // ---- By name

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
        add_named(i, units_.macros(word.text));
        for (const std::string& inner : macros.words(name)) {
          add_named(i, units_.macros(inner));
          add_expanded(i, units_.named(inner));
        }
      }
      if (is_late(i) && marks_.at(word.file, word.offset) == Mark::unknown) use_members(i, word.text);
      if (is_open(unit, word)) {
        add_named(i, units_.named(word.text));
        use_variables(i, word.text);
      }
      if (macros.has(name)) by_pasted_name(i, macros.pastes(name));
    }
  }

  void add_named(std::uint32_t from, const std::vector<std::uint32_t>* to) {
    if (to == nullptr) return;
    for (const std::uint32_t unit : *to) {
      add(from, unit);
      reach_.parts[from].by_name.push_back(unit);
    }
  }

  /// What is done with a variable that the tree does not show is not known:
  ///     [&n = counter] { ++n; }
  void use_variables(std::uint32_t i, std::string_view name) {
    const auto found = variables_.find(name);
    if (found == variables_.end()) return;
    const bool at_load = is_variable_template(i);
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

  /// Of a variable template libclang shows nothing.
  bool is_variable_template(std::uint32_t i) const {
    const std::vector<CXCursor>& cursors = units_.list[i].cursors;
    return std::any_of(cursors.begin(), cursors.end(), [](CXCursor cursor) {
      return clang_getCursorKind(cursor) == CXCursor_UnexposedDecl &&
             !text_of(clang_getCursorSpelling(cursor)).empty() && !is_deduction_guide(cursor);
    });
  }

  /// Whether the word counts by its name.
  bool is_open(const Unit& unit, const Word& word) const {
    const Mark mark = marks_.at(word.file, word.offset);
    if (mark == Mark::late || unit.kind == UnitKind::text) return true;
    if (mark != Mark::unknown || word.is_member) return false;
    // `T::value`: a member of a type that is in reach by itself.
    if (word.qualifier.empty() || word.qualifier == "::") return true;
    return marks_.at(word.file, word.qualifier_offset) != Mark::resolved && word.qualifier != ">";
  }

  /// A word that a macro brings has no place of its own in the tree. Where the tree knows all names of the
  /// unit and one of these is among them, that is the one that is meant.
  void add_expanded(std::uint32_t from, const std::vector<std::uint32_t>* to) {
    if (to == nullptr) return;
    const std::vector<std::uint32_t>& known = reach_.parts[from].tree.units;
    const bool is_known = std::any_of(to->begin(), to->end(), [&](std::uint32_t unit) {
      return unit == from || std::binary_search(known.begin(), known.end(), unit);
    });
    if (!is_known || is_late(from)) add_named(from, to);
  }

  /// Whether the tree leaves names of the unit open, or does not show what is in it.
  bool is_late(std::uint32_t i) const {
    const std::vector<CXCursor>& cursors = units_.list[i].cursors;
    return reach_.parts[i].tree.has_late_names ||
           std::any_of(cursors.begin(), cursors.end(),
                       [](CXCursor cursor) { return clang_getCursorKind(cursor) == CXCursor_UnexposedDecl; });
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
      if (unit.kind != UnitKind::macro && !is_late(from)) continue;
      if (unit.name.find(piece) == std::string::npos || unit.name == piece) continue;
      add(from, i);
      reach_.parts[from].by_name.push_back(i);
    }
  }

  /// A string that names another function for the linker, as it is or within a mangled name or assembly:
  ///     int chosen() __attribute__((alias("one")));
  ///     int chosen() asm("one");
  /// and any function with C linkage where names are looked up while the program runs:
  ///     dlsym(RTLD_DEFAULT, name)
  void by_linked_name(std::uint32_t i) {
    static constexpr std::array<std::string_view, 9> words = {
        "alias", "__alias__", "ifunc", "__ifunc__", "weakref", "__weakref__", "asm", "__asm__", "__asm"};
    bool is_linked = false;
    for (const std::size_t token : units_.list[i].tokens) {
      const Token& word = units_.list[i].text->tokens[token];
      is_linked = is_linked || std::find(words.begin(), words.end(), word.text) != words.end();
      if (word.text == "dlsym" || word.text == "dlvsym") add_all_with_c_linkage(i);
      if (!is_linked || word.kind != TokenKind::literal || word.text.find('"') == std::string_view::npos)
        continue;
      for (std::uint32_t other = 0; other < units_.list.size(); other++) {
        const Unit& unit = units_.list[other];
        if (unit.kind == UnitKind::declaration && !unit.name.empty() &&
            word.text.find(unit.name) != std::string_view::npos)
          add(i, other);
      }
    }
  }

  void add_all_with_c_linkage(std::uint32_t i) {
    for (std::uint32_t other = 0; other < units_.list.size(); other++)
      if (units_.list[other].scope.find("extern \"C\" ") != std::string::npos) add(i, other);
  }

  /// In a template, an operator on operands of unknown type may be any operator function of that token:
  ///     template <class T> T twice(T t) { return t + t; }
  ///     Money operator+(Money, Money);
  ///     template <class... A> auto sum(A... a) { return (a + ...); }
  void by_late_operator(std::uint32_t i) {
    const Unit& unit = units_.list[i];
    for (const std::string& used : reach_.parts[i].tree.late_operators)
      add_named(i, units_.named("operator" + used));
    if (!is_late(i)) return;
    for (std::size_t k = 0; k < unit.tokens.size(); k++) {
      // The tree does not say which operator folds a pack, and shows nothing of a variable template.
      const bool is_fold = (k > 0 && text_at(unit, k - 1) == "...") ||
                           (k + 1 < unit.tokens.size() && text_at(unit, k + 1) == "...");
      const std::string_view text = text_at(unit, k);
      if (is_overloadable(text) && (is_fold || is_variable_template(i)))
        add_named(i, units_.named("operator" + std::string(text)));
    }
    for (CXFile file : unit.included)
      for (const Token& token : source_.texts.of(file).tokens)
        if (is_overloadable(token.text)) add_named(i, units_.named("operator" + std::string(token.text)));
  }

  static std::string_view text_at(const Unit& unit, std::size_t k) {
    return unit.text->tokens[unit.tokens[k]].text;
  }

  /// What is linked with the cell can call back into it, and change what has a name for the linker:
  ///     double integrate(double from, double to);         // of physics.cpp, which calls `density`
  ///     double density(double x) { return 2 * x; }
  /// It may do so while the cell is loaded, so what it calls counts for every node; what it changes concerns
  /// those that call it.
  void by_linked_code() {
    const LinkedCallbacks callbacks = find_linked_callbacks(source_, reach_);
    for (const std::uint32_t unit : callbacks.called) units_.list[unit].counts_for_all = true;
    for (const std::uint32_t caller : callbacks.callers) {
      for (const std::uint32_t unit : callbacks.called) add(caller, unit);
      for (const std::uint32_t variable : callbacks.variables)
        reach_.parts[caller].tree.variables.push_back({variable, true, false});
    }
  }

  // ---- By what is declared

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
        add(hub, unit);
        add(unit, hub);
      }
      add(first, hub);
      for (const std::uint32_t unit : others) add(unit, hub);
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
      add(unit, i);
      add(i, unit);
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
      for (const std::uint32_t unit : units) add(i, unit);
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
          if (is_type_kind(clang_getCursorKind(declared)) || is_alias(declared)) add_type(declared, named);
    }
    named.erase(i);
    for (const std::uint32_t unit : named) add(unit, i);
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
      add(unit, i);
      add(i, unit);
    }
  }

  static bool is_deduction_guide(CXCursor cursor) {
    return text_of(clang_getCursorSpelling(cursor)).starts_with("<deduction guide");
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

  // ---- By argument

  /// The names that code of the library can call: operators, and names that its headers call.
  void find_callable_names() {
    std::unordered_set<std::string> names;
    for (const Unit& unit : units_.list) {
      if (unit.kind == UnitKind::macro) names.insert(unit.name);
      for (const CXCursor cursor : unit.cursors)
        if (is_free_function(cursor)) names.insert(text_of(clang_getCursorSpelling(cursor)));
    }
    system_names_ = find_system_names(source_, files_, names);
  }

  static bool is_free_function(CXCursor cursor) {
    const CXCursorKind kind = clang_getCursorKind(cursor);
    return (kind == CXCursor_FunctionDecl || kind == CXCursor_FunctionTemplate) &&
           !is_type_kind(clang_getCursorKind(clang_getCursorSemanticParent(cursor)));
  }

  bool is_callable_by_library(CXCursor cursor) const {
    const std::string name = text_of(clang_getCursorSpelling(cursor));
    static constexpr std::string_view word = "operator";
    const bool is_operator = name.starts_with(word) && name.size() > word.size() &&
                             is_overloadable(std::string_view(name).substr(word.size()));
    return is_operator || is_customisation_point(name) || system_names_.called.contains(name);
  }

  /// What the language itself and the standard library look up by argument. The library may do so for no
  /// other name
  /// ([global.functions], paragraph 4).
  static bool is_customisation_point(std::string_view name) {
    static constexpr std::array<std::string_view, 42> names = {"begin",
                                                               "end",
                                                               "cbegin",
                                                               "cend",
                                                               "rbegin",
                                                               "rend",
                                                               "crbegin",
                                                               "crend",
                                                               "size",
                                                               "ssize",
                                                               "empty",
                                                               "data",
                                                               "cdata",
                                                               "get",
                                                               "swap",
                                                               "iter_swap",
                                                               "iter_move",
                                                               "abs",
                                                               "acos",
                                                               "asin",
                                                               "atan",
                                                               "atan2",
                                                               "cos",
                                                               "cosh",
                                                               "exp",
                                                               "log",
                                                               "log10",
                                                               "pow",
                                                               "sin",
                                                               "sinh",
                                                               "sqrt",
                                                               "tan",
                                                               "tanh",
                                                               "from_stream",
                                                               "make_error_code",
                                                               "make_error_condition",
                                                               "strong_order",
                                                               "weak_order",
                                                               "partial_order",
                                                               "compare_strong_order_fallback",
                                                               "compare_weak_order_fallback",
                                                               "compare_partial_order_fallback"};
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  /// The namespace in which a call looks for functions: an inline namespace is part of the one around it.
  static std::string associated_scope(const Unit& unit) {
    std::string scope;
    for (std::string_view rest = unit.scope; !rest.empty();) {
      static constexpr std::string_view linkage = "extern \"C\" ";
      const std::size_t size = rest.starts_with(linkage) ? linkage.size() : rest.find("::") + 2;
      const std::string_view part = rest.substr(0, size);
      if (part != linkage && !part.starts_with("inline ")) scope += part;
      rest.remove_prefix(size);
    }
    return scope;
  }

  /// A type brings the functions that code of the library can call with it, which the tree does not show:
  ///     bool operator<(const Day&, const Day&);           // std::sort(days.begin(), days.end())
  ///     void swap(Day&, Day&);                            // std::iter_swap
  ///     double* begin(Series&);                           // for (double x : series)
  /// A parameter that converts from another type stands for that type as well:
  ///     struct Key { Key(const Day&); };
  ///     bool operator<(const Key&, const Key&);
  void by_argument(std::uint32_t i) {
    for (const CXCursor cursor : units_.list[i].cursors) {
      if (!is_free_function(cursor) || !is_callable_by_library(cursor)) continue;
      callable_[associated_scope(units_.list[i])].push_back(i);
      std::set<std::uint32_t> types;
      bool is_generic = false;
      bool has_any = false;
      for_each_child(cursor, [&](CXCursor child) {
        if (clang_getCursorKind(child) != CXCursor_ParmDecl) return;
        collect_types(child, types);
        has_any = has_any || accepts_anything(text_of(
                                 clang_getTypeSpelling(clang_getCanonicalType(clang_getCursorType(child)))));
      });
      add_convertible(types, is_generic);
      if (has_any || (types.empty() && clang_getCursorKind(cursor) == CXCursor_FunctionTemplate))
        is_generic = true;
      // In a namespace of the library any of its types can bring it.
      if (types.empty() && is_in_system_namespace(cursor)) units_.list[i].counts_for_all = true;
      if (is_generic) generic_[associated_scope(units_.list[i])].push_back(i);
      for (const std::uint32_t type : types) add(type, i);
    }
  }

  ///     namespace std { ostream& operator<<(ostream&, const vector<double>&); }
  static bool is_in_system_namespace(CXCursor cursor) {
    const CXCursor space = clang_getCanonicalCursor(clang_getCursorSemanticParent(cursor));
    return clang_getCursorKind(space) == CXCursor_Namespace &&
           (text_of(clang_getCursorSpelling(space)) == "std" ||
            clang_Location_isInSystemHeader(clang_getCursorLocation(space)) != 0);
  }

  /// The units of the types that something below `cursor` names, through aliases.
  void collect_types(CXCursor cursor, std::set<std::uint32_t>& out) {
    const auto look = [&](CXCursor below) {
      const CXCursorKind kind = clang_getCursorKind(below);
      if (kind != CXCursor_TypeRef && kind != CXCursor_TemplateRef) return;
      const CXCursor named = clang_getCursorReferenced(below);
      // Not the parameters of a template, which stand in its own text.
      if (!is_null(named) && (is_type_kind(clang_getCursorKind(named)) || is_alias(named)))
        add_type(named, out);
    };
    look(cursor);
    for_each_descendant(cursor, [&](CXCursor below) {
      look(below);
      return true;
    });
  }

  void add_type(CXCursor named, std::set<std::uint32_t>& out) {
    for (const std::uint32_t unit : reach_.targets.of(named).units) {
      if (!out.insert(unit).second) continue;
      if (is_alias(named)) for_each_child(named, [&](CXCursor child) { collect_types(child, out); });
    }
  }

  static bool is_alias(CXCursor cursor) {
    const CXCursorKind kind = clang_getCursorKind(cursor);
    return kind == CXCursor_TypedefDecl || kind == CXCursor_TypeAliasDecl ||
           kind == CXCursor_TypeAliasTemplateDecl;
  }

  /// Adds what the classes among `types` convert from.
  void add_convertible(std::set<std::uint32_t>& types, bool& from_anything) {
    std::set<std::uint32_t> more;
    for (const std::uint32_t type : types)
      for (const CXCursor cursor : units_.list[type].cursors) {
        if (!is_class_kind(clang_getCursorKind(cursor))) continue;
        for_each_child(cursor, [&](CXCursor child) {
          const CXCursorKind kind = clang_getCursorKind(child);
          const bool is_constructor_template =
              kind == CXCursor_FunctionTemplate && clang_getTemplateCursorKind(child) == CXCursor_Constructor;
          if (is_constructor_template) from_anything = true;
          if (kind == CXCursor_Constructor && clang_CXXConstructor_isConvertingConstructor(child) != 0)
            collect_types(child, more);
        });
      }
    types.merge(more);
  }

  /// A function that takes anything is brought by the types of its own namespace, where a call with one of
  /// them looks; so is every function there by a type that converts to others:
  ///     namespace physics { template <class T> void swap(T&, T&); }
  ///     namespace physics { struct Angle { operator double() const; }; }
  void to_generic_functions(std::uint32_t i) {
    const bool has_local = reach_.parts[i].tree.has_local_type;
    if (!reach_.parts[i].is_type && !has_local) return;
    const Unit& unit = units_.list[i];
    const std::string scope = associated_scope(unit);
    if (const auto found = generic_.find(scope); found != generic_.end())
      for (const std::uint32_t function : found->second) add(i, function);
    if (!has_local && !converts_to_others(unit)) return;
    if (const auto found = callable_.find(scope); found != callable_.end())
      for (const std::uint32_t function : found->second) add(i, function);
  }

  static bool converts_to_others(const Unit& unit) {
    bool converts = false;
    for (const CXCursor cursor : unit.cursors)
      if (is_class_kind(clang_getCursorKind(cursor)))
        for_each_child(cursor, [&](CXCursor child) {
          converts = converts || clang_getCursorKind(child) == CXCursor_ConversionFunction;
        });
    return converts;
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
          collect_types(child, bases);
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
        add(base, unit);
        open.insert(unit);
      }
    }
  }

  static bool has_virtual(const Unit& unit) {
    return std::any_of(unit.tokens.begin(), unit.tokens.end(), [&](std::size_t token) {
      return unit.text->tokens[token].text == "virtual" || unit.text->tokens[token].text == "override";
    });
  }

  // ---- For all

  void count_for_all() {
    for (std::uint32_t i = 0; i < units_.list.size(); i++)
      if (units_.list[i].counts_for_all || shapes_system_header(i)) reach_.for_all.push_back(i);
  }

  /// A macro that is defined before a system header which names it:
  ///     #define EIGEN_NO_DEBUG
  ///     #include <Eigen/Dense>
  bool shapes_system_header(std::uint32_t i) {
    const Unit& unit = units_.list[i];
    if (unit.kind != UnitKind::macro || !system_names_.mentioned.contains(unit.name)) return false;
    return unit.key < last_system_inclusion();
  }

  const OrderKey& last_system_inclusion() {
    if (!last_system_inclusion_.empty()) return last_system_inclusion_;
    const TextOrder order(source_.main_file, source_.declarations.inclusions);
    last_system_inclusion_ = {0};
    for (const Inclusion& inclusion : source_.declarations.inclusions) {
      const CXSourceLocation includer = clang_getLocationForOffset(source_.unit, inclusion.includer, 0);
      if (inclusion.included == nullptr || clang_Location_isInSystemHeader(includer) != 0) continue;
      const CXSourceLocation included = clang_getLocationForOffset(source_.unit, inclusion.included, 0);
      if (clang_Location_isInSystemHeader(included) == 0) continue;
      OrderKey key = order.key(inclusion.includer, inclusion.offset);
      if (key > last_system_inclusion_) last_system_inclusion_ = std::move(key);
    }
    return last_system_inclusion_;
  }

  void sort_uses() {
    for (ReachedUnit& part : reach_.parts) {
      std::sort(part.uses.begin(), part.uses.end());
      part.uses.erase(std::unique(part.uses.begin(), part.uses.end()), part.uses.end());
      std::sort(part.by_name.begin(), part.by_name.end());
      part.by_name.erase(std::unique(part.by_name.begin(), part.by_name.end()), part.by_name.end());
    }
    std::sort(reach_.for_all.begin(), reach_.for_all.end());
  }

  // ---- Before any node runs

  /// A variable that can be changed brings every initialiser, and every function that runs while the cell is
  /// loaded, that can reach it:
  ///     static bool registered = registry().emplace("foo", make_foo).second;
  ///     double run(double x) { return registry().at("foo")(x); }
  /// One that may change state of the process counts for all:
  ///     static int seeded = (std::srand(7), 0);
  void from_initialisers() {
    std::vector<std::uint32_t> initialisers;
    for (std::uint32_t i = 0; i < units_.list.size(); i++)
      if (runs_at_load(i)) initialisers.push_back(i);
    const std::vector<std::uint32_t> by_themselves = initialisers;
    add_instantiations(initialisers);
    std::vector<bool> has_variable(units_.list.size());
    for (const Variable& variable : reach_.targets.variables) has_variable[variable.unit] = true;
    // What an initialiser reaches only by way of another one, through a variable that both reach, is brought
    // by that variable.
    for (const std::uint32_t initialiser : initialisers)
      for (const std::uint32_t unit : reach_.closure_of_uses(initialiser))
        if (unit != initialiser && has_variable[unit]) reach_.parts[unit].initialisers.push_back(initialiser);
    for (const std::uint32_t initialiser : by_themselves)
      if (has_outside_effects(initialiser)) reach_.for_all.push_back(initialiser);
  }

  /// An initialiser in a template runs only if something uses it, by way of other templates or directly; so
  /// what uses it counts as well, wherever that stands:
  ///     template <class T> bool registered = registry().emplace(name<T>(), make<T>).second;
  ///     static bool use() { return registered<Circle>; }
  void add_instantiations(std::vector<std::uint32_t>& initialisers) const {
    std::map<std::uint32_t, std::vector<std::uint32_t>> users;
    for (std::uint32_t i = 0; i < units_.list.size(); i++)
      for (const std::uint32_t unit : reach_.parts[i].uses) users[unit].push_back(i);
    std::set<std::uint32_t> known(initialisers.begin(), initialisers.end());
    std::vector<std::uint32_t> open;
    for (const std::uint32_t initialiser : initialisers)
      if (is_template(initialiser)) open.push_back(initialiser);
    while (!open.empty()) {
      const std::uint32_t unit = open.back();
      open.pop_back();
      for (const std::uint32_t user : users[unit]) {
        if (!known.insert(user).second) continue;
        initialisers.push_back(user);
        if (is_template(user)) open.push_back(user);
      }
    }
  }

  bool is_template(std::uint32_t i) const {
    const std::vector<CXCursor>& cursors = units_.list[i].cursors;
    return std::any_of(cursors.begin(), cursors.end(), [](CXCursor cursor) {
      const CXCursorKind kind = clang_getCursorKind(cursor);
      const CXCursorKind owner = clang_getCursorKind(clang_getCursorSemanticParent(cursor));
      return kind == CXCursor_ClassTemplate || kind == CXCursor_ClassTemplatePartialSpecialization ||
             kind == CXCursor_FunctionTemplate || kind == CXCursor_UnexposedDecl ||
             owner == CXCursor_ClassTemplate || owner == CXCursor_ClassTemplatePartialSpecialization;
    });
  }

  bool has_outside_effects(std::uint32_t initialiser) const {
    const std::vector<std::uint32_t> reached = reach_.closure_of_uses(initialiser);
    return std::any_of(reached.begin(), reached.end(),
                       [&](std::uint32_t unit) { return reach_.parts[unit].tree.has_outside_effects; });
  }

  bool runs_at_load(std::uint32_t i) {
    bool& runs = reach_.parts[i].tree.runs_at_load;
    const Unit& unit = units_.list[i];
    runs = (runs || is_variable_template(i) || is_constructor_function(unit)) && !is_constant(unit);
    return runs;
  }

  /// `constexpr double table[] = { f(1), f(2) };` is worked out by the compiler.
  static bool is_constant(const Unit& unit) {
    for (const CXCursor cursor : unit.cursors) {
      const CXCursorKind kind = clang_getCursorKind(cursor);
      if (kind != CXCursor_VarDecl && kind != CXCursor_UnexposedDecl) return false;
    }
    for (const std::size_t token : unit.tokens) {
      const std::string_view text = unit.text->tokens[token].text;
      if (text == "constexpr" || text == "constinit") return true;
      if (text == "=" || text == "{" || text == "(") return false;
    }
    return false;
  }

  /// `__attribute__((constructor)) void start();`
  static bool is_constructor_function(const Unit& unit) {
    return std::any_of(unit.tokens.begin(), unit.tokens.end(), [&](std::size_t token) {
      const std::string_view text = unit.text->tokens[token].text;
      return text == "constructor" || text == "__constructor__";
    });
  }

  CellSource& source_;
  const IncludedFiles& files_;
  const Marks& marks_;
  Reach& reach_;
  Units& units_;
  SystemNames system_names_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> redeclared_;
  std::map<std::string, std::vector<std::uint32_t>> generic_;   ///< by scope: functions that take anything
  std::map<std::string, std::vector<std::uint32_t>> callable_;  ///< by scope: functions the library can call
  OrderKey last_system_inclusion_;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> variables_;  ///< by name
};

}  // namespace

void apply_rules(CellSource& source, const IncludedFiles& files, const Marks& marks, Reach& reach) {
  Rules(source, files, marks, reach).apply();
}

}  // namespace hamcell
