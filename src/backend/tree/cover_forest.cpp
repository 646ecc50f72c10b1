// SPDX-License-Identifier: Apache-2.0
// A forest's nodes with what their covers say, in the order in which walks meet them.
#include "backend/tree/cover_forest.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "backend/tree/engine.hpp"
#include "backend/tree/game_forest.hpp"
#include "backend/tree/ranks.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tree {
namespace {

using spi::TreeEnsemble;

constexpr std::size_t kMostCoverNodes = std::size_t{1} << 31;

class CoverForestCompiler {
 public:
  CoverForestCompiler(const TreeEnsemble& forest, const spi::CoverSetup& setup)
      : forest_(forest), setup_(setup), last_depth_(setup.player_count, 0) {}

  Result<CoverForest> run() {
    out_.nodes.reserve(forest_.node_count());
    out_.means.resize(forest_.node_count() * forest_.leaf_width);
    for (std::size_t t = 0; t < forest_.tree_count(); ++t) {
      const bool picks = forest_.leaf_width == 1 && !forest_.tree_output.empty();
      out_.trees.push_back(
          {static_cast<std::uint32_t>(out_.nodes.size()), picks ? forest_.tree_output[t] : 0});
      TRIVET_TRY(check_covers(t));
      TRIVET_TRY(compile_tree(t));
      fill_means(out_.trees.back().begin);
    }
    return std::move(out_);
  }

 private:
  /// A node on its way into the order; `at` as TreeEnsemble::left has it.
  struct Child {
    std::int32_t at;
    std::size_t depth;
    bool is_right;
  };

  Status check_covers(std::size_t t) const;
  Status compile_tree(std::size_t t);
  void leave_to(std::size_t depth);
  void enter(std::size_t t, const Child& child);
  void add_split(std::size_t split, CoverNode& node);
  void add_leaf(std::size_t t, std::size_t leaf, CoverNode& node);
  void fill_means(std::size_t begin);
  [[nodiscard]] double cover(std::size_t t, std::int32_t at) const noexcept {
    return at >= 0 ? forest_.split_cover[forest_.split_begin[t] + static_cast<std::size_t>(at)]
                   : forest_.leaf_cover[forest_.leaf_begin[t] + static_cast<std::size_t>(~at)];
  }

