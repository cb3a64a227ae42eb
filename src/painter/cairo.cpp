// Paints what stands on a page, and nothing else.
#include "painter/cairo.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <pango/pangocairo.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "painter/png.h"

namespace hamcell {
namespace {

template <class T, void (*release)(T*)>
struct Releaser {
  void operator()(T* object) const { release(object); }
};
using Surface = std::unique_ptr<cairo_surface_t, Releaser<cairo_surface_t, cairo_surface_destroy>>;
using Canvas = std::unique_ptr<cairo_t, Releaser<cairo_t, cairo_destroy>>;
using FontDescription =
    std::unique_ptr<PangoFontDescription, Releaser<PangoFontDescription, pango_font_description_free>>;
using Attributes = std::unique_ptr<PangoAttrList, Releaser<PangoAttrList, pango_attr_list_unref>>;

struct ObjectReleaser {
  void operator()(void* object) const { g_object_unref(object); }
};
using TextLayout = std::unique_ptr<PangoLayout, ObjectReleaser>;

[[noreturn]] void fail(cairo_status_t status) {
  throw Failure(ExitStatus::storage,
                std::string("cairo cannot paint the picture: ") + cairo_status_to_string(status),
                "draw with --format svg or --format dot");
}

void check(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS) fail(status);
}

class Painter {
 public:
  explicit Painter(cairo_t* canvas) : canvas_(canvas), text_(pango_cairo_create_layout(canvas)) {
    const FontDescription font(pango_font_description_new());
    pango_font_description_set_family_static(font.get(), "Helvetica,Arial,sans-serif");
    for (const bool bold : {false, true}) {
      for (const bool italic : {false, true}) {
        FontDescription& made = fonts_[bold ? 1 : 0][italic ? 1 : 0];
        made.reset(pango_font_description_copy(font.get()));
        if (bold) pango_font_description_set_weight(made.get(), PANGO_WEIGHT_BOLD);
        if (italic) pango_font_description_set_style(made.get(), PANGO_STYLE_ITALIC);
      }
    }
    // Shapes do not depend on the resolution: letters stand where they do in print.
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(pango_layout_get_context(text_.get()), options);
    cairo_font_options_destroy(options);
    pango_attr_list_insert(underline_.get(), pango_attr_underline_new(PANGO_UNDERLINE_SINGLE));
    pango_layout_set_single_paragraph_mode(text_.get(), TRUE);
    // A name in a script that goes to the left is one word in a line that goes to the right, as everywhere in
    // the program's output.
    pango_layout_set_auto_dir(text_.get(), FALSE);
    pango_context_set_base_dir(pango_layout_get_context(text_.get()), PANGO_DIRECTION_LTR);
    pango_layout_context_changed(text_.get());
  }

  void paint(const Page& page) {
    for (const Group& group : page.clusters) paint_group(group);
    for (const Line& line : page.lines) paint_line(line);
    for (const Group& group : page.groups)
      if (!group.is_hidden) paint_group(group);
  }

 private:
  void paint_group(const Group& group) {
    for (const Frame& frame : group.frames) paint_frame(frame);
    for (const Line& line : group.lines) paint_line(line);
    for (const Label& label : group.labels) paint_label(label);
  }

  void set_color(std::string_view color) {
    const auto part = [&](std::size_t at) {
      return static_cast<double>(std::strtoul(std::string(color.substr(at, 2)).c_str(), nullptr, 16)) / 255;
    };
    cairo_set_source_rgb(canvas_, part(1), part(3), part(5));
  }

  void stroke(const char* color, double width, Stroke stroke) {
    constexpr double dashes[] = {5, 2.5};
    constexpr double dots[] = {1.5, 3};
    set_color(color);
    cairo_set_line_width(canvas_, width);
    if (stroke == Stroke::solid) cairo_set_dash(canvas_, nullptr, 0, 0);
    if (stroke == Stroke::dashed) cairo_set_dash(canvas_, dashes, 2, 0);
    if (stroke == Stroke::dotted) cairo_set_dash(canvas_, dots, 2, 0);
    cairo_stroke(canvas_);
  }

  void paint_line(const Line& line) {
    const std::vector<Point>& points = line.curve.points;
    if (points.empty()) return;
    cairo_move_to(canvas_, points[0].x, points[0].y);
    for (std::size_t i = 1; i + 2 < points.size(); i += 3)
      cairo_curve_to(canvas_, points[i].x, points[i].y, points[i + 1].x, points[i + 1].y, points[i + 2].x,
                     points[i + 2].y);
    stroke(line.color, arrow_width, line.is_faint ? Stroke::dashed : Stroke::solid);
    fill_polygon(arrow_head(line.curve));
    if (line.has_bar) fill_polygon(arrow_bar(line.curve));
  }

  void fill_polygon(const std::vector<Point>& corners) {
    for (const Point point : corners) cairo_line_to(canvas_, point.x, point.y);
    cairo_close_path(canvas_);
    cairo_fill(canvas_);
  }

