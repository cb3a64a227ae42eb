// Which names of the cell the linked sources, objects and libraries use: code that can call back into the
// cell.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hamcell {

/// The names in the files that are linked with a cell. A file that is no text (an object, an archive) names
/// what its symbols name.
class LinkedNames {
 public:
  explicit LinkedNames(const std::vector<std::string>& paths);

  bool empty() const { return sources_.empty() && symbols_.empty(); }
  /// Whether some file declares a function of that name, and uses it.
  bool uses_function(std::string_view name) const;
  /// Whether some file declares a variable of that name, and uses it.
  bool uses_variable(std::string_view name) const;
  /// Whether some file has the name in it, in whatever way.
  bool mentions(std::string_view name) const;

 private:
  struct Occurrences {
    bool declared = false;              ///< stands where a declaration has its name: `extern int* count`
    bool declared_as_function = false;  ///< and a parenthesis follows: `double area(`
    bool used = false;                  ///< stands where it is certainly not declared
  };
  Occurrences in_sources(std::string_view name) const;
  void read_source(std::string_view text);
  void read_symbols(std::string_view bytes);
  bool is_in_symbols(std::string_view name) const;

  std::unordered_map<std::string, Occurrences> sources_;
  std::string symbols_;  ///< every word of the objects, each with a blank before and behind
};

}  // namespace hamcell
