// What hamcell-scan is asked: one cell as it was at one moment, and how to read it.
#pragma once

#include <string>
#include <vector>

#include "base/record.h"

namespace hamcell {

/// Of processor time: what takes longer will not end.
inline constexpr unsigned most_scan_seconds = 100;
/// Exit status of hamcell-scan when the parser takes no file at all with these arguments.
inline constexpr int unfit_arguments_status = 3;

struct ScanRequest {
  std::string path;     ///< of the cell, as the user wrote it; "<stdin>" or "<NAME>" for standard input
  std::string folder;   ///< absolute; the cell's folder, in which its own `#include "…"` look first
  std::string content;  ///< the snapshot that counts, whatever the file holds by now
  std::vector<std::string> arguments = {};  ///< compiler flags: "-std=c++20", "-I…", "-D…"
  /// Another compiler than clang will have the last word: what only clang finds wrong with that compiler's
  /// own or the system's headers is not reported.
  bool is_for_other_compiler = false;
  /// Absolute paths of the user's files that are linked with the cell, and of the headers of the sources
  /// among them: what can call back into the cell.
  std::vector<std::string> linked = {};
  /// A folder of the user's alone, in which preambles are kept precompiled; empty: none is.
  std::string preambles = {};
  /// The preamble of which all that it depends on is known to be as it was when it was last precompiled, or
  /// used so (digest_of_preamble); all zeros: that is known of none.
  Digest settled_preamble = {};
  /// The folder of what is precompiled for all cells (cell/prepared.h); empty where that is of no use to this
  /// one.
  std::string prepared = {};
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::ScanRequest> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::ScanRequest::path);
    f("folder", &hamcell::ScanRequest::folder);
    f("content", &hamcell::ScanRequest::content);
    f("is_for_other_compiler", &hamcell::ScanRequest::is_for_other_compiler);
    f("arguments", &hamcell::ScanRequest::arguments);
    f("linked", &hamcell::ScanRequest::linked);
    f("preambles", &hamcell::ScanRequest::preambles);
    f("settled_preamble", &hamcell::ScanRequest::settled_preamble);
    f("prepared", &hamcell::ScanRequest::prepared);
  }
};