  const TreeEnsemble& forest_;
  const spi::CoverSetup& setup_;
  CoverForest out_;
  std::vector<std::uint32_t> last_depth_;  // by player, on the way to the newest node
  std::vector<std::uint32_t> way_;         // nodes by depth
  std::vector<double> covers_;             // of them
  std::vector<std::size_t> players_;       // so many of them differ above each
};

Status CoverForestCompiler::check_covers(std::size_t t) const {
  const auto is_bad = [](float x) { return !(x >= 0) || !std::isfinite(x); };
  const auto splits =
      std::span(forest_.split_cover)
          .subspan(forest_.split_begin[t], forest_.split_begin[t + 1] - forest_.split_begin[t]);
  const auto leaves =
      std::span(forest_.leaf_cover)
          .subspan(forest_.leaf_begin[t], forest_.leaf_begin[t + 1] - forest_.leaf_begin[t]);
  if (splits.empty()) return {};
  if (splits[0] > 0 && std::none_of(splits.begin(), splits.end(), is_bad) &&
      std::none_of(leaves.begin(), leaves.end(), is_bad)) {
    return {};
  }
  return Error(Errc::unsupported_model, text::message("tree {}", t),
               "covers that are zero at its root, negative or no finite numbers",
               "how many training rows came by each node, which these values are made of");
}

/// Forgets the nodes below a depth.
void CoverForestCompiler::leave_to(std::size_t depth) {
  while (way_.size() > depth) {
    way_.pop_back();
    covers_.pop_back();
    players_.pop_back();
    if (way_.empty()) return;
    const CoverNode& parent = out_.nodes[way_.back()];
    last_depth_[static_cast<std::size_t>(parent.player)] = parent.last_depth;
  }
}

void CoverForestCompiler::add_split(std::size_t split, CoverNode& node) {
  const spi::NodeFlags flags = forest_.flags[split];
  node.is_special = flags.categorical() || flags.missing() != spi::Missing::nan;
  node.missing_left = flags.missing_left();
  node.cut = node.is_special ? 0 : forest_.cut[split];
  node.split = static_cast<std::uint32_t>(split);
  node.feature = forest_.feature[split];
  node.player = setup_.player_of_cell[node.feature];
  node.last_depth = last_depth_[static_cast<std::size_t>(node.player)];
}

void CoverForestCompiler::add_leaf(std::size_t t, std::size_t leaf, CoverNode& node) {
  const std::size_t width = forest_.leaf_width;
  for (std::size_t k = 0; k < width; ++k) {
    out_.means[out_.nodes.size() * width + k] =
        weighted_leaf<double>(forest_, t, leaf * width + k) * sum_scale(forest_);
  }
  const bool stands_alone = forest_.split_begin[t] == forest_.split_begin[t + 1];
  node.is_dropped = setup_.drops_empty_leaves && !stands_alone && forest_.leaf_cover[leaf] == 0;
}

void CoverForestCompiler::enter(std::size_t t, const Child& child) {
  leave_to(child.depth);
  CoverNode node;
  const bool stands_alone = forest_.split_begin[t] == forest_.split_begin[t + 1];
  const double own = stands_alone ? 1 : cover(t, child.at);
  if (way_.empty()) {
    players_.push_back(0);
  } else {
    CoverNode& parent = out_.nodes[way_.back()];
    if (child.is_right) parent.right = static_cast<std::uint32_t>(out_.nodes.size());
    // Under a node without rows nothing is known, and nothing counts much.
    node.share = covers_.back() > 0 ? own / covers_.back() : 0.5;
    const bool is_first = parent.last_depth == 0;
    node.player_share =
        node.share * (is_first ? 1 : out_.nodes[way_[parent.last_depth]].player_share);
    last_depth_[static_cast<std::size_t>(parent.player)] = static_cast<std::uint32_t>(child.depth);
    players_.push_back(players_.back() + (is_first ? 1 : 0));
  }
  out_.depth = std::max(out_.depth, child.depth);
  out_.most_players = std::max(out_.most_players, players_.back());
  if (child.at >= 0) add_split(forest_.split_begin[t] + static_cast<std::size_t>(child.at), node);
  else add_leaf(t, forest_.leaf_begin[t] + static_cast<std::size_t>(~child.at), node);
  way_.push_back(static_cast<std::uint32_t>(out_.nodes.size()));
  covers_.push_back(own);
  out_.nodes.push_back(node);
}

Status CoverForestCompiler::compile_tree(std::size_t t) {
  const std::size_t first = forest_.split_begin[t];
  std::vector<Child> open{{forest_.split_begin[t + 1] == first ? ~0 : 0, 0, false}};
  while (!open.empty()) {
    const Child child = open.back();
    open.pop_back();
    if (child.depth > kDeepestCoverTree) {
      return Error(Errc::unsupported_model, text::message("tree {}", t),
                   text::message("more than {} levels", kDeepestCoverTree),
                   "trees that are less deep: these values are computed level by level");
    }
    enter(t, child);
    if (child.at < 0) continue;
    const std::size_t split = first + static_cast<std::size_t>(child.at);
    open.push_back({forest_.right[split], child.depth + 1, true});
    open.push_back({forest_.left[split], child.depth + 1, false});
  }
  leave_to(0);
  return {};
}

/// Children stand behind their parents.
void CoverForestCompiler::fill_means(std::size_t begin) {
  const std::size_t width = forest_.leaf_width;
  for (std::size_t i = out_.nodes.size(); i-- > begin;) {
    const CoverNode& node = out_.nodes[i];
    if (node.is_leaf()) continue;
    for (std::size_t k = 0; k < width; ++k) {
      out_.means[i * width + k] = out_.nodes[i + 1].share * out_.means[(i + 1) * width + k] +
                                  out_.nodes[node.right].share * out_.means[node.right * width + k];
    }
  }
}

}  // namespace

Result<CoverForest> compile_cover_forest(const TreeEnsemble& forest, const spi::CoverSetup& setup) {
  if (!forest.linear.empty()) {
    return Error(Errc::unsupported_model, "model", "linear leaves",
                 "leaves that are numbers: frameworks have no such values for others either");
  }
  if (forest.split_cover.size() != forest.split_count() ||
      forest.leaf_cover.size() != forest.leaf_count()) {
    return Error(Errc::unsupported_model, "model", "a file without the covers of its nodes",
                 "one that keeps how many training rows came by each node (XGBoost's sum_hessian, "
                 "LightGBM's counts, CatBoost's leaf_weights)");
  }
  if (forest.node_count() >= kMostCoverNodes) {
    return Error(Errc::unsupported_model, "model", text::message("{} nodes", forest.node_count()),
                 "fewer than 2³¹");
  }
  return CoverForestCompiler(forest, setup).run();
}

}  // namespace trivet::tree
