// Whether what a node read and wrote is as it was.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "cache/entry.h"
#include "folder.h"

using namespace hamcell;
using hamcell::test::Folder;

namespace {

/// The trace of a node that used `path` and ended long after it had last changed.
Trace trace_of(const std::string& path, TracedFile::Use use) {
  TracedFile file{use, path, stamp_of(path), {}};
  file.content = content_of(file);
  Trace trace;
  trace.files.push_back(file);
  trace.taken_ns = now_ns() + 10'000'000'000;
  return trace;
}

void set_times(const std::string& path, timespec time) {
  const timespec times[2] = {time, time};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

}  // namespace

TEST_CASE("A file that is as it was changes nothing, and an edit is seen") {
  const Folder folder;
  write_file(folder / "a.csv", "one");
  const Trace trace = trace_of(folder / "a.csv", TracedFile::Use::content);
  CHECK(!trace_change(trace));
  write_file(folder / "a.csv", "two!");
  CHECK(trace_change(trace) == "file a.csv changed");
}

TEST_CASE("Touching a file changes nothing, since its content is what counts") {
  const Folder folder;
  write_file(folder / "a.csv", "one");
  const Trace trace = trace_of(folder / "a.csv", TracedFile::Use::content);
  set_times(folder / "a.csv", {1, 0});
  CHECK(!trace_change(trace));
}

TEST_CASE("Another content of the same size and time is seen") {
  const Folder folder;
  write_file(folder / "a.csv", "one");
  set_times(folder / "a.csv", {1'000'000, 0});
  const Trace trace = trace_of(folder / "a.csv", TracedFile::Use::content);
  write_file(folder / "a.csv", "two");
  set_times(folder / "a.csv", {1'000'000, 0});
  CHECK(trace_change(trace) == "file a.csv changed");
}

TEST_CASE("A change within the clock tick in which the file was read is settled by content") {
  const Folder folder;
  write_file(folder / "a.csv", "one");
  Trace trace = trace_of(folder / "a.csv", TracedFile::Use::content);
  trace.taken_ns = now_ns();
  trace.files[0].content = digest_of("something that was there when the node read it");
  CHECK(trace_change(trace) == "file a.csv changed");
}

TEST_CASE("A file that was looked for in vain must stay away, and one that was read must not go") {
  const Folder folder;
  const Trace absent = trace_of(folder / "a.csv", TracedFile::Use::content);
  CHECK(!trace_change(absent));
  write_file(folder / "a.csv", "one");
  CHECK(trace_change(absent) == "file a.csv appeared");
  const Trace present = trace_of(folder / "a.csv", TracedFile::Use::content);
  ::unlink((folder / "a.csv").c_str());
  CHECK(trace_change(present) == "file a.csv is gone");
}

TEST_CASE("An output that is gone or changed makes the node run again") {
  const Folder folder;
  write_file(folder / "report.html", "one");
  const Trace trace = trace_of(folder / "report.html", TracedFile::Use::written);
  CHECK(!trace_change(trace));
  ::unlink((folder / "report.html").c_str());
  CHECK(trace_change(trace) == "output report.html is gone");
}

TEST_CASE("A listed folder is the names in it, not its time") {
  const Folder folder;
  std::filesystem::create_directory(folder / "in");
  write_file(folder / "in/a", "1");
  const Trace trace = trace_of(folder / "in", TracedFile::Use::listing);
  write_file(folder / "in/a", "2");
  CHECK(!trace_change(trace));
  write_file(folder / "in/b", "1");
  CHECK(trace_change(trace) == "folder in changed");
}

TEST_CASE("A file that was only asked about counts by existence, size and time") {
  const Folder folder;
  write_file(folder / "a", "one");
  const Trace trace = trace_of(folder / "a", TracedFile::Use::attributes);
  CHECK(!trace_change(trace));
  set_times(folder / "a", {1, 0});
  CHECK(trace_change(trace) == "file a changed");
}

TEST_CASE("An environment variable counts by its value, and being unset is one") {
  ::setenv("HAMCELL_TEST_VARIABLE", "one", 1);
  Trace trace;
  trace.variables = {{"HAMCELL_TEST_VARIABLE", true, variable_digest(digest_of("one"))},
                     {"HAMCELL_TEST_ABSENT", false, {}}};
  CHECK(!trace_change(trace));
  ::setenv("HAMCELL_TEST_VARIABLE", "two", 1);
  CHECK(trace_change(trace) == "environment HAMCELL_TEST_VARIABLE changed");
  ::setenv("HAMCELL_TEST_VARIABLE", "one", 1);
  ::setenv("HAMCELL_TEST_ABSENT", "", 1);
  CHECK(trace_change(trace) == "environment HAMCELL_TEST_ABSENT changed");
  ::unsetenv("HAMCELL_TEST_VARIABLE");
  ::unsetenv("HAMCELL_TEST_ABSENT");
}

TEST_CASE("A trace of files that changed while they were read stands for nothing") {
  Trace trace;
  trace.settled = false;
  CHECK(trace_change(trace).has_value());
}

TEST_CASE("The digest of a trace is about contents, not stamps") {
  const Folder folder;
  write_file(folder / "a", "one");
  const Trace before = trace_of(folder / "a", TracedFile::Use::content);
  set_times(folder / "a", {1, 0});
  CHECK(trace_digest(trace_of(folder / "a", TracedFile::Use::content)) == trace_digest(before));
  write_file(folder / "a", "two");
  CHECK(trace_digest(trace_of(folder / "a", TracedFile::Use::content)) != trace_digest(before));
}

TEST_CASE("A file whose existence alone was asked for may be touched, edited and chmodded, and must not go") {
  const Folder folder;
  write_file(folder / "a", "one");
  Trace trace = trace_of(folder / "a", TracedFile::Use::existence);
  trace.files[0].content = {};
  write_file(folder / "a", "longer");
  CHECK(::chmod((folder / "a").c_str(), 0600) == 0);
  CHECK(!trace_change(trace));
  ::unlink((folder / "a").c_str());
  CHECK(trace_change(trace) == "file a is gone");
}

TEST_CASE("A file whose permission was asked for counts by that") {
  const Folder folder;
  write_file(folder / "a", "one");
  REQUIRE(::chmod((folder / "a").c_str(), 0600) == 0);
  const Trace trace = trace_of(folder / "a", TracedFile::Use::existence);
  write_file(folder / "a", "longer");
  REQUIRE(::chmod((folder / "a").c_str(), 0600) == 0);
  CHECK(!trace_change(trace));
  REQUIRE(::chmod((folder / "a").c_str(), 0700) == 0);
  CHECK(trace_change(trace) == "file a changed");
}

TEST_CASE("Who may use a file is part of what stat says of it") {
  const Folder folder;
  write_file(folder / "a", "one");
  REQUIRE(::chmod((folder / "a").c_str(), 0600) == 0);
  const Trace trace = trace_of(folder / "a", TracedFile::Use::attributes);
  CHECK(!trace_change(trace));
  REQUIRE(::chmod((folder / "a").c_str(), 0640) == 0);
  CHECK(trace_change(trace) == "file a changed");
}

TEST_CASE("A link counts by its text, and a file in its place is another thing") {
  const Folder folder;
  write_file(folder / "a", "one");
  std::filesystem::create_symlink("a", folder / "link");
  Trace trace = trace_of(folder / "link", TracedFile::Use::link);
  trace.files[0].stamp = stamp_of_link(folder / "link");
  write_file(folder / "a", "two!");
  CHECK(!trace_change(trace));
  std::filesystem::remove(folder / "link");
  std::filesystem::create_symlink("b", folder / "link");
  CHECK(trace_change(trace) == "link link changed");
  std::filesystem::remove(folder / "link");
  write_file(folder / "link", "one");
  CHECK(trace_change(trace) == "link link changed");
}

TEST_CASE("A path that was resolved counts by where it leads, through every link on the way") {
  const Folder folder;
  std::filesystem::create_directory(folder / "one");
  std::filesystem::create_directory(folder / "two");
  write_file(folder / "one/a", "same");
  std::filesystem::create_hard_link(folder / "one/a", folder / "two/a");
  std::filesystem::create_symlink("one", folder / "link");
  const Trace trace = trace_of(folder / "link/a", TracedFile::Use::resolved);
  CHECK(!trace_change(trace));
  std::filesystem::remove(folder / "link");
  std::filesystem::create_symlink("two", folder / "link");
  CHECK(trace_change(trace) == "file a changed");
}

TEST_CASE("A listed folder counts by the kinds in it too, and not by the outputs of the same node") {
  const Folder folder;
  std::filesystem::create_directory(folder / "in");
  write_file(folder / "in/a", "1");
  Trace trace = trace_of(folder / "in", TracedFile::Use::listing);
  write_file(folder / "in/out", "1");
  CHECK(trace_change(trace) == "folder in changed");
  trace.files.push_back(trace_of(folder / "in/out", TracedFile::Use::written).files[0]);
  CHECK(!trace_change(trace));
  std::filesystem::remove(folder / "in/a");
  std::filesystem::create_directory(folder / "in/a");
  CHECK(trace_change(trace) == "folder in changed");
}

TEST_CASE("A folder that was made counts by its existence, and what was removed must stay away") {
  const Folder folder;
  std::filesystem::create_directory(folder / "out");
  const Trace made = trace_of(folder / "out", TracedFile::Use::written);
  write_file(folder / "out/a", "1");
  CHECK(!trace_change(made));
  std::filesystem::remove_all(folder / "out");
  CHECK(trace_change(made) == "output out is gone");
  const Trace removed = trace_of(folder / "out", TracedFile::Use::written);
  CHECK(!trace_change(removed));
  std::filesystem::create_directory(folder / "out");
  CHECK(trace_change(removed) == "output out appeared");
}

TEST_CASE("A pipe has no content, so that looking at it does not wait for a writer") {
  const Folder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(!trace_change(trace_of(folder / "pipe", TracedFile::Use::written)));
}

TEST_CASE("Where all variables count, a new one is a change") {
  Trace trace;
  trace.variables.push_back({std::string(every_variable), true, {}});
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t end = text.find('=');
    trace.variables.push_back({text.substr(0, end), true, variable_digest(digest_of(text.substr(end + 1)))});
  }
  CHECK(!trace_change(trace));
  ::setenv("HAMCELL_TEST_NEW", "", 1);
  CHECK(trace_change(trace) == "environment HAMCELL_TEST_NEW changed");
  ::unsetenv("HAMCELL_TEST_NEW");
}

