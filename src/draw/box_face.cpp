// The texts of a box, and its size.
#include "draw/box_face.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "draw/text_width.h"
#include "draw/time_share.h"
#include "draw/type_text.h"

namespace hamcell {
namespace {

// A no-break space: readers of SVG drop plain ones at the start of a piece of text.
constexpr const char* nbsp = "\xC2\xA0";
constexpr std::size_t name_columns = 30;
constexpr std::size_t type_columns = 38;
constexpr std::size_t max_lines = 2;
constexpr double side_padding = 9;  // points, left and right of the text
// Points above and below the text; what is there only after a run takes some of it.
constexpr double upright_padding = 10;
constexpr double badge_padding = 5;       // points, left and right inside the badge, and to the type
constexpr double line_spacing = 1.28;     // of the font size
constexpr double badge_height = 8;        // points that a badge is higher than the type beside it
constexpr double least_input_room = 140;  // points for the note of an input, whatever its value

/// Statuses that nodes of one picture can have at most, and how many a folded box shows on a line.
constexpr std::size_t most_statuses = 6;
constexpr std::size_t counts_per_line = 2;

std::vector<std::string> name_lines(const Box& box) {
  return wrapped(visible(box.name), name_columns, max_lines);
}

std::vector<std::string> type_lines(const Box& box) {
  return wrapped(visible(short_type(box.type)), type_columns, max_lines);
}

double widest(const std::vector<std::string>& lines, double size, bool bold) {
  double width = 0;
  for (const std::string& line : lines) width = std::max(width, text_width(line, size, bold));
  return width;
}

double badge_width(const Box& box) {
  if (box.behavior.empty()) return 0;
  return text_width(visible(box.behavior), font_size::badge, false) + 4 * badge_padding;
}

double note_width(const BoxFace& face) {
  return text_width(face.note, font_size::note, true) + text_width(face.figures, font_size::note, false);
}

/// Points that any note of this box needs: the longest status with the longest figures for a node.
double note_room(const Box& box) {
  if (is_input(box)) return least_input_room;
  const auto width = [](const char* status, const std::string& first, const std::string& second) {
    const std::string figures = std::string(nbsp) + "· " + first + nbsp + "· " + second;
    return note_width({{}, {}, {}, status, figures, {}, {}});
  };
  const double room =
      std::max(width("from cache", "120 min", "999 MB"), width("executed", "same value", "120 min"));
  if (box.kind != BoxKind::folded) return room;
  const std::string count = std::to_string(box.holds.size());
  return std::max(
      room, text_width(count + " from cache, " + count + " not needed", font_size::note, /*bold=*/true));
}

/// Lines above the note that the counts of a folded box, or changes, may take.
std::size_t most_lines(const Box& box) {
  if (!box.changes.empty()) return box.changes.size();
  if (box.kind != BoxKind::folded) return 0;
  return (std::min(box.holds.size(), most_statuses) + counts_per_line - 1) / counts_per_line;
}

void write_counts(BoxFace& face, const Box& box) {
  for (std::size_t i = 0; i < box.counts.size(); ++i) {
    const std::string count = count_text(box.counts[i]);
    if (i % counts_per_line == 0)
      face.lines.push_back(count);
    else
      face.lines.back() += ", " + count;
  }
}

/// "= VALUE" in at most `room` points.
std::string fitted_value(const std::string& value, double room) {
  const std::string text = visible(value);
  for (std::size_t columns = display_width(text); columns > 0; --columns) {
    std::string fitted = std::string(nbsp) + "= " + shortened(text, columns);
    if (text_width(fitted, font_size::note, false) <= room) return fitted;
  }
  return {};
}

/// As many whole words as have room, with "…" where some are left out. Empty where not even the first has.
std::string fitted_words(const std::string& text, double size, double room) {
  std::string fitted = text;
  for (std::size_t end = text.size(); text_width(fitted, size, false) > room;) {
    end = text.find_last_of(' ', end - 1);
    if (end == std::string::npos || end == 0) return {};
    fitted = text.substr(0, text.find_last_not_of(" ,:;(", end) + 1) + "…";
  }
  return fitted;
}

/// Adds the figures to the note as far as they fit: the time goes before the size.
void add_figures(BoxFace& face, const Box& box, double room) {
  const auto add = [&](const std::string& figure) {
    BoxFace longer = face;
    if (!longer.figures.empty() || !face.note.empty()) longer.figures += std::string(nbsp) + "· ";
    longer.figures += figure;
    if (note_width(longer) <= room) face.figures = longer.figures;
  };
  if (box.is_same_value) add("same value");
  if (box.seconds >= 0) add(format_seconds(box.seconds));
  if (box.bytes >= 0) add(format_bytes(static_cast<std::uint64_t>(box.bytes)));
}

bool shows_figures(NodeStatus status) {
  return status == NodeStatus::cached || status == NodeStatus::executed || status == NodeStatus::failed;
}

void write_node_note(BoxFace& face, const Box& box, double room) {
  const bool overridden = box.is_overridden || box.status == NodeStatus::overridden;
  face.note = overridden ? status_word(NodeStatus::overridden) : status_word(box.status);
  if (overridden && !box.value.empty()) {
    face.figures = fitted_value(box.value, room - text_width(face.note, font_size::note, true));
  } else if (shows_figures(box.status)) {
    add_figures(face, box, room);
  }
}

void write_input_note(BoxFace& face, const Box& box, double room) {
  if (box.kind == BoxKind::config) face.note = "config";
  if (box.kind == BoxKind::optional_input && box.value.empty()) face.note = "optional";
  const std::string& value = box.value.empty() ? box.default_text : box.value;
  if (!value.empty()) face.figures = fitted_value(value, room - text_width(face.note, font_size::note, true));
}

void add_line(std::string& text, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  text += '\n';
  text += label;
  text += visible(value, {.keep_layout = true});
}

/// What became of the nodes of a folded box, and which they are.
void add_folded(std::string& text, const Box& box) {
  constexpr std::size_t most_names = 40;
  BoxFace face;
  write_counts(face, box);
  add_line(text, "", join(face.lines, ", "));
  std::vector<std::string> names(box.holds.begin(), box.holds.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                            box.holds.size(), most_names)));
  if (names.size() < box.holds.size())
    names.push_back("and " + std::to_string(box.holds.size() - names.size()) + " more");
  add_line(text, "nodes: ", join(names, ", "));
}

}  // namespace

