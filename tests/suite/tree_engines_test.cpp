// SPDX-License-Identifier: Apache-2.0
// Every engine that runs forests, against the definition and against each other.
#include <algorithm>
#include <iterator>
#include <set>

#include "catch.hpp"
#include "suite/engine_cases.hpp"
#include "support/effort.hpp"
#include "support/oracle.hpp"
#include "support/random_forest.hpp"

namespace trivet::test {
namespace {

/// Rows as a buffer of that type hands them to the engine.
std::vector<double> rounded_to(std::vector<double> cells, DType dtype) {
  if (dtype == DType::float32) {
    for (double& cell : cells) cell = static_cast<double>(static_cast<float>(cell));
  }
  return cells;
}

/// Compares one row of one output with the definition; the text says where they differ.
std::string row_difference(const PlannedForest& forest, const spi::TreeEnsemble& built,
                           const RegionAnswers& answers, std::span<const double> row,
                           std::size_t r) {
  const spi::TreeEnsembleBuilder::Header& header = forest.header;
  const DType dtype =
      header.sum.accumulator == spi::FloatWidth::f32 ? DType::float32 : DType::float64;
  const std::vector<double> margins = margins_of(forest, row);
  const std::vector<double> after = linked(header.link, margins, header.sum.accumulator);
  for (std::size_t k = 0; k < header.output_count; ++k) {
    const std::size_t at = r * header.output_count + k;
    if (!same_number(element(answers.outputs[0], dtype, at), margins[k])) return "margin";
    if (!same_number(element(answers.outputs[1], dtype, at), after[k])) return "linked";
  }
  if (element(answers.outputs[2], dtype, r) != first_greatest(margins)) return "class_index";
  for (std::size_t t = 0; t < forest.trees.size(); ++t) {
    const double leaf = element(answers.outputs[3], DType::int32, r * forest.trees.size() + t);
    const double leaf_count = built.leaf_begin[t + 1] - built.leaf_begin[t];
    if (!(leaf >= 0 && leaf < leaf_count)) return "leaf_index beyond the tree";
    const PlannedTree& tree = forest.trees[t];
    const PlannedNode& wanted = tree.nodes[leaf_of(forest, tree, row)];
    const std::size_t first =
        (built.leaf_begin[t] + static_cast<std::size_t>(leaf)) * forest.leaf_width;
    for (std::size_t i = 0; i < forest.leaf_width; ++i) {
      if (!same_number(built.leaf[first + i], wanted.values[i])) return "leaf_index";
    }
  }
  return {};
}

void check_forest(const PlannedForest& forest, DType cells, std::size_t row_count,
                  std::uint64_t seed, std::set<std::string>& engines_seen) {
  Result<spi::TreeEnsemble> built = build(forest);
  REQUIRE(built.has_value());
  const spi::TreeEnsemble proved = built.value();
  const spi::Graph graph = graph_of(std::move(built).value(), cells);
  const Status valid = spi::validate(graph);
  INFO((valid ? std::string() : valid.error().message()));
  REQUIRE(valid.has_value());
  const spi::Region region = whole_region(graph);
  const std::vector<PreparedEngine> engines = prepare_all(graph, region);
  REQUIRE_FALSE(engines.empty());
  for (const PreparedEngine& engine : engines) engines_seen.insert(engine.name);

  const std::vector<double> numbers = rounded_to(edge_rows(forest, row_count, seed), cells);
  RegionRows rows;
  rows.cells = cells;
  rows.numbers = numbers;
  rows.columns = forest.header.feature_count;
  rows.padding = seed % 3;
  const RegionAnswers answers = run_all(engines, graph, region, rows);
  for (std::size_t r = 0; r < row_count; ++r) {
    const std::span<const double> row(numbers.data() + r * rows.columns, rows.columns);
    const std::string wrong = row_difference(forest, proved, answers, row, r);
    INFO("row " << r << ": " << wrong);
    CHECK(wrong.empty());
    if (!wrong.empty()) break;  // one row a forest says enough
  }
}

}  // namespace

TEST_CASE("tree engines: random forests have the bits of the definition", "[suite][tree]") {
  const std::uint64_t seeds = effort<std::uint64_t>(3000, 100);
  std::set<std::string> engines_seen;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const PlannedForest forest = random_forest(seed);
    const bool narrow = forest.header.input_width == spi::FloatWidth::f32;
    const DType cells = narrow && seed % 4 != 0 ? DType::float32 : DType::float64;
    const std::size_t row_count = kRowCounts[seed % std::size(kRowCounts)];
    INFO(forest.name << ", cells " << dtype_name(cells) << ", " << row_count << " rows");
    check_forest(forest, cells, row_count, seed, engines_seen);
  }
  spi::Node node;
  node.body = spi::TreeEnsemble{};
  for (const std::string& name : engine_names(node)) {
    INFO("no random forest was taken by " << name);
    CHECK(engines_seen.count(name) == 1);
  }
}

