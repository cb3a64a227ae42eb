// What the linker joins: names in strings, and code of linked files that calls back into the cell.
#include <algorithm>

#include "scan/reach/linked_callbacks.h"
#include "scan/reach/rule_context.h"
#include "scan/reach/rules.h"

namespace hamcell {
namespace {

class LinkRules {
 public:
  explicit LinkRules(RuleContext& context)
      : context_(context), units_(context.units), reach_(context.reach), source_(context.source) {}

  void apply() {
    for (std::uint32_t i = 0; i < units_.list.size(); i++) by_linked_name(i);
    by_linked_code();
  }

 private:
  /// A string that names another function for the linker, as it is or within a mangled name or assembly:
  ///     int chosen() __attribute__((alias("one")));
  ///     int chosen() asm("one");
  /// and any function with C linkage where names are looked up while the program runs:
  ///     dlsym(RTLD_DEFAULT, name)
  void by_linked_name(std::uint32_t i) {
    bool is_linked = false;
    for (const std::size_t token : units_.list[i].tokens) {
      const Token& word = units_.list[i].text->tokens[token];
      is_linked = is_linked || names_for_linker(word.text);
      if (word.text == "dlsym" || word.text == "dlvsym") add_all_with_c_linkage(i);
      if (!is_linked || word.kind != TokenKind::literal || word.text.find('"') == std::string_view::npos)
        continue;
      for (std::uint32_t other = 0; other < units_.list.size(); other++) {
        const Unit& unit = units_.list[other];
        if (unit.kind == UnitKind::declaration && !unit.name.empty() &&
            word.text.find(unit.name) != std::string_view::npos)
          context_.add(i, other);
      }
    }
  }

  void add_all_with_c_linkage(std::uint32_t i) {
    for (std::uint32_t other = 0; other < units_.list.size(); other++)
      if (units_.list[other].scope.find("extern \"C\" ") != std::string::npos) context_.add(i, other);
  }

  /// What is linked with the cell can call back into it, and change what has a name for the linker:
  ///     double integrate(double from, double to);         // of physics.cpp, which calls `density`
  ///     double density(double x) { return 2 * x; }
  /// It may do so while the cell is loaded, so what it calls counts for every node; what it changes concerns
  /// those that call it.
  void by_linked_code() {
    const LinkedCallbacks callbacks = find_linked_callbacks(source_, reach_);
    context_.callers = callbacks.callers;
    for (const std::uint32_t unit : callbacks.called) units_.list[unit].counts_for_all = true;
    for (const std::uint32_t caller : callbacks.callers) {
      for (const std::uint32_t unit : callbacks.called) context_.add(caller, unit);
      for (const std::uint32_t variable : callbacks.variables)
        reach_.parts[caller].tree.variables.push_back({variable, true, false});
      for (const std::uint32_t accessor : callbacks.accessors)
        reach_.parts[caller].tree.accessors.push_back({accessor, true, false, std::nullopt});
    }
  }

  RuleContext& context_;
  Units& units_;
  Reach& reach_;
  CellSource& source_;
};

}  // namespace

void apply_link_rules(RuleContext& context) { LinkRules(context).apply(); }

}  // namespace hamcell
