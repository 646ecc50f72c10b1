// SPDX-License-Identifier: Apache-2.0
// Decision trees and the forests that average them.
//
// X is rounded to float32, then compared in double. A forest adds its trees up in order and divides
// by their number. Up to 1.2 nothing may be missing; a tree alone takes missing values since 1.3, a
// forest since 1.4, and one with random cuts since 1.6.
#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/members.hpp"
#include "format/sklearn/tree_arrays.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// The trees of an estimator that agree on what is in their leaves.
struct TreeList {
  std::vector<PickleView> estimators;  ///< the trees' own estimators
  std::vector<TreeArrays> trees;

  [[nodiscard]] const TreeArrays& first() const noexcept { return trees.front(); }
};

Status append_tree(const PickleView& estimator, TreeList& list) {
  const Result<PickleView> object = estimator.attribute("tree_");
  if (!object) return object.error();
  Result<TreeArrays> tree = read_tree_arrays(*object);
  if (!tree) return tree.error();
  if (!list.trees.empty() &&
      (tree->outputs != list.first().outputs || tree->classes != list.first().classes)) {
    return object->fail(text::message("{} outputs × {} classes", tree->outputs, tree->classes),
                        "as many as in the first tree");
  }
  list.estimators.push_back(estimator);
  list.trees.push_back(std::move(*tree));
  return {};
}

/// Of a forest its trees, of a tree itself.
Result<TreeList> read_trees(const PickleView& estimator) {
  TreeList list;
  const auto members = estimator.find("estimators_");
  if (!members) {
    TRIVET_TRY(append_tree(estimator, list));
    return list;
  }
  for (std::size_t t = 0; t < members->size(); ++t) TRIVET_TRY(append_tree(members->item(t), list));
  if (list.trees.empty()) return members->fail(members->description(), "the trees");
  return list;
}

Result<std::size_t> feature_count(const PickleView& estimator, const TreeList& list) {
  const auto count = find_any(estimator, {"n_features_in_", "n_features_"});
  if (count) return read_count(*count);
  const Result<PickleView> tree = list.estimators.front().attribute("tree_");
  if (!tree) return tree.error();
  const auto argument = tree->argument(0);
  if (!argument) return tree->fail("a tree without the number of its features", "it");
  return read_count(*argument);
}

TakesMissing missing_rule(const PickleView& estimator, const TreeList& list) {
  constexpr Version kTree = 103;
  constexpr Version kForest = 104;
  constexpr Version kRandomCuts = 106;
  const PickleView& tree = list.estimators.front();
  const auto criterion = tree.find("criterion");
  const Result<std::string_view> name = criterion ? criterion->text() : std::string_view();
  constexpr std::array<std::string_view, 6> kCriteria{"gini",          "entropy",      "log_loss",
                                                      "squared_error", "friedman_mse", "poisson"};
  const bool has_sides =
      std::all_of(list.trees.begin(), list.trees.end(),
                  [](const TreeArrays& one) { return !one.missing_left.empty(); });
  Version first = estimator.find("estimators_") ? kForest : kTree;
  if (!has_text(tree, "splitter", "best")) first = kRandomCuts;
  const bool knows =
      name && std::find(kCriteria.begin(), kCriteria.end(), *name) != kCriteria.end();
  const bool takes = has_sides && knows && version_of(estimator) >= first;
  return takes ? TakesMissing::yes : TakesMissing::no;
}

/// One node with the average of the trees' values: classes, or outputs.
Result<spi::TreeEnsemble> build_forest(const TreeList& list, std::uint32_t feature_count) {
  const auto width = static_cast<std::uint32_t>(list.first().outputs * list.first().classes);
  spi::TreeEnsembleBuilder builder(spi::FloatWidth::f64, width, spi::TrainingFacts::cover);
  for (std::size_t t = 0; t < list.trees.size(); ++t) {
    const TreeArrays& tree = list.trees[t];
    if (Status added = add_tree(tree, tree.values, {}, builder); !added) {
      return list.estimators[t].fail(added.error().message(), "a tree");
    }
  }
  spi::TreeEnsembleBuilder::Header header;
  header.feature_count = feature_count;
  header.output_count = width;
  header.input_width = spi::FloatWidth::f32;
  header.test = spi::Test::less_equal;
  header.sum.accumulator = spi::FloatWidth::f64;
  header.sum.divisor = static_cast<double>(list.trees.size());
  return std::move(builder).finish(std::move(header));
}

