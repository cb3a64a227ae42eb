// A layered layout after Sugiyama, Tagawa and Toda (1981), without nodes that stand for long arrows: ranks,
// order by barycenters, then places by the pool-adjacent-violators algorithm, which moves boxes of a rank as
// little as their order and their sizes allow. Arrows that close a circle, as folded boxes have them, count
// as if they went the other way. Clusters have lanes (lanes.h), each placed by itself.
#include "painter/coarse_layout.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "draw/dot_box.h"
#include "painter/circles.h"
#include "painter/frames.h"
#include "painter/lanes.h"

namespace hamcell {
namespace {

constexpr double rank_gap = 46;  // points between two ranks, in which the arrows turn
constexpr double box_gap = 16;   // points between two boxes of one rank
constexpr double lane_gap = 20;  // points between two lanes
constexpr double head_length = 7.5;
constexpr int order_sweeps = 8;
constexpr int place_sweeps = 8;

struct Graph {
  std::vector<std::vector<std::uint32_t>> before, after;  ///< neighbours of each box
  std::vector<bool> is_backward;                          ///< each arrow, of those that close a circle
  std::vector<std::size_t> rank_of;                       ///< each box
  std::vector<std::vector<std::uint32_t>> ranks;          ///< boxes from top to bottom
};

/// Every box one rank behind the last one that it needs; what needs nothing, just in front of the first one
/// that needs it, so that inputs stand beside their nodes.
void assign_ranks(Graph& graph) {
  const std::size_t count = graph.before.size();
  std::vector<std::uint32_t> order;
  std::vector<std::size_t> open(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    open[i] = graph.before[i].size();
    if (open[i] == 0) order.push_back(i);
  }
  std::vector<std::size_t>& rank = graph.rank_of;
  rank.assign(count, 0);
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (const std::uint32_t other : graph.after[order[next]]) {
      rank[other] = std::max(rank[other], rank[order[next]] + 1);
      if (--open[other] == 0) order.push_back(other);
    }
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!graph.before[i].empty() || graph.after[i].empty()) continue;
    std::size_t first = rank[graph.after[i].front()];
    for (const std::uint32_t other : graph.after[i]) first = std::min(first, rank[other]);
    rank[i] = first - 1;
  }
  graph.ranks.resize(count == 0 ? 0 : *std::ranges::max_element(rank) + 1);
  for (std::uint32_t i = 0; i < count; ++i) graph.ranks[rank[i]].push_back(i);
}

Graph ranked(const Diagram& diagram) {
  Graph graph;
  graph.before.resize(diagram.boxes.size());
  graph.after.resize(diagram.boxes.size());
  graph.is_backward = backward_arrows(diagram);
  for (std::size_t i = 0; i < diagram.arrows.size(); ++i) {
    const bool turned = graph.is_backward[i];
    const std::uint32_t from = turned ? diagram.arrows[i].to : diagram.arrows[i].from;
    const std::uint32_t to = turned ? diagram.arrows[i].from : diagram.arrows[i].to;
    graph.before[to].push_back(from);
    graph.after[from].push_back(to);
  }
  assign_ranks(graph);
  return graph;
}

/// The mean of the neighbours' values; `otherwise` where there are none.
double mean_of(const std::vector<std::uint32_t>& neighbours, const std::vector<double>& values,
               double otherwise) {
  if (neighbours.empty()) return otherwise;
  double sum = 0;
  for (const std::uint32_t i : neighbours) sum += values[i];
  return sum / static_cast<double>(neighbours.size());
}

/// Few crossings: each rank in the order of the middles of its neighbours, to and fro.
void order_ranks(Graph& graph) {
  std::vector<double> place(graph.before.size());
  const auto number = [&](const std::vector<std::uint32_t>& rank) {
    for (std::size_t i = 0; i < rank.size(); ++i)
      place[rank[i]] = static_cast<double>(2 * i + 1) / static_cast<double>(2 * rank.size());
  };
  for (const auto& rank : graph.ranks) number(rank);
  std::vector<double> wanted(place.size());
  const auto sort_rank = [&](std::vector<std::uint32_t>& rank, const auto& neighbours) {
    for (const std::uint32_t i : rank) wanted[i] = mean_of(neighbours[i], place, place[i]);
    std::ranges::sort(rank, {}, [&](std::uint32_t i) { return std::pair(wanted[i], place[i]); });
    number(rank);
  };
  for (int sweep = 0; sweep < order_sweeps; ++sweep) {
    if (sweep % 2 == 0)
      for (std::size_t i = 1; i < graph.ranks.size(); ++i) sort_rank(graph.ranks[i], graph.before);
    else
      for (std::size_t i = graph.ranks.size() - 1; i-- > 0;) sort_rank(graph.ranks[i], graph.after);
  }
}

