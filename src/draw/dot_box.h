// The DOT statements of boxes, arrows and samples of the legend, and the rows of the title.
#pragma once

#include <string>
#include <vector>

#include "draw/box_face.h"
#include "draw/cluster.h"
#include "draw/diagram.h"
#include "draw/legend.h"

namespace hamcell {

/// For every box a name that is unique in the diagram and safe in DOT, in SVG ids and in file names: the
/// box's id with every byte but letters, digits and underscores written as `_` and two hexadecimal digits.
std::vector<std::string> safe_ids(const Diagram& diagram);

/// The same for every cluster, each with `cluster_` in front, as Graphviz wants it.
std::vector<std::string> safe_cluster_ids(const Diagram& diagram);

/// What holds for all boxes and arrows that follow.
std::string default_statements();

// In the statements, `more` are attributes to add, each with a space before it.

/// A box under its safe id. `longest` is the largest share of time in the picture.
std::string box_statement(const std::string& id, const Box& box, double longest, const std::string& more);
std::string arrow_statement(const Diagram& diagram, const std::vector<std::string>& ids, const Arrow& arrow,
                            const std::string& more);
std::string legend_statement(const LegendEntry& entry, const std::string& more);
BoxSize legend_sample_size(const LegendEntry& entry);
/// Points that the sample of an arrow takes in front of its text.
inline constexpr double legend_arrow_length = 30;

/// `subgraph … {` and the attributes of a cluster's frame; its boxes and `}` are to follow.
std::string cluster_opening(const std::string& id, const Cluster& cluster, const std::string& more);

/// Points that a cluster's frame is away from its boxes.
inline constexpr double cluster_margin = 12;
/// Points above the boxes, inside the frame, that the label takes.
inline constexpr double cluster_label_height = 18;
/// Points that the label of a cluster takes from left to right.
double cluster_label_width(const ClusterLabel& label);

/// The label of the legend's frame: "<…>".
std::string legend_caption();

namespace font_size {
inline constexpr double title = 17;
inline constexpr double subtitle = 11;
inline constexpr double legend = 10;
inline constexpr double cluster = 11;
}  // namespace font_size

/// Title and subtitle as they are shown: control characters visible, not longer than a line may be.
std::string shown_title(const Diagram& diagram);
std::string shown_subtitle(const Diagram& diagram);
/// Rows of a table with both; empty where both are.
std::string title_rows(const Diagram& diagram);

}  // namespace hamcell
