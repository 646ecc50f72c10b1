// SPDX-License-Identifier: Apache-2.0
// Models of XGBoost, LightGBM and CatBoost inside pickles: their own readers read what they saved
// into the pickle; here their wrappers' answers are made of it.
#include <memory>
#include <utility>

#include "base/try.hpp"
#include "format/catboost/catboost.hpp"
#include "format/lightgbm/lightgbm.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/early_stopping.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/xgboost/xgboost.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

using Outputs = std::vector<spi::GraphOutput>;
using MakeFormat = std::unique_ptr<spi::Format> (*)();

/// What the library itself would have written into a file.
Result<std::span<const std::byte>> read_blob(const PickleView& view) {
  if (view.kind() != artifact::PickleKind::text) return view.bytes();
  const Result<std::string_view> text = view.text();
  if (!text) return text.error();
  return std::as_bytes(std::span(*text));
}

/// As the library itself would read it from a file.
Result<spi::Graph> read_graph(const PickleView& blob, MakeFormat make) {
  const Result<std::span<const std::byte>> bytes = read_blob(blob);
  if (!bytes) return bytes.error();
  const std::unique_ptr<spi::Format> format = make();
  Result<spi::Graph> inner = format->read(Artifact::from_bytes("model", *bytes), 0, {});
  if (!inner) return inner.error().within(blob.path());
  return inner;
}

Result<Outputs> add_booster(const PickleView& blob, MakeFormat make, Matrix& rows, Sketch& sketch) {
  Result<spi::Graph> inner = read_graph(blob, make);
  if (!inner) return inner.error();
  return sketch.add_graph(std::move(*inner), rows, blob);
}

const spi::GraphOutput* find_output(const Outputs& outputs, std::string_view name) {
  for (const spi::GraphOutput& output : outputs) {
    if (output.name == name) return &output;
  }
  return nullptr;
}

Answer to_answer(std::string_view method, const spi::GraphOutput& output) {
  return {
      .method = method, .value = output.value, .is_scalar = output.scalar, .labels = output.labels};
}

Answers only_predict(const Outputs& outputs) {
  Answers answers;
  answers.methods.push_back(to_answer("predict", outputs.front()));
  return answers;
}

/// Of `classes_`, or of the encoder that made numbers of them, or 0, 1, … where wrappers keep none.
Result<std::vector<Value>> read_classes(const PickleView& estimator, std::size_t count) {
  if (const auto classes = find_any(estimator, {"classes_", "_classes"});
      classes && !classes->is_none()) {
    return read_labels(*classes);
  }
  const auto encoder = estimator.find("_le");
  const auto classes = encoder ? encoder->find("classes_") : std::nullopt;
  return classes ? read_labels(*classes) : Result<std::vector<Value>>(count_labels(count));
}

/// The greatest probability wins, the first of equal ones.
Result<Answers> classify(const PickleView& estimator, const spi::GraphOutput& probability,
                         Sketch& sketch) {
  spi::ValueId shares = probability.value;
  const spi::GraphValue given = sketch.value(shares);
  std::uint32_t width = given.width;
  if (width == 1) {
    width = 2;
    const spi::ValueId pair = sketch.add_value("predict_proba", given.dtype, width);
    sketch.add_node({.body = spi::Operator{"complement_pair", {}, {}},
                     .inputs = {shares},
                     .outputs = {{spi::Port::result, pair}}});
    shares = pair;
  }
  Result<std::vector<Value>> labels = read_classes(estimator, width);
  if (!labels) return labels.error();
  if (labels->size() != width) {
    return estimator.fail(text::message("{} classes", labels->size()),
                          text::message("{}, as the booster has", width));
  }
  const spi::ValueId greatest = add_first_greatest(sketch, shares);
  Answers answers;
  answers.methods.push_back(label_answer(greatest, std::move(*labels)));
  answers.methods.push_back({.method = "predict_proba", .value = shares});
  return answers;
}

// --- XGBoost

enum class Trees : std::uint8_t { all, up_to_best };

Result<Outputs> add_xgboost(const PickleView& booster, Trees which, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> handle = booster.attribute("handle");
  if (!handle) return handle.error();
  const Result<std::span<const std::byte>> bytes = read_blob(*handle);
  if (!bytes) return bytes.error();
  Result<xgboost::BoosterGraph> inner = xgboost::read_booster(*bytes);
  if (!inner) return inner.error().within(handle->path());
  if (which == Trees::up_to_best && inner->best_trees) {
    TRIVET_TRY(keep_first_trees(inner->graph, *inner->best_trees, *handle));
  }
  return sketch.add_graph(std::move(inner->graph), rows, *handle);
}

Result<Answers> bind_xgboost_booster(const PickleView& booster, Matrix& rows, Sketch& sketch) {
  const Result<Outputs> outputs = add_xgboost(booster, Trees::all, rows, sketch);
  if (!outputs) return outputs.error();
  return only_predict(*outputs);
}

Status check_missing_mark(const PickleView& estimator) {
  const auto missing = estimator.find("missing");
  const Result<double> mark =
      missing && !missing->is_none() ? missing->number() : Result<double>(0);
  if (!missing || missing->is_none() || (mark && *mark != *mark)) return {};
  return missing->refuse("a missing value that is a number", "NaN");
}

