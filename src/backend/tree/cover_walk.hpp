// SPDX-License-Identifier: Apache-2.0
// Walks through all nodes of a tree at once for some rows: Shapley values where absent players
// split by cover.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "backend/tree/cover_forest.hpp"
#include "backend/tree/engine.hpp"
#include "base/gauss_legendre.hpp"

namespace trivet::tree {

/// Points and weights on [0, 1], exact for polynomials below degree 2·kPoints.
template <std::size_t kPoints>
struct UnitQuadrature {
  std::array<double, kPoints> points{};
  std::array<double, kPoints> weights{};

  UnitQuadrature() noexcept { base::fill_gauss_legendre(points, weights); }
};

/// A leaf's game is a product: each player on its way is worth `o` (1 where the row takes all its
/// tests, else 0) when it is present and `z`, its share of the covers, when it is absent. So the
/// Shapley value of player i, with every other one present by chance t, is the integral over t of
/// v·(o_i - z_i)·Π_{j≠i} (t·o_j + (1 - t)·z_j), a polynomial that few points integrate exactly
/// (Wettenstein, Mitchell, Yu, "Quadrature-TreeSHAP", 2026). The products grow on the way down,
/// what stands below each edge is summed up on the way back: O(nodes · points). A player that is
/// tested again has its factor replaced, and what its last edge will claim of the part below taken
/// back (Yu, Xu, Bifet, Read, "Linear TreeShap", 2022).
template <std::size_t kPoints, std::size_t kRows>
class CoverWalk {
 public:
  /// A number a row. Loops over them run on copies, which nothing else can point to.
  using Lanes = std::array<double, kRows>;

  /// One node on the way down, with the edge that leads to it.
  struct Level {
    std::array<Lanes, kPoints> way;    // products up to here, times the weights of the points
    std::array<Lanes, kPoints> below;  // Σ value · product over the leaves below
    Lanes taken;                       // o of the edge's player
    Lanes goes_left;
    std::array<double, kPoints> factor;  // of that player where o = 1
    std::array<double, kPoints> gain;    // (1 - z) / factor
    std::uint32_t node;
    bool is_right;
    bool is_last;  // the player has no other edge further down
  };

  CoverWalk(const CoverForest& nodes, const spi::TreeEnsemble& forest, Level* levels,
            const double* cells) noexcept
      : nodes_(nodes), forest_(forest), levels_(levels), cells_(cells) {}

  /// `visit` is called at each leaf with the depth it lies at, for interactions.
  template <class Visit>
  void run(const CoverTree& tree, std::size_t output, double* players, Visit&& visit) noexcept {
    Level& root = levels_[0];
    root.node = tree.begin;
    for (std::size_t q = 0; q < kPoints; ++q) root.way[q].fill(rule().quadrature.weights[q]);
    std::size_t depth = 0;
    while (true) {
      const CoverNode& node = nodes_.nodes[levels_[depth].node];
      if (!node.is_leaf()) {
        test(node, levels_[depth]);
        ++depth;
        enter(levels_[depth - 1].node + 1, depth, false);
        continue;
      }
      const std::size_t at = levels_[depth].node * forest_.leaf_width + output;
      end(levels_[depth], node.is_dropped ? 0 : nodes_.means[at]);
      visit(*this, depth);
      while (depth != 0 && levels_[depth].is_right) leave(depth--, players);
      if (depth == 0) return;
      leave(depth, players);
      enter(nodes_.nodes[levels_[depth - 1].node].right, depth, true);
    }
  }

  [[nodiscard]] const Level& level(std::size_t depth) const noexcept { return levels_[depth]; }
  [[nodiscard]] std::int32_t player(std::size_t depth) const noexcept {
    return nodes_.nodes[levels_[depth - 1].node].player;
  }
  /// (o - z) / factor of the edge to a level.
  [[nodiscard]] static double slope(const Level& level, std::size_t q, std::size_t l) noexcept {
    return level.taken[l] != 0 ? level.gain[q] : rule().loss[q];
  }

 private:
  struct Rule {
    UnitQuadrature<kPoints> quadrature;
    std::array<double, kPoints> rest{};  // 1 - t
    std::array<double, kPoints> loss{};  // (0 - z) / ((1 - t)·z)
    Rule() noexcept {
      for (std::size_t q = 0; q < kPoints; ++q) {
        rest[q] = 1 - quadrature.points[q];
        loss[q] = -1 / rest[q];
      }
    }
  };
  static const Rule& rule() noexcept {
    static const Rule made;
    return made;
  }

  /// `on` for 1, exactly `off` for 0, in arithmetic that goes for all rows at once.
  static double chosen(double taken, double on, double off) noexcept {
    return off + taken * (on - off);
  }

