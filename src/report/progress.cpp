// Tells the user on standard error what happens during a run.
#include "report/progress.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/document.h"

namespace hamcell {
namespace {

/// A run shorter than this shows no progress line, so that nothing flickers.
constexpr std::chrono::milliseconds quiet_time{150};

void to_terminal(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

Progress::Progress(ProgressOptions options)
    : options_(std::move(options)), began_(std::chrono::steady_clock::now()) {
  if (options_.log_file.empty()) return;
  try {
    log_ = std::make_shared<spdlog::logger>(
        "hamcell", std::make_shared<spdlog::sinks::basic_file_sink_st>(options_.log_file));
  } catch (const spdlog::spdlog_ex& error) {
    throw Failure(ExitStatus::storage,
                  "cannot write the log file '" + options_.log_file + "': " + error.what(),
                  "choose another file with --log-file");
  }
  log_->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})");
  log_->set_level(options_.verbosity >= 3 ? spdlog::level::debug : spdlog::level::info);
  log_->flush_on(spdlog::level::debug);
}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (!is_drawn_) return;
  to_terminal("\r\033[K");
  is_drawn_ = false;
}

void Progress::draw() {
  if (!options_.show_progress || std::chrono::steady_clock::now() - began_ < quiet_time) return;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  std::string line;
  if (is_building_) {
    line = "compiling";
  } else {
    line = "[" + std::to_string(done_) + "/" + std::to_string(options_.nodes) + "] " +
           visible(join(running_, ", "));
  }
  line = shortened(line + "  " + format_seconds(seconds), options_.columns > 1 ? options_.columns - 1 : 1);
  to_terminal("\r\033[K" + line);
  is_drawn_ = true;
}

void Progress::tick() { draw(); }

void Progress::event(int level, const std::string& name, const std::string& node, const NodeRun* run) {
  if (options_.verbosity >= level) {
    clear();
    std::string line = "hamcell: " + name + (node.empty() ? "" : " " + visible(node));
    if (run != nullptr && run->seconds >= 0) line += " (" + format_seconds(run->seconds) + ")";
    if (run != nullptr && !run->error.empty())
      line += ": " + visible(run->error);
    else if (run != nullptr && !run->reason.empty())
      line += ": " + visible(run->reason);
    if (options_.verbosity >= 3 && run != nullptr && !run->cache_key.is_zero())
      line += " [key " + run->cache_key.hex() + "]";
    to_terminal(line + '\n');
  }
  if (log_ == nullptr) return;
  nlohmann::ordered_json fields;
  fields["event"] = name;
  if (!node.empty()) fields["node"] = node;
  if (run != nullptr) {
    fields["seconds"] = run->seconds;
    if (!run->reason.empty()) fields["reason"] = run->reason;
    if (!run->error.empty()) fields["error"] = run->error;
    if (!run->cache_key.is_zero()) fields["cache_key"] = run->cache_key.hex();
    if (!run->data_version.is_zero()) fields["data_version"] = run->data_version.hex();
  }
  const std::string text = compact_text(fields);
  const std::string_view inner(text.data() + 1, text.size() - 2);
  log_->log(level >= 3 ? spdlog::level::debug : spdlog::level::info, "{}", inner);
}

void Progress::building() {
  is_building_ = true;
  event(3, "compiling", "", nullptr);
  if (options_.show_progress) {
    began_ -= quiet_time;  // compiling always takes long enough to be worth a line
    draw();
  }
}

void Progress::built(const BuiltCell& cell) {
  is_building_ = false;
  clear();
  if (!cell.messages.empty() && options_.verbosity >= 1) to_terminal(cell.messages);
  event(3, cell.reused ? "built cell reused" : "built in " + format_seconds(cell.seconds), "", nullptr);
}

void Progress::hit(const std::string& node, const NodeRun& run) {
  ++done_;
  event(2, "cached", node, &run);
}

void Progress::started(const std::string& node) {
  running_.push_back(node);
  // Its output is told apart to its end, also when it is the last one that runs.
  if (running_.size() > 1) named_.insert(running_.begin(), running_.end());
  event(3, "started", node, nullptr);
  draw();
}

void Progress::awaited(const std::string& node) {
  clear();
  if (options_.verbosity >= 1)
    to_terminal("hamcell: another hamcell runs '" + visible(node) + "' for the same key: waiting for it\n");
  event(3, "waiting", node, nullptr);
}

void Progress::finished(const std::string& node, const NodeRun& run) {
  std::erase(running_, node);
  named_.erase(node);
  reporting_.erase(node);
  ++done_;
  event(2, run.error.empty() ? "executed" : "failed", node, &run);
  draw();
}

bool Progress::is_report(const std::string& node, std::string_view lines) {
  // "==1==ERROR: AddressSanitizer", "WARNING: ThreadSanitizer", "cell.cpp:3:5: runtime error". What follows
  // in later pieces, until the node ends, is taken for the same report.
  const bool begins = lines.find("Sanitizer: ") != std::string_view::npos ||
                      lines.find(": runtime error: ") != std::string_view::npos;
  if (begins) reporting_.insert(node);
  return reporting_.contains(node);
}

void Progress::printed(const std::string& node, std::string_view lines) {
  clear();
  std::string out;
  if (is_report(node, lines) || named_.contains(node)) {
    for (const std::string& line : split(lines.substr(0, lines.size() - 1), '\n'))
      out += visible(node) + ": " + line + '\n';
  } else {
    out = lines;
  }
  to_terminal(out);
}

void Progress::warn(const Problem& problem) {
  clear();
  if (options_.verbosity >= 1) to_terminal(format_problem(problem, Severity::warning, options_.color));
}

}  // namespace hamcell
