// How a cell is compiled and linked: the compiler, every flag as resolved, and what all of that depends on.
#include "cell/toolchain.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/process.h"
#include "base/text.h"

namespace hamcell {
namespace {

/// The variables that GCC ("Environment Variables Affecting GCC"), clang and pkg-config document.
constexpr std::array<const char*, 16> build_variables = {"CPATH",
                                                         "C_INCLUDE_PATH",
                                                         "CPLUS_INCLUDE_PATH",
                                                         "LIBRARY_PATH",
                                                         "GCC_EXEC_PREFIX",
                                                         "COMPILER_PATH",
                                                         "SDKROOT",
                                                         "CCC_OVERRIDE_OPTIONS",
                                                         "SOURCE_DATE_EPOCH",
                                                         "PKG_CONFIG_PATH",
                                                         "PKG_CONFIG_LIBDIR",
                                                         "PKG_CONFIG_SYSROOT_DIR",
                                                         "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS",
                                                         "LD_LIBRARY_PATH",
                                                         "LD_RUN_PATH",
                                                         "LD_PRELOAD"};

std::string environment_value(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void watch(Toolchain& toolchain, const std::string& path) {
  toolchain.watches.push_back({path, stamp_of(path)});
}

/// Runs pkg-config and gives its standard output as words.
std::vector<std::string> pkg_config(std::vector<std::string> arguments, const Place& place,
                                    const std::string& package) {
  arguments.insert(arguments.begin(), "pkg-config");
  const ProcessResult result = run_process({arguments, "", "", {}});
  if (!result.started)
    throw Failure(ExitStatus::cell, {place,
                                     "'//hamcell:pkg' needs the program pkg-config, which is not installed",
                                     "install it: apt-get install pkg-config",
                                     {}});
  if (!result.succeeded())
    throw Failure(ExitStatus::cell, {place,
                                     "pkg-config does not know the package '" + package + "'",
                                     "install its development package, or add its folder to PKG_CONFIG_PATH",
                                     {{{}, std::string(trimmed(result.errors))}}});
  return shell_words(result.output).value_or(std::vector<std::string>{});
}

/// Watches the .pc file of a package and of all that it requires.
void watch_package(Toolchain& toolchain, const Place& place, const std::string& package,
                   std::set<std::string>& seen) {
  if (!seen.insert(package).second) return;
  const std::vector<std::string> folder = pkg_config({"--variable=pcfiledir", package}, place, package);
  if (!folder.empty()) watch(toolchain, folder.front() + '/' + package + ".pc");
  for (const char* option : {"--print-requires", "--print-requires-private"}) {
    const ProcessResult result = run_process({{"pkg-config", option, package}, "", "", {}});
    for (const std::string& line : split(result.output, '\n')) {
      const std::string name(trimmed(line.substr(0, line.find_first_of(" <>=!"))));
      const bool exists =
          !name.empty() && run_process({{"pkg-config", "--exists", name}, "", "", {}}).succeeded();
      if (exists) watch_package(toolchain, place, name, seen);
    }
  }
}

void add_packages(Toolchain& toolchain, const Directives& directives) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < directives.packages.size(); ++i) {
    const std::string& package = directives.packages[i];
    const Place& place = directives.package_places[i];
    Digester digester;
    // A package's headers are the system's: they count by what they are, not token by token, and warn of
    // nothing.
    for (std::string& flag : pkg_config({"--cflags", package}, place, package)) {
      digester.add(flag);
      toolchain.compile_flags.push_back(flag.starts_with("-I") ? "-isystem" + flag.substr(2)
                                                               : std::move(flag));
    }
    digester.add("link");
    for (std::string& flag : pkg_config({"--libs", package}, place, package)) {
      digester.add(flag);
      toolchain.link_flags.push_back(std::move(flag));
    }
    toolchain.parts.push_back({"package " + package, digester.finish()});
    watch_package(toolchain, place, package, seen);
  }
}

/// Makes the folder of -I and its like absolute, since the compiler does not run in the user's folder.
void absolute_folders(std::vector<std::string>& flags, const std::string& folder) {
  static constexpr std::array<std::string_view, 5> options = {"-I", "-L", "-isystem", "-iquote", "-include"};
  const auto absolute = [&](const std::string& path) {
    return real_path(path.starts_with('/') ? path : folder + '/' + path);
  };
  for (std::size_t i = 0; i < flags.size(); ++i) {
    for (const std::string_view option : options) {
      if (flags[i] == option && i + 1 < flags.size()) {
        if (option != "-include") flags[i + 1] = absolute(flags[i + 1]);
        ++i;
        break;
      }
      const bool attached =
          flags[i].starts_with(option) && flags[i].size() > option.size() && option.size() == 2;
      if (attached) flags[i] = std::string(option) + absolute(flags[i].substr(2));
    }
  }
}

/// libclang knows its own folder of compiler headers. Another compiler's is searched last, so that what only
/// it has (omp.h) is found, and intrinsics are still those that libclang understands.
void add_compiler_headers(Toolchain& toolchain) {
  const ProcessResult result = run_process({{toolchain.compiler, "-print-file-name=include"}, "", "", {}});
  const std::string folder(trimmed(result.output));
  if (result.succeeded() && folder.starts_with('/')) toolchain.scan_flags = {"-idirafter", folder};
}

/// What the other source files include, by the compiler's own word; changes of these must be seen.
void add_sources(Toolchain& toolchain, const Directives& directives, const std::string& folder) {
  for (std::size_t i = 0; i < directives.sources.size(); ++i) {
    const std::string& written = directives.sources[i];
    const std::string path = written.starts_with('/') ? written : absolute_path(folder + '/' + written);
    if (stamp_of(path).kind != Stamp::Kind::file)
      throw Failure(ExitStatus::cell, {directives.source_places[i],
                                       "the source '" + written + "' is not a file",
                                       "paths of '//hamcell:source' are relative to the cell's folder",
                                       {}});
    toolchain.sources.push_back(path);
    watch(toolchain, path);
    std::vector<std::string> command = {toolchain.compiler, "-MM"};
    command.insert(command.end(), toolchain.compile_flags.begin(), toolchain.compile_flags.end());
    command.push_back(path);
    // "name.o: file file \<newline> file"; an error shows up again, and in full, when the source is compiled.
    const ProcessResult result = run_process({command, "", folder, {}});
    std::string text = result.output.substr(std::min(result.output.size(), result.output.find(':') + 1));
    std::ranges::replace(text, '\n', ' ');
    for (const std::string& file : shell_words(text).value_or(std::vector<std::string>{})) {
      if (file.empty() || file == "\n" || absolute_path(file) == path) continue;
      const std::string header = file.starts_with('/') ? file : absolute_path(folder + '/' + file);
      toolchain.source_headers.push_back(header);
      watch(toolchain, header);
    }
  }
}

/// The year of a -std value ("c++20", "gnu++2b"): 20 for 2020; 0 where it is none that compilers know.
int standard_year(std::string_view standard) {
  for (const std::string_view family : {"c++", "gnu++"}) {
    if (!standard.starts_with(family) || standard.size() != family.size() + 2) continue;
    const std::string_view year = standard.substr(family.size());
    static constexpr std::array<std::pair<std::string_view, int>, 6> drafts = {
        {{"0x", 11}, {"1y", 14}, {"1z", 17}, {"2a", 20}, {"2b", 23}, {"2c", 26}}};
    for (const auto& [name, number] : drafts)
      if (year == name) return number;
    const bool is_number = std::ranges::all_of(year, [](char c) { return c >= '0' && c <= '9'; });
    return is_number ? (year[0] - '0') * 10 + (year[1] - '0') : 0;
  }
  return 0;
}

/// The standard that the cell is compiled with; the glue needs C++20 at least.
std::string choose_standard(const BuildRequest& request, const Directives& directives) {
  const bool is_option = !request.standard.empty();
  const std::string standard = is_option                     ? request.standard
                               : directives.standard.empty() ? "c++20"
                                                             : directives.standard;
  const int year = standard_year(standard);
  if (year >= 20 && year < 98) return standard;
  const std::string what = year == 0
                               ? "'" + standard + "' is no C++ standard that compilers know"
                               : "a cell is C++20 or newer (c++20, c++23), and '" + standard + "' is older";
  throw Failure(is_option ? ExitStatus::usage : ExitStatus::cell,
                {is_option ? Place{} : directives.standard_place, what,
                 "for example " + std::string(is_option ? "--std c++20" : "//hamcell:std c++23")});
}

/// A word of the link flags that names a file itself: an object, `-Wl,FILE`, `@FILE`.
void add_named_files(std::set<std::string>& files, const std::vector<std::string>& flags,
                     const std::string& folder) {
  for (const std::string& flag : flags)
    for (const std::string& part : split(flag, ',')) {
      const std::string name = part.starts_with('@') ? part.substr(1) : part;
      if (name.empty() || name.starts_with('-')) continue;
      for (const std::string& path : {real_path(name), real_path(folder + '/' + name)})
        if (stamp_of(path).kind == Stamp::Kind::file) files.insert(path);
    }
}

/// Every file that the link takes in, by the linker's own word: an empty library is linked with the same
/// flags, and GNU ld, lld and mold write down what they opened. (gold does not; then only named files are
/// known.)
std::set<std::string> linked_files(const Toolchain& toolchain, const std::string& folder) {
  std::set<std::string> files;
  if (toolchain.link_flags.empty()) return files;
  add_named_files(files, toolchain.link_flags, folder);
  std::string scratch = temporary_folder_pattern();
  if (::mkdtemp(scratch.data()) == nullptr) return files;
  const std::string list = scratch + "/files";
  std::vector<std::string> command = {toolchain.compiler};
  command.insert(command.end(), toolchain.compile_flags.begin(), toolchain.compile_flags.end());
  command.insert(command.end(), {"-shared", "-fPIC", "-x", "c++", "/dev/null", "-x", "none",
                                 "-Wl,--dependency-file=" + list});
  command.insert(command.end(), toolchain.link_flags.begin(), toolchain.link_flags.end());
  command.insert(command.end(), {"-o", scratch + "/empty.so"});
  run_process({command, "", "", {}});
  // A fragment for make: "target: file file \<newline> file", then an empty rule for each file.
  std::string text = read_file(list).value_or("");
  std::ranges::replace(text, '\n', ' ');
  for (std::string name : shell_words(text).value_or(std::vector<std::string>{})) {
    if (name.ends_with(':')) name.pop_back();
    // Temporary objects of this link are gone by now, and its own output is about to be.
    const std::string path = real_path(name);
    if (!path.starts_with(scratch) && stamp_of(path).kind == Stamp::Kind::file) files.insert(path);
  }
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  return files;
}

/// Whether a file belongs to the system, whose files change only with its packages.
bool is_of_system(const std::string& path) {
  const bool is_below = path.starts_with("/usr/") || path.starts_with("/lib");
  return is_below && !path.starts_with("/usr/local/");
}

/// -march=native and its like mean whatever this machine's processor is.
std::string native_processor(const std::vector<std::string>& flags) {
  const bool native =
      std::ranges::any_of(flags, [](const std::string& flag) { return flag.ends_with("=native"); });
  if (!native) return {};
  std::string out;
  for (const std::string& line : split(read_file("/proc/cpuinfo").value_or(""), '\n')) {
    if (line.empty()) break;  // the first processor's lines end here
    if (line.starts_with("model name") || line.starts_with("flags")) out += line + '\n';
  }
  return out;
}

Digest stamp_digest(const std::string& path) {
  const Stamp stamp = stamp_of(path);
  return Digester().add(path).add(stamp.size).add(static_cast<std::uint64_t>(stamp.modified_ns)).finish();
}

Digest file_digest(const std::string& path) {
  return Digester().add(path).add(digest_of(read_file(path).value_or(""))).finish();
}

void add_compiler_part(Toolchain& toolchain) {
  toolchain.parts.push_back({"compiler", Digester()
                                             .add(toolchain.compiler)
                                             .add(toolchain.version)
                                             .add(stamp_digest(toolchain.compiler))
                                             .finish()});
}

/// The flags as they are by now: those of packages come later, and count for their package.
void add_flags_part(Toolchain& toolchain) {
  Digester digester;
  for (const std::string& flag : toolchain.compile_flags) digester.add(flag);
  digester.add("link");
  for (const std::string& flag : toolchain.link_flags) digester.add(flag);
  digester.add(native_processor(toolchain.compile_flags));
  toolchain.parts.push_back({"flags", digester.finish()});
}

void add_environment_parts(Toolchain& toolchain) {
  for (const auto& [name, value] : build_environment())
    toolchain.parts.push_back({"environment " + name, digest_of(value)});
}

/// What is linked: the system's files by stamp, since they change only with their packages; others by
/// content.
void add_library_parts(Toolchain& toolchain, const std::string& folder) {
  for (const std::string& path : linked_files(toolchain, folder)) {
    watch(toolchain, path);
    toolchain.parts.push_back(
        {"library " + file_name(path), is_of_system(path) ? stamp_digest(path) : file_digest(path)});
  }
}

void add_source_parts(Toolchain& toolchain) {
  for (const std::string& path : toolchain.sources)
    toolchain.parts.push_back({"source " + file_name(path), file_digest(path)});
  for (const std::string& path : toolchain.source_headers)
    toolchain.parts.push_back({"header " + file_name(path), file_digest(path)});
}

Digest digest_of_parts(const std::vector<BuildPart>& parts) {
  Digester digester;
  digester.add("toolchain 2");
  for (const BuildPart& part : parts) digester.add(part.name).add(part.digest);
  return digester.finish();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> build_environment() {
  std::vector<std::pair<std::string, std::string>> set;
  for (const char* name : build_variables)
    if (std::getenv(name) != nullptr) set.emplace_back(name, environment_value(name));
  return set;
}

std::string choose_compiler(const BuildRequest& request) {
  if (!request.cxx.empty()) return find_program(request.cxx);
  // The clang++ of the libclang that reads the cell agrees with it about every construct; c++ mostly does.
  for (const char* candidate : {HAMCELL_CLANGXX, HAMCELL_CLANGXX_IN_PATH, "c++", "g++", "clang++"})
    if (std::string found = find_program(candidate); !found.empty()) return found;
  return {};
}

Toolchain resolve_toolchain(const BuildRequest& request, const Directives& directives,
                            const std::string& folder) {
  Toolchain toolchain;
  toolchain.compiler = choose_compiler(request);
  if (toolchain.compiler.empty())
    throw Failure(ExitStatus::usage,
                  request.cxx.empty() ? "no C++ compiler was found"
                                      : "the compiler '" + request.cxx + "' was not found",
                  request.cxx.empty() ? "install one: apt-get install g++"
                                      : "check --cxx and the environment variable CXX");
  const ProcessResult version = run_process({{toolchain.compiler, "--version"}, "", "", {}});
  if (!version.succeeded())
    throw Failure(ExitStatus::usage,
                  "'" + toolchain.compiler + " --version' failed, so it is no compiler that hamcell can use",
                  "check --cxx and the environment variable CXX");
  toolchain.version = version.output.substr(0, version.output.find('\n'));
  toolchain.is_clang = toolchain.version.find("clang") != std::string::npos;
  watch(toolchain, toolchain.compiler);

  std::vector<std::string>& flags = toolchain.compile_flags;
  flags.push_back("-std=" + choose_standard(request, directives));
  flags.push_back("-O2");
  // The user's folders before the packages': a header of the user's own must win.
  flags.push_back("-iquote");
  flags.push_back(folder);
  for (const std::string& include : request.include_folders) flags.push_back("-I" + real_path(include));
  for (const std::string& define : request.defines) flags.push_back("-D" + define);
  std::vector<std::string> from_cell = directives.cxxflags;
  absolute_folders(from_cell, folder);
  flags.insert(flags.end(), from_cell.begin(), from_cell.end());
  std::vector<std::string> from_user = request.cxxflags;
  absolute_folders(from_user, absolute_path("."));
  flags.insert(flags.end(), from_user.begin(), from_user.end());

  std::vector<std::string> cell_links = directives.ldflags;
  absolute_folders(cell_links, folder);
  toolchain.link_flags.insert(toolchain.link_flags.end(), cell_links.begin(), cell_links.end());
  std::vector<std::string> user_links = request.ldflags;
  absolute_folders(user_links, absolute_path("."));
  toolchain.link_flags.insert(toolchain.link_flags.end(), user_links.begin(), user_links.end());
  add_compiler_part(toolchain);
  add_flags_part(toolchain);
  // A flag that matters to both steps (-fopenmp, -fsanitize=…, -pthread) is given to both.
  add_packages(toolchain, directives);
  if (!toolchain.is_clang) add_compiler_headers(toolchain);
  add_sources(toolchain, directives, folder);
  add_environment_parts(toolchain);
  add_library_parts(toolchain, folder);
  add_source_parts(toolchain);
  toolchain.digest = digest_of_parts(toolchain.parts);
  return toolchain;
}

}  // namespace hamcell
