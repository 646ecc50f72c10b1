// SPDX-License-Identifier: Apache-2.0
// Makes the Graph of a model.
#include "format/xgboost/to_graph.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "base/try.hpp"
#include "format/xgboost/columns.hpp"
#include "format/xgboost/objectives.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

Status check_outputs(const Model& model) {
  if (model.class_count > 1 && model.target_count > 1) {
    return Error(Errc::unsupported_model, model.place(Part::class_count),
                 text::message("{} classes and {} targets", model.class_count, model.target_count),
                 "several classes or several targets; XGBoost has no models of both");
  }
  if (model.output_count() <= kOutputLimit) return {};
  return Error(Errc::unsupported_model, model.place(Part::class_count),
               text::message("{} outputs", model.output_count()),
               text::message("at most {}", kOutputLimit));
}

Status check_trees(const Model& model) {
  const std::size_t trees = model.trees->tree_count();
  if (model.tree_count && *model.tree_count != static_cast<std::int64_t>(trees)) {
    return model.fail(Part::tree_count, text::message("{}", *model.tree_count),
                      text::message("{}, the number of trees", trees));
  }
  const bool groups_implied = model.tree_groups.empty() && model.output_count() == 1;
  if (model.tree_groups.size() != trees && !groups_implied) {
    return model.fail(Part::tree_groups, text::message("{} entries", model.tree_groups.size()),
                      text::message("{}, one a tree", trees));
  }
  if (model.tree_weights.size() > trees) {
    return model.fail(Part::tree_weights, text::message("{} weights", model.tree_weights.size()),
                      text::message("at most {}, one a tree", trees));
  }
  if (model.parallel_trees < 0) {
    return model.fail(Part::tree_count, text::message("{} parallel trees", model.parallel_trees),
                      "0 or more");
  }
  if (!model.rounds.empty() && model.rounds.back() != static_cast<std::int64_t>(trees)) {
    return model.fail(Part::rounds, text::message("an end at {}", model.rounds.back()),
                      text::message("{}, the number of trees", trees));
  }
  return {};
}

/// The output of each tree. Vector trees add to all outputs, and their entries are 0.
Result<std::vector<std::uint32_t>> tree_outputs(const Model& model) {
  const std::int64_t outputs = model.leaf_width > 1 ? 1 : model.output_count();
  std::vector<std::uint32_t> groups;
  for (std::size_t i = 0; i < model.tree_groups.size(); ++i) {
    const std::int32_t group = model.tree_groups[i];
    if (group < 0 || group >= outputs) {
      return Error(Errc::invalid_model, text::message("{}/{}", model.place(Part::tree_groups), i),
                   text::message("{}", group),
                   outputs == 1 ? "0, as there is one output"
                                : text::message("one of the outputs 0 to {}", outputs - 1));
    }
    groups.push_back(static_cast<std::uint32_t>(group));
  }
  if (outputs == 1) groups.clear();
  return groups;
}

/// DART's factors. Trees beyond the list count in full; a list of ones is no list.
Result<std::vector<double>> tree_weights(const Model& model) {
  const std::vector<float>& given = model.tree_weights;
  const auto broken =
      std::find_if(given.begin(), given.end(), [](float w) { return !std::isfinite(w); });
  if (broken != given.end()) {
    return Error(Errc::invalid_model,
                 text::message("{}/{}", model.place(Part::tree_weights), broken - given.begin()),
                 text::message("the weight {}", *broken), "a finite number");
  }
  if (std::all_of(given.begin(), given.end(), [](float w) { return w == 1.0f; })) {
    return std::vector<double>{};
  }
  std::vector<double> weights(given.begin(), given.end());
  weights.resize(model.trees->tree_count(), 1.0);
  return weights;
}

Result<spi::TreeEnsemble> make_forest(Model& model, std::uint32_t features,
                                      const std::vector<float>& margins, spi::Link link) {
  TRIVET_TRY(model.expect_leaf_width(model.leaf_width));  // a model without trees is one of them
  TRIVET_TRY(check_trees(model));
  if (model.leaf_width > 1 && model.leaf_width != model.output_count()) {
    return model.fail(Part::trees, text::message("leaves of {} values", model.leaf_width),
                      text::message("{}, one an output", model.output_count()));
  }
  Result<std::vector<std::uint32_t>> outputs = tree_outputs(model);
  if (!outputs) return outputs.error();
  Result<std::vector<double>> weights = tree_weights(model);
  if (!weights) return weights.error();
  spi::TreeEnsembleBuilder::Header header;
  header.feature_count = features;
  header.output_count = static_cast<std::uint32_t>(model.output_count());
  header.test = spi::Test::less;
  header.category_members_go_left = false;
  header.tree_output = std::move(*outputs);
  header.tree_weight = std::move(*weights);
  header.sum.accumulator = spi::FloatWidth::f32;
  header.sum.start.assign(margins.begin(), margins.end());
  header.link = link;
  return std::move(*model.trees).finish(std::move(header));
}

