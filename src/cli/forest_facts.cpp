// SPDX-License-Identifier: Apache-2.0
// Walks over forests for `trivet inspect`.
#include "cli/forest_facts.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>

namespace trivet::cli {
namespace {

const char* missing_words(spi::Missing rule) noexcept {
  switch (rule) {
    case spi::Missing::nan: return "NaN goes the way that training chose";
    case spi::Missing::nan_and_zero: return "NaN and 0 go the way that training chose";
    case spi::Missing::none: return "NaN counts as 0";
  }
  return "";
}

void add_missing_rules(const spi::TreeEnsemble& forest, std::vector<std::string>& rules) {
  bool seen[3] = {};
  for (const spi::NodeFlags flags : forest.flags) seen[static_cast<int>(flags.missing())] = true;
  for (int rule = 0; rule < 3; ++rule) {
    if (!seen[rule]) continue;
    std::string words = missing_words(static_cast<spi::Missing>(rule));
    if (std::find(rules.begin(), rules.end(), words) == rules.end()) {
      rules.push_back(std::move(words));
    }
  }
}

}  // namespace

TreePlace find_tree(const spi::Graph& graph, std::size_t number) noexcept {
  for (const spi::Node& node : graph.nodes) {
    const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body);
    if (forest == nullptr) continue;
    if (number < forest->tree_count()) {
      return {forest, number, node.inputs.front() == graph.input.value};
    }
    number -= forest->tree_count();
  }
  return {};
}

ForestFacts gather_facts(const spi::Graph& graph) {
  ForestFacts facts;
  for (const spi::Node& node : graph.nodes) {
    const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body);
    if (forest == nullptr) continue;
    facts.leaves += forest->leaf_count();
    for (std::size_t tree = 0; tree < forest->tree_count(); ++tree) {
      facts.depth = std::max(facts.depth, measure_tree(*forest, tree).depth);
    }
    add_missing_rules(*forest, facts.missing);
  }
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
