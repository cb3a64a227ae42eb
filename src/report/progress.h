// Tells the user on standard error what happens during a run: a progress line on a terminal, what nodes
// print, and the log.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "run/execute.h"

namespace spdlog {
class logger;
}

namespace hamcell {

struct ProgressOptions {
  bool show_progress = false;  ///< standard error is a terminal, and --quiet was not given
  bool color = false;
  int verbosity = 1;      ///< 0 errors, 1 warnings, 2 a line per hit and execution, 3 every cache event
  std::string log_file;   ///< JSON lines; empty: none
  std::size_t nodes = 0;  ///< that may run
  std::size_t columns = 80;
};

class Progress : public RunObserver {
 public:
  /// Throws Failure (storage) when the log file cannot be written.
  explicit Progress(ProgressOptions options);
  ~Progress() override;

  void building() override;
  void built(const BuiltCell& cell) override;
  void hit(const std::string& node, const NodeRun& run) override;
  void started(const std::string& node) override;
  void awaited(const std::string& node) override;
  void finished(const std::string& node, const NodeRun& run) override;
  void printed(const std::string& node, std::string_view lines) override;
  void warn(const Problem& problem) override;
  void tick() override;

  /// Removes the progress line; the terminal is as it was.
  void clear();

 private:
  void draw();
  /// Whether these lines are of a sanitizer's report, which names no node: then it is said whose it is.
  bool is_report(const std::string& node, std::string_view lines);
  void event(int level, const std::string& name, const std::string& node, const NodeRun* run);

  ProgressOptions options_;
  std::shared_ptr<spdlog::logger> log_;
  bool is_drawn_ = false;
  bool is_building_ = false;
  std::size_t done_ = 0;
  std::vector<std::string> running_;
  std::set<std::string> named_;      ///< whose lines have their name in front: they ran beside others
  std::set<std::string> reporting_;  ///< nodes whose output is a sanitizer's report by now
  std::chrono::steady_clock::time_point began_;
};

}  // namespace hamcell