TEST_CASE("A trace comes out of its encoding as it went in, and one of nothing takes a few bytes") {
  Trace trace;
  trace.files = {{TracedFile::Use::content, "/a", {}, digest_of("content")},
                 {TracedFile::Use::written, "/b", {}, digest_of("other")}};
  trace.variables = {{"HOME", true, digest_of("/root")}};
  trace.effects = {{TracedEffect::Kind::clock, "time"}};
  trace.folder = "/tmp";
  trace.settled = false;
  trace.taken_ns = 5;
  Trace read;
  REQUIRE(from_bytes(to_bytes(trace), read));
  CHECK(to_bytes(read) == to_bytes(trace));
  CHECK(read.files.size() == 2);
  CHECK(read.files[1].path == "/b");
  CHECK(read.variables[0].value == digest_of("/root"));
  CHECK(read.effects[0].function == "time");
  CHECK(read.folder == "/tmp");
  CHECK_FALSE(read.settled);
  CHECK(read.taken_ns == 5);

  // What was there before is not left over.
  REQUIRE(from_bytes(to_bytes(Trace{}), read));
  CHECK(read.files.empty());
  CHECK(read.variables.empty());
  CHECK(read.effects.empty());
  CHECK(read.settled);
  CHECK(to_bytes(Trace{}).size() < 10);
  CHECK_FALSE(from_bytes(to_bytes(std::vector<int>{1, 2}), read));
}
