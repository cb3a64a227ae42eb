// Turns libclang's types into hamcell's.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "scan/clang.h"
#include "value/type.h"

namespace hamcell {

/// Collects every type that is asked for, and what those are made of. One C++ type has one index.
class TypeCollector {
 public:
  /// `codec_specialisations` are the user's specialisations of ham::codec.
  TypeCollector(CXTranslationUnit unit, const std::vector<CXCursor>& codec_specialisations);

  /// The index of `type` without reference, const and volatile.
  std::uint32_t add(CXType type);

  const TypeTable& table() const { return table_; }
  TypeTable take() { return std::move(table_); }

 private:
  struct Known {
    CXType type;  ///< canonical; of kind CXType_Invalid where only the owner of a view asked for it so far
    std::uint32_t index;
  };

  std::uint32_t add_canonical(CXType type);
  /// The type that an input for a view is kept in, by its canonical C++ name.
  std::uint32_t add_owner(Type owner);
  /// bool, which is what std::bitset holds, and may be named nowhere in the cell.
  std::uint32_t add_plain_bool();
  Type describe(CXType type);
  Type describe_record(CXType type);
  Type describe_enumeration(CXType type);
  bool describe_adapted(CXType type, CXCursor declaration, const std::string& name, Type& out);
  Type describe_view(CXType type, const std::string& name);
  bool describe_standard(CXType type, const std::string& name, Type& out);
  void describe_structure(CXType type, CXCursor declaration, Type& out);
  bool add_bases(CXCursor pattern, Type& out);
  bool add_member(CXCursor field, bool is_open, Type& out);
  bool has_custom_codec(CXType type, CXCursor declaration) const;

  CXTranslationUnit unit_;
  TypeTable table_;
  std::unordered_map<std::string, std::vector<Known>> known_;
  std::vector<CXType> custom_types_;
  std::vector<CXCursor> custom_templates_;
};

}  // namespace hamcell
