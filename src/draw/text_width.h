// How wide a text can get in a picture, without asking a font.
#pragma once

#include <string_view>

namespace hamcell {

/// An upper bound of the width, in points, of one line of `text` (UTF-8) in a sans-serif font of `size`
/// points. It holds for Helvetica, Arial, Liberation Sans and DejaVu Sans, upright and slanted, so that boxes
/// have one size on every machine, and no text leaves its box in a browser that substitutes one font for
/// another.
double text_width(std::string_view text, double size, bool bold);

}  // namespace hamcell
