// From a diagram to the bytes of a picture: lay out, place, let Graphviz paint, finish.
#include "painter/render.h"

#include <algorithm>
#include <cmath>

#include "draw/dot_syntax.h"
#include "painter/graphviz.h"
#include "painter/page.h"
#include "painter/svg.h"

namespace hamcell {
namespace {

/// Twice the resolution of a screen, so that pixel displays of any kind show sharp text. A large picture gets
/// fewer dots: 40 million already take 160 MB, and beyond 32,767 on a side, cairo's limit, Graphviz scales
/// the picture itself and says so on standard error.
double png_resolution(BoxSize page) {
  constexpr double sharp = 192;
  constexpr double most_pixels = 40e6;
  constexpr double longest_side = 32000;
  const double width = (page.width + 2 * page_margin) / points_per_inch;    // inches
  const double height = (page.height + 2 * page_margin) / points_per_inch;  // inches
  return std::min({sharp, longest_side / std::max(width, height), std::sqrt(most_pixels / (width * height))});
}

/// Sets the dates that cairo writes into a PDF to the start of 1970 (PDF 32000-1, 7.9.4), so that one diagram
/// has one picture. Offsets in the file stay, since the length does.
void remove_dates(std::string& pdf) {
  constexpr std::string_view mark = "Date (D:";
  constexpr std::string_view epoch = "19700101000000";
  for (std::size_t at = pdf.find(mark); at != std::string::npos; at = pdf.find(mark, at + 1)) {
    if (at + mark.size() + epoch.size() <= pdf.size()) pdf.replace(at + mark.size(), epoch.size(), epoch);
  }
}

}  // namespace

std::string render(const Diagram& diagram, PictureFormat format) {
  if (format == PictureFormat::dot) return to_dot(diagram);
  return render(diagram, lay_out(diagram), format);
}

std::string render(const Diagram& diagram, const Layout& layout, PictureFormat format) {
  if (format == PictureFormat::dot) return to_dot(diagram);
  const double dpi =
      format == PictureFormat::png ? png_resolution(page_size(diagram, layout)) : points_per_inch;
  GraphvizGraph graph(placed_dot(diagram, layout, dpi));
  graph.lay_out("nop2");
  if (format == PictureFormat::png) return graph.render("png");
  if (format == PictureFormat::svg) return finished_svg(graph.render("svg"), diagram);
  std::string pdf = graph.render("pdf");
  remove_dates(pdf);
  return pdf;
}

}  // namespace hamcell
