// The build needs that a cell states in line comments near its top: `//hamcell:pkg eigen3`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hamcell {

/// The flags of one directive.
struct FlagLine {
  std::vector<std::string> words;
  Place place;
};

struct Directives {
  std::vector<std::string> packages;  ///< pkg: names that pkg-config knows
  std::vector<std::string> sources;   ///< source: further files to compile, relative to the cell's folder
  std::vector<FlagLine> cxxflags;
  std::vector<FlagLine> ldflags;
  std::string standard;  ///< std: "c++23"; empty: not given
  Place standard_place;
  std::vector<Place> package_places;  ///< of each of `packages`
  std::vector<Place> source_places;   ///< of each of `sources`
  std::vector<Problem> problems;      ///< unknown or misplaced directives
};

/// Reads the directives of a cell. "Near the top" is everything before the first line that is neither blank,
/// a comment nor a preprocessor directive; a directive below that is a problem, so that none is overlooked.
Directives read_directives(const std::string& cell_path, std::string_view content);

}  // namespace hamcell