/// The forest in the graph, as it is being given outputs.
struct ForestNode {
  spi::Node node;
  std::uint32_t width;

  spi::ValueId add_port(Sketch& sketch, spi::Port port, std::string name, DType dtype,
                        std::uint32_t port_width) {
    const spi::ValueId value = sketch.add_value(std::move(name), dtype, port_width);
    node.outputs.push_back({port, value});
    return value;
  }
};

/// The operator that makes scikit-learn's numbers of leaves out of the forest's.
spi::Operator leaf_number_operator(const TreeList& list, const spi::TreeEnsemble& forest) {
  std::vector<std::int32_t> numbers;
  std::vector<std::int32_t> counts;
  for (std::size_t t = 0; t < list.trees.size(); ++t) {
    const std::vector<std::int32_t> own = leaf_numbers(list.trees[t], forest, t);
    counts.push_back(static_cast<std::int32_t>(own.size()));
    numbers.insert(numbers.end(), own.begin(), own.end());
  }
  spi::Operator op{"look_up", {}, {}};
  op.constants.push_back(make_constant("counts", std::move(counts)));
  op.constants.push_back(make_constant("table", std::move(numbers)));
  return op;
}

/// `apply`: the leaf that a row comes to in each tree.
Answer add_leaf_numbers(const PickleView& estimator, spi::Operator op, ForestNode& forest,
                        std::uint32_t trees, Sketch& sketch) {
  const spi::ValueId leaves =
      forest.add_port(sketch, spi::Port::leaf_index, "leaves", DType::int32, trees);
  const spi::ValueId numbers = sketch.add_value("apply", DType::int32, trees);
  sketch.add_node(std::move(forest.node));
  sketch.add_node(
      {.body = std::move(op), .inputs = {leaves}, .outputs = {{spi::Port::result, numbers}}});
  const bool is_forest = estimator.find("estimators_").has_value();
  return {.method = "apply", .value = numbers, .is_scalar = !is_forest};
}

Result<Answers> add_shares(const PickleView& estimator, ForestNode& forest, Sketch& sketch) {
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  if (labels->size() != forest.width) {
    return classes->fail(text::message("{} classes", labels->size()),
                         text::message("{}, as the trees have", forest.width));
  }
  const spi::ValueId shares =
      forest.add_port(sketch, spi::Port::margin, "predict_proba", DType::float64, forest.width);
  const spi::ValueId greatest =
      forest.add_port(sketch, spi::Port::class_index, "predict", DType::float64, 1);
  Answers answers;
  answers.methods.push_back(label_answer(greatest, std::move(*labels)));
  answers.methods.push_back({.method = "predict_proba", .value = shares});
  return answers;
}

/// Each output's shares stand in as many columns as the output with the most classes has.
Result<Answers> split_outputs(const PickleView& estimator, const TreeList& list,
                              spi::ValueId shares, Sketch& sketch) {
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  const std::size_t outputs = list.first().outputs;
  const std::size_t most = list.first().classes;
  if (classes->size() != outputs) {
    return classes->fail(classes->description(), text::message("classes of {} outputs", outputs));
  }
  LabelBlocks blocks;
  Ballot all;
  for (std::size_t k = 0; k < outputs; ++k) {
    const Result<std::vector<Value>> labels = read_labels(classes->item(k));
    if (!labels) return labels.error();
    if (labels->size() > most) {
      return classes->item(k).fail(text::message("{} classes", labels->size()),
                                   text::message("at most {}, as the trees have", most));
    }
    std::vector<std::uint32_t> columns(labels->size());
    std::iota(columns.begin(), columns.end(), static_cast<std::uint32_t>(k * most));
    const spi::ValueId own = add_columns(sketch, shares, std::move(columns));
    blocks.add(add_first_greatest(sketch, own), *labels, sketch);
    all.values.push_back(own);
  }
  Answers answers;
  answers.methods.push_back(blocks.finish(sketch));
  answers.methods.push_back({.method = "predict_proba", .value = add_side_by_side(all, sketch)});
  return answers;
}

Result<Answers> add_means(ForestNode& forest, Sketch& sketch) {
  const spi::ValueId mean =
      forest.add_port(sketch, spi::Port::margin, "predict", DType::float64, forest.width);
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = mean, .is_scalar = forest.width == 1});
  return answers;
}

enum class Leaves : std::uint8_t { shares, means };

