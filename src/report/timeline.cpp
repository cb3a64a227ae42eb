// What ran when, as a trace that Perfetto and chrome://tracing show.
#include "report/timeline.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

#include "report/document.h"

namespace hamcell {
namespace {

using nlohmann::ordered_json;

constexpr double us_per_second = 1e6;
constexpr int compiler_track = 0;

int track_of(const NodeRun& run) { return static_cast<int>(run.runner) + 1; }

ordered_json track_name(int track, const std::string& name) {
  return {{"name", "thread_name"}, {"ph", "M"}, {"pid", 1}, {"tid", track}, {"args", {{"name", name}}}};
}

ordered_json span(const std::string& name, const char* category, int track, double began, double seconds) {
  return {{"name", name},
          {"cat", category},
          {"ph", "X"},
          {"pid", 1},
          {"tid", track},
          {"ts", began * us_per_second},
          {"dur", seconds * us_per_second}};
}

/// Of a node that crashed it is not known for how long it ran.
ordered_json event_of(const std::string& name, const NodeRun& run) {
  ordered_json event = span(name, "node", track_of(run), run.began, std::max(run.seconds, 0.0));
  if (run.seconds < 0) {
    event["ph"] = "i";
    event["s"] = "t";
    event.erase("dur");
  }
  ordered_json& details = event["args"] = ordered_json::object();
  details["status"] = status_name(run.status);
  details["reason"] = run.status == NodeStatus::failed ? run.error : run.reason;
  if (run.bytes >= 0) details["bytes"] = run.bytes;
  return event;
}

}  // namespace

std::string timeline_json(const GraphShape& shape, const RunRecord& record) {
  ordered_json events = ordered_json::array();
  events.push_back({{"name", "process_name"}, {"ph", "M"}, {"pid", 1}, {"args", {{"name", record.module}}}});
  if (record.build_began >= 0) {
    events.push_back(track_name(compiler_track, "compiler"));
    events.push_back(span("compile", "build", compiler_track, record.build_began, record.build_seconds));
  }
  std::set<int> tracks;
  for (const NodeRun& run : record.nodes)
    if (run.began >= 0 && tracks.insert(track_of(run)).second)
      events.push_back(track_name(track_of(run), "runner " + std::to_string(track_of(run))));
  for (std::size_t i = 0; i < record.nodes.size(); ++i)
    if (record.nodes[i].began >= 0) events.push_back(event_of(shape.nodes[i].name, record.nodes[i]));
  return document_text({{"displayTimeUnit", "ms"}, {"traceEvents", events}});
}

}  // namespace hamcell
