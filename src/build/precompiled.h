// The headers at the top of a cell, compiled once for all its states by the compiler of its cells.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/process.h"
#include "cell/discover.h"
#include "cell/preamble.h"

namespace hamcell {

/// Stands for the compile that the toolchain makes, whatever the cell: for what is known of it before a scan.
Digest compile_digest(const Toolchain& toolchain);

/// What a compile can start with instead of the first includes of a cell.
struct PrecompiledHeaders {
  std::size_t count = 0;           ///< of the includes
  std::vector<std::string> flags;  ///< for the compiler, in front of the file
  Digest content;                  ///< of what was precompiled
  bool operator==(const PrecompiledHeaders&) const = default;
};

/// What an earlier run has made for the includes of the cell that the scan found fit, if every file that it
/// was made of is what the scan has seen.
std::optional<PrecompiledHeaders> find_precompiled(const Cell& cell);

/// What there is for the cell, if anything, is of no use: it is to be made anew.
void forget_precompiled(const Cell& cell);

/// Makes it, in the background, unless there is one: of all includes at the top, since the scan need not have
/// ended.
class Precompiling {
 public:
  /// `cell`: its text and its toolchain are known.
  explicit Precompiling(const Cell& cell);
  ~Precompiling();
  Precompiling(const Precompiling&) = delete;
  Precompiling& operator=(const Precompiling&) = delete;

  /// Waits for its end, and keeps what was made where that can be. `cell`: as it was scanned meanwhile. Calls
  /// `tick` now and then.
  void finish(const Cell& cell, const std::function<void()>& tick);

 private:
  struct Work;
  std::unique_ptr<Work> work_;  ///< null: there is nothing to be made, or it cannot be
};

}  // namespace hamcell
