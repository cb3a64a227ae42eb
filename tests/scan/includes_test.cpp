// Files that take part in a scan, and lookups that found nothing.
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "scanned.h"

using namespace hamcell;

namespace {

/// A folder that is gone after the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hamcell scan XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name) const { return path_ + "/" + name; }
  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories(parent_folder(path(name)));
    write_file(path(name), content);
  }
  CellModel scan(const std::string& content, std::vector<std::string> arguments = {}) const {
    return scan_each_way({path("cell.cpp"), path_, content, std::move(arguments)});
  }

 private:
  std::string path_;
};

bool is_absent(const CellModel& model, const std::string& path) {
  return std::any_of(model.absent.begin(), model.absent.end(),
                     [&](const AbsentFile& file) { return file.path == path; });
}

const SourceFile* file(const CellModel& model, const std::string& path) {
  for (const SourceFile& source : model.files)
    if (source.path == path) return &source;
  return nullptr;
}

}  // namespace

TEST_CASE("the user's headers and the system's are listed apart, with digests") {
  const TemporaryFolder folder;
  folder.write("own.h", "#include <stddef.h>\nstruct Own { int a; };\n");
  const CellModel model = folder.scan("#include \"own.h\"\nOwn f() { return {}; }\n");
  CHECK(model.problems.empty());
  REQUIRE(file(model, folder.path("own.h")) != nullptr);
  CHECK_FALSE(file(model, folder.path("own.h"))->is_system);
  CHECK(file(model, folder.path("own.h"))->content ==
        digest_of("#include <stddef.h>\nstruct Own { int a; };\n"));
  CHECK(std::any_of(model.files.begin(), model.files.end(), [](const SourceFile& source) {
    return source.is_system && source.path.ends_with("/stddef.h");
  }));
  CHECK(file(model, folder.path("cell.cpp")) == nullptr);
  CHECK_FALSE(model.searched_system_folders.empty());
}

TEST_CASE("a header's tokens count for code versions, its comments do not") {
  const TemporaryFolder folder;
  const auto version = [&](const std::string& header) {
    folder.write("own.h", header);
    return function(folder.scan("#include \"own.h\"\nint f() { return own(); }\n"), "f").code.version;
  };
  const Digest first = version("static int own() { return 1; }\n");
  CHECK(first != version("static int own() { return 2; }\n"));
  CHECK(first == version("// comment\nstatic int own() {\n return 1; }\n"));
}

TEST_CASE("a file that is included inside a function counts") {
  const TemporaryFolder folder;
  const auto version = [&](const std::string& data) {
    folder.write("coeffs.inc", data);
    return function(folder.scan("int f() { int c[] = {\n#include \"coeffs.inc\"\n}; return c[0]; }\n"), "f")
        .code.version;
  };
  CHECK(version("1, 2\n") != version("1, 3\n"));
}

TEST_CASE("folders that were searched in vain before the header was found are watched") {
  const TemporaryFolder folder;
  folder.write("second/lib/x.h", "static int x = 1;\n");
  std::filesystem::create_directories(folder.path("first"));
  const CellModel model =
      folder.scan("#include \"lib/x.h\"\n#include <stddef.h>\nint f() { return x; }\n",
                  {"-I" + folder.path("first"), "-I", folder.path("second"), "-I" + folder.path("third")});
  CHECK(model.problems.empty());
  CHECK(is_absent(model, folder.path("lib")));
  CHECK(is_absent(model, folder.path("first/lib")));
  CHECK_FALSE(is_absent(model, folder.path("third/lib")));
  CHECK(is_absent(model, folder.path("third/stddef.h")));
  CHECK_FALSE(is_absent(model, folder.path("stddef.h")));
}

TEST_CASE("__has_include watches what it asked for, there or not") {
  const TemporaryFolder folder;
  folder.write("there.h", "");
  const CellModel model = folder.scan(
      "#if __has_include(\"gone.h\") || __has_include(\"there.h\")\n#endif\nint f() { return 1; }\n");
  CHECK(is_absent(model, folder.path("gone.h")));
  CHECK(file(model, folder.path("there.h")) != nullptr);
}

TEST_CASE("attributes, documentation and defaults on a declaration in the user's header count") {
  const TemporaryFolder folder;
  folder.write("own.h", "int helper();\n/// Told in the header.\n[[ham::cache]] int f(int n = helper());\n");
  const std::string content = "// top\n#include \"own.h\"\nint f(int n) { return n; }\n";
  const CellModel model = folder.scan(content);
  const NodeFunction& f = function(model, "f");
  CHECK(f.marked_cache);
  CHECK(f.documentation == "Told in the header.");
  REQUIRE(f.parameters.at(0).default_argument);
  CHECK(f.parameters[0].default_argument->text == "helper()");
  CHECK(content.substr(0, f.parameters[0].default_argument->insertion_offset) ==
        "// top\n#include \"own.h\"\n");
}
