// Notes what a node makes, changes and removes.
#include "runner/tracer/outputs.h"

#include <fcntl.h>

#include <algorithm>

#include "runner/tracer/notes.h"
#include "runner/tracer/recording_switch.h"

namespace hamcell::tracer {
namespace {

using Use = TracedFile::Use;

/// Takes out what the node found of its own output before it made it: that would have been an earlier run's.
/// True if it was more than that something is there.
bool take_looks(Recording& recording, const std::string& path) {
  recording.seen.erase({path, Use::existence});
  std::size_t looks = 0;
  for (const Use use : {Use::attributes, Use::link, Use::resolved, Use::listing})
    looks += recording.seen.erase({path, use});
  return looks > 0;
}

/// Takes out that the content of `path` was read, which then is part of what the output was made from; true
/// if there was one. Somebody else may have changed it before the node came to change it.
bool take_read(Recording& recording, const std::string& path, const Stamp& before) {
  const auto found = recording.seen.find({path, Use::content});
  if (found == recording.seen.end()) return false;
  const Stamp read = found->second.file.stamp;
  recording.seen.erase(found);
  if (read.kind != Stamp::Kind::absent && read != before) recording.settled = false;
  return read.kind != Stamp::Kind::absent;
}

/// The output at `path`, which may have been made under another name for it (through ".." or a link).
std::map<std::string, Output>::iterator find_output(Recording& recording, const std::string& path) {
  const auto found = recording.outputs.find(path);
  if (found != recording.outputs.end()) return found;
  const std::string real = real_path(path);
  return std::ranges::find_if(recording.outputs, [&](const auto& known) {
    return file_name(known.first) == file_name(path) && real_path(known.first) == real;
  });
}

}  // namespace

void add_output(Recording& recording, const std::string& path, Output output, bool leaves_nothing) {
  const auto known = recording.outputs.find(path);
  if (known != recording.outputs.end()) {
    if (leaves_nothing && known->second.is_read && !known->second.is_whole) recording.settled = false;
    known->second.is_whole = known->second.is_whole || leaves_nothing;
    known->second.is_read = known->second.is_read || (output.is_read && !known->second.is_whole);
    known->second.is_link = output.is_link;
    known->second.is_appended = known->second.is_appended && output.is_appended;
    return;
  }
  const bool was_asked_about = take_looks(recording, path);
  const bool was_read = take_read(recording, path, output.before);
  output.is_whole = leaves_nothing || output.before.kind == Stamp::Kind::absent;
  output.is_read = output.is_read || was_read;
  output.is_appended = output.is_appended && !was_read && !was_asked_about;
  if (was_read && output.is_whole) recording.settled = false;
  recording.outputs.emplace(path, output);
}

void note_output(const Place& place, Output output, bool leaves_nothing) {
  output.before = place.stamp;
  output.seen_ns = now_ns();
  record([&](Recording& recording) {
    recording.used_folder = recording.used_folder || place.is_relative;
    add_output(recording, place.path, output, leaves_nothing);
  });
}

void note_failed(const Place& place) {
  if (place.is_relative) note_folder();
  note_existence(AT_FDCWD, place.path.c_str(), true);
  note_existence(AT_FDCWD, parent_folder(place.path).c_str(), true);
}

std::optional<Place> look(int folder, const char* path) {
  if (!records()) return std::nullopt;
  const Inside inside;
  return place_of(folder, path, Links::looked_at);
}

std::optional<Place> look_at_open(int fd) {
  if (!records()) return std::nullopt;
  const Inside inside;
  return place_of_open(fd);
}

int note_removed(const std::optional<Place>& place, int result) {
  if (!place) return result;
  if (result != 0) {
    note_failed(*place);
    return result;
  }
  const Inside inside;
  note_output(*place, {}, true);
  return result;
}

int note_made(const std::optional<Place>& place, Made made, int result) {
  if (!place) return result;
  if (result != 0) {
    note_failed(*place);
    return result;
  }
  const Inside inside;
  Output output;
  output.is_link = made == Made::link;
  note_output(*place, output, true);
  return result;
}

namespace {

/// What the node had made below a folder has moved with it.
void move_outputs(Recording& recording, const std::string& from, const std::string& to) {
  std::map<std::string, Output> moved;
  for (const auto& [path, output] : recording.outputs)
    if (path.starts_with(from + '/')) moved.emplace(to + path.substr(from.size()), output);
  for (auto& [path, output] : moved) {
    output.before = {};
    recording.outputs.insert_or_assign(path, output);
  }
}

}  // namespace

int note_renamed(const std::optional<Place>& from, const std::optional<Place>& to, bool exchanges,
                 int result) {
  if (!from || !to) return result;
  if (result != 0) {
    note_failed(*from);
    note_failed(*to);
    return result;
  }
  const Inside inside;
  record([&](Recording& recording) {
    const auto known = recording.outputs.find(from->path);
    const bool is_own = known != recording.outputs.end() && known->second.is_whole;
    if (!is_own || exchanges) recording.settled = false;
    Output output = is_own ? known->second : Output{};
    output.before = to->stamp;
    output.is_appended = false;
    Output removed;
    removed.before = from->stamp;
    add_output(recording, from->path, removed, true);
    add_output(recording, to->path, output, true);
    move_outputs(recording, from->path, to->path);
    recording.used_folder = recording.used_folder || from->is_relative || to->is_relative;
  });
  return result;
}

int note_linked(const std::optional<Place>& from, const std::optional<Place>& to, int result) {
  if (from && result == 0) {
    const Inside inside;
    // The new name itself has changed the file's change time.
    const Stamp now = stamp_of(from->path);
    record([&](Recording& recording) {
      const auto read = recording.seen.find({from->path, Use::content});
      if (read != recording.seen.end() && read->second.file.stamp == from->stamp)
        read->second.file.stamp.changed_ns = now.changed_ns;
    });
  }
  if (from) note_read(AT_FDCWD, from->path.c_str());
  return note_made(to, Made::file, result);
}

int note_truncated(const std::optional<Place>& place, bool empties, int result) {
  if (!place) return result;
  if (result != 0) {
    note_failed(*place);
    return result;
  }
  const Inside inside;
  Output output;
  output.is_read = !empties;
  note_output(*place, output, empties);
  return result;
}

int note_changed(const std::optional<Place>& place, int result) {
  if (!place) return result;
  if (result != 0) {
    note_failed(*place);
    return result;
  }
  const Inside inside;
  record([&](Recording& recording) {
    const auto output = find_output(recording, place->path);
    if (output == recording.outputs.end() || !output->second.is_whole) recording.settled = false;
  });
  return result;
}

void note_temporary(const char* path, bool made) {
  if (!made || !records()) return;
  const Inside inside;
  std::optional<Place> place = place_of(AT_FDCWD, path, Links::looked_at);
  if (!place) return;
  place->stamp = {};
  note_output(*place, {}, true);
}

}  // namespace hamcell::tracer