/// Weights are feature-major with one bias an output at the end. XGBoost starts every output from
/// the first base score (src/gbm/gblinear.cc), adds the bias, then the present features in order.
Result<spi::Linear> make_linear(const Model& model, std::uint32_t features,
                                const std::vector<float>& margins, spi::Link link) {
  const auto outputs = static_cast<std::size_t>(model.output_count());
  std::vector<float> weights = *model.linear_weights;
  const std::size_t products = features * outputs;
  constexpr std::size_t kUntrainedLimit = std::size_t{1} << 20;
  if (weights.empty() && products <= kUntrainedLimit) {
    weights.resize(products + outputs);  // not boosted yet
  }
  if (weights.size() != products + outputs) {
    return model.fail(Part::linear_weights, text::message("{} weights", weights.size()),
                      text::message("{}: {} features and a bias for each of {} outputs",
                                    products + outputs, features, outputs));
  }
  spi::Linear linear;
  linear.feature_count = features;
  linear.output_count = static_cast<std::uint32_t>(outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    linear.start.push_back(static_cast<double>(weights[products + i] + margins[0]));
  }
  weights.resize(products);
  linear.weights.f32 = std::move(weights);
  linear.order = spi::LinearOrder::by_feature;
  linear.missing = spi::LinearMissing::absent_term;
  linear.link = link;
  return linear;
}

/// Adds a port of the only node and gives back its value.
spi::ValueId add_port(spi::Graph& graph, spi::Port port, std::string name, std::uint32_t width) {
  const spi::ValueId value = graph.add_value(std::move(name), DType::float32, width);
  graph.nodes[0].outputs.push_back({port, value});
  return value;
}

void add_answers(spi::Graph& graph, const Objective& objective, std::uint32_t width) {
  const bool scalar = width == 1;
  const spi::ValueId margin = add_port(graph, spi::Port::margin, "margin", width);
  spi::ValueId linked = margin;
  if (objective.link != spi::LinkKind::identity) {
    linked = add_port(graph, spi::Port::linked, "linked", width);
  }
  if (objective.answer == Answer::class_index) {
    const spi::ValueId index = add_port(graph, spi::Port::class_index, "class", 1);
    graph.outputs.push_back({"prediction", index, true, {}});
  } else {
    graph.outputs.push_back({"prediction", linked, scalar, {}});
  }
  graph.outputs.push_back({"margin", margin, scalar, {}});
  if (objective.answer != Answer::linked) {
    graph.outputs.push_back({"probabilities", linked, false, {}});
  }
  graph.parameters.push_back({"output_margin", Value(true), "margin"});
  graph.parameters.push_back({"output_margin", Value(false), "prediction"});
}

std::int64_t trees_a_round(const Model& model) {
  const std::int64_t groups = model.leaf_width > 1 ? 1 : model.output_count();
  return groups * std::max<std::int64_t>(model.parallel_trees, 1);
}

std::int64_t count_rounds(const Model& model) {
  if (!model.rounds.empty()) return static_cast<std::int64_t>(model.rounds.size()) - 1;
  const auto trees = static_cast<std::int64_t>(model.trees ? model.trees->tree_count() : 0);
  return trees / trees_a_round(model);
}

/// Counted from 0.
std::optional<std::int64_t> find_best_iteration(const Model& model) {
  std::int64_t best = 0;
  const char* const end = model.best_iteration.data() + model.best_iteration.size();
  const auto [after, error] = std::from_chars(model.best_iteration.data(), end, best);
  constexpr std::int64_t kMostRounds = std::int64_t{1} << 40;
  const bool is_number = error == std::errc() && after == end && best >= 0 && best < kMostRounds;
  if (!is_number || !model.trees) return std::nullopt;
  return best;
}

void note_best_iteration(Model& model) {
  const std::optional<std::int64_t> best = find_best_iteration(model);
  if (!best) return;
  model.notes.push_back(text::message(
      "best_iteration {} is stored; predictions use all {} rounds, as Booster.predict does", *best,
      count_rounds(model)));
}

spi::Provenance make_provenance(Model& model) {
  return {std::string(encoding_name(model.encoding)),
          "xgboost",
          model.version.text(),
          model.objective,
          std::move(model.notes),
          std::move(model.warnings)};
}

}  // namespace

std::optional<std::size_t> best_tree_count(const Model& model) {
  const std::optional<std::int64_t> best = find_best_iteration(model);
  if (!best) return std::nullopt;
  if (*best + 1 >= count_rounds(model)) return model.trees->tree_count();
  const auto round = static_cast<std::size_t>(*best + 1);
  if (!model.rounds.empty()) return static_cast<std::size_t>(std::max(model.rounds[round], 0));
  return round * static_cast<std::size_t>(trees_a_round(model));
}

Result<spi::Graph> to_graph(Model model) {
  TRIVET_TRY(check_outputs(model));
  const Result<Objective> objective = find_objective(model);
  if (!objective) return objective.error();
  const Result<std::vector<float>> margins = base_margins(model, *objective);
  if (!margins) return margins.error();
  const Result<std::size_t> count = count_features(model);
  if (!count) return count.error();
  note_best_iteration(model);

  spi::Graph graph;
  const auto features = static_cast<std::uint32_t>(*count);
  graph.input.value = graph.add_value("input", DType::float32, features);
  spi::Node& node = graph.nodes.emplace_back();
  node.inputs.push_back(graph.input.value);
  const spi::Link link{objective->link};
  if (model.booster == "gblinear") {
    Result<spi::Linear> linear = make_linear(model, features, *margins, link);
    if (!linear) return linear.error();
    node.body = std::move(*linear);
  } else {
    Result<spi::TreeEnsemble> forest = make_forest(model, features, *margins, link);
    if (!forest) return forest.error();
    node.body = std::move(*forest);
  }
  // Behind the weights: a count that they don't bear out must not cost a column each.
  Result<std::vector<Column>> columns = take_columns(model, *count);
  if (!columns) return columns.error();
  graph.input.columns = std::move(*columns);
  add_answers(graph, *objective, static_cast<std::uint32_t>(model.output_count()));
  graph.provenance = make_provenance(model);
  return graph;
}

}  // namespace trivet::xgboost
