// SPDX-License-Identifier: Apache-2.0
// Which columns take texts: the categories of a data frame, which the file keeps without names.
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "unit/format/lightgbm_files.hpp"

namespace trivet::test {
namespace {

/// The stump with other infos, parameters and categories.
std::string framed(std::string_view infos, std::string_view declared, std::string_view lists) {
  std::string model = changed(kLightStump, "[0:1] [-3:3]", infos);
  model =
      changed(model, "[boosting: gbdt]", "[categorical_feature: " + std::string(declared) + "]");
  return with_sizes(
      changed(model, "pandas_categorical:null", "pandas_categorical:" + std::string(lists)));
}

struct FrameRow {
  std::string_view name;
  std::string_view infos;
  std::string_view declared;
  std::string_view lists;
  std::vector<std::string> a;
  std::vector<std::string> b;
  std::size_t warnings;
};

using Texts = std::vector<std::string>;

TEST_CASE("lightgbm: lists of categories go to the categorical features in order",
          "[format][lightgbm]") {
  const std::vector<FrameRow> rows{
      {"one of two columns", "[0:1] -1:0:1", "1", R"([["x", "y"]])", {}, {"x", "y"}, 0},
      {"both",
       "0:1 1:0:2",
       "0,1",
       R"([["x", "y"], ["p", "q", "r"]])",
       {"x", "y"},
       {"p", "q", "r"},
       0},
      {"a column of one value, which only the parameters name",
       "none 0:1",
       "0,1",
       R"([["x"], ["p", "q"]])",
       {"x"},
       {"p", "q"},
       0},
      {"numbers and booleans, as JSON spells them",
       "0:1 0:1",
       "0,1",
       R"([[1, 2.5], [false, true]])",
       {"1", "2.5"},
       {"false", "true"},
       0},
      {"no list", "0:1 [0:1]", "0", "[]", {}, {}, 0},
      {"an ordered column besides", "[0:1] 0:1", "1", R"([["s", "m"], ["x", "y"]])", {}, {}, 1},
      {"whole numbers as categories besides", "0:5 0:1", "0,1", R"([["x", "y"]])", {}, {}, 1},
      {"codes beyond the list", "[0:1] 0:1:2", "1", R"([["x", "y"]])", {}, {}, 1},
      {"a text twice", "[0:1] 0:1", "1", R"([["x", "x"]])", {}, {}, 1},
      {"a text like a number", "[0:1] 0:1", "1", R"([["1", 1]])", {}, {}, 1},
      {"something that is no category", "[0:1] 0:1", "1", R"([["x", null]])", {}, {}, 1},
      {"a name among the parameters", "[0:1] 0:1", "name:b", R"([["x", "y"]])", {}, {"x", "y"}, 0},
  };
  for (const FrameRow& row : rows) {
    INFO(row.name);
    const auto graph = read_lightgbm(framed(row.infos, row.declared, row.lists));
    CHECK(graph);
    if (!graph) continue;
    CHECK(graph->input.columns.at(0).categories == row.a);
    CHECK(graph->input.columns.at(1).categories == row.b);
    CHECK(graph->provenance.warnings.size() == row.warnings);
    for (const Column& column : graph->input.columns) {
      const bool takes_texts = column.type == ColumnType::category;
      CHECK(takes_texts == !column.categories.empty());
      if (takes_texts) CHECK(column.unknown_category == UnknownCategory::missing);
    }
  }
}

TEST_CASE("lightgbm: numbers are codes only where no category reads as a number",
          "[format][lightgbm]") {
  const auto accepts_codes = [](std::string_view lists) {
    const auto graph = read_lightgbm(framed("[0:1] 0:1", "1", lists));
    REQUIRE(graph);
    return graph->input.columns.at(1).accepts_codes;
  };
  CHECK(accepts_codes(R"([["x", "y"]])"));
  CHECK_FALSE(accepts_codes(R"([["x", "7"]])"));
  CHECK_FALSE(accepts_codes("[[3, 4]]"));
}

TEST_CASE("lightgbm: inspect says that the texts of categories are lost", "[format][lightgbm]") {
  const auto notes = [](std::string_view infos, std::string_view lists) {
    const auto graph = read_lightgbm(framed(infos, "1", lists));
    REQUIRE(graph);
    std::string all;
    for (const std::string& note : graph->provenance.notes) all += note + "\n";
    return all;
  };
  for (const std::string_view lists : {"null", "[]"}) {
    CHECK(notes("[0:1] 0:1", lists).find("take codes as numbers: b\n") != std::string::npos);
    CHECK(notes("[0:1] 0:1", lists).find("trivet.json") != std::string::npos);
  }
  CHECK(notes("[0:1] [0:1]", "null").empty());
  CHECK(notes("[0:1] 0:1", R"([["x", "y"]])").empty());
}

TEST_CASE("lightgbm: names that occur twice are dropped with a warning", "[format][lightgbm]") {
  const auto graph =
      read_lightgbm(with_sizes(changed(kLightStump, "feature_names=a b", "feature_names=a a")));
  REQUIRE(graph);
  CHECK(graph->input.columns.at(0).name.empty());
  CHECK(graph->provenance.warnings.size() == 1);
}

}  // namespace
}  // namespace trivet::test
