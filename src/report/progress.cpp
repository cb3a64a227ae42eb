// Tells the user on standard error what happens during a run.
#include "report/progress.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "report/document.h"

namespace hamcell {
namespace {

// A run shorter than this shows no progress, so that nothing flickers and logs stay short.
constexpr std::chrono::milliseconds quiet_on_terminal{150};
constexpr std::chrono::seconds quiet_in_log{5};
/// The line on a terminal is drawn at most this often.
constexpr std::chrono::milliseconds drawing_pause{50};
/// Lines in a log come less and less often, down to this.
constexpr std::chrono::seconds longest_pause{60};
/// More nodes that run at the same time are only counted.
constexpr std::size_t most_named = 4;
/// Columns that say what is being done should have.
constexpr std::size_t least_work = 12;

}  // namespace

Progress::Progress(ProgressOptions options) : options_(std::move(options)), pause_(quiet_in_log) {
  next_ = Clock::now();
  if (options_.form == ProgressForm::one_line)
    next_ += quiet_on_terminal;
  else
    next_ += quiet_in_log;
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
  write_to_user("\r\033[K");
  is_drawn_ = false;
}

/// What is being done, and for how long already, in this many columns: those that do not fit are counted.
std::string Progress::work_text(Clock::time_point now, std::size_t columns) const {
  const auto part = [&](const std::string& what, Clock::time_point began, std::size_t room) {
    const std::string taken = " " + format_duration(std::chrono::duration<double>(now - began).count());
    return shortened(visible(what), room - std::min(room, display_width(taken))) + taken;
  };
  if (!side_work_.empty()) return part(side_work_, side_work_began_, columns);
  for (std::size_t named = std::min(running_.size(), most_named); named > 0; --named) {
    std::string text;
    std::string rest;
    if (named < running_.size()) rest = ", " + std::to_string(running_.size() - named) + " more";
    for (std::size_t k = 0; k < named; ++k)
      text += (k == 0 ? "" : ", ") + part(running_[k].node, running_[k].began, SIZE_MAX);
    if (display_width(text + rest) <= columns) return text + rest;
    if (named == 1)
      return part(running_[0].node, running_[0].began, columns - std::min(columns, rest.size())) + rest;
  }
  return {};
}

void Progress::draw(const Outlook& outlook, Clock::time_point now) {
  std::string head;
  if (outlook.nodes != 0)
    head = "[" + std::to_string(outlook.done) + "/" + std::to_string(outlook.nodes) + "] ";
  std::string tail;
  if (outlook.seconds_left && *outlook.seconds_left >= 1)
    tail = " · about " + format_duration(std::round(*outlook.seconds_left)) + " left";
  if (options_.form == ProgressForm::lines)
    return write_to_user("hamcell: " + head + work_text(now, SIZE_MAX) + tail + "\n");
  const std::size_t columns = std::max<std::size_t>(options_.columns(), 2) - 1;
  // Of a line that is too long, names go first, then the time left, then the rest.
  std::size_t taken = display_width(head + tail);
  if (taken + least_work > columns) taken -= display_width(std::exchange(tail, ""));
  const std::string line =
      shortened(head + work_text(now, columns - std::min(columns, taken)) + tail, columns);
  // A terminal that has become narrower meanwhile must not wrap it (DEC private mode 7).
  write_to_user("\r\033[K\033[?7l" + line + "\033[?7h");
  is_drawn_ = true;
}

void Progress::tick(const std::function<Outlook()>& outlook) {
  if (options_.form == ProgressForm::none) return;
  const Clock::time_point now = Clock::now();
  if (now < next_ || (side_work_.empty() && running_.empty())) return;
  if (options_.form == ProgressForm::one_line) {
    next_ = now + drawing_pause;
  } else {
    next_ = now + pause_;
    pause_ = std::min<Clock::duration>(2 * pause_, longest_pause);
  }
  draw(outlook(), now);
}

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
    write_to_user(line + '\n');
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

void Progress::building(const Cell& cell) {
  side_work_ = "compiling " + cell.path;
  side_work_began_ = Clock::now();
  event(3, "compiling", "", nullptr);
}

void Progress::built(const BuiltCell& cell) {
  side_work_.clear();
  clear();
  if (!cell.messages.empty() && options_.verbosity >= 1) write_to_user(cell.messages);
  event(3, cell.reused ? "built cell reused" : "built in " + format_seconds(cell.seconds), "", nullptr);
}

void Progress::locating(const std::string& node) {
  side_work_ = "looking up where " + node + " crashed";
  side_work_began_ = Clock::now();
}

void Progress::hit(const std::string& node, const NodeRun& run) { event(2, "cached", node, &run); }

void Progress::started(const std::string& node) {
  running_.push_back({node, Clock::now()});
  // Its output is told apart to its end, also when it is the last one that runs.
  if (running_.size() > 1)
    for (const Running& running : running_) named_.insert(running.node);
  event(3, "started", node, nullptr);
}

void Progress::awaited(const std::string& node) {
  clear();
  if (options_.verbosity >= 1)
    write_to_user("hamcell: another hamcell runs '" + visible(node) + "' for the same key: waiting for it\n");
  event(3, "waiting", node, nullptr);
}

void Progress::finished(const std::string& node, const NodeRun& run) {
  side_work_.clear();
  std::erase_if(running_, [&](const Running& running) { return running.node == node; });
  named_.erase(node);
  reporting_.erase(node);
  event(2, run.error.empty() ? "executed" : "failed", node, &run);
}

void Progress::stored(const std::string& node) { event(3, "stored", node, nullptr); }

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
  write_to_user(out);
}

void Progress::warn(const Problem& problem) {
  clear();
  has_warned_ = true;
  if (options_.verbosity >= 1) write_to_user(format_problem(problem, Severity::warning, options_.color));
}

}  // namespace hamcell
