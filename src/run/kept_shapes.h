// What the dataflows of past runs looked like, as the cache's history has it.
#pragma once

#include <map>
#include <optional>

#include "cache/cache.h"
#include "graph/shape.h"

namespace hamcell {

/// Many runs have one shape: each is read once.
class KeptShapes {
 public:
  /// `cache` is to outlive it.
  explicit KeptShapes(Cache& cache) : cache_(cache) {}

  /// Null where it cannot be read. It is there for as long as this is.
  const GraphShape* find(const Digest& digest);

 private:
  Cache& cache_;
  std::map<Digest, std::optional<GraphShape>> shapes_;
};

}  // namespace hamcell
