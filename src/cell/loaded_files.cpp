// Which shared objects a runner loads, with a cell and without.
//
// What is loaded need not be what was linked: LD_LIBRARY_PATH, LD_PRELOAD, -rpath and the system's cache of
// libraries decide. The loader itself says what it would take (LD_TRACE_LOADED_OBJECTS) and what it tries on
// the way (LD_DEBUG), both described in the manual page ld.so(8).
#include "cell/loaded_files.h"

#include <cstdlib>

#include "base/process.h"
#include "base/text.h"

namespace hamcell {
namespace {

/// A line of the trace: "name => /path (0xaddress)", or "/path (0xaddress)" for what was named by its path.
std::string traced_path(const std::string& line) {
  const std::size_t arrow = line.find(" => ");
  const std::string_view text = line;
  const std::string_view rest = trimmed(arrow == std::string::npos ? text : text.substr(arrow + 4));
  const std::size_t end = rest.rfind(" (0x");
  return rest.starts_with('/') && end != std::string_view::npos ? std::string(rest.substr(0, end))
                                                                : std::string();
}

std::string preloads(const std::string& library) {
  const char* const own = std::getenv("LD_PRELOAD");
  std::string first = own != nullptr ? own : "";
  if (stamp_of(library).kind != Stamp::Kind::file) return first;
  return first.empty() ? library : first + ':' + library;
}

/// What LD_PRELOAD names by its path, also where it is not there (yet): the loader then goes on without it.
void watch_preloads(std::vector<Watch>& watches) {
  const char* const own = std::getenv("LD_PRELOAD");
  for (const std::string& group : split(own != nullptr ? own : "", ':'))
    for (const std::string& name : split(group, ' '))
      if (name.find('/') != std::string::npos)
        look_up(watches, {parent_folder(absolute_path(name))}, file_name(name));
}

}  // namespace

std::set<std::string> loaded_files(const std::string& library, std::vector<Watch>& watches) {
  static constexpr std::string_view trying = "trying file=";
  static constexpr std::string_view searching = "search cache=";
  const ProcessResult result = run_process(
      {{installation().runner},
       "",
       "",
       {{"LD_TRACE_LOADED_OBJECTS", "1"}, {"LD_DEBUG", "libs"}, {"LD_PRELOAD", preloads(library)}}});
  watch_preloads(watches);
  std::set<std::string> files;
  for (const std::string& line : split(result.output, '\n')) {
    const std::string path = traced_path(line);
    if (path.empty() || real_path(path) == real_path(library)) continue;
    watch(watches, path);
    files.insert(real_path(path));
  }
  for (const std::string& line : split(result.errors, '\n')) {
    if (const std::size_t at = line.find(trying); at != std::string::npos)
      look_up(watches, {absolute_path(parent_folder(line.substr(at + trying.size())))},
              file_name(line.substr(at + trying.size())));
    if (const std::size_t at = line.find(searching); at != std::string::npos)
      watch(watches, line.substr(at + searching.size()));
  }
  return files;
}

}  // namespace hamcell
