// Lookups along a search path: what they find, and what they watch.
#include <doctest/doctest.h>

#include <filesystem>

#include "cell/lookup.h"
#include "folder.h"

using namespace hamcell;
using hamcell::test::Folder;

namespace {

using Words = std::vector<std::string>;

Words paths(const std::vector<Watch>& watches) {
  Words out;
  for (const Watch& watch : watches) out.push_back(watch.path);
  return out;
}

}  // namespace

TEST_CASE("A lookup finds the first file, and watches it and the names before it that are not there") {
  const Folder folder;
  const std::string root = real_path(folder.path());
  std::filesystem::create_directories(root + "/a");
  std::filesystem::create_directories(root + "/b/x.h");
  std::filesystem::create_directories(root + "/c");
  write_file(root + "/c/x.h", "");
  write_file(root + "/d", "");
  std::vector<Watch> watches;
  CHECK(look_up(watches, {root + "/none/deep", root + "/a", root + "/b", root + "/c", root + "/d"}, "x.h") ==
        root + "/c/x.h");
  CHECK(paths(watches) == Words{root + "/none", root + "/a/x.h", root + "/c/x.h"});
  CHECK(watches[1].stamp.kind == Stamp::Kind::absent);
  CHECK(watches[2].stamp.kind == Stamp::Kind::file);
}

TEST_CASE("One watch stands for all names that are absent from a folder of the system") {
  std::vector<Watch> watches;
  CHECK_FALSE(look_up(watches, {"/usr/include"}, "no-such-header.h"));
  CHECK_FALSE(look_up(watches, {"/usr/include"}, "no-such-folder/no-such-header.h"));
  drop_repeated(watches);
  CHECK(paths(watches) == Words{"/usr/include"});
}

TEST_CASE("A search path's empty folder is the current one") {
  CHECK(folders_of("").empty());
  CHECK(folders_of("/a::/b") == Words{"/a", absolute_path("."), "/b"});
}