TEST_CASE("tree engines: large forests have the bits of the definition", "[suite][tree]") {
  ForestLimits limits;
  limits.trees = 150;
  limits.features = 200;
  limits.depth = 13;
  std::set<std::string> engines_seen;
  for (std::uint64_t seed = 5000; seed < 5000 + effort<std::uint64_t>(40, 4); ++seed) {
    const PlannedForest forest = random_forest(seed, limits);
    const bool narrow = forest.header.input_width == spi::FloatWidth::f32;
    INFO(forest.name);
    check_forest(forest, narrow ? DType::float32 : DType::float64, 40 + seed % 60, seed,
                 engines_seen);
  }
}

TEST_CASE("tree engines: every row count from 1 to 300 gives the same rows", "[suite][tree]") {
  for (const std::uint64_t seed : {11u, 12u, 13u, 14u}) {
    const PlannedForest forest = random_forest(seed);
    const DType cells =
        forest.header.input_width == spi::FloatWidth::f32 ? DType::float32 : DType::float64;
    Result<spi::TreeEnsemble> built = build(forest);
    REQUIRE(built.has_value());
    const spi::Graph graph = graph_of(std::move(built).value(), cells);
    const spi::Region region = whole_region(graph);
    const std::vector<PreparedEngine> engines = prepare_all(graph, region);
    const std::vector<double> numbers = edge_rows(forest, 300, seed);
    const std::vector<bool> all(region.outputs.size(), true);
    const std::size_t columns = forest.header.feature_count;
    for (const PreparedEngine& engine : engines) {
      RegionRows rows;
      rows.cells = cells;
      rows.numbers = numbers;
      rows.columns = columns;
      const RegionAnswers whole = run_region(*engine.predictor, graph, region, rows, all);
      std::string wrong;
      for (std::size_t count = 1; count <= 300 && wrong.empty(); ++count) {
        rows.numbers = std::span(numbers).first(count * columns);
        const RegionAnswers part = run_region(*engine.predictor, graph, region, rows, all);
        for (std::size_t i = 0; i < all.size(); ++i) {
          const auto bytes = part.outputs[i].bytes();
          const bool same =
              std::equal(bytes.begin(), bytes.end(), whole.outputs[i].bytes().begin());
          if (!same || !part.fences_stand) wrong = std::to_string(count) + " rows";
        }
      }
      INFO(forest.name << ", engine " << engine.name << ": " << wrong);
      CHECK(wrong.empty());
    }
  }
}

TEST_CASE("tree engines: large batches have the bits of the definition", "[suite][tree]") {
  constexpr std::size_t kBatches[] = {511, 512, 513, 1023, 1025, 2048, 4097, 5000};
  for (std::uint64_t seed = 100; seed < 100 + effort<std::uint64_t>(48, 4); ++seed) {
    const PlannedForest forest = random_forest(seed);
    const bool narrow = forest.header.input_width == spi::FloatWidth::f32;
    const DType cells = narrow ? DType::float32 : DType::float64;
    Result<spi::TreeEnsemble> built = build(forest);
    REQUIRE(built.has_value());
    const spi::Graph graph = graph_of(std::move(built).value(), cells);
    const spi::Region region = whole_region(graph);
    const std::size_t row_count = kBatches[seed % std::size(kBatches)];
    const std::vector<double> numbers = rounded_to(edge_rows(forest, row_count, seed), cells);
    RegionRows rows;
    rows.cells = cells;
    rows.numbers = numbers;
    rows.columns = forest.header.feature_count;
    INFO(forest.name << ", " << row_count << " rows");
    // All engines, the reference among them, are compared in there.
    CHECK(run_all(prepare_all(graph, region), graph, region, rows).fences_stand);
  }
}

TEST_CASE("tree engines: no rows touch nothing", "[suite][tree]") {
  const PlannedForest forest = random_forest(3);
  Result<spi::TreeEnsemble> built = build(forest);
  REQUIRE(built.has_value());
  const spi::Graph graph = graph_of(std::move(built).value(), DType::float64);
  const spi::Region region = whole_region(graph);
  RegionRows rows;
  rows.cells = DType::float64;
  rows.columns = forest.header.feature_count;
  for (const PreparedEngine& engine : prepare_all(graph, region)) {
    INFO(engine.name);
    const std::vector<bool> all(region.outputs.size(), true);
    CHECK(run_region(*engine.predictor, graph, region, rows, all).fences_stand);
  }
}

TEST_CASE("tree engines: an engine that doesn't exist is refused", "[suite][tree]") {
  Result<spi::TreeEnsemble> built = build(random_forest(1));
  REQUIRE(built.has_value());
  const spi::Graph graph = graph_of(std::move(built).value(), DType::float64);
  const spi::Registry registry = spi::Registry::builtin();
  for (const std::shared_ptr<const spi::Backend>& backend : registry.backends()) {
    if (!backend->accepts(graph.nodes.front())) continue;
    spi::PrepareOptions options;
    options.engine = "tree-imaginary";
    const auto prepared = backend->prepare(graph, whole_region(graph), options);
    REQUIRE_FALSE(prepared.has_value());
    CHECK(prepared.error().code() == Errc::invalid_argument);
    CHECK(prepared.error().message().find("tree-imaginary") != std::string::npos);
  }
}

}  // namespace trivet::test
