// A chain of states: a random cell, and what each edit made of it. Every state follows from seed and number.
#pragma once

#include <optional>

#include "edits.h"
#include "meaning.h"
#include "render.h"

namespace hamcell::proof {

struct State {
  Cell cell;
  Rendered rendered;
  std::map<std::string, Meaning> meanings;
};

State state_of(Cell cell);

/// What a judge needs to be asked about: which edits, and how much to say.
struct Scope {
  std::uint64_t seed = 1;
  std::uint64_t edits = 0;            ///< in all
  std::optional<std::uint64_t> only;  ///< number of the one edit to judge
  bool lists_needless = false;        ///< a line for each
  std::uint64_t edits_per_chain = 20;
};

/// Walks along one chain.
class Chain {
 public:
  Chain(const Scope& scope, std::uint64_t number, Purpose purpose);

  const State& before() const { return before_; }
  const State& now() const { return now_; }
  const Edit& edit() const { return edit_; }
  /// Of the edit that led here, among all edits of the seed.
  std::uint64_t edit_number() const { return number_ * per_chain_ + steps_ - 1; }
  /// The edit undid the one before it, so that this state is the one two steps back.
  bool is_undone() const { return is_undone_; }

  void step();

 private:
  void change(Cell& cell);

  std::uint64_t number_;
  std::uint64_t per_chain_;
  Purpose purpose_;
  Random random_;
  State now_;
  State before_;
  Edit edit_;
  std::vector<EditKind> deck_;  ///< the kinds that are still to come before any comes again
  std::uint64_t steps_ = 0;
  bool is_undone_ = false;
};

/// What changed between two states, file by file: the lines that differ.
std::string difference(const State& before, const State& after);
/// All files of a state.
std::string listing(const State& state);

/// "seed 7, edit 123 (order: moved …)".
std::string told(const Scope& scope, const Chain& chain);

}  // namespace hamcell::proof
