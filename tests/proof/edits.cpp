// Random edits of a cell.
#include "edits.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <optional>
#include <set>

#include "meaning.h"

namespace hamcell::proof {
namespace {

using Done = std::optional<std::string>;  ///< what was done; nothing: it could not be done here

constexpr int attempts = 8;

std::string named(const Cell& cell, const Entity& entity) {
  if (entity.node) return "node " + entity.node->name;
  const Feature& feature = cell.features.at(entity.feature);
  std::string out = feature.spec->name + ", piece " + std::to_string(entity.piece + 1);
  if (!feature.names.empty()) out += " (" + feature.names.begin()->second + ")";
  return out;
}

/// The entities that some node runs.
std::set<std::uint32_t> run_by_nodes(const Cell& cell) {
  std::set<std::uint32_t> out;
  for (const auto& [name, meaning] : meanings(cell, render(cell)))
    out.insert(meaning.reach.begin(), meaning.reach.end());
  return out;
}

/// Positions of the pieces that a filter lets through.
std::vector<std::size_t> pieces(const Cell& cell, const std::function<bool(const Entity&)>& wanted) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < cell.order.size(); i++)
    if (!cell.order[i].node && wanted(cell.order[i])) out.push_back(i);
  return out;
}

Done turn_knob(Cell& cell, std::size_t position, Random& random) {
  Entity& entity = cell.order[position];
  if (entity.knobs.empty()) return std::nullopt;
  turn(random.pick(entity.knobs), random);
  return "another value in " + named(cell, entity);
}

bool takes_calls(const Cell& cell, const Entity& entity) {
  return entity.node || cell.spec(entity).text.find("{{calls}}") != std::string::npos;
}

Done add_call(Cell& cell, std::size_t position, Random& random) {
  Entity& entity = cell.order[position];
  if (!takes_calls(cell, entity)) return std::nullopt;
  const std::optional<std::uint32_t> caller =
      entity.node ? std::nullopt : std::optional<std::uint32_t>(entity.feature);
  auto call = grow_call(cell, position, false, random, caller);
  if (!call) return std::nullopt;
  if (!entity.node && !cell.features.at(entity.feature).spec->is_plain) call->is_qualified = true;
  entity.calls.push_back(std::move(*call));
  return "one more call in " + named(cell, entity) + ": " + entity.calls.back().spec->name;
}

Done remove_call(Cell& cell, std::size_t position, Random& random) {
  Entity& entity = cell.order[position];
  if (entity.calls.empty()) return std::nullopt;
  const auto at = entity.calls.begin() + random.below(entity.calls.size());
  const std::string what = "one call less in " + named(cell, entity) + ": " + at->spec->name;
  entity.calls.erase(at);
  return what;
}

Done turn_call_knob(Cell& cell, std::size_t position, Random& random) {
  Entity& entity = cell.order[position];
  if (entity.calls.empty()) return std::nullopt;
  Call& call = random.pick(entity.calls);
  if (call.knobs.empty()) return std::nullopt;
  turn(random.pick(call.knobs), random);
  return "another value in a call in " + named(cell, entity);
}

Done change_body(Cell& cell, std::size_t position, Random& random) {
  switch (random.below(6)) {
    case 0:
      return add_call(cell, position, random);
    case 1:
      return remove_call(cell, position, random);
    case 2:
      return turn_call_knob(cell, position, random);
    default:
      return turn_knob(cell, position, random);
  }
}

Done rename(Cell& cell, std::uint32_t key, Random& random) {
  Feature& feature = cell.features.at(key);
  if (feature.names.empty()) return std::nullopt;
  auto at = feature.names.begin();
  std::advance(at, random.below(feature.names.size()));
  const bool is_macro = at->first.size() > 1 && std::isupper(static_cast<unsigned char>(at->first[1])) != 0;
  const std::string name = fresh_name(cell, at->first.front(), is_macro, random);
  std::string what = at->second + " is now called " + name;
  at->second = name;
  return what;
}

