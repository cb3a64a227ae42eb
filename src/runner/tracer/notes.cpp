// Notes files that are read, listed and asked about.
#include "runner/tracer/notes.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "runner/tracer/effects.h"
#include "runner/tracer/recording.h"
#include "runner/tracer/recording_switch.h"

namespace hamcell::tracer {
namespace {

using Use = TracedFile::Use;

/// Whether a look at this path would tell nothing new, or only what the node itself has made.
bool is_known(Recording& recording, Use use, const std::string& path) {
  const auto output = recording.outputs.find(path);
  if (output == recording.outputs.end()) return recording.seen.contains({path, use});
  // What was there before it can still be in it.
  if (use != Use::existence && !output->second.is_whole) output->second.is_read = true;
  if (use != Use::existence) output->second.is_appended = false;
  return true;
}

/// Takes what the use needs to know now rather than when the node has ended.
void take_content(Seen& seen) {
  TracedFile& file = seen.file;
  if (file.use == Use::listing) {
    seen.listing = listing_of(file.path);
    return;
  }
  // An old stamp that is still there at the end proves that the content is still the one that was read.
  if (file.use == Use::content && is_old(file.stamp, seen.seen_ns)) return;
  if (file.use == Use::content && file.stamp.kind != Stamp::Kind::file) return;
  file.content = content_of(file);
  seen.digested_ns = now_ns();
}

void see(Use use, const Place& place, bool takes_content = true) {
  bool known = false;
  record([&](Recording& recording) {
    recording.used_folder = recording.used_folder || place.is_relative;
    known = is_known(recording, use, place.path);
  });
  if (known && static_depth == 0) return;
  Seen seen;
  seen.file = {use, place.path, place.stamp, {}};
  seen.seen_ns = now_ns();
  if (takes_content) take_content(seen);
  record([&](Recording& recording) {
    if (!is_known(recording, use, place.path)) recording.seen.emplace(std::pair{place.path, use}, seen);
  });
}

/// A file that the kernel makes up at each look, if `path` is one: about the machine, its processes and their
/// time. What libraries ask while they are loaded (how many processors there are) is no matter of a node.
void note_kernel_file(int folder, const char* path) {
  struct stat info{};
  if (path == nullptr || is_loading.load(std::memory_order_relaxed)) return;
  // The kernel looks at the pointer first.
  if (::fstatat(folder, path, &info, 0) != 0 || path[0] != '/') return;
  const std::string name = absolute_path(path);
  const bool is_one = name.starts_with("/proc/") || name.starts_with("/sys/");
  // All variables were noted when it was looked for.
  if (!is_one || name == "/proc/self/environ" || !S_ISREG(info.st_mode)) return;
  const bool is_time = name == "/proc/uptime";
  record_effect(is_time ? TracedEffect::Kind::clock : TracedEffect::Kind::process, name.c_str());
}

void see_at(Use use, int folder, const char* path, Links links = Links::followed) {
  if (!records()) return;
  const Inside inside;
  if (const std::optional<Place> place = place_of(folder, path, links)) see(use, *place);
}

}  // namespace

void note_read(int folder, const char* path) {
  if (!records()) return;
  const Inside inside;
  const std::optional<Place> place = place_of(folder, path);
  if (!place) return note_kernel_file(folder, path);
  if (place->stamp.kind == Stamp::Kind::folder) return see(Use::existence, *place);
  if (place->stamp.kind == Stamp::Kind::other) {
    record_effect(TracedEffect::Kind::process, "open of a FIFO or device");
    record_unsettled();
  }
  see(Use::content, *place);
}

void note_attributes(int folder, const char* path) { see_at(Use::attributes, folder, path); }

void note_link_attributes(int folder, const char* path) {
  if (!records()) return;
  const Inside inside;
  const std::optional<Place> place = place_of(folder, path, Links::looked_at);
  if (!place) return;
  see(Use::link, *place);
  if (place->stamp.kind == Stamp::Kind::file || place->stamp.kind == Stamp::Kind::folder)
    see(Use::attributes, *place);
}

void note_link(int folder, const char* path) { see_at(Use::link, folder, path, Links::looked_at); }

void note_existence(int folder, const char* path, bool asks_permission) {
  if (!records()) return;
  const Inside inside;
  const std::optional<Place> place = place_of(folder, path);
  if (!place) return;
  see(Use::existence, *place, asks_permission);
  if (!asks_permission || place->stamp.kind == Stamp::Kind::absent) return;
  // Existence alone may have been asked for before.
  const Digest content = content_of({Use::existence, place->path, place->stamp, {}});
  record([&](Recording& recording) {
    const auto found = recording.seen.find({place->path, Use::existence});
    if (found != recording.seen.end()) found->second.file.content = content;
  });
}

void note_resolved(const char* path) { see_at(Use::resolved, AT_FDCWD, path); }

void note_listing(int folder, const char* path) { see_at(Use::listing, folder, path); }

void note_listing_of_open(int fd) {
  if (!records()) return;
  const Inside inside;
  if (const std::optional<Place> place = place_of_open(fd)) see(Use::listing, *place);
}

void note_attributes_of_open(int fd) {
  if (!records()) return;
  const Inside inside;
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_PATH) == 0) return;
  if (const std::optional<Place> place = place_of_open(fd)) see(Use::attributes, *place);
}

void note_folder() {
  if (!records()) return;
  const Inside inside;
  record([](Recording& recording) { recording.used_folder = true; });
}

void record_effect(TracedEffect::Kind kind, const char* function) {
  record([&](Recording& recording) {
    for (const TracedEffect& known : recording.effects)
      if (known.function == function) return;
    recording.effects.push_back({kind, function});
  });
}

}  // namespace hamcell::tracer
