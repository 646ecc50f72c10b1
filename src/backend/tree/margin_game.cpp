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

#include "backend/tree/game_forest.hpp"
#include "backend/tree/game_words.hpp"
#include "backend/tree/leaf_shares.hpp"
#include "backend/tree/x86/turn_words.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::GameSetup;
using spi::MarginTerms;
using spi::TreeEnsemble;

constexpr std::size_t kMostGameNodes = std::size_t{1} << 31;

enum : std::uint8_t { kUncommitted, kAtBaseline, kAtRow };

/// A player that is committed both ways in turn.
struct GameFrame {
  std::uint64_t turns = 0;  // of the row from `far` on
  std::uint32_t far = 0;    // where it goes on with the row
  std::uint32_t player = 0;
  double with = 0;  // what the baseline's side summed up, for players further up
  double without = 0;
};

template <class Cell>
class ForestGame final : public spi::MarginGame {
 public:
  ForestGame(const TreeEnsemble& forest, FloatWidth row_width, const GameSetup& setup)
      : forest_(forest),
        row_width_(row_width),
        player_count_(setup.player_count),
        nodes_(compile_game_forest<Cell>(forest, setup)),
        has_words_(words_.compile(nodes_, forest.feature_count, forest.test)) {}

  std::size_t output_count() const noexcept override { return forest_.output_count; }
  bool is_additive() const noexcept override { return nodes_.most_players <= 1; }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + nodes_.memory_bytes() + words_.memory_bytes();
  }

  void attribute(const void* row, std::size_t output, double share, std::span<double> attributions,
                 spi::GameScratch& scratch) const override;
  void attribute_rows(const spi::GameRows& rows, std::size_t output, double share,
                      spi::GameScratch& scratch) const override;
  void collect(const void* row, MarginTerms& terms, spi::GameScratch& scratch) const override;

 private:
  static constexpr std::size_t kBlockRows = 64;
  static constexpr std::size_t kWordTrees = 8;  // whose words are there at once

  /// One row on its way through the trees.
  struct Walk {
    const Cell* row;
    std::uint8_t* state;  // by player
    GameFrame* frames;
    const LeafShares* shares;
    std::uint64_t word = 0;    // the tree's turns, where they are known
    std::uint32_t depth = 0;   // frames in use
    std::uint32_t at_row = 0;  // players committed to the row
  };

  [[nodiscard]] Walk begin_walk(const spi::GameRows& rows, spi::GameScratch& scratch,
                                std::array<const Cell*, kBlockRows>& cells) const;
  void attribute_block(const spi::GameRows& rows, std::size_t output, double share,
                       spi::GameScratch& scratch) const;
  void attribute_by_words(const spi::GameRows& rows, std::size_t output, double share,
                          spi::GameScratch& scratch) const;
  [[nodiscard]] bool counts(std::size_t t, std::size_t output) const noexcept {
    const bool picks_trees = forest_.leaf_width == 1 && !forest_.tree_output.empty();
    return !picks_trees || forest_.tree_output[t] == output;
  }
  [[nodiscard]] bool goes_far(std::uint32_t at, const Cell* row) const noexcept;
  [[nodiscard]] std::uint32_t turns(std::uint32_t at, const Cell* row) const noexcept;
  template <bool kWords>
  [[nodiscard]] std::uint64_t turns_of(std::uint32_t at, const Walk& walk) const noexcept;
  template <bool kWords>
  [[nodiscard]] std::uint32_t length(std::uint32_t at) const noexcept {
    return kWords ? words_.chains[at].length : nodes_.chain[at];
  }
  template <bool kWords>
  [[nodiscard]] std::uint32_t descend(std::uint32_t at, std::uint64_t bits,
                                      Walk& walk) const noexcept;
  [[nodiscard]] double value_of_leaf(std::uint32_t leaf, std::size_t output) const noexcept {
    const GamePayload payload = nodes_.payloads[leaf];
    return forest_.leaf_width == 1 ? payload.leaf()
                                   : nodes_.vectors[payload.bits * forest_.leaf_width + output];
  }
  [[nodiscard]] bool add_two_leaves(std::uint32_t root, std::uint64_t bits, std::size_t output,
                                    double share, const Walk& walk,
                                    double* attributions) const noexcept;
  template <bool kWords>
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
  GameForest<Cell> nodes_;
  GameWords<Cell> words_;
  bool has_words_;
};

