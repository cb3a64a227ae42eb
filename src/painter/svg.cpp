// Writes the elements one after the other (SVG 1.1). Nothing is computed here: no font is asked, so that the
// same page is the same text on every machine.
#include "painter/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <string_view>

#include "draw/dot_syntax.h"
#include "draw/palette.h"

namespace hamcell {
namespace {

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  Writer& text(std::string_view text) {
    out_ += text;
    return *this;
  }
  /// With at most two decimals, none that are zero.
  Writer& number(double value) {
    long long hundredths = std::llround(value * 100);
    if (hundredths < 0) {
      out_ += '-';
      hundredths = -hundredths;
    }
    fmt::format_to(std::back_inserter(out_), "{}", hundredths / 100);
    if (hundredths % 100 == 0) return *this;
    out_ += '.';
    out_ += static_cast<char>('0' + hundredths / 10 % 10);
    if (hundredths % 10 != 0) out_ += static_cast<char>('0' + hundredths % 10);
    return *this;
  }
  Writer& point(Point point) { return number(point.x).text(",").number(point.y); }
  Writer& attribute(std::string_view name, double value) {
    return text(" ").text(name).text("=\"").number(value).text("\"");
  }
  Writer& attribute(std::string_view name, std::string_view value) {
    return text(" ").text(name).text("=\"").text(value).text("\"");
  }

  void stroke(const char* color, double width, Stroke stroke) {
    if (width == 0) return;
    attribute("stroke", color);
    if (width != 1) attribute("stroke-width", width);
    if (stroke == Stroke::dashed) attribute("stroke-dasharray", "5,2.5");
    if (stroke == Stroke::dotted) attribute("stroke-dasharray", "1.5,3");
  }
  void path(const std::vector<Point>& points) {
    text("M").point(points.front());
    for (std::size_t i = 1; i < points.size(); ++i) text(i == 1 ? "C" : " ").point(points[i]);
  }
  using Data = std::vector<std::pair<const char*, std::string>>;
  void open_group(std::string_view id, std::string_view classes, std::string_view tooltip, const Data& data,
                  bool is_hidden = false) {
    text("<g").attribute("id", id).attribute("class", classes);
    if (is_hidden) attribute("display", "none");
    for (const auto& [name, value] : data)
      text(" data-").text(name).text("=\"").text(escaped(value)).text("\"");
    text(">\n");
    if (!tooltip.empty()) text("<title>").text(escaped(tooltip)).text("</title>\n");
  }

 private:
  std::string& out_;
};

void write_polygon(Writer& out, const char* color, const std::vector<Point>& corners) {
  out.text("<polygon").attribute("fill", color).text(" points=\"");
  for (const Point point : corners) out.point(point).text(" ");
  out.text("\"/>\n");
}

void write_line(Writer& out, const Line& line) {
  if (line.curve.points.empty()) return;
  out.open_group(line.id,
                 line.has_bar    ? "edge same-value"
                 : line.is_faint ? "edge faint"
                                 : "edge",
                 line.tooltip, {});
  out.text("<path fill=\"none\"");
  out.stroke(line.color, arrow_width, line.is_faint ? Stroke::dashed : Stroke::solid);
  out.text(" d=\"").path(line.curve.points);
  out.text("\"/>\n");
  write_polygon(out, line.color, arrow_head(line.curve));
  if (line.has_bar) write_polygon(out, line.color, arrow_bar(line.curve));
  out.text("</g>\n");
}

/// Square corners as a polygon, round ones as a path: quarters of a circle by Bézier curves.
void write_frame(Writer& out, const Frame& frame) {
  const double left = frame.left;
  const double top = frame.top;
  const double right = left + frame.width;
  const double bottom = top + frame.height;
  out.text(frame.radius > 0 ? "<path" : "<polygon").attribute("fill", frame.fill);
  out.stroke(frame.outline, frame.outline_width, frame.stroke);
  if (frame.radius > 0) {
    const double far = frame.radius;
    const double near = frame.radius * (1 - 0.5523);  // the control points of a quarter of a circle
    out.text(" d=\"");
    out.path({{left + far, top},     {left + far, top},     {right - far, top},     {right - far, top},
              {right - near, top},   {right, top + near},   {right, top + far},     {right, top + far},
              {right, bottom - far}, {right, bottom - far}, {right, bottom - near}, {right - near, bottom},
              {right - far, bottom}, {right - far, bottom}, {left + far, bottom},   {left + far, bottom},
              {left + near, bottom}, {left, bottom - near}, {left, bottom - far},   {left, bottom - far},
              {left, top + far},     {left, top + far},     {left, top + near},     {left + near, top},
              {left + far, top}});
    out.text("Z");
  } else {
    out.text(" points=\"");
    for (const Point point : {Point{left, top}, Point{right, top}, Point{right, bottom}, Point{left, bottom}})
      out.point(point).text(" ");
  }
  out.text("\"/>\n");
  const std::vector<Point> ends = diagonals_of(frame);
  for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
    out.text("<polyline fill=\"none\"");
    out.stroke(frame.outline, frame.outline_width, Stroke::solid);
    out.text(" points=\"").point(ends[i]).text(" ").point(ends[i + 1]).text("\"/>\n");
  }
}

