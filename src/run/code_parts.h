// What the code version of a node is made of, by name: so that the reason for another version can be told.
//
// The parts are kept in the cache beside the entries, content-addressed, and are written only when a node
// runs. What all nodes of a cell share (the parts that every node reaches, the build) is kept once.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "cache/cache.h"
#include "graph/graph.h"

namespace hamcell {

/// A piece of source, or of the build, as it was in some code version.
struct PartStamp {
  std::string name;   ///< "helper sq", "library libphysics.a"
  std::string place;  ///< "weather.cpp:12"; empty for what has none
  Digest digest;
};

class CodeParts {
 public:
  /// Of the nodes of a cell, which must outlive this. `cache` is null for --no-cache: nothing is kept then.
  CodeParts(const Cell& cell, Cache* cache) : cell_(cell), cache_(cache) {}

  /// Keeps what the code of a node that runs is made of. It is put together when the cache writes it.
  void keep(const GraphNode& node, const Digest& version);

  /// How the code differs from what it was at another version, one text for each thing: "flags changed",
  /// "code changed: helper sq (weather.cpp:12)", "code changed: helper sq is gone". The build comes first,
  /// then source in source order. Just "code changed" where what it was is not known, or where no single part
  /// is at fault.
  std::vector<std::string> differences(const GraphNode& node, const Digest& past_version);

 private:
  /// Everything about the cell that is the same for all of its nodes.
  struct Shared {
    std::string cell;  ///< its path
    CodeTable table;
    std::vector<std::uint32_t> common;    ///< parts that every node reaches, sorted
    std::vector<PartStamp> common_parts;  ///< the same
    std::vector<PartStamp> build_parts;
  };
  /// Parts that lead to all that a node reaches.
  struct Roots {
    std::uint32_t function = 0;
    std::optional<std::uint32_t> default_argument;
  };
  const std::shared_ptr<const Shared>& shared();
  Roots roots_of(const GraphNode& node) const;
  static std::vector<PartStamp> own_parts(const Shared& known, const Roots& roots);
  Digest keep_list(const std::vector<PartStamp>& parts);

  const Cell& cell_;
  Cache* cache_;
  std::shared_ptr<const Shared> shared_;  ///< read from the model when it is first asked for
  /// Keys of common and build parts in the cache, once these are kept there.
  std::shared_ptr<const std::vector<Digest>> lists_;
  std::unordered_set<Digest, DigestHash> kept_;
};

/// The records that a stored record of a code version names; and whether such a record is whole and its own.
std::set<Digest> lists_of_code(const Digest& version, std::string_view record);
bool is_code_record(const Digest& version, std::string_view record);

/// Several differences in one line: "code changed: helper sq (weather.cpp:12) and 2 more".
std::string in_short(const std::vector<std::string>& differences);

}  // namespace hamcell
