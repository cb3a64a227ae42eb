// Contracts the nodes of a cluster into one box.
#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "draw/cluster.h"

namespace hamcell {
namespace {

constexpr std::uint32_t in_no_fold = UINT32_MAX;

/// For each box the fold that it goes into.
std::vector<std::uint32_t> folds_of(const Diagram& diagram, const std::vector<TagValue>& folds) {
  std::vector<std::uint32_t> found(diagram.boxes.size(), in_no_fold);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto& tags = diagram.boxes[i].tags;
    const auto first = std::ranges::find_if(folds, [&](const TagValue& fold) {
      return std::ranges::find(tags, std::pair(fold.tag, fold.value)) != tags.end();
    });
    if (first != folds.end()) found[i] = static_cast<std::uint32_t>(first - folds.begin());
  }
  return found;
}

/// The tags that all of the boxes have.
std::vector<std::pair<std::string, std::string>> common_tags(const std::vector<const Box*>& boxes) {
  auto tags = boxes.front()->tags;
  for (const Box* box : boxes)
    std::erase_if(tags,
                  [&](const auto& tag) { return std::ranges::find(box->tags, tag) == box->tags.end(); });
  return tags;
}

template <class Number>
void add_figure(Number& sum, Number one) {
  if (one >= 0) sum = std::max(Number{0}, sum) + one;
}

Box box_of(const TagValue& fold, const std::vector<const Box*>& boxes) {
  Box made;
  made.id = fold.tag + '=' + fold.value;
  made.kind = BoxKind::folded;
  made.name = fold.value.empty() ? "(empty)" : fold.value;
  const auto count = [&](bool Box::* is) {
    return static_cast<std::size_t>(std::ranges::count_if(boxes, [&](const Box* box) { return box->*is; }));
  };
  const std::size_t targets = count(&Box::is_target);
  made.type = fold.tag + " · " + plural(boxes.size(), "node");
  if (targets > 0) made.type += ", " + plural(targets, "target");
  made.is_target = targets > 0;
  made.is_faded = count(&Box::is_faded) == boxes.size();
  made.is_overridden = count(&Box::is_overridden) == boxes.size();
  made.tags = common_tags(boxes);
  made.counts = counts_of(boxes);
  made.is_same = count(&Box::is_same) == boxes.size();
  const auto changed = static_cast<std::size_t>(
      std::ranges::count_if(boxes, [](const Box* box) { return !box->changes.empty(); }));
  if (changed > 0) made.changes = {std::to_string(changed) + " changed"};
  const bool has_run =
      std::ranges::any_of(boxes, [](const Box* box) { return box->status != NodeStatus::none; });
  if (has_run && !made.counts.empty()) made.status = made.counts.front().status;
  for (const Box* box : boxes) {
    made.holds.push_back(box->name);
    add_figure(made.seconds, box->seconds);
    add_figure(made.bytes, box->bytes);
    add_figure(made.time_share, box->time_share);
  }
  return made;
}

/// One arrow for all between the same two boxes, in the order of the first of each.
std::vector<Arrow> merged(const std::vector<Arrow>& arrows, const std::vector<std::uint32_t>& places) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> known;
  std::vector<Arrow> kept;
  for (const Arrow& arrow : arrows) {
    const std::uint32_t from = places[arrow.from];
    const std::uint32_t to = places[arrow.to];
    if (from == to) continue;
    const auto [found, is_new] = known.try_emplace({from, to}, kept.size());
    if (is_new) {
      kept.push_back({from, to, arrow.count, arrow.is_same_value});
      continue;
    }
    Arrow& one = kept[found->second];
    one.count += arrow.count;
    one.is_same_value = one.is_same_value && arrow.is_same_value;
  }
  return kept;
}

}  // namespace

Diagram folded(Diagram diagram, const std::vector<TagValue>& folds) {
  if (folds.empty()) return diagram;
  const std::vector<std::uint32_t> fold_of = folds_of(diagram, folds);
  std::vector<std::vector<const Box*>> members(folds.size());
  for (std::size_t i = 0; i < fold_of.size(); ++i)
    if (fold_of[i] != in_no_fold) members[fold_of[i]].push_back(&diagram.boxes[i]);
  // A folded box stands where the first of its nodes stood.
  std::vector<Box> boxes;
  std::vector<std::uint32_t> place_of_fold(folds.size(), in_no_fold);
  std::vector<std::uint32_t> places;
  for (std::size_t i = 0; i < fold_of.size(); ++i) {
    const bool stays = fold_of[i] == in_no_fold;
    if (!stays && place_of_fold[fold_of[i]] != in_no_fold) {
      places.push_back(place_of_fold[fold_of[i]]);
      continue;
    }
    places.push_back(static_cast<std::uint32_t>(boxes.size()));
    if (!stays) place_of_fold[fold_of[i]] = places.back();
    boxes.push_back(stays ? diagram.boxes[i] : box_of(folds[fold_of[i]], members[fold_of[i]]));
  }
  diagram.arrows = merged(diagram.arrows, places);
  diagram.boxes = std::move(boxes);
  return diagram;
}

Diagram framed(Diagram diagram, const std::vector<TagValue>& folds) {
  const std::vector<std::uint32_t> fold_of = folds_of(diagram, folds);
  for (std::uint32_t fold = 0; fold < folds.size(); ++fold) {
    if (std::ranges::find(fold_of, fold) == fold_of.end()) continue;
    const auto& [tag, value] = folds[fold];
    for (std::size_t i = 0; i < fold_of.size(); ++i)
      if (fold_of[i] == fold) diagram.boxes[i].cluster = static_cast<std::uint32_t>(diagram.clusters.size());
    diagram.clusters.push_back({tag + '=' + value, tag, value, std::nullopt, true});
  }
  return diagram;
}

Diagram foldable(Diagram diagram) {
  std::vector<std::vector<const Box*>> members(diagram.clusters.size());
  for (const Box& box : diagram.boxes)
    if (box.cluster != no_cluster) members[box.cluster].push_back(&box);
  for (std::size_t i = 0; i < members.size(); ++i) {
    Cluster& cluster = diagram.clusters[i];
    cluster.fold = box_of({cluster.tag, cluster.value}, members[i]);
  }
  return diagram;
}

}  // namespace hamcell
