// What follows from the types that the scan found: digests, what may not be stored and why, and smaller
// tables.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "value/type.h"

namespace hamcell {

/// Every type that a value of `type` has as a part, in order.
std::vector<std::uint32_t> parts_of(const Type& type);

/// By type: whether it is of this kind, or has a part that is, at any depth.
std::vector<bool> types_that_hold(const TypeTable& types, TypeKind kind);

/// Fills `multi` (from the name of the container), `holds_unordered`, and `why_opaque` of every type that has
/// an opaque part. The own `why_opaque` of an opaque type is a sentence ("int* is a pointer"), or empty; in a
/// structure around it that becomes "member 'socket' of Link is a pointer".
void fill_derived(TypeTable& types);

/// Fills `digest` of all types: of everything that decides the encoding and the meaning of a value, down
/// through members and arguments. It is the same in every table that has the same type. Call it after
/// fill_derived.
void fill_digests(TypeTable& types);

/// The smallest table that describes `type`, which is `new_index` in it: stored beside an entry, so that its
/// value can be read from the store alone.
TypeTable extract(const TypeTable& types, std::uint32_t type, std::uint32_t& new_index);

}  // namespace hamcell
