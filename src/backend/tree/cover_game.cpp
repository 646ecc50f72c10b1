// SPDX-License-Identifier: Apache-2.0
// A forest compiled with its covers: the values that frameworks give without a baseline.
#include "backend/tree/cover_game.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "backend/tree/cover_forest.hpp"
#include "backend/tree/cover_walk.hpp"
#include "backend/tree/game_forest.hpp"

namespace trivet::tree {
namespace {

using spi::CoverValues;
using spi::FloatWidth;
using spi::GameRows;
using spi::GameScratch;
using spi::TreeEnsemble;

constexpr std::size_t kRowsAtOnce = 8;
/// From so many rows on, a block with some left empty is faster than row by row.
constexpr std::size_t kWorthABlock = 3;
/// Up to so many players the interactions of a block of rows are summed up together.
constexpr std::size_t kMostBlockPlayers = 256;

/// Points are exact for up to twice as many players on one way. For more what is missing depends on
/// the shares of the way's edges, and is largest where their product z is small: of the value of a
/// way of equal shares that the row takes whole, with up to 4096 players, less than 1e-12 where z >
/// 1e-9, and less than 1e-9 where z > 1e-76, the range of the covers' float32.
constexpr std::size_t kMostPoints = 32;

class ForestCoverGame final : public spi::CoverGame {
 public:
  ForestCoverGame(const TreeEnsemble& forest, FloatWidth row_width, std::size_t player_count,
                  CoverForest nodes)
      : forest_(forest),
        row_width_(row_width),
        player_count_(player_count),
        nodes_(std::move(nodes)) {}

  std::size_t output_count() const noexcept override { return forest_.output_count; }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + nodes_.memory_bytes();
  }
  double expected_margin(std::size_t output) const noexcept override;
  void attribute_rows(const GameRows& rows, std::size_t output, CoverValues values,
                      GameScratch& scratch) const override;

 private:
  /// One call of attribute_rows.
  struct Call {
    GameRows rows;
    std::size_t output;
    CoverValues values;
    GameScratch& scratch;
  };

  template <std::size_t kPoints>
  void attribute_by(const Call& call) const;
  template <std::size_t kPoints, std::size_t kRows>
  void attribute_block(const Call& call, std::size_t first, std::size_t count) const;
  void follow_rows(const Call& call) const;
  void follow_tree(const CoverTree& tree, std::size_t output, const double* cells,
                   double* players) const noexcept;
  void read_cells(const GameRows& rows, std::size_t r, double* cells,
                  std::size_t stride) const noexcept;
  [[nodiscard]] bool is_for(const CoverTree& tree, std::size_t output) const noexcept {
    return forest_.leaf_width > 1 || tree.output == output;
  }
  /// Where a tree's values for an output stand among those of a leaf.
  [[nodiscard]] std::size_t value_of_leaf(std::size_t output) const noexcept {
    return forest_.leaf_width > 1 ? output : 0;
  }

  const TreeEnsemble& forest_;
  FloatWidth row_width_;
  std::size_t player_count_;
  CoverForest nodes_;
};

double ForestCoverGame::expected_margin(std::size_t output) const noexcept {
  const spi::Sum& sum = forest_.sum;
  double mean = sum.start.empty() ? 0.0 : sum.start[output] * sum_scale(forest_);
  for (const CoverTree& tree : nodes_.trees) {
    if (!is_for(tree, output)) continue;
    mean += nodes_.means[tree.begin * forest_.leaf_width + value_of_leaf(output)];
  }
  return mean + (sum.end.empty() ? 0.0 : sum.end[output]);
}

/// A row's values in double, rounded as they are compared.
void ForestCoverGame::read_cells(const GameRows& rows, std::size_t r, double* cells,
                                 std::size_t stride) const noexcept {
  const Rows one{rows.data + r * rows.row_bytes, row_width_, 1, forest_.feature_count};
  for (std::uint32_t c = 0; c < forest_.feature_count; ++c) {
    cells[c * stride] = value_of(forest_, one, 0, c);
  }
}

/// Adds half of what two players do together to the upper triangle of their matrix.
template <std::size_t kPoints, std::size_t kRows>
class PairSums {
 public:
  /// `last` has room for as many levels as a way has.
  PairSums(double* matrix, std::size_t players, std::uint32_t* last)
      : matrix_(matrix), players_(players), last_(last) {}

  /// O(depth + players²), of those on the way.
  void operator()(const CoverWalk<kPoints, kRows>& walk, std::size_t depth) noexcept {
    std::size_t count = 0;
    for (std::size_t i = 1; i <= depth; ++i) {
      if (!walk.level(i).is_last) continue;
      for (std::size_t j = 0; j < count; ++j) add(walk, depth, i, last_[j]);
      last_[count++] = static_cast<std::uint32_t>(i);
    }
  }

 private:
  void add(const CoverWalk<kPoints, kRows>& walk, std::size_t depth, std::size_t i,
           std::size_t j) noexcept {
    const auto a = static_cast<std::size_t>(std::min(walk.player(i), walk.player(j)));
    const auto b = static_cast<std::size_t>(std::max(walk.player(i), walk.player(j)));
    double* sums = matrix_ + (a * players_ + b) * kRows;
    const auto& leaf = walk.level(depth);
    for (std::size_t q = 0; q < kPoints; ++q) {
      for (std::size_t l = 0; l < kRows; ++l) {
        sums[l] += 0.5 * leaf.below[q][l] * walk.slope(walk.level(i), q, l) *
                   walk.slope(walk.level(j), q, l);
      }
    }
  }

