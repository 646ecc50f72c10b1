// SPDX-License-Identifier: Apache-2.0
// GradientBoosting: an initial number, then learning_rate · leaf of each stage, in order.
//
// The initial number of a classifier is the log-odds of the classes' shares in the training data,
// clipped by the float32 epsilon; half of it for the exponential loss; for several classes the logs
// of the shares, from 1.4 on minus their mean.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/members.hpp"
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

/// The numbers that an `init_` of scikit-learn's own stands for; nothing for any other estimator.
Result<std::optional<std::vector<double>>> read_start(const PickleView& estimator,
                                                      std::size_t outputs) {
  using Start = std::optional<std::vector<double>>;
  const auto as_start = [](Result<std::vector<double>> numbers) -> Result<Start> {
    if (!numbers) return numbers.error();
    return Start(std::move(*numbers));
  };
  if (has_text(estimator, "init", "zero") || has_text(estimator, "init_", "zero")) {
    return Start(std::vector<double>(outputs, 0.0));
  }
  const Result<PickleView> init = estimator.attribute("init_");
  if (!init) return init.error();
  if (const auto shares = init->find("class_prior_");
      shares && init_name(*init) == "DummyClassifier") {
    Result<std::vector<double>> numbers = read_vector(*shares, outputs == 1 ? 2 : outputs);
    if (!numbers) return numbers.error();
    return Start(initial_margins(std::move(*numbers), has_text(estimator, "loss", "exponential"),
                                 version_of(estimator)));
  }
  // 0.20 had estimators of its own, which hold the number itself.
  if (const auto constant = find_any(*init, {"constant_", "prior", "mean", "quantile"})) {
    return as_start(read_vector(*constant, outputs));
  }
  if (const auto priors = init->find("priors")) return as_start(read_vector(*priors, outputs));
  return Start();
}

// --- an initial estimator

/// Sees the row in float32, as the trees do.
struct InitialEstimator {
  PickleView view;
  Answers answers;
};

Result<std::optional<InitialEstimator>> bind_initial(const PickleView& estimator, bool is_own,
                                                     const Matrix& rows, Sketch& sketch) {
  if (is_own) return std::optional<InitialEstimator>();
  const Result<PickleView> init = estimator.attribute("init_");
  if (!init) return init.error();
  Matrix rounded = sketch.add_columnwise({"round_to_float32", {}, {}}, rows);
  Result<Answers> answers = sketch.bind(*init, rounded);
  if (!answers) return answers.error();
  return std::optional<InitialEstimator>(InitialEstimator{*init, std::move(*answers)});
}

/// Probabilities are kept this far from 0 and 1: by float32's epsilon up to 1.7.
double least_share(const PickleView& estimator) {
  constexpr Version kFirstOfDouble = 108;
  return version_of(estimator) < kFirstOfDouble ? kFloatEpsilon
                                                : std::numeric_limits<double>::epsilon();
}

/// What the margin of these probabilities would be.
spi::ValueId add_margin_of(const PickleView& estimator, spi::ValueId shares, std::uint32_t width,
                           Sketch& sketch) {
  const double least = least_share(estimator);
  spi::Operator op{"clip", {}, {}};
  op.attributes.emplace_back("least", least);
  op.attributes.emplace_back("greatest", 1 - least);
  const spi::ValueId given[] = {shares};
  const spi::ValueId clipped = sketch.add_operator(std::move(op), given, width);
  const spi::ValueId logs = add_function(sketch, "log", clipped, width);
  constexpr Version kFirstWithoutMean = 104;
  if (width > 1 && version_of(estimator) < kFirstWithoutMean) return logs;
  if (width > 1) return add_function(sketch, "subtract_mean", logs, width);
  const spi::ValueId other =
      add_function(sketch, "log1p", add_function(sketch, "negate", clipped, 1), 1);
  const double factor = has_text(estimator, "loss", "exponential") ? 0.5 : 1;
  return add_weighted_sum({factor, -factor}, 1, {{logs, other}, 1}, sketch);
}

Result<spi::ValueId> add_initial_margin(const PickleView& estimator, const InitialEstimator& init,
                                        bool is_classifier, std::uint32_t width, Sketch& sketch) {
  const std::string_view method = is_classifier ? "predict_proba" : "predict";
  const Result<spi::ValueId> value = number_answer(init.view, init.answers, method, sketch);
  if (!value) return value;
  const std::uint32_t own = sketch.value(*value).width;
  if (own != (is_classifier && width == 1 ? 2 : width)) {
    return init.view.refuse(text::message("{} of {} numbers", method, own),
                            text::message("for {} margins", width));
  }
  if (!is_classifier) return value;
  const spi::ValueId shares = width == 1 ? add_columns(sketch, *value, {1}) : *value;
  return add_margin_of(estimator, shares, width, sketch);
}

// --- answers

struct BoostingNode {
  spi::Node node;
  spi::ValueId margin;
  std::uint32_t width;
  std::optional<InitialEstimator> init;
};

