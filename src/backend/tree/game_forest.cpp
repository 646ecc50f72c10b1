// SPDX-License-Identifier: Apache-2.0
// A forest's nodes in the order in which walks for one baseline meet them.
#include "backend/tree/game_forest.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "backend/tree/engine.hpp"
#include "backend/tree/ranks.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::GameSetup;
using spi::TreeEnsemble;

template <class Cell>
class GameForestCompiler {
 public:
  GameForestCompiler(const TreeEnsemble& forest, const GameSetup& setup)
      : forest_(forest), setup_(setup) {}

  GameForest<Cell> run() {
    out_.payloads.reserve(forest_.node_count());
    out_.tests.reserve(forest_.node_count());
    const Rows baseline{setup_.baseline.data(), FloatWidth::f64, 1, setup_.baseline.size()};
    std::vector<std::uint32_t> seen_in(setup_.player_count, 0);
    for (std::size_t t = 0; t < forest_.tree_count(); ++t) {
      out_.tree_begin.push_back(static_cast<std::uint32_t>(out_.payloads.size()));
      compile_tree(t, baseline);
      check_tree(static_cast<std::uint32_t>(t + 1), seen_in);
    }
    if (forest_.leaf_width > 1) fill_vectors();
    out_.tests.finish();
    measure_chains();
    return std::move(out_);
  }

 private:
  void compile_tree(std::size_t t, const Rows& baseline);
  void add_split(std::size_t split, bool near_is_left);
  void add_leaf(std::size_t t, std::size_t leaf);
  void check_tree(std::uint32_t mark, std::vector<std::uint32_t>& seen_in);
  void fill_vectors();
  void measure_chains();
  [[nodiscard]] double weighted(std::size_t t, std::size_t value) const noexcept;

  const TreeEnsemble& forest_;
  const GameSetup& setup_;
  GameForest<Cell> out_;
};

/// A number of a leaf times its tree's weight, rounded as the engines round it.
template <class Cell>
double GameForestCompiler<Cell>::weighted(std::size_t t, std::size_t value) const noexcept {
  if (forest_.sum.accumulator == FloatWidth::f64) return weighted_leaf<double>(forest_, t, value);
  return static_cast<double>(weighted_leaf<float>(forest_, t, value));
}

template <class Cell>
void GameForestCompiler<Cell>::add_leaf(std::size_t t, std::size_t leaf) {
  GamePayload payload;
  if (forest_.leaf_width > 1) payload.bits = leaf;
  else payload.set_leaf(weighted(t, leaf) * sum_scale(forest_));
  out_.payloads.push_back(payload);
  out_.tests.add_leaf();
  out_.chain.push_back(0);
  out_.split_of.push_back(0);
}

template <class Cell>
void GameForestCompiler<Cell>::add_split(std::size_t split, bool near_is_left) {
  const spi::NodeFlags flags = forest_.flags[split];
  const std::uint32_t feature = forest_.feature[split];
  const bool special = flags.categorical() || flags.missing() == spi::Missing::nan_and_zero;
  out_.has_special_tests = out_.has_special_tests || special;
  const bool missing_left = tree::goes_left(forest_, split, std::nan(""));
  out_.tests.add(
      {feature, special ? 0.0 : forest_.cut[split], near_is_left, missing_left != near_is_left});
  out_.payloads.emplace_back().set_split(setup_.player_of_cell[feature], 0);
  out_.chain.push_back(1);
  out_.split_of.push_back(static_cast<std::uint32_t>(split));
}

/// A chain ends with the next leaf.
template <class Cell>
void GameForestCompiler<Cell>::measure_chains() {
  std::uint32_t below = 0;
  for (std::size_t i = out_.chain.size(); i-- > 0;) {
    below = out_.chain[i] == 0 ? 0 : std::min(below + 1, kTestsAtOnce);
    out_.chain[i] = static_cast<std::uint8_t>(below);
  }
}

template <class Cell>
void GameForestCompiler<Cell>::compile_tree(std::size_t t, const Rows& baseline) {
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
      out_.payloads[child.parent].bits |= std::uint64_t{out_.payloads.size()} << 32;
    }
    while (child.at >= 0) {
      const std::size_t split = first + static_cast<std::size_t>(child.at);
      const double z = value_of(forest_, baseline, 0, forest_.feature[split]);
      const bool near_is_left = tree::goes_left(forest_, split, z);
      open.push_back({near_is_left ? forest_.right[split] : forest_.left[split],
                      static_cast<std::uint32_t>(out_.payloads.size())});
      add_split(split, near_is_left);
      child.at = near_is_left ? forest_.left[split] : forest_.right[split];
    }
    add_leaf(t, forest_.leaf_begin[t] + static_cast<std::size_t>(~child.at));
  }
}

/// Counts the players of the newest tree.
template <class Cell>
void GameForestCompiler<Cell>::check_tree(std::uint32_t mark, std::vector<std::uint32_t>& seen_in) {
  std::size_t players = 0;
  for (std::size_t i = out_.tree_begin.back(); i < out_.payloads.size(); ++i) {
    const std::int32_t player =
        out_.chain[i] == 0 ? GameSetup::kNoPlayer : out_.payloads[i].player();
    if (player < 0 || seen_in[static_cast<std::size_t>(player)] == mark) continue;
    seen_in[static_cast<std::size_t>(player)] = mark;
    ++players;
  }
  out_.most_players = std::max(out_.most_players, players);
}

template <class Cell>
void GameForestCompiler<Cell>::fill_vectors() {
  const std::size_t width = forest_.leaf_width;
  out_.vectors.resize(forest_.leaf.size());
  for (std::size_t t = 0; t < forest_.tree_count(); ++t) {
    for (std::size_t i = forest_.leaf_begin[t] * width; i < forest_.leaf_begin[t + 1] * width;
         ++i) {
      out_.vectors[i] = weighted(t, i) * sum_scale(forest_);
    }
  }
}

}  // namespace

template <class Cell>
std::size_t GameForest<Cell>::memory_bytes() const noexcept {
  return tests.memory_bytes() + held_bytes(payloads) + held_bytes(chain) + held_bytes(split_of) +
         held_bytes(tree_begin) + held_bytes(vectors);
}

template <class Cell>
GameForest<Cell> compile_game_forest(const TreeEnsemble& forest, const GameSetup& setup) {
  return GameForestCompiler<Cell>(forest, setup).run();
}

template struct GameForest<float>;
template struct GameForest<double>;
template GameForest<float> compile_game_forest(const TreeEnsemble&, const GameSetup&);
template GameForest<double> compile_game_forest(const TreeEnsemble&, const GameSetup&);

}  // namespace trivet::tree