  double* matrix_;
  std::size_t players_;
  std::uint32_t* last_;  // the levels of players' last edges
};

/// Writes out a row's matrix: what is left of each player's value stands on the diagonal.
void add_matrix(const double* values, const double* pairs, std::size_t players, std::size_t stride,
                double* out) noexcept {
  for (std::size_t i = 0; i < players; ++i) {
    double rest = values[i * stride];
    for (std::size_t j = 0; j < players; ++j) {
      if (i == j) continue;
      const double pair = pairs[(std::min(i, j) * players + std::max(i, j)) * stride];
      out[i * players + j] += pair;
      rest -= pair;
    }
    out[i * players + i] += rest;
  }
}

template <std::size_t kPoints, std::size_t kRows>
void ForestCoverGame::attribute_block(const Call& call, std::size_t first,
                                      std::size_t count) const {
  using Walk = CoverWalk<kPoints, kRows>;
  const bool pairs = call.values == CoverValues::interactions;
  const std::size_t level_bytes = (nodes_.depth + 1) * sizeof(typename Walk::Level);
  const std::size_t cells = std::size_t{forest_.feature_count} * kRows;
  const std::size_t sums = player_count_ * kRows;
  const std::size_t numbers = cells + sums + (pairs ? sums * player_count_ : 0);
  call.scratch.bytes.resize(level_bytes + numbers * sizeof(double) +
                            (pairs ? nodes_.depth * sizeof(std::uint32_t) : 0));
  auto* const levels = reinterpret_cast<typename Walk::Level*>(call.scratch.bytes.data());
  auto* const cell = reinterpret_cast<double*>(call.scratch.bytes.data() + level_bytes);
  double* const player = cell + cells;
  double* const matrix = player + sums;
  std::fill_n(player, numbers - cells, 0.0);
  for (std::size_t l = 0; l < kRows; ++l) {
    read_cells(call.rows, first + std::min(l, count - 1), cell + l, kRows);
  }
  Walk walk(nodes_, forest_, levels, cell);
  auto* const last = reinterpret_cast<std::uint32_t*>(cell + numbers);
  PairSums<kPoints, kRows> pair_sums(matrix, player_count_, last);
  for (const CoverTree& tree : nodes_.trees) {
    if (!is_for(tree, call.output)) continue;
    const std::size_t value = value_of_leaf(call.output);
    if (pairs) walk.run(tree, value, player, pair_sums);
    else walk.run(tree, value, player, [](const Walk&, std::size_t) {});
  }
  for (std::size_t l = 0; l < count; ++l) {
    double* const out = call.rows.attributions + (first + l) * call.rows.stride;
    if (pairs) {
      add_matrix(player + l, matrix + l, player_count_, kRows, out);
      continue;
    }
    for (std::size_t p = 0; p < player_count_; ++p) out[p] += player[p * kRows + l];
  }
}

template <std::size_t kPoints>
void ForestCoverGame::attribute_by(const Call& call) const {
  const bool has_blocks =
      call.values != CoverValues::interactions || player_count_ <= kMostBlockPlayers;
  std::size_t r = 0;
  while (has_blocks && call.rows.count - r >= kWorthABlock) {
    const std::size_t count = std::min(call.rows.count - r, kRowsAtOnce);
    attribute_block<kPoints, kRowsAtOnce>(call, r, count);
    r += count;
  }
  for (; r < call.rows.count; ++r) attribute_block<kPoints, 1>(call, r, 1);
}

/// Each test on the row's way gets what it changes of the mean (Saabas, 2014).
void ForestCoverGame::follow_tree(const CoverTree& tree, std::size_t output, const double* cells,
                                  double* players) const noexcept {
  std::uint32_t at = tree.begin;
  while (!nodes_.nodes[at].is_leaf()) {
    const CoverNode& node = nodes_.nodes[at];
    const bool left = tree::goes_left(forest_, node.split, cells[node.feature]);
    const std::uint32_t next = left ? at + 1 : node.right;
    players[node.player] += nodes_.means[next * forest_.leaf_width + output] -
                            nodes_.means[at * forest_.leaf_width + output];
    at = next;
  }
}

void ForestCoverGame::follow_rows(const Call& call) const {
  call.scratch.bytes.resize(forest_.feature_count * sizeof(double));
  auto* const cells = reinterpret_cast<double*>(call.scratch.bytes.data());
  for (std::size_t r = 0; r < call.rows.count; ++r) {
    read_cells(call.rows, r, cells, 1);
    for (const CoverTree& tree : nodes_.trees) {
      if (!is_for(tree, call.output)) continue;
      follow_tree(tree, value_of_leaf(call.output), cells,
                  call.rows.attributions + r * call.rows.stride);
    }
  }
}

void ForestCoverGame::attribute_rows(const GameRows& rows, std::size_t output, CoverValues values,
                                     GameScratch& scratch) const {
  const Call call{rows, output, values, scratch};
  if (values == CoverValues::path) return follow_rows(call);
  const std::size_t points = std::min((nodes_.most_players + 1) / 2, kMostPoints);
  if (points <= 2) attribute_by<2>(call);
  else if (points == 3) attribute_by<3>(call);
  else if (points == 4) attribute_by<4>(call);
  else if (points <= 6) attribute_by<6>(call);
  else if (points <= 8) attribute_by<8>(call);
  else if (points <= 16) attribute_by<16>(call);
  else attribute_by<kMostPoints>(call);
}

}  // namespace

Result<std::unique_ptr<const spi::CoverGame>> make_forest_cover_game(const TreeEnsemble& forest,
                                                                     FloatWidth row_width,
                                                                     const spi::CoverSetup& setup) {
  auto nodes = compile_cover_forest(forest, setup);
  if (!nodes) return std::move(nodes).error();
  return std::unique_ptr<const spi::CoverGame>(
      std::make_unique<ForestCoverGame>(forest, row_width, setup.player_count, std::move(*nodes)));
}

}  // namespace trivet::tree
