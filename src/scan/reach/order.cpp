// The order in which the compiler meets the text of a cell and its headers.
#include "scan/reach/order.h"

namespace hamcell {

TextOrder::TextOrder(CXFile main_file, const std::vector<Inclusion>& inclusions) {
  prefixes_[main_file] = {};
  // The preprocessor's record is in the order of the text, so an includer is known before what it includes.
  for (const Inclusion& inclusion : inclusions) {
    const auto includer = prefixes_.find(inclusion.includer);
    if (inclusion.included == nullptr || includer == prefixes_.end()) continue;
    OrderKey prefix = includer->second;
    prefix.push_back(inclusion.offset + 1);
    prefixes_.try_emplace(inclusion.included, std::move(prefix));
  }
}

OrderKey TextOrder::key(CXFile file, unsigned offset) const {
  // What the command line includes comes before the cell.
  const auto found = prefixes_.find(file);
  OrderKey out = found == prefixes_.end() ? OrderKey{0} : found->second;
  out.push_back(offset + 1);
  return out;
}

}  // namespace hamcell