  void paint_frame(const Frame& frame) {
    const double right = frame.left + frame.width;
    const double bottom = frame.top + frame.height;
    if (frame.radius > 0) {
      const double r = frame.radius;
      constexpr double quarter = 1.5707963267948966;
      cairo_new_sub_path(canvas_);
      cairo_arc(canvas_, right - r, frame.top + r, r, -quarter, 0);
      cairo_arc(canvas_, right - r, bottom - r, r, 0, quarter);
      cairo_arc(canvas_, frame.left + r, bottom - r, r, quarter, 2 * quarter);
      cairo_arc(canvas_, frame.left + r, frame.top + r, r, 2 * quarter, 3 * quarter);
      cairo_close_path(canvas_);
    } else {
      cairo_rectangle(canvas_, frame.left, frame.top, frame.width, frame.height);
    }
    set_color(frame.fill);
    cairo_fill_preserve(canvas_);
    if (frame.outline_width == 0) return cairo_new_path(canvas_);
    stroke(frame.outline, frame.outline_width, frame.stroke);
    const std::vector<Point> ends = diagonals_of(frame);
    if (ends.empty()) return;
    for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
      cairo_move_to(canvas_, ends[i].x, ends[i].y);
      cairo_line_to(canvas_, ends[i + 1].x, ends[i + 1].y);
    }
    stroke(frame.outline, frame.outline_width, Stroke::solid);
  }

  void paint_label(const Label& label) {
    PangoFontDescription* font = fonts_[label.bold ? 1 : 0][label.italic ? 1 : 0].get();
    pango_font_description_set_absolute_size(font, label.size * PANGO_SCALE);
    pango_layout_set_font_description(text_.get(), font);
    pango_layout_set_text(text_.get(), label.text.data(), static_cast<int>(label.text.size()));
    pango_layout_set_attributes(text_.get(), label.underlined ? underline_.get() : nullptr);
    PangoLayoutLine* line = pango_layout_get_line_readonly(text_.get(), 0);
    PangoRectangle extents;
    pango_layout_line_get_extents(line, nullptr, &extents);
    const double width = static_cast<double>(extents.width) / PANGO_SCALE;
    const double share = label.side == Label::Side::left ? 0 : label.side == Label::Side::middle ? 0.5 : 1;
    set_color(label.color);
    cairo_move_to(canvas_, label.at.x - share * width, label.at.y);
    pango_cairo_show_layout_line(canvas_, line);
  }

  cairo_t* canvas_;
  TextLayout text_;
  FontDescription fonts_[2][2];  ///< by bold and italic
  Attributes underline_{pango_attr_list_new()};
};

/// Paints the page on the surface, `scale` of whose units are a point.
void paint_on(cairo_surface_t* surface, const Page& page, double scale) {
  check(cairo_surface_status(surface));
  const Canvas canvas(cairo_create(surface));
  cairo_scale(canvas.get(), scale, scale);
  cairo_set_source_rgb(canvas.get(), 1, 1, 1);
  cairo_paint(canvas.get());
  cairo_translate(canvas.get(), page_margin, page_margin);
  Painter(canvas.get()).paint(page);
  check(cairo_status(canvas.get()));
}

/// Sets the dates that cairo writes into a PDF to the start of 1970 (PDF 32000-1, 7.9.4): asked for such a
/// date, it leaves out the "D:" in front (1.16). Offsets in the file stay, since the length does.
void remove_dates(std::string& pdf) {
  constexpr std::string_view mark = "Date (D:";
  constexpr std::string_view epoch = "19700101000000";
  for (std::size_t at = pdf.find(mark); at != std::string::npos; at = pdf.find(mark, at + 1))
    if (at + mark.size() + epoch.size() <= pdf.size()) pdf.replace(at + mark.size(), epoch.size(), epoch);
}

/// Up to 160 MB, in large pages where the system has them: to take it page by page costs more than the paint.
class PixelMemory {
 public:
  explicit PixelMemory(std::size_t size) : size_(size) {
    void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) fail(CAIRO_STATUS_NO_MEMORY);
    ::madvise(memory, size, MADV_HUGEPAGE);
    data_ = static_cast<unsigned char*>(memory);
  }
  ~PixelMemory() { ::munmap(data_, size_); }
  PixelMemory(const PixelMemory&) = delete;
  PixelMemory& operator=(const PixelMemory&) = delete;
  unsigned char* data() const { return data_; }

 private:
  std::size_t size_;
  unsigned char* data_;
};

}  // namespace

std::string png_of(const Page& page, double dots) {
  // What the computer's arithmetic adds must not become a row of its own.
  const auto whole = [&](double points) {
    return static_cast<int>(std::ceil((points + 2 * page_margin) * dots - 1e-6));
  };
  const int width = whole(page.size.width);
  const int height = whole(page.size.height);
  const int stride = cairo_format_stride_for_width(CAIRO_FORMAT_RGB24, width);
  const PixelMemory memory(static_cast<std::size_t>(stride) * static_cast<std::size_t>(height));
  const Surface surface(
      cairo_image_surface_create_for_data(memory.data(), CAIRO_FORMAT_RGB24, width, height, stride));
  paint_on(surface.get(), page, dots);
  cairo_surface_flush(surface.get());
  return png_file({memory.data(), static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height),
                   static_cast<std::size_t>(stride)},
                  dots, colors_of(page));
}

std::string pdf_of(const Page& page) {
  std::string pdf;
  const auto take = [](void* closure, const unsigned char* data, unsigned int size) {
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), size);
    return CAIRO_STATUS_SUCCESS;
  };
  const Surface surface(cairo_pdf_surface_create_for_stream(take, &pdf, page.size.width + 2 * page_margin,
                                                            page.size.height + 2 * page_margin));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, visible(page.title).c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_SUBJECT,
                                 visible(page.description).c_str());
  paint_on(surface.get(), page, 1);
  cairo_surface_finish(surface.get());
  check(cairo_surface_status(surface.get()));
  remove_dates(pdf);
  return pdf;
}

}  // namespace hamcell
