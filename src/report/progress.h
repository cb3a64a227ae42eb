// Tells the user on standard error what happens during a run: a progress line on a terminal, what nodes
// print, and the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "run/execute.h"

namespace spdlog {
class logger;
}

namespace hamcell {

/// How far the run is, in words: "[3/12] fit 31 s, load 2.1 s · about 2 min left".
enum class ProgressForm : std::uint8_t {
  none,
  lines,    ///< now and then a line, for logs
  one_line  ///< that is written over again and again
};

struct ProgressOptions {
  ProgressForm form = ProgressForm::none;
  std::function<std::size_t()> columns;  ///< of the terminal, at this moment
  bool color = false;
  int verbosity = 1;     ///< 0 errors, 1 warnings, 2 a line per hit and execution, 3 every cache event
  std::string log_file;  ///< JSON lines; empty: none
};

class Progress : public RunObserver {
 public:
  /// Throws Failure (storage) when the log file cannot be written.
  explicit Progress(ProgressOptions options);
  ~Progress() override;

  void building(const Cell& cell) override;
  void built(const BuiltCell& cell) override;
  void locating(const std::string& node) override;
  void hit(const std::string& node, const NodeRun& run) override;
  void started(const std::string& node) override;
  void awaited(const std::string& node) override;
  void finished(const std::string& node, const NodeRun& run) override;
  void stored(const std::string& node) override;
  void printed(const std::string& node, std::string_view lines) override;
  void warn(const Problem& problem) override;
  void tick(const std::function<Outlook()>& outlook) override;

  /// Removes the progress line; the terminal is as it was.
  void clear();

  /// Whether the user was warned of anything.
  bool has_warned() const { return has_warned_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Running {
    std::string node;
    Clock::time_point began;
  };

  std::string work_text(Clock::time_point now, std::size_t columns) const;
  void draw(const Outlook& outlook, Clock::time_point now);
  /// Whether these lines are of a sanitizer's report, which names no node: then it is said whose it is.
  bool is_report(const std::string& node, std::string_view lines);
  void event(int level, const std::string& name, const std::string& node, const NodeRun* run);

  ProgressOptions options_;
  std::shared_ptr<spdlog::logger> log_;
  bool is_drawn_ = false;
  bool has_warned_ = false;
  std::string side_work_;  ///< what hamcell itself does, as "compiling cell.cpp"; empty: nothing
  Clock::time_point side_work_began_;
  std::vector<Running> running_;
  std::set<std::string> named_;      ///< whose lines have their name in front: they ran beside others
  std::set<std::string> reporting_;  ///< nodes whose output is a sanitizer's report by now
  Clock::time_point next_;           ///< when the line is due again
  Clock::duration pause_;            ///< between plain lines; it grows
};

}  // namespace hamcell
