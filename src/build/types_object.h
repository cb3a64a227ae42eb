// An object for the types of a cell that are the standard library's alone, kept in the user's cache folder:
// an edit of a function leaves it as it is, and beside a first compile it is made on another core.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "build/library_types.h"
#include "build/precompiled.h"

namespace hamcell {

class TypesObject {
 public:
  /// There is none: all types are compiled with the functions.
  TypesObject();
  /// The one of a cell whose headers are precompiled. Where it is not there, it is made in the background if
  /// `makes`.
  TypesObject(const Cell& cell, const PrecompiledHeaders& headers, bool makes);
  /// Made again of what text() gave, for this once, in the background. It is the same but for what stands
  /// beside code.
  TypesObject(const Cell& cell, const std::string& text);
  ~TypesObject();
  TypesObject(TypesObject&&) noexcept;
  TypesObject& operator=(TypesObject&&) noexcept;

  /// Whether it is there or being made.
  bool is_apart() const { return !path_.empty() || work_ != nullptr; }
  /// Whether it is not, but could be.
  bool is_missing() const { return !is_apart() && !types_.empty(); }
  /// Those that are in it; none where it is not apart.
  const LibraryTypes& types() const;
  /// The translation unit that it is made of; empty where it is not apart.
  std::string text() const;
  /// Its path, waiting for its end. Nothing where it could not be made, which is remembered. Calls `tick` now
  /// and then.
  std::optional<std::string> finish(const std::function<void()>& tick);

 private:
  struct Work;
  LibraryTypes types_;
  std::string includes_;        ///< of the cell, that bring the types
  std::string path_;            ///< empty: it is not there yet
  std::unique_ptr<Work> work_;  ///< null: it is not being made
};

}  // namespace hamcell
