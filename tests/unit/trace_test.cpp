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
  trace.variables = {{"HAMCELL_TEST_VARIABLE", true, digest_of("one")}, {"HAMCELL_TEST_ABSENT", false, {}}};
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
