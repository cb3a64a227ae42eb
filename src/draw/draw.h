// The forms of a picture. All but texts are made by a program of their own, hamcell-draw.
#pragma once

#include <string>

#include "draw/diagram.h"

namespace hamcell {

enum class PictureFormat {
  png,
  svg,
  pdf,
  dot,
  mermaid,
  html  ///< a page with pictures in it, which are drawn as SVG (page/page.h)
};

/// The diagram in the DOT language, for people and for other tools: Graphviz's `dot` makes nearly the same
/// picture of it as hamcell-draw does. Deterministic: the same diagram gives the same text.
std::string to_dot(const Diagram& diagram);

/// The diagram as a flowchart of Mermaid, to be pasted into Markdown. Deterministic, too.
std::string to_mermaid(const Diagram& diagram);

/// Whether the form is a text, which the driver writes by itself.
inline bool is_text(PictureFormat format) {
  return format == PictureFormat::dot || format == PictureFormat::mermaid;
}
/// Of such a form.
inline std::string text_of(const Diagram& diagram, PictureFormat format) {
  return format == PictureFormat::dot ? to_dot(diagram) : to_mermaid(diagram);
}

}  // namespace hamcell
