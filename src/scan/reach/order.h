// The order in which the compiler meets the text of a cell and its headers.
#pragma once

#include <unordered_map>
#include <vector>

#include "scan/declarations.h"

namespace hamcell {

/// A position that can be compared with those in other files: the offsets of the include directives that lead
/// to its file, from the cell inwards, and its own.
using OrderKey = std::vector<unsigned>;

class TextOrder {
 public:
  TextOrder(CXFile main_file, const std::vector<Inclusion>& inclusions);

  /// A file that is included several times stands where it is included first.
  OrderKey key(CXFile file, unsigned offset) const;

 private:
  std::unordered_map<CXFile, OrderKey> prefixes_;
};

}  // namespace hamcell
