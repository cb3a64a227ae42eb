// Response files among the flags of a compiler.
#include <doctest/doctest.h>

#include "base/file.h"
#include "cell/response_file.h"
#include "folder.h"

using namespace hamcell;
using hamcell::test::Folder;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("A response file's words are separated, grouped and escaped as GCC documents") {
  CHECK(response_words(" -a\n\t-b  ") == Words{"-a", "-b"});
  CHECK(response_words("'-a b' -c\" d\"e \"\" ''") == Words{"-a b", "-c de", "", ""});
  CHECK(response_words("a\\ b \\' '\\'' \"\\\"\" 'x\\\\y'") == Words{"a b", "'", "'", "\"", "x\\y"});
  CHECK(response_words("'a b\nc") == Words{"a b\nc"});
  CHECK(response_words("").empty());
}

TEST_CASE("A response file stands for its words, and what cannot be read for itself") {
  const Folder folder;
  const std::string root = real_path(folder.path());
  write_file(root + "/outer.txt", "-a @inner.txt @none.txt");
  write_file(root + "/inner.txt", "-b @outer.txt");
  Words files;
  CHECK(expand_response_files({"-x", "@outer.txt", "@"}, root, files) ==
        Words{"-x", "-a", "-b", "@outer.txt", "@none.txt", "@"});
  CHECK(files == Words{root + "/outer.txt", root + "/inner.txt", root + "/outer.txt", root + "/none.txt"});
}
