// SPDX-License-Identifier: Apache-2.0
// Ranks against the definition of the forest's tests, value by value.
#include <cmath>
#include <limits>
#include <vector>

#include "backend/tree/rank_kernels.hpp"
#include "backend/tree/ranks.hpp"
#include "catch.hpp"
#include "support/random_forest.hpp"

namespace trivet::tree {
namespace {

struct RankedCase {
  spi::TreeEnsemble forest;
  Ranks ranks;
  RankedSplits splits;
};

/// What the IR says, in doubles, which hold floats exactly.
bool definition_goes_left(const spi::TreeEnsemble& forest, std::size_t split, double x) {
  const spi::NodeFlags flags = forest.flags[split];
  const bool zero = std::fabs(x) <= static_cast<double>(1e-35F);
  const bool missing = flags.missing() == spi::Missing::nan_and_zero ? std::isnan(x) || zero
                       : flags.missing() == spi::Missing::nan        ? std::isnan(x)
                                                                     : false;
  if (missing) return flags.missing_left();
  if (std::isnan(x)) x = 0;
  const double cut = forest.cut[split];
  if (flags.categorical()) {
    return forest.categories.contains(static_cast<std::size_t>(cut), x) ==
           forest.categories.members_go_left;
  }
  return forest.test == spi::Test::less ? x < cut : x <= cut;
}

double seen_cell(const spi::TreeEnsemble& forest, const Rows& rows, std::size_t r, std::size_t f) {
  const double x = rows.width == spi::FloatWidth::f32 ? static_cast<double>(rows.float_row(r)[f])
                                                      : rows.double_row(r)[f];
  if (forest.input_width == spi::FloatWidth::f64) return x;
  return static_cast<double>(static_cast<float>(x));
}

std::uint32_t entry(const Ranks& ranks, const std::vector<std::uint8_t>& memory, std::size_t at) {
  if (ranks.bytes) return memory[at];
  return reinterpret_cast<const std::uint16_t*>(memory.data())[at];
}

void check_row_major(const RankedCase& c, const Rows& rows) {
  const std::size_t stride = c.ranks.row_entries() + 3;
  std::vector<std::uint8_t> out(2 * stride * rows.count);
  std::vector<double> scratch(c.forest.feature_count);
  rank_rows(c.ranks, rows, out.data(), stride, reinterpret_cast<std::byte*>(scratch.data()));
  for (std::size_t s = 0; s < c.forest.split_count(); ++s) {
    const RankTest& test = c.ranks.tests[c.splits.test[s]];
    std::size_t wrong = 0;
    for (std::size_t r = 0; r < rows.count; ++r) {
      const double x = seen_cell(c.forest, rows, r, c.forest.feature[s]);
      const bool left = entry(c.ranks, out, r * stride + test.column) <= test.rank;
      wrong += left != definition_goes_left(c.forest, s, x) ? 1 : 0;
    }
    INFO("split " << s << ", feature " << c.forest.feature[s]);
    CHECK(wrong == 0);
  }
}

void check_columns(const RankedCase& c, const Rows& rows) {
  RankBlock block;
  block.rows = (rows.count + kRankRows - 1) / kRankRows * kRankRows + kRankRows;
  std::vector<std::uint8_t> numbers(2 * c.ranks.number_columns * block.rows);
  std::vector<std::uint16_t> codes(c.ranks.categories.size() * block.rows, 0xffff);
  block.numbers = numbers.data();
  block.codes = codes.data();
  rank_columns(c.ranks, rows, block);
  for (std::size_t s = 0; s < c.forest.split_count(); ++s) {
    const RankTest& test = c.ranks.tests[c.splits.test[s]];
    if (test.column >= c.ranks.number_columns) continue;
    std::size_t wrong = 0;
    for (std::size_t r = 0; r < rows.count; ++r) {
      const double x = seen_cell(c.forest, rows, r, c.forest.feature[s]);
      const bool left = entry(c.ranks, numbers, test.column * block.rows + r) <= test.rank;
      wrong += left != definition_goes_left(c.forest, s, x) ? 1 : 0;
    }
    INFO("column " << test.column << ", split " << s << ", feature " << c.forest.feature[s]);
    CHECK(wrong == 0);
  }
  for (std::size_t i = 0; i < c.ranks.categories.size(); ++i) {
    const RankedCategories& own = c.ranks.categories[i];
    for (std::size_t r = 0; r < block.rows; ++r) {
      if (codes[i * block.rows + r] > own.missing_code()) FAIL("code out of range");
    }
  }
}

}  // namespace

TEST_CASE("tree ranks: every split of random forests, by rows and by columns", "[backend][tree]") {
  test::ForestLimits limits;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    limits.features = seed % 3 == 0 ? 3 : 12;
    limits.trees = seed % 5 == 0 ? 200 : 20;
    const test::PlannedForest planned = test::random_forest(seed, limits);
    Result<spi::TreeEnsemble> built = test::build(planned);
    REQUIRE(built.has_value());
    RankedCase c{std::move(built).value(), {}, {}};
    if (!c.ranks.compile(c.forest, c.splits)) continue;
    const std::size_t row_count = 1 + seed % 300;
    const std::vector<double> wide = test::edge_rows(planned, row_count, seed);
    std::vector<float> narrow(wide.begin(), wide.end());
    const std::size_t columns = c.forest.feature_count;
    for (const spi::FloatWidth width : {spi::FloatWidth::f32, spi::FloatWidth::f64}) {
      const bool is_narrow = width == spi::FloatWidth::f32;
      INFO(planned.name << (is_narrow ? ", floats" : ", doubles"));
      const void* data = is_narrow ? static_cast<const void*>(narrow.data()) : wide.data();
      const Rows rows{data, width, row_count, columns};
      check_row_major(c, rows);
      check_columns(c, rows);
    }
  }
}

}  // namespace trivet::tree
