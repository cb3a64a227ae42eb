// In which order nodes that are ready go to runners.
#include "run/longest_path.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include "run/history.h"

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

}  // namespace

std::vector<std::uint32_t> ranks_by_longest_path(const Decider& decider, History& history) {
  const std::map<std::string, double> seconds = history.seconds_of_nodes();
  const double usual = average(seconds);
  std::vector<double> ahead(decider.count(), 0);
  // What uses a node stands behind it.
  for (std::size_t at = decider.count(); at-- > 0;) {
    const auto i = static_cast<std::uint32_t>(at);
    for (const std::uint32_t user : decider.node(i).users) ahead[i] = std::max(ahead[i], ahead[user]);
    if (!may_still_run(decider.state(i))) continue;
    const auto known = seconds.find(decider.node(i).name);
    ahead[i] += known == seconds.end() ? usual : known->second;
  }
  std::vector<std::uint32_t> order(decider.count());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return ahead[a] != ahead[b] ? ahead[a] > ahead[b] : a < b;
  });
  std::vector<std::uint32_t> ranks(decider.count());
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

}  // namespace hamcell
