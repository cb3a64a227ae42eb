// The attributes of namespace `ham`, read from the tokens, because a compiler drops attributes that it does
// not know.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cell/model.h"
#include "scan/macros.h"
#include "scan/tokens.h"

namespace hamcell {

/// What the attributes in front of all declarations of one function say together.
struct FunctionAttributes {
  bool exclude = false;
  bool marked_cache = false;
  std::optional<Behavior> behavior;
  std::vector<std::pair<std::string, std::string>> when;
  std::vector<std::pair<std::string, std::string>> tags;
  Place cache_place;       ///< of the first [[ham::cache]]
  Place exclude_place;     ///< of the first [[ham::exclude]]
  Place first_place;       ///< of the first attribute of any kind
  std::string first_name;  ///< its name: "cache"; empty: there is none
};

/// Reads the attributes of functions, and remembers which tokens it has read.
class AttributeReader {
 public:
  /// `file_name` is how places in `text` name the file.
  AttributeReader(MacroTable& macros, const TokenText& text, std::string file_name);

  /// Adds what stands in front of the declaration whose extent begins at `begin` and whose name stands at
  /// `name`, both byte offsets, to `out`; problems go to `problems`.
  void read(unsigned begin, unsigned name, FunctionAttributes& out, std::vector<Problem>& problems);

  /// A problem for every attribute of `ham` that stands in front of no function.
  void find_stray(std::vector<Problem>& problems) const;

  /// By index of the token: part of an attribute of `ham`, which is no part of what a node computes.
  const std::vector<bool>& is_attribute() const { return is_attribute_; }

 private:
  MacroTable& macros_;
  const TokenText& text_;
  std::string file_name_;
  std::vector<bool> is_attribute_;
  std::vector<bool> is_read_;
};

}  // namespace hamcell
