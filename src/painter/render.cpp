// From a diagram to the bytes of a picture: lay out, place, paint.
#include "painter/render.h"

#include <algorithm>
#include <cmath>

#include "draw/dot_syntax.h"
#include "painter/cairo.h"
#include "painter/page.h"
#include "painter/svg.h"

namespace hamcell {
namespace {

/// Twice the resolution of a screen, so that pixel displays of any kind show sharp text. A large picture gets
/// fewer dots: 40 million already take 160 MB, and cairo knows no more than 32,767 on a side.
double png_resolution(BoxSize page) {
  constexpr double sharp = 192;
  constexpr double most_pixels = 40e6;
  constexpr double longest_side = 32000;
  const double width = (page.width + 2 * page_margin) / points_per_inch;    // inches
  const double height = (page.height + 2 * page_margin) / points_per_inch;  // inches
  return std::min({sharp, longest_side / std::max(width, height), std::sqrt(most_pixels / (width * height))});
}

}  // namespace

std::string render(const Diagram& diagram, PictureFormat format) {
  if (is_text(format)) return text_of(diagram, format);
  return render(diagram, lay_out(diagram), format);
}

std::string render(const Diagram& diagram, const Layout& layout, PictureFormat format) {
  if (is_text(format)) return text_of(diagram, format);
  const Page page = page_of(diagram, layout);
  if (format == PictureFormat::svg) return svg_of(page);
  if (format == PictureFormat::pdf) return pdf_of(page);
  const auto [resolved, dots] = resolved_for_png(page);
  return png_of(resolved, dots);
}

Resolved resolved_for_png(Page page) {
  constexpr double readable = 60;     // dots per inch
  constexpr double note_height = 16;  // dots
  double resolution = png_resolution(page.size);
  if (resolution < readable) {
    // The line makes the page larger, and so itself smaller, by little.
    add_note_above(page, "This picture is too large for PNG to be sharp: draw it as SVG.",
                   note_height * points_per_inch / resolution);
    resolution = png_resolution(page.size);
  }
  return {std::move(page), resolution / points_per_inch};
}

}  // namespace hamcell
