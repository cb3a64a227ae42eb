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

}  // namespace hamcell
