// The top of a cell that can be precompiled: the lines that include headers with angle brackets.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"

namespace hamcell {

/// The includes in front of the first line of a cell that is anything else, comments and empty lines aside.
/// What they declare does not depend on the cell, so it can be parsed and compiled once for all its states.
struct Preamble {
  struct Include {
    std::size_t offset = 0;  ///< of the `#` in the cell, in bytes
    std::string line;        ///< "#include <vector>", however it is written
  };
  std::vector<Include> includes;

  bool empty() const { return includes.empty(); }
  /// The first `count` of them, for a header of their own: one to a line.
  std::string text(std::size_t count) const;
  /// `content` with the first `count` of them blank; everything else stays where it is.
  std::string removed_from(std::string_view content, std::size_t count) const;
};

/// `content`, of a cell, with these of its includes blank.
std::string without_includes(std::string_view content, std::span<const Preamble::Include> includes);

/// Whether flags bring headers of their own, in front of all others: these would be there twice with what is
/// precompiled.
bool includes_by_flag(const std::vector<std::string>& flags);

/// Stands for the text of a preamble and the arguments that it is parsed with.
Digest digest_of_preamble(const std::vector<std::string>& arguments, const std::string& text);

/// `content`: of a cell.
Preamble find_preamble(std::string_view content);

}  // namespace hamcell
