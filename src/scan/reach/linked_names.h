// Which names of the cell the linked sources, objects and libraries use: code that can call back into the
// cell.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace hamcell {

/// The names in the files that are linked with a cell. A file that is no text (an object, an archive) names
/// what its symbols name.
class LinkedNames {
 public:
  explicit LinkedNames(const std::vector<std::string>& paths);

  /// Whether some file has the name in it: as a word of a source, or in a symbol.
  bool mentions(std::string_view name) const;
  bool has_symbols() const { return !reversed_symbols_.empty(); }
  /// Whether some file may use a variable of that name. What a source has as a parameter or a local variable
  /// is none: it must say `extern`, unless a header declares the variable.
  bool may_use_variable(std::string_view name, bool is_in_header) const;

 private:
  void read_source(std::string_view text);
  void read_symbols(std::string_view bytes);
  bool is_in_symbols(std::string_view name) const;

  std::unordered_set<std::string> words_;          ///< of sources
  std::unordered_set<std::string> mangled_parts_;  ///< of the symbols of C++
  std::vector<std::string> reversed_symbols_;      ///< each back to front, sorted
};

}  // namespace hamcell
