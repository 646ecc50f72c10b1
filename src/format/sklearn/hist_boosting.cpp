// SPDX-License-Identifier: Apache-2.0
// HistGradientBoosting: float64 all the way; leaves hold the learning rate already.
//
// A categorical feature's value counts by the low 8 bits of its whole part. What is negative, or no
// category that the model was fitted with, is missing: the operator keep_categories makes it so
// before the forest sees it. Members of a node's set go left.
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "text/message.hpp"
#include "trivet/spi/tree_builder.hpp"

namespace trivet::sklearn {
namespace {

constexpr std::size_t kCodes = 256;
constexpr std::size_t kBitsetWords = kCodes / 32;

/// One `TreePredictor`, its records by field.
struct HistTree {
  std::vector<double> value;
  std::vector<double> threshold;
  std::vector<double> count;
  std::vector<std::int64_t> feature;
  std::vector<std::int64_t> left;
  std::vector<std::int64_t> right;
  std::vector<std::int64_t> missing_left;
  std::vector<std::int64_t> is_leaf;
  std::vector<std::int64_t> is_categorical;  ///< since 0.24; else empty
  std::vector<std::int64_t> bitset;
  std::vector<std::int64_t> bitset_words;
};

Status read_sets(const PickleView& predictor, const PickleView& nodes, HistTree& tree) {
  if (nodes.array()->type->field("is_categorical") == nullptr) return {};
  TRIVET_TRY(nodes.read_field("is_categorical", tree.is_categorical));
  TRIVET_TRY(nodes.read_field("bitset_idx", tree.bitset));
  const Result<PickleView> bitsets = predictor.attribute("raw_left_cat_bitsets");
  if (!bitsets) return bitsets.error();
  Result<std::vector<std::int64_t>> words = bitsets->integers();
  if (!words) return words.error();
  tree.bitset_words = std::move(*words);
  for (std::size_t n = 0; n < tree.is_categorical.size(); ++n) {
    const bool fits = tree.bitset[n] >= 0 && static_cast<std::size_t>(tree.bitset[n]) <
                                                 tree.bitset_words.size() / kBitsetWords;
    if (tree.is_categorical[n] == 0 || tree.is_leaf[n] != 0 || fits) continue;
    return bitsets->fail(text::message("node {} with the set {}", n, tree.bitset[n]),
                         text::message("one of {} sets", tree.bitset_words.size() / kBitsetWords));
  }
  return {};
}

Result<HistTree> read_hist_tree(const PickleView& predictor) {
  HistTree tree;
  const Result<PickleView> nodes = predictor.attribute("nodes");
  if (!nodes) return nodes.error();
  TRIVET_TRY(nodes->read_field("value", tree.value));
  const bool is_old = nodes->array()->type->field("num_threshold") == nullptr;
  TRIVET_TRY(nodes->read_field(is_old ? "threshold" : "num_threshold", tree.threshold));
  TRIVET_TRY(nodes->read_field("count", tree.count));
  TRIVET_TRY(nodes->read_field("feature_idx", tree.feature));
  TRIVET_TRY(nodes->read_field("left", tree.left));
  TRIVET_TRY(nodes->read_field("right", tree.right));
  TRIVET_TRY(nodes->read_field("missing_go_to_left", tree.missing_left));
  TRIVET_TRY(nodes->read_field("is_leaf", tree.is_leaf));
  if (tree.value.empty()) return nodes->fail("no nodes", "at least a leaf");
  TRIVET_TRY(read_sets(predictor, *nodes, tree));
  return tree;
}

std::uint32_t as_number(std::int64_t value) noexcept {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  return value >= 0 && value < std::int64_t{kNone} ? static_cast<std::uint32_t>(value) : kNone;
}

std::vector<std::int32_t> set_codes(const HistTree& tree, std::size_t node) {
  const std::size_t first = static_cast<std::size_t>(tree.bitset[node]) * kBitsetWords;
  std::vector<std::int32_t> codes;
  for (std::size_t code = 0; code < kCodes; ++code) {
    const auto word = static_cast<std::uint64_t>(tree.bitset_words[first + code / 32]);
    if ((word >> (code % 32) & 1) != 0) codes.push_back(static_cast<std::int32_t>(code));
  }
  return codes;
}

Status add_hist_tree(const HistTree& tree, spi::TreeEnsembleBuilder& builder) {
  builder.begin_tree(static_cast<std::uint32_t>(tree.value.size()));
  for (std::uint32_t n = 0; n < tree.value.size(); ++n) {
    const auto cover = static_cast<float>(tree.count[n]);
    if (tree.is_leaf[n] != 0) {
      TRIVET_TRY(builder.add_leaf(n, std::span(&tree.value[n], 1), cover));
      continue;
    }
    const spi::SplitSpec split{.node = n,
                               .feature = as_number(tree.feature[n]),
                               .cut = tree.threshold[n],
                               .left = as_number(tree.left[n]),
                               .right = as_number(tree.right[n]),
                               .missing_left = tree.missing_left[n] != 0,
                               .cover = cover};
    const bool is_set = !tree.is_categorical.empty() && tree.is_categorical[n] != 0;
    if (is_set) TRIVET_TRY(builder.add_categorical_split(split, set_codes(tree, n)));
    else TRIVET_TRY(builder.add_split(split));
  }
  return builder.end_tree(spi::Unreached::refused);
}

/// iterations × outputs.
Status add_hist_trees(const PickleView& estimator, spi::TreeEnsembleBuilder& builder,
                      spi::TreeEnsembleBuilder::Header& header) {
  const Result<PickleView> rounds = estimator.attribute("_predictors");
  if (!rounds) return rounds.error();
  for (std::size_t i = 0; i < rounds->size(); ++i) {
    const PickleView round = rounds->item(i);
    if (round.size() != header.output_count) {
      return round.fail(round.description(),
                        text::message("{} trees, one an output", header.output_count));
    }
    for (std::uint32_t k = 0; k < round.size(); ++k) {
      const Result<HistTree> tree = read_hist_tree(round.item(k));
      if (!tree) return tree.error();
      TRIVET_TRY(add_hist_tree(*tree, builder));
      header.tree_output.push_back(k);
    }
  }
  return {};
}

Result<spi::TreeEnsemble> build_hist_forest(const PickleView& estimator, std::uint32_t features) {
  spi::TreeEnsembleBuilder::Header header;
  const Result<PickleView> baseline = estimator.attribute("_baseline_prediction");
  if (!baseline) return baseline.error();
  Result<std::vector<double>> start = baseline->doubles();
  if (!start) return start.error();
  constexpr std::size_t kOutputLimit = 1u << 16;
  if (start->empty() || start->size() > kOutputLimit) {
    return baseline->fail(baseline->description(), "a number for each output");
  }
  header.feature_count = features;
  header.output_count = static_cast<std::uint32_t>(start->size());
  header.input_width = spi::FloatWidth::f64;
  header.test = spi::Test::less_equal;
  header.category_members_go_left = true;
  header.sum.accumulator = spi::FloatWidth::f64;
  header.sum.start = std::move(*start);
  spi::TreeEnsembleBuilder builder(spi::FloatWidth::f64, 1, spi::TrainingFacts::cover);
  TRIVET_TRY(add_hist_trees(estimator, builder, header));
  return std::move(builder).finish(std::move(header));
}

// --- categories

/// The known categories of each categorical feature; those of the others are no codes but cuts.
Result<Matrix> keep_known_categories(const PickleView& estimator, const Matrix& rows,
                                     Sketch& sketch) {
  // Behind a preprocessor categories come first.
  const auto mask = find_any(estimator, {"_is_categorical_remapped", "is_categorical_"});
  if (!mask || mask->is_none()) return rows;
  const Result<std::vector<std::uint8_t>> is_categorical = mask->flags();
  if (!is_categorical) return is_categorical.error();
  const auto mapper = find_any(estimator, {"_bin_mapper", "bin_mapper_"});
  if (!mapper) return estimator.fail("no bin mapper", "_bin_mapper");
  const Result<PickleView> bins = mapper->attribute("bin_thresholds_");
  if (!bins) return bins.error();
  if (is_categorical->size() != rows.width() || bins->size() != rows.width()) {
    return mask->fail(text::message("categories of {} features", is_categorical->size()),
                      text::message("{}, as the model has", rows.width()));
  }
  std::vector<std::uint8_t> known(rows.width() * kCodes, 0);
  std::vector<std::uint32_t> places;
  for (std::uint32_t f = 0; f < rows.width(); ++f) {
    if ((*is_categorical)[f] == 0) continue;
    const Result<std::vector<double>> codes = bins->item(f).doubles();
    if (!codes) return codes.error();
    const std::size_t row = places.size() * kCodes;
    places.push_back(f);
    for (const double code : *codes) {
      if (code >= 0 && code < kCodes) known[row + static_cast<std::size_t>(code)] = 1;
    }
  }
  known.resize(places.size() * kCodes);
  spi::Operator op{"keep_categories", {}, {}};
  op.constants.push_back(make_constant("columns", std::move(places)));
  op.constants.push_back(make_constant("known", std::move(known)));
  return sketch.add_columnwise(std::move(op), rows);
}

/// Since 1.4 a model of a data frame with category columns encodes them first.
Result<Matrix> preprocess(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const auto preprocessor = estimator.find("_preprocessor");
  if (!preprocessor || preprocessor->is_none()) return rows;
  Result<Answers> answers = sketch.bind(*preprocessor, rows);
  if (!answers) return answers.error();
  if (!answers->transform) return preprocessor->fail("no transformer", "one");
  return std::move(*answers->transform);
}

// --- estimators

/// The forest in the graph, which has its margin as an output already.
struct HistNode {
  spi::Node node;
  spi::ValueId margin = 0;
  std::uint32_t width = 1;

