// Eigen's dense matrices and arrays (https://eigen.tuxfamily.org), of fixed and dynamic size, in both storage
// orders. A vector is what a std::vector or std::array of its elements is; a matrix is an array of two
// dimensions in its own storage order, so that its elements are moved as one block.
#pragma once

#include <hamcell/adapt/tensor.h>

#include <Eigen/Core>

namespace ham {

namespace detail {

template <class Matrix>
struct eigen_codec {
  using element = typename Matrix::Scalar;
  static_assert(is_codable<element>, "the elements of this Eigen type cannot be stored");
  static constexpr bool never_null = true;
  static constexpr int rows = Matrix::RowsAtCompileTime;
  static constexpr int columns = Matrix::ColsAtCompileTime;
  static constexpr bool is_vector = rows == 1 || columns == 1;
  static constexpr bool is_column_major = Matrix::IsRowMajor == 0;

  static void encode(sink& out, const Matrix& matrix) {
    if constexpr (is_vector) {
      encode_elements(out, matrix.data(), static_cast<std::size_t>(matrix.size()));
    } else {
      const std::uint64_t extents[] = {static_cast<std::uint64_t>(matrix.rows()),
                                       static_cast<std::uint64_t>(matrix.cols())};
      encode_tensor(out, matrix.data(), extents, 2, is_column_major);
    }
  }

  static void decode(source& in, Matrix& matrix) {
    using index = Eigen::Index;
    std::uint64_t extents[2] = {1, 1};
    if constexpr (is_vector) {
      extents[rows == 1 ? 1 : 0] = elements_ahead<element>(in);
    } else {
      if (decode_extents<element>(in, extents, 2, is_column_major) != 2) in.fail("not a matrix");
    }
    const bool fits = (rows == Eigen::Dynamic || static_cast<std::uint64_t>(rows) == extents[0]) &&
                      (columns == Eigen::Dynamic || static_cast<std::uint64_t>(columns) == extents[1]) &&
                      is_at_most(extents[0], Matrix::MaxRowsAtCompileTime) &&
                      is_at_most(extents[1], Matrix::MaxColsAtCompileTime);
    if (!fits) in.fail("a matrix of another size");
    if (!in.ok()) return;
    matrix.resize(static_cast<index>(extents[0]), static_cast<index>(extents[1]));
    decode_elements(in, matrix.data(), static_cast<std::size_t>(matrix.size()));
  }

 private:
  static constexpr bool is_at_most(std::uint64_t extent, int most) {
    return most == Eigen::Dynamic || extent <= static_cast<std::uint64_t>(most);
  }
};

}  // namespace detail

template <class Scalar, int rows, int columns, int options, int most_rows, int most_columns>
struct codec<Eigen::Matrix<Scalar, rows, columns, options, most_rows, most_columns>>
    : detail::eigen_codec<Eigen::Matrix<Scalar, rows, columns, options, most_rows, most_columns>> {};

template <class Scalar, int rows, int columns, int options, int most_rows, int most_columns>
struct codec<Eigen::Array<Scalar, rows, columns, options, most_rows, most_columns>>
    : detail::eigen_codec<Eigen::Array<Scalar, rows, columns, options, most_rows, most_columns>> {};

}  // namespace ham
