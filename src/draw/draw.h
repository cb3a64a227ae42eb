// Draws a diagram, through Graphviz as a library.
#pragma once

#include <string>

#include "draw/diagram.h"
#include "draw/layout.h"

namespace hamcell {

enum class PictureFormat { png, svg, pdf, dot };

/// The diagram in the DOT language, for people and for other tools: Graphviz's `dot` makes nearly the same
/// picture of it as `render` does. Deterministic: the same diagram gives the same text.
std::string to_dot(const Diagram& diagram);

/// The picture's bytes, the same for the same diagram. Throws Failure (storage) when Graphviz cannot draw it.
std::string render(const Diagram& diagram, PictureFormat format);

/// The same with a layout that `lay_out` made of this diagram, or of one that differs only in what a run did:
/// the picture after the run need not pay for the layout again.
std::string render(const Diagram& diagram, const Layout& layout, PictureFormat format);

}  // namespace hamcell
