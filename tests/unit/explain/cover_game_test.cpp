// SPDX-License-Identifier: Apache-2.0
// Values by cover against all coalitions of the game that they are the values of.
#include "backend/tree/cover_game.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <vector>

#include "backend/tree/engine.hpp"
#include "catch.hpp"
#include "explain/shapley.hpp"
#include "support/random_forest.hpp"

namespace trivet::test {
namespace {

constexpr std::uint32_t kFeatures = 6;

/// Random weights for the leaves; a split has those of its children. Some leaves have none.
double cover_below(spi::TreeEnsemble& forest, std::size_t t, std::int32_t at, Random& random) {
  if (at < 0) {
    const std::size_t leaf = forest.leaf_begin[t] + static_cast<std::size_t>(~at);
    forest.leaf_cover[leaf] = random.one_in(8) ? 0.0F : static_cast<float>(1 + random.below(40));
    return double(forest.leaf_cover[leaf]);
  }
  const std::size_t split = forest.split_begin[t] + static_cast<std::size_t>(at);
  const double cover = cover_below(forest, t, forest.left[split], random) +
                       cover_below(forest, t, forest.right[split], random);
  forest.split_cover[split] = static_cast<float>(cover);
  return cover;
}

spi::TreeEnsemble covered_forest(std::uint64_t seed) {
  auto forest = build(random_forest(seed, {.trees = 8, .features = kFeatures, .depth = 7}));
  REQUIRE(forest.has_value());
  Random random(seed);
  forest->split_cover.assign(forest->split_count(), 0.0F);
  forest->leaf_cover.assign(forest->leaf_count(), 0.0F);
  for (std::size_t t = 0; t < forest->tree_count(); ++t) {
    const bool is_leaf = forest->split_begin[t] == forest->split_begin[t + 1];
    if (!is_leaf && cover_below(*forest, t, 0, random) > 0) continue;
    if (!is_leaf) forest->split_cover[forest->split_begin[t]] = 1;
  }
  return std::move(*forest);
}

/// One tree's mean where the features of `present` are the row's and others split by cover.
struct Coalition {
  const spi::TreeEnsemble& forest;
  const std::vector<double>& row;
  std::size_t present;
  std::size_t tree;
  std::size_t output;