Status check_leaves(const PickleView& estimator, Leaves leaves, const TreeList& list) {
  if (leaves == Leaves::means && list.first().classes > 1) {
    return estimator.fail("classes in the leaves of a regressor", "one number an output");
  }
  return {};
}

/// A classifier of several outputs: their answers are made of the finished node's.
Result<Answers> add_outputs(const PickleView& estimator, const TreeList& list, spi::Operator leaves,
                            ForestNode& forest, Sketch& sketch) {
  const auto trees = static_cast<std::uint32_t>(list.trees.size());
  const spi::ValueId shares =
      forest.add_port(sketch, spi::Port::margin, "shares", DType::float64, forest.width);
  const Answer apply = add_leaf_numbers(estimator, std::move(leaves), forest, trees, sketch);
  Result<Answers> answers = split_outputs(estimator, list, shares, sketch);
  if (answers) answers->methods.push_back(apply);
  return answers;
}

Result<Answers> bind_trees(const PickleView& estimator, Leaves leaves, Matrix& rows,
                           Sketch& sketch) {
  Result<TreeList> list = read_trees(estimator);
  if (!list) return list.error();
  TRIVET_TRY(check_leaves(estimator, leaves, *list));
  const Result<std::size_t> features = feature_count(estimator, *list);
  if (!features) return features.error();
  TRIVET_TRY(sketch.take_numbers(rows, *features, missing_rule(estimator, *list), estimator,
                                 kGreatestFloat));
  if (leaves == Leaves::shares) {
    for (TreeArrays& tree : list->trees) to_shares(tree, version_of(estimator));
  }
  Result<spi::TreeEnsemble> body = build_forest(*list, rows.width());
  if (!body) return body.error();
  spi::Operator numbering = leaf_number_operator(*list, *body);
  ForestNode forest{{.body = {}, .inputs = {rows.value}, .outputs = {}}, body->output_count};
  forest.node.body = std::move(*body);
  if (leaves == Leaves::shares && list->first().outputs > 1) {
    return add_outputs(estimator, *list, std::move(numbering), forest, sketch);
  }
  Result<Answers> answers =
      leaves == Leaves::shares ? add_shares(estimator, forest, sketch) : add_means(forest, sketch);
  if (!answers) return answers.error();
  const auto trees = static_cast<std::uint32_t>(list->trees.size());
  answers->methods.push_back(
      add_leaf_numbers(estimator, std::move(numbering), forest, trees, sketch));
  return answers;
}

Result<Answers> bind_forest_classifier(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  return bind_trees(estimator, Leaves::shares, rows, sketch);
}

Result<Answers> bind_forest_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  return bind_trees(estimator, Leaves::means, rows, sketch);
}

constexpr EstimatorRow kForestEstimators[] = {
    {"sklearn.tree._classes", "DecisionTreeClassifier", bind_forest_classifier},
    {"sklearn.tree._classes", "DecisionTreeRegressor", bind_forest_regressor},
    {"sklearn.tree._classes", "ExtraTreeClassifier", bind_forest_classifier},
    {"sklearn.tree._classes", "ExtraTreeRegressor", bind_forest_regressor},
    {"sklearn.tree.tree", "DecisionTreeClassifier", bind_forest_classifier},
    {"sklearn.tree.tree", "DecisionTreeRegressor", bind_forest_regressor},
    {"sklearn.tree.tree", "ExtraTreeClassifier", bind_forest_classifier},
    {"sklearn.tree.tree", "ExtraTreeRegressor", bind_forest_regressor},
    {"sklearn.ensemble._forest", "RandomForestClassifier", bind_forest_classifier},
    {"sklearn.ensemble._forest", "RandomForestRegressor", bind_forest_regressor},
    {"sklearn.ensemble._forest", "ExtraTreesClassifier", bind_forest_classifier},
    {"sklearn.ensemble._forest", "ExtraTreesRegressor", bind_forest_regressor},
    {"sklearn.ensemble.forest", "RandomForestClassifier", bind_forest_classifier},
    {"sklearn.ensemble.forest", "RandomForestRegressor", bind_forest_regressor},
    {"sklearn.ensemble.forest", "ExtraTreesClassifier", bind_forest_classifier},
    {"sklearn.ensemble.forest", "ExtraTreesRegressor", bind_forest_regressor},
};

}  // namespace

std::span<const EstimatorRow> forest_estimators() noexcept { return kForestEstimators; }

}  // namespace trivet::sklearn
