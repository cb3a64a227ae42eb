// A parsed cell with everything that was read from it once: what all parts of the scan look at.
#pragma once

#include <string>

#include "cell/scan_request.h"
#include "scan/declarations.h"
#include "scan/parse.h"
#include "scan/problem.h"
#include "scan/tokens.h"

namespace hamcell {

struct CellSource {
  /// `known_preamble`: null where nothing of the cell is precompiled.
  CellSource(const ScanRequest& scan_request, const ParsedCell& parsed_cell,
             const KnownPreamble* known_preamble)
      : request(scan_request),
        known(known_preamble),
        parsed(parsed_cell),
        unit(parsed_cell.unit()),
        main_file(parsed_cell.main_file()),
        declarations(read_declarations(parsed_cell, known_preamble)),
        texts(parsed_cell.unit()) {}

  const ScanRequest& request;
  const KnownPreamble* known;
  const ParsedCell& parsed;
  CXTranslationUnit unit;
  CXFile main_file;
  Declarations declarations;
  TokenTexts texts;

  const TokenText& main_text() { return texts.of(main_file); }

  /// The place of a position, with the file named as the user would.
  Place place(const Position& at) const {
    return {at.file == main_file ? request.path : path_of(at.file), at.line, at.column};
  }
  Place place(CXCursor cursor) const { return place(position_of(cursor)); }
};

}  // namespace hamcell
