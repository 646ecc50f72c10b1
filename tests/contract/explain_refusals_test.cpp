// SPDX-License-Identifier: Apache-2.0
// What explain refuses of models and specs, where it is refused, and what it says is right.
#include <cmath>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/plain_json.hpp"
#include "support/says.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

constexpr const char* kSampled = R"("sampledShapleyAttribution":{"pathCount":1})";

/// A spec for a model of one column x.
std::string spec_for_x(const std::string& parameters) {
  return R"({"parameters":{)" + parameters +
         R"(},"metadata":{"inputs":{"x":{"inputBaselines":[0]}},"outputs":{"y":{}}}})";
}

LocalModel load_with_spec(const std::string& path, const std::string& json) {
  auto model = LocalModel::load(data_path(path));
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  const auto spec = ExplanationSpec::parse(json);
  REQUIRE(spec.has_value());
  auto made = model->with_explanation_spec(*spec);
  INFO((made ? std::string() : made.error().message()));
  REQUIRE(made.has_value());
  return std::move(*made);
}

Error explain_error(const LocalModel& model, const std::string& request) {
  const auto reply = model.deploy_to_local_endpoint().explain(request);
  REQUIRE_FALSE(reply.has_value());
  return reply.error();
}

}  // namespace

TEST_CASE("explain: the number of a class has no attributions", "[contract][explain]") {
  // multi:softmax answers the class with the greatest of three margins.
  const LocalModel model = load_with_spec("contract/models/three_hard", spec_for_x(kSampled));
  const Error error = explain_error(model, R"({"instances":[[1]]})");
  CHECK(error.code() == Errc::invalid_request);
  CHECK(http_status(error.code()) == 400);
  CHECK(error.where() == "/parameters");
  CHECK(says_all(error.message(), R"(classes … {"output_margin":true})"));
  CHECK(model.deploy_to_local_endpoint()
            .explain(R"({"instances":[[1]],"parameters":{"output_margin":true}})")
            .has_value());
  const auto plan = model.explanation_plan();
  REQUIRE_FALSE(plan.has_value());
  CHECK(plan.error().where() == "/parameters");
  const auto margin = model.explanation_plan("margin");
  REQUIRE(margin.has_value());
  CHECK(margin->name == "linear");  // trees of one feature each
}

TEST_CASE("explain: a hinge answers classes", "[contract][explain]") {
  const std::string folder = "golden/xgboost/ubj_21_hinge";
  auto loaded = LocalModel::load(data_path(folder + "/model"));
  REQUIRE(loaded.has_value());
  std::string zeros = "[0";
  for (std::size_t c = 1; c < loaded->signature().column_count(); ++c) zeros += ",0";
  zeros += "]";
  const LocalModel model =
      load_with_spec(folder + "/model", std::string(R"({"parameters":{)") + kSampled +
                                            R"(},"metadata":{"inputs":{"row":{"inputBaselines":[)" +
                                            zeros + R"(]}},"outputs":{"y":{}}}})");
  const Error error = explain_error(model, R"({"instances":[)" + zeros + "]}");
  CHECK(error.where() == "/parameters");
  CHECK(says_all(error.message(), "classes … output_margin"));
  CHECK(model.deploy_to_local_endpoint()
            .explain(R"({"instances":[)" + zeros + R"(],"parameters":{"output_margin":true}})")
            .has_value());
}

TEST_CASE("explain: output indices that no answer has are refused at load", "[contract][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "model.bst", read_file(data_path("contract/models/three/model.bst")));
  struct Row {
    const char* indices;
    const char* where;
    const char* found;
  };
  for (const Row& row : std::vector<Row>{
           {"[7]", "/outputIndices/0", "the index 7"},
           {"[0,3]", "/outputIndices/1", "the index 3"},
           {"[[0,1]]", "/outputIndices/0", "an index of 2 numbers"},
           {"[2,0,2]", "/outputIndices/2", "a second 2"},
       }) {
    INFO(row.indices);
    const std::string spec =
        spec_for_x(std::string(kSampled) + R"(,"outputIndices":)" + row.indices);
    write_file(folder / "trivet.json", R"({"explanationSpec":)" + spec + "}");
    const auto loaded = LocalModel::load(folder.path());
    CHECK_FALSE(loaded.has_value());
    if (loaded) continue;
    CHECK(loaded.error().code() == Errc::invalid_model);
    CHECK(loaded.error().where() ==
          std::string("trivet.json: /explanationSpec/parameters") + row.where);
    CHECK(loaded.error().found() == row.found);
  }
  write_file(folder / "trivet.json",
             R"({"explanationSpec":)" +
                 spec_for_x(std::string(kSampled) + R"(,"outputIndices":[2,0])") + "}");
  CHECK(LocalModel::load(folder.path()).has_value());
}

