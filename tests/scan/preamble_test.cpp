// The top of a cell is parsed once for all its states, and a scan finds the same as if it were not.
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/user_cache.h"
#include "scanned.h"

namespace hamcell {
namespace {

Words lines_of(const std::string& content) {
  Words out;
  for (const Preamble::Include& include : find_preamble(content).includes) out.push_back(include.line);
  return out;
}

/// A folder with headers of a system and of a user, and one for what is precompiled.
class Project {
 public:
  Project() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hamcell-preamble-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    for (const char* folder : {"early", "system", "own", "kept"})
      std::filesystem::create_directories(path(folder));
    std::filesystem::permissions(path("kept"), std::filesystem::perms::owner_all);
  }
  ~Project() { std::filesystem::remove_all(path_); }
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  std::string path(const std::string& name) const { return path_ + "/" + name; }

  /// What is younger than a tick of the file system's clock is not remembered.
  void write(const std::string& name, const std::string& content) const {
    settled_ = {};
    write_file(path(name), content);
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
  }

  ScanRequest request(const std::string& content) const {
    return {path("cell.cpp"),
            path_,
            content,
            {"-I" + path("own"), "-isystem", path("early"), "-isystem", path("system")}};
  }

  CellModel scan(const std::string& content) const {
    ScanRequest request = this->request(content);
    CellModel whole = scan_cell(request);
    request.preambles = path("kept");
    request.settled_preamble = settled_;
    scan_cell(request);  // what is met for the first time is not precompiled
    CellModel model = scan_cell(request);
    settled_ = digest_of_preamble(request.arguments, find_preamble(content).text(model.fit_includes));
    CHECK(to_bytes(model) == to_bytes(whole));
    return model;
  }

  void remove(const std::string& name) const {
    settled_ = {};
    std::filesystem::remove(path(name));
  }

  Words kept(const std::string& ending) const {
    Words out;
    for (const auto& file : std::filesystem::directory_iterator(path("kept")))
      if (file.path().string().ends_with(ending)) out.push_back(file.path());
    return out;
  }

 private:
  std::string path_;
  mutable Digest settled_;  ///< what the driver knows to be as it was
};

const std::string cell = "#include <length.h>\nint f() { return length() + 1; }\n";

}  // namespace

TEST_CASE("the preamble of a cell ends with its first line that is no plain include") {
  CHECK(lines_of("#include <a>\n#include <b/c.h>\nint x;\n#include <d>\n") ==
        Words{"#include <a>", "#include <b/c.h>"});
  CHECK(lines_of("\xEF\xBB\xBF// one\n/* two\n   three */ # include\t<a>  // four\n\n  #  include <b>/* five "
                 "*/\n") == Words{"#include <a>", "#include <b>"});
  CHECK(lines_of("//hamcell:pkg x\r\n#include <a>\r\n") == Words{"#include <a>"});
  CHECK(lines_of("#include <a>") == Words{"#include <a>"});
  CHECK(lines_of("#define A\n#include <a>\n").empty());
  CHECK(lines_of("#pragma once\n#include <a>\n").empty());
  CHECK(lines_of("#include \"a\"\n#include <b>\n").empty());
  CHECK(lines_of("#include A\n").empty());
  CHECK(lines_of("#include <a> x\n").empty());
  CHECK(lines_of("#include <a\n>\n").empty());
  CHECK(lines_of("#include <>\n").empty());
  CHECK(lines_of("#include_next <a>\n").empty());
  CHECK(lines_of("#include <a> \\\nint x;\n").empty());
  CHECK(lines_of("// one \\\n#include <a>\n").empty());
  CHECK(lines_of("#include <a> /* one\n two */\n").empty());
  CHECK(lines_of("/* one\n#include <a>\n").empty());
  CHECK(lines_of("").empty());
}

TEST_CASE("without its preamble everything in a cell is where it was") {
  const std::string content = "// x <y>\n#include <a> // one\n # include <b>\nint x;\n";
  const Preamble preamble = find_preamble(content);
  CHECK(preamble.text(2) == "#include <a>\n#include <b>\n");
  CHECK(preamble.removed_from(content, 2) == "// x <y>\n             // one\n              \nint x;\n");
  CHECK(preamble.removed_from(content, 1) == "// x <y>\n             // one\n # include <b>\nint x;\n");
}