  [[nodiscard]] double cover(std::int32_t at) const {
    return double(at < 0 ? forest.leaf_cover[forest.leaf_begin[tree] + std::size_t(~at)]
                         : forest.split_cover[forest.split_begin[tree] + std::size_t(at)]);
  }
  [[nodiscard]] double mean(std::int32_t at) const {
    if (at < 0) {
      const std::size_t leaf = forest.leaf_begin[tree] + std::size_t(~at);
      const double weight = forest.tree_weight.empty() ? 1 : forest.tree_weight[tree];
      return weight * forest.leaf[leaf * forest.leaf_width + output];
    }
    const std::size_t split = forest.split_begin[tree] + std::size_t(at);
    const std::uint32_t feature = forest.feature[split];
    const std::int32_t left = forest.left[split];
    const std::int32_t right = forest.right[split];
    if ((present >> feature & 1) != 0) {
      const tree::Rows rows{row.data(), spi::FloatWidth::f64, 1, row.size()};
      const double x = tree::value_of(forest, rows, 0, feature);
      return mean(tree::goes_left(forest, split, x) ? left : right);
    }
    const double total = cover(at);
    const double share = total > 0 ? cover(left) / total : 0.5;
    const double rest = total > 0 ? cover(right) / total : 0.5;
    return share * mean(left) + rest * mean(right);
  }
};

std::vector<double> all_means(const spi::TreeEnsemble& forest, const std::vector<double>& row,
                              std::size_t output) {
  std::vector<double> table;
  const double scale = forest.sum.scale / forest.sum.divisor;
  for (std::size_t s = 0; s < (std::size_t{1} << kFeatures); ++s) {
    double sum = forest.sum.start.empty() ? 0 : forest.sum.start[output];
    for (std::size_t t = 0; t < forest.tree_count(); ++t) {
      const bool is_vector = forest.leaf_width > 1;
      if (!is_vector && !forest.tree_output.empty() && forest.tree_output[t] != output) continue;
      const bool is_leaf = forest.split_begin[t] == forest.split_begin[t + 1];
      sum += Coalition{forest, row, s, t, is_vector ? output : 0}.mean(is_leaf ? ~0 : 0);
    }
    table.push_back(sum * scale + (forest.sum.end.empty() ? 0 : forest.sum.end[output]));
  }
  return table;
}

double largest(const std::vector<double>& table) {
  double most = 1e-6;
  for (const double x : table) most = std::max(most, std::fabs(x));
  return most;
}

/// Half of the Shapley interaction index, by definition.
double pair_value(const std::vector<double>& table, std::size_t i, std::size_t j) {
  double sum = 0;
  const std::size_t both = std::size_t{1} << i | std::size_t{1} << j;
  for (std::size_t s = 0; s < table.size(); ++s) {
    if ((s & both) != 0) continue;
    const int size = __builtin_popcountll(s);
    const double weight =
        std::exp(std::lgamma(size + 1.0) + std::lgamma(double(kFeatures) - size - 1.0) -
                 std::lgamma(double(kFeatures)));
    sum += weight * (table[s | both] - table[s | std::size_t{1} << i] -
                     table[s | std::size_t{1} << j] + table[s]);
  }
  return sum / 2;
}

std::vector<double> ask(const spi::CoverGame& game, const std::vector<double>& rows,
                        std::size_t output, spi::CoverValues values) {
  const std::size_t numbers =
      values == spi::CoverValues::interactions ? kFeatures * kFeatures : kFeatures;
  const std::size_t count = rows.size() / kFeatures;
  std::vector<double> out(count * numbers, 0.0);
  spi::GameScratch scratch;
  game.attribute_rows({reinterpret_cast<const std::byte*>(rows.data()), kFeatures * sizeof(double),
                       count, out.data(), numbers},
                      output, values, scratch);
  return out;
}

std::unique_ptr<const spi::CoverGame> game_of(const spi::TreeEnsemble& forest) {
  std::vector<std::int32_t> players(kFeatures);
  std::iota(players.begin(), players.end(), 0);
  auto game = tree::make_forest_cover_game(forest, spi::FloatWidth::f64, {players, kFeatures});
  INFO((game ? std::string() : game.error().message()));
  REQUIRE(game.has_value());
  return std::move(*game);
}

TEST_CASE("cover game: values are those of all coalitions", "[explain][tree]") {
  const explain::CoalitionWeights weights = explain::coalition_weights(kFeatures);
  std::size_t tried = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const PlannedForest plan = random_forest(seed, {.trees = 8, .features = kFeatures, .depth = 7});
    const spi::TreeEnsemble forest = covered_forest(seed);
    if (!forest.linear.empty() || forest.feature_count != kFeatures) continue;
    const auto game = game_of(forest);
    const std::vector<double> rows = edge_rows(plan, 4, seed);
    const std::size_t output = seed % forest.output_count;
    const auto shapley = ask(*game, rows, output, spi::CoverValues::shapley);
    const auto pairs = ask(*game, rows, output, spi::CoverValues::interactions);
    for (std::size_t r = 0; r < 4; ++r) {
      INFO(plan.name << ", seed " << seed << ", row " << r);
      const std::vector<double> row(rows.begin() + std::ptrdiff_t(r * kFeatures),
                                    rows.begin() + std::ptrdiff_t((r + 1) * kFeatures));
      const std::vector<double> table = all_means(forest, row, output);
      const double tolerance = 1e-9 * largest(table);
      if (!std::isfinite(tolerance)) continue;
      ++tried;
      CHECK(std::fabs(game->expected_margin(output) - table[0]) <= tolerance);
      for (std::size_t i = 0; i < kFeatures; ++i) {
        CHECK(std::fabs(shapley[r * kFeatures + i] - explain::shapley_value(table, i, weights)) <=
              tolerance);
        double sum = 0;
        for (std::size_t j = 0; j < kFeatures; ++j) {
          const double pair = pairs[(r * kFeatures + i) * kFeatures + j];
          sum += pair;
          if (i != j) CHECK(std::fabs(pair - pair_value(table, i, j)) <= tolerance);
        }
        CHECK(std::fabs(sum - shapley[r * kFeatures + i]) <= tolerance);
      }
    }
  }
  CHECK(tried >= 100);
}

TEST_CASE("cover game: a block of rows has the bits of row by row", "[explain][tree]") {
  constexpr std::size_t kRows = 21;
  std::size_t tried = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const spi::TreeEnsemble forest = covered_forest(seed);
    if (!forest.linear.empty() || forest.feature_count != kFeatures) continue;
    ++tried;
    const auto game = game_of(forest);
    const PlannedForest plan = random_forest(seed, {.trees = 8, .features = kFeatures, .depth = 7});
    const std::vector<double> rows = edge_rows(plan, kRows, seed);
    for (const auto values :
         {spi::CoverValues::shapley, spi::CoverValues::path, spi::CoverValues::interactions}) {
      const std::vector<double> all = ask(*game, rows, 0, values);
      const std::size_t numbers = all.size() / kRows;
      for (std::size_t r = 0; r < kRows; ++r) {
        INFO("seed " << seed << ", row " << r);
        const std::vector<double> row(rows.begin() + std::ptrdiff_t(r * kFeatures),
                                      rows.begin() + std::ptrdiff_t((r + 1) * kFeatures));
        const std::vector<double> alone = ask(*game, row, 0, values);
        CHECK(std::memcmp(alone.data(), all.data() + r * numbers, numbers * sizeof(double)) == 0);
      }
    }
  }
  CHECK(tried >= 5);
}

