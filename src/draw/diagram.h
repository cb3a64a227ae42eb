// A picture before it is drawn: what the dataflow stages say, in the words that the picture shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hamcell {

/// What happened to a node, or will. The words of `--json` and of the pictures.
enum class NodeStatus : std::uint8_t {
  none,
  cached,
  executed,
  failed,
  skipped,
  overridden,
  unneeded,
  would_run,
  may_run
};

const char* status_name(NodeStatus status);  ///< "cached", "executed", …; "" for none

enum class BoxKind : std::uint8_t {
  node,            ///< rounded light-blue box
  input,           ///< dashed box
  optional_input,  ///< dashed box, unlike a required one
  config,          ///< an input that comes from the config
  folded,          ///< one box for several nodes, with a double outline
};

/// So many of the nodes in a folded box ended in this way.
struct StatusCount {
  NodeStatus status = NodeStatus::none;
  std::uint32_t count = 0;
};

/// Of Box::cluster: none.
inline constexpr std::uint32_t no_cluster = UINT32_MAX;

struct Box {
  /// Unique in the diagram, stable between runs: the node's or input's name; "TAG=VALUE" of a folded box.
  std::string id;
  BoxKind kind = BoxKind::node;
  std::string name;  ///< in bold
  std::string type;  ///< in italics
  bool is_target = false;
  bool is_faded = false;  ///< not needed by the targets
  bool is_overridden = false;
  bool is_same = false;              ///< in a comparison of runs: nothing changed, so it stands back
  std::vector<std::string> changes;  ///< in a comparison of runs: lines that say what changed
  std::string behavior;       ///< "", "cache", "recompute", "disable", "ignore": shown where it is not empty
  std::string value;          ///< of an input or override that was given, already shortened; may be empty
  std::string default_text;   ///< of an optional input: its default as written; empty: none or several
  std::string documentation;  ///< for the tooltip
  std::string columns;        ///< "date: string, rain: double" of a table or struct; for the tooltip
  std::vector<std::pair<std::string, std::string>> tags;  ///< of a node; of a folded box what all have
  std::uint32_t cluster = no_cluster;                     ///< index into Diagram::clusters
  std::vector<std::string> holds;                         ///< of a folded box: the names of its nodes
  std::vector<StatusCount> counts;  ///< of a folded box: how many ended how, the most telling first
  // After the run only:
  NodeStatus status = NodeStatus::none;
  double seconds = -1;      ///< of the run that made the value; negative: not known
  std::int64_t bytes = -1;  ///< of the encoded value; negative: not known
  std::string reason;       ///< why it ran, or how it failed; for the tooltip
  std::string why;          ///< what of the reason is written on the box; empty where that would tell nothing
  double time_share = -1;   ///< of the time of all nodes that ran, 0 to 1; negative: it did not run, or alone
  bool is_same_value = false;  ///< it ran and came out as before, so that something that needs it did not run
  std::string code_version;    ///< hexadecimal; for the tooltip
  std::string data_version;    ///< hexadecimal; for the tooltip
};

struct Arrow {
  std::uint32_t from = 0;  ///< index into Diagram::boxes
  std::uint32_t to = 0;
  std::uint32_t count = 1;  ///< how many arrows it stands for, where boxes are folded
  bool is_same_value =
      false;  ///< what it stands for came out as before, and so the box it leads to did not run
};

/// Boxes with one value of a tag, which stand within a frame of their own.
struct Cluster {
  std::string id;  ///< unique in the diagram, stable between runs: "TAG=VALUE"
  std::string tag;
  std::string value;
  /// In a page, whose reader folds and unfolds: the box that then stands for the nodes. Nothing: it stays as
  /// it is.
  std::optional<Box> fold;
  bool is_folded = false;  ///< in a page: when it is opened
};

struct Diagram {
  std::string title;     ///< the module's name
  std::string subtitle;  ///< "8 of 10 from cache (80 %), 1.2 s saved"; may be empty
  std::string summary;   ///< one sentence that describes the whole picture, for screen readers
  bool after_run = false;
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
  std::vector<Cluster> clusters;  ///< each with one box at least
};

/// Whether the box stands for what a node takes from outside.
inline bool is_input(const Box& box) { return box.kind != BoxKind::node && box.kind != BoxKind::folded; }

/// The status that a picture shows: an override and a node that is not needed have one before the run, too.
NodeStatus shown_status(const Box& box);

/// Adds up what became of several nodes: how many are of each status that is shown, the most telling first.
std::vector<StatusCount> counts_of(const std::vector<const Box*>& boxes);

}  // namespace hamcell
