// What an installation holds precompiled stands for just what a scan would read without it.
#include <unistd.h>

#include "scanned.h"

namespace hamcell {
namespace {

/// A cell with these headers, which uses something of each set.
std::string cell_with(const std::string& top) {
  return top +
         "\nstatic double twice(double x) { return 2 * std::sqrt(x * x) + INT_MAX * 0.0; }\n"
         "std::vector<double> doubled(const std::vector<double>& given) {\n"
         "  std::vector<double> out;\n"
         "  for (const double x : given) out.push_back(twice(x));\n"
         "  return out;\n}\n"
         "double total(const std::vector<double>& doubled) {\n"
         "  double sum = 0;\n  for (const double x : doubled) sum += x;\n  return sum;\n}\n";
}

std::string includes(const Words& names) {
  std::string text;
  for (const std::string& name : names) text += "#include <" + name + ">\n";
  return text;
}

/// A project with folders for headers, of which the first ones are empty.
class Project {
 public:
  Project() {
    for (const char* name : {"early", "own", "prepared"}) std::filesystem::create_directories(path(name));
  }

  std::string path(const std::string& name) const { return folder_.path() + '/' + name; }
  void write(const std::string& name, const std::string& content) const { write_file(path(name), content); }

  ScanRequest request(const std::string& content) const {
    ScanRequest request{
        path("cell.cpp"), folder_.path(), content, {"-iquote", folder_.path(), "-isystem", path("early")}};
    request.prepared = path("prepared");
    return request;
  }

  bool prepare(const PreparedSet& set) const { return hamcell::prepare(request(header_text(set))); }

  std::string made(const std::string& ending) const {
    for (const auto& file : std::filesystem::directory_iterator(path("prepared")))
      if (file.path().string().ends_with(ending)) return file.path();
    return {};
  }

