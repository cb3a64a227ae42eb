// Compares two runs node by node.
#include "report/run_difference.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "draw/box_face.h"
#include "report/pictures.h"

namespace hamcell {
namespace {

constexpr double noticed_share = 0.2;      // of a time
constexpr double noticed_seconds = 0.001;  // at least

/// The place of a name in a shape's nodes or inputs.
template <class Shape>
std::optional<std::size_t> place_of(const std::vector<Shape>& shapes, const std::string& name) {
  const auto found = std::ranges::find(shapes, name, &Shape::name);
  if (found == shapes.end()) return std::nullopt;
  return static_cast<std::size_t>(found - shapes.begin());
}

bool has_changed_time(double now, double former) {
  if (now < 0 || former < 0) return false;
  const double by = std::abs(now - former);
  return by > noticed_seconds && by > noticed_share * std::max(now, former);
}

/// Whether both are known and differ.
bool has_changed(const Digest& now, const Digest& former) {
  return !now.is_zero() && !former.is_zero() && now != former;
}

/// "code and data changed", "was executed · 1.2 s": what changed, and what of it was shown as before.
std::vector<std::string> changes_of(const NodeRun& now, const NodeRun& former) {
  std::vector<std::string> lines;
  const bool code = has_changed(now.code_version, former.code_version);
  const bool data = has_changed(now.data_version, former.data_version);
  if (code || data)
    lines.push_back(std::string(code && data ? "code and data" : code ? "code" : "data") + " changed");
  std::vector<std::string> was;
  if (now.status != former.status) was.emplace_back(status_word(former.status));
  if (has_changed_time(now.seconds, former.seconds)) was.push_back(format_seconds(former.seconds));
  if (now.bytes >= 0 && former.bytes >= 0 && now.bytes != former.bytes)
    was.push_back(format_bytes(static_cast<std::uint64_t>(former.bytes)));
  if (!was.empty()) lines.push_back("was " + join(was, " · "));
  return lines;
}

std::vector<std::string> changes_of(const InputRun& now, const InputRun& former) {
  if (now.data_version == former.data_version) return {};
  if (now.data_version.is_zero()) return {"was given"};
  return {former.data_version.is_zero() ? "was not given" : "value changed"};
}

template <class Shape>
std::size_t count_gone(const std::vector<Shape>& former, const std::vector<Shape>& now) {
  return static_cast<std::size_t>(
      std::ranges::count_if(former, [&](const Shape& shape) { return !place_of(now, shape.name); }));
}

/// "2 of 10 nodes changed, 1 new, 1 gone".
std::string counts_text(std::size_t changed, std::size_t all, std::size_t fresh, std::size_t gone) {
  std::string text = std::to_string(changed) + " of " + std::to_string(all) + " nodes changed";
  if (fresh > 0) text += ", " + std::to_string(fresh) + " new";
  if (gone > 0) text += ", " + std::to_string(gone) + " gone";
  return text;
}

/// Takes out what tells of one run alone: there are two here, and what differs is to be seen.
void take_out_what_tells_of_one_run(Diagram& diagram) {
  for (Box& box : diagram.boxes) {
    box.why.clear();
    box.time_share = -1;
    box.is_same_value = false;
  }
  for (Arrow& arrow : diagram.arrows) arrow.is_same_value = false;
}

}  // namespace

Diagram difference_diagram(const ShapedRun& run, const ShapedRun& former) {
  Diagram diagram = after_diagram(run.shape, run.record);
  std::size_t changed = 0;
  std::size_t fresh = 0;
  const auto mark = [](Box& box, std::vector<std::string> changes) {
    box.is_same = changes.empty();
    box.changes = std::move(changes);
  };
  for (std::size_t i = 0; i < run.shape.inputs.size(); ++i) {
    const auto place = place_of(former.shape.inputs, run.shape.inputs[i].name);
    if (!place || *place >= former.record.inputs.size() || i >= run.record.inputs.size())
      mark(diagram.boxes[i], {"new input"});
    else
      mark(diagram.boxes[i], changes_of(run.record.inputs[i], former.record.inputs[*place]));
  }
  for (std::size_t i = 0; i < run.shape.nodes.size() && i < run.record.nodes.size(); ++i) {
    Box& box = diagram.boxes[run.shape.inputs.size() + i];
    const auto place = place_of(former.shape.nodes, run.shape.nodes[i].name);
    if (!place || *place >= former.record.nodes.size()) {
      mark(box, {"new node"});
      ++fresh;
      continue;
    }
    mark(box, changes_of(run.record.nodes[i], former.record.nodes[*place]));
    changed += box.is_same ? 0 : 1;
  }
  take_out_what_tells_of_one_run(diagram);
  diagram.subtitle =
      "run " + run.record.id + " compared with " + former.record.id + ": " +
      counts_text(changed, run.shape.nodes.size(), fresh, count_gone(former.shape.nodes, run.shape.nodes));
  diagram.summary = "Dataflow " + run.record.module + ", " + diagram.subtitle;
  return diagram;
}

}  // namespace hamcell