const char* status_word(NodeStatus status) {
  switch (status) {
    case NodeStatus::none:
      return "";
    case NodeStatus::cached:
      return "from cache";
    case NodeStatus::executed:
      return "executed";
    case NodeStatus::failed:
      return "failed";
    case NodeStatus::skipped:
      return "skipped";
    case NodeStatus::overridden:
      return "overridden";
    case NodeStatus::unneeded:
      return "not needed";
    case NodeStatus::would_run:
      return "would run";
    case NodeStatus::may_run:
      return "may run";
  }
  return "";
}

std::string count_text(const StatusCount& count) {
  return std::to_string(count.count) + ' ' + status_word(count.status);
}

BoxSize box_size(const Box& box) {
  const std::vector<std::string> name = name_lines(box);
  const std::vector<std::string> type = type_lines(box);
  BoxSize size;
  size.width =
      std::max({widest(name, font_size::name, true), widest(type, font_size::type, false) + badge_width(box),
                widest(box.changes, font_size::note, true), note_room(box)}) +
      2 * side_padding;
  size.height = line_spacing * (font_size::name * static_cast<double>(name.size()) +
                                font_size::type * static_cast<double>(type.size()) +
                                font_size::note * static_cast<double>(1 + most_lines(box))) +
                2 * upright_padding + (box.behavior.empty() ? 0 : badge_height);
  return {std::ceil(size.width), std::ceil(size.height)};
}

BoxFace box_face(const Box& box) {
  BoxFace face{name_lines(box), type_lines(box), visible(box.behavior), {}, {}, {}, {}};
  const double room = box_size(box).width - 2 * side_padding;
  for (const std::string& change : box.changes) face.lines.push_back(visible(change));
  if (is_input(box)) {
    write_input_note(face, box, room);
  } else if (box.kind == BoxKind::folded) {
    if (face.lines.empty()) write_counts(face, box);
    add_figures(face, box, room);
  } else {
    write_node_note(face, box, room);
  }
  face.why = fitted_words(visible(trimmed(box.why)), font_size::why, room);
  return face;
}

double time_bar_length(const Box& box, double box_width, double longest) {
  constexpr double least = time_bar_height;  // a dot
  if (box.time_share < 0 || longest <= 0) return 0;
  return std::max(least, (box_width - 2 * time_bar_margin) * box.time_share / longest);
}

std::string tooltip(const Box& box) {
  std::string text = visible(box.kind == BoxKind::folded ? box.id : box.name);
  if (!box.type.empty()) text += ": " + visible(box.type);
  add_line(text, "columns: ", box.columns);
  add_line(text, "", box.documentation);
  add_line(text, "behavior: ", box.behavior);
  add_line(text, "value: ", box.value);
  add_line(text, "default: ", box.default_text);
  add_line(text, "", join(box.changes, "\n"));
  if (box.kind == BoxKind::folded) {
    add_folded(text, box);
  } else {
    add_line(text, "status: ", status_word(box.status));
  }
  add_line(text, "reason: ", box.reason);
  if (box.is_same_value) add_line(text, "", "the value is the same as before");
  const std::string share =
      box.time_share >= 0 ? ", " + share_text(box.time_share) + " of the time of all nodes" : "";
  if (box.seconds >= 0) add_line(text, "time: ", format_seconds(box.seconds) + share);
  if (box.bytes >= 0) add_line(text, "size: ", format_bytes(static_cast<std::uint64_t>(box.bytes)));
  add_line(text, "code version: ", box.code_version);
  add_line(text, "data version: ", box.data_version);
  return text;
}

}  // namespace hamcell
