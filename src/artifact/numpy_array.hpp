// SPDX-License-Identifier: Apache-2.0
// NumPy's arrays and element types, records included, over bytes that somebody else keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/result.hpp"

namespace trivet::artifact {

/// NumPy's letters for kinds of elements.
enum class NumpyKind : char {
  boolean = 'b',
  integer = 'i',
  natural = 'u',
  real = 'f',
  complex = 'c',
  text = 'U',   ///< UCS-4, zero padded; `item_bytes` is four times the characters
  bytes = 'S',  ///< zero padded
  record = 'V',
  object = 'O',
};

struct NumpyField;

/// A NumPy dtype.
struct NumpyType {
  NumpyKind kind = NumpyKind::real;
  bool is_big_endian = false;
  std::size_t item_bytes = 8;
  std::vector<NumpyField> fields;  ///< of a record; empty for bytes without a meaning

  /// nullptr without a field of that name.
  [[nodiscard]] const NumpyField* field(std::string_view name) const noexcept;
  /// As NumPy prints it: `<f8`, `|O`.
  [[nodiscard]] std::string name() const;
};

/// A part of each record, inside the record's bytes.
struct NumpyField {
  std::string_view name;
  std::size_t offset = 0;
  const NumpyType* type = nullptr;
};

/// The type that a code like `f8`, `<i4`, `U12` or `O` stands for. Nothing for dates, for sizes
/// that the kind does not have and for what is no code.
[[nodiscard]] std::optional<NumpyType> parse_numpy_type(std::string_view code);

/// The cells of an array, or of one field of its records: all that is needed to read them in
/// row-major order (last index fastest), however they lie in memory. Points into the array.
class NumpyCells {
 public:
  NumpyCells(const NumpyType& type, std::span<const std::int64_t> shape,
             std::span<const std::size_t> strides, const std::byte* first) noexcept
      : type_(&type), shape_(shape), strides_(strides), first_(first) {}

  [[nodiscard]] const NumpyType& type() const noexcept { return *type_; }
  [[nodiscard]] std::size_t count() const noexcept;

  /// Each appends all cells, or returns false and leaves `out` alone when the type, or a value,
  /// does not fit exactly. O(cells). Reals of up to 64 bits, integers (64-bit ones are rounded) and
  /// booleans.
  [[nodiscard]] bool append_to(std::vector<double>& out) const;
  /// Reals of up to 32 bits.
  [[nodiscard]] bool append_to(std::vector<float>& out) const;
  /// Integers and booleans.
  [[nodiscard]] bool append_to(std::vector<std::int64_t>& out) const;
  [[nodiscard]] bool append_to(std::vector<std::int32_t>& out) const;
  /// Booleans, and integers that are 0 or 1.
  [[nodiscard]] bool append_to(std::vector<std::uint8_t>& out) const;
  /// Texts as UTF-8, and bytes as they are; both without their padding.
  [[nodiscard]] bool append_to(std::vector<std::string>& out) const;

  /// Calls `visit(const std::byte* cell)` for each cell in row-major order.
  template <class Visit>
  void for_each(Visit&& visit) const;

 private:
  template <class Out>
  [[nodiscard]] bool append_cells(std::vector<Out>& out) const;

  const NumpyType* type_;
  std::span<const std::int64_t> shape_;
  std::span<const std::size_t> strides_;  // bytes
  const std::byte* first_;
};

/// An array whose bytes are proved to be as many as shape and type ask for. Those of an object
/// array are values of the pickle around it; `data` is empty then.
struct NumpyArray {
  static constexpr std::size_t kMostDimensions = 32;

  const NumpyType* type = nullptr;   ///< kept by whoever keeps the array
  std::vector<std::int64_t> shape;   ///< empty for a single cell
  std::vector<std::size_t> strides;  ///< bytes from one index to the next, for each dimension
  std::span<const std::byte> data;

  [[nodiscard]] std::size_t cell_count() const noexcept;
  [[nodiscard]] NumpyCells cells() const noexcept { return {*type, shape, strides, data.data()}; }
  /// The cells of one field; nothing when the array has no records with that field.
  [[nodiscard]] std::optional<NumpyCells> field(std::string_view name) const noexcept;
};

/// How an array lies in memory.
struct NumpyLayout {
  std::vector<std::int64_t> shape;
  bool is_column_major = false;
  /// Not empty: the bytes are row-major for `shape`, and dimension `i` of the array is dimension
  /// `axes[i]` of it.
  std::vector<std::size_t> axes;
};

/// The cells that a shape asks for. Nothing for what can't be counted, for negative extents and for
/// extents beside a zero that no array has.
[[nodiscard]] std::optional<std::size_t> count_numpy_cells(std::span<const std::int64_t> shape);

/// Puts an array together without its data. The layout's shape must be countable.
[[nodiscard]] NumpyArray make_numpy_array(const NumpyType& type, const NumpyLayout& layout);

/// The value of a half-precision number.
[[nodiscard]] float half_to_float(std::uint16_t bits) noexcept;

template <class Visit>
void NumpyCells::for_each(Visit&& visit) const {
  std::size_t left = count();
  const std::size_t outer = shape_.empty() ? 0 : shape_.size() - 1;
  const std::size_t run = shape_.empty() ? 1 : static_cast<std::size_t>(shape_[outer]);
  const std::size_t step = shape_.empty() ? 0 : strides_[outer];
  std::vector<std::size_t> index(outer);
  const std::byte* at = first_;
  for (; left > 0; left -= run) {
    for (std::size_t i = 0; i < run; ++i) visit(at + i * step);
    for (std::size_t d = outer; d-- > 0;) {
      at += strides_[d];
      if (++index[d] < static_cast<std::size_t>(shape_[d])) break;
      at -= strides_[d] * index[d];
      index[d] = 0;
    }
  }
}

}  // namespace trivet::artifact
