// SPDX-License-Identifier: Apache-2.0
// A forest compiled for one baseline: which leaves mixtures of it and a row can reach.
//
// A walk goes down a tree one way where row and baseline agree, both ways where a player that is
// not yet committed makes them disagree, and along its commitment where one is. A leaf reached with
// `a` players committed to the row and `b` to the baseline gives each of the former its value times
// (a-1)!·b!/(a+b)! and takes from each of the latter a!·(b-1)!/(a+b)! of it; partial sums on the
// way up credit each player once. Expected leaves: (1 + chance to disagree)^depth, not all of them.
#include "backend/tree/margin_game.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::GameSetup;
using spi::MarginTerms;
using spi::TreeEnsemble;

constexpr std::size_t kMostGameNodes = std::size_t{1} << 29;
constexpr std::int32_t kLeafMark = -2;

/// A node in depth-first order, the baseline's side first: the near child is the next node. A leaf
/// holds its value in place of the test, or its number where leaves are vectors.
template <class Cell>
struct GameNode;

template <>
struct GameNode<float> {
  std::uint64_t test;   // feature, cut
  std::int32_t player;  // kLeafMark; GameSetup::kNoPlayer: follows the row
  std::uint32_t far;    // the other child, flags in front

  void set_test(std::uint32_t feature, double cut) noexcept {
    test = std::uint64_t{feature} << 32 | std::bit_cast<std::uint32_t>(static_cast<float>(cut));
  }
  [[nodiscard]] std::uint32_t feature() const noexcept {
    return static_cast<std::uint32_t>(test >> 32);
  }
  [[nodiscard]] float cut() const noexcept {
    return std::bit_cast<float>(static_cast<std::uint32_t>(test));
  }
  void set_leaf(double value) noexcept { test = std::bit_cast<std::uint64_t>(value); }
  [[nodiscard]] double leaf() const noexcept { return std::bit_cast<double>(test); }
};

template <>
struct GameNode<double> {
  double value;
  std::uint32_t column;
  std::int32_t player;
  std::uint32_t far;

  void set_test(std::uint32_t feature, double cut) noexcept {
    column = feature;
    value = cut;
  }
  [[nodiscard]] std::uint32_t feature() const noexcept { return column; }
  [[nodiscard]] double cut() const noexcept { return value; }
  void set_leaf(double leaf_value) noexcept { value = leaf_value; }
  [[nodiscard]] double leaf() const noexcept { return value; }
};

constexpr std::uint32_t kNearIsLeft = std::uint32_t{1} << 31;
constexpr std::uint32_t kMissingGoesNear = std::uint32_t{1} << 30;
constexpr std::uint32_t kSpecialTest = std::uint32_t{1} << 29;  // more than a comparison and NaN
constexpr std::uint32_t kFarBits = kSpecialTest - 1;

/// (a-1)!·b!/(a+b)!, what each of `a` players gets of a leaf that `b` others must be away from.
double leaf_share(std::uint32_t a, std::uint32_t b) noexcept {
  return std::exp(std::lgamma(double(a)) + std::lgamma(double(b) + 1) -
                  std::lgamma(double(a) + double(b) + 1));
}

/// The usual ones, by recurrence.
class ShareTable {
 public:
  static constexpr std::uint32_t kSize = 24;

  ShareTable() noexcept {
    for (std::uint32_t a = 1; a < kSize; ++a) {
      double share = 1.0 / a;
      for (std::uint32_t b = 0; b < kSize; ++b) {
        shares_[a][b] = share;
        share *= (b + 1.0) / (a + b + 1.0);
      }
    }
  }
  [[nodiscard]] double at(std::uint32_t a, std::uint32_t b) const noexcept {
    if (a < kSize && b < kSize) return shares_[a][b];
    return a == 0 ? 0.0 : leaf_share(a, b);
  }

 private:
  std::array<std::array<double, kSize>, kSize> shares_{};  // row 0: no player to get anything
};

const ShareTable& share_table() noexcept {
  static const ShareTable table;
  return table;
}

