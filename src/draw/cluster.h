// Nodes with one value of a tag belong together: within one frame, or folded into one box.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "draw/diagram.h"

namespace hamcell {

/// One value of one tag: what `--fold TAG=VALUE` names.
struct TagValue {
  std::string tag;
  std::string value;
  bool operator==(const TagValue&) const = default;
};

/// The clusters that are to be drawn, as the user names them.
struct Clusters {
  std::optional<std::string> group_by;  ///< the tag whose values have frames
  std::vector<std::string> folds;       ///< "ml", "owner=ml", "owner" or "all"
  bool is_optional = false;  ///< asked for once for many cells: what one of them does not have is passed over
};

/// What is to be folded, each once, the first named first. A word is, in this order: a value of the tag that
/// the picture is grouped by; "all", every value of it; TAG=VALUE; the name of a tag, every value of it; a
/// value that one tag alone has. Throws Failure (cell) where a word, or the tag to group by, is none of that.
std::vector<TagValue> resolved_folds(const Diagram& diagram, const Clusters& clusters);

/// The nodes with each of these values as one box; a node with several goes into the first. Arrows within a
/// box are left out, and several between the same boxes become one; where what a box needs also needs the
/// box, arrows go both ways.
Diagram folded(Diagram diagram, const std::vector<TagValue>& folds);

/// With a frame for each value of the tag that a box has, as far as it has no frame yet.
Diagram grouped(Diagram diagram, const std::string& tag);

/// For a page: with a frame for each of these values that a box has, folded at first. A node with several
/// goes into the first.
Diagram framed(Diagram diagram, const std::vector<TagValue>& folds);

/// For a page: every frame knows the box that stands for its nodes when its reader folds it.
Diagram foldable(Diagram diagram);

/// What is written on a cluster's frame: "owner: " and, in bold, the value. Shortened, control characters
/// visible.
struct ClusterLabel {
  std::string tag;
  std::string value;
};
ClusterLabel cluster_label(const Cluster& cluster);

/// The full text behind a cluster: tag and value, how many nodes it has, and what became of them.
std::string cluster_tooltip(const Diagram& diagram, std::uint32_t cluster);

}  // namespace hamcell