 private:
  KeptFolder folder_;
};

const PreparedSet pair = {"string", "vector"};
const std::string with_pair = includes({"string", "vector"});

}  // namespace

TEST_CASE("a cell is what it is, in whatever order it includes what is prepared, and whatever else") {
  for (const std::string& top :
       {includes({"cmath", "vector", "climits"}), includes({"climits", "vector", "cmath", "numeric"}),
        includes({"algorithm", "climits", "cmath", "map", "string", "vector"}),
        includes({"climits", "vector", "string", "map", "cmath", "algorithm", "optional", "sstream"}),
        includes({"climits", "vector", "vector", "cmath", "string", "vector"}),
        "// first\n/* and */ # include <vector> // third\n\n" + includes({"cmath", "climits"}),
        includes({"climits", "cmath", "vector"}) + "#include <sys/stat.h>\n#define SIZE 3\n",
        includes({"climits", "cmath", "vector"}) + "#if __has_include(<vector>)\n#include <array>\n#endif\n",
        "\xEF\xBB\xBF" + includes({"climits", "cmath", "vector", "string"})}) {
    CAPTURE(top);
    const CellModel model = scanned(cell_with(top));
    CHECK(model.problems.empty());
    CHECK(names(model) == Words{"doubled", "total"});
  }
}

TEST_CASE("what is wrong with a cell is told as without what is prepared") {
  for (const std::string& body :
       {std::string("int f() { return missing; }\n"),
        std::string("std::vector<int> f() { return {\"x\"}; }\n"),
        std::string("std::map<int, int> f() { return {}; }\n"), std::string("int f( { return 1; }\n"),
        std::string("#error stop\nint f() { return 1; }\n"), std::string("#include <nowhere.h>\n"),
        std::string("std::vector<void> f();\nint g() { return sizeof(std::vector<void>); }\n")})
    scanned(with_pair + body);
}

TEST_CASE("headers of the user's behind the library's are read, and count") {
  const Project project;
  REQUIRE(project.prepare(pair));
  const std::string content = with_pair + "#include \"own.h\"\nint f() { return own(); }\n";
  project.write("own.h", "inline int own() { return 1; }\n");
  REQUIRE(find_prepared(project.request(content)));
  const Digest first = function(scan_cell(project.request(content)), "f").code.version;
  project.write("own.h", "inline int own() { return 2; }\n");
  CHECK(function(scan_cell(project.request(content)), "f").code.version != first);
}

TEST_CASE("what is prepared is used only where nothing stands in front that could change it") {
  const Project project;
  REQUIRE(project.prepare(pair));
  const auto is_used = [&](const std::string& content) {
    return find_prepared(project.request(content)).has_value();
  };
  CHECK(is_used(with_pair));
  CHECK(is_used(includes({"vector", "map", "string", "length.h"})));
  CHECK(is_used(includes({"climits", "vector", "string"}) + "#include \"own.h\"\n"));
  CHECK_FALSE(is_used("#define NDEBUG\n" + with_pair));
  CHECK_FALSE(is_used("#include \"own.h\"\n" + with_pair));
  CHECK_FALSE(is_used("#pragma GCC optimize(\"O1\")\n" + with_pair));
  CHECK_FALSE(is_used(includes({"length.h", "string", "vector"})));
  CHECK_FALSE(is_used(includes({"string", "length.h", "vector"})));
  CHECK_FALSE(is_used(includes({"string"})));
  CHECK_FALSE(is_used("int x;\n" + with_pair));
  CHECK_FALSE(is_used(""));
}

TEST_CASE("what is prepared for other flags is not used, the folder of the cell aside") {
  const Project project;
  REQUIRE(project.prepare(pair));
  ScanRequest request = project.request(with_pair);
  request.arguments[1] = "/";
  CHECK(find_prepared(request));
  for (const char* flag : {"-O2", "-DNDEBUG", "-std=c++23", "-include", "-fno-exceptions", "-I/usr/include",
                           "-isysteminc", "-iquote"}) {
    ScanRequest other = request;
    other.arguments.emplace_back(flag);
    CHECK_FALSE(find_prepared(other));
  }
  ScanRequest other = request;
  other.is_for_other_compiler = true;
  CHECK_FALSE(find_prepared(other));
  other = request;
  other.prepared.clear();
  CHECK_FALSE(find_prepared(other));
}

TEST_CASE("what is prepared of a file that has changed is not used") {
  const Project project;
  project.write("early/vector", "#include_next <vector>\n");
  REQUIRE(project.prepare(pair));
  const ScanRequest request = project.request(with_pair);
  REQUIRE(find_prepared(request));
  project.write("early/vector", "#include_next <vector> \n");
  CHECK_FALSE(find_prepared(request));
  project.write("early/vector", "#include_next <vector>\n");
  CHECK(find_prepared(request));
  std::filesystem::remove(project.path("early/vector"));
  CHECK_FALSE(find_prepared(request));
}

TEST_CASE("nothing is prepared of headers with an error in them") {
  const Project project;
  project.write("early/vector", "#include <nowhere.h>\n");
  CHECK_FALSE(project.prepare(pair));
}

TEST_CASE("what is prepared is not used where it is damaged") {
  const Project project;
  REQUIRE(project.prepare(pair));
  const ScanRequest request = project.request(with_pair);
  for (const char* ending : {".pch", ".record"}) {
    const std::string file = project.made(ending);
    const std::string whole = read_file(file).value();
    for (const std::size_t at : {std::size_t{9}, whole.size() / 2, whole.size() - 1}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      write_file(file, damaged);
      CHECK_FALSE(find_prepared(request));
    }
    write_file(file, whole.substr(0, whole.size() / 2));
    CHECK_FALSE(find_prepared(request));
    std::filesystem::remove(file);
    CHECK_FALSE(find_prepared(request));
    write_file(file, whole);
    CHECK(find_prepared(request));
  }
  // The parser itself notices that the header is another.
  write_file(project.made(".h"), "#include <string>\n");
  const CellModel model = scan_cell(project.request(with_pair + "int f() { return 1; }\n"));
  CHECK(model.problems.empty());
  CHECK(names(model) == Words{"f"});
}

TEST_CASE("a preamble that stands on what is prepared is made anew where that is another or gone") {
  const Project project;
  const KeptFolder kept;
  REQUIRE(project.prepare(pair));
  const std::string content = includes({"vector", "string", "optional"}) + "int f() { return 1; }\n";
  ScanRequest request = project.request(content);
  const std::string whole = to_bytes(scan_cell(request));
  request.preambles = kept.path();
  const auto scan = [&] {
    const CellModel model = scan_cell(request);
    request.settled_preamble =
        digest_of_preamble(request.arguments, find_preamble(content).text(model.fit_includes));
    CHECK(to_bytes(model) == whole);
  };
  const auto stamp = [&] {
    for (const auto& file : std::filesystem::directory_iterator(kept.path()))
      if (file.path().extension() == ".pch") return stamp_of(file.path());
    return Stamp{};
  };
  scan();
  scan();
  const Stamp small = stamp();
  CHECK(small.size > 0);
  scan();
  CHECK(stamp() == small);
  REQUIRE(project.prepare(pair));
  scan();
  const Stamp again = stamp();
  CHECK(again != small);
  scan();
  CHECK(stamp() == again);
  std::filesystem::remove_all(project.path("prepared"));
  scan();
  CHECK(stamp().size > 2 * small.size);
}

}  // namespace hamcell
