// A cell as a model: its order, its names, its values.
#include "cell.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "template_text.h"

namespace hamcell::proof {
namespace {

constexpr unsigned number_limit = 1000;

/// The source pieces that must stand before whatever uses the feature.
bool needed_before_use(const PieceSpec& spec) { return !spec.floating && !is_apart(spec); }

bool pieces_in_order(const Cell& cell, std::size_t position) {
  const Entity& entity = cell.order[position];
  const auto& pieces = cell.features.at(entity.feature).spec->pieces;
  for (std::size_t i = 0; i < entity.piece; i++) {
    if (!needed_before_use(pieces[i])) continue;
    const auto before = cell.position(entity.feature, i);
    if (before && *before > position) return false;
  }
  return true;
}

bool calls_in_order(const Cell& cell, std::size_t position) {
  const Entity& entity = cell.order[position];
  for (const Call* call : calls_of(entity))
    if (!call->spec->is_decoy && !is_usable(cell, call->feature, position)) return false;
  if (!entity.node) return true;
  return std::all_of(
      entity.node->node_calls.begin(), entity.node->node_calls.end(), [&](const NodeCall& call) {
        return std::any_of(cell.order.begin(), cell.order.begin() + static_cast<std::ptrdiff_t>(position),
                           [&](const Entity& other) { return other.id == call.node; });
      });
}

bool is_name_taken(const Cell& cell, const std::string& name) {
  for (const auto& [key, feature] : cell.features)
    for (const auto& [slot, taken] : feature.names)
      if (taken == name) return true;
  return std::any_of(cell.order.begin(), cell.order.end(),
                     [&](const Entity& entity) { return entity.node && entity.node->name == name; });
}

constexpr std::array<const char*, 24> words = {"scale", "shift",   "blend", "mean",  "clip",     "fold",
                                               "rank",  "wave",    "gain",  "drift", "merge",    "probe_at",
                                               "score", "level",   "limit", "norm",  "scale_up", "mean_of",
                                               "fit",   "sum_all", "pack",  "trim",  "mix",      "rate"};

std::string styled(const std::string& word, char first_of_slot, bool is_macro) {
  std::string out = word;
  const auto upper = [](char& c) { c = static_cast<char>(std::toupper(static_cast<unsigned char>(c))); };
  if (is_macro)
    std::for_each(out.begin(), out.end(), upper);
  else if (std::isupper(static_cast<unsigned char>(first_of_slot)) != 0)
    upper(out.front());
  return out;
}

}  // namespace

Entity* Cell::find(std::uint32_t id) {
  const auto found =
      std::find_if(order.begin(), order.end(), [&](const Entity& entity) { return entity.id == id; });
  return found == order.end() ? nullptr : &*found;
}

const Entity* Cell::find(std::uint32_t id) const {
  const auto found =
      std::find_if(order.begin(), order.end(), [&](const Entity& entity) { return entity.id == id; });
  return found == order.end() ? nullptr : &*found;
}

std::optional<std::size_t> Cell::position(std::uint32_t feature, std::size_t piece) const {
  for (std::size_t i = 0; i < order.size(); i++)
    if (!order[i].node && order[i].feature == feature && order[i].piece == piece) return i;
  return std::nullopt;
}

std::vector<std::size_t> Cell::nodes() const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < order.size(); i++)
    if (order[i].node) out.push_back(i);
  return out;
}

std::vector<const Call*> calls_of(const Entity& entity) {
  std::vector<const Call*> out;
  for (const Call& call : entity.calls) out.push_back(&call);
  if (entity.node)
    for (const NodeParameter& parameter : entity.node->parameters)
      if (parameter.expression) out.push_back(&*parameter.expression);
  return out;
}

const UseSpec& use_of(const Call& call) { return call.spec->uses[call.use]; }

bool is_usable(const Cell& cell, std::uint32_t feature, std::size_t position) {
  const auto& pieces = cell.features.at(feature).spec->pieces;
  for (std::size_t i = 0; i < pieces.size(); i++) {
    if (!needed_before_use(pieces[i])) continue;
    const auto at = cell.position(feature, i);
    if (at ? *at >= position : !pieces[i].optional) return false;
  }
  return true;
}

bool is_in_order(const Cell& cell) {
  for (std::size_t i = 0; i < cell.order.size(); i++) {
    const Entity& entity = cell.order[i];
    // Headers come in the order 1, 2, …, and the cell behind them.
    const auto rank = [](const Entity& e) { return e.file == 0 ? ~0U : e.file; };
    if (i > 0 && rank(cell.order[i - 1]) > rank(entity)) return false;
    if (!entity.node && !pieces_in_order(cell, i)) return false;
    if (!calls_in_order(cell, i)) return false;
  }
  return true;
}

std::vector<Knob> make_knobs(const std::string& text, Random& random) {
  std::vector<Knob> out;
  for (const Part& part : parse_text(text)) {
    if (part.kind != Part::Kind::number && part.kind != Part::Kind::choice) continue;
    Knob knob;
    knob.choices = static_cast<unsigned>(part.choices.size());
    knob.value = random.below(knob.choices == 0 ? number_limit : knob.choices);
    out.push_back(knob);
  }
  return out;
}

void turn(Knob& knob, Random& random) {
  const unsigned limit = knob.choices == 0 ? number_limit : knob.choices;
  knob.value = (knob.value + random.between(1, limit - 1)) % limit;
}

std::string fresh_name(Cell& cell, char first_of_slot, bool is_macro, Random& random) {
  for (unsigned length = 1;; length++) {
    std::string word = random.pick(words);
    if (length > 3) word += std::to_string(random.below(90 * length));
    std::string name = styled(word, first_of_slot, is_macro);
    if (!is_name_taken(cell, name)) return name;
  }
}

std::optional<std::string> borrowed_name(const Cell& cell, std::uint32_t except, Random& random) {
  std::vector<std::string> candidates;
  for (const auto& [key, feature] : cell.features) {
    if (key == except || !feature.spec->shares_names) continue;
    for (const auto& [slot, name] : feature.names) candidates.push_back(name);
  }
  if (candidates.empty()) return std::nullopt;
  return random.pick(candidates);
}

std::uint32_t add_feature(Cell& cell, const FeatureSpec& spec, Random& random) {
  const std::uint32_t key = cell.next_id++;
  cell.features[key].spec = &spec;
  for (const std::string& slot : slots_of(spec)) {
    const bool is_macro = slot.size() > 1 && std::isupper(static_cast<unsigned char>(slot[1])) != 0;
    std::optional<std::string> name;
    if (slot.starts_with("also") && random.chance(70)) name = borrowed_name(cell, key, random);
    if (!name) name = fresh_name(cell, slot.front(), is_macro, random);
    cell.features[key].names[slot] = *name;
  }
  return key;
}

Entity make_piece(Cell& cell, std::uint32_t feature, std::size_t piece, unsigned file, Random& random) {
  Entity entity;
  entity.id = cell.next_id++;
  entity.feature = feature;
  entity.piece = piece;
  entity.file = file;
  entity.knobs = make_knobs(cell.spec(entity).text, random);
  return entity;
}

Call make_call(const Cell& cell, std::uint32_t feature, std::size_t use, Random& random) {
  Call call;
  call.feature = feature;
  call.spec = cell.features.at(feature).spec;
  call.use = use;
  call.knobs = make_knobs(use_of(call).text, random);
  call.is_qualified = random.chance(30);
  return call;
}

}  // namespace hamcell::proof
