// SPDX-License-Identifier: Apache-2.0
// Importance against the frameworks' own: XGBoost 3.2 `get_score` (weight, total_gain,
// total_cover), LightGBM 4.6 `feature_importance` (split, gain).
#include "trivet/importance.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"

namespace trivet::test {
namespace {

struct ImportanceCase {
  const char* model;
  std::vector<FeatureImportance> expected;  // covers of 0: the framework doesn't tell
};

const ImportanceCase kCases[] = {
    {"golden/xgboost/json_17_categorical_onehot/model",
     {{4, 31, 417.8539123535156, 945.2315673828125},
      {0, 26, 131.20655822753906, 679.10009765625},
      {7, 23, 125.33576202392578, 521.7884521484375},
      {6, 9, 19.139522552490234, 98.32067108154297},
      {2, 5, 10.579605102539062, 65.32627868652344},
      {5, 3, 6.362760543823242, 22.61800765991211},
      {3, 3, 4.743764400482178, 23.559162139892578}}},
    {"golden/lightgbm/categorical_47/model",
     {{4, 61, 1460.6163380146027, 0},
      {7, 26, 856.6223957538605, 0},
      {0, 21, 340.1100654602051, 0},
      {5, 15, 47.913870096206665, 0},
      {3, 12, 40.05206060409546, 0},
      {6, 5, 16.929150104522705, 0}}},
    {"golden/lightgbm/linear_tree_47/model",
     {{4, 9, 2994.00537109375, 0}, {0, 11, 2132.708911895752, 0}, {7, 10, 1258.316390991211, 0}}},
};

}  // namespace

TEST_CASE("importance: gains, splits and covers are the framework's own", "[core][importance]") {
  for (const ImportanceCase& one : kCases) {
    INFO(one.model);
    LoadOptions options;
    options.gains = true;
    const auto model = LocalModel::load(data_path(one.model), options);
    REQUIRE(model.has_value());
    const auto found = feature_importance(*model).value();
    REQUIRE(found.size() == one.expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      INFO("column " << one.expected[i].column);
      CHECK(found[i].column == one.expected[i].column);
      CHECK(found[i].splits == one.expected[i].splits);
      CHECK(found[i].gain == Approx(one.expected[i].gain).epsilon(1e-5));  // they add in float32
      if (one.expected[i].cover == 0) continue;
      CHECK(found[i].cover == Approx(one.expected[i].cover).epsilon(1e-5));
    }
  }
}

TEST_CASE("importance: without gains the most splits come first", "[core][importance]") {
  const auto model = LocalModel::load(data_path("golden/lightgbm/linear_tree_47/model"));
  REQUIRE(model.has_value());
  const auto found = feature_importance(*model).value();
  REQUIRE(found.size() == 3);
  CHECK(found[0].column == 0);
  CHECK(found[0].gain == 0);
  CHECK(found[2].column == 4);
}

TEST_CASE("importance: gains that are no numbers don't count", "[core][importance]") {
  const std::string text = read_file(data_path("golden/lightgbm/linear_tree_47/model/model.txt"));
  const std::string key = "\nsplit_gain=";
  const std::size_t at = text.find(key) + key.size();
  LoadOptions options;
  options.gains = true;
  for (const char* gain : {"nan", "inf", "1e300"}) {
    INFO(gain);
    std::string damaged = text;
    damaged.replace(at, text.find(' ', at) - at, gain);
    // The sizes of the trees are only checks; without the line nobody misses them.
    const std::size_t sizes = damaged.find("tree_sizes=");
    damaged.erase(sizes, damaged.find('\n', sizes) + 1 - sizes);
    const TemporaryFolder folder;
    write_file(folder / "model.txt", damaged);
    const auto model = LocalModel::load(folder / "model.txt", options);
    INFO((model ? std::string() : model.error().message()));
    REQUIRE(model.has_value());
    const auto found = feature_importance(*model).value();
    for (const FeatureImportance& one : found) {
      CHECK(std::isfinite(one.gain));
    }
  }
}

TEST_CASE("importance: a model without forests has none", "[core][importance]") {
  const auto model = LocalModel::load(data_path("contract/models/lin"));
  REQUIRE(model.has_value());
  CHECK(feature_importance(*model).value().empty());
}

TEST_CASE("importance: features that are encoded count for their column", "[core][importance]") {
  const std::string folder = data_path("golden/bqml/every_encoding_regressor/model");
  const auto encoded = LocalModel::load(folder);
  const auto bare = LocalModel::load(folder + "/model.bst");
  REQUIRE(encoded.has_value());
  REQUIRE(bare.has_value());
  // Features of each column, in order: the lines of its vocabulary, or what its length says.
  const std::size_t widths[] = {1, 9, 1, 1, 7, 1, 6, 3, 1};
  std::vector<std::size_t> splits(std::size(widths));
  const auto of_features = feature_importance(*bare).value();
  for (const FeatureImportance& one : of_features) {
    std::size_t column = 0;
    for (std::size_t end = widths[0]; one.column >= end; end += widths[++column]) {
    }
    splits[column] += one.splits;
  }
  const auto of_columns = feature_importance(*encoded).value();
  for (const FeatureImportance& one : of_columns) {
    INFO("column " << one.column);
    CHECK(one.splits == splits.at(one.column));
    splits.at(one.column) = 0;
  }
  CHECK(splits == std::vector<std::size_t>(std::size(widths)));
}

}  // namespace trivet::test
