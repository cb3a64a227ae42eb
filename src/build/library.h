// Shared objects of cells, kept in the user's cache folder: how one is found again, and what can be called in
// it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "build/glue.h"

namespace hamcell {

/// What is known of a shared object beside it.
struct LibraryRecord {
  Digest content;             ///< of the file as it was when it was built
  Digest surroundings;        ///< see CallDigests
  std::vector<Digest> calls;  ///< what each entry of its table stands for
};

/// What a shared object was made of.
struct LibraryText {
  std::string unit;   ///< the translation unit
  std::string types;  ///< that of the object with the library's types; empty: there was none
  std::string cell;   ///< the cell as it was then
};

/// Flags by which what is built says where in the text it is from, or notes what was called.
bool tells_lines(const Toolchain& toolchain);

/// What stands for the pieces of a cell that are compiled.
class CallDigests {
 public:
  CallDigests(const Cell& cell, const Graph& graph);

  /// All that a built cell depends on but its own text. Nothing where code of one state of a cell cannot
  /// serve another beside code of that one: where something runs in both while they are loaded, or tells
  /// lines.
  const std::optional<Digest>& surroundings() const { return surroundings_; }
  /// What makes a call the same in two states of a cell with the same surroundings: the code that it can
  /// reach, and the types of what goes in and out.
  Digest of(const Callable& call) const;
  /// What a build of these functions is named by, by index; empty: of all.
  Digest library_key(const std::vector<bool>& called) const;

 private:
  Digest digest_of_call(const Callable& call) const;

  const Cell& cell_;
  std::vector<const GraphNode*> node_of_;  ///< by function
  Digest all_but_text_;
  std::optional<Digest> surroundings_;
  mutable std::map<Callable, Digest> known_;  ///< each library of the cell is asked for all of them
};

/// Where built cells are, without links: one above the folder could be turned to another place after the look
/// at who can write it.
std::string library_folder();

/// The record of a shared object that is there and whole; a damaged one could compute anything. Throws
/// Failure (storage) where somebody else could have written it.
std::optional<LibraryRecord> find_library(const std::string& path);

/// What it was made of; nothing where that is not there, or damaged.
std::optional<LibraryText> text_of_library(const std::string& path);

/// Keeps what was built, and what it was made of. Throws Failure (storage).
void keep_library(const std::string& built, const std::string& path, const LibraryText& text,
                  LibraryRecord record);

/// The newest shared objects of a cell with their records, the newest first, as far as they have these
/// surroundings.
struct EarlierLibrary {
  std::string path;
  LibraryRecord record;
};
std::vector<EarlierLibrary> earlier_libraries(const Cell& cell, const Digest& surroundings);

/// Makes one the newest of its cell.
void remember_library(const Cell& cell, const std::string& path);

}  // namespace hamcell
