// What the text of a unit says by itself: its digest, and the words in it.
#pragma once

#include <string_view>
#include <vector>

#include "scan/reach/units.h"

namespace hamcell {

/// An identifier in a unit's text.
struct Word {
  std::string_view text;
  CXFile file = nullptr;
  unsigned offset = 0;         ///< byte offset in `file`
  bool is_member = false;      ///< stands behind `.` or `->`: only a member can be meant
  std::string_view qualifier;  ///< what stands in front of its `::`: "std"; empty where nothing does
  unsigned qualifier_offset = 0;
};

struct UnitText {
  Digest tokens;     ///< without comments and layout
  Digest positions;  ///< of the same tokens: file, line and column
  SourceEffects effects;
  std::vector<Word> words;
};

UnitText read_text(CellSource& source, const Unit& unit);

/// Whether an operator function may be called by this token.
bool is_overloadable(std::string_view token);

}  // namespace hamcell
