// The order in which the rules of reach are applied, and what counts for every node.
#include "scan/reach/rules.h"

#include <algorithm>

#include "scan/reach/rule_context.h"

namespace hamcell {
namespace {

class CountedForAll {
 public:
  explicit CountedForAll(RuleContext& context) : context_(context) {}

  void apply() {
    std::vector<Unit>& units = context_.units.list;
    for (std::uint32_t i = 0; i < units.size(); i++)
      if (units[i].counts_for_all || shapes_system_header(units[i])) context_.reach.for_all.push_back(i);
  }

 private:
  /// A macro that is defined before a system header which names it:
  ///     #define EIGEN_NO_DEBUG
  ///     #include <Eigen/Dense>
  bool shapes_system_header(const Unit& unit) {
    if (unit.kind != UnitKind::macro || !context_.system_names.mentioned.contains(unit.name)) return false;
    return unit.key < last_system_inclusion();
  }

  const OrderKey& last_system_inclusion() {
    if (!last_system_inclusion_.empty()) return last_system_inclusion_;
    const TextOrder order(context_.source.main_file, context_.source.declarations.inclusions);
    last_system_inclusion_ = {0};
    for (const Inclusion& inclusion : context_.source.declarations.inclusions) {
      const CXSourceLocation includer =
          clang_getLocationForOffset(context_.source.unit, inclusion.includer, 0);
      if (inclusion.included == nullptr || clang_Location_isInSystemHeader(includer) != 0) continue;
      const CXSourceLocation included =
          clang_getLocationForOffset(context_.source.unit, inclusion.included, 0);
      if (clang_Location_isInSystemHeader(included) == 0) continue;
      OrderKey key = order.key(inclusion.includer, inclusion.offset);
      if (key > last_system_inclusion_) last_system_inclusion_ = std::move(key);
    }
    return last_system_inclusion_;
  }

  RuleContext& context_;
  OrderKey last_system_inclusion_;
};

void sort_uses(Reach& reach) {
  for (ReachedUnit& part : reach.parts) {
    std::sort(part.uses.begin(), part.uses.end());
    part.uses.erase(std::unique(part.uses.begin(), part.uses.end()), part.uses.end());
    std::sort(part.by_name.begin(), part.by_name.end());
    part.by_name.erase(std::unique(part.by_name.begin(), part.by_name.end()), part.by_name.end());
  }
}

}  // namespace

void apply_rules(CellSource& source, const IncludedFiles& files, const Marks& marks, Reach& reach) {
  RuleContext context{source, files, marks, reach, reach.units, {}, {}};
  for (ReachedUnit& part : reach.parts) part.uses = part.tree.units;
  apply_name_rules(context);
  apply_link_rules(context);
  apply_declaration_rules(context);
  apply_argument_rules(context);
  CountedForAll(context).apply();
  sort_uses(reach);
  apply_initialiser_rules(context);
  std::sort(reach.for_all.begin(), reach.for_all.end());
}

}  // namespace hamcell
