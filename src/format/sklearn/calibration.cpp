// SPDX-License-Identifier: Apache-2.0
// CalibratedClassifierCV: the mean over pairs of a classifier and the calibrators of its classes.
//
// A classifier's decision is calibrated, its probabilities where it makes none. Two classes have
// one calibrator; several have one each, whose answers are divided by their sum. A sigmoid is
// 1 / (1 + exp(a · x + b)); isotonic goes through points; temperature, since 1.8, is the softmax
// of the logits times a number.
#include <algorithm>
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/members.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// What a classifier says of each class, before it is calibrated.
struct Response {
  spi::ValueId value = 0;
  std::uint32_t width = 0;
  bool is_decision = false;
};

/// A column of a classifier's probabilities, or of its decision, with its calibrator's function.
Result<spi::ValueId> add_sigmoid(const PickleView& calibrator, spi::ValueId value, Sketch& sketch) {
  const Result<PickleView> slope = calibrator.attribute("a_");
  if (!slope) return slope.error();
  const Result<PickleView> start = calibrator.attribute("b_");
  if (!start) return start.error();
  const Result<double> a = slope->number();
  if (!a) return a.error();
  const Result<double> b = start->number();
  if (!b) return b.error();
  return add_function(sketch, "sigmoid", add_affine(sketch, value, -*a, -*b), 1);
}

/// Up to 0.23 the points had other names.
Result<spi::ValueId> add_isotonic(const PickleView& calibrator, spi::ValueId value,
                                  Sketch& sketch) {
  const auto places = find_any(calibrator, {"X_thresholds_", "_necessary_X_"});
  const auto heights = find_any(calibrator, {"y_thresholds_", "_necessary_y_"});
  if (!places || !heights) return calibrator.fail("no points", "X_thresholds_ and y_thresholds_");
  if (!has_text(calibrator, "out_of_bounds", "clip")) {
    return calibrator.refuse("an isotonic calibrator that does not clip", "out_of_bounds='clip'");
  }
  Result<std::vector<double>> x = places->doubles();
  if (!x) return x.error();
  Result<std::vector<double>> y = read_vector(*heights, x->size());
  if (!y) return y.error();
  const bool ascends = std::adjacent_find(x->begin(), x->end(),
                                          [](double a, double b) { return !(a < b); }) == x->end();
  if (x->empty() || !ascends || x->front() != x->front()) {
    return places->fail(places->description(), "numbers that ascend");
  }
  spi::Operator op{"interpolate", {{"outside", Value("nearest")}}, {}};
  op.constants.push_back(
      make_constant("counts", std::vector<std::int32_t>{static_cast<std::int32_t>(x->size())}));
  op.constants.push_back(make_constant("x", std::move(*x)));
  op.constants.push_back(make_constant("y", std::move(*y)));
  const spi::ValueId inputs[] = {value};
  return sketch.add_operator(std::move(op), inputs, 1);
}

Result<spi::ValueId> add_calibrator(const PickleView& calibrator, spi::ValueId value,
                                    Sketch& sketch) {
  const artifact::PickleName* const name = calibrator.name();
  if (name != nullptr && name->name == "_SigmoidCalibration") {
    return add_sigmoid(calibrator, value, sketch);
  }
  if (name != nullptr && name->name == "IsotonicRegression") {
    return add_isotonic(calibrator, value, sketch);
  }
  return calibrator.refuse(calibrator.description(), "a sigmoid or isotonic calibrator");
}

Result<Response> read_response(const PickleView& member, const Answers& answers, Sketch& sketch) {
  Response response;
  response.is_decision = answers.find("decision_function") != nullptr;
  const Result<spi::ValueId> value = number_answer(
      member, answers, response.is_decision ? "decision_function" : "predict_proba", sketch);
  if (!value) return value.error();
  response.value = *value;
  response.width = sketch.value(*value).width;
  return response;
}

/// A number above 1 by no more than rounding is 1.
spi::ValueId add_cap(spi::ValueId value, std::uint32_t width, Sketch& sketch) {
  spi::Operator op{"clip", {}, {}};
  op.attributes.emplace_back("least", -std::numeric_limits<double>::infinity());
  op.attributes.emplace_back("greatest", 1.0);
  const spi::ValueId inputs[] = {value};
  return sketch.add_operator(std::move(op), inputs, width);
}

Result<spi::ValueId> calibrate_two(const PickleView& calibrators, const Response& response,
                                   Sketch& sketch) {
  const spi::ValueId column =
      response.width == 1 ? response.value : add_columns(sketch, response.value, {1});
  const Result<spi::ValueId> share = add_calibrator(calibrators.item(0), column, sketch);
  if (!share) return share.error();
  return add_pair(sketch, add_cap(*share, 1, sketch));
}

