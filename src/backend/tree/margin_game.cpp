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

#include "backend/tree/node_tests.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::GameSetup;
using spi::MarginTerms;
using spi::TreeEnsemble;

constexpr std::size_t kMostGameNodes = std::size_t{1} << 31;
/// What stands behind a node's comparison: its player and far child, or its value as a leaf, or
/// its number as one where leaves are vectors.
struct GamePayload {
  std::uint64_t bits = 0;

  void set_split(std::int32_t player, std::uint32_t far) noexcept {
    bits = std::uint64_t{far} << 32 | static_cast<std::uint32_t>(player);
  }
  [[nodiscard]] std::int32_t player() const noexcept {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(bits));
  }
  [[nodiscard]] std::uint32_t far() const noexcept {
    return static_cast<std::uint32_t>(bits >> 32);
  }
  void set_leaf(double value) noexcept { bits = std::bit_cast<std::uint64_t>(value); }
  [[nodiscard]] double leaf() const noexcept { return std::bit_cast<double>(bits); }
};

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
  std::uint32_t far = 0;    // where it goes on with the row
  std::uint32_t turns = 0;  // of the row from there
  std::uint32_t player = 0;
  double with = 0;  // what the baseline's side summed up, for players further up
  double without = 0;
};

template <class Cell>
class ForestGame final : public spi::MarginGame {
 public:
  ForestGame(const TreeEnsemble& forest, FloatWidth row_width, const GameSetup& setup)
      : forest_(forest), row_width_(row_width), player_count_(setup.player_count) {
    payloads_.reserve(forest.node_count());
    tests_.reserve(forest.node_count());
    const Rows baseline{setup.baseline.data(), FloatWidth::f64, 1, setup.baseline.size()};
    std::vector<std::uint32_t> seen_in(player_count_, 0);
    for (std::size_t t = 0; t < forest.tree_count(); ++t) {
      tree_begin_.push_back(static_cast<std::uint32_t>(payloads_.size()));
      compile_tree(t, setup, baseline);
      check_tree(static_cast<std::uint32_t>(t + 1), seen_in);
    }
    if (forest.leaf_width > 1) fill_vectors();
    tests_.finish();
    measure_chains();
  }

  std::size_t output_count() const noexcept override { return forest_.output_count; }
  bool is_additive() const noexcept override { return most_players_ <= 1; }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + tests_.memory_bytes() + payloads_.capacity() * sizeof(GamePayload) +
           chain_.capacity() + split_of_.capacity() * sizeof(std::uint32_t) +
           vectors_.capacity() * sizeof(double);
  }

  void attribute(const void* row, std::size_t output, double share, std::span<double> attributions,
                 spi::GameScratch& scratch) const override;
  void attribute_rows(const spi::GameRows& rows, std::size_t output, double share,
                      spi::GameScratch& scratch) const override;
  void collect(const void* row, MarginTerms& terms, spi::GameScratch& scratch) const override;

 private:
  static constexpr std::size_t kBlockRows = 64;

  /// One row on its way through the trees.
  struct Walk {
    const Cell* row;
    std::uint8_t* state;  // by player
    GameFrame* frames;
    const ShareTable* shares;
    std::uint32_t depth = 0;   // frames in use
    std::uint32_t at_row = 0;  // players committed to the row
  };

  void compile_tree(std::size_t t, const GameSetup& setup, const Rows& baseline);
  void add_split(std::size_t split, bool near_is_left, const GameSetup& setup);
  void add_leaf(std::size_t t, std::size_t leaf);
  void check_tree(std::uint32_t mark, std::vector<std::uint32_t>& seen_in);
  void fill_vectors();
  void measure_chains();
  [[nodiscard]] double weighted(std::size_t t, double leaf) const noexcept;
  [[nodiscard]] double scale() const noexcept { return forest_.sum.scale / forest_.sum.divisor; }
  [[nodiscard]] Walk begin_walk(const spi::GameRows& rows, spi::GameScratch& scratch,
                                std::array<const Cell*, kBlockRows>& cells) const;
  void attribute_block(const spi::GameRows& rows, std::size_t output, double share,
                       spi::GameScratch& scratch) const;
  [[nodiscard]] bool goes_far(std::uint32_t at, const Cell* row) const noexcept;
  [[nodiscard]] std::uint32_t turns(std::uint32_t at, const Cell* row) const noexcept;
  [[nodiscard]] std::uint32_t descend(std::uint32_t at, std::uint32_t bits,
                                      Walk& walk) const noexcept;
  void walk_tree(std::uint32_t leaf, std::size_t output, double share, Walk& walk,
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
  // Nodes in depth-first order, the baseline's side first: the near child is the next node, so the
  // baseline's whole way down from anywhere, a chain, lies in one piece.
  NodeTests<Cell> tests_;
  std::vector<GamePayload> payloads_;
  std::vector<std::uint8_t> chain_;  // tests to the chain's leaf, kTestsAtOnce for more; 0: a leaf
  std::vector<std::uint32_t> split_of_;  // the forest's split of a node, for special tests
  std::vector<std::uint32_t> tree_begin_;
  std::vector<double> vectors_;  // of vector leaves, weighted
  bool has_special_tests_ = false;
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
  GamePayload payload;
  if (forest_.leaf_width == 1) payload.set_leaf(weighted(t, forest_.leaf[leaf]) * scale());
  else payload.bits = leaf;
  payloads_.push_back(payload);
  tests_.add_leaf();
  chain_.push_back(0);
  split_of_.push_back(0);
}