/// Lays out the scratch, and finds each row's cells in the width in which they are compared.
template <class Cell>
typename ForestGame<Cell>::Walk ForestGame<Cell>::begin_walk(
    const spi::GameRows& rows, spi::GameScratch& scratch,
    std::array<const Cell*, kBlockRows>& cells) const {
  const std::size_t columns = forest_.feature_count;
  const bool reads_in_place = std::is_same_v<Cell, float> && row_width_ == FloatWidth::f32;
  const std::size_t frame_bytes = (nodes_.most_players + 1) * sizeof(GameFrame);
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
  return {cells[0], state, reinterpret_cast<GameFrame*>(base), &LeafShares::table()};
}

/// True when the row leaves the baseline's way at a node.
template <class Cell>
bool ForestGame<Cell>::goes_far(std::uint32_t at, const Cell* row) const noexcept {
  const double x = static_cast<double>(row[nodes_.tests.feature(at)]);
  return tree::goes_left(forest_, nodes_.split_of[at], x) != nodes_.tests.near_is_left(at);
}

/// Where the row leaves the baseline's way among the next nodes of a chain, a bit each.
template <class Cell>
std::uint32_t ForestGame<Cell>::turns(std::uint32_t at, const Cell* row) const noexcept {
  const std::uint32_t count = nodes_.chain[at];
  if (nodes_.has_special_tests) {
    std::uint32_t bits = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      bits |= static_cast<std::uint32_t>(goes_far(at + i, row)) << i;
    }
    return bits;
  }
  const std::uint32_t bits = forest_.test == spi::Test::less
                                 ? nodes_.tests.template compare<spi::Test::less>(at, row)
                                 : nodes_.tests.template compare<spi::Test::less_equal>(at, row);
  return bits & ((std::uint32_t{1} << count) - 1);
}

/// The same, out of the tree's word where there is one.
template <class Cell>
template <bool kWords>
std::uint64_t ForestGame<Cell>::turns_of(std::uint32_t at, const Walk& walk) const noexcept {
  if constexpr (!kWords) return turns(at, walk.row);
  const auto chain = words_.chains[at];
  return walk.word >> chain.position & ((std::uint64_t{1} << chain.length) - 1);
}

/// To the next leaf from where the row makes these turns; opens a frame for each player that
/// disagrees and isn't committed yet, with the baseline's side first. What a frame will need is
/// compared at once, while nothing waits for it.
template <class Cell>
template <bool kWords>
std::uint32_t ForestGame<Cell>::descend(std::uint32_t at, std::uint64_t bits,
                                        Walk& walk) const noexcept {
  while (length<kWords>(at) != 0) {
    std::uint32_t next = at + length<kWords>(at);
    for (; bits != 0; bits &= bits - 1) {
      const GamePayload node =
          nodes_.payloads[at + static_cast<std::uint32_t>(std::countr_zero(bits))];
      const std::int32_t player = node.player();
      const std::uint8_t state = player < 0 ? std::uint8_t{kAtRow} : walk.state[player];
      if (state == kAtRow) {
        next = node.far();
        break;
      }
      if (state == kAtBaseline) continue;
      walk.state[player] = kAtBaseline;
      walk.frames[walk.depth++] = {turns_of<kWords>(node.far(), walk), node.far(),
                                   static_cast<std::uint32_t>(player), 0, 0};
    }
    at = next;
    bits = length<kWords>(at) == 0 ? 0 : turns_of<kWords>(at, walk);
  }
  return at;
}