/// Adds or removes an optional piece of a feature whose group fits.
Done toggle(Cell& cell, const std::function<bool(const PieceSpec&)>& wanted, Random& random) {
  std::vector<std::pair<std::uint32_t, std::size_t>> candidates;
  for (const auto& [key, feature] : cell.features)
    for (std::size_t i = 0; i < feature.spec->pieces.size(); i++)
      if (feature.spec->pieces[i].optional && wanted(feature.spec->pieces[i]))
        candidates.emplace_back(key, i);
  if (candidates.empty()) return std::nullopt;
  const auto [key, piece] = random.pick(candidates);
  const std::string what = cell.features.at(key).spec->name + ", piece " + std::to_string(piece + 1);
  if (const auto at = cell.position(key, piece)) {
    cell.order.erase(cell.order.begin() + static_cast<std::ptrdiff_t>(*at));
    return "removed: " + what;
  }
  if (!insert_piece(cell, key, piece, random)) return std::nullopt;
  return "added: " + what;
}

Done move_piece(Cell& cell, const std::vector<std::size_t>& candidates, Random& random) {
  if (candidates.empty()) return std::nullopt;
  const std::size_t from = random.pick(candidates);
  const std::string what = "moved: " + named(cell, cell.order[from]);
  if (!move_entity(cell, from, random)) return std::nullopt;
  return what;
}

Done edit_reachable_helper(Cell& cell, Random& random) {
  const std::set<std::uint32_t> reached = run_by_nodes(cell);
  const auto candidates = pieces(cell, [&](const Entity& entity) {
    return cell.spec(entity).group == Group::helper && reached.contains(entity.id);
  });
  if (random.chance(15))
    if (auto done = toggle(cell, [](const PieceSpec& spec) { return spec.group == Group::helper; }, random))
      return done;
  if (candidates.empty()) return std::nullopt;
  return change_body(cell, random.pick(candidates), random);
}

/// Takes out a feature that nothing refers to.
Done remove_feature(Cell& cell, Random& random) {
  std::set<std::uint32_t> used;
  for (const Entity& entity : cell.order)
    for (const Call* call : calls_of(entity)) used.insert(call->feature);
  std::vector<std::uint32_t> unused;
  for (const auto& [key, feature] : cell.features)
    if (!used.contains(key)) unused.push_back(key);
  if (unused.size() < 2) return std::nullopt;
  const std::uint32_t key = random.pick(unused);
  const std::string what = "removed, unused: " + cell.features.at(key).spec->name;
  std::erase_if(cell.order, [&](const Entity& entity) { return !entity.node && entity.feature == key; });
  cell.features.erase(key);
  return what;
}

Done add_unused_feature(Cell& cell, unsigned file, Random& random) {
  const std::uint32_t key =
      grow_feature(cell, [](const FeatureSpec& spec) { return !spec.reads_world; }, file, random);
  if (key == 0) return std::nullopt;
  return "added, unused: " + cell.features.at(key).spec->name;
}

Done edit_unreachable_helper(Cell& cell, Random& random) {
  const std::set<std::uint32_t> reached = run_by_nodes(cell);
  const auto candidates = pieces(cell, [&](const Entity& entity) {
    return cell.spec(entity).group != Group::world && !reached.contains(entity.id);
  });
  const unsigned what = random.below(10);
  if (what == 0) return add_unused_feature(cell, 0, random);
  if (what == 1) return remove_feature(cell, random);
  if (candidates.empty()) return add_unused_feature(cell, 0, random);
  const std::size_t position = random.pick(candidates);
  if (what == 2) return rename(cell, cell.order[position].feature, random);
  return change_body(cell, position, random);
}

