// Notes calls that open a file.
#include <fcntl.h>

#include <cstring>

#include "runner/tracer/effects.h"
#include "runner/tracer/notes.h"
#include "runner/tracer/outputs.h"
#include "runner/tracer/recording.h"
#include "runner/tracer/recording_switch.h"

namespace hamcell::tracer {
namespace {

using Use = TracedFile::Use;

/// The flags of open(2) that a mode of fopen stands for.
int flags_of(const char* mode) {
  const std::string_view text = mode != nullptr ? mode : "";
  const bool updates = text.find('+') != std::string_view::npos;
  const bool is_exclusive = text.find('x') != std::string_view::npos;
  const int access = updates ? O_RDWR : text.starts_with('r') ? O_RDONLY : O_WRONLY;
  if (text.starts_with('r')) return access;
  return access | O_CREAT | (text.starts_with('w') ? O_TRUNC : O_APPEND) | (is_exclusive ? O_EXCL : 0);
}

bool is_temporary(int flags) { return (flags & O_TMPFILE) == O_TMPFILE; }

bool writes(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0; }

bool appends_only(int flags) {
  return (flags & O_ACCMODE) == O_WRONLY && (flags & (O_APPEND | O_TRUNC | O_EXCL)) == O_APPEND;
}

bool is_source_of_randomness(const char* path) {
  return std::strcmp(path, "/dev/urandom") == 0 || std::strcmp(path, "/dev/random") == 0 ||
         std::strcmp(path, "/dev/hwrng") == 0;
}

}  // namespace

Opening::Opening(int folder, const char* path, int flags) : folder_(folder), path_(path), flags_(flags) {
  note_before();
}

Opening::Opening(const char* path, const char* mode, std::FILE* stream)
    : folder_(AT_FDCWD), path_(path), flags_(flags_of(mode)) {
  if (path != nullptr) note_before();
  if (path != nullptr || !records() || !writes(flags_) || stream == nullptr) return;
  const Inside inside;
  place_ = place_of_open(::fileno(stream));
  take_content();
}

void Opening::note_before() {
  if (!records() || is_temporary(flags_)) return;
  if ((flags_ & O_PATH) != 0) return note_existence(folder_, path_, false);
  if (!writes(flags_)) return note_read(folder_, path_);
  const Inside inside;
  place_ = place_of(folder_, path_);
  take_content();
}

/// Only of a young file: an old stamp that is still there at the end says that nothing was written.
void Opening::take_content() {
  if (!place_ || (flags_ & O_TRUNC) != 0 || place_->stamp.kind != Stamp::Kind::file) return;
  if (!is_old(place_->stamp, now_ns()))
    content_ = content_of({Use::content, place_->path, place_->stamp, {}});
}

void Opening::note_after(bool opened) {
  if (!records()) return;
  if (!opened && place_) return note_failed(*place_);
  const Inside inside;
  if (opened && path_ != nullptr && is_source_of_randomness(path_))
    record_effect(TracedEffect::Kind::random, path_);
  if (!place_) return;
  Output output;
  output.content_before = content_;
  output.is_read = (flags_ & O_ACCMODE) != O_WRONLY && (flags_ & O_TRUNC) == 0;
  output.is_appended = appends_only(flags_) && place_->stamp.kind != Stamp::Kind::other;
  note_output(*place_, output, (flags_ & O_TRUNC) != 0);
}

int Opening::done(int fd) {
  note_after(fd >= 0);
  return fd;
}

std::FILE* Opening::done(std::FILE* stream) {
  note_after(stream != nullptr);
  return stream;
}

}  // namespace hamcell::tracer
