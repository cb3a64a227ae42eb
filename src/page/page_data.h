// What a page shows, as the JSON that its script reads.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "draw/diagram.h"
#include "page/from_cache.h"
#include "page/node_source.h"

namespace hamcell {

/// All that a page is made of, but for its pictures. Lists of nodes are in the order of GraphShape::nodes.
struct PageSubject {
  std::string title;  ///< the module's name
  std::string cell;   ///< its path, as it is to be shown
  GraphShape shape;
  Diagram diagram;                  ///< as it is drawn, which may be a part of the shape
  std::optional<RunRecord> record;  ///< nothing: nothing was run
  std::vector<std::optional<NodeSource>> sources;
  std::vector<std::optional<Trace>> traces;  ///< empty: none is known
  std::vector<PastRun> runs;                 ///< the oldest first
  bool with_values = true;                   ///< previews of results are shown
};

/// The form is that of page/web/data.js, which reads it, and may change with every version of hamcell.
nlohmann::ordered_json page_data(const PageSubject& subject);

}  // namespace hamcell
