// Arrays of several dimensions: where their elements lie, and how they are read.
#include "value/tensor.h"

#include <cstring>

namespace hamcell {

namespace {

std::size_t volume_of(const std::vector<std::uint64_t>& shape) {
  std::size_t volume = 1;
  for (const std::uint64_t extent : shape) volume *= static_cast<std::size_t>(extent);
  return volume;
}

}  // namespace

std::vector<std::size_t> strides_of(const std::vector<std::uint64_t>& shape, bool is_column_major) {
  std::vector<std::size_t> strides(shape.size());
  std::size_t stride = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::size_t dimension = is_column_major ? i : shape.size() - 1 - i;
    strides[dimension] = stride;
    stride *= static_cast<std::size_t>(shape[dimension]);
  }
  return strides;
}

std::vector<std::size_t> column_order(const std::vector<std::uint64_t>& shape) {
  const std::vector<std::size_t> strides = strides_of(shape, true);
  std::vector<std::size_t> order;
  std::vector<std::uint64_t> index(shape.size());
  std::size_t place = 0;
  for (std::size_t left = volume_of(shape); left != 0; --left) {
    order.push_back(place);
    // The last index runs fastest; where it ends, the one before it goes on.
    for (std::size_t dimension = shape.size(); dimension-- != 0;) {
      place += strides[dimension];
      if (++index[dimension] != shape[dimension]) break;
      place -= strides[dimension] * static_cast<std::size_t>(shape[dimension]);
      index[dimension] = 0;
    }
  }
  return order;
}

std::string row_by_row(std::string_view bytes, const std::vector<std::uint64_t>& shape, std::size_t width) {
  std::string out(bytes.size(), '\0');
  std::size_t to = 0;
  for (const std::size_t from : column_order(shape))
    std::memcpy(out.data() + width * to++, bytes.data() + width * from, width);
  return out;
}

std::string column_by_column(std::string_view bytes, const std::vector<std::uint64_t>& shape,
                             std::size_t width) {
  std::string out(bytes.size(), '\0');
  std::size_t from = 0;
  for (const std::size_t to : column_order(shape))
    std::memcpy(out.data() + width * to, bytes.data() + width * from++, width);
  return out;
}

Shape take_shape(const Type& type, ham::source& in) {
  constexpr std::size_t most_dimensions = 32;  // as include/hamcell/adapt/xtensor.h has it
  if (in.tag() != (type.is_column_major ? 1040U : 40U) || in.array() != 2)
    in.fail("not an array of several dimensions");
  const std::size_t rank = in.array();
  if (rank > most_dimensions) in.fail("an array of too many dimensions");
  if (!type.extents.empty() && rank != type.extents.size())
    in.fail("an array of another number of dimensions");
  Shape shape;
  shape.count = 1;
  for (std::size_t i = 0; i < rank && in.ok(); ++i) {
    const std::uint64_t extent = in.unsigned_integer(INT64_MAX);
    const bool is_fixed = !type.extents.empty() && type.extents[i] != 0;
    if (is_fixed && extent != type.extents[i]) in.fail("an array of another size");
    if (__builtin_mul_overflow(shape.count, extent, &shape.count)) in.fail("an array of too many elements");
    shape.extents.push_back(extent);
  }
  return in.ok() ? shape : Shape();
}

Tensor::Tensor(const TypeTable& types, const Type& type, ham::source& in)
    : type_(type), shape_(take_shape(type, in)) {
  elements_ = take_elements(types, type.arguments.front(), in);
  if (in.ok() && elements_.count != shape_.count) in.fail("an array of another size than its extents say");
  if (!in.ok()) return;
  if (type.is_column_major && rank() > 1) order_ = column_order(shape_.extents);
  if (elements_.form != Elements::Form::items) return;
  ham::source items = elements_.items;
  for (std::uint64_t i = 0; i < shape_.count; ++i) {
    places_.push_back(items.position() - elements_.items.position());
    items.skip();
  }
}

std::uint64_t Tensor::extent(std::size_t dimension) const {
  if (shape_.count != 0) return shape_.extents[dimension];
  return type_.extents.empty() ? 0 : type_.extents[dimension];
}

Elements Tensor::at(std::uint64_t index) const {
  const std::size_t place = order_.empty() ? static_cast<std::size_t>(index) : order_[index];
  Elements elements = elements_;
  if (elements.form == Elements::Form::items) {
    const ham::source& items = elements_.items;
    elements.items =
        ham::source(items.data() + items.position() + places_[place], items.remaining() - places_[place]);
  } else {
    pass_over(elements, place);
  }
  return elements;
}

}  // namespace hamcell
