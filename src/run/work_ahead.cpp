// What is still to be done in a run.
#include "run/work_ahead.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include "run/limits.h"

namespace hamcell {
namespace {

bool may_still_run(const NodeState& state) {
  return state.phase == Phase::waiting || state.phase == Phase::queued || state.phase == Phase::running;
}

double average(const std::map<std::string, double>& seconds) {
  double sum = 0;
  for (const auto& [node, taken] : seconds) sum += taken;
  return seconds.empty() ? 1 : sum / static_cast<double>(seconds.size());
}

/// Of what a node usually takes: what is left of it.
double left_of(const NodeState& state, double seconds) {
  if (!may_still_run(state)) return 0;
  if (state.phase != Phase::running) return seconds;
  return std::max(0.0, seconds - static_cast<double>(monotonic_ns() - state.began_ns) / 1e9);
}

}  // namespace

const std::vector<WorkAhead::Usual>& WorkAhead::usual() {
  if (!usual_.empty()) return usual_;
  const std::map<std::string, double> seconds = history_.seconds_of_nodes();
  usual_.assign(decider_.count(), {average(seconds), false});
  for (std::uint32_t i = 0; i < decider_.count(); ++i)
    if (const auto known = seconds.find(decider_.node(i).name); known != seconds.end())
      usual_[i] = {known->second, true};
  return usual_;
}

std::vector<double> WorkAhead::longest_paths() {
  std::vector<double> ahead(decider_.count(), 0);
  // What uses a node stands behind it.
  for (std::size_t at = decider_.count(); at-- > 0;) {
    const auto i = static_cast<std::uint32_t>(at);
    for (const std::uint32_t user : decider_.node(i).users) ahead[i] = std::max(ahead[i], ahead[user]);
    ahead[i] += left_of(decider_.state(i), usual()[i].seconds);
  }
  return ahead;
}

std::vector<std::uint32_t> WorkAhead::ranks() {
  const std::vector<double> ahead = longest_paths();
  std::vector<std::uint32_t> order(decider_.count());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return ahead[a] != ahead[b] ? ahead[a] > ahead[b] : a < b;
  });
  std::vector<std::uint32_t> ranks(decider_.count());
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

std::optional<double> WorkAhead::seconds_left(unsigned slots) {
  double sum = 0;
  bool is_known = false;
  for (std::uint32_t i = 0; i < decider_.count(); ++i) {
    if (!may_still_run(decider_.state(i))) continue;
    sum += left_of(decider_.state(i), usual()[i].seconds);
    is_known = is_known || usual()[i].is_known;
  }
  if (!is_known) return std::nullopt;
  const std::vector<double> ahead = longest_paths();
  const double longest = ahead.empty() ? 0 : *std::ranges::max_element(ahead);
  return std::max(longest, sum / std::max(slots, 1U));
}

}  // namespace hamcell
