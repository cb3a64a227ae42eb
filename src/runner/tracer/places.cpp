// What a path names, as the functions of the C library are given it.
#include "runner/tracer/places.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>

#include "runner/tracer/environment.h"
#include "runner/tracer/recording.h"

namespace hamcell::tracer {
namespace {

bool is_below(const std::string& path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// Places that are no files of the user's: what is there is made up by the kernel at every look. Shared
/// memory is files like any other.
bool is_synthetic(const std::string& path) {
  return is_below(path, "/proc") || is_below(path, "/sys") ||
         (is_below(path, "/dev") && !is_below(path, "/dev/shm"));
}

/// The absolute path that a link of /proc stands for: of an open file or folder. Empty where there is none.
std::string linked_path(const std::string& link) {
  char text[PATH_MAX];
  const ssize_t length = ::readlink(link.c_str(), text, sizeof text);
  if (length <= 0 || text[0] != '/') return {};
  return {text, static_cast<std::size_t>(length)};
}

/// The folder that relative paths start from; empty where it has no name.
std::string start_folder(int folder) {
  if (folder != AT_FDCWD) return linked_path("/proc/self/fd/" + std::to_string(folder));
  char* const here = ::getcwd(nullptr, 0);
  const std::string name = here != nullptr && here[0] == '/' ? here : "";
  std::free(here);
  return name;
}

/// What the user's files are called behind /proc/self/cwd and /dev/fd; empty for anything else there.
std::string behind_synthetic(const std::string& path) {
  if (path == "/proc/self/environ") note_all_variables();
  const bool may_lead_out = is_below(path, "/proc") || is_below(path, "/dev/fd");
  if (!may_lead_out) return {};
  std::string real = real_path(path);
  return is_synthetic(real) ? std::string() : real;
}

}  // namespace

std::optional<Place> place_of(int folder, const char* path, Links links) {
  if (path == nullptr) return std::nullopt;
  struct stat info{};
  // The kernel looks at the pointer first: it says EFAULT where a look from here would crash.
  const int flags = links == Links::followed ? 0 : AT_SYMLINK_NOFOLLOW;
  const bool is_there = ::fstatat(folder, path, &info, flags) == 0;
  if (!is_there && (errno == EFAULT || errno == EBADF)) return std::nullopt;
  if (path[0] == '\0') return std::nullopt;

  Place place;
  if (is_there) place.stamp = stamp_from(info);
  std::string start;
  if (path[0] != '/') {
    start = start_folder(folder);
    place.is_relative = folder == AT_FDCWD;
  }
  const bool is_nameless = path[0] != '/' && start.empty();
  place.path = absolute_path(start + '/' + path);
  if (is_nameless || place.path.size() >= PATH_MAX) {
    record_unsettled();
    return std::nullopt;
  }
  if (!is_synthetic(place.path)) return place;
  if (links == Links::looked_at) return std::nullopt;
  place.path = behind_synthetic(place.path);
  return place.path.empty() ? std::nullopt : std::optional(place);
}

std::optional<Place> place_of_open(int fd) {
  const std::string path = linked_path("/proc/self/fd/" + std::to_string(fd));
  if (path.empty() || is_synthetic(path)) return std::nullopt;
  return Place{path, false, stamp_of(path)};
}

}  // namespace hamcell::tracer