  spi::TreeEnsemble& body() { return std::get<spi::TreeEnsemble>(node.body); }
};

Result<HistNode> read_hist_node(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  if (rows.is_open) {
    TRIVET_TRY(
        sketch.expect_width(rows, estimator, {"n_features_in_", "_n_features", "n_features_"}));
  }
  Result<Matrix> encoded = preprocess(estimator, rows, sketch);
  if (!encoded) return encoded.error();
  TRIVET_TRY(sketch.take_numbers(*encoded, encoded->width(), TakesMissing::yes, estimator,
                                 kInfinitiesToo));
  const Result<Matrix> kept = keep_known_categories(estimator, *encoded, sketch);
  if (!kept) return kept.error();
  Result<spi::TreeEnsemble> body = build_hist_forest(estimator, kept->width());
  if (!body) return body.error();
  HistNode out;
  out.width = body->output_count;
  out.node.body = std::move(*body);
  out.node.inputs.push_back(kept->value);
  out.margin = sketch.add_value("margin", DType::float64, out.width);
  out.node.outputs.push_back({spi::Port::margin, out.margin});
  return out;
}

/// Losses with a log link.
bool has_log_link(const PickleView& estimator) {
  return has_text(estimator, "loss", "poisson") || has_text(estimator, "loss", "gamma");
}

Result<Answers> bind_hist_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<HistNode> forest = read_hist_node(estimator, rows, sketch);
  if (!forest) return forest.error();
  if (forest->width != 1) return estimator.fail("a regressor of several outputs", "one");
  spi::ValueId predicted = forest->margin;
  if (has_log_link(estimator)) {
    predicted = sketch.add_value("predict", DType::float64, 1);
    forest->body().link.kind = spi::LinkKind::exponential;
    forest->node.outputs.push_back({spi::Port::linked, predicted});
  }
  sketch.add_node(std::move(forest->node));
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = predicted, .is_scalar = true});
  return answers;
}

