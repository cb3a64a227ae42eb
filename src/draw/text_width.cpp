// Upper bounds of glyph widths by class of character: the widest of the fonts named in the header decides.
#include "draw/text_width.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace hamcell {
namespace {

/// Widths in ems of bold glyphs; DejaVu Sans Bold is the widest of the fonts in nearly every class.
double bold_ascii_width(char c) {
  constexpr std::string_view narrow = " ijl|!'.,:;`";
  constexpr std::string_view slim = "ftr()[]/\\-\"*I";
  constexpr std::string_view wide = "mwMW@%";
  constexpr std::string_view operators = "<>=+~^#&";
  if (narrow.find(c) != std::string_view::npos) return 0.40;
  if (slim.find(c) != std::string_view::npos) return 0.53;
  if (wide.find(c) != std::string_view::npos) return 1.11;
  if (operators.find(c) != std::string_view::npos) return 0.94;
  return c >= 'A' && c <= 'Z' ? 0.88 : 0.72;
}

/// The bytes of the UTF-8 code point that `text` starts with; a stray byte counts as one.
std::size_t code_point_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  return length;
}

}  // namespace

double text_width(std::string_view text, double size, bool bold) {
  constexpr double regular_to_bold = 0.9;
  double ems = 0;
  while (!text.empty()) {
    const std::size_t length = code_point_length(text);
    if (text.starts_with("\u00A0") || text.starts_with("·")) {
      ems += bold_ascii_width(' ');
    } else if (length == 1) {
      ems += bold_ascii_width(text.front());
    } else {
      // One column: an accented, Greek or Cyrillic letter or a dash; two: a square ideograph or an emoji.
      ems += static_cast<double>(display_width(text.substr(0, length))) == 2 ? 1.5 : 1.2;
    }
    text.remove_prefix(length);
  }
  return ems * size * (bold ? 1.0 : regular_to_bold);
}

}  // namespace hamcell