/// Puts the boxes of a rank, in their order, as near to what they want as can be, in the sense of least
/// squares. `y` are the middles, downwards.
void place_rank(const std::vector<std::uint32_t>& rank, const std::vector<BoxSize>& sizes,
                const std::vector<double>& wanted, std::vector<double>& y) {
  struct Block {
    double sum = 0;  ///< of what its boxes want, each less its offset
    std::size_t count = 0;
    double place() const { return sum / static_cast<double>(count); }
  };
  std::vector<Block> blocks;
  std::vector<double> offsets;
  double offset = 0;
  for (std::size_t i = 0; i < rank.size(); ++i) {
    if (i > 0) offset += (sizes[rank[i - 1]].height + sizes[rank[i]].height) / 2 + box_gap;
    offsets.push_back(offset);
    blocks.push_back({wanted[rank[i]] - offset, 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].place() > blocks.back().place()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back().sum += last.sum;
      blocks.back().count += last.count;
    }
  }
  std::size_t i = 0;
  for (const Block& block : blocks)
    for (std::size_t k = 0; k < block.count; ++k, ++i) y[rank[i]] = block.place() + offsets[i];
}

using Ranks = std::vector<std::vector<std::uint32_t>>;

/// Puts the boxes of some ranks near to the middle of their neighbours, whatever stands elsewhere.
void place_ranks(const Graph& graph, const Ranks& ranks, const std::vector<BoxSize>& sizes,
                 std::vector<double>& y) {
  std::vector<double> wanted(sizes.size(), 0);  // only those of these ranks
  for (const auto& rank : ranks) place_rank(rank, sizes, wanted, y);
  for (int sweep = 0; sweep < place_sweeps; ++sweep) {
    for (std::size_t k = 0; k < ranks.size(); ++k) {
      const auto& rank = ranks[sweep % 2 == 0 ? k : ranks.size() - 1 - k];
      for (const std::uint32_t i : rank)
        wanted[i] = (mean_of(graph.before[i], y, y[i]) + mean_of(graph.after[i], y, y[i])) / 2;
      place_rank(rank, sizes, wanted, y);
    }
  }
}

/// Without the arrows from lane to lane.
Graph within_lanes(Graph graph, const Lanes& lanes) {
  for (auto* neighbours : {&graph.before, &graph.after})
    for (std::uint32_t i = 0; i < neighbours->size(); ++i)
      std::erase_if((*neighbours)[i],
                    [&](std::uint32_t other) { return lanes.lane_of[other] != lanes.lane_of[i]; });
  return graph;
}

/// For each lane the ranks that it has boxes in.
std::vector<Ranks> ranks_of_lanes(const Graph& graph, const Lanes& lanes) {
  std::vector<Ranks> all(lanes.cluster_of.size());
  std::vector<std::size_t> last(all.size(), graph.ranks.size());  // rank that the lane has got
  for (std::size_t rank = 0; rank < graph.ranks.size(); ++rank)
    for (const std::uint32_t box : graph.ranks[rank]) {
      const std::size_t lane = lanes.lane_of[box];
      if (last[lane] != rank) all[lane].emplace_back();
      last[lane] = rank;
      all[lane].back().push_back(box);
    }
  return all;
}

