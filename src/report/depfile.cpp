// What files are made from, for make and ninja.
#include "report/depfile.h"

#include <set>
#include <string_view>

#include "base/error.h"
#include "base/file.h"

namespace hamcell {
namespace {

/// Whether a rule can hold the name. For these there is no way of writing that make takes for a name: a
/// recipe
/// (`;`), a pattern, an archive's member, an order-only prerequisite, a home folder; and a backslash in front
/// of what is escaped would escape the escape. Tried with GNU make 4.3.
bool can_be_named(std::string_view path) {
  if (path.find_first_of("\n\r\t;%|()") != std::string_view::npos) return false;
  if (path.starts_with('~') || path.starts_with("!=") || path.ends_with('\\')) return false;
  for (std::size_t at = path.find('\\'); at != std::string_view::npos; at = path.find('\\', at + 1))
    if (std::string_view(" #:*?[\\").find(path[at + 1]) != std::string_view::npos) return false;
  return true;
}

/// As the first name of a line it would be the name of a variable. Elsewhere in a list it is a name like any
/// other.
bool looks_like_variable(std::string_view path) { return path.find('=') != std::string_view::npos; }

/// Escaped as GCC does it, and as make wants wildcards: it takes a blank, '#' and '$' for its own.
std::string make_name(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (std::string_view(" #:*?[").find(c) != std::string_view::npos) out += '\\';
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

Depfile depfile_of(const std::vector<std::string>& targets, const std::vector<std::string>& files) {
  const std::string folder = absolute_path(".");
  const std::string here = folder == "/" ? folder : folder + '/';
  std::set<std::string> named;
  Depfile depfile;
  std::string& out = depfile.text;
  for (const std::string& target : targets) {
    const std::string path = short_path(target, here);
    if (!can_be_named(path) || (out.empty() && looks_like_variable(path)))
      throw Failure(ExitStatus::storage, "the depfile cannot name '" + path + "': make would misread it",
                    "choose a name of letters, digits and '.', '-', '_'");
    if (named.insert(path).second) out += (out.empty() ? "" : " ") + make_name(path);
  }
  out += ':';
  bool is_first = true;
  std::string rules;
  for (const std::string& file : files) {
    const std::string path = short_path(file, here);
    if (named.contains(path)) continue;  // nothing is made from itself
    named.insert(path);
    const bool is_variable = looks_like_variable(path);
    if (!can_be_named(path) || (is_variable && is_first)) {
      depfile.left_out.push_back(path);
      continue;
    }
    const std::string name = make_name(path);
    out += " \\\n  " + name;
    // Without a rule of its own, make says so when the file is gone; ninja takes no other way of writing one.
    if (!is_variable) rules += '\n' + name + ":\n";
    is_first = false;
  }
  out += '\n' + rules;
  return depfile;
}

}  // namespace hamcell
