// What went wrong, where, and what to do next: the one form in which every stage reports a problem.
#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace hamcell {

/// The exit statuses that scripts may rely on.
enum class ExitStatus : int {
  done = 0,          ///< everything asked for was done
  node_failed = 1,   ///< a node threw, crashed or was stopped
  usage = 2,         ///< the command line or a configuration file is wrong
  cell = 3,          ///< the cell, or what was given to it, is wrong
  compile = 4,       ///< the cell does not compile or link
  storage = 5,       ///< the cache or a file could not be used
  would_run = 10,    ///< --dry-run --exit-code: something would run
  interrupted = 130  ///< stopped by Ctrl-C or SIGTERM
};

/// A place in a source or input file. Lines and columns count from 1; 0 means "not known".
struct Place {
  std::string file;     ///< as the user wrote it; empty: no place
  unsigned line = 0;    ///< 1-based
  unsigned column = 0;  ///< 1-based, in bytes

  /// "file:line:column", with what is not known left out; empty without a file.
  std::string text() const;
  bool operator==(const Place&) const = default;
};

/// Something else that the reader must see to understand a problem, with its own place.
struct Note {
  Place place;
  std::string text;
};

/// One thing that is wrong.
struct Problem {
  Place place;                   ///< where; may be empty
  std::string what;              ///< one sentence without a full stop, starting in lower case
  std::string next;              ///< what to do about it, shown behind "help: "; may be empty
  std::vector<Note> notes = {};  ///< further places
  std::string verbatim =
      {};  ///< another program's own words, such as a compiler's, shown in front as they are
};

/// Thrown when a stage cannot give its result. It carries everything that `main` needs to tell the user,
/// so nobody ever prints an exception's `what()` alone.
class Failure : public std::exception {
 public:
  Failure(ExitStatus status, std::vector<Problem> problems)
      : status_(status), problems_(std::move(problems)) {}
  Failure(ExitStatus status, Problem problem) : status_(status) { problems_.push_back(std::move(problem)); }
  /// The short form for a problem without a place.
  Failure(ExitStatus status, std::string what, std::string next = {})
      : Failure(status, Problem{{}, std::move(what), std::move(next), {}, {}}) {}

  ExitStatus status() const { return status_; }
  const std::vector<Problem>& problems() const { return problems_; }
  const char* what() const noexcept override { return problems_.front().what.c_str(); }

 private:
  ExitStatus status_;
  std::vector<Problem> problems_;
};

/// How serious a printed problem is.
enum class Severity { error, warning, note };

/// The one format of every message: `PLACE: error: WHAT`, then a line per note, then `help: NEXT`.
/// Control characters in the text are made visible, except line feeds and tabs. Ends with a line feed.
std::string format_problem(const Problem& problem, Severity severity, bool color);

}  // namespace hamcell
