// What files are made from, for make and ninja.
#include "report/depfile.h"

#include <set>
#include <string_view>

#include "base/file.h"

namespace hamcell {
namespace {

/// Escaped as GCC does it: make takes a blank, '#' and '$' for its own.
std::string make_name(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == ' ' || c == '\t' || c == '#' || c == ':') out += '\\';
    if (c == '$') out += '$';
    out += c;
  }
  return out;
}

std::string short_path(const std::string& path, const std::string& here) {
  const std::string absolute = absolute_path(path);
  return absolute.starts_with(here) ? absolute.substr(here.size()) : absolute;
}

}  // namespace

std::string depfile_text(const std::vector<std::string>& targets, const std::vector<std::string>& files) {
  const std::string folder = absolute_path(".");
  const std::string here = folder == "/" ? folder : folder + '/';
  std::set<std::string> named;
  std::string out;
  for (const std::string& target : targets) {
    const std::string path = short_path(target, here);
    if (named.insert(path).second) out += (out.empty() ? "" : " ") + make_name(path);
  }
  out += ':';
  std::string rules;
  for (const std::string& file : files) {
    const std::string path = short_path(file, here);
    // No name of a file's can hold a line feed in make; and nothing is made from itself.
    if (path.find('\n') != std::string::npos || !named.insert(path).second) continue;
    out += " \\\n  " + make_name(path);
    rules += '\n' + make_name(path) + ":\n";
  }
  return out + '\n' + rules;
}

}  // namespace hamcell
