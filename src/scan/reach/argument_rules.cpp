// What code of the library can call with a type: functions that are found by their arguments.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "scan/reach/rule_context.h"
#include "scan/reach/rules.h"

namespace hamcell {
namespace {

/// Class templates of the library that can be made from anything.
bool accepts_anything(std::string_view type) {
  static constexpr std::array<std::string_view, 6> names = {"std::any",     "std::function",
                                                            "std::variant", "std::optional",
                                                            "function_ref", "std::move_only_function"};
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return type.find(name) != std::string_view::npos; });
}

bool is_free_function(CXCursor cursor) {
  const CXCursorKind kind = clang_getCursorKind(cursor);
  return (kind == CXCursor_FunctionDecl || kind == CXCursor_FunctionTemplate) &&
         !is_type_kind(clang_getCursorKind(clang_getCursorSemanticParent(cursor)));
}

/// What the language itself and the standard library look up by argument. The library may do so for no
/// other name
/// ([global.functions], paragraph 4).
bool is_customisation_point(std::string_view name) {
  constexpr std::array<std::string_view, 42> names = {"begin",
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

///     namespace std { ostream& operator<<(ostream&, const vector<double>&); }
bool is_in_system_namespace(CXCursor cursor) {
  const CXCursor space = clang_getCanonicalCursor(clang_getCursorSemanticParent(cursor));
  return clang_getCursorKind(space) == CXCursor_Namespace &&
         (text_of(clang_getCursorSpelling(space)) == "std" ||
          clang_Location_isInSystemHeader(clang_getCursorLocation(space)) != 0);
}

class ArgumentRules {
 public:
  explicit ArgumentRules(RuleContext& context)
      : context_(context), units_(context.units), reach_(context.reach), source_(context.source) {}

  void apply() {
    find_callable_names();
    for (std::uint32_t i = 0; i < units_.list.size(); i++) by_argument(i);
    for (std::uint32_t i = 0; i < units_.list.size(); i++) to_generic_functions(i);
  }

 private:
  /// The names that code of the library can call: operators, and names that its headers call.
  void find_callable_names() {
    std::unordered_set<std::string> names;
    for (const Unit& unit : units_.list) {
      if (unit.kind == UnitKind::macro) names.insert(unit.name);
      for (const CXCursor cursor : unit.cursors)
        if (is_free_function(cursor)) names.insert(text_of(clang_getCursorSpelling(cursor)));
    }
    context_.system_names = find_system_names(source_, context_.files, names);
  }

  bool is_callable_by_library(CXCursor cursor) const {
    const std::string name = text_of(clang_getCursorSpelling(cursor));
    static constexpr std::string_view word = "operator";
    const bool is_operator = name.starts_with(word) && name.size() > word.size() &&
                             is_overloadable(std::string_view(name).substr(word.size()));
    return is_operator || is_customisation_point(name) || context_.system_names.called.contains(name);
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
        context_.collect_types(child, types);
        has_any = has_any || accepts_anything(text_of(
                                 clang_getTypeSpelling(clang_getCanonicalType(clang_getCursorType(child)))));
      });
      add_convertible(types, is_generic);
      if (has_any || (types.empty() && clang_getCursorKind(cursor) == CXCursor_FunctionTemplate))
        is_generic = true;
      // In a namespace of the library any of its types can bring it.
      if (types.empty() && is_in_system_namespace(cursor)) units_.list[i].counts_for_all = true;
      if (is_generic) generic_[associated_scope(units_.list[i])].push_back(i);
      for (const std::uint32_t type : types) context_.add(type, i);
    }
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
            context_.collect_types(child, more);
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
      for (const std::uint32_t function : found->second) context_.add(i, function);
    if (!has_local && !converts_to_others(unit)) return;
    if (const auto found = callable_.find(scope); found != callable_.end())
      for (const std::uint32_t function : found->second) context_.add(i, function);
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

  RuleContext& context_;
  Units& units_;
  Reach& reach_;
  CellSource& source_;
  std::map<std::string, std::vector<std::uint32_t>> generic_;   ///< by scope: functions that take anything
  std::map<std::string, std::vector<std::uint32_t>> callable_;  ///< by scope: functions the library can call
};

}  // namespace

void apply_argument_rules(RuleContext& context) { ArgumentRules(context).apply(); }

}  // namespace hamcell
