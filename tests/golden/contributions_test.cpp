// SPDX-License-Identifier: Apache-2.0
// The frameworks' own attributions against what the frameworks answered.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/plain_json.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

const std::vector<std::string> kKinds{"pred_contribs", "approx_contribs", "pred_interactions",
                                      "pred_contrib", "ShapValues"};

void append_numbers(const Value& value, std::vector<double>& out) {
  if (const Value::Object* object = value.as_object()) {
    for (const Member& member : *object) append_numbers(member.value, out);
  } else if (const Value::List* list = value.as_list()) {
    for (const Value& item : *list) append_numbers(item, out);
  } else {
    out.push_back(value.as_number());
  }
}

/// A framework's numbers for one row and output, with the bias as the last row and column.
struct Expected {
  std::vector<double> values;
  double bias = 0;
};

Expected take_apart(const Value& numbers, bool has_pairs) {
  std::vector<double> all;
  append_numbers(numbers, all);
  Expected expected;
  expected.bias = all.back();
  const auto side =
      has_pairs ? static_cast<std::size_t>(std::sqrt(double(all.size())) + 0.5) : all.size();
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const bool is_bias = i % side == side - 1 || (has_pairs && i / side == side - 1);
    if (!is_bias) expected.values.push_back(all[i]);
  }
  return expected;
}

void check_output(const Value& mine, const Expected& expected) {
  std::vector<double> values;
  append_numbers(*mine.find("featureAttributions"), values);
  REQUIRE(values.size() == expected.values.size());
  double scale = 1e-3;
  for (const double x : expected.values) scale = std::max(scale, std::fabs(x));
  for (std::size_t i = 0; i < values.size(); ++i) {
    INFO("number " << i);
    CHECK(std::fabs(values[i] - expected.values[i]) <= 1e-5 * scale);
  }
  const double bias = mine.find("baselineOutputValue")->as_number();
  CHECK(std::fabs(bias - expected.bias) <= 1e-5 * std::max(1.0, std::fabs(expected.bias)));
  double sum = bias;
  for (const double x : values) sum += x;
  CHECK(std::fabs(sum - mine.find("instanceOutputValue")->as_number()) <= 1e-9);
}

void check_kind(const std::string& folder, const std::string& kind) {
  const auto loaded = LocalModel::load(folder + "/model");
  REQUIRE(loaded.has_value());
  const auto spec = ExplanationSpec::parse(R"({"parameters": {"topK": -1, "frameworkAttribution": )"
                                           R"({"kind": ")" +
                                           kind + R"("}}})");
  REQUIRE(spec.has_value());
  const auto model = loaded->with_explanation_spec(*spec);
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  CHECK(model->explanation_plan()->name == "framework");
  std::string response;
  REQUIRE(model->explain_json(read_file(folder + "/request.json"), response).has_value());
  const Value answer = parse_plain_json(response);
  const Value wanted = parse_plain_json(read_file(folder + "/" + kind + ".json"));
  const Value::List& rows = *answer.find("explanations")->as_list();
  REQUIRE(rows.size() == wanted.as_list()->size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const Value::List& outputs = *rows[r].find("attributions")->as_list();
    const Value::List& expected = *(*wanted.as_list())[r].as_list();
    REQUIRE(outputs.size() == expected.size());
    for (const Value& output : outputs) {
      const Value* index = output.find("outputIndex");
      CHECK((index == nullptr) == (outputs.size() == 1));
      const std::size_t k =
          index == nullptr ? 0 : static_cast<std::size_t>((*index->as_list())[0].as_number());
      INFO("row " << r << ", output " << k);
      check_output(output, take_apart(expected[k], kind == "pred_interactions"));
    }
  }
}

TEST_CASE("golden: contributions are the frameworks' own", "[golden][explain]") {
  std::size_t count = 0;
  for (const std::string& folder : folders_in(data_path("golden/contributions"))) {
    for (const std::string& kind : kKinds) {
      if (!std::filesystem::exists(folder + "/" + kind + ".json")) continue;
      ++count;
      DYNAMIC_SECTION(base_name(folder) << ", " << kind) { check_kind(folder, kind); }
    }
  }
  CHECK(count >= 20);
}

