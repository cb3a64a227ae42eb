// A chain of states.
#include "chain.h"

#include <algorithm>
#include <utility>

namespace hamcell::proof {
namespace {

constexpr unsigned undo_percent = 8;

/// What a scan judges does not read files while it runs, so the last kind is left to runs.
std::size_t kinds_of(Purpose purpose) { return edit_kind_names.size() - (purpose == Purpose::run ? 0 : 1); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text)
    if (c == '\n')
      out.emplace_back();
    else
      out.back() += c;
  return out;
}

/// For each pair of positions, how many lines the rests of the two texts have in common, in order.
std::vector<std::vector<std::size_t>> common_lengths(const std::vector<std::string>& a,
                                                     const std::vector<std::string>& b) {
  std::vector<std::vector<std::size_t>> out(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t k = b.size(); k-- > 0;)
      out[i][k] = a[i] == b[k] ? out[i + 1][k + 1] + 1 : std::max(out[i + 1][k], out[i][k + 1]);
  return out;
}

/// The lines that are not in the longest common subsequence.
std::string changed_lines(const std::string& before, const std::string& after) {
  const std::vector<std::string> a = lines_of(before);
  const std::vector<std::string> b = lines_of(after);
  const auto common = common_lengths(a, b);
  std::string out;
  std::size_t i = 0;
  std::size_t k = 0;
  while (i < a.size() || k < b.size()) {
    if (i < a.size() && k < b.size() && a[i] == b[k]) {
      i++, k++;
    } else if (k == b.size() || (i < a.size() && common[i + 1][k] >= common[i][k + 1])) {
      out += "  - " + a[i++] + "\n";
    } else {
      out += "  + " + b[k++] + "\n";
    }
  }
  return out;
}

using Texts = std::map<std::string, std::string>;

std::string changed_texts(const Texts& before, const Texts& after) {
  Texts all = before;
  all.insert(after.begin(), after.end());
  std::string out;
  for (const auto& [name, text] : all) {
    const auto a = before.find(name);
    const auto b = after.find(name);
    if (a == before.end())
      out += "  " + name + " is new: " + b->second + "\n";
    else if (b == after.end())
      out += "  " + name + " is gone\n";
    else if (a->second != b->second)
      out += "  " + name + ":\n" + changed_lines(a->second, b->second);
  }
  return out;
}

}  // namespace

State state_of(Cell cell) {
  State out;
  out.cell = std::move(cell);
  out.rendered = render(out.cell);
  out.meanings = meanings(out.cell, out.rendered);
  return out;
}

Chain::Chain(const Scope& scope, std::uint64_t number, Purpose purpose)
    : number_(number),
      per_chain_(scope.edits_per_chain),
      purpose_(purpose),
      random_(derived_seed(scope.seed, number * 2 + (purpose == Purpose::run ? 1 : 0))) {
  now_ = state_of(grow(purpose, random_));
}

void Chain::step() {
  const bool can_undo = steps_ > 0 && !is_undone_;
  steps_++;
  is_undone_ = can_undo && random_.chance(undo_percent);
  if (is_undone_) {
    std::swap(before_, now_);
    edit_.what = "undone: " + edit_.what;
    return;
  }
  Cell changed = now_.cell;
  change(changed);
  before_ = std::move(now_);
  now_ = state_of(std::move(changed));
}

/// Kinds are drawn like cards, so that each has its share; one that cannot be had now stays in the deck.
void Chain::change(Cell& cell) {
  for (;; deck_.clear()) {
    if (deck_.empty())
      for (std::size_t kind = 0; kind < kinds_of(purpose_); kind++)
        deck_.push_back(static_cast<EditKind>(kind));
    for (std::size_t i = deck_.size(); i > 1; i--) std::swap(deck_[i - 1], deck_[random_.below(i)]);
    for (std::size_t i = 0; i < deck_.size(); i++)
      if (const auto done = proof::edit(cell, deck_[i], random_)) {
        edit_ = *done;
        deck_.erase(deck_.begin() + static_cast<std::ptrdiff_t>(i));
        return;
      }
  }
}

std::string difference(const State& before, const State& after) {
  return changed_texts(before.rendered.files, after.rendered.files) +
         changed_texts(before.rendered.environment, after.rendered.environment);
}

std::string listing(const State& state) {
  std::string out;
  for (const auto& [name, text] : state.rendered.files) out += "---- " + name + "\n" + text;
  for (const auto& [name, text] : state.rendered.environment) out += "---- " + name + "=" + text + "\n";
  return out;
}

std::string told(const Scope& scope, const Chain& chain) {
  return "seed " + std::to_string(scope.seed) + ", edit " + std::to_string(chain.edit_number()) + " (" +
         edit_kind_names.at(static_cast<std::size_t>(chain.edit().kind)) + ": " + chain.edit().what + ")";
}

}  // namespace hamcell::proof
