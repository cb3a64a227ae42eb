// What the dataflows of past runs looked like.
#include "run/kept_shapes.h"

#include "run/record.h"

namespace hamcell {

const GraphShape* KeptShapes::find(const Digest& digest) {
  auto found = shapes_.find(digest);
  if (found == shapes_.end()) {
    const std::optional<std::string> bytes = cache_.find_shape(digest);
    found =
        shapes_.emplace(digest, bytes ? from_record<GraphShape>(*bytes, shape_record) : std::nullopt).first;
  }
  return found->second ? &*found->second : nullptr;
}

}  // namespace hamcell