TEST_CASE("golden: a request may ask for contributions whatever is deployed", "[golden][explain]") {
  const std::string folder = data_path("golden/contributions/xgboost_softprob");
  const auto loaded = LocalModel::load(folder + "/model");
  REQUIRE(loaded.has_value());
  const auto spec = ExplanationSpec::parse(R"({"parameters": {"sampledShapleyAttribution":
      {"pathCount": 3}}, "metadata": {"inputs": {"row": {"inputBaselines": [[0, 0, 0, 0, 0, 0]]}},
      "outputs": {"p": {}}}})");
  REQUIRE(spec.has_value());
  const auto model = loaded->with_explanation_spec(*spec);
  REQUIRE(model.has_value());
  const auto ask = [&](const std::string& parameters) {
    return model->deploy_to_local_endpoint().explain(
        R"({"instances": [[1, 0, 0, 0, 0, 0]], "explanationSpecOverride": {"parameters": )" +
        parameters + "}}");
  };
  // Which class is explained, and how: the greatest margin is the greatest probability.
  const auto asked = ask(R"({"frameworkAttribution": {}})");
  INFO((asked ? std::string() : asked.error().message()));
  REQUIRE(asked.has_value());
  const Value answer = parse_plain_json(*asked);
  const Value& one =
      (*(*answer.find("explanations")->as_list())[0].find("attributions")->as_list())[0];
  const auto at = static_cast<std::size_t>((*one.find("outputIndex")->as_list())[0].as_number());
  const Value::List& served = *(*answer.find("predictions")->as_list())[0].as_list();
  for (const Value& other : served) CHECK(served[at].as_number() >= other.as_number());
  CHECK(one.find("featureAttributions")->find("row")->as_list()->size() == 6);
  CHECK(ask(R"({"frameworkAttribution": {}, "outputIndices": [2, 0]})").has_value());
  const auto beyond = ask(R"({"frameworkAttribution": {}, "outputIndices": [3]})");
  REQUIRE_FALSE(beyond.has_value());
  CHECK(beyond.error().code() == Errc::invalid_request);
  CHECK(beyond.error().where() == "/explanationSpecOverride/parameters/outputIndices/0");
}

/// The first attribution of the first instance, by a spec in JSON.
Result<Value> first_attribution(const std::string& folder, const std::string& spec_text) {
  const auto loaded = LocalModel::load(folder + "/model");
  REQUIRE(loaded.has_value());
  const auto spec = ExplanationSpec::parse(spec_text);
  REQUIRE(spec.has_value());
  const auto model = loaded->with_explanation_spec(*spec);
  if (!model) return model.error();
  std::string response;
  const Status explained = model->explain_json(read_file(folder + "/request.json"), response);
  if (!explained) return explained.error();
  const Value answer = parse_plain_json(response);
  return (*(*answer.find("explanations")->as_list())[0].find("attributions")->as_list())[0];
}

TEST_CASE("golden: of some of the inputs the framework's own values are those of all",
          "[golden][explain]") {
  const std::string folder = data_path("golden/contributions/lightgbm_binary");
  const auto all = first_attribution(folder, R"({"parameters": {"frameworkAttribution": {}}})");
  REQUIRE(all.has_value());
  const Value::Object& features = *all->find("featureAttributions")->as_object();
  REQUIRE(features.size() > 2);
  const auto some = first_attribution(
      folder, R"({"parameters": {"frameworkAttribution": {}}, "metadata": {"inputs": {")" +
                  features[0].name + R"(": {}, ")" + features[1].name +
                  R"(": {"groupName": "second"}}, "outputs": {"m": {}}}})");
  REQUIRE(some.has_value());
  const Value::Object& named = *some->find("featureAttributions")->as_object();
  REQUIRE(named.size() == 2);
  CHECK(named[0].value.as_number() == features[0].value.as_number());
  CHECK(named[1].name == "second");
  CHECK(named[1].value.as_number() == features[1].value.as_number());
  // The other inputs' values are missing from the sum; what is explained stays the same.
  for (const char* output : {"baselineOutputValue", "instanceOutputValue"}) {
    CHECK(some->find(output)->as_number() == all->find(output)->as_number());
  }
}

TEST_CASE("golden: a column of a list that is encoded has one value", "[golden][explain]") {
  const std::string folder = data_path("golden/bqml/every_encoding_classifier");
  const std::string kinds = R"({"parameters": {"frameworkAttribution": {}})";
  const auto all = first_attribution(folder, kinds + "}");
  INFO((all ? std::string() : all.error().message()));
  REQUIRE(all.has_value());
  const Value* whole = all->find("featureAttributions")->find("vector");
  REQUIRE(whole != nullptr);
  CHECK(whole->is_number());
  std::vector<double> values;
  append_numbers(*all->find("featureAttributions"), values);
  double sum = all->find("baselineOutputValue")->as_number();
  for (const double x : values) sum += x;
  CHECK(sum == Approx(all->find("instanceOutputValue")->as_number()));
  const auto by_elements = first_attribution(
      folder, kinds + R"(, "metadata": {"inputs": {"vector": {}}, "outputs": {"m": {}}}})");
  REQUIRE_FALSE(by_elements.has_value());
  CHECK(by_elements.error().code() == Errc::unsupported_model);
  CHECK(by_elements.error().message().find("\"groupName\"") != std::string::npos);
  const auto grouped =
      first_attribution(folder, kinds + R"(, "metadata": {"inputs": {"vector": {"groupName": "v"}},
                           "outputs": {"m": {}}}})");
  REQUIRE(grouped.has_value());
  CHECK(grouped->find("featureAttributions")->find("v")->as_number() == whole->as_number());
}

}  // namespace
}  // namespace trivet::test