TEST_CASE("explain: an index that another answer has is refused when it is asked for",
          "[contract][explain]") {
  // The probabilities of yes_no are two, its raw value is one number.
  const TemporaryFolder folder;
  const std::string from = data_path("contract/models/yes_no");
  for (const std::string& name : files_in(from)) {
    write_file(folder / base_name(name), read_file(from + "/" + base_name(name)));
  }
  write_file(folder / "trivet.json", R"({"explanationSpec":{"parameters":{)" +
                                         std::string(kSampled) +
                                         R"(,"outputIndices":[1]},"metadata":{"inputs":{
      "a":{"inputBaselines":[0]}},"outputs":{"y":{}}}}})");
  const auto model = LocalModel::load(folder.path());
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  CHECK(model->deploy_to_local_endpoint()
            .explain(R"({"instances":[[1]],"parameters":{"prediction_type":"Probability"}})")
            .has_value());
  const Error raw = explain_error(*model, R"({"instances":[[1]]})");
  CHECK(raw.code() == Errc::invalid_request);
  CHECK(raw.where() == "trivet.json: /explanationSpec/parameters/outputIndices/0");
}

TEST_CASE("explain: numbers as many as columns are no baselines of a row each",
          "[contract][explain]") {
  const auto model = LocalModel::load(data_path("contract/models/nameless"));
  REQUIRE(model.has_value());
  const auto bound = [&](const std::string& baselines) {
    const auto spec = ExplanationSpec::parse(std::string(R"({"parameters":{)") + kSampled +
                                             R"(},"metadata":{"inputs":{"row":{"inputBaselines":)" +
                                             baselines + R"(}},"outputs":{"y":{}}}})");
    REQUIRE(spec.has_value());
    return model->with_explanation_spec(*spec);
  };
  const auto flat = bound("[0,1,2]");
  REQUIRE_FALSE(flat.has_value());
  CHECK(flat.error().code() == Errc::invalid_argument);
  CHECK(flat.error().where() == "/metadata/inputs/row/inputBaselines");
  CHECK(says_all(flat.error().message(), "3 values … [[0.5, 3"));
  CHECK(bound("[[0,1,2]]").has_value());
  CHECK(bound("[0]").has_value());
  CHECK(bound("[0,1]").has_value());
}

TEST_CASE("explain: an infinite number has no part in a line", "[contract][explain]") {
  const auto model = LocalModel::load(data_path("contract/models/lin"));
  REQUIRE(model.has_value());
  const std::vector<double> row{1, HUGE_VAL, 1};
  const auto infinite = model->explain(MatrixView<const double>(row.data(), 1, 3));
  REQUIRE_FALSE(infinite.has_value());
  CHECK(infinite.error().found() == "an infinite number");
  CHECK(infinite.error().message().find("missing") == std::string::npos);
}

TEST_CASE("explain: a call's numbers are bounded by the limits of its request",
          "[contract][explain]") {
  const auto model = LocalModel::load(data_path("contract/models/lin"));
  REQUIRE(model.has_value());
  RequestLimits limits;
  const std::string request = R"({"instances":[[1,1,1],[2,2,2],[3,3,3],[4,4,4]]})";
  std::string response;
  limits.cells = 12;
  CHECK(model->explain_json(request, limits, response).has_value());
  // Scores of three classes, an attribution each: 12 of 4 instances.
  const auto all = ExplanationSpec::parse(
      std::string(R"({"parameters":{)") + kSampled +
      R"(,"topK":-1},"metadata":{"inputs":{"x":{"inputBaselines":[0]}},"outputs":{"y":{}}}})");
  REQUIRE(all.has_value());
  const auto three = LocalModel::load(data_path("contract/models/three"));
  REQUIRE(three.has_value());
  const auto classes = three->with_explanation_spec(*all);
  REQUIRE(classes.has_value());
  const std::string four = R"({"instances":[[1],[0],[1],[0]]})";
  CHECK(classes->explain_json(four, limits, response).has_value());
  limits.cells = 11;
  const Status refused = classes->explain_json(four, limits, response);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code() == Errc::invalid_request);
  CHECK(says_all(refused.error().message(), "4 instances with 3 … at most 11"));
}

}  // namespace trivet::test