  void test(const CoverNode& node, Level& level) const noexcept {
    Lanes x;
    std::copy_n(cells_ + std::size_t{node.feature} * kRows, kRows, x.begin());
    Lanes left;
    if (node.is_special) {
      for (std::size_t l = 0; l < kRows; ++l)
        left[l] = tree::goes_left(forest_, node.split, x[l]) ? 1 : 0;
      level.goes_left = left;
      return;
    }
    const double missing = node.missing_left ? 1 : 0;
    const double cut = node.cut;
    if (forest_.test == spi::Test::less) {
      for (std::size_t l = 0; l < kRows; ++l) left[l] = x[l] < cut ? 1 : 0;
    } else {
      for (std::size_t l = 0; l < kRows; ++l) left[l] = x[l] <= cut ? 1 : 0;
    }
    for (std::size_t l = 0; l < kRows; ++l) left[l] = x[l] != x[l] ? missing : left[l];
    level.goes_left = left;
  }

  void enter(std::uint32_t at, std::size_t depth, bool is_right) noexcept {
    const Level& up = levels_[depth - 1];
    Level& level = levels_[depth];
    const CoverNode& node = nodes_.nodes[at];
    const std::uint32_t last = nodes_.nodes[up.node].last_depth;
    level.node = at;
    level.is_right = is_right;
    level.is_last = true;
    Lanes taken;
    for (std::size_t l = 0; l < kRows; ++l)
      taken[l] = is_right ? 1 - up.goes_left[l] : up.goes_left[l];
    const double z = node.player_share;
    const Rule& by = rule();
    for (std::size_t q = 0; q < kPoints; ++q) {
      level.factor[q] = by.quadrature.points[q] + by.rest[q] * z;
      level.gain[q] = (1 - z) / level.factor[q];
    }
    if (last != 0) return replace(node, taken, depth, levels_[last]);
    for (std::size_t q = 0; q < kPoints; ++q) {
      const double on = level.factor[q];
      const double off = by.rest[q] * z;
      Lanes way;
      for (std::size_t l = 0; l < kRows; ++l) way[l] = up.way[q][l] * chosen(taken[l], on, off);
      level.way[q] = way;
    }
    level.taken = taken;
  }

  /// The factor of a player's new edge for that of its last one.
  void replace(const CoverNode& node, const Lanes& taken, std::size_t depth,
               Level& last) const noexcept {
    const Level& up = levels_[depth - 1];
    Level& level = levels_[depth];
    last.is_last = false;
    Lanes both;
    const Lanes was_taken = last.taken;
    for (std::size_t l = 0; l < kRows; ++l) both[l] = taken[l] * was_taken[l];
    for (std::size_t q = 0; q < kPoints; ++q) {
      const double on = level.factor[q] / last.factor[q];
      const double off = rule().rest[q] * node.player_share / last.factor[q];
      Lanes way;
      for (std::size_t l = 0; l < kRows; ++l) {
        way[l] = up.way[q][l] * chosen(was_taken[l], chosen(both[l], on, off), node.share);
      }
      level.way[q] = way;
    }
    level.taken = both;
  }

  static void end(Level& leaf, double value) noexcept {
    for (std::size_t q = 0; q < kPoints; ++q) {
      Lanes below = leaf.way[q];
      for (double& x : below) x *= value;
      leaf.below[q] = below;
    }
  }

  /// Credits the player of the edge to this level, and sums up for the levels above.
  void leave(std::size_t depth, double* players) noexcept {
    const Level& level = levels_[depth];
    Level& up = levels_[depth - 1];
    const CoverNode& split = nodes_.nodes[up.node];
    Lanes on{};
    Lanes off{};
    for (std::size_t q = 0; q < kPoints; ++q) {
      const double gain = level.gain[q];
      const double loss = rule().loss[q];
      Lanes below = level.below[q];
      for (std::size_t l = 0; l < kRows; ++l) {
        on[l] += below[l] * gain;
        off[l] += below[l] * loss;
      }
      if (level.is_right) {
        for (std::size_t l = 0; l < kRows; ++l) below[l] += up.below[q][l];
      }
      up.below[q] = below;
    }
    for (std::size_t l = 0; l < kRows; ++l) on[l] = chosen(level.taken[l], on[l], off[l]);
    if (split.last_depth != 0) take_back(level, levels_[split.last_depth], off, on);
    double* credit = players + static_cast<std::size_t>(split.player) * kRows;
    for (std::size_t l = 0; l < kRows; ++l) credit[l] += on[l];
  }

  /// What the player's last edge above will claim of the leaves below this one.
  static void take_back(const Level& level, Level& last, const Lanes& off, Lanes& credit) noexcept {
    last.is_last = true;
    Lanes on{};
    for (std::size_t q = 0; q < kPoints; ++q) {
      const double gain = last.gain[q];
      for (std::size_t l = 0; l < kRows; ++l) on[l] += level.below[q][l] * gain;
    }
    for (std::size_t l = 0; l < kRows; ++l) credit[l] -= chosen(last.taken[l], on[l], off[l]);
  }

  const CoverForest& nodes_;
  const spi::TreeEnsemble& forest_;
  Level* levels_;
  const double* cells_;  // a feature's for all rows, then the next one's
};

}  // namespace trivet::tree
