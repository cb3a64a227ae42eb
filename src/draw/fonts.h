// What fonts there are, without asking for one.
#pragma once

#include "base/digest.h"
#include "draw/draw.h"

namespace hamcell {

/// A digest of what decides which fonts texts get: the folders in which fontconfig looks by default with all
/// below them, its configuration, and the variables that it reads. A font that comes or goes changes its
/// folder, which is what fontconfig itself goes by.
Digest digest_of_fonts();

/// Whether pictures of this format depend on fonts; SVG and DOT text leave them to the reader.
constexpr bool has_fonts(PictureFormat format) {
  return format == PictureFormat::png || format == PictureFormat::pdf;
}

}  // namespace hamcell
