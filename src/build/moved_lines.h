// Where lines of an earlier state of a cell are in its text of now.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hamcell {

class MovedLines {
 public:
  /// `unit`: a translation unit made of the earlier state; `content`: the cell as it is now.
  MovedLines(std::string unit, std::string content);
  MovedLines(const MovedLines&) = delete;
  MovedLines& operator=(const MovedLines&) = delete;

  /// The line of now that is the same as line `line` (1-based) of then; 0: there is none.
  unsigned line_of(unsigned line) const;

 private:
  unsigned line_beside(unsigned line, int direction) const;

  std::string unit_, content_;                    ///< what the views below are of
  std::vector<std::string_view> before_, after_;  ///< by line, from 1
  std::unordered_map<std::string_view, unsigned>
      anchors_;  ///< lines that are there once in both → line of now
};

}  // namespace hamcell
