// What each node of a cell means.
//
// The entities of a cell and the links between them are a graph, known by construction. A walk from a node
// along the links that run finds what decides its value; a walk along all links finds what the rules may
// cover.
#include "meaning.h"

#include <algorithm>
#include <functional>

namespace hamcell::proof {
namespace {

/// A cell seen from one place in it.
class SightFrom final : public Sight {
 public:
  SightFrom(const Cell& cell, std::uint32_t feature, std::size_t place)
      : cell_(cell), feature_(feature), place_(place) {}

  bool present(std::size_t piece) const override { return cell_.position(feature_, piece).has_value(); }
  bool visible(std::size_t piece) const override {
    const auto at = cell_.position(feature_, piece);
    return at && *at < place_;
  }
  unsigned knob(std::size_t piece, std::size_t index) const override {
    const auto at = cell_.position(feature_, piece);
    return at ? cell_.order[*at].knobs.at(index).value : 0;
  }

 private:
  const Cell& cell_;
  std::uint32_t feature_;
  std::size_t place_;
};

/// What is known of one entity before any walk.
struct Known {
  std::vector<std::size_t> runs;    ///< positions
  std::vector<std::size_t> brings;  ///< positions
  std::string meaning;              ///< names as keys, marks as lines
  std::string text;                 ///< as written, without layout
  bool sees_layout = false;
};

class MeaningFinder {
 public:
  MeaningFinder(const Cell& cell, const Rendered& rendered) : cell_(cell), rendered_(rendered) {}

  std::map<std::string, Meaning> find() {
    known_.resize(cell_.order.size());
    for (std::size_t i = 0; i < cell_.order.size(); i++) learn(i);
    for (std::size_t i = 0; i < cell_.order.size(); i++) learn_late_names(i);
    std::map<std::string, Meaning> out;
    for (const std::size_t node : cell_.nodes()) out[cell_.order[node].node->name] = of_node(node);
    return out;
  }

 private:
  void learn(std::size_t i) {
    const Entity& entity = cell_.order[i];
    Known& known = known_[i];
    known.text = spell(cell_, entity, Naming::names);
    known.meaning = spell(cell_, entity, Naming::keys);
    if (entity.node) {
      for (const NodeCall& call : entity.node->node_calls) known.runs.push_back(position_of(call.node));
    } else {
      const PieceSpec& spec = cell_.spec(entity);
      add_links(spec.links, entity.feature, i);
      if (spec.meaning) known.meaning = spec.meaning(SightFrom(cell_, entity.feature, i));
      known.sees_layout = spec.sees_layout;
    }
    for (const Call* call : calls_of(entity)) {
      if (call->spec->is_decoy) continue;
      add_links(use_of(*call).links, call->feature, i);
      known.sees_layout = known.sees_layout || use_of(*call).sees_layout;
    }
    const auto written = rendered_.written.find(entity.id);
    if (written == rendered_.written.end()) return;
    for (const std::size_t line : written->second.marks) known.meaning += " line " + std::to_string(line);
  }

  std::size_t position_of(std::uint32_t id) const {
    return static_cast<std::size_t>(cell_.find(id) - cell_.order.data());
  }

  void add_links(const std::vector<Link>& links, std::uint32_t feature, std::size_t from) {
    const SightFrom sight(cell_, feature, from);
    for (const Link& link : links) {
      const auto to = cell_.position(feature, link.to);
      if (!to || (link.when && !link.when(sight))) continue;
      (link.strength == Strength::runs ? known_[from].runs : known_[from].brings).push_back(*to);
    }
  }

  /// The names that an entity looks up late, with the feature that gives slots their meaning.
  void each_late_name(const Entity& entity, const std::function<void(const std::string&)>& found) const {
    if (!entity.node)
      for (const std::string& name : cell_.spec(entity).late) found(resolved(entity.feature, name));
    for (const Call* call : calls_of(entity)) {
      if (call->spec->is_decoy) continue;
      for (const std::string& name : use_of(*call).late) found(resolved(call->feature, name));
    }
  }

  std::string resolved(std::uint32_t feature, const std::string& name) const {
    const auto& names = cell_.features.at(feature).names;
    const auto slot = names.find(name);
    return slot == names.end() ? name : slot->second;
  }

