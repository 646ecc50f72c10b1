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

/// The `position`-th number of a prediction: a number, a list, or the scores of an object.
double served_number(const Value& prediction, std::size_t position) {
  if (prediction.is_number()) return prediction.as_number();
  if (prediction.as_list() != nullptr) return (*prediction.as_list())[position].as_number();
  for (const Member& member : *prediction.as_object()) {
    if (member.name.ends_with("_probs")) return (*member.value.as_list())[position].as_number();
  }
  FAIL("no scores");
  return 0;
}

/// The Shapley values of an object's members by definition, every mixture asked of the endpoint.
std::vector<double> by_coalitions(const LocalEndpoint& endpoint, const Value::Object& row,
                                  const Value::Object& baseline, std::size_t position) {
  const std::size_t k = row.size();
  Value::List mixtures;
  for (std::size_t s = 0; s < (std::size_t{1} << k); ++s) {
    Value::Object mixture;
    for (std::size_t i = 0; i < k; ++i) mixture.push_back((s >> i & 1) != 0 ? row[i] : baseline[i]);
    mixtures.push_back(Value(std::move(mixture)));
  }
  const auto reply =
      endpoint.predict(to_plain_json(Value(Value::Object{{"instances", Value(mixtures)}})));
  INFO((reply ? std::string() : reply.error().message()));
  REQUIRE(reply.has_value());
  const Value answer = parse_plain_json(*reply);
  const Value::List& served = *answer.find("predictions")->as_list();
  std::vector<double> values(k, 0.0);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t s = 0; s < served.size(); ++s) {
      if ((s >> i & 1) != 0) continue;
      std::size_t size = 0;
      for (std::size_t j = 0; j < k; ++j) size += s >> j & 1;
      // size!·(k - size - 1)! / k!
      const double weight = std::exp(std::lgamma(double(size) + 1) + std::lgamma(double(k - size)) -
                                     std::lgamma(double(k) + 1));
      values[i] += weight * (served_number(served[s | std::size_t{1} << i], position) -
                             served_number(served[s], position));
    }
  }
  return values;
}

/// A row by the names of its columns.
Value::Object named_row(const Value& row, const Signature& signature) {
  if (row.as_object() != nullptr) return *row.as_object();
  Value::Object named;
  for (std::size_t c = 0; c < signature.columns.size(); ++c) {
    named.push_back({signature.columns[c].name, (*row.as_list())[c]});
  }
  return named;
}

void check_columns(const std::string& name, const std::string& plan) {
  const std::string folder = data_path("golden/" + name);
  const auto loaded = LocalModel::load(folder + "/model");
  REQUIRE(loaded.has_value());
  const Value request = parse_plain_json(read_file(folder + "/request.json"));
  const Value::List& instances = *request.find("instances")->as_list();
  const Value::Object row = named_row(instances[1], loaded->signature());
  const Value other(named_row(instances[0], loaded->signature()));
  Value::Object baseline;
  ExplanationSpec spec;
  spec.parameters.method = SampledShapleyAttribution{1};
  for (const Member& member : row) {
    baseline.push_back({member.name, *other.find(member.name)});
    ExplanationInput& input = spec.metadata.inputs.emplace_back();
    input.name = member.name;
    input.group_name = member.name;  // a list of values is one player
    input.input_baselines = {baseline.back().value};
  }
  spec.metadata.outputs.emplace_back().name = "y";
  const auto model = loaded->with_explanation_spec(spec);
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  CHECK(model->explanation_plan().value().name == plan);
  const LocalEndpoint endpoint = model->deploy_to_local_endpoint();
  const std::vector<Value> asked{instances[1]};
  const auto explained = endpoint.explain(asked);
  INFO((explained ? std::string() : explained.error().message()));
  REQUIRE(explained.has_value());
  const Attribution& mine = explained->explanations[0].attributions[0];
  const std::size_t position =
      mine.output_index.empty() ? 0 : static_cast<std::size_t>(mine.output_index[0]);
  const std::vector<double> wanted = by_coalitions(endpoint, row, baseline, position);
  for (std::size_t i = 0; i < row.size(); ++i) {
    INFO(row[i].name);
    CHECK(mine.feature_attributions.find(row[i].name)->as_number() ==
          Approx(wanted[i]).margin(2e-6));
  }
}

TEST_CASE("golden: what operators make of a column belongs to the column", "[golden][explain]") {
  SECTION("a regressor") { check_columns("bqml/every_encoding_regressor", "tree-walk"); }
  SECTION("a forest") { check_columns("bqml/every_encoding_forest", "tree-walk"); }
  SECTION("classes") { check_columns("bqml/every_encoding_classifier", "term-table"); }
  SECTION("target encoding") { check_columns("bqml/target_encode", "term-table"); }
  SECTION("one-hot codes") { check_columns("contributions/catboost_one_hot", "tree-walk"); }
  SECTION("a column's statistics") {
    check_columns("contributions/catboost_simple_ctr", "tree-walk");
  }
  SECTION("what several columns make is nobody's alone") {
    check_columns("contributions/catboost_combined_ctr", "enumeration");
  }
}

}  // namespace
}  // namespace trivet::test
