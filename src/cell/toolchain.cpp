// How a cell is compiled and linked: the compiler, every flag as resolved, and what all of that depends on.
#include "cell/toolchain.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>

#include "base/guard.h"
#include "base/process.h"
#include "base/text.h"
#include "cell/linked_files.h"
#include "cell/loaded_files.h"
#include "cell/output_flags.h"
#include "cell/packages.h"
#include "cell/response_file.h"
#include "cell/source_headers.h"

namespace hamcell {
namespace {

/// Of the compile flags, the first that are none of the user's: -std=…, -O2, -iquote and its folder.
constexpr std::ptrdiff_t own_flags = 4;

/// The variables that GCC ("Environment Variables Affecting GCC"), clang and pkg-config document.
constexpr std::array<const char*, 20> build_variables = {"CPATH",
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
                                                         "PKG_CONFIG_ALLOW_SYSTEM_LIBS",
                                                         "PKG_CONFIG_SYSTEM_INCLUDE_PATH",
                                                         "PKG_CONFIG_SYSTEM_LIBRARY_PATH",
                                                         "PKG_CONFIG_DISABLE_UNINSTALLED",
                                                         "LD_LIBRARY_PATH",
                                                         "LD_RUN_PATH",
                                                         "LD_PRELOAD"};

std::string environment_value(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void add_packages(Toolchain& toolchain, const Directives& directives) {
  for (std::size_t i = 0; i < directives.packages.size(); ++i) {
    const std::string& name = directives.packages[i];
    Package package = find_package(name, directives.package_places[i], toolchain.watches);
    Digester digester;
    // A package's headers are the system's: they count by what they are, not token by token, and warn of
    // nothing.
    for (std::string& flag : package.compile_flags) {
      digester.add(flag);
      toolchain.compile_flags.push_back(flag.starts_with("-I") ? "-isystem" + flag.substr(2)
                                                               : std::move(flag));
    }
    digester.add("link");
    for (std::string& flag : package.link_flags) {
      digester.add(flag);
      toolchain.link_flags.push_back(std::move(flag));
    }
    toolchain.parts.push_back({"package " + name, digester.finish()});
  }
}

/// A folder that a flag names, with links and ".." resolved, so that it is one however it is called.
std::string resolved_folder(Toolchain& toolchain, const std::string& path) {
  const std::string written = absolute_path(path);
  std::string target = real_path(written);
  if (target != written) toolchain.links.push_back({written, target});
  return target;
}

/// Makes the folder of -I and its like absolute, since the compiler does not run in the user's folder.
void resolve_folders(Toolchain& toolchain, std::vector<std::string>& flags, const std::string& folder) {
  static constexpr std::array<std::string_view, 5> options = {"-I", "-L", "-isystem", "-iquote", "-include"};
  const auto resolved = [&](const std::string& path) {
    return resolved_folder(toolchain, path.starts_with('/') ? path : folder + '/' + path);
  };
  for (std::size_t i = 0; i < flags.size(); ++i) {
    for (const std::string_view option : options) {
      if (flags[i] == option && i + 1 < flags.size()) {
        if (option != "-include") flags[i + 1] = resolved(flags[i + 1]);
        ++i;
        break;
      }
      const bool attached =
          flags[i].starts_with(option) && flags[i].size() > option.size() && option.size() == 2;
      if (attached) flags[i] = std::string(option) + resolved(flags[i].substr(2));
    }
  }
}

/// Adds flags that were written in `folder`, with what their response files hold.
void add_flags(Toolchain& toolchain, const FlagLine& line, const std::string& folder,
               std::vector<std::string>& out) {
  std::vector<std::string> files;
  std::vector<std::string> flags =
      without_output_flags(expand_response_files(line.words, folder, files), line.place);
  for (const std::string& file : files) look_up(toolchain.watches, {parent_folder(file)}, file_name(file));
  resolve_folders(toolchain, flags, folder);
  out.insert(out.end(), flags.begin(), flags.end());
}

/// libclang knows its own folder of compiler headers. Another compiler's is searched last, so that what only
/// it has (omp.h) is found, and intrinsics are still those that libclang understands.
void add_compiler_headers(Toolchain& toolchain) {
  const ProcessResult result = run_process({{toolchain.compiler, "-print-file-name=include"}, "", "", {}});
  const std::string folder(trimmed(result.output));
  if (result.succeeded() && folder.starts_with('/')) toolchain.scan_flags = {"-idirafter", folder};
}

std::vector<std::string> compile_command(const Toolchain& toolchain) {
  std::vector<std::string> command = {toolchain.compiler};
  command.insert(command.end(), toolchain.compile_flags.begin(), toolchain.compile_flags.end());
  return command;
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

void take_version(Toolchain& toolchain, const ProcessResult& version) {
  if (!version.succeeded())
    throw Failure(ExitStatus::usage,
                  "'" + toolchain.compiler + " --version' failed, so it is no compiler that hamcell can use",
                  "check --cxx and the environment variable CXX");
  toolchain.version = version.output.substr(0, version.output.find('\n'));
  toolchain.is_clang = toolchain.version.find("clang") != std::string::npos;
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

/// The system's files count by stamp, since they change only with their packages; others by content.
void add_file_part(Toolchain& toolchain, const std::string& kind, const std::string& path) {
  toolchain.parts.push_back(
      {kind + ' ' + file_name(path), is_of_system(path) ? stamp_digest(path) : file_digest(path)});
}

/// The further sources, and what they include by the compiler's own word. The system's headers are many and
/// count together.
void add_sources(Toolchain& toolchain, const Directives& directives, const std::string& folder) {
  std::set<std::string> headers;
  for (std::size_t i = 0; i < directives.sources.size(); ++i) {
    const std::string& written = directives.sources[i];
    const std::string path = written.starts_with('/') ? written : absolute_path(folder + '/' + written);
    if (stamp_of(path).kind != Stamp::Kind::file)
      throw Failure(ExitStatus::cell, {directives.source_places[i],
                                       "the source '" + written + "' is not a file",
                                       "paths of '//hamcell:source' are relative to the cell's folder",
                                       {}});
    toolchain.sources.push_back(path);
    toolchain.linked.push_back(path);
    watch(toolchain.watches, path);
    add_file_part(toolchain, "source", path);
    for (std::string& header :
         find_source_headers(compile_command(toolchain), path, folder, toolchain.watches))
      headers.insert(std::move(header));
  }
  Digester of_system;
  for (const std::string& header : headers) {
    if (is_of_system(header))
      of_system.add(stamp_digest(header));
    else
      add_file_part(toolchain, "header", header);
    if (!is_of_system(header)) toolchain.linked.push_back(header);
  }
  if (!headers.empty()) toolchain.parts.push_back({"system headers of sources", of_system.finish()});
}

/// Whether flags for the compiler can concern the linker too: -l, -Wl, -fopenmp, -fsanitize, a file.
bool can_concern_linker(const std::vector<std::string>& flags) {
  static constexpr std::array<std::string_view, 8> others = {"-O", "-g", "-D",    "-U",
                                                             "-I", "-i", "-std=", "-m"};
  return std::ranges::any_of(flags, [](const std::string& flag) {
    if (flag.starts_with("-W")) return flag.starts_with("-Wl,");
    return std::ranges::none_of(others, [&](std::string_view other) { return flag.starts_with(other); });
  });
}

/// Whether LIBRARY_PATH has one of the libraries that every link of C++ takes in.
bool has_replaced_runtime(std::vector<Watch>& watches) {
  bool found = false;
  for (const std::string& folder : folders_of(environment_value("LIBRARY_PATH")))
    for (const char* library : {"libstdc++", "libm", "libgcc_s", "libgcc", "libc"})
      for (const char* ending : {".so", ".a"})
        found = look_up(watches, {folder}, std::string(library) + ending).has_value() || found;
  return found;
}

/// What is linked and what is loaded. Where nothing concerns the linker, it takes in the compiler's own
/// files, and an empty link need not be made.
void add_library_parts(Toolchain& toolchain, const std::string& folder) {
  std::string scratch = temporary_folder_pattern();
  // The loader's list of preloads knows no quotes.
  if (scratch.find_first_of(" :") != std::string::npos) scratch = "/tmp/hamcell-XXXXXX";
  if (::mkdtemp(scratch.data()) == nullptr)
    throw Failure(ExitStatus::storage,
                  "cannot make a folder in '" + parent_folder(scratch) + "': " + std::strerror(errno),
                  "check TMPDIR");
  guard_folder(scratch);
  const std::string probe = scratch + "/probe.so";
  std::set<std::string> files;
  std::vector<std::string> given(toolchain.compile_flags.begin() + own_flags, toolchain.compile_flags.end());
  if (!toolchain.link_flags.empty() || can_concern_linker(given) || has_replaced_runtime(toolchain.watches))
    files = linked_files(compile_command(toolchain), toolchain.link_flags, folder, probe, toolchain.watches);
  files.merge(loaded_files(probe, toolchain.watches));
  for (const std::string& path : files) {
    add_file_part(toolchain, "library", path);
    if (!is_of_system(path)) toolchain.linked.push_back(path);
  }
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  forget_folder(scratch);
}

/// clang takes the standard library of the newest GCC that it finds, which may come without clang's changing.
void watch_choice_of_library(Toolchain& toolchain) {
  const std::string installations = "/usr/lib/gcc";
  watch(toolchain.watches, installations);
  std::error_code error;
  for (std::filesystem::directory_iterator at(installations, error), end; !error && at != end;
       at.increment(error))
    watch(toolchain.watches, at->path());
  for (const std::string& folder : toolchain.search.all) {
    const std::string version = file_name(folder);
    if (!version.empty() && version.front() >= '0' && version.front() <= '9')
      watch(toolchain.watches, parent_folder(folder));
  }
}

Digest digest_of_parts(const std::vector<BuildPart>& parts) {
  Digester digester;
  digester.add("toolchain 3");
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

std::vector<std::string> own_compile_flags() {
  const std::string& include = installation().include;
  // Where the system's folders are searched anyway, -isystem would change their order.
  if (include == "/usr/include" || include == "/usr/local/include") return {"-fPIC"};
  return {"-fPIC", "-isystem", include};
}

std::vector<std::string> command_for_cells(const Toolchain& toolchain) {
  std::vector<std::string> command = compile_command(toolchain);
  for (std::string& flag : own_compile_flags()) command.push_back(std::move(flag));
  return command;
}

std::vector<std::string> arguments_for_parser(const Toolchain& toolchain) {
  std::vector<std::string> arguments = toolchain.compile_flags;
  arguments.insert(arguments.end(), toolchain.scan_flags.begin(), toolchain.scan_flags.end());
  for (std::string& flag : own_compile_flags()) arguments.push_back(std::move(flag));
  return arguments;
}

void add_compilers_headers(Toolchain& toolchain, const std::vector<SourceFile>& scanned,
                           const std::string& content, const std::string& folder) {
  if (toolchain.is_clang) {
    watch_search(toolchain.search, content, scanned, folder, toolchain.watches);
  } else {
    const std::vector<std::string> command = command_for_cells(toolchain);
    std::set<std::string> known;
    for (const SourceFile& file : scanned) known.insert(real_path(file.path));
    Digester of_system;
    for (const std::string& header : find_cell_headers(command, content, folder, toolchain.watches)) {
      if (known.contains(real_path(header))) continue;
      if (is_of_system(header))
        of_system.add(stamp_digest(header));
      else
        add_file_part(toolchain, "header", header);
    }
    toolchain.parts.push_back({"headers of the compiler", of_system.finish()});
    toolchain.digest = digest_of_parts(toolchain.parts);
  }
  drop_repeated(toolchain.watches);
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
  const ProcessRequest version_request{{toolchain.compiler, "--version"}, "", "", {}};
  BackgroundProcess asked_version(version_request);
  watch(toolchain.watches, toolchain.compiler);

  std::vector<std::string>& flags = toolchain.compile_flags;
  flags.push_back("-std=" + choose_standard(request, directives));
  flags.push_back("-O2");
  // The user's folders before the packages': a header of the user's own must win.
  flags.push_back("-iquote");
  flags.push_back(folder);
  const std::string here = absolute_path(".");
  for (const std::string& include : request.include_folders)
    flags.push_back("-I" + resolved_folder(toolchain, include));
  for (const std::string& define : request.defines) flags.push_back("-D" + define);
  for (const FlagLine& line : directives.cxxflags) add_flags(toolchain, line, folder, flags);
  add_flags(toolchain, {request.cxxflags, {}}, here, flags);
  for (const FlagLine& line : directives.ldflags) add_flags(toolchain, line, folder, toolchain.link_flags);
  add_flags(toolchain, {request.ldflags, {}}, here, toolchain.link_flags);

  // An answer takes as long as a compiler takes to start: both are asked for at once where both will be
  // needed.
  std::optional<HeaderSearchQuestion> asked_search;
  const bool is_called_clang = file_name(toolchain.compiler).find("clang") != std::string::npos;
  if (is_called_clang && directives.packages.empty())
    asked_search.emplace(command_for_cells(toolchain), folder);
  ProcessResult version = asked_version.wait(nullptr);
  if (version.succeeded() && version.output.empty()) version = run_process(version_request);
  take_version(toolchain, version);

  add_compiler_part(toolchain);
  add_flags_part(toolchain);
  // A flag that matters to both steps (-fopenmp, -fsanitize=…, -pthread) is given to both.
  add_packages(toolchain, directives);
  if (!toolchain.is_clang) add_compiler_headers(toolchain);
  add_sources(toolchain, directives, folder);
  add_environment_parts(toolchain);
  add_library_parts(toolchain, folder);
  toolchain.digest = digest_of_parts(toolchain.parts);
  if (toolchain.is_clang) {
    if (!asked_search) asked_search.emplace(command_for_cells(toolchain), folder);
    toolchain.search = asked_search->answer();
    watch_choice_of_library(toolchain);
  }
  drop_repeated(toolchain.watches);
  return toolchain;
}

}  // namespace hamcell
