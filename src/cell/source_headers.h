// Which headers a compiler reads by its own word, and which lookups of headers found nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "cell/lookup.h"
#include "cell/model.h"

namespace hamcell {

/// Every header that takes part when `source` is compiled in `folder` with `command` (the compiler and its
/// flags), those of the system too: absolute, in the order in which the compiler names them. Watches them,
/// and what keeps the names absent that the compiler looked for before it found them.
std::vector<std::string> find_source_headers(const std::vector<std::string>& command,
                                             const std::string& source, const std::string& folder,
                                             std::vector<Watch>& watches);

/// The same of a cell, whose text is `content`: also what is included only where the compiler is another one
/// than the parser of hamcell-scan.
std::vector<std::string> find_cell_headers(const std::vector<std::string>& command,
                                           const std::string& content, const std::string& folder,
                                           std::vector<Watch>& watches);

/// Watches what keeps the headers `files` of a cell from being found in an earlier folder of the compiler's
/// search, and what it asked for in vain (`__has_include`). `content` is the cell's text, `folder` its
/// folder.
void watch_search(const HeaderSearch& search, const std::string& content,
                  const std::vector<SourceFile>& files, const std::string& folder,
                  std::vector<Watch>& watches);

/// Where `command` (the compiler and its flags), run in `folder`, looks for headers. The compiler is asked,
/// while the caller goes on.
class HeaderSearchQuestion {
 public:
  HeaderSearchQuestion(const std::vector<std::string>& command, const std::string& folder);
  HeaderSearch answer();

 private:
  ProcessRequest request_;
  BackgroundProcess compiler_;
};

/// A header that a file names, whether or not the line takes part in a compile.
struct HeaderName {
  std::string name;
  bool is_quoted = false;  ///< `"name"`, which is looked for in the includer's own folder first
  bool is_next = false;    ///< `#include_next`: the lookup goes on behind the folder of the includer

  auto operator<=>(const HeaderName&) const = default;
};

/// The names behind `#include`, `#import`, `#embed`, `__has_include` and their like. Also takes those in
/// comments and in branches that are not compiled: to watch one too many costs no more than a look.
std::vector<HeaderName> header_names(std::string_view text);

}  // namespace hamcell
