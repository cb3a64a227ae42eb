// The small parts of DOT text: numbers, quotes, and the elements of HTML-like labels.
#pragma once

#include <string>
#include <string_view>

#include "draw/box_face.h"

namespace hamcell {

inline constexpr double points_per_inch = 72;

/// `text` with `& < > " '` as character references, for XML and HTML-like labels; control characters visible,
/// and code points that XML 1.0 does not allow replaced.
std::string escaped(std::string_view text);

/// A quoted DOT string that stands for `text` in names and in escStrings (tooltips).
std::string quoted(std::string_view text);

/// "12.5": at most two decimals, none that are zero.
std::string number(double value);

/// The attributes `width` and `height`.
std::string inches(BoxSize size);

// Elements of HTML-like labels. `content` is markup, `text` is not.

/// `size` in whole points: labels know no others.
std::string font(double size, const char* color, std::string_view content);
std::string tagged(const char* tag, std::string_view text);
std::string row(std::string_view content);
inline constexpr const char* plain_table =
    "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\">";

}  // namespace hamcell