/// Lane below lane, with room for the frames of clusters.
std::vector<double> places_in_lanes(const Graph& graph, const std::vector<BoxSize>& sizes,
                                    const Lanes& lanes) {
  const Graph inside = within_lanes(graph, lanes);
  const std::vector<Ranks> ranks = ranks_of_lanes(graph, lanes);
  std::vector<double> y(sizes.size(), 0);
  double next = 0;
  for (std::size_t lane = 0; lane < ranks.size(); ++lane) {
    if (ranks[lane].empty()) continue;
    place_ranks(inside, ranks[lane], sizes, y);
    double top = std::numeric_limits<double>::max();
    double bottom = std::numeric_limits<double>::lowest();
    for (const auto& rank : ranks[lane]) {
      top = std::min(top, y[rank.front()] - sizes[rank.front()].height / 2);
      bottom = std::max(bottom, y[rank.back()] + sizes[rank.back()].height / 2);
    }
    const bool is_framed = lanes.cluster_of[lane] != no_cluster;
    if (is_framed) next += cluster_margin + cluster_label_height;
    for (const auto& rank : ranks[lane])
      for (const std::uint32_t i : rank) y[i] += next - top;
    next += bottom - top + (is_framed ? cluster_margin : 0) + lane_gap;
  }
  return y;
}

std::vector<double> vertical_places(const Graph& graph, const std::vector<BoxSize>& sizes,
                                    const Diagram& diagram) {
  std::vector<double> y(sizes.size(), 0);
  place_ranks(graph, graph.ranks, sizes, y);
  return diagram.clusters.empty() ? y : places_in_lanes(graph, sizes, lanes_of(diagram, y));
}

/// From the right side of a box to the left side of another, flat at both.
Curve curve_between(Point from, Point to) {
  const Point end{to.x - head_length, to.y};
  const double bend = std::max(12.0, (end.x - from.x) / 2);
  return {{from, {from.x + bend, from.y}, {end.x - bend, end.y}, end}, to};
}

/// The way back, for an arrow that closes a circle: below the middle, so that it can be told from one that
/// goes forward between the same boxes.
Curve curve_back(Point from, BoxSize from_size, Point to, BoxSize to_size) {
  const Point start{from.x - from_size.width / 2, from.y - from_size.height / 4};
  const Point tip{to.x + to_size.width / 2, to.y - to_size.height / 4};
  const Point end{tip.x + head_length, tip.y};
  const double bend = std::max(12.0, (start.x - end.x) / 2);
  return {{start, {start.x - bend, start.y}, {end.x + bend, end.y}, end}, tip};
}

}  // namespace

std::size_t rank_spans(const Diagram& diagram) {
  const Graph graph = ranked(diagram);
  std::size_t spans = 0;
  for (std::size_t i = 0; i < diagram.arrows.size(); ++i) {
    const std::size_t from = graph.rank_of[diagram.arrows[i].from];
    const std::size_t to = graph.rank_of[diagram.arrows[i].to];
    spans += graph.is_backward[i] ? from - to : to - from;
  }
  return spans;
}

Layout coarse_layout(const Diagram& diagram) {
  Layout layout;
  layout.is_coarse = true;
  Graph graph = ranked(diagram);
  order_ranks(graph);
  for (const Box& box : diagram.boxes) layout.sizes.push_back(box_size(box));
  const std::vector<double> y = vertical_places(graph, layout.sizes, diagram);
  double top = 0;
  double bottom = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    top = std::min(top, y[i] - layout.sizes[i].height / 2);
    bottom = std::max(bottom, y[i] + layout.sizes[i].height / 2);
  }
  layout.centers.resize(y.size());
  double left = 0;
  for (const auto& rank : graph.ranks) {
    double width = 0;
    for (const std::uint32_t i : rank) width = std::max(width, layout.sizes[i].width);
    for (const std::uint32_t i : rank) layout.centers[i] = {left + width / 2, bottom - y[i]};
    left += width + rank_gap;
  }
  layout.size = {std::max(0.0, left - rank_gap), bottom - top};
  layout.clusters = frames_of(diagram, layout);
  make_room_for_frames(layout);
  for (std::size_t i = 0; i < diagram.arrows.size(); ++i) {
    const std::uint32_t from = diagram.arrows[i].from;
    const std::uint32_t to = diagram.arrows[i].to;
    const Point& start = layout.centers[from];
    const Point& end = layout.centers[to];
    layout.curves.push_back(graph.is_backward[i]
                                ? curve_back(start, layout.sizes[from], end, layout.sizes[to])
                                : curve_between({start.x + layout.sizes[from].width / 2, start.y},
                                                {end.x - layout.sizes[to].width / 2, end.y}));
  }
  return layout;
}

}  // namespace hamcell