/// x0 < 1 ? (x1 < 1 ? 4 : 8) : 16, with 1, 3 and 4 training rows.
Result<spi::TreeEnsemble> small_tree(spi::TrainingFacts facts) {
  spi::TreeEnsembleBuilder builder(spi::FloatWidth::f64, 1, facts);
  builder.begin_tree(5);
  REQUIRE(builder.add_split({.node = 0, .feature = 0, .cut = 1, .left = 1, .right = 2, .cover = 8})
              .has_value());
  REQUIRE(builder.add_split({.node = 1, .feature = 1, .cut = 1, .left = 3, .right = 4, .cover = 4})
              .has_value());
  REQUIRE(builder.add_leaf(2, 16.0F, 4).has_value());
  REQUIRE(builder.add_leaf(3, 4.0F, 1).has_value());
  REQUIRE(builder.add_leaf(4, 8.0F, 3).has_value());
  REQUIRE(builder.end_tree().has_value());
  spi::TreeEnsembleBuilder::Header header;
  header.feature_count = 2;
  header.input_width = spi::FloatWidth::f64;
  return std::move(builder).finish(header);
}

TEST_CASE("cover game: a tree by hand", "[explain][tree]") {
  const auto forest = small_tree(spi::TrainingFacts::cover);
  REQUIRE(forest.has_value());
  const std::vector<std::int32_t> players{0, 1};
  const auto game = tree::make_forest_cover_game(*forest, spi::FloatWidth::f64, {players, 2});
  REQUIRE(game.has_value());
  // The mean is (4 + 3·8 + 4·16) / 8 = 11.5. For the row (0, 0): v() = 11.5, v(x0) = (4 + 24) / 4 =
  // 7, v(x1) = 4 / 2 + 16 / 2 = 10, v(both) = 4.
  CHECK((*game)->expected_margin(0) == Approx(11.5));
  const std::vector<double> row{0, 0};
  std::vector<double> values(2, 0.0);
  spi::GameScratch scratch;
  const spi::GameRows one{reinterpret_cast<const std::byte*>(row.data()), 16, 1, values.data(), 2};
  (*game)->attribute_rows(one, 0, spi::CoverValues::shapley, scratch);
  CHECK(values[0] == Approx(((7 - 11.5) + (4 - 10.0)) / 2));
  CHECK(values[1] == Approx(((10 - 11.5) + (4 - 7.0)) / 2));
  // Along the way the mean falls from 11.5 to 7 by x0, then to 4 by x1.
  values.assign(2, 0.0);
  (*game)->attribute_rows(one, 0, spi::CoverValues::path, scratch);
  CHECK(values[0] == Approx(-4.5));
  CHECK(values[1] == Approx(-3.0));
}

