// What is written on a box, and how large the box must be for it.
#pragma once

#include <string>
#include <vector>

#include "draw/diagram.h"

namespace hamcell {

/// Font sizes in points; whole, since HTML-like labels know no others.
namespace font_size {
inline constexpr double name = 13;
inline constexpr double type = 11;
inline constexpr double note = 10;
inline constexpr double badge = 9;
inline constexpr double why = 9;
}  // namespace font_size

struct BoxSize {
  double width = 0;   ///< points
  double height = 0;  ///< points
  bool operator==(const BoxSize&) const = default;
};

/// The lines of a box, ready to be shown: shortened, wrapped, control characters visible, not yet escaped.
struct BoxFace {
  std::vector<std::string> name;  ///< in bold
  std::vector<std::string> type;  ///< in italics
  std::string badge;              ///< the behavior, on a small label beside the type; may be empty
  std::string note;               ///< in bold: "from cache", "default"; may be empty
  std::string figures;            ///< behind the note: " · 1.2 s · 3.4 kB", " = 1.0"; may be empty
  /// In bold above the note: of a folded box "3 from cache, 2 executed"; in a comparison what changed.
  std::vector<std::string> lines;
  std::string why;  ///< the last line: why it ran or how it failed, shortened at words; may be empty
};

/// The size depends on name, type, kind and behavior alone, with room kept for what the note may become.
/// So it is the same before and after the run, whatever happens, and whatever values are given. Only in a
/// comparison of runs what changed counts, too. In whole points, to which Graphviz would round it.
BoxSize box_size(const Box& box);

/// The texts, with the note cut to what the box has room for.
BoxFace box_face(const Box& box);

/// Points at the lower edge of a box that the bar of its time takes: how high it is, and how far from the
/// edge.
inline constexpr double time_bar_height = 4;
inline constexpr double time_bar_inset = 4;
/// Points from the left and right edge of a box to the longest bar.
inline constexpr double time_bar_margin = 14;

/// Points that the bar of a box is long, where the largest share in the picture is `longest`; 0: no bar.
double time_bar_length(const Box& box, double box_width, double longest);

/// The full text behind a box, in lines: type, documentation, what happened and why, versions.
std::string tooltip(const Box& box);

/// The word for a status on a picture: "from cache", "not needed"; "" for none.
const char* status_word(NodeStatus status);
/// "3 from cache".
std::string count_text(const StatusCount& count);

}  // namespace hamcell
