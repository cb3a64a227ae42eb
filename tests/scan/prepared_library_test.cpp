// The standard library is as it was prepared while each of its headers is the one that it was.
#include <unistd.h>

#include "cell/prepared_library.h"
#include "scanned.h"

namespace hamcell {
namespace {

/// The folder of a cell, with one for headers.
class Project {
 public:
  Project() { std::filesystem::create_directories(path("own")); }

  std::string path(const std::string& name) const { return folder_.path() + '/' + name; }
  void write(const std::string& name, const std::string& content = "") const {
    std::filesystem::create_directories(parent_folder(path(name)));
    write_file(path(name), content);
  }
  void remove(const std::string& name) const { std::filesystem::remove_all(path(name)); }

  Toolchain toolchain(Words flags) const {
    BuildRequest request;
    request.cxxflags = std::move(flags);
    return resolve_toolchain(request, {}, folder_.path());
  }
  /// With a folder in front of all others that the compiler searches of its own, as it does
  /// /usr/local/include.
  Toolchain toolchain() const {
    Toolchain found = toolchain({});
    found.search.all.insert(found.search.all.begin(), path("own"));
    return found;
  }

 private:
  KeptFolder folder_;
};

/// Of this build; under a sanitizer, and without clang++, it has none.
bool has_prepared() {
  const bool has = is_library_as_prepared(resolve_toolchain({}, {}, "/"));
  if (!has) MESSAGE("this build has nothing prepared");
  return has;
}

}  // namespace

TEST_CASE("a header in front of any of the library's is seen, and one that the library has not") {
  if (!has_prepared()) return;
  const Project project;
  CHECK(is_library_as_prepared(project.toolchain()));
  for (const char* name : {"vector", "ostream", "bits/stl_vector.h", "bits/ostream.tcc", "stdlib.h",
                           "features.h", "bits/types.h", "tbb/tbb.h", "print", "flat_map", "debug/debug.h"}) {
    CAPTURE(name);
    project.write(std::string("own/") + name);
    CHECK_FALSE(is_library_as_prepared(project.toolchain()));
    project.remove(std::string("own/") + name);
    CHECK(is_library_as_prepared(project.toolchain()));
  }
  project.write("own/other.h");
  project.write("own/map/vector.h");
  CHECK(is_library_as_prepared(project.toolchain()));
  // By the side of the cell, where what the library includes between quotes is looked for.
  for (const char* name : {"vector", "linux/close_range.h"}) {
    project.write(name);
    CHECK_FALSE(is_library_as_prepared(project.toolchain()));
    project.remove(name);
    CHECK(is_library_as_prepared(project.toolchain()));
  }
}

TEST_CASE("with other flags, another compiler or folders of the environment's it is not what was prepared") {
  if (!has_prepared()) return;
  const Project project;
  for (const char* flag : {"-DNDEBUG", "-O0", "-std=c++23", "-fno-exceptions", "-stdlib=libc++",
                           "-I/usr/include", "-isysteminc", "-iquote/"}) {
    CAPTURE(flag);
    CHECK_FALSE(is_library_as_prepared(project.toolchain({flag})));
  }
  BuildRequest by_gcc;
  by_gcc.cxx = "g++";
  CHECK_FALSE(is_library_as_prepared(resolve_toolchain(by_gcc, {}, "/")));
  for (const char* variable : {"CPATH", "CPLUS_INCLUDE_PATH", "C_INCLUDE_PATH"}) {
    ::setenv(variable, "/nowhere", 1);
    CHECK_FALSE(is_library_as_prepared(project.toolchain()));
    ::unsetenv(variable);
  }
  CHECK(is_library_as_prepared(project.toolchain()));
}

TEST_CASE("a toolchain with clang watches where a newer library would be found") {
  const Toolchain toolchain = resolve_toolchain({}, {}, "/");
  if (!toolchain.is_clang) return;
  const auto is_watched = [&](const std::string& path) {
    return std::ranges::any_of(toolchain.watches, [&](const Watch& watch) { return watch.path == path; });
  };
  CHECK(is_watched("/usr/lib/gcc"));
  for (const auto& machine : std::filesystem::directory_iterator("/usr/lib/gcc"))
    CHECK(is_watched(machine.path()));
  // The folder of /usr/include/c++/12, or wherever it is.
  const auto library = std::ranges::find_if(toolchain.search.all, [](const std::string& folder) {
    return stamp_of(folder + "/vector").kind == Stamp::Kind::file;
  });
  REQUIRE(library != toolchain.search.all.end());
  CHECK(is_watched(parent_folder(*library)));
}

TEST_CASE("nothing is prepared of files that may be changing") {
  const Project project;
  const Toolchain toolchain = project.toolchain({"-isystem", project.path("own")});
  if (!toolchain.is_clang) return;
  const auto is_told = [&] {
    ::usleep(100'000);
    return look_at_library(toolchain, now_ns()).has_value();
  };
  const std::int64_t before = now_ns();
  CHECK(is_told());
  project.write("own/vector", "#include_next <vector>\n");
  CHECK_FALSE(look_at_library(toolchain, before));
  CHECK(is_told());
}

}  // namespace hamcell
