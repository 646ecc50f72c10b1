// SPDX-License-Identifier: Apache-2.0
// Small trees of a game whose tests are all done at once: a word of turns a row and tree.
#include "backend/tree/game_words.hpp"

#include "backend/tree/x86/turn_words.hpp"

namespace trivet::tree {

template <class Cell>
bool GameWords<Cell>::add_tree(const GameForest<Cell>& forest, std::size_t begin, std::size_t end) {
  Tree tree;
  tree.first = static_cast<std::uint32_t>(cuts.size());
  std::size_t tests = 0;
  for (std::size_t at = begin; at < end; ++at) {
    chains[at].position = static_cast<std::uint8_t>(tests);
    if (forest.chain[at] == 0) continue;
    if (tests == kWordTests) return false;
    const auto node = static_cast<std::uint32_t>(at);
    features.push_back(forest.tests.feature(node));
    cuts.push_back(forest.tests.cut(node));
    tree.near_left |= std::uint64_t{forest.tests.near_is_left(node)} << tests;
    tree.missing_far |= std::uint64_t{forest.tests.missing_goes_far(node)} << tests;
    ++tests;
  }
  std::uint8_t length = 0;
  for (std::size_t at = end; at-- > begin;) {
    length = forest.chain[at] == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(length + 1);
    chains[at].length = length;
  }
  tree.root_chain = (std::uint64_t{1} << length) - 1;
  tree.blocks = static_cast<std::uint32_t>((tests + kLanes - 1) / kLanes);
  features.resize(tree.first + tree.blocks * kLanes);
  cuts.resize(tree.first + tree.blocks * kLanes);
  trees.push_back(tree);
  return true;
}

template <class Cell>
bool GameWords<Cell>::compile(const GameForest<Cell>& forest, std::size_t columns, spi::Test test) {
  if (!x86::has_turn_words() || forest.has_special_tests || columns > kMostFeatures) return false;
  feature_count = columns;
  is_strict = test == spi::Test::less;
  const std::size_t nodes = forest.chain.size();
  chains.resize(nodes);
  for (std::size_t t = 0; t < forest.tree_begin.size(); ++t) {
    const bool is_last = t + 1 == forest.tree_begin.size();
    if (add_tree(forest, forest.tree_begin[t], is_last ? nodes : forest.tree_begin[t + 1]))
      continue;
    *this = {};
    return false;
  }
  return true;
}

template struct GameWords<float>;
template struct GameWords<double>;

}  // namespace trivet::tree
