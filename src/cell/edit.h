// What an edit of a cell can have changed, guessed from its texts before and after: something to begin with
// while the new text is being read.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "cell/discover.h"

namespace hamcell {

/// The stretch of a text in which it differs from another one.
struct TextEdit {
  TextRange before;  ///< in the old text
  TextRange after;   ///< in the new one; both begin at the same byte
};

TextEdit edit_between(std::string_view before, std::string_view after);

/// Moves what the model knows by place to where it is in the new text. A body that begins or ends in the edit
/// is no longer one that can be left out.
void follow_edit(CellModel& model, const TextEdit& edit);

/// By function: whether its code can be another one for the edit, by the places of the old text.
std::vector<bool> changed_functions(const CellModel& model, const TextEdit& edit);

}  // namespace hamcell
