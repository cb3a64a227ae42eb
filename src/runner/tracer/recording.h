// What has been seen since the recording began, before it is made a trace.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cache/entry.h"

namespace hamcell::tracer {

/// A file, folder or name that was read, listed or asked about.
struct Seen {
  TracedFile file;
  std::int64_t seen_ns = 0;          ///< when, on the clock of file stamps
  std::int64_t digested_ns = 0;      ///< when file.content was taken; 0: not yet
  std::vector<std::string> listing;  ///< of a folder, as listing_of gave it when it was seen
};

/// A file, folder or link that was made, changed or removed.
struct Output {
  Stamp before;              ///< what was there
  Digest content_before;     ///< of a young file that was not emptied: whether it was changed at all
  bool is_whole = false;     ///< everything in it is the node's: it was absent, emptied or replaced
  bool is_read = false;      ///< what was there before could be read too
  bool is_appended = false;  ///< a log: only ever added to, and neither read nor asked about
  bool is_link = false;      ///< it was made as a symbolic link
  std::int64_t seen_ns = 0;  ///< when `before` was taken
};

struct Recording {
  std::map<std::pair<std::string, TracedFile::Use>, Seen> seen;
  std::map<std::string, Output> outputs;  ///< by absolute path
  std::map<std::string, TracedVariable, std::less<>> variables;
  std::set<std::string, std::less<>> own_variables;  ///< that were set here before they were asked for
  std::vector<TracedEffect> effects;                 ///< each function once
  bool used_folder = false;                          ///< a relative path was used, or the folder asked for
  bool settled = true;                               ///< false: what was seen cannot be told, or has changed
};

/// Calls `change` on the recording of the node that runs and, inside the initialiser of a static, on what is
/// kept for later nodes. Does nothing when the recording has just ended.
void record(const std::function<void(Recording&)>& change);

/// Something happened that no trace can hold.
void record_unsettled();

/// What the node saw, from what was recorded: looks at every file again. `folder`: the working folder in
/// which the node was called.
Trace trace_of(Recording& recording, const std::string& folder);

}  // namespace hamcell::tracer
