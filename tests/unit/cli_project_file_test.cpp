// Where hamcell.toml is looked for, when it counts, and what its keys set.
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cli/option_table.h"
#include "cli/options.h"

namespace fs = std::filesystem;
using namespace hamcell;

namespace {

using Words = std::vector<std::string>;

/// An empty folder with a root mark, which is the current one while this lives. What is made in it is not
/// writable by others, and HOME comes back afterwards.
class Folder {
 public:
  Folder() : before_(fs::current_path()), umask_(::umask(022)) {
    std::string name = (fs::temp_directory_path() / "hamcell-toml-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = fs::canonical(name).string();
    fs::create_directory(path + "/.git");
    fs::current_path(path);
    const char* home = ::getenv("HOME");
    if (home != nullptr) home_ = home;
    ::unsetenv("HAMCELL_CACHE_DIR");
  }
  ~Folder() {
    ::setenv("HOME", home_.c_str(), 1);
    fs::current_path(before_);
    fs::remove_all(path);
    ::umask(umask_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& content) const {
    fs::create_directories(fs::path(path + "/" + name).parent_path());
    std::ofstream(path + "/" + name) << content;
    fs::permissions(path + "/" + name, fs::perms(0644));
  }

  std::string path;

 private:
  fs::path before_;
  mode_t umask_;
  std::string home_;
};

RunOptions run_with(const std::string& toml, Words words = {"cell.cpp"}) {
  Folder folder;
  folder.write("hamcell.toml", toml);
  const Options options = read_command_line(words);
  CHECK(options.warnings.empty());
  return options.run;
}

Problem problem_with(const std::string& toml) {
  Folder folder;
  folder.write("hamcell.toml", toml);
  try {
    read_command_line({"cell.cpp"});
  } catch (const Failure& failure) {
    CHECK(failure.status() == ExitStatus::usage);
    return failure.problems().front();
  }
  return {};
}

Words texts(const std::vector<Binding>& bindings) {
  Words words;
  for (const Binding& binding : bindings) words.push_back(binding.name + "=" + binding.value);
  return words;
}

}  // namespace

TEST_CASE("hamcell.toml sets options by their long names, with '-' or '_'") {
  Folder folder;
  folder.write(
      "hamcell.toml",
      "jobs = 3\nkeep_going = true\nformat = \"svg\"\nstd = \"c++23\"\ncxx = \"g++\"\n"
      "cxxflags = \"-O3 '-DA=b c'\"\nldflags = [\"-lm\", \"-Wl,a b\"]\ninclude = [\"inc\", \"/opt/inc\"]\n"
      "define = \"A=1\"\ndefault-behavior = \"disable\"\ncolor = \"never\"\nlog-level = \"debug\"\n"
      "show-results = true\ncache-dir = \"kept\"\ndisplay = true\nmodule-name = \"wet\"\nno-cache = false\n"
      "recompute = [\"a\", \"b\"]\nlog-file = \"logs/a.jsonl\"\n");
  const Options options = read_command_line({"cell.cpp"});
  const RunOptions& run = options.run;
  CHECK(run.jobs == 3);
  CHECK(run.keep_going);
  CHECK(run.format == PictureFormat::svg);
  CHECK(run.display.given);
  CHECK(run.display.format == PictureFormat::svg);
  CHECK(run.standard == "c++23");
  CHECK(run.cxx == "g++");
  CHECK(run.cxxflags == Words{"-O3", "-DA=b c"});
  CHECK(run.ldflags == Words{"-lm", "-Wl,a b"});
  CHECK(run.include_folders == Words{folder.path + "/inc", "/opt/inc"});
  CHECK(run.defines == Words{"A=1"});
  CHECK(run.default_behavior == Behavior::disable);
  CHECK(run.show_results == true);
  CHECK(run.cache_dir == folder.path + "/kept");
  CHECK(run.module_name == "wet");
  CHECK(!run.no_cache);
  REQUIRE(run.behaviors.size() == 1);
  CHECK(run.behaviors[0].nodes == Words{"a", "b"});
  CHECK(options.color == ColorWhen::never);
  CHECK(options.log_level == LogLevel::debug);
  CHECK(options.log_file == folder.path + "/logs/a.jsonl");
}

TEST_CASE("values of inputs that are not strings become JSON text") {
  const RunOptions run = run_with(
      "[inputs]\na = 1\nb = 2.0\nc = true\nd = \"as it stands\"\ne = [1, \"x\"]\nf = {y = [1.5]}\ng = nan\nh "
      "= 2026-01-02\n"
      "i = 0.1\nj = -9223372036854775808\nk = \"@@at\"\nl = \"\"\nm = -inf\n");
  CHECK(texts(run.inputs) == Words{"a=1", "b=2.0", "c=true", "d=as it stands", "e=[1,\"x\"]",
                                   "f={\"y\":[1.5]}", "g=\"NaN\"", "h=\"2026-01-02\"", "i=0.1",
                                   "j=-9223372036854775808", "k=@@at", "l=", "m=\"-Infinity\""});
  CHECK(run.inputs[0].origin == "hamcell.toml:2");
}

TEST_CASE("the file of an input is relative to the folder of hamcell.toml") {
  Folder folder;
  folder.write("hamcell.toml", "inputs = {days = \"@data/days.csv\"}\n");
  fs::create_directory("sub");
  fs::current_path("sub");
  const RunOptions run = read_command_line({"cell.cpp"}).run;
  CHECK(texts(run.inputs) == Words{"days=@" + folder.path + "/data/days.csv"});
  CHECK(run.inputs[0].origin == folder.path + "/hamcell.toml:1");
}

TEST_CASE("the command line wins over the file") {
  const std::string toml =
      "jobs = 3\nformat = \"svg\"\nshow-results = true\nquiet = true\nlog-level = \"error\"\ndisplay = "
      "\"a.svg\"\n"
      "inputs = {a = 1, b = 2}\nrecompute = [\"x\", \"y\"]\nignore = true\ncache-dir = \"c\"\ndefine = "
      "[\"A=1\"]\ninclude = \"/inc\"\n";
  const RunOptions run =
      run_with(toml, {"cell.cpp", "-j5", "--hide-results", "--format=pdf", "-d", "-i", "a=3", "--disable=x",
                      "--default", "--cache-dir=/opt", "-DA=2", "-I/mine"});
  CHECK(run.jobs == 5);
  CHECK(run.format == PictureFormat::pdf);
  CHECK(run.show_results == false);
  CHECK(run.display.file->ends_with("/a.svg"));
  CHECK(texts(run.inputs) == Words{"b=2", "a=3"});
  CHECK(run.cache_dir == "/opt");
  CHECK(run.defines == Words{"A=1", "A=2"});
  CHECK(run.include_folders == Words{"/mine", "/inc"});
  for (const BehaviorRequest& request : run.behaviors) {
    CAPTURE(behavior_name(request.behavior));
    CHECK(request.all == (request.behavior == Behavior::standard));
    CHECK(request.nodes == (request.behavior == Behavior::recompute ? Words{"y"}
                            : request.behavior == Behavior::disable ? Words{"x"}
                                                                    : Words{}));
  }
  CHECK(run.behaviors.size() == 3);
  Folder folder;
  folder.write("hamcell.toml", toml);
  const Options options = read_command_line({"cell.cpp", "-v"});
  CHECK(!options.quiet);
  CHECK(options.log_level == LogLevel::info);
}

TEST_CASE("display-cache in the file counts only when something is run") {
  CHECK(!run_with("display-cache = true\n").display_cache.given);
  CHECK(run_with("display-cache = true\n", {"cell.cpp", "-x"}).display_cache.given);
  CHECK(!run_with("display-cache = true\n", {"cell.cpp", "-x", "-n"}).display_cache.given);
}

TEST_CASE("the environment's cache folder wins over the file's") {
  Folder folder;
  folder.write("hamcell.toml", "cache-dir = \"kept\"\n");
  ::setenv("HAMCELL_CACHE_DIR", "/env", 1);
  CHECK(read_command_line({"cell.cpp"}).run.cache_dir == "/env");
  ::unsetenv("HAMCELL_CACHE_DIR");
  CHECK(read_command_line({"cell.cpp"}).run.cache_dir == folder.path + "/kept");
}

TEST_CASE("what is wrong in hamcell.toml is said at its line and column") {
  struct Row {
    const char* toml;
    const char* place;
    const char* what;
  };
  for (const Row& row : std::vector<Row>{
           {"jobs = 1\njbos = 4\n", "hamcell.toml:2:1", "unknown key 'jbos'; did you mean 'jobs'?"},
           {"keep_goign = true\n", "hamcell.toml:1:1",
            "unknown key 'keep_goign'; did you mean 'keep-going'?"},
           {"cell = \"x\"\n", "hamcell.toml:1:1", "unknown key 'cell'"},
           {"targets = [\"x\"]\n", "hamcell.toml:1:1", "unknown key 'targets'"},
           {"yes = true\n", "hamcell.toml:1:1", "unknown key 'yes'"},
           {"execute = true\n", "hamcell.toml:1:1", "'execute' can only be given on the command line"},
           {"json = true\n", "hamcell.toml:1:1", "'json' can only be given on the command line"},
           {"jobs = \"4\"\n", "hamcell.toml:1:8", "'jobs' must be an integer, not a string"},
           {"jobs = 4.0\n", "hamcell.toml:1:8", "'jobs' must be an integer, not a floating-point number"},
           {"jobs = 0\n", "hamcell.toml:1:8", "jobs cannot be '0'"},
           {"\nformat = \"svgg\"\n", "hamcell.toml:2:10", "format cannot be 'svgg'; did you mean 'svg'?"},
           {"keep-going = 1\n", "hamcell.toml:1:14", "'keep-going' must be true or false, not an integer"},
           {"std = 20\n", "hamcell.toml:1:7", "'std' must be a string, not an integer"},
           {"include = [1]\n", "hamcell.toml:1:12", "'include' must be an array of strings, not an integer"},
           {"cxxflags = {a = 1}\n", "hamcell.toml:1:12",
            "'cxxflags' must be a string or an array of strings, not a table"},
           {"cxxflags = \"'\"\n", "hamcell.toml:1:12", "has no end"},
           {"inputs = 1\n", "hamcell.toml:1:10",
            "'inputs' must be a table of names and values, not an integer"},
           {"[inputs]\n\"a=b\" = 1\n", "hamcell.toml:2:1", "'a=b' cannot be a name"},
           {"display = \"-\"\n", "hamcell.toml:1:11", "'display' cannot be '-'"},
           {"recompute = 1\n", "hamcell.toml:1:13", "'recompute' must be true, false"},
           {"cache-dir = \"a\"\ncache_dir = \"b\"\n", "hamcell.toml:2:1", "'cache-dir' is given twice"},
           {"jobs = \n", "hamcell.toml:1:", ""},
           {"inputs = {a = [1,}\n", "hamcell.toml", "not TOML"},
           {"recompute = \"a\"\ndisable = \"a\"\n", "hamcell.toml", "node 'a' is given two behaviors"},
           {"quiet = true\nverbose = true\n", "hamcell.toml", "--quiet and --verbose exclude each other"}}) {
    CAPTURE(row.toml);
    const Problem problem = problem_with(row.toml);
    CHECK(problem.place.text().starts_with(row.place));
    CHECK(problem.what.find(row.what) != std::string::npos);
    CHECK(!problem.what.empty());
  }
}

TEST_CASE("hamcell.toml is found above the cell, and the nearest one counts alone") {
  Folder folder;
  folder.write("hamcell.toml", "jobs = 7\nstd = \"c++23\"\n");
  folder.write("a/hamcell.toml", "jobs = 6\n");
  fs::create_directories("a/b/c");
  const RunOptions run = read_command_line({"a/b/cell.cpp"}).run;
  CHECK(run.jobs == 6);
  CHECK(!run.standard.has_value());
  CHECK(run.cache_dir == folder.path + "/a/.hamcell_cache");
  CHECK(read_command_line({"a/b/../../cell.cpp"}).run.jobs == 7);
  fs::current_path("a/b/c");
  CHECK(read_command_line({"-"}).run.jobs == 6);
  CHECK(read_command_line({"../../../cell.cpp"}).run.jobs == 7);
  CHECK(read_command_line({"cache", "ls"}).cache.cache_dir == folder.path + "/a/.hamcell_cache");
}

TEST_CASE("nothing is looked for above the project's root or the home folder") {
  Folder folder;
  folder.write("hamcell.toml", "jobs = 7\n");
  fs::create_directories("with_git/sub");
  fs::create_directories("home/sub");
  CHECK(read_command_line({"home/sub/cell.cpp"}).run.jobs == 7);
  ::setenv("HOME", (folder.path + "/home").c_str(), 1);
  CHECK(read_command_line({"home/sub/cell.cpp"}).run.jobs != 7);
  CHECK(read_command_line({"with_git/sub/cell.cpp"}).run.jobs == 7);
  folder.write("with_git/.git", "gitdir: elsewhere\n");
  CHECK(read_command_line({"with_git/sub/cell.cpp"}).run.jobs != 7);
  folder.write("with_git/hamcell.toml", "jobs = 5\n");
  CHECK(read_command_line({"with_git/sub/cell.cpp"}).run.jobs == 5);
}

TEST_CASE("a hamcell.toml that others could have written is passed over with a warning") {
  for (const auto& [path, mode] : std::vector<std::pair<std::string, unsigned>>{{"sub/hamcell.toml", 0666},
                                                                                {"sub/hamcell.toml", 0664},
                                                                                {"sub", 0777},
                                                                                {"sub", 0775},
                                                                                {"sub", 01777}}) {
    Folder folder;
    folder.write("hamcell.toml", "jobs = 7\n");
    folder.write("sub/hamcell.toml", "jobs = 6\n");
    fs::permissions("sub", fs::perms(0755));
    CHECK(read_command_line({"sub/cell.cpp"}).run.jobs == 6);
    fs::permissions(path, fs::perms(mode));
    CAPTURE(path);
    CAPTURE(mode);
    const Options options = read_command_line({"sub/cell.cpp"});
    CHECK(options.run.jobs == 7);
    REQUIRE(options.warnings.size() == 1);
    CHECK(options.warnings[0].place.file == "sub/hamcell.toml");
    CHECK(options.warnings[0].what.find("'" + path + "': others can write it") != std::string::npos);
    CHECK(!options.warnings[0].next.empty());
  }
}

TEST_CASE("a hamcell.toml of another user is passed over with a warning" * doctest::skip(::geteuid() != 0)) {
  Folder folder;
  folder.write("hamcell.toml", "jobs = 6\n");
  REQUIRE(::chown("hamcell.toml", 65534, 65534) == 0);
  const Options options = read_command_line({"cell.cpp"});
  CHECK(options.run.jobs != 6);
  REQUIRE(options.warnings.size() == 1);
  CHECK(options.warnings[0].what.find("another user") != std::string::npos);
}

TEST_CASE("a cell in a folder that does not exist finds the file above it all the same") {
  Folder folder;
  folder.write("hamcell.toml", "jobs = 7\n");
  CHECK(read_command_line({"none/cell.cpp"}).run.jobs == 7);
}
