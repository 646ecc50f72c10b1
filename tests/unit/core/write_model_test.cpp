// SPDX-License-Identifier: Apache-2.0
// The public door of the writers: which encodings there are, and that nothing wrong comes out.
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/says.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/spi/registry.hpp"
#include "trivet/write.hpp"

namespace trivet::test {
namespace {

LocalModel golden(const std::string& name) {
  return LocalModel::load(data_path("golden/" + name + "/model")).value();
}

/// Writes the models of others as a text that says nothing of them.
class ForgetfulFormat final : public spi::Format {
 public:
  explicit ForgetfulFormat(std::shared_ptr<const spi::Format> reader) : reader_(reader) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "forgetful"; }
  [[nodiscard]] spi::Confidence probe(std::string_view, std::uint64_t) const noexcept override {
    return spi::Confidence::none;
  }
  [[nodiscard]] Result<spi::Graph> read(const Artifact& artifact, std::size_t file,
                                        const spi::ReadOptions& options) const override {
    auto graph = reader_->read(artifact, file, options);
    if (graph) std::get<spi::TreeEnsemble>(graph->nodes[0].body).leaf.f32[0] += 1;
    return graph;
  }
  [[nodiscard]] std::vector<std::string_view> encodings() const override { return {"forgetful"}; }
  [[nodiscard]] Result<std::string> write(const spi::Graph& graph,
                                          std::string_view) const override {
    return reader_->write(graph, "xgboost-json");
  }

 private:
  std::shared_ptr<const spi::Format> reader_;
};

}  // namespace

TEST_CASE("write: refusals say why", "[core][write]") {
  struct Row {
    const char* model;
    const char* encoding;
    Errc code;
    const char* says;
  };
  for (const Row& row : {
           Row{"xgboost/json_13_names", "lightgbm-text", Errc::unsupported_model,
               "tests x < cut; the test of LightGBM, x <= cut"},
           Row{"lightgbm/binary_47", "xgboost-json", Errc::unsupported_model,
               "tests x <= cut; the test of XGBoost, x < cut"},
           Row{"lightgbm/binary_47", "xgboost-ubjson", Errc::unsupported_model, "x < cut"},
           Row{"xgboost/legacy_17_gblinear", "lightgbm-text", Errc::unsupported_model,
               "a linear model; one forest"},
           Row{"catboost/onehot_categorical", "xgboost-json", Errc::unsupported_model,
               "a catboost-cbm model, with steps around its trees (category_index, concatenate"},
           Row{"catboost/ctr_categorical", "lightgbm-text", Errc::unsupported_model,
               "steps around its trees (combination_statistic, concatenate … one forest"},
           Row{"catboost/rmse_missing_max", "xgboost-json", Errc::unsupported_model,
               "tests x <= cut; the test of XGBoost, x < cut"},
           Row{"xgboost/json_13_names", "xgboost-binary", Errc::invalid_argument,
               "encoding: \"xgboost-binary\"; one of … xgboost-json, xgboost-ubjson"},
           Row{"xgboost/json_13_names", "", Errc::invalid_argument, "encoding: \"\""},
       }) {
    INFO(row.model << " as " << row.encoding);
    const Result<std::string> bytes = write_model(golden(row.model), row.encoding);
    CHECK_FALSE(bytes.has_value());
    if (bytes) continue;
    CHECK(bytes.error().code() == row.code);
    INFO(bytes.error().message());
    CHECK(says_all(bytes.error().message(), row.says));
  }
}

TEST_CASE("write: a sidecar's number for missing values is refused", "[core][write]") {
  const TemporaryFolder folder;
  write_file(folder / "trivet.json", R"({"missing":-999})");
  LoadOptions options;
  options.sidecar = folder / "trivet.json";
  const auto model = LocalModel::load(data_path("golden/xgboost/json_13_names/model"), options);
  REQUIRE(model.has_value());
  const Result<std::string> bytes = write_model(*model, "xgboost-json");
  REQUIRE_FALSE(bytes.has_value());
  INFO(bytes.error().message());
  CHECK(bytes.error().code() == Errc::unsupported_model);
  CHECK(says_all(bytes.error().message(), "/missing of trivet.json … -999"));
}

TEST_CASE("write: a cover or a gain that is no number is kept", "[core][write]") {
  std::string json = read_file(data_path("contract/models/stump/model.bst"));
  for (const auto& [from, to] :
       {std::pair{"\"sum_hessian\": [1.0", "\"sum_hessian\": [NaN"},
        std::pair{"\"loss_changes\": [0.0", "\"loss_changes\": [Infinity"}}) {
    const std::size_t at = json.find(from);
    REQUIRE(at != std::string::npos);
    json.replace(at, std::string_view(from).size(), to);
  }
  const TemporaryFolder folder;
  write_file(folder / "model.json", json);
  LoadOptions options;
  options.gains = true;
  const auto model = LocalModel::load(folder / "model.json", options);
  REQUIRE(model.has_value());
  for (const char* encoding : {"xgboost-json", "xgboost-ubjson"}) {
    INFO(encoding);
    const Result<std::string> bytes = write_model(*model, encoding);
    REQUIRE(bytes.has_value());
    write_file(folder / "copy", *bytes);
    const auto copy = LocalModel::load(folder / "copy", options);
    REQUIRE(copy.has_value());
    const auto& forest = std::get<spi::TreeEnsemble>(copy->graph()->nodes[0].body);
    CHECK(std::isnan(forest.split_cover[0]));
    CHECK(std::isinf(forest.split_gain[0]));
  }
}

TEST_CASE("write: a custom prediction routine can't be written", "[core][write]") {
  const auto echo = LocalModel::load("builtin:echo");
  REQUIRE(echo.has_value());
  const Result<std::string> bytes = write_model(*echo, "xgboost-json");
  REQUIRE_FALSE(bytes.has_value());
  CHECK(bytes.error().code() == Errc::unsupported_model);
}

TEST_CASE("write: a file that reads back otherwise is never handed out", "[core][write]") {
  spi::Registry registry;
  const spi::Registry builtin = spi::Registry::builtin();
  for (const auto& format : builtin.formats()) {
    if (format->name() != "xgboost") continue;
    REQUIRE(registry.add(std::make_shared<const ForgetfulFormat>(format)).has_value());
  }
  const LocalModel model = golden("xgboost/json_13_names");
  const Result<std::string> bytes = write_model(model, "forgetful", &registry);
  REQUIRE_FALSE(bytes.has_value());
  CHECK(bytes.error().code() == Errc::unsupported_model);
  INFO(bytes.error().message());
  CHECK(says_all(bytes.error().message(), "tree 0, leaf 0: value … which forgetful turns into"));
}

}  // namespace trivet::test