enum : std::uint8_t { kUncommitted, kAtBaseline, kAtRow };

/// A player that is committed both ways in turn.
struct GameFrame {
  std::uint32_t far = 0;  // where it goes on with the row
  std::uint32_t player = 0;
  double with = 0;  // what the baseline's side summed up, for players further up
  double without = 0;
};

template <class Cell>
class ForestGame final : public spi::MarginGame {
 public:
  ForestGame(const TreeEnsemble& forest, FloatWidth row_width, const GameSetup& setup)
      : forest_(forest), row_width_(row_width), player_count_(setup.player_count) {
    nodes_.reserve(forest.node_count());
    const Rows baseline{setup.baseline.data(), FloatWidth::f64, 1, setup.baseline.size()};
    std::vector<std::uint32_t> seen_in(player_count_, 0);
    for (std::size_t t = 0; t < forest.tree_count(); ++t) {
      tree_begin_.push_back(static_cast<std::uint32_t>(nodes_.size()));
      compile_tree(t, setup, baseline);
      check_tree(static_cast<std::uint32_t>(t + 1), seen_in);
    }
    if (forest.leaf_width > 1) fill_vectors();
  }

  std::size_t output_count() const noexcept override { return forest_.output_count; }
  bool is_additive() const noexcept override { return most_players_ <= 1; }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + nodes_.capacity() * sizeof(GameNode<Cell>) +
           split_of_.capacity() * sizeof(std::uint32_t) + vectors_.capacity() * sizeof(double);
  }

  void attribute(const void* row, std::size_t output, double share, std::span<double> attributions,
                 spi::GameScratch& scratch) const override;
  void collect(const void* row, MarginTerms& terms, spi::GameScratch& scratch) const override;

 private:
  /// One row on its way through the trees.
  struct Walk {
    const Cell* row;
    std::uint8_t* state;  // by player
    GameFrame* frames;
    std::uint32_t depth = 0;   // frames in use
    std::uint32_t at_row = 0;  // players committed to the row
  };

  void compile_tree(std::size_t t, const GameSetup& setup, const Rows& baseline);
  void add_split(std::size_t split, bool near_is_left, const GameSetup& setup);
  void add_leaf(std::size_t t, std::size_t leaf);
  void check_tree(std::uint32_t mark, std::vector<std::uint32_t>& seen_in);
  void fill_vectors();
  [[nodiscard]] double weighted(std::size_t t, double leaf) const noexcept;
  [[nodiscard]] double scale() const noexcept { return forest_.sum.scale / forest_.sum.divisor; }
  [[nodiscard]] Walk begin_walk(const void* row, spi::GameScratch& scratch) const;
  [[nodiscard]] bool goes_near(std::uint32_t at, const Cell* row) const noexcept;
  [[nodiscard]] std::uint32_t descend(std::uint32_t at, Walk& walk) const noexcept;
  void walk_tree(std::uint32_t root, std::size_t output, double share, Walk& walk,
                 double* attributions) const noexcept;
  void collect_tree(std::uint32_t root, std::uint32_t output, Walk& walk, MarginTerms& terms) const;
  void add_constants(MarginTerms& terms) const;
  void add_values(std::uint32_t leaf, MarginTerms& terms) const;
  [[nodiscard]] std::uint32_t output_of(std::size_t t) const noexcept {
    return forest_.leaf_width > 1 || forest_.tree_output.empty() ? 0 : forest_.tree_output[t];
  }

  const TreeEnsemble& forest_;
  FloatWidth row_width_;
  std::size_t player_count_;
  std::vector<GameNode<Cell>> nodes_;
  std::vector<std::uint32_t> split_of_;  // the forest's split of a node, for special tests
  std::vector<std::uint32_t> tree_begin_;
  std::vector<double> vectors_;   // of vector leaves, weighted
  std::size_t most_players_ = 0;  // in one tree
};