bool has_spaces(const std::string& text) {
  return text.starts_with(' ') || text.ends_with(' ') || text.find("  ") != std::string::npos;
}

void write_label(Writer& out, const Label& label) {
  constexpr const char* anchors[] = {"start", "middle", "end"};
  out.text("<text").attribute("text-anchor", anchors[static_cast<int>(label.side)]);
  out.attribute("x", label.at.x).attribute("y", label.at.y).attribute("font-size", label.size);
  if (label.bold) out.attribute("font-weight", "bold");
  if (label.italic) out.attribute("font-style", "italic");
  if (label.underlined) out.attribute("text-decoration", "underline");
  // Readers would make one space of several.
  if (has_spaces(label.text)) out.attribute("xml:space", "preserve");
  out.attribute("fill", label.color).text(">").text(escaped(label.text)).text("</text>\n");
}

void write_group(Writer& out, const Group& group) {
  out.open_group(group.id, group.classes, group.tooltip, group.data, group.is_hidden);
  for (const Frame& frame : group.frames) write_frame(out, frame);
  for (const Line& line : group.lines) write_line(out, line);
  for (const Label& label : group.labels) write_label(out, label);
  out.text("</g>\n");
}

/// For readers who want dark pages (Media Queries 5, prefers-color-scheme): another colour for each that
/// occurs. Rules win over attributes, and say whose picture they are for, because an SVG in a page of HTML
/// shares its styles.
void write_dark_style(Writer& out, const Page& page) {
  const std::vector<std::uint32_t> colors = colors_of(page);
  out.text("<style>\n@media (prefers-color-scheme: dark) {\n");
  for (const auto& [name, light, dark] : palette::all) {
    const auto number = static_cast<std::uint32_t>(std::strtoul(light + 1, nullptr, 16));
    if (std::ranges::find(colors, number) == colors.end()) continue;
    for (const char* property : {"fill", "stroke"})
      out.text(fmt::format(".hamcell [{0}=\"{1}\"]{{{0}:{2}}}\n", property, light, dark));
  }
  out.text("}\n</style>\n");
}

}  // namespace

std::string svg_of(const Page& page) {
  std::string svg;
  Writer out(svg);
  const double width = page.size.width + 2 * page_margin;
  const double height = page.size.height + 2 * page_margin;
  out.text("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg width=\"").number(width).text("pt\" height=\"");
  out.number(height).text("pt\" viewBox=\"0 0 ").number(width).text(" ").number(height);
  out.text("\" xmlns=\"http://www.w3.org/2000/svg\" class=\"hamcell\" role=\"img\">\n<title>")
      .text(escaped(page.title));
  out.text("</title>\n<desc>").text(escaped(page.description)).text("</desc>\n");
  write_dark_style(out, page);
  out.text("<rect fill=\"#ffffff\" width=\"100%\" height=\"100%\"/>\n<g id=\"graph\" class=\"graph\"");
  out.text(" font-family=\"Helvetica,Arial,sans-serif\" transform=\"translate(").number(page_margin);
  out.text(" ").number(page_margin).text(")\">\n");
  for (const Group& group : page.clusters) write_group(out, group);
  for (const Line& line : page.lines) write_line(out, line);
  for (const Group& group : page.groups) write_group(out, group);
  out.text("</g>\n</svg>\n");
  return svg;
}

}  // namespace hamcell