/// From a tree's first leaf on: sums up, and goes where the frames lead.
template <class Cell>
template <bool kWords>
void ForestGame<Cell>::walk_tree(std::uint32_t leaf, std::size_t output, double share, Walk& walk,
                                 double* attributions) const noexcept {
  while (walk.depth != 0) {
    const double value = share * value_of_leaf(leaf, output);
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
        leaf = descend<kWords>(frame.far, frame.turns, walk);
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
    if (has_words_) attribute_by_words(block, output, share, scratch);
    else attribute_block(block, output, share, scratch);
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
  for (std::size_t t = 0; t < nodes_.tree_begin.size(); ++t) {
    if (!counts(t, output)) continue;
    const std::uint32_t root = nodes_.tree_begin[t];
    for (std::size_t r = 0; r < rows.count; ++r) {
      root_turns[r] = static_cast<std::uint8_t>(turns(root, cells[r]));
    }
    // Where the first tests are all that there are, rows that agree with them all are done.
    const bool is_short = nodes_.chain[root + nodes_.chain[root]] == 0;
    for (std::size_t r = 0; r < rows.count; ++r) {
      if (root_turns[r] == 0 && is_short) continue;
      walk.row = cells[r];
      walk_tree<false>(descend<false>(root, root_turns[r], walk), output, share, walk,
                       rows.attributions + r * rows.stride);
    }
  }
}

/// Where a row turns once and goes straight to a leaf from there, as it most often does: as
/// walk_tree() would. False when it doesn't, and nothing is added.
template <class Cell>
bool ForestGame<Cell>::add_two_leaves(std::uint32_t root, std::uint64_t bits, std::size_t output,
                                      double share, const Walk& walk,
                                      double* attributions) const noexcept {
  if ((bits & (bits - 1)) != 0) return false;
  const GamePayload node =
      nodes_.payloads[root + static_cast<std::uint32_t>(std::countr_zero(bits))];
  if (node.player() < 0 || turns_of<true>(node.far(), walk) != 0) return false;
  const double near = share * value_of_leaf(root + length<true>(root), output);
  const double far = share * value_of_leaf(node.far() + length<true>(node.far()), output);
  double& sum = attributions[node.player()];
  sum += -near;
  sum += far;
  return true;
}

/// The same by words: all tests of a few trees first, then the rows that turn away.
template <class Cell>
void ForestGame<Cell>::attribute_by_words(const spi::GameRows& rows, std::size_t output,
                                          double share, spi::GameScratch& scratch) const {
  std::array<const Cell*, kBlockRows> cells;
  std::array<std::uint64_t, kWordTrees * kBlockRows> words;
  std::array<std::uint32_t, kWordTrees> trees;
  Walk walk = begin_walk(rows, scratch, cells);
  for (std::size_t t = 0; t < words_.trees.size();) {
    std::size_t count = 0;
    for (; t < words_.trees.size() && count < kWordTrees; ++t) {
      if (counts(t, output)) trees[count++] = static_cast<std::uint32_t>(t);
    }
    x86::fill_turns(words_, std::span(trees).first(count),
                    std::span<const Cell* const>(cells).first(rows.count), words.data(),
                    kBlockRows);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t root = nodes_.tree_begin[trees[i]];
      const std::uint64_t root_chain = words_.trees[trees[i]].root_chain;
      for (std::size_t r = 0; r < rows.count; ++r) {
        walk.word = words[i * kBlockRows + r];
        const std::uint64_t bits = walk.word & root_chain;
        double* const to = rows.attributions + r * rows.stride;
        if (bits == 0 || add_two_leaves(root, bits, output, share, walk, to)) continue;
        walk_tree<true>(descend<true>(root, bits, walk), output, share, walk, to);
      }
    }
  }
}

template <class Cell>
void ForestGame<Cell>::add_values(std::uint32_t leaf, MarginTerms& terms) const {
  if (forest_.leaf_width == 1) {
    terms.values.push_back(nodes_.payloads[leaf].leaf());
    return;
  }
  const double* first = nodes_.vectors.data() + nodes_.payloads[leaf].bits * forest_.leaf_width;
  terms.values.insert(terms.values.end(), first, first + forest_.leaf_width);
}

template <class Cell>
void ForestGame<Cell>::collect_tree(std::uint32_t root, std::uint32_t output, Walk& walk,
                                    MarginTerms& terms) const {
  std::uint32_t at = descend<false>(root, turns(root, walk.row), walk);
  while (true) {
    if (!terms.has_room(walk.depth)) {
      terms.are_all = false;
      return;
    }
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
        at = descend<false>(frame.far, frame.turns, walk);
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
    const double start = sum.start.empty() ? 0.0 : sum.start[k] * sum_scale(forest_);
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
  for (std::size_t t = 0; t < nodes_.tree_begin.size() && terms.are_all; ++t) {
    collect_tree(nodes_.tree_begin[t], output_of(t), walk, terms);
  }
}

}  // namespace

std::unique_ptr<const spi::MarginGame> make_forest_game(const TreeEnsemble& forest,
                                                        FloatWidth row_width,
                                                        const GameSetup& setup) {
  if (!forest.linear.empty() || forest.node_count() >= kMostGameNodes) return nullptr;
  if (forest.feature_count == 0) return nullptr;  // a leaf's place holds a test of the first cell
  const bool narrow = forest.cut.width == FloatWidth::f32 && forest.input_width == FloatWidth::f32;
  if (narrow) return std::make_unique<ForestGame<float>>(forest, row_width, setup);
  return std::make_unique<ForestGame<double>>(forest, row_width, setup);
}

}  // namespace trivet::tree