/// A leaf's value times its tree's weight, rounded as the engines round it.
template <class Cell>
double ForestGame<Cell>::weighted(std::size_t t, double leaf) const noexcept {
  const bool narrow = forest_.sum.accumulator == FloatWidth::f32;
  if (forest_.tree_weight.empty()) {
    return narrow ? static_cast<double>(static_cast<float>(leaf)) : leaf;
  }
  const double weight = forest_.tree_weight[t];
  if (!narrow) return leaf * weight;
  return static_cast<double>(static_cast<float>(leaf) * static_cast<float>(weight));
}

template <class Cell>
void ForestGame<Cell>::add_leaf(std::size_t t, std::size_t leaf) {
  GameNode<Cell> node{};
  node.player = kLeafMark;
  node.far = static_cast<std::uint32_t>(leaf);
  if (forest_.leaf_width == 1) node.set_leaf(weighted(t, forest_.leaf[leaf]) * scale());
  nodes_.push_back(node);
  split_of_.push_back(0);
}

template <class Cell>
void ForestGame<Cell>::add_split(std::size_t split, bool near_is_left, const GameSetup& setup) {
  const spi::NodeFlags flags = forest_.flags[split];
  const std::uint32_t feature = forest_.feature[split];
  GameNode<Cell> node{};
  node.player = setup.player_of_cell[feature];
  const bool special = flags.categorical() || flags.missing() == spi::Missing::nan_and_zero;
  node.set_test(feature, special ? 0.0 : forest_.cut[split]);
  if (special) node.far |= kSpecialTest;
  if (near_is_left) node.far |= kNearIsLeft;
  const double nan = std::nan("");
  if (tree::goes_left(forest_, split, nan) == near_is_left) node.far |= kMissingGoesNear;
  nodes_.push_back(node);
  split_of_.push_back(static_cast<std::uint32_t>(split));
}

template <class Cell>
void ForestGame<Cell>::compile_tree(std::size_t t, const GameSetup& setup, const Rows& baseline) {
  struct Child {
    std::int32_t at;       // as TreeEnsemble::left has it
    std::uint32_t parent;  // whose far child it is; the root has none
  };
  constexpr auto kNoParent = static_cast<std::uint32_t>(-1);
  const std::uint32_t first = forest_.split_begin[t];
  const bool is_stump = forest_.split_begin[t + 1] == first;
  std::vector<Child> open{{is_stump ? ~0 : 0, kNoParent}};
  while (!open.empty()) {
    Child child = open.back();
    open.pop_back();
    if (child.parent != kNoParent) {
      nodes_[child.parent].far |= static_cast<std::uint32_t>(nodes_.size());
    }
    while (child.at >= 0) {
      const std::size_t split = first + static_cast<std::size_t>(child.at);
      const double z = value_of(forest_, baseline, 0, forest_.feature[split]);
      const bool near_is_left = tree::goes_left(forest_, split, z);
      open.push_back({near_is_left ? forest_.right[split] : forest_.left[split],
                      static_cast<std::uint32_t>(nodes_.size())});
      add_split(split, near_is_left, setup);
      child.at = near_is_left ? forest_.left[split] : forest_.right[split];
    }
    add_leaf(t, forest_.leaf_begin[t] + static_cast<std::size_t>(~child.at));
  }
}

/// Counts the players of the newest tree.
template <class Cell>
void ForestGame<Cell>::check_tree(std::uint32_t mark, std::vector<std::uint32_t>& seen_in) {
  std::size_t players = 0;
  for (std::size_t i = tree_begin_.back(); i < nodes_.size(); ++i) {
    const std::int32_t player = nodes_[i].player;
    if (player < 0 || seen_in[static_cast<std::size_t>(player)] == mark) continue;
    seen_in[static_cast<std::size_t>(player)] = mark;
    ++players;
  }
  most_players_ = std::max(most_players_, players);
}

template <class Cell>
void ForestGame<Cell>::fill_vectors() {
  const std::size_t width = forest_.leaf_width;
  vectors_.resize(forest_.leaf.size());
  for (std::size_t t = 0; t < forest_.tree_count(); ++t) {
    for (std::size_t i = forest_.leaf_begin[t] * width; i < forest_.leaf_begin[t + 1] * width;
         ++i) {
      vectors_[i] = weighted(t, forest_.leaf[i]) * scale();
    }
  }
}