TEST_CASE("what is precompiled is used until something that it was made of changes") {
  const Project project;
  project.write("system/length.h", "inline int length() { return 1; }\n#define WIDE 2\n");
  const Digest first = function(project.scan(cell), "f").code.version;
  REQUIRE(project.kept(".pch").size() == 1);
  const Stamp made = stamp_of(project.kept(".pch").front());
  CHECK(function(project.scan(cell + "int g() { return WIDE; }\n"), "f").code.version == first);
  CHECK(stamp_of(project.kept(".pch").front()) == made);

  project.write("system/length.h", "inline int length() { return 7; }\n#define WIDE 2\n");
  CHECK(function(project.scan(cell), "f").code.version != first);
  CHECK(stamp_of(project.kept(".pch").front()) != made);
  project.write("system/length.h", "inline int length() { return 1; }\n#define WIDE 2\n");
  CHECK(function(project.scan(cell), "f").code.version == first);
}

TEST_CASE(
    "includes that are met for the first time are read with their cell, and precompiled the next time") {
  const Project project;
  project.write("system/length.h", "inline int length() { return 1; }\n");
  project.write("own/mine.h", "inline int mine() { return 1; }\n");
  ScanRequest request =
      project.request("#include <length.h>\n#include <mine.h>\nint f() { return mine(); }\n");
  request.preambles = project.path("kept");
  CHECK(scan_cell(request).fit_includes == 1);
  CHECK(project.kept(".pch").empty());
  CHECK(scan_cell(request).fit_includes == 1);
  CHECK(project.kept(".pch").size() == 1);
  // Those that lead to the user's files were never tried.
  CHECK(project.kept(".h").size() == 1);
}

TEST_CASE("a header that appears in front of a precompiled one is found") {
  const Project project;
  project.write("system/length.h", "inline int length() { return 1; }\n");
  const Digest first = function(project.scan(cell), "f").code.version;
  REQUIRE(project.kept(".pch").size() == 1);
  project.write("early/length.h", "inline int length() { return 2; }\n");
  CHECK(function(project.scan(cell), "f").code.version != first);
  project.remove("early/length.h");
  CHECK(function(project.scan(cell), "f").code.version == first);
  project.write("own/length.h", "inline int length() { return 3; }\n");
  CHECK(function(project.scan(cell), "f").code.version != first);
}

TEST_CASE("of includes that lead to the user's files only those in front are precompiled") {
  const Project project;
  project.write("system/length.h", "inline int length() { return 1; }\n");
  project.write("own/mine.h", "#pragma once\ninline int mine() { return 1; }\n");
  project.write("own/uses_mine.h", "#include <mine.h>\n");
  const std::string includes = "#include <length.h>\n#include <uses_mine.h>\n#include <stddef.h>\n";
  const Digest first = function(project.scan(includes + "int f() { return mine(); }\n"), "f").code.version;
  CHECK(project.kept(".pch").size() == 1);
  CHECK(project.kept(".preamble").size() == 2);
  // That it was tried with all of them is remembered, too.
  std::vector<Stamp> before;
  for (const std::string& file : project.kept(".preamble")) before.push_back(stamp_of(file));
  project.scan(includes + "int f() { return 2 * mine(); }\n");
  std::vector<Stamp> after;
  for (const std::string& file : project.kept(".preamble")) after.push_back(stamp_of(file));
  CHECK(after == before);
  project.write("own/mine.h", "#pragma once\ninline int mine() { return 2; }\n");
  const CellModel model =
      project.scan(includes + "int f() { return mine(); }\nint g() { return length(); }\n");
  CHECK(model.fit_includes == 1);
  CHECK(function(model, "f").code.version != first);
}

TEST_CASE("a precompiled file that was damaged, or that others could have written, is made anew") {
  const Project project;
  project.write("system/length.h", "inline int length() { return 1; }\n");
  project.scan(cell);
  REQUIRE(project.kept(".pch").size() == 1);
  for (const std::string& file : {project.kept(".pch").front(), project.kept(".preamble").front()}) {
    const std::string whole = read_file(file).value();
    for (const std::size_t at : {std::size_t{9}, whole.size() / 2, whole.size() - 1}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      write_file(file, damaged);
      CHECK(function(project.scan(cell), "f").begin_line == 2);
      CHECK(read_file(file) != damaged);
    }
    write_file(file, whole.substr(0, whole.size() / 2));
    project.scan(cell);
    CHECK(read_file(file).value().size() > whole.size() / 2);
    const Stamp before = stamp_of(file);
    std::filesystem::permissions(file, std::filesystem::perms::all);
    project.scan(cell);
    CHECK(stamp_of(file).inode != before.inode);
  }
}

TEST_CASE("a preamble with an error in it is read with its cell") {
  const Project project;
  project.write("system/length.h", "inline int length() { return one; }\n");
  CHECK(!project.scan(cell).problems.empty());
  CHECK(!project.scan("#include <nowhere.h>\nint f() { return 1; }\n").problems.empty());
  CHECK(project.kept(".pch").empty());
}

}  // namespace hamcell