/// A chain: one split on each feature, right to a leaf of 1 at its end, and 1/16 of the rows to the
/// right each time.
spi::TreeEnsemble steep_chain(std::uint32_t depth) {
  spi::TreeEnsembleBuilder builder(spi::FloatWidth::f64, 1, spi::TrainingFacts::cover);
  builder.begin_tree(2 * depth + 1);
  const double zero = 0;
  const double one = 1;
  float cover = 0x1p126F;
  for (std::uint32_t i = 0; i < depth; ++i, cover /= 16) {
    REQUIRE(builder
                .add_split({.node = 2 * i,
                            .feature = i,
                            .cut = 0.5,
                            .left = 2 * i + 1,
                            .right = 2 * i + 2,
                            .cover = cover})
                .has_value());
    REQUIRE(builder.add_leaf(2 * i + 1, {&zero, 1}, cover / 16 * 15).has_value());
  }
  REQUIRE(builder.add_leaf(2 * depth, {&one, 1}, cover).has_value());
  REQUIRE(builder.end_tree().has_value());
  spi::TreeEnsembleBuilder::Header header;
  header.feature_count = depth;
  header.input_width = spi::FloatWidth::f64;
  auto forest = std::move(builder).finish(header);
  REQUIRE(forest.has_value());
  return std::move(*forest);
}

TEST_CASE("cover game: many players with small shares have their equal parts", "[explain][tree]") {
  constexpr std::uint32_t kDepth = 63;
  const spi::TreeEnsemble forest = steep_chain(kDepth);
  std::vector<std::int32_t> players(kDepth);
  std::iota(players.begin(), players.end(), 0);
  const auto game = tree::make_forest_cover_game(forest, spi::FloatWidth::f64, {players, kDepth});
  REQUIRE(game.has_value());
  const std::vector<double> row(kDepth, 1.0);
  std::vector<double> values(kDepth, 0.0);
  spi::GameScratch scratch;
  const spi::GameRows one{reinterpret_cast<const std::byte*>(row.data()), kDepth * sizeof(double),
                          1, values.data(), kDepth};
  (*game)->attribute_rows(one, 0, spi::CoverValues::shapley, scratch);
  // From 16^-63 without anybody to 1, by players that are all alike.
  for (const double x : values) CHECK(x == Approx(1.0 / kDepth).epsilon(1e-11));
}

TEST_CASE("cover game: forests that say nothing of their training are refused", "[explain][tree]") {
  const std::vector<std::int32_t> players{0, 1};
  const auto bare = small_tree(spi::TrainingFacts::none);
  REQUIRE(bare.has_value());
  const auto without = tree::make_forest_cover_game(*bare, spi::FloatWidth::f64, {players, 2});
  REQUIRE_FALSE(without.has_value());
  CHECK(without.error().code() == Errc::unsupported_model);
  CHECK(without.error().expected().find("sum_hessian") != std::string_view::npos);
  for (const float root : {0.0F, -1.0F, std::nanf(""), HUGE_VALF}) {
    INFO(root);
    auto forest = small_tree(spi::TrainingFacts::cover);
    REQUIRE(forest.has_value());
    forest->split_cover[0] = root;
    CHECK_FALSE(
        tree::make_forest_cover_game(*forest, spi::FloatWidth::f64, {players, 2}).has_value());
  }
}

}  // namespace
}  // namespace trivet::test