/// A wrapper that watched for the best iteration answers with the trees up to it.
Result<Outputs> add_wrapped_xgboost(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  TRIVET_TRY(check_missing_mark(estimator));
  const Result<PickleView> booster = estimator.attribute("_Booster");
  if (!booster) return booster.error();
  return add_xgboost(*booster, Trees::up_to_best, rows, sketch);
}

Result<Answers> bind_xgboost_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Outputs> outputs = add_wrapped_xgboost(estimator, rows, sketch);
  if (!outputs) return outputs.error();
  return only_predict(*outputs);
}

Result<Answers> bind_xgboost_classifier(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Outputs> outputs = add_wrapped_xgboost(estimator, rows, sketch);
  if (!outputs) return outputs.error();
  return classify(estimator, outputs->front(), sketch);
}

// --- LightGBM

/// A tree for each output in each iteration; wrapper and booster stop at the best one.
Result<Outputs> add_lightgbm(const PickleView& booster, Matrix& rows, Sketch& sketch) {
  const auto best = booster.find("best_iteration");
  const Result<std::int64_t> iteration =
      best && !best->is_none() ? best->integer() : Result<std::int64_t>(0);
  if (!iteration) return iteration.error();
  const auto model = find_any(booster, {"_handle", "handle"});
  if (!model) return booster.fail("a booster without a model", "_handle");
  Result<spi::Graph> inner = read_graph(*model, lightgbm::make_lightgbm_format);
  if (!inner) return inner.error();
  constexpr std::int64_t kMostIterations = std::int64_t{1} << 31;
  if (*iteration > 0 && *iteration < kMostIterations) {
    for (const spi::Node& node : inner->nodes) {
      const auto* const forest = std::get_if<spi::TreeEnsemble>(&node.body);
      if (forest == nullptr) continue;
      const std::size_t trees = static_cast<std::size_t>(*iteration) * forest->output_count;
      TRIVET_TRY(keep_first_trees(*inner, trees, *model));
      break;
    }
  }
  return sketch.add_graph(std::move(*inner), rows, *model);
}

Result<Answers> bind_lightgbm_booster(const PickleView& booster, Matrix& rows, Sketch& sketch) {
  const Result<Outputs> outputs = add_lightgbm(booster, rows, sketch);
  if (!outputs) return outputs.error();
  return only_predict(*outputs);
}

Result<Outputs> add_wrapped_lightgbm(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> booster = estimator.attribute("_Booster");
  if (!booster) return booster.error();
  return add_lightgbm(*booster, rows, sketch);
}

Result<Answers> bind_lightgbm_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Outputs> outputs = add_wrapped_lightgbm(estimator, rows, sketch);
  if (!outputs) return outputs.error();
  return only_predict(*outputs);
}

Result<Answers> bind_lightgbm_classifier(const PickleView& estimator, Matrix& rows,
                                         Sketch& sketch) {
  const Result<Outputs> outputs = add_wrapped_lightgbm(estimator, rows, sketch);
  if (!outputs) return outputs.error();
  return classify(estimator, outputs->front(), sketch);
}

// --- CatBoost

Result<Outputs> add_catboost(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> model = estimator.attribute("__model");
  if (!model) return model.error();
  return add_booster(*model, catboost::make_catboost_format, rows, sketch);
}

Result<Answers> bind_catboost_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Outputs> outputs = add_catboost(estimator, rows, sketch);
  if (!outputs) return outputs.error();
  return only_predict(*outputs);
}

/// `predict` of several classes is a column: a list of one label for each row.
Result<Answers> bind_catboost_classifier(const PickleView& estimator, Matrix& rows,
                                         Sketch& sketch) {
  const Result<Outputs> outputs = add_catboost(estimator, rows, sketch);
  if (!outputs) return outputs.error();
  const spi::GraphOutput* const label = find_output(*outputs, "Class");
  const spi::GraphOutput* const shares = find_output(*outputs, "Probability");
  if (label == nullptr || shares == nullptr) {
    return estimator.refuse("a classifier without classes", "a model of classes");
  }
  Answers answers;
  answers.methods.push_back(to_answer("predict", *label));
  answers.methods.back().is_scalar = sketch.value(shares->value).width <= 2;
  answers.methods.push_back(to_answer("predict_proba", *shares));
  return answers;
}

constexpr EstimatorRow kBoosters[] = {
    {"xgboost.core", "Booster", bind_xgboost_booster},
    {"xgboost.sklearn", "XGBClassifier", bind_xgboost_classifier},
    {"xgboost.sklearn", "XGBRegressor", bind_xgboost_regressor},
    {"xgboost.sklearn", "XGBRFClassifier", bind_xgboost_classifier},
    {"xgboost.sklearn", "XGBRFRegressor", bind_xgboost_regressor},
    {"xgboost.sklearn", "XGBRanker", bind_xgboost_regressor},
    {"lightgbm.basic", "Booster", bind_lightgbm_booster},
    {"lightgbm.sklearn", "LGBMClassifier", bind_lightgbm_classifier},
    {"lightgbm.sklearn", "LGBMRegressor", bind_lightgbm_regressor},
    {"lightgbm.sklearn", "LGBMRanker", bind_lightgbm_regressor},
    {"catboost.core", "CatBoostClassifier", bind_catboost_classifier},
    {"catboost.core", "CatBoostRegressor", bind_catboost_regressor},
};

}  // namespace

std::span<const EstimatorRow> boosters() noexcept { return kBoosters; }

}  // namespace trivet::sklearn
