// SPDX-License-Identifier: Apache-2.0
// Objectives: links, and the way from base_score to margins.
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "format/xgboost/objectives.hpp"

namespace trivet::test {
namespace {

using spi::LinkKind;
using xgboost::BaseScore;
using xgboost::Model;
using xgboost::Version;

Model model_of(std::string objective, Version version, std::vector<float> base_score) {
  Model model;
  model.objective = std::move(objective);
  model.version = version;
  model.base_score = std::move(base_score);
  return model;
}

/// The margins, or none when there is an error.
std::vector<float> margins_of(const Model& model) {
  const Result<xgboost::Objective> objective = xgboost::find_objective(model);
  if (!objective) return {};
  return xgboost::base_margins(model, *objective).value_or(std::vector<float>{});
}

TEST_CASE("xgboost objectives: each has the link of its PredTransform", "[format][xgboost]") {
  struct Row {
    std::string_view name;
    LinkKind link;
  };
  const std::vector<Row> rows{
      {"reg:squarederror", LinkKind::identity},
      {"reg:linear", LinkKind::identity},
      {"gpu:reg:linear", LinkKind::identity},
      {"reg:squaredlogerror", LinkKind::identity},
      {"reg:pseudohubererror", LinkKind::identity},
      {"reg:absoluteerror", LinkKind::identity},
      {"reg:logistic", LinkKind::logistic_clamped},
      {"binary:logistic", LinkKind::logistic_clamped},
      {"gpu:binary:logistic", LinkKind::logistic_clamped},
      {"binary:logitraw", LinkKind::identity},
      {"binary:hinge", LinkKind::step},
      {"count:poisson", LinkKind::exponential},
      {"reg:gamma", LinkKind::exponential},
      {"reg:tweedie", LinkKind::exponential},
      {"survival:cox", LinkKind::exponential},
      {"survival:aft", LinkKind::exponential},
      {"multi:softmax", LinkKind::softmax},
      {"multi:softprob", LinkKind::softmax},
      {"rank:pairwise", LinkKind::identity},
      {"rank:ndcg", LinkKind::identity},
      {"rank:map", LinkKind::identity},
      {"reg:quantileerror", LinkKind::identity},
      {"reg:expectileerror", LinkKind::ordered_softplus},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto found = xgboost::find_objective(model_of(std::string(row.name), {3, 2, 0}, {0.5F}));
    REQUIRE(found);
    CHECK(found->link == row.link);
  }
}

TEST_CASE("xgboost objectives: quantiles are sorted from 3.5 on", "[format][xgboost]") {
  const auto before = xgboost::find_objective(model_of("reg:quantileerror", {3, 4, 1}, {0}));
  const auto after = xgboost::find_objective(model_of("reg:quantileerror", {3, 5, 0}, {0}));
  REQUIRE(before);
  REQUIRE(after);
  CHECK(before->link == LinkKind::identity);
  CHECK(after->link == LinkKind::sorted);
}

TEST_CASE("xgboost objectives: an unknown one is refused with what it might be",
          "[format][xgboost]") {
  const auto found = xgboost::find_objective(model_of("binary:logistics", {3, 2, 0}, {0.5F}));
  REQUIRE_FALSE(found);
  CHECK(found.error().code() == Errc::unsupported_model);
  CHECK(found.error().where() == "/learner/objective/name");
  CHECK(found.error().message().find("did you mean binary:logistic?") != std::string::npos);
  CHECK(found.error().expected().find("survival:aft") != std::string::npos);
}

TEST_CASE("xgboost base score: in the space of predictions, turned into a margin in float32",
          "[format][xgboost]") {
  // 0.75 / 0.25 = 3 and 0.2 / 0.8 = 0.25: logits are their logarithms
  CHECK(margins_of(model_of("binary:logistic", {1, 7, 6}, {0.75F})).at(0) ==
        Approx(std::log(3.0)).epsilon(1e-6));
  CHECK(margins_of(model_of("reg:logistic", {3, 2, 0}, {0.2F})).at(0) ==
        Approx(std::log(0.25)).epsilon(1e-6));
  CHECK(margins_of(model_of("count:poisson", {2, 0, 0}, {4.5F})).at(0) == std::log(4.5F));
  CHECK(margins_of(model_of("binary:hinge", {2, 0, 0}, {0.5F})).at(0) == 0.5F);
  CHECK(margins_of(model_of("reg:squarederror", {3, 2, 0}, {-3})).at(0) == -3.0F);
}

TEST_CASE("xgboost base score: one number serves all outputs, else one each", "[format][xgboost]") {
  Model model = model_of("multi:softprob", {3, 1, 0}, {0.5F});
  model.class_count = 3;
  CHECK(margins_of(model) == std::vector<float>{0.5F, 0.5F, 0.5F});
  model.base_score = std::vector<float>{1, 2, 3};
  CHECK(margins_of(model) == std::vector<float>{1, 2, 3});
  model.base_score = std::vector<float>{1, 2};
  CHECK(margins_of(model).empty());
  model.base_score = std::vector<float>{};
  CHECK(margins_of(model).empty());
}

TEST_CASE("xgboost base score: logitraw transforms it in files up to 1.2", "[format][xgboost]") {
  CHECK(margins_of(model_of("binary:logitraw", {1, 2, 1}, {0.75F})).at(0) ==
        Approx(std::log(3.0)).epsilon(1e-6));
  CHECK(margins_of(model_of("binary:logitraw", {1, 3, 0}, {0.75F})).at(0) == 0.75F);
}

TEST_CASE("xgboost base score: probabilities of 0 and 1 are allowed from 3.2 on, within 1e-6",
          "[format][xgboost]") {
  CHECK(margins_of(model_of("binary:logistic", {3, 1, 0}, {0})).empty());
  CHECK(margins_of(model_of("binary:logistic", {3, 1, 0}, {1})).empty());
  CHECK(margins_of(model_of("binary:logistic", {3, 2, 0}, {1.5F})).empty());
  // logit(1e-6) = log(1e-6 / (1 - 1e-6)) = -13.8155096
  CHECK(margins_of(model_of("binary:logistic", {3, 2, 0}, {0})).at(0) ==
        Approx(-13.8155096).epsilon(1e-6));
}

TEST_CASE("xgboost base score: files before 1.0 hold the margin already", "[format][xgboost]") {
  Model model = model_of("binary:logistic", {0, 0, -1}, {-0.847298F});
  model.base_is_margin = true;
  CHECK(margins_of(model).at(0) == Approx(-0.847298).epsilon(1e-5));
  model.base_score = std::vector<float>{0};
  CHECK(margins_of(model).at(0) == 0.0F);  // a probability of 1/2 there and back
  model.base_score = std::vector<float>{90};
  CHECK(margins_of(model).at(0) == 90.0F);  // no probability in float32 is so near to 1
  model.objective = "binary:hinge";
  model.base_score = std::vector<float>{0.25F};
  CHECK(margins_of(model).at(0) == 0.25F);
  model.objective = "reg:gamma";
  CHECK(margins_of(model).at(0) == Approx(0.25).epsilon(1e-6));
}

TEST_CASE("xgboost base score: NaN, infinities and numbers outside of the link are refused",
          "[format][xgboost]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(margins_of(model_of("reg:squarederror", {3, 2, 0}, {nan})).empty());
  CHECK(margins_of(model_of("reg:squarederror", {3, 2, 0}, {infinity})).empty());
  CHECK(margins_of(model_of("count:poisson", {3, 2, 0}, {0})).empty());
  CHECK(margins_of(model_of("survival:cox", {3, 2, 0}, {-1})).empty());
  CHECK(margins_of(model_of("binary:logistic", {2, 0, 0}, {nan})).empty());
}

TEST_CASE("xgboost base score: expectiles are kept as gaps", "[format][xgboost]") {
  Model model = model_of("reg:expectileerror", {3, 3, 0}, {1, 3, 3});
  model.target_count = 3;
  const std::vector<float> margins = margins_of(model);
  REQUIRE(margins.size() == 3);
  CHECK(margins[0] == 1.0F);
  // softplus of the second is the gap of 2 - 1e-6; the third gap is at its least, 1e-6
  CHECK(std::log1p(std::exp(static_cast<double>(margins[1]))) == Approx(2 - 1e-6).epsilon(1e-6));
  CHECK(std::log1p(std::exp(static_cast<double>(margins[2]))) == Approx(1e-6).epsilon(1e-3));
}

TEST_CASE("xgboost base score: texts of one number or of a list", "[format][xgboost]") {
  struct Row {
    std::string_view text;
    std::vector<float> numbers;  // empty: refused
  };
  const std::vector<Row> rows{
      {"5E-1", {0.5F}},
      {" 0.25 ", {0.25F}},
      {"[5E-1]", {0.5F}},
      {"(1,2)", {1, 2}},
      {"[ 1.5 , -2E0 ]", {1.5F, -2}},
      {"+1", {1}},
      {"", {}},
      {"[]", {}},
      {"[1,]", {}},
      {"1 2", {}},
      {"[1", {}},
      {"half", {}},
      {"0x1p3", {}},
      {"1,2", {}},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    std::vector<float> numbers;
    const bool parsed = xgboost::parse_base_score(row.text, numbers);
    CHECK(parsed == !row.numbers.empty());
    if (parsed) CHECK(numbers == row.numbers);
  }
}

}  // namespace
}  // namespace trivet::test
