// SPDX-License-Identifier: Apache-2.0
// `.npy` files: NumPy's arrays, format versions 1 to 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trivet/result.hpp"
#include "trivet/tensor.hpp"

namespace trivet::artifact {

/// An array as it lies in the file: a view of the file's bytes, checked to be as long as shape and
/// element type say. `float32`, `float64`, all integers and `boolean`.
struct NpyArray {
  DType dtype = DType::float64;
  std::vector<std::int64_t> shape;  ///< empty for a single number
  bool is_column_major = false;     ///< first index fastest: NumPy's `fortran_order`
  bool is_big_endian = false;
  std::span<const std::byte> elements;

  /// The product of the extents.
  [[nodiscard]] std::size_t element_count() const noexcept;
};

/// Reads a `.npy` file. O(header). Errors: invalid_argument, also for element types that are no
/// plain numbers.
[[nodiscard]] Result<NpyArray> read_npy(std::span<const std::byte> bytes);
/// The elements in row-major order (last index fastest), as doubles; 64-bit integers beyond 2⁵³
/// are rounded. O(elements).
[[nodiscard]] std::vector<double> to_row_major(const NpyArray& array);

}  // namespace trivet::artifact
