// What the run knows about one node, and the phases that a node goes through.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cache/entry.h"
#include "run/record.h"

namespace hamcell {

/// How wide the previews are that entries keep.
inline constexpr std::size_t preview_columns = 160;

/// From `waiting` a node comes to `settled`, directly (a hit, an override) or by way of `queued` and
/// `running`. It goes back when its value is asked for and is not there any more (to `queued`), or when an
/// argument turns out to have another version than the one it was decided with (to `waiting`).
enum class Phase : std::uint8_t {
  unneeded,  ///< no target needs it
  waiting,   ///< the version of an argument is not known yet
  queued,    ///< it must run, and waits for values of arguments or for a runner
  running,   ///< a runner has it
  settled,   ///< its data version is known; its value may or may not be at hand
  failed,    ///< it ran and has no value
  skipped    ///< it cannot run, because something it needs failed or the run was stopped
};

struct NodeState {
  Phase phase = Phase::unneeded;
  NodeRun result;
  bool has_version =
      false;             ///< result.data_version is known; always true for `ignore`, which goes into no key
  bool is_miss = false;  ///< queued because no entry holds, and for no other reason
  std::vector<std::int64_t> seen;  ///< creation times of the entries that did not hold
  bool must_redo = false;          ///< while running: an argument turned out to be another one
  std::int64_t began_ns = 0;       ///< monotonic time at which it began to run, or went to a runner for that
  unsigned tries = 0;              ///< how often its arguments were found damaged
  /// The number under which runners know its value: another one each time that it is made or taken from the
  /// cache, so that an old value is never mistaken for the new one.
  std::uint64_t value = 0;
  // Where its value is:
  bool is_stored = false;  ///< `bytes`, or a file below `store` named `content`
  std::optional<std::string> bytes;
  Digest content;
  std::string store;                ///< cache folder that has the file
  std::set<std::uint32_t> runners;  ///< that hold it
  /// What it was seen to read and write, in this run or in the one that left the entry.
  Trace trace;
  // While its call lies in a runner, sent ahead of the versions of its arguments (ahead.h):
  std::optional<std::uint32_t> ahead_in;  ///< the runner
  std::uint64_t ahead_value = 0;          ///< the number of the value that it makes
  Digest code_claim;  ///< what stands for its code among claims; all zeros until it is asked for
  /// No entry was made by its code, which is claimed: whatever its key will be, it is a miss.
  bool is_sure_miss = false;
  /// An entry holds: it ran only because its value was needed and not at hand.
  bool is_made_again = false;
  bool is_looked_at = false;         ///< whether it could be sent ahead was asked, and the answer is no
  bool has_taken_arguments = false;  ///< it ran once, and was counted off as a user of what it needs
  unsigned waiting_users = 0;        ///< users that may still ask for the value

  bool has_value() const { return phase == Phase::settled && (is_stored || !runners.empty()); }
};

}  // namespace hamcell