  void learn_late_names(std::size_t i) {
    each_late_name(cell_.order[i], [&](const std::string& name) {
      for (std::size_t other = 0; other < cell_.order.size(); other++)
        if (declares(cell_.order[other], name)) known_[i].brings.push_back(other);
    });
  }

  bool declares(const Entity& entity, const std::string& name) const {
    if (entity.node) return entity.node->name == name;
    const auto& declared = cell_.spec(entity).declares;
    return std::any_of(declared.begin(), declared.end(),
                       [&](const std::string& each) { return resolved(entity.feature, each) == name; });
  }

  std::set<std::size_t> reach(std::size_t from, bool with_brought) const {
    std::set<std::size_t> seen = {from};
    std::vector<std::size_t> open = {from};
    const auto visit = [&](std::size_t to) {
      if (seen.insert(to).second) open.push_back(to);
    };
    while (!open.empty()) {
      const Known& known = known_[open.back()];
      open.pop_back();
      std::for_each(known.runs.begin(), known.runs.end(), visit);
      if (with_brought) std::for_each(known.brings.begin(), known.brings.end(), visit);
    }
    return seen;
  }

  bool is_world(std::size_t i) const {
    return !cell_.order[i].node && cell_.spec(cell_.order[i]).group == Group::world;
  }

  Meaning of_node(std::size_t node) const {
    Meaning out;
    Digester reads;
    std::map<std::uint32_t, std::string> by_id;
    std::string in_order;
    for (const std::size_t i : reach(node, false)) {
      const Entity& entity = cell_.order[i];
      out.reach.insert(entity.id);
      if (is_world(i)) {
        reads.add(entity.id).add(known_[i].text);
        continue;
      }
      by_id[entity.id] = known_[i].meaning;
      if (!entity.node && cell_.spec(entity).ordered) in_order += std::to_string(entity.id) + " ";
    }
    Digester runs;
    for (const auto& [id, meaning] : by_id) runs.add(id).add(meaning);
    out.runs = runs.add(in_order).finish();
    out.reads = reads.finish();
    out.covered = covered(node, in_order);
    out.runs_always = reaches_changed(node);
    return out;
  }

  bool reaches_changed(std::size_t node) const {
    const std::set<std::size_t> all = reach(node, true);
    return std::any_of(all.begin(), all.end(), [&](std::size_t i) {
      return !cell_.order[i].node && cell_.spec(cell_.order[i]).is_changed;
    });
  }

  Digest covered(std::size_t node, const std::string& in_order) const {
    std::set<std::size_t> all = reach(node, true);
    for (std::size_t i = 0; i < node; i++)
      if (counts_for_all(i)) all.insert(i);
    const bool layout =
        std::any_of(all.begin(), all.end(), [&](std::size_t i) { return known_[i].sees_layout; });
    std::map<std::uint32_t, std::string> by_id;
    for (const std::size_t i : all)
      if (!is_world(i)) by_id[cell_.order[i].id] = known_[i].text + (layout ? laid_out(i) : "");
    Digester out;
    for (const auto& [id, text] : by_id) out.add(id).add(text);
    out.add(in_order);
    for (const std::string& header : cell_.system_headers) out.add(header);
    return out.finish();
  }

  /// Directives that the rules let count for every node: using-directives, and macros before a system header.
  bool counts_for_all(std::size_t i) const {
    const Entity& entity = cell_.order[i];
    if (entity.node || is_apart(cell_.spec(entity))) return false;
    if (cell_.spec(entity).for_all) return true;
    const bool is_directive = cell_.spec(entity).text.starts_with("#");
    return is_directive && cell_.headers_include_system && entity.file != 0 && entity.file < cell_.headers;
  }

  std::string laid_out(std::size_t i) const {
    const auto written = rendered_.written.find(cell_.order[i].id);
    if (written == rendered_.written.end()) return "";
    return " at " + std::to_string(cell_.order[i].file) + ":" + std::to_string(written->second.line) + " " +
           written->second.text;
  }

  const Cell& cell_;
  const Rendered& rendered_;
  std::vector<Known> known_;
};

}  // namespace

std::map<std::string, Meaning> meanings(const Cell& cell, const Rendered& rendered) {
  return MeaningFinder(cell, rendered).find();
}

Verdict verdict(const Meaning& before, const Meaning& after) {
  if (before.runs != after.runs) return Verdict::must_change;
  return before.covered == after.covered ? Verdict::must_stay : Verdict::may_change;
}

}  // namespace hamcell::proof
