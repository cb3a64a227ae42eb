// The preamble of a cell as the parser knows it from an earlier scan: precompiled, and with what the rest of
// the scan has to know of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cell/model.h"
#include "cell/preamble.h"
#include "cell/scan_request.h"
#include "scan/includes.h"

namespace hamcell {

/// What libclang does not tell of a precompiled preamble. All of its files are the system's.
struct PreambleFacts {
  struct File {
    std::string name;  ///< as libclang spells it
    SourceFile source;
  };
  std::vector<File> files;  ///< in the order of their first inclusion
  std::vector<AbsentFile> absent;
  std::vector<std::string> system_folders;
};

struct KnownPreamble {
  enum class Origin : std::uint8_t {
    kept,     ///< of all includes that are fit, by an earlier scan
    prepared  ///< of some of them, for all cells (prepared.h): what they look for is to be worked out anew
  } origin = Origin::kept;
  /// What was parsed as one header.
  struct Part {
    std::string header;                       ///< path
    std::vector<Preamble::Include> includes;  ///< of the cell, in the order in which they stand in it
  };
  std::vector<Part> parts;  ///< the later ones stand on those before
  std::string precompiled;  ///< path of what the parser takes for them
  PreambleFacts facts;

  std::size_t count_includes() const;
  /// `content`, of the cell, with all of them blank.
  std::string removed_from(std::string content) const;
};

/// How many of the includes at the top of the cell lead to the system's headers alone.
std::size_t fit_includes(const CellSource& source, const IncludedFiles& included);

/// A cell with so many fit includes was scanned without a precompiled preamble: the next one is worth it.
void note_preamble(const ScanRequest& request, std::size_t fit);

/// The precompiled preamble of the cell: an earlier one if the request says that it is settled, else a new
/// one. Nothing where there is no preamble, where it was not met before or cannot be precompiled, or no place
/// is given to keep it.
std::optional<KnownPreamble> know_preamble(const ScanRequest& request);

/// The parser could not work with it: it is to be made anew the next time.
void forget_preamble(const KnownPreamble& known);

}  // namespace hamcell
