// SPDX-License-Identifier: Apache-2.0
// The row engines on forests at the edges of their forms, against the definition.
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "backend/tree/engine.hpp"
#include "base/aligned_buffer.hpp"
#include "catch.hpp"

namespace trivet::test {
namespace {

using spi::FloatWidth;
using spi::Missing;
using spi::NodeFlags;
using spi::TreeEnsemble;

TreeEnsemble empty_forest(FloatWidth width, std::uint32_t features) {
  TreeEnsemble forest;
  forest.feature_count = features;
  forest.input_width = width;
  forest.cut.width = width;
  forest.leaf.width = width;
  forest.sum.accumulator = width;
  return forest;
}

void add_split(TreeEnsemble& forest, std::uint32_t feature, double cut, NodeFlags flags) {
  forest.feature.push_back(feature);
  forest.cut.push_back(cut);
  forest.flags.push_back(flags);
}

void end_tree(TreeEnsemble& forest) {
  forest.split_begin.push_back(static_cast<std::uint32_t>(forest.feature.size()));
  forest.leaf_begin.push_back(static_cast<std::uint32_t>(forest.leaf.size() / forest.leaf_width));
}

/// A chain: each split's left child is a leaf, the last split has two. No splits: a lone leaf.
void add_chain(TreeEnsemble& forest, std::int32_t splits, NodeFlags flags) {
  for (std::int32_t s = 0; s < splits; ++s) {
    const std::size_t number = forest.feature.size();
    add_split(forest, static_cast<std::uint32_t>(number % forest.feature_count),
              0.25 * static_cast<double>(number % 97) - 12, flags);
    forest.left.push_back(~s);
    forest.right.push_back(s + 1 < splits ? s + 1 : ~splits);
  }
  for (std::int32_t leaf = 0; leaf <= splits; ++leaf) {
    for (std::uint32_t k = 0; k < forest.leaf_width; ++k) {
      forest.leaf.push_back(1.0 / (3 + leaf + k + static_cast<double>(forest.split_begin.size())));
    }
  }
  end_tree(forest);
}

std::vector<double> rows_around_cuts(std::uint32_t features, std::size_t count) {
  constexpr double kSpecial[] = {0.0, -0.0, 1e-36, -2e-35, 1e300, -1e300, 0.1, 5e-324};
  std::vector<double> cells;
  for (std::size_t i = 0; i < count * features; ++i) {
    double x = 0.25 * static_cast<double>(i * 7919 % 131) - 16;
    if (i % 5 == 1) x = std::nextafter(x, 1e9);
    if (i % 11 == 3) x = kSpecial[i / 11 % std::size(kSpecial)];
    if (i % 13 == 4) x = std::numeric_limits<double>::quiet_NaN();
    cells.push_back(x);
  }
  return cells;
}

std::vector<std::byte> sums_of(const tree::Engine& engine, const tree::Rows& rows,
                               std::size_t size) {
  base::AlignedBuffer scratch;
  std::vector<std::byte> sums(size);
  const std::size_t bytes = engine.scratch_bytes(rows.count);
  engine.add_up(rows, sums.data(), scratch.reserve(bytes + 1).first(bytes));
  return sums;
}

std::vector<std::byte> sums_row_by_row(const tree::Engine& engine, const tree::Rows& rows,
                                       std::size_t row_size) {
  std::vector<std::byte> sums;
  for (std::size_t r = 0; r < rows.count; ++r) {
    tree::Rows alone = rows.from(r, 1);
    alone.is_whole_call = true;
    const auto one = sums_of(engine, alone, row_size);
    sums.insert(sums.end(), one.begin(), one.end());
  }
  return sums;
}

/// Every engine that takes the forest, rows of both widths, together, one at a time, and one at a
/// time with the trees shared by threads.
void check_engines(const TreeEnsemble& forest, std::size_t row_count) {
  const std::uint32_t features = forest.feature_count;
  const std::vector<double> wide = rows_around_cuts(features, row_count);
  std::vector<float> narrow;
  for (const double x : wide) narrow.push_back(static_cast<float>(x));
  const auto reference = tree::make_reference_engine(forest);
  const auto pool = make_thread_pool(3);
  REQUIRE(pool.has_value());
  const std::size_t sum_bytes =
      forest.output_count *
      (forest.sum.accumulator == FloatWidth::f32 ? sizeof(float) : sizeof(double));
  for (const auto make : {tree::make_ranked_engine, tree::make_tiled_engine}) {
    const auto engine = make(forest);
    if (engine == nullptr) {
      // Only a processor without byte permutes is an excuse.
      CHECK(make != tree::make_ranked_engine);
      continue;
    }
    for (const tree::Rows& all :
         {tree::Rows{wide.data(), FloatWidth::f64, row_count, features},
          tree::Rows{narrow.data(), FloatWidth::f32, row_count, features}}) {
      const auto expected = sums_of(*reference, all, row_count * sum_bytes);
      INFO(engine->name() << ", rows of " << (all.width == FloatWidth::f32 ? "floats" : "doubles"));
      CHECK(sums_of(*engine, all, row_count * sum_bytes) == expected);
      engine->share_rows(nullptr);
      CHECK(sums_row_by_row(*engine, all, sum_bytes) == expected);
      engine->share_rows(pool->get());
      CHECK(sums_row_by_row(*engine, all, sum_bytes) == expected);
    }
  }
}

}  // namespace

TEST_CASE("row engines: features of more cuts than a byte counts", "[backend][tree][threads]") {
  for (const Missing missing : {Missing::nan, Missing::nan_and_zero, Missing::none}) {
    for (const FloatWidth width : {FloatWidth::f32, FloatWidth::f64}) {
      TreeEnsemble forest = empty_forest(width, 3);
      if (width == FloatWidth::f64) forest.test = spi::Test::less_equal;
      for (std::uint32_t i = 0; i < 1800; ++i) {
        add_split(forest, i % 3, 0.05 * (i / 3) - 15, NodeFlags::make(i % 2 == 0, false, missing));
        forest.left.push_back(~0);
        forest.right.push_back(~1);
        forest.leaf.push_back(1.0 / (1 + i));
        forest.leaf.push_back(-1.0 / (2 + i));
        end_tree(forest);
      }
      INFO("missing " << static_cast<int>(missing) << ", width " << static_cast<int>(width));
      check_engines(forest, 200);
    }
  }
}

TEST_CASE("row engines: chains of every length around the forms of tiles",
          "[backend][tree][threads]") {
  for (const FloatWidth width : {FloatWidth::f32, FloatWidth::f64}) {
    for (const std::int32_t splits : {0, 1, 5, 6, 7, 30, 31, 32, 63, 64, 300}) {
      TreeEnsemble forest = empty_forest(width, 70);
      for (std::int32_t t = 0; t < 21; ++t) {
        add_chain(forest, t % 3 == 0 ? 0 : splits,
                  NodeFlags::make(t % 2 == 0, false, Missing::nan));
      }
      INFO(splits << " splits, width " << static_cast<int>(width));
      check_engines(forest, 70);
    }
  }
}

TEST_CASE("row engines: outputs in turn, weights, vector leaves", "[backend][tree][threads]") {
  for (const bool vectors : {false, true}) {
    for (const std::int32_t splits : {4, 40}) {
      TreeEnsemble forest = empty_forest(FloatWidth::f32, 9);
      forest.output_count = 3;
      forest.leaf_width = vectors ? 3 : 1;
      forest.sum.start = {0.5, -1, 2};
      for (std::uint32_t t = 0; t < 300; ++t) {
        add_chain(forest, splits, NodeFlags::make(t % 2 == 0, false, Missing::nan));
        forest.tree_weight.push_back(1.0 / (1 + t));
        if (!vectors) forest.tree_output.push_back(t % 3);
      }
      INFO((vectors ? "vectors, " : "scalars, ") << splits << " splits");
      check_engines(forest, 130);
    }
  }
}

}  // namespace trivet::test
