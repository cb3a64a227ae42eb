// Who is told what happens during a run: the progress line, the log, or a test.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "build/build.h"
#include "run/record.h"

namespace hamcell {

/// How far a run is.
struct Outlook {
  std::size_t done = 0;                ///< nodes that ran, failed, came from the cache or cannot run
  std::size_t nodes = 0;               ///< that the targets need
  std::optional<double> seconds_left;  ///< by what earlier runs took; nothing where none tells
};

class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void building(const Cell&) {}
  virtual void built(const BuiltCell&) {}
  /// It is looked for where in the source a node crashed, which takes a build of its own.
  virtual void locating(const std::string& /*node*/) {}
  virtual void hit(const std::string& /*node*/, const NodeRun&) {}
  virtual void started(const std::string& /*node*/) {}
  /// The node waits because another hamcell process runs it.
  virtual void awaited(const std::string& /*node*/) {}
  virtual void finished(const std::string& /*node*/, const NodeRun&) {}
  /// The node's result is in the cache, for every run that begins from now on.
  virtual void stored(const std::string& /*node*/) {}
  /// Whole lines that a node printed.
  virtual void printed(const std::string& /*node*/, std::string_view /*lines*/) {}
  virtual void warn(const Problem&) {}
  /// Called a few times a second while something runs. To ask for the outlook takes time in proportion to the
  /// size of the graph.
  virtual void tick(const std::function<Outlook()>& /*outlook*/) {}
};

}  // namespace hamcell
