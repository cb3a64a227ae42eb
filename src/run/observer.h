// Who is told what happens during a run: the progress line, the log, or a test.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "build/build.h"
#include "run/record.h"

namespace hamcell {

class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void building() {}
  virtual void built(const BuiltCell&) {}
  virtual void hit(const std::string& /*node*/, const NodeRun&) {}
  virtual void started(const std::string& /*node*/) {}
  /// The node waits because another hamcell process runs it.
  virtual void awaited(const std::string& /*node*/) {}
  virtual void finished(const std::string& /*node*/, const NodeRun&) {}
  /// Whole lines that a node printed.
  virtual void printed(const std::string& /*node*/, std::string_view /*lines*/) {}
  virtual void warn(const Problem&) {}
  /// Called a few times a second while something runs.
  virtual void tick() {}
};

}  // namespace hamcell
