// SPDX-License-Identifier: Apache-2.0
// Custom prediction routines: around a model, instead of one, and when they go wrong.
#include <stdexcept>

#include "catch.hpp"
#include "support/files.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

/// Takes `{"length": …, "width": …}`, asks `lin` for 0.5 + a + 2b − 3c with a = length, b = width,
/// c = 0, and answers with a text.
class AreaTalker final : public PredictionRoutine {
 public:
  explicit AreaTalker(LocalModel model) : model_(std::move(model)) {}

  Result<std::vector<Value>> preprocess(std::vector<Value> instances) const override {
    std::vector<Value> rows;
    for (const Value& instance : instances) {
      const Value* length = instance.find("length");
      const Value* width = instance.find("width");
      if (length == nullptr || width == nullptr) {
        return Error::verbatim(Errc::model_refused, "I need length and width.\n");
      }
      rows.push_back(Value(Value::List{*length, *width, Value(0)}));
    }
    return rows;
  }
  Result<std::vector<Value>> predict(std::vector<Value> instances,
                                     const Value& parameters) const override {
    return model_.predict(instances, parameters);
  }
  Result<std::vector<Value>> postprocess(std::vector<Value> predictions) const override {
    for (Value& value : predictions) {
      value = Value(value.as_number() > 5 ? "large" : "small");
    }
    return predictions;
  }
  std::string_view framework() const noexcept override { return "area-talker"; }

 private:
  LocalModel model_;
};

enum class Mischief {
  throws,
  throws_a_number,
  too_few,
  too_many,
  steals_instances,
  error_of_its_own
};

class Mischievous final : public PredictionRoutine {
 public:
  explicit Mischievous(Mischief mischief) : mischief_(mischief) {}

  Result<std::vector<Value>> predict(std::vector<Value> instances, const Value&) const override {
    switch (mischief_) {
      case Mischief::throws: throw std::runtime_error("out of cheese");
      case Mischief::throws_a_number: throw 42;
      case Mischief::too_few: instances.pop_back(); break;
      case Mischief::too_many: instances.emplace_back(1); break;
      case Mischief::steals_instances: break;
      case Mischief::error_of_its_own:
        return Error(Errc::model_refused, "/instances/0", "a cat", "a dog");
    }
    return instances;
  }
  Result<std::vector<Value>> preprocess(std::vector<Value> instances) const override {
    if (mischief_ == Mischief::steals_instances) instances.clear();
    return instances;
  }

 private:
  Mischief mischief_;
};

LocalModel area_talker() {
  auto lin = LocalModel::load(data_path("contract/models/lin"));
  REQUIRE(lin.has_value());
  return LocalModel::from_routine(std::make_shared<AreaTalker>(std::move(lin).value()));
}

}  // namespace

TEST_CASE("routines: before, the model, after", "[contract][routine]") {
  const LocalModel model = area_talker();
  CHECK(model.info().framework == "area-talker");
  CHECK(model.graph() == nullptr);
  CHECK(model.signature().columns.empty());
  const LocalEndpoint endpoint = model.deploy_to_local_endpoint();
  // 0.5 + 1 + 2·1 = 3.5; 0.5 + 3 + 2·2 = 7.5.
  const auto reply =
      endpoint.predict(R"({"instances":[{"length":1,"width":1},{"length":3,"width":2}]})");
  REQUIRE(reply.has_value());
  CHECK(*reply == R"({"predictions":["small","large"]})");
}

TEST_CASE("routines: a refusal's text is passed on to the byte", "[contract][routine]") {
  const auto reply = area_talker().deploy_to_local_endpoint().predict(
      R"({"instances":[{"length":1,"width":1},{"length":3}]})");
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().code() == Errc::model_refused);
  CHECK(reply.error().message() == "I need length and width.\n");
}

TEST_CASE("routines: errors of the model inside are the answer's error", "[contract][routine]") {
  const auto reply = area_talker().deploy_to_local_endpoint().predict(
      R"({"instances":[{"length":"long","width":1}]})");
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().code() == Errc::invalid_request);
  CHECK(reply.error().where() == "/instances/0/0");
}

TEST_CASE("routines: what goes wrong inside never gets out as anything but an error",
          "[contract][routine]") {
  const std::pair<Mischief, Errc> kinds[] = {
      {Mischief::throws, Errc::internal},
      {Mischief::throws_a_number, Errc::internal},
      {Mischief::too_few, Errc::internal},
      {Mischief::too_many, Errc::internal},
      {Mischief::steals_instances, Errc::internal},
      {Mischief::error_of_its_own, Errc::model_refused},
  };
  for (const auto& [mischief, code] : kinds) {
    INFO("mischief " << static_cast<int>(mischief));
    const LocalModel model = LocalModel::from_routine(std::make_shared<Mischievous>(mischief));
    const auto reply = model.deploy_to_local_endpoint().predict(R"({"instances":[1,2]})");
    CHECK_FALSE(reply.has_value());
    if (!reply) CHECK(reply.error().code() == code);
    const auto values = model.predict(std::vector<Value>{Value(1), Value(2)});
    CHECK_FALSE(values.has_value());
    if (!values) CHECK(values.error().code() == code);
    std::string response = "old";
    CHECK_FALSE(model.predict_json(R"({"instances":[1,2]})", response).has_value());
    CHECK(response.empty());
    Session session = model.session();
    CHECK_FALSE(session.predict_json(R"({"instances":[1,2]})", response).has_value());
  }
}

TEST_CASE("routines: the text of what was thrown is told", "[contract][routine]") {
  const LocalModel model =
      LocalModel::from_routine(std::make_shared<Mischievous>(Mischief::throws));
  const auto reply = model.deploy_to_local_endpoint().predict(R"({"instances":[1]})");
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().message().find("out of cheese") != std::string::npos);
}

TEST_CASE("routines: rows of numbers are not for them", "[contract][routine]") {
  const LocalModel model = area_talker();
  const float row[] = {1, 2, 3};
  const auto answers = model.predict(MatrixView<const float>(row, 1, 3));
  REQUIRE_FALSE(answers.has_value());
  CHECK(answers.error().code() == Errc::invalid_argument);
  const Signature signature = model.signature();
  CHECK_FALSE(model.predict(Batch(signature)).has_value());
}

TEST_CASE("routines: no instances are refused by every door", "[contract][routine]") {
  auto echo = LocalModel::load("builtin:echo");
  REQUIRE(echo.has_value());
  const auto values = echo->predict(std::vector<Value>{});
  CHECK_FALSE(values.has_value());
  std::string response;
  CHECK_FALSE(echo->predict_json(R"({"instances":[]})", response).has_value());
}

TEST_CASE("routines: they stand beside other models in an endpoint", "[contract][routine]") {
  auto lin = LocalModel::load(data_path("contract/models/lin"));
  REQUIRE(lin.has_value());
  LocalEndpoint endpoint;
  REQUIRE(endpoint.deploy_model("lin", *lin).has_value());
  REQUIRE(endpoint.deploy_model("talker", area_talker(), 100).has_value());
  const auto reply = endpoint.predict(R"({"instances":[{"length":1,"width":1}]})");
  REQUIRE(reply.has_value());
  CHECK(*reply == R"({"predictions":["small"]})");
}

}  // namespace trivet::test