template <class Cell>
typename ForestGame<Cell>::Walk ForestGame<Cell>::begin_walk(const void* row,
                                                             spi::GameScratch& scratch) const {
  const std::size_t columns = forest_.feature_count;
  const std::size_t frame_count = most_players_ + 1;
  const std::size_t frame_bytes = frame_count * sizeof(GameFrame);
  scratch.bytes.resize(frame_bytes + columns * sizeof(Cell) + player_count_);
  std::byte* const base = scratch.bytes.data();
  auto* const cells = reinterpret_cast<Cell*>(base + frame_bytes);
  auto* const state = reinterpret_cast<std::uint8_t*>(cells + columns);
  std::memset(state, kUncommitted, player_count_);
  const Cell* own = cells;
  if constexpr (std::is_same_v<Cell, float>) {
    if (row_width_ == FloatWidth::f32) own = static_cast<const float*>(row);
  }
  if (own == cells) {
    const Rows rows{row, row_width_, 1, columns};
    for (std::uint32_t c = 0; c < columns; ++c) {
      cells[c] = static_cast<Cell>(value_of(forest_, rows, 0, c));
    }
  }
  return {own, state, reinterpret_cast<GameFrame*>(base)};
}

template <class Cell>
bool ForestGame<Cell>::goes_near(std::uint32_t at, const Cell* row) const noexcept {
  const GameNode<Cell>& node = nodes_[at];
  const Cell x = row[node.feature()];
  if ((node.far & kSpecialTest) != 0) {
    const bool left = tree::goes_left(forest_, split_of_[at], static_cast<double>(x));
    return left == ((node.far & kNearIsLeft) != 0);
  }
  if (x != x) return (node.far & kMissingGoesNear) != 0;
  const bool left = forest_.test == spi::Test::less ? x < node.cut() : x <= node.cut();
  return left == ((node.far & kNearIsLeft) != 0);
}

/// To the next leaf; opens a frame for each player that disagrees and isn't committed yet, with the
/// baseline's side first.
template <class Cell>
std::uint32_t ForestGame<Cell>::descend(std::uint32_t at, Walk& walk) const noexcept {
  while (nodes_[at].player != kLeafMark) {
    if (goes_near(at, walk.row)) {
      ++at;
      continue;
    }
    const std::int32_t player = nodes_[at].player;
    const std::uint32_t far = nodes_[at].far & kFarBits;
    const std::uint8_t state = player < 0 ? std::uint8_t{kAtRow} : walk.state[player];
    if (state == kAtRow) {
      at = far;
      continue;
    }
    ++at;
    if (state == kAtBaseline) continue;
    walk.state[player] = kAtBaseline;
    walk.frames[walk.depth++] = {far, static_cast<std::uint32_t>(player), 0, 0};
  }
  return at;
}

template <class Cell>
void ForestGame<Cell>::walk_tree(std::uint32_t root, std::size_t output, double share, Walk& walk,
                                 double* attributions) const noexcept {
  const ShareTable& shares = share_table();
  std::uint32_t at = root;
  while (true) {
    at = descend(at, walk);
    if (walk.depth == 0) return;  // all mixtures end here
    const GameNode<Cell>& node = nodes_[at];
    const double value =
        share *
        (forest_.leaf_width == 1 ? node.leaf() : vectors_[node.far * forest_.leaf_width + output]);
    const std::uint32_t a = walk.at_row;
    const std::uint32_t b = walk.depth - a;
    double with = value * shares.at(a, b);
    double without = -value * shares.at(b, a);
    while (walk.depth != 0) {
      GameFrame& frame = walk.frames[walk.depth - 1];
      if (walk.state[frame.player] == kAtBaseline) {
        attributions[frame.player] += without;
        frame.with = with;
        frame.without = without;
        walk.state[frame.player] = kAtRow;
        ++walk.at_row;
        at = frame.far;
        break;
      }
      attributions[frame.player] += with;
      with += frame.with;
      without += frame.without;
      walk.state[frame.player] = kUncommitted;
      --walk.at_row;
      --walk.depth;
    }
    if (walk.depth == 0) return;
  }
}