Done edit_group(Cell& cell, Group group, Random& random) {
  const auto of_group = [&](const PieceSpec& spec) { return spec.group == group; };
  if (random.chance(35))
    if (auto done = toggle(cell, of_group, random)) return done;
  const auto candidates = pieces(cell, [&](const Entity& entity) { return of_group(cell.spec(entity)); });
  if (random.chance(15)) {
    const auto floating = pieces(cell, [&](const Entity& entity) {
      return of_group(cell.spec(entity)) && cell.spec(entity).floating;
    });
    if (auto done = move_piece(cell, floating, random)) return done;
  }
  if (candidates.empty()) return std::nullopt;
  const std::size_t position = random.pick(candidates);
  if (random.chance(8)) return rename(cell, cell.order[position].feature, random);
  return turn_knob(cell, position, random);
}

/// Moves what stands where a header ends and the next file begins across that border.
Done move_across_files(Cell& cell, Random& random) {
  if (cell.headers == 0) return std::nullopt;
  const unsigned header = random.between(1, cell.headers);
  const unsigned next = header == cell.headers ? 0 : header + 1;
  for (std::size_t i = 0; i < cell.order.size(); i++) {
    Entity& entity = cell.order[i];
    const bool is_last =
        entity.file == header && (i + 1 == cell.order.size() || cell.order[i + 1].file != header);
    if (!is_last || is_apart(cell.spec(entity))) continue;
    Cell changed = cell;
    changed.order[i].file = next;
    if (!is_in_order(changed)) return std::nullopt;
    cell = std::move(changed);
    return named(cell, cell.order[i]) + " moved from header " + std::to_string(header) + " to file " +
           std::to_string(next);
  }
  return std::nullopt;
}

Done edit_macro_or_header(Cell& cell, Random& random) {
  const unsigned what = random.below(10);
  if (what == 0 && cell.headers > 0) return add_unused_feature(cell, random.between(1, cell.headers), random);
  if (what == 1) return move_across_files(cell, random);
  if (what < 5) {
    const auto in_headers = pieces(cell, [&](const Entity& entity) { return entity.file != 0; });
    if (!in_headers.empty()) return change_body(cell, random.pick(in_headers), random);
  }
  return edit_group(cell, Group::macro, random);
}

Done edit_order(Cell& cell, Random& random) {
  const std::size_t from = random.below(cell.order.size());
  if (!cell.order[from].node && is_apart(cell.spec(cell.order[from]))) return std::nullopt;
  const std::string what = "moved: " + named(cell, cell.order[from]);
  if (!move_entity(cell, from, random)) return std::nullopt;
  return what;
}

Done edit_layout(Cell& cell, Random& random) {
  Entity& entity = random.pick(cell.order);
  if (!entity.node && is_apart(cell.spec(entity))) return std::nullopt;
  const std::string where = " at " + named(cell, entity);
  switch (random.below(5)) {
    case 0:
      entity.layout.blank_lines = (entity.layout.blank_lines + random.between(1, 3)) % 4;
      return "blank lines" + where;
    case 1:
      entity.layout.comment = "// " + borrowed_name(cell, 0, random).value_or("nothing") + "(x)\n";
      break;
    case 2:
      entity.layout.comment =
          "/** static unsigned f(unsigned x) { return " + std::to_string(random.below(100)) + "u; }\n */\n";
      break;
    case 3:
      cell.banner = "// Version " + std::to_string(random.below(1000)) + "\n\n";
      return "the comment at the top of the cell";
    default:
      entity.layout.spacing = random.next();
      return "white space and comments inside" + where;
  }
  return "a comment" + where;
}

bool is_called(const Cell& cell, std::uint32_t node) {
  return std::any_of(cell.order.begin(), cell.order.end(), [&](const Entity& entity) {
    return entity.node && std::any_of(entity.node->node_calls.begin(), entity.node->node_calls.end(),
                                      [&](const NodeCall& call) { return call.node == node; });
  });
}

bool is_needed(const Cell& cell, std::uint32_t node) {
  return is_called(cell, node) ||
         std::any_of(cell.order.begin(), cell.order.end(), [&](const Entity& entity) {
           return entity.node &&
                  std::any_of(entity.node->parameters.begin(), entity.node->parameters.end(),
                              [&](const NodeParameter& parameter) { return parameter.node == node; });
         });
}

