// Parses a cell with libclang.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cell/scan_request.h"
#include "scan/clang.h"

namespace hamcell {

/// The parser takes no file at all with the arguments of the request.
struct UnfitArguments {};

/// A parsed translation unit, disposed of when it goes.
class ParsedCell {
 public:
  ParsedCell(CXIndex index, CXTranslationUnit unit, std::string main_path,
             std::vector<std::string> dropped_flags)
      : index_(index),
        unit_(unit),
        main_path_(std::move(main_path)),
        dropped_flags_(std::move(dropped_flags)) {}
  ParsedCell(ParsedCell&& other) noexcept
      : index_(std::exchange(other.index_, nullptr)),
        unit_(std::exchange(other.unit_, nullptr)),
        main_path_(std::move(other.main_path_)),
        dropped_flags_(std::move(other.dropped_flags_)) {}
  ParsedCell& operator=(ParsedCell&&) = delete;
  ~ParsedCell();

  CXTranslationUnit unit() const { return unit_; }
  CXFile main_file() const { return clang_getFile(unit_, main_path_.c_str()); }
  /// Flags that this clang does not know, which were left out.
  const std::vector<std::string>& dropped_flags() const { return dropped_flags_; }

 private:
  CXIndex index_;
  CXTranslationUnit unit_;
  std::string main_path_;
  std::vector<std::string> dropped_flags_;
};

enum class ParseDepth {
  full,          ///< with function bodies and the record of what the preprocessor did
  declarations,  ///< bodies skipped where their function's type does not depend on them
};

struct KnownPreamble;

/// Parses `request.content` with `appended` behind it; what is precompiled of it (null: nothing) is not
/// parsed again, and is then not among what the unit shows as its own. Flags that only another compiler knows
/// are left out. Throws Failure (cell) when libclang crashes, UnfitArguments, and UnfitPreamble.
ParsedCell parse_cell(const ScanRequest& request, ParseDepth depth, const KnownPreamble* known,
                      const std::string& appended = {});

/// The parser does not take what is precompiled.
struct UnfitPreamble {};

/// Parses the text of a preamble, which must also be in the file `request.path`, for precompile(). `base`:
/// what of it is precompiled already; null: nothing. Gives nothing where there is an error in it.
std::optional<ParsedCell> parse_preamble(const ScanRequest& request, const KnownPreamble* base);
/// Writes it into a file. False where that cannot be done.
bool precompile(const ParsedCell& parsed, const std::string& file);

/// "libclang 19.1.7"
std::string parser_version();

}  // namespace hamcell
