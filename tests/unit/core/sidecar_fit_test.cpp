// SPDX-License-Identifier: Apache-2.0
// Sidecars against models that know something of their columns themselves.
#include <string>
#include <string_view>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/says.hpp"
#include "trivet/local_model.hpp"

namespace trivet::test {
namespace {

Result<LocalModel> load(const std::string& path, const std::string& sidecar) {
  const TemporaryFolder folder;
  write_file(folder / "trivet.json", sidecar);
  LoadOptions options;
  options.sidecar = folder / "trivet.json";
  return LocalModel::load(path, options);
}

/// `{"signature":{"columns":[…]}}` with `first` and then numbers up to `count` columns.
std::string columns(const std::string& first, int count) {
  std::string json = R"({"signature":{"columns":[)" + first;
  for (int i = 1; i < count; ++i) json += R"(,{"name":"n)" + std::to_string(i) + R"("})";
  return json + "]}}";
}

}  // namespace

TEST_CASE("sidecar: a column that CatBoost takes as a category is one", "[core][sidecar]") {
  // 8 columns, of which the first two are categories that the model knows by hash.
  const std::string model = data_path("golden/catboost/onehot_categorical/model");
  struct Row {
    const char* column;
    const char* says;  // empty: it fits
  };
  for (const Row& row : {
           Row{R"({"name":"c"})", ""},
           Row{R"({"name":"c","type":"category"})", ""},
           Row{R"({"name":"c","type":"category","baseline":"never seen"})", ""},
           Row{R"({"name":"c","type":"category","categories":["a","b"]})", ""},
           Row{R"({"name":"c","type":"number"})",
               "trivet.json: /signature/columns/0: a number column where the model has categories"},
           Row{R"({"name":"c","type":"text"})", "a column of type text; \"category\""},
           Row{R"({"name":"c","type":"category","baseline":5})",
               "/signature/columns/0/baseline: a number for the category column \"c\"; a text"},
       }) {
    INFO(row.column);
    const auto loaded = load(model, columns(row.column, 8));
    const std::string error = loaded ? "" : loaded.error().message();
    INFO(error);
    CHECK(loaded.has_value() == std::string_view(row.says).empty());
    CHECK(says_all(error, row.says));
    if (!loaded) continue;
    CHECK(loaded->signature().columns[0].name == "c");
    CHECK(loaded->signature().columns[0].type == ColumnType::category);
    CHECK(loaded->signature().columns[1].type == ColumnType::category);
    CHECK(loaded->signature().columns[2].type == ColumnType::number);
  }
}

TEST_CASE("sidecar: the numbers that LightGBM gives columns without names are no names",
          "[core][sidecar]") {
  const std::string text = read_file(data_path("golden/lightgbm/binary_47/model/model.txt"));
  const std::size_t begin = text.find("feature_names=");
  const std::size_t end = text.find('\n', begin);
  const TemporaryFolder folder;
  const auto with_names = [&](const std::string& first) {
    std::string names = "feature_names=" + first;
    for (int i = 1; i < 30; ++i) names += " Column_" + std::to_string(i);
    write_file(folder / "model.txt", text.substr(0, begin) + names + text.substr(end));
    return load(folder / "model.txt", columns(R"({"name":"age"})", 30));
  };
  const auto numbered = with_names("Column_0");
  INFO((numbered ? std::string() : numbered.error().message()));
  REQUIRE(numbered.has_value());
  CHECK(numbered->signature().columns[0].name == "age");
  CHECK(numbered->signature().columns[29].name == "n29");
  // One name of somebody's own, and all of them are meant.
  const auto named = with_names("years");
  REQUIRE_FALSE(named.has_value());
  CHECK(says_all(named.error().message(), "/signature/columns/0: the column \"age\"; \"years\""));
}

}  // namespace trivet::test
