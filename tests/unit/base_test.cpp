// Text, files, digests and processes: what every stage relies on.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/text.h"
#include "folder.h"

using namespace hamcell;
using hamcell::test::Folder;

namespace {

std::size_t files_in(const std::string& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

}  // namespace

TEST_CASE("Control characters, broken UTF-8 and reordering marks are made visible, other text stays") {
  CHECK(visible("é → 日本") == "é → 日本");
  CHECK(visible("a\x1b[31m\n") == "a\\x1b[31m\\n");
  CHECK(visible("a\nb", {.keep_layout = true}) == "a\nb");
  CHECK(visible("\x1b[01;31m\x1b[Ka\x1b[2Jb\x1b[", {.keep_colors = true}) ==
        "\x1b[01;31m\x1b[Ka\\x1b[2Jb\\x1b[");
  CHECK(visible("\xff\xc0\x80") == "\\xff\\xc0\\x80");
  CHECK(visible("\xe2\x80\xae") == "\\xe2\\x80\\xae");
}

TEST_CASE("JSON that could drive a terminal gets escapes, which mean the same") {
  CHECK(tamed_json("\"é 日本 \xe2\x86\x92 \xc2\xa0\"") == "\"é 日本 \xe2\x86\x92 \xc2\xa0\"");
  CHECK(tamed_json("[\"\x7f\",\"\xc2\x9b\",\"a\xe2\x80\xae\xe2\x81\xa6\"]") ==
        "[\"\\u007f\",\"\\u009b\",\"a\\u202e\\u2066\"]");
}

TEST_CASE("Text is cut by terminal columns, never inside a character") {
  CHECK(display_width("日本") == 4);
  CHECK(display_width("e\xcc\x81") == 1);
  CHECK(shortened("abcdef", 6) == "abcdef");
  CHECK(shortened("abcdef", 4) == "abc…");
  CHECK(shortened("日本語", 4) == "日…");
}

TEST_CASE("The closest word is a near misspelling or a part, and otherwise nothing") {
  const std::vector<std::string> words = {"raw_data", "clean_data", "wet_mean"};
  CHECK(closest_word("raw_dta", words) == "raw_data");
  CHECK(closest_word("raw", words) == "raw_data");
  CHECK(closest_word("claen_data", words) == "clean_data");
  CHECK(closest_word("zebra", words).empty());
}

TEST_CASE("Durations and sizes are written with a fitting unit") {
  CHECK(format_seconds(1.23e-5) == "12 µs");
  CHECK(format_seconds(0.0042) == "4.2 ms");
  CHECK(format_seconds(75) == "75 s");
  CHECK(format_duration(0.44) == "0.4 s");
  CHECK(format_duration(9.96) == "10 s");
  CHECK(format_duration(9) == "9 s");
  CHECK(format_duration(125.4) == "2 min 05 s");
  CHECK(format_duration(4020) == "1 h 07 min");
  CHECK(format_bytes(999) == "999 B");
  CHECK(format_bytes(1500) == "1.5 kB");
  CHECK(format_bytes(2'400'000'000) == "2.4 GB");
}

TEST_CASE("Words are split as a shell splits them") {
  CHECK(shell_words(R"(-DA="x y" 'b c'd e\ f "\"")") ==
        std::vector<std::string>{"-DA=x y", "b cd", "e f", "\""});
  CHECK(shell_words("") == std::vector<std::string>{});
  CHECK(shell_words("''") == std::vector<std::string>{""});
  CHECK(!shell_words("'open"));
}

TEST_CASE("A problem is one line with its place, then its notes, then help") {
  const Problem problem{{"a.cpp", 3, 7}, "it is wrong", "mend it", {{{"b.h", 1, 0}, "because of this"}}};
  CHECK(format_problem(problem, Severity::error, false) ==
        "a.cpp:3:7: error: it is wrong\n  b.h:1: because of this\n  help: mend it\n");
}

TEST_CASE("Digests of fields depend on where one field ends and the next begins") {
  CHECK(Digester().add("ab").add("c").finish() != Digester().add("a").add("bc").finish());
  const Digest digest = digest_of("x");
  CHECK(Digest::from_hex(digest.hex()) == digest);
  CHECK(Digest::from_hex("zz").is_zero());
}

TEST_CASE("A file is written whole or not at all") {
  const Folder folder;
  write_file(folder / "a", "one");
  write_file(folder / "a", "two");
  CHECK(read_file(folder / "a") == "two");
  CHECK_THROWS_AS(write_file(folder / "missing/a", "x"), Failure);
  CHECK(files_in(folder / "") == 1);
}

TEST_CASE("Writing through a symbolic link replaces the file, not the link") {
  const Folder folder;
  write_file(folder / "real", "one");
  std::filesystem::create_symlink(folder / "real", folder / "link");
  write_file(folder / "link", "two");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(read_file(folder / "real") == "two");
}

TEST_CASE("Writing through links of /proc's reaches what is open, and leaves the links") {
  const Folder folder;
  const OwnedFd file(::open((folder / "file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const OwnedFd memory(::memfd_create("memory", MFD_CLOEXEC));
  for (const OwnedFd* fd : {&file, &memory}) {
    std::filesystem::remove(folder / "link");
    std::filesystem::create_symlink("/proc/self/fd/" + std::to_string(fd->get()), folder / "link");
    std::filesystem::remove(folder / "link to link");
    std::filesystem::create_symlink("link", folder / "link to link");
    REQUIRE(write_fully(fd->get(), "one "));
    write_file(folder / "link", "two ");
    write_file(folder / "link to link", "three");
    CHECK(std::filesystem::is_symlink(folder / "link"));
    CHECK(std::filesystem::is_symlink(folder / "link to link"));
    CHECK(place_of_file(folder / "link to link").empty());
    CHECK(read_file("/proc/self/fd/" + std::to_string(fd->get())) == "one two three");
  }
  CHECK(read_file(folder / "file") == "one two three");
  CHECK(files_in(folder.path()) == 3);
}

TEST_CASE("The place of a file is where its links lead, in the folder that it really has") {
  const Folder folder;
  std::filesystem::create_directory(folder / "real");
  std::filesystem::create_directory_symlink("real", folder / "alias");
  std::filesystem::create_symlink("alias/new", folder / "link");
  std::filesystem::create_symlink("link", folder / "link to link");
  for (const char* name : {"real/new", "alias/new", "link", "link to link", "alias/../link"})
    CHECK(place_of_file(folder / name) == real_path(folder.path()) + "/real/new");
}

TEST_CASE("Writing through a link that leads nowhere makes the file it names") {
  const Folder folder;
  std::filesystem::create_symlink("new", folder / "link");
  write_file(folder / "link", "two");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(read_file(folder / "new") == "two");
}

TEST_CASE("A device that is written to stays a device") {
  write_file("/dev/null", "x");
  CHECK(stamp_of("/dev/null").kind == Stamp::Kind::other);
}

TEST_CASE("A pipe is no file with content, and is not waited for") {
  const Folder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(!read_regular_file(folder / "pipe"));
  CHECK(!read_regular_file("/dev/zero"));
  CHECK(MappedFile(folder / "pipe").bytes().empty());
  CHECK(MappedFile("/dev/zero").bytes().empty());
  write_file(folder / "file", "content");
  CHECK(read_regular_file(folder / "file") == "content");
}

TEST_CASE("Who looks at a file that is cut short meanwhile lives on, and knows") {
  const Folder folder;
  const std::string file = folder / "file";
  const std::string content(100'000, 'x');
  for (const bool is_cut : {false, true, false}) {
    write_file(file, content);
    std::string seen;
    const bool is_whole = look_at_file(file, [&](std::string_view bytes) {
      if (is_cut) REQUIRE(::truncate(file.c_str(), 10) == 0);
      seen = bytes;
    });
    CHECK(is_whole == !is_cut);
    CHECK((seen == content) == !is_cut);
  }
  CHECK(!look_at_file(folder / "none", [](std::string_view) { FAIL("there is nothing to look at"); }));
}

TEST_CASE("Only a folder of the user's own, and no link to one, is cleaned") {
  const Folder folder;
  std::filesystem::create_directory_symlink(folder.path(), folder / "link");
  CHECK(is_own_folder(folder.path()));
  CHECK(!is_own_folder(folder / "link"));
  CHECK(!is_own_folder(folder / "none"));
  CHECK(is_temporary_name("new-aB3xyz", "new-"));
  CHECK(!is_temporary_name("new-aB3xy", "new-"));
  CHECK(!is_temporary_name("new-aB3x.z", "new-"));
  CHECK(!is_temporary_name("old-aB3xyz", "new-"));
}

TEST_CASE("A folder that others can write to is not private") {
  const Folder folder;
  std::filesystem::create_directory(folder / "open");
  ::chmod((folder / "open").c_str(), 0777);
  write_file(folder / "open/file", "x");
  CHECK(!is_private_to_user(folder / "open/file"));
  ::chmod((folder / "open").c_str(), 0700);
  CHECK(is_private_to_user(folder / "open/file"));
}

TEST_CASE("A program is spawned with files under the numbers of others, in a group of its own") {
  // Made in this order, the first three are likely to have the numbers that the last three are to have.
  std::vector<OwnedFd> files;
  std::vector<int> numbers;
  for (const std::string_view text : {"c", "b", "a", "", "", "cat <&3; cat <&4; cat <&5; kill -STOP $$"}) {
    const OwnedFd& file = files.emplace_back(::memfd_create("file", MFD_CLOEXEC));
    REQUIRE(write_fully(file.get(), text));
    ::lseek(file.get(), 0, SEEK_SET);
    numbers.insert(numbers.begin(), file.get());
  }
  const pid_t process = spawn({"/bin/sh", "sh", {nullptr}, numbers});
  REQUIRE(process > 0);
  CHECK(::getpgid(process) == process);
  siginfo_t stopped{};
  CHECK(::waitid(P_PID, static_cast<id_t>(process), &stopped, WSTOPPED | WEXITED) == 0);
  ::kill(-process, SIGKILL);
  ::waitpid(process, nullptr, 0);
  CHECK(read_file("/proc/self/fd/" + std::to_string(numbers[1])) == "abc");
}

TEST_CASE("A program that is not there is not spawned") {
  CHECK(spawn({"/nowhere/program", "program", {nullptr}, {}}) == -1);
  CHECK(errno == ENOENT);
}

TEST_CASE("The heap is in huge pages, where the system has them") {
  if (::access("/sys/kernel/mm/transparent_hugepage/enabled", R_OK) != 0) return;
  const void* const before = ::sbrk(0);
  prefer_huge_pages();
  // With a sanitizer there is no heap of this kind.
  if (::sbrk(0) == before) return;
  const std::string maps = read_file("/proc/self/smaps").value_or("");
  bool is_heap = false;
  bool has_huge_pages = false;
  for (const std::string& line : split(maps, '\n')) {
    if (line.find('-') < line.find(' ')) is_heap = line.ends_with("[heap]");
    if (is_heap && line.starts_with("VmFlags:")) has_huge_pages |= line.find(" hg") != std::string::npos;
  }
  CHECK(has_huge_pages);
}

TEST_CASE("A program that is started for work with much memory has a heap with room for huge pages") {
  const auto heap_of =
      [](const std::vector<std::pair<std::string, std::string>>& environment) -> std::size_t {
    const std::string maps = run_process({{"cat", "/proc/self/maps"}, "", "", environment}).output;
    for (const std::string& line : split(maps, '\n')) {
      if (!line.ends_with("[heap]")) continue;
      const auto at = [&](std::size_t place) { return std::stoull(line.substr(place), nullptr, 16); };
      return at(line.find('-') + 1) - at(0);
    }
    return 0;
  };
  constexpr std::size_t huge_page = std::size_t{2} << 20;
  const char* set = std::getenv("GLIBC_TUNABLES");
  const std::string before = set != nullptr ? set : "";
  ::unsetenv("GLIBC_TUNABLES");
  CHECK(heap_of({}) < huge_page);
  CHECK(heap_of(huge_page_environment()) >= 2 * huge_page);
  ::setenv("GLIBC_TUNABLES", "glibc.malloc.check=0", 1);
  CHECK(huge_page_environment().empty());
  before.empty() ? ::unsetenv("GLIBC_TUNABLES") : ::setenv("GLIBC_TUNABLES", before.c_str(), 1);
}

TEST_CASE("A process gets its input and gives both outputs and its status") {
  const ProcessResult result =
      run_process({{"sh", "-c", "cat; echo problem >&2; exit 3"}, std::string(200'000, 'x'), "", {}});
  CHECK(result.output.size() == 200'000);
  CHECK(result.errors == "problem\n");
  CHECK(result.exit_code == 3);
  CHECK(run_process({{"no-such-program-anywhere"}, "", "", {}}).started == false);
  CHECK(run_process({{"sh", "-c", "kill -9 $$"}, "", "", {}}).signal == 9);
}
