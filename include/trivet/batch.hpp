// SPDX-License-Identifier: Apache-2.0
// Rows for a model, filled cell by cell: numbers, category text, text, bytes, missing values.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/export.hpp"
#include "trivet/result.hpp"
#include "trivet/signature.hpp"
#include "trivet/tensor.hpp"

namespace trivet::inline v0 {

/// The text or bytes of one column, laid out as Arrow does: all characters in one piece, row `i`
/// from `offsets[i]` to `offsets[i + 1]`.
struct TextColumn {
  std::string characters;
  std::vector<std::size_t> offsets{0};
  std::vector<bool> missing;

  /// Requires row < rows so far.
  [[nodiscard]] std::string_view at(std::size_t row) const noexcept {
    return std::string_view(characters).substr(offsets[row], offsets[row + 1] - offsets[row]);
  }
};

/// The most bytes of a text in a text column: what a model needs to run is a multiple of them.
inline constexpr std::size_t kLongestText = std::size_t{1} << 27;

/// Rows in the shape that one model wants. Numbers and categories live in one row-major block of
/// the signature's cell type, missing ones as NaN, so engines read them in place; text and bytes
/// columns stand beside it. Resolve names once with Signature::find_column, then fill by position.
///
/// Rows are appended one at a time and filled in any order of columns, except that text and bytes
/// may only be set in the newest row. clear() keeps the memory, so a Batch that is reused stops
/// allocating. One thread at a time; the signature must outlive the batch.
class TRIVET_EXPORT Batch {
 public:
  explicit Batch(const Signature& signature);
  explicit Batch(Signature&&) = delete;  // it would not outlive the batch

  [[nodiscard]] const Signature& signature() const noexcept { return *signature_; }
  [[nodiscard]] std::size_t row_count() const noexcept { return row_count_; }
  [[nodiscard]] std::size_t column_count() const noexcept { return column_count_; }
  /// Numbers in a row: Signature::cell_count().
  [[nodiscard]] std::size_t cell_count() const noexcept { return cell_count_; }

  /// Forgets the rows, keeps the memory.
  void clear() noexcept;
  /// Makes room for that many rows in one allocation.
  void reserve(std::size_t rows);
  /// Appends a row whose values are all missing; returns its number. Amortised O(columns).
  std::size_t append_row();

  /// Requires a number or category column of one cell. The value is rounded to the cell type.
  void set_number(std::size_t row, std::size_t column, double value) noexcept {
    set_element(row, column, 0, value);
  }
  /// Sets one cell of a column. Requires position < Column::cells; nothing happens outside of the
  /// row.
  void set_element(std::size_t row, std::size_t column, std::size_t position,
                   double value) noexcept {
    assert(row < row_count_ && column < column_count_);
    const std::size_t cell = first_cell(column) + position;
    if (row >= row_count_ || cell < position || cell >= cell_count_) return;
    const std::size_t at = row * cell_count_ + cell;
    if (is_float32()) floats_[at] = static_cast<float>(value);
    else doubles_[at] = value;
  }
  /// Makes a bag or members that are missing some without values. Requires such a column, and for
  /// members the newest row.
  void set_empty(std::size_t row, std::size_t column) noexcept;
  /// Puts one more value into a bag. Errors as set_text. Requires a bag column, after set_empty.
  Status add_text(std::size_t row, std::size_t column, std::string_view text);
  /// Puts one more named number into a column of members. Requires the newest row, after set_empty.
  void add_member(std::size_t row, std::size_t column, std::string_view name, double number);
  /// Requires a number or category column of one cell; all values are missing until they are set.
  void set_missing(std::size_t row, std::size_t column) noexcept {
    set_number(row, column, std::numeric_limits<double>::quiet_NaN());
  }
  /// A category column turns the text into its code, a text column keeps it. The text of an
  /// unknown category is an error that lists the known ones, or missing, as the column says. In a
  /// text column, more than kLongestText is an error.
  Status set_text(std::size_t row, std::size_t column, std::string_view text);
  /// Requires a bytes column and the newest row.
  void set_bytes(std::size_t row, std::size_t column, std::string_view bytes);

  /// The cells of one row, for readers that fill rows front to back. Empty when the cell type is
  /// the other one.
  [[nodiscard]] std::span<float> float_row(std::size_t row) noexcept;
  [[nodiscard]] std::span<double> double_row(std::size_t row) noexcept;

  /// All cells, row-major. Requires the cell type of the name.
  [[nodiscard]] MatrixView<const float> floats() const noexcept;
  [[nodiscard]] MatrixView<const double> doubles() const noexcept;
  /// The strings of a text or bytes column.
  [[nodiscard]] const TextColumn& text(std::size_t column) const noexcept;

 private:
  [[nodiscard]] bool is_float32() const noexcept { return signature_->cell_type == DType::float32; }
  [[nodiscard]] std::size_t first_cell(std::size_t column) const noexcept {
    return first_cells_.empty() ? column : first_cells_[column];
  }
  [[nodiscard]] double number_at(std::size_t row, std::size_t cell) const noexcept {
    if (row >= row_count_ || cell >= cell_count_) return std::numeric_limits<double>::quiet_NaN();
    const std::size_t at = row * cell_count_ + cell;
    return is_float32() ? static_cast<double>(floats_[at]) : doubles_[at];
  }
  [[nodiscard]] Error unknown_category(std::size_t column, std::string_view text) const;
  [[nodiscard]] std::optional<std::size_t> find_category(std::size_t column,
                                                         std::string_view text) const noexcept;
  void store_text(std::size_t row, std::size_t column, std::string_view text);

  const Signature* signature_;
  std::size_t column_count_;
  std::size_t cell_count_;
  std::vector<std::size_t> first_cells_;  // by column; empty when each column takes one cell
  std::size_t row_count_ = 0;
  std::vector<float> floats_;
  std::vector<double> doubles_;
  std::vector<TextColumn> texts_;  // one per column, only where a column holds strings
  std::vector<std::vector<std::uint32_t>> category_order_;  // per column: codes sorted by text
};

}  // namespace trivet::inline v0
