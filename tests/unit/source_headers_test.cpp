// The headers that a source names.
#include <doctest/doctest.h>

#include "cell/source_headers.h"

using namespace hamcell;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("The names of headers are found behind every word that can ask for one") {
  const std::vector<HeaderName> names = header_names(
      "#include <a/b.h>\n#  include \"c.h\"\n#if __has_include(<d>) && __has_include (\"e.h\")\n"
      "#include_next <f.h>\n#include HEADER\n#include \"\"\n#import <g.h>\n#include \\\n \"h.h\"\n"
      "// include <i\n>\n");
  Words found;
  for (const HeaderName& header : names)
    found.push_back((header.is_quoted ? "\"" : "<") + header.name + (header.is_next ? " next" : ""));
  CHECK(found == Words{"<a/b.h", "\"c.h", "<d", "\"e.h", "<f.h next", "<g.h", "\"h.h"});
}
