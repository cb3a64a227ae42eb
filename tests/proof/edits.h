// Random edits of a cell, by kind.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "cell.h"
#include "grow.h"

namespace hamcell::proof {

enum class EditKind {
  reachable_helper,
  unreachable_helper,
  type,
  overload,
  macro_or_header,
  order,
  layout,
  node,
  world,  ///< a file or an environment variable
};

constexpr std::array<const char*, 9> edit_kind_names = {"reachable helper",
                                                        "unreachable helper",
                                                        "type or its special members",
                                                        "template or overload",
                                                        "macro or header",
                                                        "order",
                                                        "comment or layout",
                                                        "node",
                                                        "file or environment"};

struct Edit {
  EditKind kind = EditKind::node;
  std::string what;  ///< in words, for whoever replays it
};

/// Changes the cell by one edit of that kind; nothing, and no change, where a few attempts find none.
std::optional<Edit> edit(Cell& cell, EditKind kind, Random& random);

}  // namespace hamcell::proof
