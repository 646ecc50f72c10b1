// SPDX-License-Identifier: Apache-2.0
// Words of turns against the tests one by one, on rows that sit on their cuts.
#include "backend/tree/x86/turn_words.hpp"

#include <cstdint>
#include <span>
#include <vector>

#include "backend/tree/engine.hpp"
#include "backend/tree/game_words.hpp"
#include "catch.hpp"
#include "support/random_forest.hpp"

namespace trivet::test {
namespace {

constexpr std::size_t kRows = 24;

/// Checks all words of one forest. False when it isn't for words.
template <class Cell>
bool check_words(const PlannedForest& planned, std::uint64_t seed) {
  const auto forest = build(planned);
  REQUIRE(forest.has_value());
  const std::size_t features = planned.header.feature_count;
  const std::vector<double> cells = edge_rows(planned, kRows + 1, seed);
  std::vector<std::int32_t> players;
  for (std::size_t f = 0; f < features; ++f) players.push_back(static_cast<std::int32_t>(f));
  const std::span<const double> baseline(cells.data() + kRows * features, features);
  const spi::GameSetup setup{players, features, baseline};
  const tree::GameForest<Cell> nodes = tree::compile_game_forest<Cell>(*forest, setup);
  tree::GameWords<Cell> words;
  if (!words.compile(nodes, features, forest->test)) return false;
  const tree::Rows given{cells.data(), spi::FloatWidth::f64, kRows, features};
  std::vector<Cell> values;
  std::vector<const Cell*> rows;
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::uint32_t f = 0; f < features; ++f) {
      values.push_back(static_cast<Cell>(tree::value_of(*forest, given, r, f)));
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) rows.push_back(values.data() + r * features);
  std::vector<std::uint32_t> trees;
  for (std::uint32_t t = 0; t < nodes.tree_begin.size(); ++t) trees.push_back(t);
  std::vector<std::uint64_t> filled(trees.size() * kRows);
  tree::x86::fill_turns(words, trees, rows, filled.data(), kRows);
  std::size_t wrong = 0;
  for (std::size_t t = 0; t < trees.size(); ++t) {
    const std::size_t end = t + 1 < trees.size() ? nodes.tree_begin[t + 1] : nodes.chain.size();
    for (std::size_t at = nodes.tree_begin[t]; at < end; ++at) {
      if (nodes.chain[at] == 0) continue;
      const auto node = static_cast<std::uint32_t>(at);
      for (std::size_t r = 0; r < kRows; ++r) {
        const double x = static_cast<double>(rows[r][nodes.tests.feature(node)]);
        const bool is_left = tree::goes_left(*forest, nodes.split_of[at], x);
        const bool turns = is_left != nodes.tests.near_is_left(node);
        const bool said = (filled[t * kRows + r] >> words.chains[at].position & 1) != 0;
        wrong += said != turns ? 1 : 0;
      }
    }
  }
  CHECK(wrong == 0);
  return true;
}

}  // namespace

TEST_CASE("turn words: every bit is its test", "[explain][tree]") {
  if (!tree::x86::has_turn_words()) return;
  std::size_t floats = 0;
  std::size_t doubles = 0;
  for (const std::uint32_t features : {3u, 12u, 20u, 40u, 60u, 100u}) {
    for (std::uint64_t seed = 0; seed < 80; ++seed) {
      const PlannedForest planned =
          random_forest(seed + 1000 * features, {.trees = 9, .features = features, .depth = 5});
      INFO(planned.name << ", up to " << features << " features");
      const bool is_narrow = planned.width == spi::FloatWidth::f32 &&
                             planned.header.input_width == spi::FloatWidth::f32;
      if (is_narrow) floats += check_words<float>(planned, seed) ? 1 : 0;
      doubles += check_words<double>(planned, seed) ? 1 : 0;
    }
  }
  CHECK(floats > 10);
  CHECK(doubles > 10);
}

}  // namespace trivet::test
