// Makes a trace of a recording: looks at everything once more, to be sure that what stands in the trace is
// what the node saw and left.
#include <algorithm>

#include "runner/tracer/recording.h"

namespace hamcell::tracer {
namespace {

using Use = TracedFile::Use;

/// Digests a file that was read. False when it may have changed since then.
bool settle_content(Seen& seen) {
  TracedFile& file = seen.file;
  const Stamp now = stamp_of(file.path);
  if (now != file.stamp) return false;
  if (now.kind != Stamp::Kind::file) return true;
  if (seen.digested_ns != 0 && is_old(now, seen.digested_ns)) return true;
  const Digest content = content_of(file);
  const bool is_same = seen.digested_ns == 0 || content == file.content;
  file.content = content;
  seen.digested_ns = now_ns();
  return is_same && stamp_of(file.path) == now;
}

/// Digests what a listed folder had in it besides the node's own outputs. False when anything else came or
/// went since then.
bool settle_listing(Seen& seen, const std::vector<TracedFile>& outputs) {
  const std::vector<std::string> own = outputs_in(seen.file.path, outputs);
  seen.file.content = listing_digest(seen.listing, own);
  return seen.file.content == content_of(seen.file, own);
}

/// Whether what was opened for writing with its content kept is still as it was.
bool is_untouched(const std::string& path, const Output& output, const Stamp& now) {
  if (output.is_whole || now != output.before || now.kind != Stamp::Kind::file) return false;
  if (is_old(now, output.seen_ns)) return true;
  return content_of({Use::content, path, now, {}}) == output.content_before;
}

/// Adds what became of an output; false when the next run could not start from where this one did.
bool settle_output(const std::string& path, const Output& output, std::vector<TracedFile>& files) {
  const Stamp link = stamp_of_link(path);
  // A file that the node made and removed again was for its own use only.
  if (link.kind == Stamp::Kind::absent && output.before.kind == Stamp::Kind::absent) return true;
  // Whoever else adds to a log makes no difference to the node: only that it is there counts.
  if (output.is_appended) {
    files.push_back({Use::existence, path, stamp_of(path), {}});
    return true;
  }
  const bool is_link = output.is_link && link.kind == Stamp::Kind::other;
  TracedFile file{is_link ? Use::written_link : Use::written, path, is_link ? link : stamp_of(path), {}};
  const bool is_unchanged = is_untouched(path, output, file.stamp);
  if (is_unchanged) file.use = Use::content;
  if (is_link || file.stamp.kind == Stamp::Kind::file) file.content = content_of(file);
  files.push_back(std::move(file));
  return is_unchanged || output.is_whole || !output.is_read;
}

void sort_files(std::vector<TracedFile>& files) {
  std::ranges::sort(files, [](const TracedFile& a, const TracedFile& b) {
    return std::tie(a.path, a.use) < std::tie(b.path, b.use);
  });
}

}  // namespace

Trace trace_of(Recording& recording, const std::string& folder) {
  Trace trace;
  trace.settled = recording.settled;
  for (const auto& [path, output] : recording.outputs)
    if (!settle_output(path, output, trace.files)) trace.settled = false;
  const std::vector<TracedFile> outputs = trace.files;
  for (auto& [key, seen] : recording.seen) {
    if (seen.file.use == Use::content && !settle_content(seen)) trace.settled = false;
    if (seen.file.use == Use::listing && !settle_listing(seen, outputs)) trace.settled = false;
    trace.files.push_back(seen.file);
  }
  sort_files(trace.files);
  for (const auto& [name, variable] : recording.variables) trace.variables.push_back(variable);
  trace.effects = recording.effects;
  if (recording.used_folder) trace.folder = folder;
  trace.taken_ns = now_ns();
  return trace;
}

}  // namespace hamcell::tracer
