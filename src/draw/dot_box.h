// The DOT statements of boxes, arrows and samples of the legend, and the rows of the title.
#pragma once

#include <string>
#include <vector>

#include "draw/box_face.h"
#include "draw/diagram.h"
#include "draw/legend.h"

namespace hamcell {

/// For every box a name that is unique in the diagram and safe in DOT, in SVG ids and in file names: the
/// box's id with every byte but letters, digits and underscores written as `_` and two hexadecimal digits.
std::vector<std::string> safe_ids(const Diagram& diagram);

/// What holds for all boxes and arrows that follow.
std::string default_statements();

// In the statements, `more` are attributes to add, each with a space before it.

/// A box under its safe id.
std::string box_statement(const std::string& id, const Box& box, const std::string& more);
std::string arrow_statement(const Diagram& diagram, const std::vector<std::string>& ids, const Arrow& arrow,
                            const std::string& more);
std::string legend_statement(const LegendEntry& entry, const std::string& more);
BoxSize legend_sample_size(const LegendEntry& entry);

/// The label of the legend's frame: "<…>".
std::string legend_caption();

namespace font_size {
inline constexpr double title = 17;
inline constexpr double subtitle = 11;
inline constexpr double legend = 10;
}  // namespace font_size

namespace picture_color {
inline constexpr const char* dark_text = "#17242b";
inline constexpr const char* muted_text = "#4a565d";
inline constexpr const char* arrow = "#4d6572";
inline constexpr const char* faint_arrow = "#9aa7ae";
}  // namespace picture_color

/// Title and subtitle as they are shown: control characters visible, not longer than a line may be.
std::string shown_title(const Diagram& diagram);
std::string shown_subtitle(const Diagram& diagram);
/// Rows of a table with both; empty where both are.
std::string title_rows(const Diagram& diagram);

}  // namespace hamcell