Done remove_node(Cell& cell, std::size_t position) {
  if (cell.nodes().size() < 6 || is_needed(cell, cell.order[position].id)) return std::nullopt;
  const std::string what = "removed: " + named(cell, cell.order[position]);
  cell.order.erase(cell.order.begin() + static_cast<std::ptrdiff_t>(position));
  return what;
}

Done change_parameters(Cell& cell, std::size_t position, Random& random) {
  Entity& entity = cell.order[position];
  auto& parameters = entity.node->parameters;
  if (is_called(cell, entity.id)) return std::nullopt;
  if (!parameters.empty() && random.chance(40)) {
    parameters.erase(parameters.begin() + random.below(parameters.size()));
    return "one parameter less: " + named(cell, entity);
  }
  auto parameter = grow_parameter(cell, position, random);
  if (!parameter) return std::nullopt;
  parameters.insert(parameter->node == 0 ? parameters.end() : parameters.begin(), std::move(*parameter));
  return "one more parameter: " + named(cell, entity);
}

Done change_default(Cell& cell, std::size_t position, Random& random) {
  Entity& entity = cell.order[position];
  for (NodeParameter& parameter : entity.node->parameters) {
    if (parameter.node != 0) continue;
    turn(parameter.expression ? parameter.expression->knobs.at(0) : parameter.literal, random);
    return "another default: " + named(cell, entity);
  }
  return std::nullopt;
}

Done edit_node(Cell& cell, Random& random) {
  const std::vector<std::size_t> nodes = cell.nodes();
  const std::size_t position = random.pick(nodes);
  switch (random.below(10)) {
    case 0: {
      std::string& name = cell.order[position].node->name;
      const std::string before = name;
      name = fresh_name(cell, 'n', false, random);
      return "node " + before + " is now called " + name;
    }
    case 1:
      grow_node(cell, random);
      return "added: " + named(cell, cell.order.back());
    case 2:
      return remove_node(cell, position);
    case 3:
      return change_parameters(cell, position, random);
    case 4:
      return change_default(cell, position, random);
    case 5:
      return move_piece(cell, nodes, random);
    default:
      return change_body(cell, position, random);
  }
}

Done edit_world(Cell& cell, Random& random) {
  if (random.chance(35))
    return toggle(cell, [](const PieceSpec& spec) { return spec.group == Group::world; }, random);
  const auto candidates =
      pieces(cell, [&](const Entity& entity) { return cell.spec(entity).group == Group::world; });
  if (candidates.empty()) return std::nullopt;
  Entity& entity = cell.order[random.pick(candidates)];
  if (random.chance(80)) return turn_knob(cell, cell.position(entity.feature, entity.piece).value(), random);
  entity.rewrites++;
  return "written again as it was: " + named(cell, entity);
}

Done edit_of(EditKind kind, Cell& cell, Random& random) {
  switch (kind) {
    case EditKind::reachable_helper:
      return edit_reachable_helper(cell, random);
    case EditKind::unreachable_helper:
      return edit_unreachable_helper(cell, random);
    case EditKind::type:
      return edit_group(cell, Group::type, random);
    case EditKind::overload:
      return edit_group(cell, Group::overload, random);
    case EditKind::macro_or_header:
      return edit_macro_or_header(cell, random);
    case EditKind::order:
      return edit_order(cell, random);
    case EditKind::layout:
      return edit_layout(cell, random);
    case EditKind::node:
      return edit_node(cell, random);
    case EditKind::world:
      return edit_world(cell, random);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Edit> edit(Cell& cell, EditKind kind, Random& random) {
  for (int i = 0; i < attempts; i++) {
    Cell changed = cell;
    Done done = edit_of(kind, changed, random);
    if (!done || !is_in_order(changed)) continue;
    cell = std::move(changed);
    return Edit{kind, std::move(*done)};
  }
  return std::nullopt;
}

}  // namespace hamcell::proof