/// A class that the member does not know has no share.
Result<spi::ValueId> calibrate_several(const PickleView& calibrators, const Response& response,
                                       const std::vector<Value>& known,
                                       const std::vector<Value>& labels, Sketch& sketch) {
  Ballot shares;
  for (std::uint32_t c = 0; c < response.width; ++c) {
    const spi::ValueId column = add_columns(sketch, response.value, {c});
    const Result<spi::ValueId> share = add_calibrator(calibrators.item(c), column, sketch);
    if (!share) return share.error();
    shares.values.push_back(*share);
  }
  const auto width = static_cast<std::uint32_t>(labels.size());
  spi::ValueId all = add_side_by_side(shares, sketch);
  if (known.size() < labels.size()) all = add_spread(sketch, all, known, labels);
  return add_function(sketch, "divide_by_sum", all, width);
}

/// Logits are a decision, for two classes its negative and itself, or the logs of probabilities.
Result<spi::ValueId> scale_temperature(const PickleView& calibrator, const Response& response,
                                       Sketch& sketch) {
  const Result<PickleView> factor = calibrator.attribute("beta_");
  if (!factor) return factor.error();
  const Result<double> beta = factor->number();
  if (!beta) return beta.error();
  constexpr double kLeastShare = 1e-12;
  spi::ValueId logits = response.value;
  std::uint32_t width = response.width;
  if (!response.is_decision) {
    logits = add_function(sketch, "log", add_affine(sketch, logits, 1, kLeastShare), width);
  } else if (width == 1) {
    width = 2;
    logits = add_side_by_side({{add_function(sketch, "negate", logits, 1), logits}, 2}, sketch);
  }
  return add_function(sketch, "softmax", add_affine(sketch, logits, *beta, 0), width);
}

/// One classifier with its calibrators: a share for each class.
Result<spi::ValueId> add_calibrated(const PickleView& pair, const std::vector<Value>& labels,
                                    Matrix& rows, Sketch& sketch) {
  const auto member = find_any(pair, {"estimator", "base_estimator"});
  const auto calibrators = find_any(pair, {"calibrators", "calibrators_"});
  if (!member || !calibrators) return pair.fail(pair.description(), "estimator and calibrators");
  const Result<Answers> answers = sketch.bind(*member, rows);
  if (!answers) return answers.error();
  const Result<Response> response = read_response(*member, *answers, sketch);
  if (!response) return response.error();
  TRIVET_TRY(sketch.charge(labels.size(), pair));
  const Answer* const predict = answers->find("predict");
  const std::vector<Value> known = predict != nullptr ? predict->labels : std::vector<Value>();
  const bool is_pair = labels.size() == 2;
  const std::size_t wanted = is_pair ? std::max<std::uint32_t>(response->width, 1) : known.size();
  if (response->width != wanted || response->width > labels.size()) {
    return member->refuse(text::message("answers of {} classes", response->width),
                          text::message("of {}, as it knows", known.size()));
  }
  if (has_text(pair, "method", "temperature")) {
    if (calibrators->size() != 1) return calibrators->fail(calibrators->description(), "one");
    if (!is_pair && known.size() != labels.size()) {
      return member->refuse("a classifier that does not know all classes", "one that does");
    }
    return scale_temperature(calibrators->item(0), *response, sketch);
  }
  if (calibrators->size() != (is_pair ? 1 : response->width)) {
    return calibrators->fail(calibrators->description(),
                             "one for two classes, else one for each that the classifier knows");
  }
  return is_pair ? calibrate_two(*calibrators, *response, sketch)
                 : calibrate_several(*calibrators, *response, known, labels, sketch);
}

Result<Answers> bind_calibrated(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<std::vector<Value>> labels = read_class_labels(estimator);
  if (!labels) return labels.error();
  const Result<PickleView> pairs = estimator.attribute("calibrated_classifiers_");
  if (!pairs) return pairs.error();
  if (pairs->size() == 0) return pairs->fail("no classifiers", "at least one");
  Ballot ballot{{}, static_cast<std::uint32_t>(labels->size())};
  for (std::size_t i = 0; i < pairs->size(); ++i) {
    const Result<spi::ValueId> shares = add_calibrated(pairs->item(i), *labels, rows, sketch);
    if (!shares) return shares.error();
    if (sketch.value(*shares).width != labels->size()) {
      return pairs->item(i).refuse("shares of other classes", "one for each class");
    }
    ballot.values.push_back(*shares);
  }
  const spi::ValueId mean = add_average(equal_weights(pairs->size()), ballot, sketch);
  Answers answers;
  answers.methods.push_back(label_answer(add_first_greatest(sketch, mean), std::move(*labels)));
  answers.methods.push_back({.method = "predict_proba", .value = mean});
  return answers;
}

constexpr EstimatorRow kCalibrationEstimators[] = {
    {"sklearn.calibration", "CalibratedClassifierCV", bind_calibrated},
};

}  // namespace

std::span<const EstimatorRow> calibration_estimators() noexcept { return kCalibrationEstimators; }

}  // namespace trivet::sklearn
