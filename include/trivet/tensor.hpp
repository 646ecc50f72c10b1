// SPDX-License-Identifier: Apache-2.0
// Views of numbers in memory: element types, matrices of rows, tensors of any rank.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "trivet/export.hpp"

namespace trivet::inline v0 {

/// Element types, with the names that the service's Tensor message and NumPy share.
enum class DType : std::uint8_t {
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  boolean,
  text,   ///< UTF-8 strings; no fixed element size
  bytes,  ///< opaque byte strings; no fixed element size
};

/// Bytes of one element; 0 for `text` and `bytes`.
[[nodiscard]] TRIVET_EXPORT std::size_t size_of(DType dtype) noexcept;
/// `"float32"`, `"int64"`, … Constant, from any thread.
[[nodiscard]] TRIVET_EXPORT std::string_view dtype_name(DType dtype) noexcept;

/// The DType of a C++ element type.
template <class T>
[[nodiscard]] constexpr DType dtype_of() noexcept {
  using E = std::remove_const_t<T>;
  if constexpr (std::is_same_v<E, float>) return DType::float32;
  else if constexpr (std::is_same_v<E, double>) return DType::float64;
  else if constexpr (std::is_same_v<E, std::int8_t>) return DType::int8;
  else if constexpr (std::is_same_v<E, std::int16_t>) return DType::int16;
  else if constexpr (std::is_same_v<E, std::int32_t>) return DType::int32;
  else if constexpr (std::is_same_v<E, std::int64_t>) return DType::int64;
  else if constexpr (std::is_same_v<E, std::uint8_t>) return DType::uint8;
  else if constexpr (std::is_same_v<E, std::uint16_t>) return DType::uint16;
  else if constexpr (std::is_same_v<E, std::uint32_t>) return DType::uint32;
  else if constexpr (std::is_same_v<E, std::uint64_t>) return DType::uint64;
  else {
    static_assert(std::is_same_v<E, bool>, "no DType for this element type");
    return DType::boolean;
  }
}

/// Rows of numbers, row-major: element (r, c) is `data[r * stride + c]`. A view: it owns nothing
/// and must not outlive its memory. `T` is `const float` or `const double` for inputs.
template <class T>
struct MatrixView {
  T* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t stride = 0;  ///< elements from one row to the next, at least `columns`

  MatrixView() = default;
  MatrixView(T* first, std::size_t row_count, std::size_t column_count) noexcept
      : MatrixView(first, row_count, column_count, column_count) {}
  MatrixView(T* first, std::size_t row_count, std::size_t column_count,
             std::size_t row_stride) noexcept
      : data(first), rows(row_count), columns(column_count), stride(row_stride) {}
  /// A view of mutable numbers serves wherever a view of constant ones is asked for.
  operator MatrixView<const T>() const noexcept  // NOLINT: widening, as with pointers
      requires(!std::is_const_v<T>) {
    return {data, rows, columns, stride};
  }

  /// Requires r < rows.
  [[nodiscard]] std::span<T> row(std::size_t r) const noexcept {
    assert(r < rows);
    return {data + r * stride, columns};
  }
};

template <class T>
MatrixView(T*, std::size_t, std::size_t) -> MatrixView<T>;

/// Elements of one type in row-major order, of any rank. A view: it owns neither the elements
/// nor the extents. `data` points at `product(shape)` elements of `dtype`.
struct TensorView {
  DType dtype = DType::float32;
  const void* data = nullptr;
  std::span<const std::int64_t> shape;

  /// The product of the extents; 1 for a scalar.
  [[nodiscard]] std::size_t element_count() const noexcept {
    std::size_t count = 1;
    for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    return count;
  }
  /// Requires that `T` is the element type.
  template <class T>
  [[nodiscard]] std::span<const T> elements() const noexcept {
    assert(dtype == dtype_of<T>());
    return {static_cast<const T*>(data), element_count()};
  }
};

}  // namespace trivet::inline v0
