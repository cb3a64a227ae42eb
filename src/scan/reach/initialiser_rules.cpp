// What runs before any node: initialisers of variables, constructor functions.
#include <algorithm>
#include <map>
#include <set>

#include "scan/reach/rule_context.h"
#include "scan/reach/rules.h"

namespace hamcell {
namespace {

class InitialiserRules {
 public:
  explicit InitialiserRules(RuleContext& context)
      : context_(context), units_(context.units), reach_(context.reach) {}

  void apply() { from_initialisers(); }

 private:
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
    for (const Variable& variable : reach_.targets.variables)
      has_variable[variable.unit] = has_variable[variable.unit] || !variable.is_const;
    // What an initialiser reaches only by way of another one, through a variable that both reach, is brought
    // by that variable.
    for (const std::uint32_t initialiser : initialisers)
      for (const std::uint32_t unit : reach_.closure_of_uses(initialiser))
        if (unit != initialiser && has_variable[unit]) reach_.parts[unit].initialisers.push_back(initialiser);
    to_linked_code(initialisers);
    for (const std::uint32_t initialiser : by_themselves)
      if (has_outside_effects(initialiser)) reach_.for_all.push_back(initialiser);
  }

  /// What an initialiser hands to linked code, that code may come back to whenever it is called:
  ///     int add_law(double (*)(double));                  // of laws.cpp, as is run_laws
  ///     static const int registered = add_law(law);
  ///     double f() { return run_laws(1); }
  void to_linked_code(const std::vector<std::uint32_t>& initialisers) {
    for (const std::uint32_t initialiser : initialisers) {
      const std::vector<std::uint32_t> reached = reach_.closure_of_uses(initialiser);
      const bool calls = std::any_of(
          context_.callers.begin(), context_.callers.end(),
          [&](std::uint32_t caller) { return std::binary_search(reached.begin(), reached.end(), caller); });
      if (!calls) continue;
      for (const std::uint32_t caller : context_.callers)
        if (caller != initialiser) reach_.parts[caller].initialisers.push_back(initialiser);
    }
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
    runs = (runs || context_.is_variable_template(i) || is_constructor_function(unit)) && !is_constant(unit);
    return runs;
  }

  /// `constexpr double table[] = { f(1), f(2) };` is worked out by the compiler.
  static bool is_constant(const Unit& unit) {
    for (const CXCursor cursor : unit.cursors) {
      const CXCursorKind kind = clang_getCursorKind(cursor);
      if (kind != CXCursor_VarDecl && kind != CXCursor_UnexposedDecl) return false;
    }
    return says_constant(unit);
  }

  ///     __attribute__((constructor)) void start();
  ///     #define AT_LOAD __attribute__((constructor))
  bool is_constructor_function(const Unit& unit) const {
    const auto says_so = [](std::string_view word) {
      return word == "constructor" || word == "__constructor__";
    };
    return std::any_of(unit.tokens.begin(), unit.tokens.end(), [&](std::size_t token) {
      const std::string word(unit.text->tokens[token].text);
      MacroTable& macros = context_.source.declarations.macros;
      if (says_so(word)) return true;
      if (!macros.has(word)) return false;
      const std::vector<std::string>& words = macros.words(word);
      return std::any_of(words.begin(), words.end(), says_so);
    });
  }

  RuleContext& context_;
  Units& units_;
  Reach& reach_;
};

}  // namespace

void apply_initialiser_rules(RuleContext& context) { InitialiserRules(context).apply(); }

}  // namespace hamcell
