// A picture before it is drawn: what the dataflow stages say, in the words that the picture shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
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
};

struct Box {
  std::string id;  ///< unique in the diagram, stable between runs: the node's or input's name
  BoxKind kind = BoxKind::node;
  std::string name;  ///< in bold
  std::string type;  ///< in italics
  bool is_target = false;
  bool is_faded = false;  ///< not needed by the targets
  bool is_overridden = false;
  std::string behavior;       ///< "", "cache", "recompute", "disable", "ignore": shown where it is not empty
  std::string value;          ///< of an input or override that was given, already shortened; may be empty
  std::string default_text;   ///< of an optional input: its default as written; empty: none or several
  std::string documentation;  ///< for the tooltip
  // After the run only:
  NodeStatus status = NodeStatus::none;
  double seconds = -1;       ///< of the run that made the value; negative: not known
  std::int64_t bytes = -1;   ///< of the encoded value; negative: not known
  std::string reason;        ///< why it ran, or how it failed; for the tooltip
  std::string code_version;  ///< hexadecimal; for the tooltip
  std::string data_version;  ///< hexadecimal; for the tooltip
};

struct Arrow {
  std::uint32_t from = 0;  ///< index into Diagram::boxes
  std::uint32_t to = 0;
};

struct Diagram {
  std::string title;     ///< the module's name
  std::string subtitle;  ///< "8 of 10 from cache (80 %), 1.2 s saved"; may be empty
  std::string summary;   ///< one sentence that describes the whole picture, for screen readers
  bool after_run = false;
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
};

}  // namespace hamcell
