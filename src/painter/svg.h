// A page as SVG.
#pragma once

#include <string>

#include "painter/page.h"

namespace hamcell {

/// The page with title and description for screen readers, a group with a stable id and classes for every
/// box, arrow and sample of the legend, a tooltip as `title` element, and texts as text. Only plain fills and
/// strokes, and nothing that is fetched from elsewhere.
std::string svg_of(const Page& page);

}  // namespace hamcell
