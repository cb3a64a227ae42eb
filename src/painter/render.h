// Paints a diagram: lays it out, places everything on a page, and writes that as a picture.
#pragma once

#include <string>

#include "draw/diagram.h"
#include "draw/draw.h"
#include "painter/layout.h"

namespace hamcell {

/// The picture's bytes, the same for the same diagram. Throws Failure (storage) when it cannot be
/// drawn.
std::string render(const Diagram& diagram, PictureFormat format);

/// The same with a layout that `lay_out` made of this diagram, or of one that differs only in what a run did:
/// the picture after the run need not pay for the layout again.
std::string render(const Diagram& diagram, const Layout& layout, PictureFormat format);

}  // namespace hamcell
