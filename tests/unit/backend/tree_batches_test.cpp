// SPDX-License-Identifier: Apache-2.0
// The engines for batches against the definition, around the sizes of their blocks.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>
#include <vector>

#include "backend/tree/engine.hpp"
#include "backend/tree/stride_forest.hpp"
#include "backend/tree/x86/stride_kernels.hpp"
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

struct BatchEngine {
  std::string_view name;
  EngineMaker make;
};
constexpr BatchEngine kBatchEngines[] = {
    {kSlicedName, make_sliced_engine},
    {kStridesName, make_strides_engine},
};

/// How many of the engines could run the forest.
int check_counts(const test::PlannedForest& planned, std::uint64_t seed) {
  Result<spi::TreeEnsemble> built = test::build(planned);
  REQUIRE(built.has_value());
  const spi::TreeEnsemble forest = std::move(built).value();
  const std::unique_ptr<Engine> reference = make_reference_engine(forest);
  const std::vector<double> cells = test::edge_rows(planned, 5000, seed);
  int checked = 0;
  for (const BatchEngine& row : kBatchEngines) {
    const std::unique_ptr<Engine> engine = row.make(forest);
    if (engine == nullptr) continue;
    ++checked;
    for (const std::size_t count : {1u, 127u, 128u, 129u, 511u, 512u, 513u, 1024u, 1025u, 2047u,
                                    2048u, 2049u, 4097u, 5000u}) {
      INFO(row.name << ", " << planned.name << ", " << count << " rows");
      const Rows rows{cells.data(), spi::FloatWidth::f64, count, forest.feature_count};
      CHECK(sums_of(*engine, forest, rows) == sums_of(*reference, forest, rows));
    }
  }
  return checked;
}

}  // namespace

TEST_CASE("batch engines: row counts around their blocks", "[backend][tree]") {
  int checked = 0;
  for (std::uint64_t seed = 100; seed < 112; ++seed) {
    checked += check_counts(test::random_forest(seed), seed);
  }
  CHECK(checked > 12);
}

TEST_CASE("batch engines: more cuts than a byte counts", "[backend][tree]") {
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

TEST_CASE("strides: rows of every width in registers, and wider ones", "[backend][tree]") {
  test::ForestLimits limits;
  limits.depth = 14;
  int checked = 0;
  for (const std::uint32_t features : {16u, 17u, 32u, 40u, 64u, 65u, 300u}) {
    limits.features = features;
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      checked += check_counts(test::random_forest(features + seed, limits), seed);
    }
  }
  CHECK(checked > 7);
}

TEST_CASE("strides: vectors find the leaves that the definition finds", "[backend][tree]") {
  if (!x86::has_stride_walk()) return;
  // A left-leaning tree of nine splits: three strides deep, exits of both kinds in each.
  Stride strides[3];
  for (Stride& stride : strides) {
    std::fill_n(stride.cut, Stride::kEntries, 0.0F);
    stride.cut[0] = std::bit_cast<float>(0x5555u);  // every second entry sends NaN left
    std::fill_n(stride.column, Stride::kEntries, std::uint16_t{0});
  }
  for (std::uint16_t i = 0; i < Stride::kEntries; ++i) {
    for (std::uint16_t s = 0; s < 3; ++s) {
      strides[s].column[i] = static_cast<std::uint16_t>((i + s) % 16);
      const bool goes_on = s < 2 && i % 4 == s;
      strides[s].exit[i] = goes_on ? static_cast<std::uint16_t>(s + 1)
                                   : static_cast<std::uint16_t>(Stride::kLeaf | (16 * s + i));
    }
  }
  test::Random random(9);
  for (const std::size_t columns : {16u, 32u, 64u, 80u}) {
    for (const bool has_nan : {false, true}) {
      std::vector<float> room(kStrideLot * columns + 16);
      float* cells =
          room.data() + (64 - reinterpret_cast<std::uintptr_t>(room.data()) % 64) % 64 / 4;
      for (std::size_t i = 0; i < kStrideLot * columns; ++i) {
        const bool is_nan = has_nan && random.one_in(4);
        cells[i] = is_nan ? std::nanf("") : static_cast<float>(random.between(-1, 1));
      }
      const StrideRows rows{cells, columns, kStrideLot, has_nan};
      std::uint16_t wanted[kStrideLot], found[kStrideLot];
      walk_strides(strides, rows, wanted);
      x86::stride_walk(columns)(strides, rows, found);
      INFO(columns << " columns" << (has_nan ? ", NaN among them" : ""));
      CHECK(std::equal(wanted, wanted + kStrideLot, found));
      CHECK(
          std::any_of(wanted, wanted + kStrideLot, [](std::uint16_t leaf) { return leaf >= 32; }));
    }
  }
}

}  // namespace trivet::tree
