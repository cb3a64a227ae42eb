// A cell's model as text: the cell, its headers and other files.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cell.h"

namespace hamcell::proof {

inline const char* const cell_file = "cell.cpp";

/// Where an entity came to stand.
struct Written {
  std::size_t line = 0;            ///< its first line, from 1
  std::string text;                ///< as it stands in the file
  std::vector<std::size_t> marks;  ///< lines that what runs can see
};

struct Rendered {
  std::map<std::string, std::string> files;        ///< by name: the cell, headers, and what they read
  std::map<std::string, unsigned> rewrites;        ///< of some of the files: a higher number, written again
  std::map<std::string, std::string> environment;  ///< by name
  std::map<std::uint32_t, Written> written;        ///< by id of the entity
};

Rendered render(const Cell& cell);

/// How names are written.
enum class Naming {
  names,  ///< as in the file
  keys,   ///< by what they stand for, so that renaming changes nothing
};

/// The text of an entity with its calls, without layout. Marks are left in it.
std::string spell(const Cell& cell, const Entity& entity, Naming naming);

}  // namespace hamcell::proof
