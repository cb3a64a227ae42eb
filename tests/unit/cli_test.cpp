// What the command line is read as, and what is said when it is wrong.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "cli/option_table.h"
#include "cli/options.h"

namespace fs = std::filesystem;
using namespace hamcell;

namespace {

using Words = std::vector<std::string>;

/// An empty folder with a project's root mark, which is the current one while this lives; the environment
/// says nothing about the cache.
class Project {
 public:
  Project() : before_(fs::current_path()) {
    std::string name = (fs::temp_directory_path() / "hamcell-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = fs::canonical(name).string();
    fs::create_directory(folder + "/.git");
    fs::current_path(folder);
    ::unsetenv("HAMCELL_CACHE_DIR");
  }
  ~Project() {
    ::unsetenv("HAMCELL_CACHE_DIR");
    fs::current_path(before_);
    fs::remove_all(folder);
  }
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  std::string folder;

 private:
  fs::path before_;
};

Problem problem_of(const Words& words) {
  Project project;
  try {
    read_command_line(words);
  } catch (const Failure& failure) {
    CHECK(failure.status() == ExitStatus::usage);
    REQUIRE(failure.problems().size() == 1);
    return failure.problems().front();
  }
  return {};
}

RunOptions run_of(const Words& words) {
  Project project;
  const Options options = read_command_line(words);
  REQUIRE(options.command == Options::Command::run);
  return options.run;
}

CacheOptions cache_of(const Words& words) {
  Project project;
  const Options options = read_command_line(words);
  REQUIRE(options.command == Options::Command::cache);
  return options.cache;
}

std::string shown(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += "[" + word + "]";
  return text;
}

/// "name=value" of each binding.
Words texts(const std::vector<Binding>& bindings) {
  Words words;
  for (const Binding& binding : bindings) words.push_back(binding.name + "=" + binding.value);
  return words;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an optional value never swallows the word behind it") {
  for (const char* option :
       {"--display", "-d", "--execute", "-x", "--recompute", "--disable", "--ignore", "--default"}) {
    CAPTURE(option);
    const RunOptions run = run_of({option, "weather.cpp", "clean"});
    CHECK(run.cell == "weather.cpp");
    CHECK(run.targets == Words{"clean"});
  }
  CHECK(run_of({"--display-cache", "weather.cpp", "-x"}).cell == "weather.cpp");
  CHECK(run_of({"-x", "--display-cache", "--display", "--", "weather.cpp"}).cell == "weather.cpp");
  CHECK(run_of({"--write-to-file", "-"}).cell == "-");
}

TEST_CASE("a value behind '=' belongs to the long form of an option with an optional value") {
  const RunOptions run =
      run_of({"weather.cpp", "--display=a b=c.svg", "--execute=x,y", "--display-cache=true.pdf"});
  CHECK(run.display.given);
  CHECK(run.display.file == "a b=c.svg");
  CHECK(run.display.format == PictureFormat::svg);
  CHECK(run.execute);
  CHECK(run.targets == Words{"x", "y"});
  CHECK(run.display_cache.file == "true.pdf");
  CHECK(run_of({"c", "--display=true", "--format=svg"}).display.file == "true");
}

TEST_CASE("options that were not given are off") {
  const RunOptions run = run_of({"weather.cpp"});
  CHECK(!run.display.given);
  CHECK(!run.display_cache.given);
  CHECK(!run.write_to_file.given);
  CHECK(!run.execute);
  CHECK(!run.show_results.has_value());
  CHECK(!run.no_cache);
  CHECK(!run.keep_going);
  CHECK(!run.json);
  CHECK(run.targets.empty());
  CHECK(run.behaviors.empty());
  CHECK(!run.default_behavior.has_value());
  CHECK(run.format == PictureFormat::png);
  CHECK(run.jobs == std::max(1u, std::thread::hardware_concurrency()));
}

TEST_CASE("-d and -x are pure flags that can stand together, and with others") {
  const RunOptions run = run_of({"-dxkj3", "weather.cpp"});
  CHECK(run.display.given);
  CHECK(!run.display.file.has_value());
  CHECK(run.execute);
  CHECK(run.keep_going);
  CHECK(run.jobs == 3);
  CHECK(run.cell == "weather.cpp");
  CHECK(run_of({"-xI", "inc", "c"}).include_folders == Words{"inc"});
}

TEST_CASE("a dry run may stand alone, with its picture and its exit status") {
  const RunOptions run = run_of({"-n", "--exit-code", "--explain", "--opt-in", "--display-cache=a.svg", "c"});
  CHECK(run.dry_run);
  CHECK(!run.execute);
  CHECK(run.exit_code);
  CHECK(run.explain);
  CHECK(run.opt_in);
  CHECK(run.display_cache.given);
  CHECK(problem_of({"c", "-x", "--exit-code"}).next == "add --dry-run");
}

TEST_CASE("cache verify takes nodes, each once, where it is told to run them") {
  Project project;
  const CacheOptions cache = read_command_line({"cache", "verify", "--rerun", "a", "b", "a"}).cache;
  CHECK(cache.action == CacheAction::verify);
  CHECK(cache.nodes == Words{"a", "b"});
  CHECK(cache.rerun);
  CHECK(!read_command_line({"cache", "verify"}).cache.rerun);
  CHECK(contains(problem_of({"cache", "verify", "a"}).what, "nodes are named with --rerun"));
  CHECK(problem_of({"cache", "ls", "--rerun"}).what.find("does not go with") != std::string::npos);
}

TEST_CASE("sizes and ages have a unit") {
  Project project;
  const auto size = [](const char* text) {
    return read_command_line({"cache", "gc", "--max-size", text}).cache.max_size;
  };
  CHECK(size("5G") == 5'000'000'000);
  CHECK(size("500M") == 500'000'000);
  CHECK(size("1.5k") == 1500);
  CHECK(size("20GB") == 20'000'000'000);
  CHECK(size("0") == 0);
  for (const char* wrong : {"", "G", "5X", "-5G", "5 G", "nan", "inf", "1e30T"}) {
    CAPTURE(wrong);
    CHECK(contains(problem_of({"cache", "gc", "--max-size", wrong}).next, "500M or 5G"));
  }
  const auto age = [](const char* text) {
    return read_command_line({"cache", "gc", "--older-than", text}).cache.older_than;
  };
  CHECK(age("30d") == std::chrono::days(30));
  CHECK(age("12h") == std::chrono::hours(12));
  CHECK(age("2w") == std::chrono::weeks(2));
  CHECK(age("90m") == std::chrono::minutes(90));
  CHECK(age("0s") == std::chrono::seconds(0));
  for (const char* wrong : {"", "30", "d", "-1d", "1y", "1e12d"}) {
    CAPTURE(wrong);
    CHECK(contains(problem_of({"cache", "gc", "--older-than", wrong}).next, "12h or 30d"));
  }
}

TEST_CASE("the size of the cache is the option's, else the project's, else 20 GB") {
  Project project;
  CHECK(read_command_line({"c"}).run.cache_size == 20'000'000'000);
  write_file(project.folder + "/hamcell.toml", "cache-size = \"3G\"\n");
  CHECK(read_command_line({"c"}).run.cache_size == 3'000'000'000);
  CHECK(read_command_line({"c", "--cache-size=1G"}).run.cache_size == 1'000'000'000);
  CHECK(read_command_line({"cache", "gc"}).cache.max_size == 3'000'000'000);
  CHECK(read_command_line({"cache", "gc", "--max-size=2G"}).cache.max_size == 2'000'000'000);
}

TEST_CASE("a repeated flag is fine, and a bare one leaves the file that was named before") {
  const RunOptions run = run_of({"-d", "-d", "-kk", "--display=a.svg", "-d", "c", "-x", "-x"});
  CHECK(run.display.file == "a.svg");
}

TEST_CASE("of a single-valued option that repeats the last value counts") {
  CHECK(run_of({"c", "-j2", "-j", "5"}).jobs == 5);
  CHECK(run_of({"c", "--cache-dir=/a", "--cache-dir", "/b"}).cache_dir == "/b");
  CHECK(run_of({"c", "--display=a.svg", "--display=b.png"}).display.file == "b.png");
}

TEST_CASE("a limit of time is seconds, and one of memory a size") {
  Project project;
  CHECK(run_of({"c", "--timeout", "0.5"}).timeout == 0.5);
  CHECK(run_of({"c", "--timeout=90"}).timeout == 90);
  CHECK(run_of({"c"}).timeout == 0);
  for (const char* value : {"0", "-1", "5s", "", "inf", "nan", "1e10"}) {
    CAPTURE(value);
    CHECK(contains(problem_of({"c", "--timeout=" + std::string(value)}).what, "--timeout"));
  }
  CHECK(run_of({"c", "--memory=1.5G"}).memory == 1'500'000'000);
  CHECK(run_of({"c", "--memory", "512M"}).memory == 512'000'000);
  CHECK(contains(problem_of({"c", "--memory=much"}).what, "--memory cannot be 'much'"));
}

TEST_CASE("every spelling of a number of jobs is read") {
  for (const Words& words : std::vector<Words>{{"c", "-j4"},
                                               {"c", "-j", "4"},
                                               {"c", "--jobs=4"},
                                               {"c", "--jobs", "4"},
                                               {"-j4", "c"},
                                               {"-j", "4", "c"}}) {
    CAPTURE(shown(words));
    CHECK(run_of(words).jobs == 4);
  }
  CHECK(run_of({"c", "-j1024"}).jobs == 1024);
  for (const char* value : {"0", "1025", "-1", "four", "4x", "", "=4", "1e3", "99999999999999999999"}) {
    CAPTURE(value);
    CHECK(contains(problem_of({"c", "-j", value}).what, "--jobs cannot be '" + std::string(value) + "'"));
  }
}

TEST_CASE("bindings are taken as they stand") {
  for (const char* value :
       {"1",    "-1",        "",           "[a=1,b=2]",  "[1,2]", "[[1,1]]",      "{}",
        "a,b",  "'quoted'",  "\"quoted\"", "two\nlines", "=",     "==x",          "@file.csv",
        "@@at", "--display", "a b",        "\\n",        "%%",    "B\"(\\x41)\"", "Grüße"}) {
    CAPTURE(value);
    const std::string text = std::string("x=") + value;
    for (const Words& words : std::vector<Words>{{"-i", text, "c"},
                                                 {"-i" + text, "c"},
                                                 {"--inputs=" + text, "c"},
                                                 {"--inputs", text, "c"},
                                                 {"c", "-i", text}}) {
      const RunOptions run = run_of(words);
      CHECK(run.cell == "c");
      REQUIRE(run.inputs.size() == 1);
      CHECK(run.inputs[0].name == "x");
      CHECK(run.inputs[0].value == value);
      CHECK(run.inputs[0].origin == "--inputs " + text);
    }
  }
}

TEST_CASE("an option that repeats takes one value each time") {
  const RunOptions run = run_of({"-i", "a=1", "weather.cpp", "-i", "b=2", "clean", "-c", "engine=fast", "-o",
                                 "raw=@raw.cbor", "-o", "@all.json"});
  CHECK(run.cell == "weather.cpp");
  CHECK(run.targets == Words{"clean"});
  CHECK(texts(run.inputs) == Words{"a=1", "b=2"});
  CHECK(texts(run.config) == Words{"engine=fast"});
  CHECK(texts(run.overrides) == Words{"raw=@raw.cbor", "=@all.json"});
}

TEST_CASE("of two bindings of one name the later one counts") {
  CHECK(texts(run_of({"c", "-i", "a=1", "-i", "b=2", "-i", "a=3"}).inputs) == Words{"b=2", "a=3"});
  CHECK(texts(run_of({"c", "-i", "@a.json", "-i", "@b.json"}).inputs) == Words{"=@a.json", "=@b.json"});
}

TEST_CASE("a binding that is none says how one is written") {
  CHECK(problem_of({"c", "-i", "x"}).what == "--inputs needs NAME=VALUE, not 'x'");
  CHECK(contains(problem_of({"c", "-i", "x"}).next, "NAME=@FILE"));
  CHECK(contains(problem_of({"c", "-i", "=1"}).what, "the name is missing"));
  CHECK(contains(problem_of({"c", "-o", "@x.csv"}).next, "given as NAME=@x.csv"));
  CHECK(problem_of({"c", "-i"}).what == "option '--inputs' needs a value");
  CHECK(problem_of({"c", "--cache-dir"}).what == "option '--cache-dir' needs a value");
}

TEST_CASE("the names of commands are ordinary words behind the first one") {
  const RunOptions run = run_of({"weather.cpp", "cache", "stats", "help"});
  CHECK(run.cell == "weather.cpp");
  CHECK(run.targets == Words{"cache", "stats", "help"});
  CHECK(run_of({"./cache"}).cell == "./cache");
  CHECK(run_of({"-d", "cache"}).cell == "cache");
  CHECK(run_of({"--", "cache"}).cell == "cache");
  CHECK(cache_of({"cache", "show", "cache"}).node == "cache");
}

TEST_CASE("the underscored words of the original magic are accepted") {
  const RunOptions run = run_of({"-", "--display_cache=b.svg", "--show_results", "--module_name=wet",
                                 "--write_to_file", "-x", "-i", "a_b=c_d"});
  CHECK(run.display_cache.file == "b.svg");
  CHECK(run.show_results == true);
  CHECK(run.module_name == "wet");
  CHECK(run.write_to_file.given);
  CHECK(texts(run.inputs) == Words{"a_b=c_d"});
  CHECK(run_of({"c", "--hide_results"}).show_results == false);
}

TEST_CASE("'--' ends the options, and '-' is a cell") {
  const RunOptions run = run_of({"-x", "--", "--weather.cpp", "-d", "--"});
  CHECK(run.cell == "--weather.cpp");
  CHECK(run.targets == Words{"-d", "--"});
  CHECK(!run.display.given);
  CHECK(run_of({"-", "-d"}).cell == "-");
}

TEST_CASE("a word that a cell may be called is not read as a file of options") {
  const RunOptions run = run_of({"@weather.cpp", "[a,b]", "/d", "++", "{}"});
  CHECK(run.cell == "@weather.cpp");
  CHECK(run.targets == Words{"[a,b]", "/d", "++", "{}"});
}

TEST_CASE("targets of both kinds are joined, each once") {
  CHECK(run_of({"c", "a", "b", "a", "--execute=c,a", "--execute=d"}).targets == Words{"a", "b", "c", "d"});
}

TEST_CASE("compiler options are split as a shell would, and -I and -D are not") {
  const RunOptions run =
      run_of({"c", "--cxxflags", "-O3 -DNAME='a b'", "--cxxflags=-g", "--ldflags=-lm \"-Wl,-z x\"", "-Iinc",
              "-I", "my headers", "-DA=1", "-D", "F(x)=x", "--cxx=g++-12", "--std", "c++23", "--cxxflags="});
  CHECK(run.cxxflags == Words{"-O3", "-DNAME=a b", "-g"});
  CHECK(run.ldflags == Words{"-lm", "-Wl,-z x"});
  CHECK(run.include_folders == Words{"inc", "my headers"});
  CHECK(run.defines == Words{"A=1", "F(x)=x"});
  CHECK(run.cxx == "g++-12");
  CHECK(run.standard == "c++23");
  CHECK(contains(problem_of({"c", "--cxxflags", "-DX='a"}).what, "has no end"));
}

TEST_CASE("what a file's ending says comes before --format, which comes before png") {
  struct Row {
    Words words;
    PictureFormat format;
  };
  for (const Row& row : std::vector<Row>{{{"c", "-d"}, PictureFormat::png},
                                         {{"c", "-d", "--format", "svg"}, PictureFormat::svg},
                                         {{"c", "--display=x.PDF", "--format=svg"}, PictureFormat::pdf},
                                         {{"c", "--display=x.dot"}, PictureFormat::dot},
                                         {{"c", "--display=x.html"}, PictureFormat::html},
                                         {{"c", "--display=x.HTM"}, PictureFormat::html},
                                         {{"c", "--display=x.picture", "--format=dot"}, PictureFormat::dot},
                                         {{"c", "--display=-", "--format=svg"}, PictureFormat::svg},
                                         {{"c", "--display=-"}, PictureFormat::png},
                                         {{"c", "--display=/dev/null"}, PictureFormat::png}}) {
    CAPTURE(shown(row.words));
    CHECK(run_of(row.words).display.format == row.format);
  }
  for (const char* file : {"x.jpg", "x", "svg", "weather.cpp", "x.svg/y"}) {
    CAPTURE(file);
    CHECK(contains(problem_of({"c", std::string("--display=") + file}).next,
                   ".png, .svg, .pdf, .dot, .mmd or .html"));
    CHECK(!problem_of({"c", "-x", std::string("--display-cache=") + file}).what.empty());
  }
}

TEST_CASE("only one thing may own standard output") {
  CHECK(contains(problem_of({"c", "-x", "--display=-", "--json"}).what, "--display=- and --json"));
  CHECK(contains(problem_of({"c", "-x", "--display=-", "--display-cache=-"}).what,
                 "cannot both use standard output"));
  CHECK(
      contains(problem_of({"c", "-x", "--json", "--display-cache=-"}).what, "--display-cache=- and --json"));
  CHECK(contains(problem_of({"-", "--write-to-file=-"}).what, "--write-to-file cannot be standard output"));
  CHECK(contains(problem_of({"c", "--log-file=-"}).what, "--log-file cannot be standard output"));
  CHECK(run_of({"c", "-x", "--json", "-d", "--display-cache=x.svg"}).json);
}

TEST_CASE("no output may overwrite the cell or another output") {
  CHECK(contains(problem_of({"c.svg", "--display=./c.svg"}).what, "--display would overwrite the cell"));
  CHECK(contains(problem_of({"c", "--display=a.svg", "-x", "--display-cache=a.svg"}).what,
                 "would overwrite --display"));
  CHECK(problem_of({"c", "--display=/dev/null", "-x", "--display-cache=/dev/null"}).what.empty());
  Project project;
  std::ofstream("cell.cpp") << "int one() { return 1; }\n";
  fs::create_symlink("cell.cpp", "link.svg");
  CHECK_THROWS_AS(read_command_line({"cell.cpp", "--display=link.svg"}), Failure);
}

TEST_CASE("what contradicts itself is an error that says so") {
  struct Row {
    Words words;
    const char* what;
  };
  for (const Row& row : std::vector<Row>{
           {{"c", "--display-cache"}, "--display-cache draws what the cache did in a run"},
           {{"c", "-w"}, "--write-to-file keeps a cell that comes from standard input"},
           {{"c", "--show-results", "--hide-results"},
            "--show-results and --hide-results exclude each other"},
           {{"c", "-q", "-v"}, "--quiet and --verbose exclude each other"},
           {{"c", "--recompute=a,b", "--disable=b"},
            "node 'b' is given two behaviors: --recompute and --disable"},
           {{"c", "--recompute", "--ignore"}, "every node is given two behaviors: --recompute and --ignore"},
           {{"c", "--execute=a,,b"}, "a node's name is missing in --execute=a,,b"},
           {{"c", "--execute=,"}, "a node's name is missing"},
           {{"c", "--module-name=a/b"}, "--module-name cannot be 'a/b'"},
           {{"c", "--module-name="}, "--module-name cannot be ''"},
           {{"c", "--std=20"}, "--std cannot be '20'"},
           {{"c", "-D1X"}, "--define cannot be '1X'"},
           {{"c", "-I", ""}, "--include is empty"},
           {{"c", "--cache-dir="}, "--cache-dir is empty"},
           {{}, "no cell is given"},
           {{"-dx"}, "no cell is given"},
           {{""}, "no cell is given"},
           {{"c", "--display="}, "the value is missing behind '--display='"},
           {{"c", "--no-cache=yes"}, "option '--no-cache' takes no value, but got 'yes'"},
           {{"c", "-k=yes"}, "'-k' takes no value, but got 'yes'"},
           {{"c", "-d=x.svg"}, "'-d' takes no value, but got 'x.svg'"},
           {{"c", "--display", "x.svg"}, "'x.svg' is not read as the file of --display"},
           {{"--display", "x.PNG", "c"}, "'x.PNG' is not read as the file of --display"},
           {{"c", "-xd", "x.html"}, "'x.html' is not read as the file of --display"},
           {{"-", "--write-to-file", "kept.cpp"}, "'kept.cpp' is not read as the file of --write-to-file"}}) {
    CAPTURE(shown(row.words));
    const Problem problem = problem_of(row.words);
    CHECK(contains(problem.what, row.what));
    CHECK(!problem.next.empty());
  }
  CHECK(contains(problem_of({"c", "-d=x.svg"}).next, "--display=x.svg"));
  CHECK(contains(problem_of({"c", "-dx=a"}).next, "--execute=a"));
  CHECK(contains(problem_of({"c", "--display_cache", "x.svg"}).next, "write --display-cache=x.svg"));
  CHECK(run_of({"--display", "c.cpp"}).cell == "c.cpp");
  CHECK(run_of({"c", "--display", "node"}).targets == Words{"node"});
  CHECK(contains(problem_of({}).next, "hamcell --help"));
}

TEST_CASE("an unknown option is named, with the one that was probably meant") {
  struct Row {
    Words words;
    const char* what;
  };
  for (const Row& row : std::vector<Row>{
           {{"--dispaly", "c"}, "unknown option '--dispaly'; did you mean '--display'?"},
           {{"c", "--dispaly=x.svg"}, "unknown option '--dispaly'; did you mean '--display'?"},
           {{"c", "--display_cahce"}, "unknown option '--display_cahce'; did you mean '--display-cache'?"},
           {{"c", "-display"}, "unknown option '-display'; did you mean '--display'?"},
           {{"c", "-inputs=x=1"}, "unknown option '-inputs'; did you mean '--inputs'?"},
           {{"c", "-z"}, "unknown option '-z'"},
           {{"c", "-dz"}, "unknown option '-z'"},
           {{"c", "-5"}, "unknown option '-5'"},
           {{"c", "--=x"}, "unknown option '--'"},
           {{"c", "--xyzzy"}, "unknown option '--xyzzy'"},
           {{"c", "--yes"}, "unknown option '--yes'"},
           {{"--wrong"}, "unknown option '--wrong'"}}) {
    CAPTURE(shown(row.words));
    CHECK(problem_of(row.words).what == row.what);
  }
}

TEST_CASE("a misspelt word gets a suggestion and the list of words") {
  struct Row {
    Words words;
    const char* suggestion;
    const char* list;
  };
  for (const Row& row :
       std::vector<Row>{{{"c", "--format", "svgg"}, "did you mean 'svg'?", "png, svg, pdf, dot"},
                        {{"c", "--log-level", "debgu"}, "did you mean 'debug'?", "error, warn, info, debug"},
                        {{"c", "--color=alway"}, "did you mean 'always'?", "auto, always, never"},
                        {{"c", "--default-behavior=recompte"},
                         "did you mean 'recompute'?",
                         "default, recompute, disable, ignore"}}) {
    CAPTURE(shown(row.words));
    CHECK(contains(problem_of(row.words).what, row.suggestion));
    CHECK(contains(problem_of(row.words).next, row.list));
  }
  for (const char* later : {"htm", "PNG", ""}) {
    CAPTURE(later);
    CHECK(contains(problem_of({"c", "--format", later}).what, "--format cannot be"));
  }
}

TEST_CASE("behaviors are collected for each flag") {
  const RunOptions run = run_of({"c", "--recompute=a", "--disable", "--recompute=b", "--default=c",
                                 "--recompute=a", "--default-behavior", "ignore"});
  REQUIRE(run.behaviors.size() == 3);
  CHECK(run.behaviors[0].behavior == Behavior::recompute);
  CHECK(!run.behaviors[0].all);
  CHECK(run.behaviors[0].nodes == Words{"a", "b", "a"});
  CHECK(run.behaviors[1].behavior == Behavior::disable);
  CHECK(run.behaviors[1].all);
  CHECK(run.behaviors[2].behavior == Behavior::standard);
  CHECK(run.behaviors[2].nodes == Words{"c"});
  CHECK(run.default_behavior == Behavior::ignore);
}

TEST_CASE("a behavior and its name belong together") {
  for (const Behavior behavior :
       {Behavior::standard, Behavior::recompute, Behavior::disable, Behavior::ignore})
    CHECK(behavior_from_name(behavior_name(behavior)) == behavior);
  CHECK(behavior_name(Behavior::standard) == std::string("default"));
  CHECK(!behavior_from_name("standard").has_value());
  CHECK(!behavior_from_name("").has_value());
}

TEST_CASE("verbosity, log and colour are read") {
  Project project;
  CHECK(read_command_line({"c"}).log_level == LogLevel::warn);
  CHECK(read_command_line({"c", "-v"}).log_level == LogLevel::info);
  CHECK(read_command_line({"c", "-vv"}).log_level == LogLevel::info);
  CHECK(read_command_line({"c", "-v", "--log-level=debug"}).log_level == LogLevel::debug);
  CHECK(read_command_line({"c", "--log-level", "error"}).log_level == LogLevel::error);
  CHECK(read_command_line({"c", "-q"}).quiet);
  CHECK(read_command_line({"c", "--log-file", "a.jsonl"}).log_file == "a.jsonl");
  CHECK(read_command_line({"c"}).color == ColorWhen::automatic);
  CHECK(read_command_line({"c", "--color=never"}).color == ColorWhen::never);
}

TEST_CASE("the cache's folder is the option's, else the environment's, else the current one's") {
  Project project;
  CHECK(read_command_line({"c"}).run.cache_dir == project.folder + "/.hamcell_cache");
  CHECK(read_command_line({"cache", "ls"}).cache.cache_dir == project.folder + "/.hamcell_cache");
  ::setenv("HAMCELL_CACHE_DIR", "env", 1);
  CHECK(read_command_line({"c"}).run.cache_dir == project.folder + "/env");
  CHECK(read_command_line({"cache", "ls"}).cache.cache_dir == project.folder + "/env");
  CHECK(read_command_line({"c", "--cache-dir=/opt"}).run.cache_dir == "/opt");
  CHECK(read_command_line({"cache", "ls", "--cache-dir=/opt"}).cache.cache_dir == "/opt");
  ::setenv("HAMCELL_CACHE_DIR", "", 1);
  CHECK(read_command_line({"c"}).run.cache_dir == project.folder + "/.hamcell_cache");
}

TEST_CASE("'hamcell cache' reads its actions") {
  CHECK(cache_of({"cache", "stats"}).action == CacheAction::stats);
  CHECK(cache_of({"cache", "ls", "--json"}).json);
  CHECK(cache_of({"cache", "--json", "runs"}).action == CacheAction::runs);
  CHECK(cache_of({"cache", "show", "clean"}).node == "clean");
  const CacheOptions latest = cache_of({"cache", "view"});
  CHECK(latest.action == CacheAction::view);
  CHECK(!latest.run.has_value());
  CHECK(!latest.output.given);
  const CacheOptions view = cache_of({"cache", "view", "2026", "--display=x.svg"});
  CHECK(view.run == "2026");
  CHECK(view.output.file == "x.svg");
  CHECK(view.output.format == PictureFormat::svg);
  CHECK(cache_of({"cache", "view", "--format=pdf"}).format == PictureFormat::pdf);
  CHECK(cache_of({"cache", "clear", "--yes"}).yes);
}

TEST_CASE("'hamcell report' reads its run, its file and its part of the graph") {
  const auto report_of = [](const Words& words) {
    const Options options = read_command_line(words);
    CHECK(options.command == Options::Command::report);
    return options.report;
  };
  CHECK(!report_of({"report"}).run);
  CHECK(!report_of({"report"}).file);
  const ReportOptions report =
      report_of({"report", "2026", "-o", "x.html", "--focus", "total", "--depth=1", "--cache-dir=/opt"});
  CHECK(report.run == "2026");
  CHECK(report.file == "x.html");
  CHECK(report.part.focus == "total");
  CHECK(report.part.depth == 1);
  CHECK(report.cache_dir == "/opt");
  CHECK(report_of({"report", "--output=-"}).file == "-");
  const Clusters clusters =
      report_of({"report", "--group-by=owner", "--fold", "ml", "--fold=all"}).part.clusters;
  CHECK(clusters.group_by == "owner");
  CHECK(clusters.folds == Words{"ml", "all"});
  // Elsewhere the letter is that of overrides.
  CHECK(run_of({"c", "-o", "x=1"}).overrides.size() == 1);
  CHECK(run_of({"./report"}).cell == "./report");
  CHECK(run_of({"c", "report"}).targets == Words{"report"});
}

TEST_CASE("'hamcell report' says what is wrong with its words") {
  struct Row {
    Words words;
    const char* what;
  };
  for (const Row& row :
       std::vector<Row>{{{"report", "a", "b"}, "'b' is one word too many"},
                        {{"report", "-x"}, "unknown option '-x'"},
                        {{"report", "--outptu=x"}, "unknown option '--outptu'; did you mean '--output'?"},
                        {{"report", "--output=x.svg"}, "--output=x.svg: a report is a page of HTML"},
                        {{"report", "--output"}, "option '--output' needs a value"},
                        {{"report", "--depth=1"}, "--depth says how far"}}) {
    CAPTURE(shown(row.words));
    CHECK(contains(problem_of(row.words).what, row.what));
  }
}

TEST_CASE("each command leads to its own help") {
  CHECK(contains(problem_of({"report", "--no-such"}).next, "hamcell report --help"));
  CHECK(contains(problem_of({"cache", "ls", "--no-such"}).next, "hamcell cache --help"));
  CHECK(contains(problem_of({"c", "--no-such"}).next, "'hamcell --help'"));
}

TEST_CASE("'hamcell cache' says what is wrong with its words") {
  struct Row {
    Words words;
    const char* what;
  };
  for (const Row& row : std::vector<Row>{
           {{"cache"}, "'hamcell cache' needs a command"},
           {{"cache", "stast"}, "unknown command 'hamcell cache stast'; did you mean 'stats'?"},
           {{"cache", "gc", "a"}, "'a' is one word too many"},
           {{"cache", "gc", "--rerun"}, "option '--rerun' does not go with 'hamcell cache gc'"},
           {{"cache", "show"}, "'hamcell cache show' needs a node"},
           {{"cache", "show", "a", "b"}, "'b' is one word too many"},
           {{"cache", "ls", "a"}, "'a' is one word too many"},
           {{"cache", "view", "a", "b"}, "'b' is one word too many"},
           {{"cache", "ls", "-x"}, "unknown option '-x'"},
           {{"cache", "ls", "--jsno"}, "unknown option '--jsno'; did you mean '--json'?"},
           {{"cache", "view", "--json"}, "option '--json' does not go with 'hamcell cache view'"},
           {{"cache", "clear", "--json"}, "option '--json' does not go with 'hamcell cache clear'"},
           {{"cache", "ls", "--yes"}, "option '--yes' does not go with 'hamcell cache ls'"},
           {{"cache", "show", "a", "--display=x.svg"},
            "option '--display' does not go with 'hamcell cache show'"},
           {{"cache", "view", "--display=x.jpg"}, "the file's ending says no format"}}) {
    CAPTURE(shown(row.words));
    CHECK(contains(problem_of(row.words).what, row.what));
  }
}

TEST_CASE("clearing needs --yes where nobody can be asked") {
  const OwnedFd saved(::dup(STDIN_FILENO));
  const OwnedFd nobody(::open("/dev/null", O_RDONLY));
  REQUIRE(::dup2(nobody.get(), STDIN_FILENO) == STDIN_FILENO);
  const Problem problem = problem_of({"cache", "clear"});
  ::dup2(saved.get(), STDIN_FILENO);
  CHECK(contains(problem.next, "--yes"));
}

TEST_CASE("help and version win over whatever else is wrong") {
  Project project;
  std::ofstream("hamcell.toml") << "wrong = [";
  for (const Words& words : std::vector<Words>{{"--help"},
                                               {"-h"},
                                               {"--dispaly", "-h"},
                                               {"c", "-xh", "--jobs=none"},
                                               {"cache", "-h"},
                                               {"report", "-h"}}) {
    CAPTURE(shown(words));
    const Options options = read_command_line(words);
    CHECK(options.command == Options::Command::done);
    CHECK(options.message.starts_with("Usage: hamcell "));
  }
  CHECK(read_command_line({"cache", "--help"}).message.starts_with("Usage: hamcell cache "));
  CHECK(read_command_line({"report", "--help"}).message.starts_with("Usage: hamcell report "));
  CHECK(read_command_line({"--version"}).message == "hamcell 0.1.0\n");
  CHECK(read_command_line({"--python-path"}).message.ends_with("/share/hamcell\n"));
  CHECK(run_of({"--", "-h"}).cell == "-h");
  CHECK(run_of({"c", "-i", "x=--help"}).cell == "c");
}

TEST_CASE("the help is short, fits a terminal, and leaves out no option") {
  Project project;
  const std::string run = read_command_line({"--help"}).message;
  const std::string cache = read_command_line({"cache", "--help"}).message;
  const std::string report = read_command_line({"report", "--help"}).message;
  CHECK(std::ranges::count(run, '\n') <= 81);
  for (const std::string& text : {run, cache, report}) {
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         begin = end + 1, end = text.find('\n', begin))
      CHECK(end - begin <= 100);
  }
  for (const OptionRow& row : option_table()) {
    const std::string name = "--" + std::string(row.name);
    CAPTURE(name);
    if ((row.used_by & commands::run) != 0) CHECK(contains(run, name));
    if ((row.used_by & commands::report) != 0) CHECK(contains(report, name));
    if ((row.used_by & commands::cache) != 0 && row.name != "version") CHECK(contains(cache, name));
  }
}

TEST_CASE("the man page describes every option") {
  std::ifstream file(HAMCELL_MAN_PAGE);
  REQUIRE(file.good());
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\\') plain += text[i];
  for (const OptionRow& row : option_table()) {
    const std::string name = "Fl -" + std::string(row.name);
    CAPTURE(name);
    CHECK(contains(plain, name));
    if (row.letter != 0) CHECK(contains(plain, std::string("Fl ") + row.letter));
  }
}
