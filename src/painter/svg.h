// Makes an SVG that Graphviz wrote fit for readers, scripts and version control.
#pragma once

#include <string>
#include <string_view>

#include "draw/diagram.h"

namespace hamcell {

/// Takes Graphviz's SVG of `placed_dot` and returns it without the doctype, comments and version of Graphviz,
/// with title and description for screen readers, with the tooltip of every box and arrow as its `title`
/// element, and with legend and title no longer marked as nodes. Elements that it does not know stay as they
/// are.
std::string finished_svg(std::string_view graphviz_svg, const Diagram& diagram);

}  // namespace hamcell
