// Paints a diagram: lays it out, places everything on a page, and writes that as a picture.
#pragma once

#include <string>

#include "draw/diagram.h"
#include "draw/draw.h"
#include "painter/layout.h"
#include "painter/page.h"

namespace hamcell {

/// The picture's bytes, the same for the same diagram. Throws Failure (storage) when it cannot be
/// drawn.
std::string render(const Diagram& diagram, PictureFormat format);

/// The same with a layout that `lay_out` made of this diagram, or of one that differs only in what a run did:
/// the picture after the run need not pay for the layout again.
std::string render(const Diagram& diagram, const Layout& layout, PictureFormat format);

/// A page with the dots per point that its PNG gets.
struct Resolved {
  Page page;
  double dots = 0;
};

/// The resolution that a picture of this size can have as PNG. Where texts cannot be read at it, the page
/// says so in a line that can.
Resolved resolved_for_png(Page page);

}  // namespace hamcell
