// What a linker is asked to look for, and files that stand for others.
#include <doctest/doctest.h>

#include "base/file.h"
#include "cell/linked_files.h"
#include "folder.h"

using namespace hamcell;
using hamcell::test::Folder;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("A linker's words say where it searches, and for what") {
  const Folder folder;
  const std::string response = real_path(folder.path()) + "/words";
  write_file(response, "-L/d -le");
  Words files;
  const LinkerSearch search =
      read_linker_words({"ld", "--sysroot=/root", "-L/a", "-L", "/b", "--library-path=/c", "-L=/s", "-lm",
                         "-l", "n", "--library=o", "-l:p.a", "-o", "x.so", "@" + response},
                        files);
  CHECK(search.folders == Words{"/a", "/b", "/c", "/root/s", "/d"});
  CHECK(search.libraries == Words{"m", "n", "o", ":p.a", "e"});
  CHECK(files == Words{response});
}

TEST_CASE("A linker script stands for what it names, and a library for itself") {
  const Folder folder;
  const std::string path = folder.path() + "/libx.so";
  write_file(path, "/* GNU ld script */\nGROUP ( /lib/liby.so.1 AS_NEEDED(-lz,own.o) )\n");
  const StandIn script = read_stand_in(path);
  CHECK(script.members == Words{"/lib/liby.so.1"});
  CHECK(script.libraries == Words{"z", ":own.o"});
  write_file(path, std::string("\x7f"
                               "ELF -lz\0",
                               9));
  CHECK(read_stand_in(path).libraries.empty());
  write_file(path, "!<arch>\n-lz");
  CHECK(read_stand_in(path).libraries.empty());
}
