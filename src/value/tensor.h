// Arrays of several dimensions: where their elements lie, and how they are read.
#pragma once

#include <hamcell/source.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "value/elements.h"
#include "value/type.h"

namespace hamcell {

/// How many elements an array has along each dimension, and how many that makes. Where it has none, an extent
/// may be any number, and must not be counted to.
struct Shape {
  std::vector<std::uint64_t> extents;
  std::uint64_t count = 0;
};

/// Takes the head of an array of several dimensions (RFC 8746, section 3.1) out of `in`, up to its elements.
/// What is no such head, or not one of `type`, is an error that stays in `in`; then the shape is empty.
Shape take_shape(const Type& type, ham::source& in);

/// How far apart, in elements, the neighbours along each dimension lie.
std::vector<std::size_t> strides_of(const std::vector<std::uint64_t>& shape, bool is_column_major);

/// For each element, in the order of rows, its place where they lie column by column.
std::vector<std::size_t> column_order(const std::vector<std::uint64_t>& shape);

/// Elements of `width` bytes that lie column by column, as they lie row by row; and the reverse.
std::string row_by_row(std::string_view bytes, const std::vector<std::uint64_t>& shape, std::size_t width);
std::string column_by_column(std::string_view bytes, const std::vector<std::uint64_t>& shape,
                             std::size_t width);

/// A stored array of several dimensions, whose elements are asked for one by one.
class Tensor {
 public:
  /// Takes it out of `in`; an error in the bytes stays there.
  Tensor(const TypeTable& types, const Type& type, ham::source& in);

  /// Elements along a dimension: 0 where the array has no elements, unless the type has that extent.
  std::uint64_t extent(std::size_t dimension) const;
  std::size_t rank() const { return shape_.extents.size(); }
  /// Elements of which the next one is the element at `index`, counted row by row.
  Elements at(std::uint64_t index) const;

 private:
  const Type& type_;
  Shape shape_;
  std::vector<std::size_t> order_;  ///< empty: they lie row by row
  Elements elements_;
  std::vector<std::size_t> places_;  ///< of items: where each begins
};

}  // namespace hamcell
