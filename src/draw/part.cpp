// A part of a diagram, where all of it would be too much.
#include "draw/part.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "draw/box_look.h"

namespace hamcell {
namespace {

/// The diagram with just these boxes, and the arrows between them.
Diagram reduced(Diagram diagram, const std::vector<bool>& stays) {
  std::vector<std::uint32_t> numbers(diagram.boxes.size());
  std::vector<Box> boxes;
  for (std::size_t i = 0; i < stays.size(); ++i) {
    numbers[i] = static_cast<std::uint32_t>(boxes.size());
    if (stays[i]) boxes.push_back(std::move(diagram.boxes[i]));
  }
  std::erase_if(diagram.arrows, [&](const Arrow& arrow) { return !stays[arrow.from] || !stays[arrow.to]; });
  for (Arrow& arrow : diagram.arrows) {
    arrow.from = numbers[arrow.from];
    arrow.to = numbers[arrow.to];
  }
  diagram.boxes = std::move(boxes);
  return diagram;
}

bool is_needed(const Box& box) { return !box.is_faded && box.status != NodeStatus::unneeded; }

/// Marks what can be reached from `start` in so many steps, in one direction.
void mark_near(const std::vector<std::vector<std::uint32_t>>& next, std::uint32_t start, unsigned depth,
               std::vector<bool>& near) {
  std::vector<bool> seen(next.size());
  std::vector<std::uint32_t> front = {start};
  seen[start] = near[start] = true;
  for (unsigned step = 0; step < depth && !front.empty(); ++step) {
    std::vector<std::uint32_t> ahead;
    for (const std::uint32_t box : front)
      for (const std::uint32_t other : next[box]) {
        if (seen[other]) continue;
        seen[other] = near[other] = true;
        ahead.push_back(other);
      }
    front = std::move(ahead);
  }
}

std::vector<bool> near(const Diagram& diagram, std::uint32_t start, unsigned depth) {
  std::vector<std::vector<std::uint32_t>> forwards(diagram.boxes.size()), backwards(diagram.boxes.size());
  for (const Arrow& arrow : diagram.arrows) {
    forwards[arrow.from].push_back(arrow.to);
    backwards[arrow.to].push_back(arrow.from);
  }
  std::vector<bool> found(diagram.boxes.size());
  mark_near(forwards, start, depth, found);
  mark_near(backwards, start, depth, found);
  return found;
}

std::uint32_t index_of(const Diagram& diagram, const std::string& name) {
  const auto found = std::ranges::find(diagram.boxes, name, &Box::id);
  if (found != diagram.boxes.end()) return static_cast<std::uint32_t>(found - diagram.boxes.begin());
  const auto around = std::ranges::find_if(
      diagram.boxes, [&](const Box& box) { return std::ranges::find(box.holds, name) != box.holds.end(); });
  if (around != diagram.boxes.end()) return static_cast<std::uint32_t>(around - diagram.boxes.begin());
  std::vector<std::string> names;
  for (const Box& box : diagram.boxes) {
    names.push_back(box.id);
    names.insert(names.end(), box.holds.begin(), box.holds.end());
  }
  throw Failure(ExitStatus::cell, "there is no node or input '" + name + "' in the picture to focus on",
                suggestion(name, names, "draw it without --focus to see what there is"));
}

void say(Diagram& diagram, const std::string& what) {
  diagram.subtitle += (diagram.subtitle.empty() ? "" : " · ") + what;
  diagram.summary += (diagram.summary.empty() ? "" : " ") + std::string("Shown is a part: ") + what + '.';
}

/// Without what the targets do not need, if that is asked for.
Diagram needed_part(Diagram diagram, const DiagramPart& part) {
  if (!part.only_needed) return diagram;
  std::vector<bool> stays;
  for (const Box& box : diagram.boxes) stays.push_back(is_needed(box));
  const auto gone = static_cast<std::size_t>(std::ranges::count(stays, false));
  diagram = reduced(std::move(diagram), stays);
  if (gone > 0) say(diagram, std::to_string(gone) + " not needed left out");
  return diagram;
}

/// The boxes near the focus; all where there is none.
std::vector<bool> in_focus(const Diagram& diagram, const DiagramPart& part) {
  if (!part.focus) return std::vector<bool>(diagram.boxes.size(), true);
  return near(diagram, index_of(diagram, *part.focus), part.depth);
}

Diagram focused_part(Diagram diagram, const DiagramPart& part, const std::vector<bool>& stays) {
  const std::size_t all = diagram.boxes.size();
  diagram = reduced(std::move(diagram), stays);
  if (diagram.boxes.size() < all)
    say(diagram, std::to_string(diagram.boxes.size()) + " of " + std::to_string(all) + " around " +
                     part.focus.value_or(""));
  return diagram;
}

/// Of the diagram that `folded_picture` was made of: the boxes that stay in it, or whose box stays.
std::vector<bool> unfolded(const Diagram& diagram, const Diagram& folded_picture,
                           const std::vector<bool>& stays) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < stays.size(); ++i) {
    if (!stays[i]) continue;
    const Box& box = folded_picture.boxes[i];
    ids.insert(box.id);
    ids.insert(box.holds.begin(), box.holds.end());
  }
  std::vector<bool> found;
  for (const Box& box : diagram.boxes) found.push_back(ids.contains(box.id));
  return found;
}

}  // namespace

Diagram part_of(Diagram diagram, const DiagramPart& part) {
  const std::vector<TagValue> folds = resolved_folds(diagram, part.clusters);
  diagram = folded(needed_part(std::move(diagram), part), folds);
  const std::vector<bool> stays = in_focus(diagram, part);
  diagram = focused_part(std::move(diagram), part, stays);
  return part.clusters.group_by ? grouped(std::move(diagram), *part.clusters.group_by) : diagram;
}

Diagram page_part_of(Diagram diagram, const DiagramPart& part) {
  const std::vector<TagValue> folds = resolved_folds(diagram, part.clusters);
  diagram = needed_part(std::move(diagram), part);
  const Diagram first_seen = folded(diagram, folds);
  const std::vector<bool> stays = unfolded(diagram, first_seen, in_focus(first_seen, part));
  diagram = framed(focused_part(std::move(diagram), part, stays), folds);
  if (part.clusters.group_by) diagram = grouped(std::move(diagram), *part.clusters.group_by);
  return foldable(std::move(diagram));
}

}  // namespace hamcell
