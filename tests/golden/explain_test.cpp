// SPDX-License-Identifier: Apache-2.0
// Explanations against the frameworks themselves: all coalitions, each mixture answered by them.
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

struct ExplainCase {
  std::string name;
  std::string folder;
  Value expected;  ///< explain.json

  [[nodiscard]] bool must_refuse() const { return expected.find("must") != nullptr; }
  [[nodiscard]] bool is_exact() const { return *expected.find("exact")->as_boolean(); }
};

std::vector<ExplainCase> explain_cases() {
  std::vector<ExplainCase> cases;
  for (const std::string& folder : folders_in(data_path("golden/explain"))) {
    cases.push_back(
        {base_name(folder), folder, parse_plain_json(read_file(folder + "/explain.json"))});
  }
  return cases;
}

/// The model with the case's spec, where it has one of its own; the artefact's otherwise.
Result<LocalModel> load_explained(const ExplainCase& one) {
  auto model = LocalModel::load(one.folder + "/model");
  const std::string spec_file = one.folder + "/spec.json";
  if (!model || !std::filesystem::exists(spec_file)) return model;
  const auto spec = ExplanationSpec::parse(read_file(spec_file));
  if (!spec) return spec.error();
  return model->with_explanation_spec(*spec);
}

double number(const Value& object, const char* name) {
  const Value* value = object.find(name);
  return value == nullptr ? std::nan("") : value->as_number();
}

/// Every number of an attribution against the expected one.
void check_features(const Value& mine, const Value& wanted, double tolerance) {
  REQUIRE(mine.as_object() != nullptr);
  CHECK(mine.as_object()->size() == wanted.as_object()->size());
  for (const Member& member : *wanted.as_object()) {
    INFO(member.name);
    const Value* value = mine.find(member.name);
    CHECK(value != nullptr);
    if (value == nullptr) continue;
    CHECK(std::fabs(value->as_number() - member.value.as_number()) <= tolerance);
  }
}

void check_attribution(const ExplainCase& one, const Value& mine, const Value& wanted) {
  const double instance = number(wanted, "instanceOutputValue");
  const double baseline = number(wanted, "baselineOutputValue");
  const double scale = std::max({1.0, std::fabs(instance), std::fabs(baseline)});
  const double tolerance = one.expected.find("tolerance")->as_number();
  const double tight = std::min(tolerance, 1e-6) * scale;
  CHECK(std::fabs(number(mine, "instanceOutputValue") - instance) <= tight);
  CHECK(std::fabs(number(mine, "baselineOutputValue") - baseline) <= tight);
  for (const char* name : {"outputName", "outputDisplayName", "outputIndex"}) {
    const Value* value = wanted.find(name);
    if (value == nullptr) continue;
    INFO(name);
    CHECK((mine.find(name) != nullptr && *mine.find(name) == *value));
  }
  CHECK((wanted.find("outputIndex") == nullptr) == (mine.find("outputIndex") == nullptr));
  const Value& features = *mine.find("featureAttributions");
  check_features(features, *wanted.find("featureAttributions"), tolerance * scale);
  double sum = 0;
  for (const Member& member : *features.as_object()) sum += member.value.as_number();
  CHECK(std::fabs(sum - (number(mine, "instanceOutputValue") -
                         number(mine, "baselineOutputValue"))) <= std::max(tight, 1e-9));
  const double error = number(mine, "approximationError");
  if (one.is_exact()) CHECK(error == 0);
  else CHECK((error >= 0 && error < 1));
}

/// Features that hold their baseline have exactly nothing.
void check_zeros(const ExplainCase& one, std::size_t row, const Value& mine) {
  const Value* zeros = one.expected.find("zeros");
  if (zeros == nullptr || zeros->as_list() == nullptr || zeros->as_list()->empty()) return;
  for (const Value& name : *(*zeros->as_list())[row].as_list()) {
    INFO(*name.as_text());
    const Value* value = mine.find("featureAttributions")->find(*name.as_text());
    CHECK((value == nullptr || value->as_number() == 0.0));
  }
}

void check_explained(const ExplainCase& one) {
  const auto model = load_explained(one);
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  const LocalEndpoint endpoint = model->deploy_to_local_endpoint();
  const std::string request = read_file(one.folder + "/request.json");
  const auto reply = endpoint.explain(request);
  INFO((reply ? std::string() : reply.error().message()));
  REQUIRE(reply.has_value());
  CHECK(endpoint.explain(request).value() == *reply);  // the same bytes once more
  const Value answer = parse_plain_json(*reply);
  const Value predicted = parse_plain_json(endpoint.predict(request).value());
  CHECK(*answer.find("predictions") == *predicted.find("predictions"));
  const Value::List& mine = *answer.find("explanations")->as_list();
  const Value::List& wanted = *one.expected.find("explanations")->as_list();
  REQUIRE(mine.size() == wanted.size());
  for (std::size_t r = 0; r < mine.size(); ++r) {
    const Value::List& ours = *mine[r].find("attributions")->as_list();
    const Value::List& theirs = *wanted[r].find("attributions")->as_list();
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t k = 0; k < ours.size(); ++k) {
      INFO("row " << r << ", output " << k);
      check_attribution(one, ours[k], theirs[k]);
      check_zeros(one, r, ours[k]);
    }
  }
}

TEST_CASE("golden: explanations are those of all coalitions", "[golden][explain]") {
  std::size_t count = 0;
  for (const ExplainCase& one : explain_cases()) {
    if (one.must_refuse()) continue;
    ++count;
    DYNAMIC_SECTION(one.name) { check_explained(one); }
  }
  CHECK(count >= 30);
}

TEST_CASE("golden: what can't be explained is refused with its place", "[golden][explain]") {
  for (const ExplainCase& one : explain_cases()) {
    if (!one.must_refuse()) continue;
    INFO(one.name);
    const auto model = load_explained(one);
    const auto reply =
        model ? model->deploy_to_local_endpoint().explain(read_file(one.folder + "/request.json"))
              : Result<std::string>(model.error());
    CHECK_FALSE(reply.has_value());
    if (reply) continue;
    INFO(reply.error().message());
    CHECK_FALSE(reply.error().where().empty());
    CHECK_FALSE(reply.error().expected().empty());
    CHECK(http_status(reply.error().code()) == 400);
  }
}

}  // namespace
}  // namespace trivet::test