/// The greatest probability wins, the first of equal ones: a probability of one half is class 0.
void add_binary(HistNode forest, std::vector<Value> labels, Sketch& sketch, Answers& answers) {
  const spi::ValueId probability = sketch.add_value("probability", DType::float64, 1);
  forest.body().link.kind = spi::LinkKind::logistic;
  forest.node.outputs.push_back({spi::Port::linked, probability});
  sketch.add_node(std::move(forest.node));
  constexpr double kHalf = 0.5;
  answers.methods.push_back(
      label_answer(add_threshold(sketch, "greater", probability, kHalf), std::move(labels)));
  answers.methods.push_back({.method = "predict_proba", .value = add_pair(sketch, probability)});
  answers.methods.push_back(
      {.method = "decision_function", .value = forest.margin, .is_scalar = true});
}

void add_multiclass(HistNode forest, std::vector<Value> labels, Sketch& sketch, Answers& answers) {
  const spi::ValueId shares = sketch.add_value("predict_proba", DType::float64, forest.width);
  const spi::ValueId greatest = sketch.add_value("predict", DType::float64, 1);
  forest.body().link.kind = spi::LinkKind::softmax;
  forest.node.outputs.push_back({spi::Port::linked, shares});
  forest.node.outputs.push_back({spi::Port::class_index, greatest});
  sketch.add_node(std::move(forest.node));
  answers.methods.push_back(label_answer(greatest, std::move(labels)));
  answers.methods.push_back({.method = "predict_proba", .value = shares});
  answers.methods.push_back({.method = "decision_function", .value = forest.margin});
}

Result<Answers> bind_hist_classifier(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<HistNode> forest = read_hist_node(estimator, rows, sketch);
  if (!forest) return forest.error();
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  TRIVET_TRY(check_label_count(*classes, labels->size(), forest->width));
  Answers answers;
  if (forest->width == 1) add_binary(std::move(*forest), std::move(*labels), sketch, answers);
  else add_multiclass(std::move(*forest), std::move(*labels), sketch, answers);
  return answers;
}

constexpr std::string_view kHistModule =
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting";

constexpr EstimatorRow kHistBoostingEstimators[] = {
    {kHistModule, "HistGradientBoostingClassifier", bind_hist_classifier},
    {kHistModule, "HistGradientBoostingRegressor", bind_hist_regressor},
};

}  // namespace

std::span<const EstimatorRow> hist_boosting_estimators() noexcept {
  return kHistBoostingEstimators;
}

}  // namespace trivet::sklearn
