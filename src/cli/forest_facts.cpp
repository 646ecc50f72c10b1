// SPDX-License-Identifier: Apache-2.0
// Walks over forests for `trivet inspect`.
#include "cli/forest_facts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <variant>

#include "cli/features.hpp"

namespace trivet::cli {
namespace {

/// In the order of spi::Missing, and behind them that of sets which send their members left: then
/// NaN, which is in none, goes right as any category does that training didn't see.
constexpr std::array kMissingWords{
    "NaN goes the way that training chose",
    "NaN and 0 go the way that training chose",
    "NaN counts as 0",
    "NaN is in no set of categories",
};
constexpr std::size_t kInNoSet = 3;
static_assert(static_cast<std::size_t>(spi::Missing::none) + 1 == kInNoSet);

/// The columns under each rule, over all forests.
class MissingRules {
 public:
  explicit MissingRules(std::size_t column_count)
      : seen_(kMissingWords.size(), std::vector<bool>(column_count)) {}

  void add(const spi::TreeEnsemble& forest, const std::vector<Feature>& features) {
    for (std::size_t split = 0; split < forest.split_count(); ++split) {
      const Feature& feature = features[forest.feature[split]];
      if (!feature.can_be_missing) continue;
      std::vector<bool>& columns = seen_[rule_of(forest, split)];
      for (const std::uint32_t column : feature.columns) columns[column] = true;
    }
  }

  [[nodiscard]] std::vector<MissingRule> take() const {
    std::vector<MissingRule> rules;
    for (std::size_t rule = 0; rule < kMissingWords.size(); ++rule) {
      MissingRule found{kMissingWords[rule], {}};
      for (std::size_t column = 0; column < seen_[rule].size(); ++column) {
        if (seen_[rule][column]) found.columns.push_back(static_cast<std::uint32_t>(column));
      }
      if (!found.columns.empty()) rules.push_back(std::move(found));
    }
    return rules;
  }

 private:
  [[nodiscard]] static std::size_t rule_of(const spi::TreeEnsemble& forest, std::size_t split) {
    const spi::NodeFlags flags = forest.flags[split];
    if (flags.categorical() && forest.categories.members_go_left) return kInNoSet;
    return static_cast<std::size_t>(flags.missing());
  }

  std::vector<std::vector<bool>> seen_;
};

}  // namespace

TreePlace find_tree(const spi::Graph& graph, std::size_t number) noexcept {
  for (const spi::Node& node : graph.nodes) {
    const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body);
    if (forest == nullptr) continue;
    if (number < forest->tree_count()) {
      return {forest, number, node.inputs.front()};
    }
    number -= forest->tree_count();
  }
  return {};
}

ForestFacts gather_facts(const spi::Graph& graph) {
  ForestFacts facts;
  MissingRules rules(graph.input.columns.size());
  for (const spi::Node& node : graph.nodes) {
    const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body);
    if (forest == nullptr) continue;
    facts.leaves += forest->leaf_count();
    for (std::size_t tree = 0; tree < forest->tree_count(); ++tree) {
      facts.depth = std::max(facts.depth, measure_tree(*forest, tree).depth);
    }
    rules.add(*forest, describe_features(graph, node.inputs.front()));
  }
  facts.missing = rules.take();
  return facts;
}

TreeShape measure_tree(const spi::TreeEnsemble& forest, std::size_t tree) {
  const std::uint32_t first = forest.split_begin[tree];
  TreeShape shape;
  shape.nodes_below.assign(forest.split_begin[tree + 1] - first, 1);
  if (shape.nodes_below.empty()) return shape;
  // Splits in an order in which every parent comes before its children.
  std::vector<std::pair<std::int32_t, std::size_t>> order{{0, 1}};  // split, depth below it
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto [split, depth] = order[i];
    shape.depth = std::max(shape.depth, depth);
    const std::size_t at = first + static_cast<std::size_t>(split);
    for (const std::int32_t child : {forest.left[at], forest.right[at]}) {
      if (child >= 0) order.emplace_back(child, depth + 1);
    }
  }
  for (auto node = order.rbegin(); node != order.rend(); ++node) {
    const auto split = static_cast<std::size_t>(node->first);
    for (const std::int32_t child : {forest.left[first + split], forest.right[first + split]}) {
      shape.nodes_below[split] +=
          child >= 0 ? shape.nodes_below[static_cast<std::size_t>(child)] : 1;
    }
  }
  return shape;
}

}  // namespace trivet::cli
