// Which files took part in the parse, and which lookups of headers found nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cell/model.h"
#include "scan/cell_source.h"

namespace hamcell {

struct IncludedFile {
  CXFile file = nullptr;  ///< null: only asked about by __has_include, or embedded
  SourceFile source;
  bool is_embedded = false;  ///< its bytes become data: `#embed`, `.incbin`
  std::string_view content;  ///< the parser's, where it was asked for it, which takes long; else empty
};

struct IncludedFiles {
  /// Without the cell: the user's in the order of their first inclusion, then the system's in that of paths.
  std::vector<IncludedFile> files;
  std::vector<AbsentFile> absent;
  std::vector<std::string> system_folders;  ///< in the order of paths
};

IncludedFiles find_includes(CellSource& source);

/// `#include <…>`, which does not look in the includer's own folder. A name that a macro gives counts as
/// quoted.
bool is_angled(CellSource& source, const Inclusion& inclusion);

/// The header that the tokens from `at` on name, as it is written between quotes or angles; empty where they
/// name none.
std::string header_name(const TokenText& text, std::size_t at);

/// The headers that __has_include asks for without including them.
std::vector<std::string> asked_headers(const TokenText& text);

}  // namespace hamcell
