// xtensor's containers (https://xtensor.readthedocs.io) whose layout is fixed: xarray and xtensor, row by row
// or column by column. An xtensor of one dimension is what a std::vector of its elements is.
#pragma once

#include <hamcell/adapt/tensor.h>

#include <xtensor/xarray.hpp>
#include <xtensor/xtensor.hpp>

namespace ham {

namespace detail {

template <class Container>
struct xtensor_codec {
  using element = typename Container::value_type;
  static_assert(is_codable<element>, "the elements of this xtensor type cannot be stored");
  static constexpr bool never_null = true;
  static constexpr bool is_column_major = Container::static_layout == xt::layout_type::column_major;
  static_assert(is_column_major || Container::static_layout == xt::layout_type::row_major,
                "an xtensor type whose layout only the run knows cannot be stored");
  static constexpr std::size_t most_dimensions = 32;

  static void encode(sink& out, const Container& container) {
    const std::size_t rank = container.dimension();
    if constexpr (is_vector) {
      encode_elements(out, container.data(), container.size());
    } else {
      if (rank > most_dimensions) return out.fail("an array of more than 32 dimensions");
      std::uint64_t extents[most_dimensions];
      for (std::size_t i = 0; i < rank; ++i) extents[i] = container.shape()[i];
      encode_tensor(out, container.data(), extents, rank, is_column_major);
    }
  }

  static void decode(source& in, Container& container) {
    std::uint64_t extents[most_dimensions] = {};
    std::size_t rank = 1;
    if constexpr (is_vector) {
      extents[0] = elements_ahead<element>(in);
    } else {
      rank = decode_extents<element>(in, extents, most_dimensions, is_column_major);
    }
    typename Container::shape_type shape{};
    if constexpr (requires { shape.resize(rank); }) {
      shape.resize(rank);
    } else {
      if (rank != shape.size()) in.fail("an array of another number of dimensions");
    }
    if (!in.ok()) return;
    for (std::size_t i = 0; i < rank; ++i)
      shape[i] = static_cast<typename Container::shape_type::value_type>(extents[i]);
    container.resize(shape);
    decode_elements(in, container.data(), container.size());
  }

 private:
  static constexpr bool is_vector = [] {
    using shape = typename Container::shape_type;
    if constexpr (detail::extent<shape>::is_fixed) return detail::extent<shape>::size == 1;
    return false;
  }();
};

}  // namespace detail

template <class Storage, xt::layout_type layout, class Shape, class Tag>
struct codec<xt::xarray_container<Storage, layout, Shape, Tag>>
    : detail::xtensor_codec<xt::xarray_container<Storage, layout, Shape, Tag>> {};

template <class Storage, std::size_t rank, xt::layout_type layout, class Tag>
struct codec<xt::xtensor_container<Storage, rank, layout, Tag>>
    : detail::xtensor_codec<xt::xtensor_container<Storage, rank, layout, Tag>> {};

}  // namespace ham
