// Which units each unit brings along: the graph that a node's reach is read from.
#include "scan/reach/reach.h"

#include <algorithm>

#include "scan/reach/rules.h"

namespace hamcell {
namespace {

Digest own_digest(const CellSource& source, const Unit& unit, const UnitText& text) {
  Digester digester;
  digester.add(static_cast<std::uint64_t>(unit.kind)).add(unit.scope).add(unit.prefix).add(text.tokens);
  if (text.effects.position && unit.kind != UnitKind::macro)
    digester.add(text.positions).add(unit.line_prefix).add(source.request.path);
  return digester.finish();
}

/// The same tokens mean something else when the names in them stand for something else: `f(1)` when an
/// overload `f(int)` is declared above it. Where a name alone brings a unit, it also counts whether that
/// stands above.
Digest version_digest(const Reach& reach, std::uint32_t index) {
  const ReachedUnit& part = reach.parts[index];
  Digester digester;
  digester.add(part.own).add(part.tree.resolution).add(part.tree.resolved.size());
  for (const std::uint32_t unit : part.tree.resolved) digester.add(reach.parts[unit].own);
  std::vector<Digest> named;
  for (const std::uint32_t unit : part.by_name) {
    const bool is_above = reach.units.list[unit].key < reach.units.list[index].key;
    named.push_back(Digester().add(reach.parts[unit].own).add(std::uint64_t{is_above}).finish());
  }
  std::sort(named.begin(), named.end());
  for (const Digest& digest : named) digester.add(digest);
  return digester.finish();
}

}  // namespace

std::vector<std::uint32_t> Reach::closure(const std::vector<std::uint32_t>& roots) const {
  return walk(roots, true);
}

std::vector<std::uint32_t> Reach::closure_of_uses(std::uint32_t root) const { return walk({root}, false); }

std::vector<std::uint32_t> Reach::walk(const std::vector<std::uint32_t>& roots,
                                       bool with_initialisers) const {
  std::vector<bool> seen(parts.size());
  std::vector<std::uint32_t> out;
  const auto add = [&](std::uint32_t unit) {
    if (seen[unit]) return;
    seen[unit] = true;
    out.push_back(unit);
  };
  for (const std::uint32_t root : roots) add(root);
  for (std::size_t next = 0; next < out.size(); next++) {
    for (const std::uint32_t unit : parts[out[next]].uses) add(unit);
    if (!with_initialisers) continue;
    for (const std::uint32_t unit : parts[out[next]].initialisers) add(unit);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void build_reach(CellSource& source, const IncludedFiles& files, Reach& reach) {
  Marks marks;
  reach.parts.resize(reach.units.list.size());
  for (std::uint32_t i = 0; i < reach.parts.size(); i++) {
    ReachedUnit& part = reach.parts[i];
    const Unit& unit = reach.units.list[i];
    part.text = read_text(source, unit);
    part.tree = read_tree(i, unit, reach.targets, marks);
    part.own = own_digest(source, unit, part.text);
  }
  apply_rules(source, files, marks, reach);
  for (std::uint32_t i = 0; i < reach.parts.size(); i++) reach.parts[i].version = version_digest(reach, i);
}

}  // namespace hamcell
