// SPDX-License-Identifier: Apache-2.0
// GradientBoosting: an initial number, then learning_rate · leaf of each stage, in order.
//
// The initial number of a classifier is the log-odds of the classes' shares in the training data,
// clipped by the float32 epsilon; half of it for the exponential loss; for several classes the logs
// of the shares, from 1.4 on minus their mean.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/tree_arrays.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

constexpr double kFloatEpsilon = 0x1p-23;

/// stages × outputs of regressors.
struct Stages {
  std::vector<PickleView> trees;
  std::size_t outputs = 1;
};

Result<Stages> read_stages(const PickleView& estimator) {
  const Result<PickleView> members = estimator.attribute("estimators_");
  if (!members) return members.error();
  const artifact::NumpyArray* const array = members->array();
  if (array == nullptr || array->shape.size() != 2 || array->shape[1] < 1) {
    return members->fail(members->description(), "stages × classes");
  }
  Stages stages;
  stages.outputs = static_cast<std::size_t>(array->shape[1]);
  for (std::size_t i = 0; i < members->size(); ++i) stages.trees.push_back(members->item(i));
  return stages;
}

Result<spi::TreeEnsemble> build_boosting(const PickleView& estimator, const Stages& stages,
                                         std::vector<double> start, std::uint32_t features) {
  const Result<PickleView> rate = estimator.attribute("learning_rate");
  if (!rate) return rate.error();
  const Result<double> learning_rate = rate->number();
  if (!learning_rate) return learning_rate.error();
  spi::TreeEnsembleBuilder builder(spi::FloatWidth::f64, 1, spi::TrainingFacts::cover);
  spi::TreeEnsembleBuilder::Header header;
  for (std::size_t t = 0; t < stages.trees.size(); ++t) {
    const Result<PickleView> object = stages.trees[t].attribute("tree_");
    if (!object) return object.error();
    const Result<TreeArrays> tree = read_tree_arrays(*object);
    if (!tree) return tree.error();
    if (tree->outputs * tree->classes != 1) return object->fail("a tree of several outputs", "one");
    TRIVET_TRY(add_tree(*tree, tree->values, {}, builder));
    header.tree_output.push_back(static_cast<std::uint32_t>(t % stages.outputs));
    header.tree_weight.push_back(*learning_rate);
  }
  header.feature_count = features;
  header.output_count = static_cast<std::uint32_t>(stages.outputs);
  header.input_width = spi::FloatWidth::f32;
  header.test = spi::Test::less_equal;
  header.sum.accumulator = spi::FloatWidth::f64;
  header.sum.start = std::move(start);
  return std::move(builder).finish(std::move(header));
}

// --- the initial number

std::vector<double> initial_margins(std::vector<double> shares, bool is_exponential,
                                    Version version) {
  for (double& share : shares) share = std::clamp(share, kFloatEpsilon, 1 - kFloatEpsilon);
  if (shares.size() == 2) {
    const double odds = std::log(shares[1] / (1 - shares[1]));
    return {is_exponential ? 0.5 * odds : odds};
  }
  std::vector<double> logs;
  for (const double share : shares) logs.push_back(std::log(share));
  constexpr Version kFirstWithoutMean = 104;
  if (version < kFirstWithoutMean) return logs;
  const double mean =
      std::accumulate(logs.begin(), logs.end(), 0.0) / static_cast<double>(logs.size());
  for (double& log : logs) log -= mean;
  return logs;
}

/// Which estimator `init_` is.
std::string_view init_name(const PickleView& init) noexcept {
  return init.kind() == artifact::PickleKind::object ? init.name()->name : "";
}

Result<std::vector<double>> read_start(const PickleView& estimator, std::size_t outputs) {
  if (has_text(estimator, "init", "zero") || has_text(estimator, "init_", "zero")) {
    return std::vector<double>(outputs, 0.0);
  }
  const Result<PickleView> init = estimator.attribute("init_");
  if (!init) return init.error();
  if (const auto shares = init->find("class_prior_");
      shares && init_name(*init) == "DummyClassifier") {
    Result<std::vector<double>> numbers = read_vector(*shares, outputs == 1 ? 2 : outputs);
    if (!numbers) return numbers.error();
    return initial_margins(std::move(*numbers), has_text(estimator, "loss", "exponential"),
                           version_of(estimator));
  }
  // 0.20 had estimators of its own, which hold the number itself.
  if (const auto constant = find_any(*init, {"constant_", "prior", "mean", "quantile"})) {
    return read_vector(*constant, outputs);
  }
  if (const auto priors = init->find("priors")) return read_vector(*priors, outputs);
  return init->refuse(init->description(), "the default init, or 'zero'");
}

// --- answers

struct BoostingNode {
  spi::Node node;
  spi::ValueId margin;
  std::uint32_t width;
};

