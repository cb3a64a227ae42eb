// What pkg-config says about the packages that a cell needs.
#include "cell/packages.h"

#include <cstdlib>
#include <set>

#include "base/process.h"
#include "base/text.h"

namespace hamcell {
namespace {

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

/// Where pkg-config looks for .pc files, by its manual page: PKG_CONFIG_PATH, then PKG_CONFIG_LIBDIR or,
/// where that is not set, the folders that it was built with.
std::vector<std::string> search_folders() {
  const char* const first = std::getenv("PKG_CONFIG_PATH");
  std::vector<std::string> folders = folders_of(first != nullptr ? first : "");
  const char* const rest = std::getenv("PKG_CONFIG_LIBDIR");
  const std::string built_in =
      rest != nullptr ? rest
                      : run_process({{"pkg-config", "--variable=pc_path", "pkg-config"}, "", "", {}}).output;
  for (std::string& folder : folders_of(std::string(trimmed(built_in)))) folders.push_back(std::move(folder));
  return folders;
}

class PackageWatcher {
 public:
  explicit PackageWatcher(std::vector<Watch>& watches) : watches_(watches), folders_(search_folders()) {
    const char* const path = std::getenv("PATH");
    look_up(watches_, folders_of(path != nullptr ? path : ""), "pkg-config");
  }

  /// Watches the .pc file of a package that is there, and of all that it requires.
  void add(const std::string& package) {
    if (!seen_.insert(package).second) return;
    if (package.ends_with(".pc"))
      watch(watches_, absolute_path(package));
    else
      watch_lookup(package);
    for (const char* option : {"--print-requires", "--print-requires-private"}) {
      const ProcessResult result = run_process({{"pkg-config", option, package}, "", "", {}});
      for (const std::string& line : split(result.output, '\n')) add_required(line);
    }
  }

 private:
  /// `line` is "NAME", "NAME >= VERSION" or empty.
  void add_required(const std::string& line) {
    const std::string name(trimmed(line.substr(0, line.find_first_of(" <>=!"))));
    if (name.empty()) return;
    if (run_process({{"pkg-config", "--exists", name}, "", "", {}}).succeeded())
      add(name);
    else
      watch_lookup(name);
  }

  /// In each folder, pkg-config prefers a package that was built and not yet installed.
  void watch_lookup(const std::string& package) {
    for (const std::string& folder : folders_) {
      if (look_up(watches_, {folder}, package + "-uninstalled.pc")) return;
      if (look_up(watches_, {folder}, package + ".pc")) return;
    }
  }

  std::vector<Watch>& watches_;
  std::vector<std::string> folders_;
  std::set<std::string> seen_;
};

}  // namespace

Package find_package(const std::string& name, const Place& place, std::vector<Watch>& watches) {
  Package package;
  package.compile_flags = pkg_config({"--cflags", name}, place, name);
  package.link_flags = pkg_config({"--libs", name}, place, name);
  PackageWatcher(watches).add(name);
  return package;
}

}  // namespace hamcell
