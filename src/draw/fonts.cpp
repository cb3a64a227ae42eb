// Stamps of the folders of fonts and of fontconfig's configuration.
#include "draw/fonts.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/file.h"

namespace hamcell {
namespace {

/// Folders of fonts may be links, which may lead in a circle.
constexpr int deepest_folder = 8;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// A folder of this user's: `variable` says where, or it is below his home.
std::string user_folder(const char* name, const char* below_home) {
  const std::string said = variable(name);
  return said.empty() ? variable("HOME") + below_home : said;
}

/// When a file was written over, or a folder got or lost an entry.
void add_stamp(Digester& digester, const std::string& path) {
  const Stamp stamp = stamp_of(path);
  digester.add(path).add(stamp.size).add(static_cast<std::uint64_t>(stamp.modified_ns));
  digester.add(stamp.inode).add(stamp.device);
}

void add_folder(Digester& digester, const std::string& folder, int depth = 0) {
  add_stamp(digester, folder);
  if (depth == deepest_folder) return;
  std::vector<std::string> below;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) below.push_back(entry->path().string());
  }
  std::ranges::sort(below);
  for (const std::string& path : below) add_folder(digester, path, depth + 1);
}

}  // namespace

Digest digest_of_fonts() {
  Digester digester;
  for (const char* name : {"FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT", "FC_LANG", "LC_ALL",
                           "LC_CTYPE", "LANG", "PANGO_LANGUAGE"})
    digester.add(variable(name));
  const std::string configuration = user_folder("XDG_CONFIG_HOME", "/.config") + "/fontconfig";
  for (const std::string& file : {std::string("/etc/fonts/fonts.conf"), std::string("/etc/fonts/local.conf"),
                                  std::string("/etc/fonts/conf.d"), configuration + "/fonts.conf",
                                  configuration + "/conf.d", variable("HOME") + "/.fonts.conf"})
    add_stamp(digester, file);
  if (const std::string file = variable("FONTCONFIG_FILE"); !file.empty()) add_stamp(digester, file);
  if (const std::string folder = variable("FONTCONFIG_PATH"); !folder.empty()) {
    add_stamp(digester, folder + "/fonts.conf");
    add_stamp(digester, folder + "/conf.d");
  }
  for (const std::string& folder :
       {std::string("/usr/share/fonts"), std::string("/usr/local/share/fonts"), variable("HOME") + "/.fonts",
        user_folder("XDG_DATA_HOME", "/.local/share") + "/fonts"})
    add_folder(digester, folder);
  return digester.finish();
}

}  // namespace hamcell
