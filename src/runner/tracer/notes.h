// What the replaced functions tell the recording about files.
//
// What each of them records, and why:
// - Opened for reading: the content. A folder that is only opened: that it exists; its names when they are
//   read. A FIFO: that another process takes part, since nobody can tell what will come through.
// - Looked for in vain, whatever for: that it is absent.
// - Asked about: what was asked for and no more, so that `touch` runs nothing that only asked for existence.
// - Opened for writing: an output. If nothing was left of what was there, and that had not been read, it is
//   the node's alone, and reading it back is no input. What the node had asked about such a path before does
//   not count: it would have been about an earlier run's output.
// - Opened for nothing but appending, and never read or asked about: a log. That it exists; what is in it is
//   the business of all that write to it.
// - Opened for writing with its content kept: if it was not changed after all, it was read. If it was changed
// and
//   could be read, no trace can hold it: the next run would start from another content.
// - Removed: an output that must stay away, if it was there before the node; else it was a file for the
// node's
//   own use, and is forgotten. Having read what it removes is like changing it.
// - Renamed: what the node had made is an output under its new name. Anything else was there before and would
// not
//   be there again: no trace can hold it.
// - Folders and links that were made: outputs. A hard link also reads what it names.
// - Truncated: as opened for writing. Times, permissions, owners: part of an output of the node's own;
// changed on
//   anything else, the node is not cached, because a hit would leave that out.
#pragma once

#include <cstdio>
#include <optional>

#include "cache/entry.h"
#include "runner/tracer/places.h"

namespace hamcell::tracer {

/// All of these do nothing when no recording is on, and leave errno alone.

/// A file or folder that is about to be opened for reading.
void note_read(int folder, const char* path);
void note_attributes(int folder, const char* path);
/// lstat and readlink: what they say depends on whether the name itself is a link.
void note_link_attributes(int folder, const char* path);
void note_link(int folder, const char* path);
/// `asks_permission`: also whether it may be read, written or executed.
void note_existence(int folder, const char* path, bool asks_permission);
void note_resolved(const char* path);
void note_listing(int folder, const char* path);
void note_listing_of_open(int fd);
/// fstat of what was opened by name only; of anything else the content decides.
void note_attributes_of_open(int fd);
/// The working folder itself was asked for.
void note_folder();

/// One call of an open function, from before it to its result.
class Opening {
 public:
  /// `flags` as for open(2).
  Opening(int folder, const char* path, int flags);
  /// `mode` as for fopen; without a path, of the file that `stream` has open.
  Opening(const char* path, const char* mode, std::FILE* stream = nullptr);

  /// Notes how the call ended, and returns its result.
  int done(int fd);
  std::FILE* done(std::FILE* stream);

 private:
  void note_before();
  void take_content();
  void note_after(bool opened);

  int folder_;
  const char* path_;
  int flags_;
  std::optional<Place> place_;  ///< only where it writes
  Digest content_;
};

/// What is there before a call that changes it; nothing when no recording is on.
std::optional<Place> look(int folder, const char* path);
std::optional<Place> look_at_open(int fd);

// Each takes what was there before a call, and the call's result, which it returns.
int note_removed(const std::optional<Place>& place, int result);
enum class Made { file, folder, link };
int note_made(const std::optional<Place>& place, Made made, int result);
int note_renamed(const std::optional<Place>& from, const std::optional<Place>& to, bool exchanges,
                 int result);
/// A second name for what is at `from`.
int note_linked(const std::optional<Place>& from, const std::optional<Place>& to, int result);
int note_truncated(const std::optional<Place>& place, bool empties, int result);
/// Times, permissions, owner or extended attributes.
int note_changed(const std::optional<Place>& place, int result);

/// A file or folder that a function of the C library made under a name of its own.
void note_temporary(const char* path, bool made);

}  // namespace hamcell::tracer
