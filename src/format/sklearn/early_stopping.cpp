// SPDX-License-Identifier: Apache-2.0
// Boosters that answer with the trees up to their best iteration.
#include "format/sklearn/early_stopping.hpp"

#include <algorithm>

#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

template <class T>
void shorten(std::vector<T>& list, std::size_t size) {
  if (list.size() > size) list.resize(size);
}

void shorten_numbers(spi::Numbers& numbers, std::size_t size) {
  shorten(numbers.f32, size);
  shorten(numbers.f64, size);
}

void shorten_leaves(spi::LinearLeaves& linear, std::size_t leaves) {
  if (linear.empty()) return;
  shorten(linear.offset, leaves + 1);
  shorten(linear.constant, leaves);
  shorten(linear.feature, linear.offset.back());
  shorten(linear.coefficient, linear.offset.back());
}

/// Category sets stay: those of dropped trees are asked by none.
void shorten_forest(spi::TreeEnsemble& forest, std::size_t trees) {
  shorten(forest.split_begin, trees + 1);
  shorten(forest.leaf_begin, trees + 1);
  shorten(forest.tree_output, trees);
  shorten(forest.tree_weight, trees);
  const std::size_t splits = forest.split_begin.back();
  const std::size_t leaves = forest.leaf_begin.back();
  shorten(forest.feature, splits);
  shorten_numbers(forest.cut, splits);
  shorten(forest.left, splits);
  shorten(forest.right, splits);
  shorten(forest.flags, splits);
  shorten(forest.split_cover, splits);
  shorten(forest.split_gain, splits);
  shorten_numbers(forest.leaf, leaves * forest.leaf_width);
  shorten(forest.leaf_cover, leaves);
  shorten_leaves(forest.linear, leaves);
}

}  // namespace

Status keep_first_trees(spi::Graph& booster, std::size_t trees, const artifact::PickleView& where) {
  for (spi::Node& node : booster.nodes) {
    auto* const forest = std::get_if<spi::TreeEnsemble>(&node.body);
    if (forest == nullptr || forest->tree_count() <= trees) continue;
    if (forest->sum.divisor != 1) {
      return where.refuse(
          text::message("{} of {} trees that are averaged", trees, forest->tree_count()),
          "all of them");
    }
    shorten_forest(*forest, trees);
  }
  return {};
}

}  // namespace trivet::sklearn
