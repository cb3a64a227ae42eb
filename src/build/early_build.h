// What can be compiled while the cell is still being read.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/process.h"
#include "build/precompiled.h"
#include "graph/graph.h"

namespace hamcell {

/// Whether something can be done beside something else.
bool has_second_core();

/// Uses a second core until the scan has ended. Nothing that it does is taken unless it is what would be done
/// then.
class EarlyBuild {
 public:
  /// `graph`: how the graph of the cell will be asked for. `color`: of the compiler's messages.
  EarlyBuild(GraphRequest graph, bool color);
  ~EarlyBuild();
  EarlyBuild(const EarlyBuild&) = delete;
  EarlyBuild& operator=(const EarlyBuild&) = delete;

  /// Begins. `cell` and `last` are those of CellRequest::before_scan: most edits leave alone what the glue is
  /// made of, so what they seem to have changed is compiled with the glue of the cell's last state.
  void begin(const Cell& cell, std::optional<LastScan> last);

  /// By function, which of them can be called in what is being compiled, empty: all; null: nothing is.
  const std::vector<bool>* called() const;

  /// Whether types are in an object of their own in what is being compiled.
  bool has_types_apart() const;

  /// Waits until the headers of the cell, which has been scanned, are precompiled, if they are being so.
  void finish_headers(const Cell& cell, const std::function<void()>& tick);

  struct Compiled {
    ProcessResult result;
    std::string object;  ///< path of what was compiled; it goes with the EarlyBuild
    std::int64_t began_ns = 0;
  };
  /// Waits for what was compiled of the cell, if it was of this text and with these headers. What is
  /// compiled of another one is ended.
  std::optional<Compiled> take(const Cell& cell, const std::string& text,
                               const std::optional<PrecompiledHeaders>& headers,
                               const std::function<void()>& tick);

 private:
  struct Compile;
  void begin_compile(LastScan last, PrecompiledHeaders headers);

  GraphRequest graph_;
  bool color_;
  std::unique_ptr<Precompiling> headers_;
  std::unique_ptr<Compile> compile_;
};

}  // namespace hamcell
