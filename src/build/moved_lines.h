// Where lines of an earlier state of a cell are in its text of now.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hamcell {

class MovedLines {
 public:
  MovedLines(std::string_view then, std::string_view now);

  /// The line of now that is the same as line `line` (1-based) of then; 0: there is none.
  unsigned line_of(unsigned line) const;

 private:
  unsigned line_beside(unsigned line, int direction) const;

  bool is_same_;                           ///< the two texts are
  std::vector<std::string> before_, now_;  ///< by line, from 1, without what is between words
  std::unordered_map<std::string_view, unsigned>
      anchors_;  ///< lines that are there once in both → line of now
};

}  // namespace hamcell
