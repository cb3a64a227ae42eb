// The compile of a cell: its command, and the folder that it works in.
#include "build/compile.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "base/file.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/text.h"
#include "base/user_cache.h"

namespace hamcell {
namespace {

/// The cell's, unless it could drive a terminal or would be too long with an ending.
std::string source_stem(const Cell& cell) {
  constexpr std::size_t most_bytes = 200;
  return cell.stem.size() <= most_bytes && visible(cell.stem) == cell.stem ? cell.stem : "cell";
}

/// The beginning that the commands of both steps have.
std::vector<std::string> command_of_step(const Cell& cell, bool color, BuildFor purpose) {
  std::vector<std::string> command = command_for_cells(cell.toolchain);
  // Compilers make the same code with it as without. Of clang's DWARF 5, addr2line (binutils 2.40) misses
  // inlined functions and takes the text's own file for some of the lines whose markers name the cell.
  if (purpose == BuildFor::locating) command.emplace_back("-gdwarf-4");
  command.emplace_back(cell.toolchain.is_clang ? "-Wno-unknown-attributes" : "-Wno-attributes=ham::");
  command.emplace_back(color ? "-fdiagnostics-color=always" : "-fdiagnostics-color=never");
  return command;
}

bool has_flag(const std::vector<std::string>& flags, std::string_view beginning) {
  return std::ranges::any_of(flags, [&](const std::string& flag) { return flag.starts_with(beginning); });
}

}  // namespace

std::vector<std::string> compile_command(const Cell& cell, const std::string& source,
                                         const std::string& object, bool color, BuildFor purpose,
                                         const std::optional<PrecompiledHeaders>& headers) {
  std::vector<std::string> command = command_of_step(cell, color, purpose);
  if (purpose == BuildFor::locating) command.emplace_back("-w");
  if (headers) command.insert(command.end(), headers->flags.begin(), headers->flags.end());
  command.insert(command.end(), {"-c", source, "-o", object});
  return command;
}

std::vector<std::string> link_command(const Cell& cell, const std::vector<std::string>& objects,
                                      const std::string& output, bool color, BuildFor purpose) {
  const Toolchain& toolchain = cell.toolchain;
  std::vector<std::string> command = command_of_step(cell, color, purpose);
  // What the flags say of compiling is of no use where nothing is compiled.
  if (toolchain.is_clang && toolchain.sources.empty())
    command.emplace_back("-Wno-unused-command-line-argument");
  command.emplace_back("-shared");
  command.insert(command.end(), objects.begin(), objects.end());
  command.insert(command.end(), toolchain.sources.begin(), toolchain.sources.end());
  // The cell's own definitions win over functions of the same name in the runner.
  command.emplace_back("-Wl,-Bsymbolic");
  // Errors of the linker belong here, not to loading; a sanitizer's runtime, though, is the runner's.
  if (!has_flag(toolchain.compile_flags, "-fsanitize")) command.emplace_back("-Wl,--no-undefined");
  if (!has_flag(toolchain.link_flags, "-fuse-ld") && !has_flag(toolchain.compile_flags, "-fuse-ld") &&
      !find_program("ld.mold").empty())
    command.emplace_back("-fuse-ld=mold");
  command.insert(command.end(), toolchain.link_flags.begin(), toolchain.link_flags.end());
  command.insert(command.end(), {"-o", output});
  return command;
}

BuildFolder::BuildFolder(const std::string& name) : path_(name + '.' + std::to_string(::getpid())) {
  make_private_folders(path_);
}

BuildFolder::BuildFolder(const Digest& stand_in)
    : BuildFolder(real_path(user_cache_folder() + "/cells") + '/' + stand_in.hex()) {}

BuildFolder::~BuildFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::pair<std::string, std::string>> BuildFolder::environment() const {
  std::vector<std::pair<std::string, std::string>> variables = huge_page_environment();
  variables.emplace_back("TMPDIR", path_);
  return variables;
}

std::string BuildFolder::object(const Cell& cell) const { return path_ + '/' + source_stem(cell) + ".o"; }

std::string BuildFolder::write_source(const Cell& cell, const std::string& text,
                                      const std::optional<PrecompiledHeaders>& headers) const {
  std::string path = path_ + '/' + source_stem(cell) + ".cpp";
  if (!headers) {
    write_file(path, text);
    return path;
  }
  // The cell stands behind a line that names it.
  const std::size_t begin = text.find('\n') + 1;
  const std::string cell_text = text.substr(begin);
  write_file(path, text.substr(0, begin) + find_preamble(cell_text).removed_from(cell_text, headers->count));
  return path;
}

}  // namespace hamcell
