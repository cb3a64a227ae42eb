// Makes random cells.
#include "grow.h"

#include <algorithm>
#include <set>

namespace hamcell::proof {
namespace {

constexpr int attempts = 12;

bool has_headers(const Cell& cell, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& header) {
    return std::find(cell.system_headers.begin(), cell.system_headers.end(), header) !=
           cell.system_headers.end();
  });
}

/// A feature that needs system headers, drawn evenly: the dear headers are there because something needs
/// them.
const FeatureSpec& choose_guest(Random& random) {
  std::vector<const FeatureSpec*> candidates;
  for (const FeatureSpec& spec : all_features())
    if (!spec.reads_world && !spec.headers.empty()) candidates.push_back(&spec);
  return *random.pick(candidates);
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// The system's headers of a cell: some that cost little to read, and what its guest and one use of it need.
std::vector<std::string> choose_headers(Purpose purpose, const FeatureSpec& guest, Random& random) {
  const std::vector<std::string> light = {"utility",         "cassert",  "array",   "compare", "cstdlib",
                                          "source_location", "optional", "numeric", "variant", "cstdio"};
  const std::vector<std::string> others = {"map",   "set",    "algorithm",  "unordered_map",
                                           "cmath", "string", "functional", "iostream"};
  std::vector<std::string> out = guest.headers;
  append(out, random.pick(guest.uses).headers);
  for (const std::string& header : light)
    if (random.chance(20)) out.push_back(header);
  if (random.chance(50)) out.emplace_back("vector");
  if (random.chance(40)) out.push_back(random.pick(others));
  if (purpose == Purpose::run) append(out, {"cstdlib", random.chance(30) ? "fstream" : "cstdio"});
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// A result that the cell's headers have a type for.
ResultKind choose_result(const Cell& cell, Random& random) {
  const unsigned kind = random.below(10);
  if (kind == 6) return ResultKind::real;
  if (kind == 7 && has_headers(cell, {"string"})) return ResultKind::text;
  if (kind > 7 && has_headers(cell, {"vector"})) return ResultKind::numbers;
  return ResultKind::number;
}

std::vector<std::uint32_t> ancestors(const Cell& cell, std::uint32_t node) {
  std::vector<std::uint32_t> out = {node};
  for (std::size_t i = 0; i < out.size(); i++) {
    const Entity* entity = cell.find(out[i]);
    for (const NodeParameter& parameter : entity->node->parameters)
      if (parameter.node != 0 && std::find(out.begin(), out.end(), parameter.node) == out.end())
        out.push_back(parameter.node);
  }
  return out;
}

}  // namespace

bool takes_numbers(const Cell& cell, const NodePart& node) {
  if (node.result != ResultKind::number) return false;
  return std::all_of(node.parameters.begin(), node.parameters.end(), [&](const NodeParameter& parameter) {
    return parameter.node == 0 || cell.find(parameter.node)->node->result == ResultKind::number;
  });
}

namespace {

void grow_pieces(Cell& cell, std::uint32_t feature, unsigned file, Random& random) {
  const FeatureSpec& spec = *cell.features.at(feature).spec;
  for (std::size_t i = 0; i < spec.pieces.size(); i++) {
    if (spec.pieces[i].optional && random.chance(40)) continue;
    // What may stand anywhere often stands in the cell although the rest is in a header.
    const unsigned at = spec.pieces[i].floating && random.chance(50) ? 0 : file;
    Entity piece = make_piece(cell, feature, i, at, random);
    const bool takes_calls = spec.pieces[i].text.find("{{calls}}") != std::string::npos;
    const std::size_t end = static_cast<std::size_t>(
        std::find_if(cell.order.begin(), cell.order.end(),
                     [&](const Entity& other) { return at != 0 && (other.file == 0 || other.file > at); }) -
        cell.order.begin());
    if (takes_calls) {
      const unsigned count = random.below(3);
      for (unsigned k = 0; k < count; k++)
        if (auto call = grow_call(cell, end, false, random, feature)) {
          // Inside a namespace or class a plain name may mean a function there.
          call->is_qualified = call->is_qualified || !spec.is_plain;
          piece.calls.push_back(std::move(*call));
        }
    }
    cell.order.insert(cell.order.begin() + static_cast<std::ptrdiff_t>(end), std::move(piece));
  }
}

/// The guest twice, something for every kind of edit, and then whatever comes.
void grow_features(Cell& cell, bool is_run, const FeatureSpec& guest, Random& random) {
  const auto any = [](const FeatureSpec& spec) { return !spec.reads_world; };
  std::vector<std::function<bool(const FeatureSpec&)>> wanted(
      2, [&guest](const FeatureSpec& spec) { return &spec == &guest; });
  for (const Group group : {Group::type, Group::type, Group::overload, Group::overload, Group::macro})
    wanted.emplace_back([group](const FeatureSpec& spec) {
      return !spec.reads_world && std::any_of(spec.pieces.begin(), spec.pieces.end(),
                                              [&](const PieceSpec& piece) { return piece.group == group; });
    });
  if (is_run) wanted.insert(wanted.end(), 3, [](const FeatureSpec& spec) { return spec.reads_world; });
  wanted.insert(wanted.end(), is_run ? random.between(3, 6) : random.between(5, 14), any);
  while (!wanted.empty()) {
    const unsigned file = cell.headers == 0 || random.chance(60) ? 0 : random.between(1, cell.headers);
    const auto next = wanted.begin() + random.below(wanted.size());
    grow_feature(cell, *next, file, random);
    wanted.erase(next);
  }
}

void grow_nodes(Cell& cell, unsigned count, Random& random) {
  for (unsigned i = 0; i < count; i++) grow_node(cell, random);
}

/// Mixes nodes and what they use, as far as the language allows.
void shuffle(Cell& cell, Random& random) {
  const std::size_t moves = cell.order.size();
  for (std::size_t i = 0; i < moves; i++) move_entity(cell, random.below(cell.order.size()), random);
}

}  // namespace

namespace {

/// Whether a piece of `from` calls `to`, be it by way of others; a feature counts as calling itself.
bool calls(const Cell& cell, std::uint32_t from, std::uint32_t to) {
  std::vector<std::uint32_t> reached = {from};
  for (std::size_t i = 0; i < reached.size(); i++) {
    if (reached[i] == to) return true;
    for (const Entity& entity : cell.order) {
      if (entity.node || entity.feature != reached[i]) continue;
      for (const Call& call : entity.calls)
        if (!call.spec->is_decoy && std::find(reached.begin(), reached.end(), call.feature) == reached.end())
          reached.push_back(call.feature);
    }
  }
  return false;
}

}  // namespace

std::optional<Call> grow_call(const Cell& cell, std::size_t position, bool is_expression, Random& random,
                              std::optional<std::uint32_t> caller) {
  if (!is_expression && random.chance(20)) {
    const FeatureSpec& names = []() -> const FeatureSpec& {
      for (const FeatureSpec& spec : all_features())
        if (spec.is_decoy) return spec;
      return all_features().front();
    }();
    Call call;
    call.spec = &names;
    call.use = random.below(names.uses.size());
    call.knobs = make_knobs(use_of(call).text, random);
    const auto mentioned = borrowed_name(cell, 0, random);
    if (!mentioned) return std::nullopt;
    call.mentioned = *mentioned;
    return call;
  }
  std::vector<std::pair<std::uint32_t, std::size_t>> candidates;
  for (const auto& [key, feature] : cell.features) {
    if (!is_usable(cell, key, position) || (caller && calls(cell, key, *caller))) continue;
    for (std::size_t use = 0; use < feature.spec->uses.size(); use++)
      if (feature.spec->uses[use].is_expression == is_expression &&
          has_headers(cell, feature.spec->uses[use].headers))
        candidates.emplace_back(key, use);
  }
  if (candidates.empty()) return std::nullopt;
  const auto [key, use] = random.pick(candidates);
  return make_call(cell, key, use, random);
}

namespace {

/// A name that no other parameter of the node has.
std::string fresh_input(const Entity& entity, Random& random) {
  const auto name = [&](std::uint64_t number) {
    return "input_" + std::to_string(entity.id) + "_" + std::to_string(number);
  };
  std::uint64_t number = random.below(1000);
  const auto is_taken = [&](const NodeParameter& parameter) { return parameter.input == name(number); };
  while (std::ranges::any_of(entity.node->parameters, is_taken)) number++;
  return name(number);
}

}  // namespace

std::optional<NodeParameter> grow_parameter(const Cell& cell, std::size_t position, Random& random) {
  const Entity& entity = cell.order[position];
  NodeParameter out;
  const auto has = [&](std::uint32_t id) {
    return std::any_of(entity.node->parameters.begin(), entity.node->parameters.end(),
                       [&](const NodeParameter& parameter) { return parameter.node == id; });
  };
  if (random.chance(20)) {
    out.input = fresh_input(entity, random);
    out.literal.value = random.below(1000);
    if (random.chance(40)) out.expression = grow_call(cell, position, true, random);
    return out;
  }
  const std::vector<std::size_t> nodes = cell.nodes();
  for (int i = 0; i < attempts; i++) {
    const Entity& other = cell.order[nodes[random.below(nodes.size())]];
    const std::vector<std::uint32_t> above = ancestors(cell, other.id);
    if (other.id == entity.id || has(other.id) ||
        std::find(above.begin(), above.end(), entity.id) != above.end())
      continue;
    out.node = other.id;
    return out;
  }
  return std::nullopt;
}

void grow_node(Cell& cell, Random& random) {
  Entity entity;
  entity.id = cell.next_id++;
  entity.node.emplace();
  entity.node->name = fresh_name(cell, 'n', false, random);
  entity.node->result = choose_result(cell, random);
  entity.knobs = make_knobs("$ ${0|1|2|3}", random);
  if (random.chance(55)) entity.knobs[1].value = 0;
  const unsigned calls = random.between(1, 4);
  for (unsigned i = 0; i < calls; i++)
    if (auto call = grow_call(cell, cell.order.size(), false, random))
      entity.calls.push_back(std::move(*call));
  cell.order.push_back(std::move(entity));
  const std::size_t position = cell.order.size() - 1;
  const unsigned parameters = random.below(4);
  for (unsigned i = 0; i < parameters; i++)
    if (auto parameter = grow_parameter(cell, position, random)) {
      auto& list = cell.order[position].node->parameters;
      // Parameters with defaults come last.
      list.insert(parameter->node == 0 ? list.end() : list.begin(), std::move(*parameter));
    }
  const Entity& other = cell.order[cell.nodes().front()];
  if (random.chance(12) && other.id != cell.order[position].id && takes_numbers(cell, *other.node))
    cell.order[position].node->node_calls.push_back({other.id});
}

std::uint32_t grow_feature(Cell& cell, const std::function<bool(const FeatureSpec&)>& wanted, unsigned file,
                           Random& random) {
  std::vector<const FeatureSpec*> candidates;
  for (const FeatureSpec& spec : all_features())
    if (!spec.is_decoy && wanted(spec) && has_headers(cell, spec.headers)) candidates.push_back(&spec);
  if (candidates.empty()) return 0;
  const std::uint32_t key = add_feature(cell, *random.pick(candidates), random);
  grow_pieces(cell, key, file, random);
  return key;
}

bool insert_piece(Cell& cell, std::uint32_t feature, std::size_t piece, Random& random) {
  const PieceSpec& spec = cell.features.at(feature).spec->pieces[piece];
  for (int i = 0; i < attempts; i++) {
    Cell changed = cell;
    const std::size_t at = random.below(changed.order.size() + 1);
    const unsigned file = at < changed.order.size() ? changed.order[at].file : 0;
    Entity entity = make_piece(changed, feature, piece, file, random);
    std::size_t place = at;
    if (!spec.floating && !is_apart(spec)) {
      // Right behind the piece before it, so that it stands before every use.
      for (std::size_t before = piece; before-- > 0;)
        if (const auto found = changed.position(feature, before)) {
          place = *found + 1;
          entity.file = changed.order[*found].file;
          break;
        }
    }
    changed.order.insert(changed.order.begin() + static_cast<std::ptrdiff_t>(place), std::move(entity));
    if (!is_in_order(changed)) continue;
    cell = std::move(changed);
    return true;
  }
  return false;
}

bool move_entity(Cell& cell, std::size_t from, Random& random) {
  for (int i = 0; i < attempts; i++) {
    Cell changed = cell;
    Entity entity = std::move(changed.order[from]);
    changed.order.erase(changed.order.begin() + static_cast<std::ptrdiff_t>(from));
    const std::size_t to = random.below(changed.order.size() + 1);
    if (to == from) continue;
    changed.order.insert(changed.order.begin() + static_cast<std::ptrdiff_t>(to), std::move(entity));
    if (!is_in_order(changed)) continue;
    cell = std::move(changed);
    return true;
  }
  return false;
}

Cell grow(Purpose purpose, Random& random) {
  Cell cell;
  const FeatureSpec& guest = choose_guest(random);
  cell.system_headers = choose_headers(purpose, guest, random);
  cell.headers = random.below(4);
  for (unsigned i = 0; i < cell.headers; i++) {
    cell.pragma_once.push_back(random.chance(50));
    cell.includes_previous.push_back(random.chance(50));
  }
  cell.headers_include_system = random.chance(15);
  const bool is_run = purpose == Purpose::run;
  grow_features(cell, is_run, guest, random);
  grow_nodes(cell, is_run ? random.between(8, 12) : random.between(8, 22), random);
  shuffle(cell, random);
  return cell;
}

}  // namespace hamcell::proof