BoostingNode start_node(spi::TreeEnsemble body, const Matrix& rows, Sketch& sketch) {
  const std::uint32_t width = body.output_count;
  BoostingNode boosting{{.body = std::move(body), .inputs = {rows.value}, .outputs = {}}, 0, width};
  boosting.margin = sketch.add_value("margin", DType::float64, width);
  boosting.node.outputs.push_back({spi::Port::margin, boosting.margin});
  return boosting;
}

Result<spi::TreeEnsemble> read_boosting(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Stages> stages = read_stages(estimator);
  if (!stages) return stages.error();
  const auto count = find_any(estimator, {"n_features_in_", "n_features_"});
  if (!count) return estimator.fail("no number of features", "n_features_in_");
  const Result<std::size_t> features = read_count(*count);
  if (!features) return features.error();
  TRIVET_TRY(sketch.take_numbers(rows, *features, TakesMissing::no, estimator, kGreatestFloat));
  Result<std::vector<double>> start = read_start(estimator, stages->outputs);
  if (!start) return start.error();
  return build_boosting(estimator, *stages, std::move(*start), rows.width());
}

Result<Answers> bind_boosted_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<spi::TreeEnsemble> body = read_boosting(estimator, rows, sketch);
  if (!body) return body.error();
  BoostingNode boosting = start_node(std::move(*body), rows, sketch);
  if (boosting.width != 1) return estimator.fail("a regressor of several outputs", "one");
  sketch.add_node(std::move(boosting.node));
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = boosting.margin, .is_scalar = true});
  return answers;
}

/// Two classes: the sigmoid of the margin, of twice the margin for the exponential loss.
void add_two_classes(const PickleView& estimator, BoostingNode boosting, Sketch& sketch,
                     std::vector<Value> labels, Answers& answers) {
  const spi::ValueId margin = boosting.margin;
  const spi::ValueId probability = sketch.add_value("probability", DType::float64, 1);
  auto& body = std::get<spi::TreeEnsemble>(boosting.node.body);
  const bool is_exponential = has_text(estimator, "loss", "exponential");
  body.link = {.kind = spi::LinkKind::logistic, .slope = is_exponential ? 2.0 : 1.0};
  boosting.node.outputs.push_back({spi::Port::linked, probability});
  sketch.add_node(std::move(boosting.node));
  answers.methods.push_back(
      label_answer(add_threshold(sketch, "greater_equal", margin, 0), std::move(labels)));
  answers.methods.push_back({.method = "predict_proba", .value = add_pair(sketch, probability)});
  answers.methods.push_back({.method = "decision_function", .value = margin, .is_scalar = true});
}

void add_several_classes(BoostingNode boosting, Sketch& sketch, std::vector<Value> labels,
                         Answers& answers) {
  const spi::ValueId shares = sketch.add_value("predict_proba", DType::float64, boosting.width);
  const spi::ValueId greatest = sketch.add_value("predict", DType::float64, 1);
  std::get<spi::TreeEnsemble>(boosting.node.body).link.kind = spi::LinkKind::softmax;
  boosting.node.outputs.push_back({spi::Port::linked, shares});
  boosting.node.outputs.push_back({spi::Port::class_index, greatest});
  const spi::ValueId margin = boosting.margin;
  sketch.add_node(std::move(boosting.node));
  answers.methods.push_back(label_answer(greatest, std::move(labels)));
  answers.methods.push_back({.method = "predict_proba", .value = shares});
  answers.methods.push_back({.method = "decision_function", .value = margin});
}

Result<Answers> bind_boosted_classifier(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<spi::TreeEnsemble> body = read_boosting(estimator, rows, sketch);
  if (!body) return body.error();
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  BoostingNode boosting = start_node(std::move(*body), rows, sketch);
  TRIVET_TRY(check_label_count(*classes, labels->size(), boosting.width));
  Answers answers;
  if (boosting.width == 1) {
    add_two_classes(estimator, std::move(boosting), sketch, std::move(*labels), answers);
  } else {
    add_several_classes(std::move(boosting), sketch, std::move(*labels), answers);
  }
  return answers;
}

constexpr EstimatorRow kGradientBoostingEstimators[] = {
    {"sklearn.ensemble._gb", "GradientBoostingClassifier", bind_boosted_classifier},
    {"sklearn.ensemble._gb", "GradientBoostingRegressor", bind_boosted_regressor},
    {"sklearn.ensemble.gradient_boosting", "GradientBoostingClassifier", bind_boosted_classifier},
    {"sklearn.ensemble.gradient_boosting", "GradientBoostingRegressor", bind_boosted_regressor},
};

}  // namespace

std::span<const EstimatorRow> gradient_boosting_estimators() noexcept {
  return kGradientBoostingEstimators;
}

}  // namespace trivet::sklearn
