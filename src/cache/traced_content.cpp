// What of a file, folder or name a trace keeps, for each way in which a node can use it.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>

#include "cache/entry.h"

namespace hamcell {
namespace {

/// Piece by piece, because a node's files can be larger than the memory.
Digest file_digest(const std::string& path) {
  const OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return {};
  Digester digester;
  const std::size_t size = 1 << 16;
  const auto piece = std::make_unique_for_overwrite<char[]>(size);
  while (true) {
    const ssize_t got = ::read(fd.get(), piece.get(), size);
    if (got == 0) return digester.finish();
    if (got < 0 && errno != EINTR) return {};
    if (got > 0) digester.add_raw(piece.get(), static_cast<std::size_t>(got));
  }
}

/// Who may use what is at `path`, and for stat also under how many names it is there: nothing of a stamp
/// tells.
Digest status_digest(const std::string& path, bool counts_names) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return {};
  Digester digester;
  digester.add(std::uint64_t{info.st_mode}).add(std::uint64_t{info.st_uid}).add(std::uint64_t{info.st_gid});
  // A folder's number says only how many folders are in it.
  if (counts_names && !S_ISDIR(info.st_mode)) digester.add(std::uint64_t{info.st_nlink});
  return digester.finish();
}

Digest link_digest(const std::string& path) {
  char text[PATH_MAX];
  const ssize_t length = ::readlink(path.c_str(), text, sizeof text);
  return length < 0 ? Digest{} : digest_of({text, static_cast<std::size_t>(length)});
}

Digest resolved_digest(const std::string& path) {
  char* const resolved = ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return {};
  const Digest digest = digest_of(resolved);
  std::free(resolved);
  return digest;
}

std::string_view listed_name(std::string_view listed) { return listed.substr(0, listed.rfind('/')); }

}  // namespace

Stamp stamp_for(TracedFile::Use use, const std::string& path) {
  const bool is_link = use == TracedFile::Use::link || use == TracedFile::Use::written_link;
  return is_link ? stamp_of_link(path) : stamp_of(path);
}

Digest content_of(const TracedFile& file, const std::vector<std::string>& except) {
  switch (file.use) {
    case TracedFile::Use::content:
    case TracedFile::Use::written:
      return file_digest(file.path);
    case TracedFile::Use::listing:
      return listing_digest(listing_of(file.path), except);
    case TracedFile::Use::attributes:
      return status_digest(file.path, true);
    case TracedFile::Use::existence:
      return status_digest(file.path, false);
    case TracedFile::Use::link:
    case TracedFile::Use::written_link:
      return link_digest(file.path);
    case TracedFile::Use::resolved:
      return resolved_digest(file.path);
  }
  return {};
}

std::vector<std::string> listing_of(const std::string& folder) {
  std::vector<std::string> listing;
  DIR* const open = ::opendir(folder.c_str());
  if (open == nullptr) return listing;
  while (const dirent* entry = ::readdir(open))
    listing.push_back(std::string(entry->d_name) + '/' + static_cast<char>('a' + entry->d_type));
  ::closedir(open);
  std::ranges::sort(listing);
  return listing;
}

Digest listing_digest(const std::vector<std::string>& listing, const std::vector<std::string>& except) {
  if (listing.empty()) return {};
  Digester digester;
  for (const std::string& listed : listing)
    if (!std::ranges::binary_search(except, listed_name(listed))) digester.add(listed);
  return digester.finish();
}

std::vector<std::string> outputs_in(const std::string& folder, const std::vector<TracedFile>& files) {
  std::vector<std::string> names;
  for (const TracedFile& file : files) {
    if (file.is_output() && parent_folder(file.path) == folder) names.push_back(file_name(file.path));
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace hamcell
