// Lookups along a search path, as compilers, linkers and pkg-config make them: what was found, and what has
// to stay as it is for the same to be found again.
#include "cell/lookup.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace hamcell {

bool are_unchanged(const std::vector<Watch>& watches) {
  return std::ranges::all_of(watches, [](const Watch& watch) { return stamp_of(watch.path) == watch.stamp; });
}

void watch(std::vector<Watch>& watches, const std::string& path) {
  watches.push_back({path, stamp_of(path)});
}

void watch_absent(std::vector<Watch>& watches, const std::string& path) {
  AbsentNames(watches).watch_absent(path);
}

void AbsentNames::watch_absent(const std::string& path) {
  std::string missing = path;
  std::string folder = parent_folder(missing);
  while (folder != "/" && !look_at(folder).is_there) {
    missing = folder;
    folder = parent_folder(missing);
  }
  const std::string& name = look_at(folder).is_of_system ? folder : missing;
  if (watched_.insert(name).second) watch(watches_, name);
}

const AbsentNames::Folder& AbsentNames::look_at(const std::string& path) {
  const auto [found, is_new] = folders_.try_emplace(path);
  if (is_new) {
    const std::string real = real_path(path) + '/';
    found->second = {stamp_of(path).kind != Stamp::Kind::absent,
                     real.starts_with("/usr/") || real.starts_with("/lib")};
  }
  return found->second;
}

std::optional<std::string> look_up(std::vector<Watch>& watches, const std::vector<std::string>& folders,
                                   const std::string& name) {
  for (const std::string& folder : folders) {
    std::string path = absolute_path(folder + '/' + name);
    const Stamp::Kind kind = stamp_of(path).kind;
    if (kind == Stamp::Kind::absent) {
      watch_absent(watches, path);
      continue;
    }
    // A folder of that name is passed over, as the tools do. It is not watched: what lies in it changes.
    if (kind == Stamp::Kind::folder) continue;
    watch(watches, path);
    return path;
  }
  return std::nullopt;
}

void drop_repeated(std::vector<Watch>& watches) {
  // Of two stamps of one path the older one is kept: a file that changed in between is seen to have changed.
  std::ranges::sort(watches, [](const Watch& a, const Watch& b) {
    return std::tie(a.path, a.stamp.changed_ns) < std::tie(b.path, b.stamp.changed_ns);
  });
  const auto repeated = std::ranges::unique(watches, {}, &Watch::path);
  watches.erase(repeated.begin(), repeated.end());
}

bool is_of_system(const std::string& path) {
  const bool is_below = path.starts_with("/usr/") || path.starts_with("/lib");
  return is_below && !path.starts_with("/usr/local/");
}

std::vector<std::string> folders_of(const std::string& search_path) {
  std::vector<std::string> folders;
  if (search_path.empty()) return folders;
  for (const std::string& folder : split(search_path, ':'))
    folders.push_back(absolute_path(folder.empty() ? "." : folder));
  return folders;
}

}  // namespace hamcell
