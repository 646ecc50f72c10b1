// SPDX-License-Identifier: Apache-2.0
// The sliced engine against the definition, around the sizes of its blocks.
#include <cstring>
#include <vector>

#include "backend/tree/engine.hpp"
#include "catch.hpp"
#include "support/random_forest.hpp"

namespace trivet::tree {
namespace {

/// Sums as bytes. The scratch memory is as large as was asked for, and aligned.
std::vector<std::byte> sums_of(const Engine& engine, const spi::TreeEnsemble& forest,
                               const Rows& rows) {
  const std::size_t width = forest.sum.accumulator == spi::FloatWidth::f32 ? 4 : 8;
  std::vector<std::byte> sums(rows.count * forest.output_count * width);
  std::vector<std::byte> memory(engine.scratch_bytes(rows.count) + 64);
  const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  const std::size_t skip = (64 - address % 64) % 64;
  engine.add_up(rows, sums.data(), std::span(memory).subspan(skip, memory.size() - 64));
  return sums;
}

void check_counts(const test::PlannedForest& planned, std::uint64_t seed) {
  Result<spi::TreeEnsemble> built = test::build(planned);
  REQUIRE(built.has_value());
  const spi::TreeEnsemble forest = std::move(built).value();
  const std::unique_ptr<Engine> sliced = make_sliced_engine(forest);
  if (sliced == nullptr) return;
  const std::unique_ptr<Engine> reference = make_reference_engine(forest);
  const std::vector<double> cells = test::edge_rows(planned, 5000, seed);
  for (const std::size_t count :
       {1u, 127u, 128u, 129u, 511u, 512u, 513u, 1024u, 1025u, 2047u, 2048u, 2049u, 4097u, 5000u}) {
    INFO(planned.name << ", " << count << " rows");
    const Rows rows{cells.data(), spi::FloatWidth::f64, count, forest.feature_count};
    CHECK(sums_of(*sliced, forest, rows) == sums_of(*reference, forest, rows));
  }
}

}  // namespace

TEST_CASE("sliced engine: row counts around its blocks", "[backend][tree]") {
  for (std::uint64_t seed = 100; seed < 112; ++seed) check_counts(test::random_forest(seed), seed);
}

TEST_CASE("sliced engine: more cuts than a byte counts", "[backend][tree]") {
  // All trees ask one to three features: hundreds of cuts each, in parts or in words.
  test::ForestLimits limits;
  limits.depth = 10;
  for (const std::uint32_t features : {1u, 2u, 3u}) {
    for (const std::uint32_t trees : {30u, 150u, 400u}) {
      limits.features = features;
      limits.trees = trees;
      check_counts(test::random_forest(features + trees, limits), trees);
    }
  }
}

}  // namespace trivet::tree
