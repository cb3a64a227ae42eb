// How arrays of several dimensions are written and read, for the adapters of libraries that have them.
//
//   tag 40 (row by row) or 1040 (column by column), [[extent, …], elements] (RFC 8746, sections 3.1.1
//   and 3.1.2), where the elements are what a std::vector of them would be: a typed array of numbers.
#pragma once

#include <hamcell/codec.h>

namespace ham::detail {

/// Writes elements that lie one behind the other, as a std::vector of them is written.
template <class Element>
void encode_elements(sink& out, const Element* first, std::size_t count) {
  engine_in_use->encode_elements(out, layout_of<Element>(), first, count);
}

/// Reads as many as there are, no more and no less.
template <class Element>
void decode_elements(source& in, Element* first, std::size_t count) {
  engine_in_use->decode_elements(in, layout_of<Element>(), first, count);
}

/// How many elements the sequence ahead has; an error where the data cannot hold so many.
template <class Element>
std::size_t elements_ahead(source& in) {
  return engine_in_use->elements_ahead(in, layout_of<Element>());
}

/// Writes elements that lie in memory in the order of the tag.
template <class Element>
void encode_tensor(sink& out, const Element* elements, const std::uint64_t* extents, std::size_t rank,
                   bool is_column_major) {
  out.tag(is_column_major ? 1040 : 40);
  out.array(2);
  out.array(rank);
  std::size_t count = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    out.unsigned_integer(extents[i]);
    count *= static_cast<std::size_t>(extents[i]);
  }
  encode_elements(out, elements, count);
}

/// Reads what stands in front of the elements: up to `most` extents; how many there are. Fails where the data
/// does not have as many elements as the extents say, so that a container may be made of that size.
template <class Element>
std::size_t decode_extents(source& in, std::uint64_t* extents, std::size_t most, bool is_column_major) {
  if (in.tag() != (is_column_major ? 1040u : 40u) || in.array() != 2)
    in.fail("not an array of several dimensions");
  const std::size_t rank = in.array();
  if (rank > most) in.fail("an array of too many dimensions");
  std::uint64_t count = 1;
  for (std::size_t i = 0; i < rank && in.ok(); ++i) {
    extents[i] = in.unsigned_integer(INT64_MAX);
    if (__builtin_mul_overflow(count, extents[i], &count)) in.fail("an array of too many elements");
  }
  if (in.ok() && elements_ahead<Element>(in) != count)
    in.fail("an array of another size than its extents say");
  return in.ok() ? rank : 0;
}

}  // namespace ham::detail
