// A search in depth that meets each arrow once.
#include "painter/circles.h"

#include <cstdint>

namespace hamcell {

std::vector<bool> backward_arrows(const Diagram& diagram) {
  const std::size_t count = diagram.boxes.size();
  std::vector<std::vector<std::uint32_t>> leaving(count);
  for (std::uint32_t i = 0; i < diagram.arrows.size(); ++i) leaving[diagram.arrows[i].from].push_back(i);
  enum class State : std::uint8_t { unseen, on_the_way, done };
  std::vector<State> states(count, State::unseen);
  std::vector<std::size_t> next(count, 0);
  std::vector<bool> is_backward(diagram.arrows.size());
  for (std::uint32_t start = 0; start < count; ++start) {
    if (states[start] != State::unseen) continue;
    std::vector<std::uint32_t> way = {start};
    states[start] = State::on_the_way;
    while (!way.empty()) {
      const std::uint32_t here = way.back();
      if (next[here] == leaving[here].size()) {
        states[here] = State::done;
        way.pop_back();
        continue;
      }
      const std::uint32_t arrow = leaving[here][next[here]++];
      const std::uint32_t to = diagram.arrows[arrow].to;
      is_backward[arrow] = states[to] == State::on_the_way;
      if (states[to] != State::unseen) continue;
      states[to] = State::on_the_way;
      way.push_back(to);
    }
  }
  return is_backward;
}

}  // namespace hamcell