template <class Cell>
void ForestGame<Cell>::attribute(const void* row, std::size_t output, double share,
                                 std::span<double> attributions, spi::GameScratch& scratch) const {
  Walk walk = begin_walk(row, scratch);
  const bool picks_trees = forest_.leaf_width == 1 && !forest_.tree_output.empty();
  for (std::size_t t = 0; t < tree_begin_.size(); ++t) {
    if (picks_trees && forest_.tree_output[t] != output) continue;
    walk_tree(tree_begin_[t], output, share, walk, attributions.data());
  }
}

template <class Cell>
void ForestGame<Cell>::add_values(std::uint32_t leaf, MarginTerms& terms) const {
  if (forest_.leaf_width == 1) {
    terms.values.push_back(nodes_[leaf].leaf());
    return;
  }
  const double* first = vectors_.data() + std::size_t{nodes_[leaf].far} * forest_.leaf_width;
  terms.values.insert(terms.values.end(), first, first + forest_.leaf_width);
}

template <class Cell>
void ForestGame<Cell>::collect_tree(std::uint32_t root, std::uint32_t output, Walk& walk,
                                    MarginTerms& terms) const {
  std::uint32_t at = root;
  while (true) {
    at = descend(at, walk);
    spi::MarginTerm term{static_cast<std::uint32_t>(terms.players.size()), walk.at_row,
                         walk.depth - walk.at_row, output};
    for (const std::uint8_t side : {kAtRow, kAtBaseline}) {
      for (std::uint32_t f = 0; f < walk.depth; ++f) {
        const std::uint32_t player = walk.frames[f].player;
        if (walk.state[player] == side) terms.players.push_back(player);
      }
    }
    terms.terms.push_back(term);
    add_values(at, terms);
    while (walk.depth != 0) {
      GameFrame& frame = walk.frames[walk.depth - 1];
      if (walk.state[frame.player] == kAtBaseline) {
        walk.state[frame.player] = kAtRow;
        ++walk.at_row;
        at = frame.far;
        break;
      }
      walk.state[frame.player] = kUncommitted;
      --walk.at_row;
      --walk.depth;
    }
    if (walk.depth == 0) return;
  }
}

/// What the sum begins and ends with.
template <class Cell>
void ForestGame<Cell>::add_constants(MarginTerms& terms) const {
  const spi::Sum& sum = forest_.sum;
  for (std::uint32_t k = 0; k < forest_.output_count; ++k) {
    const double start = sum.start.empty() ? 0.0 : sum.start[k] * scale();
    const double end = sum.end.empty() ? 0.0 : sum.end[k];
    const bool opens_term = forest_.leaf_width == 1 || k == 0;
    if (opens_term) terms.terms.push_back({0, 0, 0, forest_.leaf_width == 1 ? k : 0});
    terms.values.push_back(start + end);
  }
}

template <class Cell>
void ForestGame<Cell>::collect(const void* row, MarginTerms& terms,
                               spi::GameScratch& scratch) const {
  terms.clear(forest_.leaf_width);
  add_constants(terms);
  Walk walk = begin_walk(row, scratch);
  for (std::size_t t = 0; t < tree_begin_.size(); ++t) {
    collect_tree(tree_begin_[t], output_of(t), walk, terms);
  }
}

}  // namespace

std::unique_ptr<const spi::MarginGame> make_forest_game(const TreeEnsemble& forest,
                                                        FloatWidth row_width,
                                                        const GameSetup& setup) {
  if (!forest.linear.empty() || forest.node_count() >= kMostGameNodes) return nullptr;
  const bool narrow = forest.cut.width == FloatWidth::f32 && forest.input_width == FloatWidth::f32;
  if (narrow) return std::make_unique<ForestGame<float>>(forest, row_width, setup);
  return std::make_unique<ForestGame<double>>(forest, row_width, setup);
}

}  // namespace trivet::tree