template <class Cell>
void ForestGame<Cell>::add_split(std::size_t split, bool near_is_left, const GameSetup& setup) {
  const spi::NodeFlags flags = forest_.flags[split];
  const std::uint32_t feature = forest_.feature[split];
  const bool special = flags.categorical() || flags.missing() == spi::Missing::nan_and_zero;
  has_special_tests_ = has_special_tests_ || special;
  const bool missing_left = tree::goes_left(forest_, split, std::nan(""));
  tests_.add(
      {feature, special ? 0.0 : forest_.cut[split], near_is_left, missing_left != near_is_left});
  payloads_.emplace_back().set_split(setup.player_of_cell[feature], 0);
  chain_.push_back(1);
  split_of_.push_back(static_cast<std::uint32_t>(split));
}

/// A chain ends with the next leaf.
template <class Cell>
void ForestGame<Cell>::measure_chains() {
  std::uint32_t below = 0;
  for (std::size_t i = chain_.size(); i-- > 0;) {
    below = chain_[i] == 0 ? 0 : std::min(below + 1, kTestsAtOnce);
    chain_[i] = static_cast<std::uint8_t>(below);
  }
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
      payloads_[child.parent].bits |= std::uint64_t{payloads_.size()} << 32;
    }
    while (child.at >= 0) {
      const std::size_t split = first + static_cast<std::size_t>(child.at);
      const double z = value_of(forest_, baseline, 0, forest_.feature[split]);
      const bool near_is_left = tree::goes_left(forest_, split, z);
      open.push_back({near_is_left ? forest_.right[split] : forest_.left[split],
                      static_cast<std::uint32_t>(payloads_.size())});
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
  for (std::size_t i = tree_begin_.back(); i < payloads_.size(); ++i) {
    const std::int32_t player = chain_[i] == 0 ? GameSetup::kNoPlayer : payloads_[i].player();
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

/// Lays out the scratch, and finds each row's cells in the width in which they are compared.
template <class Cell>
typename ForestGame<Cell>::Walk ForestGame<Cell>::begin_walk(
    const spi::GameRows& rows, spi::GameScratch& scratch,
    std::array<const Cell*, kBlockRows>& cells) const {
  const std::size_t columns = forest_.feature_count;
  const bool reads_in_place = std::is_same_v<Cell, float> && row_width_ == FloatWidth::f32;
  const std::size_t frame_bytes = (most_players_ + 1) * sizeof(GameFrame);
  const std::size_t cell_bytes = reads_in_place ? 0 : rows.count * columns * sizeof(Cell);
  scratch.bytes.resize(frame_bytes + cell_bytes + player_count_);
  std::byte* const base = scratch.bytes.data();
  auto* const own = reinterpret_cast<Cell*>(base + frame_bytes);
  auto* const state = reinterpret_cast<std::uint8_t*>(base + frame_bytes + cell_bytes);
  std::memset(state, kUncommitted, player_count_);
  for (std::size_t r = 0; r < rows.count; ++r) {
    const std::byte* const given = rows.data + r * rows.row_bytes;
    if (reads_in_place) {
      cells[r] = reinterpret_cast<const Cell*>(given);
      continue;
    }
    const Rows one{given, row_width_, 1, columns};
    Cell* const copy = own + r * columns;
    for (std::uint32_t c = 0; c < columns; ++c) {
      copy[c] = static_cast<Cell>(value_of(forest_, one, 0, c));
    }
    cells[r] = copy;
  }
  return {cells[0], state, reinterpret_cast<GameFrame*>(base), &share_table()};
}

/// True when the row leaves the baseline's way at a node.
template <class Cell>
bool ForestGame<Cell>::goes_far(std::uint32_t at, const Cell* row) const noexcept {
  const double x = static_cast<double>(row[tests_.feature(at)]);
  return tree::goes_left(forest_, split_of_[at], x) != tests_.near_is_left(at);
}

/// Where the row leaves the baseline's way among the next nodes of a chain, a bit each.
template <class Cell>
std::uint32_t ForestGame<Cell>::turns(std::uint32_t at, const Cell* row) const noexcept {
  const std::uint32_t count = chain_[at];
  if (has_special_tests_) {
    std::uint32_t bits = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      bits |= static_cast<std::uint32_t>(goes_far(at + i, row)) << i;
    }
    return bits;
  }
  const std::uint32_t bits = forest_.test == spi::Test::less
                                 ? tests_.template compare<spi::Test::less>(at, row)
                                 : tests_.template compare<spi::Test::less_equal>(at, row);
  return bits & ((std::uint32_t{1} << count) - 1);
}

/// To the next leaf from where the row makes these turns; opens a frame for each player that
/// disagrees and isn't committed yet, with the baseline's side first. What a frame will need is
/// compared at once, while nothing waits for it.
template <class Cell>
std::uint32_t ForestGame<Cell>::descend(std::uint32_t at, std::uint32_t bits,
                                        Walk& walk) const noexcept {
  while (chain_[at] != 0) {
    std::uint32_t next = at + chain_[at];
    for (; bits != 0; bits &= bits - 1) {
      const GamePayload node = payloads_[at + static_cast<std::uint32_t>(std::countr_zero(bits))];
      const std::int32_t player = node.player();
      const std::uint8_t state = player < 0 ? std::uint8_t{kAtRow} : walk.state[player];
      if (state == kAtRow) {
        next = node.far();
        break;
      }
      if (state == kAtBaseline) continue;
      walk.state[player] = kAtBaseline;
      walk.frames[walk.depth++] = {node.far(), turns(node.far(), walk.row),
                                   static_cast<std::uint32_t>(player), 0, 0};
    }
    at = next;
    bits = chain_[at] == 0 ? 0 : turns(at, walk.row);
  }
  return at;
}

/// From a tree's first leaf on: sums up, and goes where the frames lead.
template <class Cell>
void ForestGame<Cell>::walk_tree(std::uint32_t leaf, std::size_t output, double share, Walk& walk,
                                 double* attributions) const noexcept {
  while (walk.depth != 0) {
    const GamePayload payload = payloads_[leaf];
    const double value =
        share * (forest_.leaf_width == 1 ? payload.leaf()
                                         : vectors_[payload.bits * forest_.leaf_width + output]);
    const std::uint32_t a = walk.at_row;
    const std::uint32_t b = walk.depth - a;
    double with = value * walk.shares->at(a, b);
    double without = -value * walk.shares->at(b, a);
    while (walk.depth != 0) {
      GameFrame& frame = walk.frames[walk.depth - 1];
      if (walk.state[frame.player] == kAtBaseline) {
        attributions[frame.player] += without;
        frame.with = with;
        frame.without = without;
        walk.state[frame.player] = kAtRow;
        ++walk.at_row;
        leaf = descend(frame.far, frame.turns, walk);
        break;
      }
      attributions[frame.player] += with;
      with += frame.with;
      without += frame.without;
      walk.state[frame.player] = kUncommitted;
      --walk.at_row;
      --walk.depth;
    }
  }
}

template <class Cell>
void ForestGame<Cell>::attribute(const void* row, std::size_t output, double share,
                                 std::span<double> attributions, spi::GameScratch& scratch) const {
  attribute_rows({static_cast<const std::byte*>(row), 0, 1, attributions.data(), 0}, output, share,
                 scratch);
}

template <class Cell>
void ForestGame<Cell>::attribute_rows(const spi::GameRows& rows, std::size_t output, double share,
                                      spi::GameScratch& scratch) const {
  for (std::size_t first = 0; first < rows.count; first += kBlockRows) {
    spi::GameRows block = rows;
    block.data += first * rows.row_bytes;
    block.count = std::min(kBlockRows, rows.count - first);
    block.attributions += first * rows.stride;
    attribute_block(block, output, share, scratch);
  }
}

/// Tree by tree, so that a tree's nodes are read once for all rows: first where they leave the
/// baseline's way, without a branch between them, then those that do.
template <class Cell>
void ForestGame<Cell>::attribute_block(const spi::GameRows& rows, std::size_t output, double share,
                                       spi::GameScratch& scratch) const {
  std::array<const Cell*, kBlockRows> cells;
  std::array<std::uint8_t, kBlockRows> root_turns;
  Walk walk = begin_walk(rows, scratch, cells);
  const bool picks_trees = forest_.leaf_width == 1 && !forest_.tree_output.empty();
  for (std::size_t t = 0; t < tree_begin_.size(); ++t) {
    if (picks_trees && forest_.tree_output[t] != output) continue;
    const std::uint32_t root = tree_begin_[t];
    for (std::size_t r = 0; r < rows.count; ++r) {
      root_turns[r] = static_cast<std::uint8_t>(turns(root, cells[r]));
    }
    // Where the first tests are all that there are, rows that agree with them all are done.
    const bool is_short = chain_[root + chain_[root]] == 0;
    for (std::size_t r = 0; r < rows.count; ++r) {
      if (root_turns[r] == 0 && is_short) continue;
      walk.row = cells[r];
      walk_tree(descend(root, root_turns[r], walk), output, share, walk,
                rows.attributions + r * rows.stride);
    }
  }
}

template <class Cell>
void ForestGame<Cell>::add_values(std::uint32_t leaf, MarginTerms& terms) const {
  if (forest_.leaf_width == 1) {
    terms.values.push_back(payloads_[leaf].leaf());
    return;
  }
  const double* first = vectors_.data() + payloads_[leaf].bits * forest_.leaf_width;
  terms.values.insert(terms.values.end(), first, first + forest_.leaf_width);
}

template <class Cell>
void ForestGame<Cell>::collect_tree(std::uint32_t root, std::uint32_t output, Walk& walk,
                                    MarginTerms& terms) const {
  std::uint32_t at = descend(root, turns(root, walk.row), walk);
  while (true) {
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
        at = descend(frame.far, frame.turns, walk);
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
  std::array<const Cell*, kBlockRows> cells;
  Walk walk = begin_walk({static_cast<const std::byte*>(row), 0, 1, nullptr, 0}, scratch, cells);
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
