// SPDX-License-Identifier: Apache-2.0
// Ranks of single rows with AVX-512: two looks at sixteen cuts a feature, columns by byte permutes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/tree/engine.hpp"
#include "backend/tree/ranked_forest.hpp"
#include "backend/tree/ranks.hpp"

namespace trivet::tree::x86 {

/// Cuts each column of more than 255 cuts into several, so that all ranks fit bytes: each piece
/// counts its own cuts below the value, and a test asks the piece that has its cut. The tests keep
/// their order. Only RowRanker can rank for such columns.
void split_into_bytes(Ranks& ranks);

/// Rows of forests with byte ranks, up to 256 features and 256 numeric columns.
class RowRanker {
 public:
  static constexpr std::size_t kMostFeatures = 256;
  static constexpr std::size_t kMostColumns = 256;

  /// False when the forest doesn't fit. The processor must have tile kernels.
  [[nodiscard]] bool compile(const spi::TreeEnsemble& forest, const Ranks& ranks);
  /// Writes the columns of one row, `out` being aligned and padded to whole registers, and the
  /// code of each categorical feature.
  void rank(const Ranks& ranks, const Rows& rows, std::size_t row, std::uint8_t* out,
            std::uint16_t* codes) const noexcept;
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

  /// A feature's search: a group of coarse cuts, behind it the groups that they end.
  struct Search {
    std::uint32_t feature;
    std::uint32_t slot;   ///< where its rank goes: one a feature, more for pieces
    std::uint32_t first;  ///< of its cuts
  };
  /// One bit a feature, or a column.
  struct Bits {
    std::uint64_t word[4] = {};
    [[nodiscard]] bool has(std::size_t at) const noexcept {
      return (word[at / 64] >> at % 64 & 1) != 0;
    }
    void set(std::size_t at) noexcept { word[at / 64] |= std::uint64_t{1} << at % 64; }
  };

 private:
  void add_feature(const Ranks& ranks, const RankedFeature& feature, std::uint32_t slot);
  [[nodiscard]] std::uint32_t code_of(const RankedCategories& own, double x) const noexcept;
  friend struct RowRankerKernel;
  LineVector<Search> searches_;
  LineVector<float> narrow_;
  LineVector<double> wide_;
  /// The slot of a feature's second and later pieces.
  struct Piece {
    std::uint32_t slot;
    std::uint32_t feature;
  };

  std::vector<Piece> pieces_;
  std::uint32_t slot_count_ = 0;
  LineVector<std::uint8_t> slot_of_;    // by column
  LineVector<std::uint8_t> zero_rank_;  // by slot
  Bits right_;                          // columns where a missing value goes right
  Bits nan_is_zero_;                    // slots
  Bits zero_is_missing_;                // slots
  bool has_rules_ = false;
  bool truncates_to_zero_ = false;
  bool strict_ = true;
  bool rounds_to_float_ = true;
  std::uint32_t feature_count_ = 0;
  std::uint32_t column_count_ = 0;
};

}  // namespace trivet::tree::x86
