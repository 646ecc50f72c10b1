// SPDX-License-Identifier: Apache-2.0
// CatBoost's binary models: the frame, the core, the tables behind it.
#include <algorithm>
#include <string>
#include <vector>

#include "catboost_files.hpp"
#include "catch.hpp"

namespace trivet::test {
namespace {

constexpr std::uint64_t kM = 0x4906ba494954cb65u;
constexpr std::int64_t kRed = -1242798403;  // as CatBoost writes the word's hash

template <class T>
std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// A key over categorical feature 0.
FlatNode ctr_base(std::int8_t type) {
  FlatNode combination;
  combination.numbers<std::int32_t>(0, {0});
  FlatNode base;
  base.table(0, std::move(combination)).scalar(1, type);
  return base;
}

/// One category, tested through one statistic with prior 1 / 1 and the border 0.9.
FlatNode table_trees(std::int8_t type) {
  FlatNode ctr;
  ctr.table(0, ctr_base(type)).scalar(2, 1.0F);
  FlatNode feature;
  feature.table(0, std::move(ctr)).numbers<float>(1, {0.9F});
  FlatNode category;
  category.scalar<std::int32_t>(0, 0).scalar<std::int32_t>(1, 0).text(2, "c");
  FlatNode trees;
  trees.scalar<std::int32_t>(0, 1)
      .numbers<std::int32_t>(1, {0})
      .numbers<std::int32_t>(2, {1})
      .tables(4, {category})
      .tables(7, {feature})
      .numbers<double>(8, {-1, 1});
  return trees;
}

/// A sized table; `buckets` are hash and row.
std::string sized_table(std::int8_t type,
                        const std::vector<std::pair<std::uint64_t, std::uint32_t>>& buckets,
                        const std::string& blob, std::int32_t denominator, std::int32_t classes) {
  std::string index;
  for (const auto& [hash, row] : buckets)
    index += raw<std::uint64_t>({hash}) + raw<std::uint32_t>({row});
  const std::size_t size = index.size();
  FlatNode table;
  table.table(0, ctr_base(type))
      .vector(1, std::move(index), size)
      .vector(2, blob, blob.size())
      .scalar(3, denominator)
      .scalar(4, classes);
  const std::string bytes = table.bytes();
  return little_size(bytes.size()) + bytes;
}

std::uint64_t folded(std::int64_t code) { return kM * (kM * static_cast<std::uint64_t>(code)); }

}  // namespace

TEST_CASE("catboost cbm: an oblivious tree, scale and bias", "[format][catboost]") {
  const std::string file = cbm_file(cbm_trees());
  CHECK(catboost_answer(file, "[[0,0],[1,0],[0,3],[1,3],[0.5,2]]") == "[2.5,4.5,8.5,16.5,2.5]");
  // One number for the bias, as versions up to 0.24 wrote it.
  FlatNode old = cbm_trees();
  old.scalar(15, 0.25).numbers<double>(16, {});
  CHECK(catboost_answer(cbm_file(old), "[[0,0]]") == "[2.25]");
}

TEST_CASE("catboost cbm: steps that end in their own leaf", "[format][catboost]") {
  // Node 0: a > 0.5 goes to node 1, else ends in node 0's leaf; node 1: b > 2 ends in its own
  // leaf, else goes to node 2, which is a leaf.
  FlatNode trees = cbm_trees();
  trees.numbers<std::int32_t>(1, {0, 1, 0})
      .numbers<std::int32_t>(2, {3})
      .numbers<double>(8, {1, 2, 4})
      .numbers<double>(9, {5, 6, 7})
      .vector(10, raw<std::uint16_t>({0, 1, 1, 0, 0, 0}), 3)
      .numbers<std::uint32_t>(11, {0, 1, 2});
  const std::string file = cbm_file(trees);
  CHECK(catboost_answer(file, "[[0,9],[1,3],[1,2]]") == "[2.5,4.5,8.5]");
  const auto graph = read_catboost(file);
  REQUIRE(graph.has_value());
  const auto& forest = std::get<spi::TreeEnsemble>(graph->nodes[0].body);
  CHECK(forest.split_cover == std::vector<float>{18, 13});
  std::vector<float> leaves = forest.leaf_cover;
  std::sort(leaves.begin(), leaves.end());
  CHECK(leaves == std::vector<float>{5, 6, 7});
  // Rows of the arrays that don't fit.
  struct Row {
    const char* name;
    FlatNode trees;
  };
  const auto with = [&](auto change) {
    FlatNode copy = trees;
    change(copy);
    return copy;
  };
  const Row rows[] = {
      {"a child behind the end", with([](FlatNode& t) {
         t.vector(10, raw<std::uint16_t>({0, 3, 1, 0, 0, 0}), 3);
       })},
      {"two ways to a node", with([](FlatNode& t) {
         t.vector(10, raw<std::uint16_t>({1, 1, 1, 0, 0, 0}), 3);
       })},
      {"a leaf behind the values", with([](FlatNode& t) {
         t.numbers<std::uint32_t>(11, {0, 1, 3});
       })},
      {"too few leaf numbers", with([](FlatNode& t) {
         t.numbers<std::uint32_t>(11, {0, 1});
       })},
      {"steps that no way leads to", with([](FlatNode& t) {
         t.vector(10, raw<std::uint16_t>({0, 2, 0, 0, 0, 0}), 3);
       })},
      {"a start elsewhere", with([](FlatNode& t) { t.numbers<std::int32_t>(3, {1}); })},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto broken = read_catboost(cbm_file(row.trees));
    REQUIRE_FALSE(broken.has_value());
    CHECK(broken.error().code() == Errc::invalid_model);
    CHECK(broken.error().where().find("tree") != std::string_view::npos);
  }
}

TEST_CASE("catboost cbm: every kind of table", "[format][catboost]") {
  struct Row {
    const char* name;
    std::int8_t type;
    std::string blob;
    std::int32_t denominator;
    std::int32_t classes;
    const char* answer;  ///< for red and for a word that nobody counted
  };
  const float sum = 3.5F;
  // (good + 1) / (total + 1) > 0.9
  const Row rows[] = {
      {"Borders: 4/5 and 1", 0, raw<std::int32_t>({1, 3}), 0, 2, "[-1.0,1.0]"},
      {"Borders: 5/5 and 1", 0, raw<std::int32_t>({0, 4}), 0, 2, "[1.0,1.0]"},
      {"Buckets: 2/5 and 1", 1, raw<std::int32_t>({1, 3}), 0, 2, "[-1.0,1.0]"},
      {"mean: 4.5/4 and 1", 2, raw<float>({sum}) + raw<std::int32_t>({3}), 0, 0, "[1.0,1.0]"},
      {"mean: 4.5/9 and 1", 3, raw<float>({sum}) + raw<std::int32_t>({8}), 0, 0, "[-1.0,1.0]"},
      {"Counter: 10/10 and 1/10", 4, raw<std::int32_t>({9}), 9, 0, "[1.0,-1.0]"},
      {"FeatureFreq: 5/10 and 1/10", 5, raw<std::int32_t>({4}), 9, 0, "[-1.0,-1.0]"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const std::string file = cbm_file(table_trees(row.type), {"static_provider_v1"}) +
                             little_size(1) +
                             sized_table(row.type, {{~std::uint64_t{0}, 0}, {folded(kRed), 0}},
                                         row.blob, row.denominator, row.classes);
    CHECK(catboost_answer(file, R"([["red"],["never"]])") == row.answer);
  }
}

// Training may have dropped all rows: then every word is one that nobody counted, 0 + 1 of 0 + 1.
TEST_CASE("catboost cbm: tables without rows", "[format][catboost]") {
  for (const std::int8_t type : std::vector<std::int8_t>{0, 1, 2, 3, 5}) {
    INFO(int{type});
    const bool is_share = type < 2;
    const std::string file = cbm_file(table_trees(type), {"static_provider_v1"}) + little_size(1) +
                             sized_table(type, {{~std::uint64_t{0}, 0}}, "", 0, is_share ? 2 : 0);
    CHECK(catboost_answer(file, R"([["red"]])") == "[1.0]");
  }
}

TEST_CASE("catboost cbm: tables that don't fit are refused", "[format][catboost]") {
  const auto file = [](const std::string& tables) {
    return cbm_file(table_trees(0), {"static_provider_v1"}) + tables;
  };
  const std::string counts = raw<std::int32_t>({1, 3});
  struct Row {
    const char* name;
    std::string bytes;
    const char* says;
  };
  const Row rows[] = {
      {"no count", file(""), "a size"},
      {"a count without tables", file(little_size(1)), "a size"},
      {"a table beyond the end", file(little_size(1) + little_size(1000)), "1000 bytes"},
      {"no table for the feature", file(little_size(0)), "no table of counts"},
      {"another table", file(little_size(1) + sized_table(1, {{1, 0}}, counts, 0, 2)),
       "no table of counts"},
      {"two hashes for one row",
       file(little_size(1) + sized_table(0, {{1, 0}, {2, 0}}, counts + counts, 0, 2)),
       "a second entry for row 0"},
      {"one hash for two rows",
       file(little_size(1) + sized_table(0, {{5, 0}, {5, 1}}, counts + counts, 0, 2)),
       "a second entry for the hash 5"},
      {"two tables of one key",
       file(little_size(2) + sized_table(0, {{1, 0}}, counts, 0, 2) +
            sized_table(0, {{1, 0}}, counts, 0, 2)),
       "a second table"},
      {"half a row", file(little_size(1) + sized_table(0, {{1, 0}}, counts + "half", 0, 2)),
       "12 bytes"},
      {"a row behind the blob", file(little_size(1) + sized_table(0, {{1, 7}}, counts, 0, 2)),
       "row 7"},
      {"more hashes than rows",
       file(little_size(1) + sized_table(0, {{1, 0}, {2, 0}}, counts, 0, 2)), "row 0"},
      {"no classes", file(little_size(1) + sized_table(0, {{1, 0}}, counts, 0, 0)), "0 classes"},
      {"one class", file(little_size(1) + sized_table(0, {{1, 0}}, counts, 0, 1)), "1 numbers"},
      {"classes beyond all bytes",
       file(little_size(1) + sized_table(0, {{1, 0}}, counts, 0, 2147483647)), "2147483647"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto graph = read_catboost(row.bytes);
    REQUIRE_FALSE(graph.has_value());
    INFO(graph.error().message());
    CHECK(graph.error().code() == Errc::invalid_model);
    CHECK(graph.error().message().find(row.says) != std::string::npos);
  }
}

TEST_CASE("catboost cbm: the frame around the core", "[format][catboost]") {
  const std::string file = cbm_file(cbm_trees());
  const auto message = [](const std::string& bytes) {
    const auto graph = read_catboost(bytes);
    return graph ? std::string("read") : graph.error().message();
  };
  CHECK(message(file) == "read");
  // Sizes of 4 GiB and more come in 64 bits behind a mark; small ones may.
  const std::string wide =
      "CBM1" + std::string(4, '\xff') + raw<std::uint64_t>({file.size() - 8}) + file.substr(8);
  CHECK(message(wide) == "read");
  CHECK(message("CBM1").find("a size") != std::string::npos);
  CHECK(message(file.substr(0, file.size() - 1)).find("bytes") != std::string::npos);
  CHECK(message("CBM1" + std::string(4, '\xff') + std::string(8, '\xff')).find("bytes") !=
        std::string::npos);
  CHECK(message(cbm_file(cbm_trees(), {}, {}, "FlabuffersModel_v2")).find("v2") !=
        std::string::npos);
  CHECK(message(file + "tail").find("4 bytes behind the model") != std::string::npos);
}

TEST_CASE("catboost cbm: text and embedding features are refused by name", "[format][catboost]") {
  FlatNode feature;
  feature.scalar<std::int32_t>(0, 0).scalar<std::int32_t>(1, 2).text(2, "review");
  for (const auto& [slot, kind] : {std::pair<std::size_t, const char*>{12, "text"},
                                   std::pair<std::size_t, const char*>{18, "embedding"}}) {
    const auto graph = read_catboost(cbm_file(cbm_trees().tables(slot, {feature})));
    REQUIRE_FALSE(graph.has_value());
    CHECK(graph.error().code() == Errc::unsupported_model);
    CHECK(graph.error().message().find(kind) != std::string::npos);
    CHECK(graph.error().message().find("review") != std::string::npos);
  }
  const auto part = read_catboost(cbm_file(cbm_trees(), {"text_processing_v1"}));
  REQUIRE_FALSE(part.has_value());
  CHECK(part.error().code() == Errc::unsupported_model);
}

TEST_CASE("catboost cbm: what the training says comes as JSON texts", "[format][catboost]") {
  const std::string file = cbm_file(
      cbm_trees().scalar(14, 1.0).numbers<double>(16, {-3.0}), {},
      {cbm_info("params", R"({"loss_function":{"type":"Logloss"}})"),
       cbm_info("class_params", R"({"class_names":["no","yes"],"class_label_type":"String"})"),
       cbm_info("catboost_version_info", "Summary: CatBoost release 1.1.1. x"),
       cbm_info("empty", "")});
  CHECK(catboost_answer(file, "[[0,0],[1,3]]", "Class") == R"(["no","yes"])");
  const auto graph = read_catboost(file);
  REQUIRE(graph.has_value());
  CHECK(graph->provenance.version == "1.1.1");
  CHECK(graph->provenance.objective == "Logloss");
  const auto torn = read_catboost(cbm_file(cbm_trees(), {}, {cbm_info("params", "{\"loss")}));
  REQUIRE_FALSE(torn.has_value());
  CHECK(torn.error().message().find("model info: params") != std::string::npos);
}

// As CatBoost loads them: ApproxDimension == 1 || Bias == 0, without MultiBias.
TEST_CASE("catboost cbm: one number of bias for two outputs is 0", "[format][catboost]") {
  FlatNode trees = cbm_trees();
  trees.scalar<std::int32_t>(0, 2)
      .numbers<double>(8, {1, -1, 2, -2, 4, -4, 8, -8})
      .scalar(14, 1.0)
      .numbers<double>(16, {});
  CHECK(catboost_answer(cbm_file(trees), "[[1,3]]") == "[[8.0,-8.0]]");
  const auto graph = read_catboost(cbm_file(trees.scalar(15, 0.25)));
  REQUIRE_FALSE(graph.has_value());
  CHECK(graph.error().where() == "scale and bias");
}

TEST_CASE("catboost cbm: arrays that disagree are errors", "[format][catboost]") {
  struct Row {
    const char* name;
    FlatNode trees;
    const char* says;
  };
  const Row rows[] = {
      {"no outputs", cbm_trees().scalar<std::int32_t>(0, 0), "0 outputs"},
      {"minus one output", cbm_trees().scalar<std::int32_t>(0, -1), "-1 outputs"},
      {"a million outputs", cbm_trees().scalar<std::int32_t>(0, 1000000), "1000000"},
      {"a tree of minus one split", cbm_trees().numbers<std::int32_t>(2, {-1}), "-1 splits"},
      {"a tree beyond the splits", cbm_trees().numbers<std::int32_t>(2, {3}), "3 splits"},
      {"splits of no tree", cbm_trees().numbers<std::int32_t>(2, {1}), "tree"},
      {"a condition that isn't there", cbm_trees().numbers<std::int32_t>(1, {0, 2}), "condition 2"},
      {"fewer values than leaves", cbm_trees().numbers<double>(8, {1, 2, 3}), "leaf values"},
      {"more values than leaves", cbm_trees().numbers<double>(8, {1, 2, 3, 4, 5}), "leaf values"},
      {"fewer weights than leaves", cbm_trees().numbers<double>(9, {1, 2, 3}), "weights"},
      {"a bias too many", cbm_trees().numbers<double>(16, {1, 2}), "bias"},
      {"borders that descend", cbm_trees().tables(5, {cbm_float(0, {1, 0.5})}),
       "the border 0.5 behind 1"},
      {"starts of other trees", cbm_trees().numbers<std::int32_t>(3, {0, 2}), "2 starts"},
      {"no trees", cbm_trees().numbers<std::int32_t>(2, {}), "trees"},
      {"no features", cbm_trees().tables(5, {}), "no features"},
      {"an unknown NaN mode", cbm_trees().tables(5, {cbm_float(0, {1}).scalar<std::int8_t>(5, 3)}),
       "features"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto graph = read_catboost(cbm_file(row.trees));
    REQUIRE_FALSE(graph.has_value());
    INFO(graph.error().message());
    CHECK(graph.error().message().find(row.says) != std::string::npos);
  }
}

}  // namespace trivet::test