Result<BoostingNode> read_boosting(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Stages> stages = read_stages(estimator);
  if (!stages) return stages.error();
  const auto count = find_any(estimator, {"n_features_in_", "n_features_"});
  if (!count) return estimator.fail("no number of features", "n_features_in_");
  const Result<std::size_t> features = read_count(*count);
  if (!features) return features.error();
  TRIVET_TRY(sketch.take_numbers(rows, *features, TakesMissing::no, estimator, kGreatestFloat));
  Result<std::optional<std::vector<double>>> start = read_start(estimator, stages->outputs);
  if (!start) return start.error();
  Result<std::optional<InitialEstimator>> init =
      bind_initial(estimator, start->has_value(), rows, sketch);
  if (!init) return init.error();
  std::vector<double> numbers = start->value_or(std::vector<double>(stages->outputs, 0.0));
  Result<spi::TreeEnsemble> body =
      build_boosting(estimator, *stages, std::move(numbers), rows.width());
  if (!body) return body.error();
  const std::uint32_t width = body->output_count;
  BoostingNode boosting{{.body = std::move(*body), .inputs = {rows.value}, .outputs = {}},
                        0,
                        width,
                        std::move(*init)};
  boosting.margin = sketch.add_value("margin", DType::float64, width);
  boosting.node.outputs.push_back({spi::Port::margin, boosting.margin});
  return boosting;
}

/// Adds the node; its margin is what the initial estimator says and what the trees add to it.
Result<spi::ValueId> add_whole_margin(const PickleView& estimator, BoostingNode boosting,
                                      bool is_classifier, Sketch& sketch) {
  sketch.add_node(std::move(boosting.node));
  const Result<spi::ValueId> first =
      add_initial_margin(estimator, *boosting.init, is_classifier, boosting.width, sketch);
  if (!first) return first;
  return add_weighted_sum({1, 1}, 1, {{*first, boosting.margin}, boosting.width}, sketch);
}

Result<Answers> bind_boosted_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<BoostingNode> boosting = read_boosting(estimator, rows, sketch);
  if (!boosting) return boosting.error();
  if (boosting->width != 1) return estimator.fail("a regressor of several outputs", "one");
  spi::ValueId margin = boosting->margin;
  if (boosting->init) {
    const Result<spi::ValueId> whole =
        add_whole_margin(estimator, std::move(*boosting), false, sketch);
    if (!whole) return whole.error();
    margin = *whole;
  } else {
    sketch.add_node(std::move(boosting->node));
  }
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = margin, .is_scalar = true});
  return answers;
}

double link_slope(const PickleView& estimator) {
  return has_text(estimator, "loss", "exponential") ? 2.0 : 1.0;
}

/// Two classes: the sigmoid of the margin, of twice the margin for the exponential loss.
void add_two_classes(const PickleView& estimator, BoostingNode boosting, Sketch& sketch,
                     std::vector<Value> labels, Answers& answers) {
  const spi::ValueId margin = boosting.margin;
  const spi::ValueId probability = sketch.add_value("probability", DType::float64, 1);
  auto& body = std::get<spi::TreeEnsemble>(boosting.node.body);
  body.link = {.kind = spi::LinkKind::logistic, .slope = link_slope(estimator)};
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

/// The same answers by operators behind the node.
Result<Answers> classify_with_initial(const PickleView& estimator, BoostingNode boosting,
                                      std::vector<Value> labels, Sketch& sketch) {
  const std::uint32_t width = boosting.width;
  const Result<spi::ValueId> margin =
      add_whole_margin(estimator, std::move(boosting), true, sketch);
  if (!margin) return margin.error();
  spi::ValueId shares = 0;
  spi::ValueId place = 0;
  if (width == 1) {
    const spi::ValueId scaled = add_affine(sketch, *margin, link_slope(estimator), 0);
    shares = add_pair(sketch, add_function(sketch, "sigmoid", scaled, 1));
    place = add_threshold(sketch, "greater_equal", *margin, 0);
  } else {
    shares = add_function(sketch, "softmax", *margin, width);
    place = add_first_greatest(sketch, *margin);
  }
  Answers answers;
  answers.methods.push_back(label_answer(place, std::move(labels)));
  answers.methods.push_back({.method = "predict_proba", .value = shares});
  answers.methods.push_back(
      {.method = "decision_function", .value = *margin, .is_scalar = width == 1});
  return answers;
}

Result<Answers> bind_boosted_classifier(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<BoostingNode> boosting = read_boosting(estimator, rows, sketch);
  if (!boosting) return boosting.error();
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  TRIVET_TRY(check_label_count(*classes, labels->size(), boosting->width));
  if (boosting->init) {
    return classify_with_initial(estimator, std::move(*boosting), std::move(*labels), sketch);
  }
  Answers answers;
  if (boosting->width == 1) {
    add_two_classes(estimator, std::move(*boosting), sketch, std::move(*labels), answers);
  } else {
    add_several_classes(std::move(*boosting), sketch, std::move(*labels), answers);
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
