// SPDX-License-Identifier: Apache-2.0
// Makes the Graph of a model.
#include "format/lightgbm/to_graph.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "format/lightgbm/columns.hpp"
#include "format/lightgbm/objectives.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {
namespace {

/// Versions of the file format, not of LightGBM: v2 from 2.0.12, v3 from 2.3.1, v4 from 4.0 on.
Status check_version(const Model& model) {
  for (const std::string_view known : {"v2", "v3", "v4"}) {
    if (model.version == known) return {};
  }
  return Error(Errc::unsupported_model, model.place("version"), text::quoted(model.version),
               "v2, v3 or v4");
}

Status check_counts(const Model& model) {
  if (!model.class_count) return model.fail("num_class", "nothing", "the number of classes");
  if (!model.max_feature) return model.fail("max_feature_idx", "nothing", "the last feature");
  if (*model.class_count < 1 || model.output_count() < 1 || *model.max_feature < 0) {
    return model.fail("num_class",
                      text::message("{} classes, {} trees a round, {} as the last feature",
                                    *model.class_count, model.output_count(), *model.max_feature),
                      "1 or more of each, from feature 0 on");
  }
  if (model.output_count() > kOutputLimit) {
    return Error(Errc::unsupported_model, model.place("num_tree_per_iteration"),
                 text::message("{} outputs", model.output_count()),
                 text::message("at most {}", kOutputLimit));
  }
  if (*model.max_feature >= kFeatureLimit) {
    return Error(Errc::unsupported_model, model.place("max_feature_idx"),
                 text::message("{}", *model.max_feature), text::message("below {}", kFeatureLimit));
  }
  if (*model.class_count != model.output_count()) {
    return model.fail("num_tree_per_iteration", text::message("{}", model.output_count()),
                      text::message("{}, as num_class says", *model.class_count));
  }
  const auto trees = static_cast<std::int64_t>(model.trees.tree_count());
  if (trees % model.output_count() == 0) return {};
  return model.fail("num_tree_per_iteration", text::message("{} trees", trees),
                    text::message("a multiple of {}", model.output_count()));
}

std::vector<std::uint32_t> tree_outputs(std::size_t trees, std::uint32_t outputs) {
  std::vector<std::uint32_t> output(outputs == 1 ? 0 : trees);
  for (std::size_t t = 0; t < output.size(); ++t) {
    output[t] = static_cast<std::uint32_t>(t % outputs);
  }
  return output;
}

/// Sums in double from 0, trees in their order. The average of a random forest is taken by the
/// link: LightGBM's raw score is the sum.
Result<spi::TreeEnsemble> make_forest(Model& model, spi::Link link) {
  spi::TreeEnsembleBuilder::Header header;
  header.feature_count = static_cast<std::uint32_t>(*model.max_feature + 1);
  header.output_count = static_cast<std::uint32_t>(model.output_count());
  header.input_width = spi::FloatWidth::f64;
  header.test = spi::Test::less_equal;
  header.category_members_go_left = true;
  header.category_truncates_to_zero = true;
  header.tree_output = tree_outputs(model.trees.tree_count(), header.output_count);
  header.sum.accumulator = spi::FloatWidth::f64;
  header.link = link;
  return std::move(model.trees).finish(std::move(header));
}

/// Adds a port of the only node and gives back its value.
spi::ValueId add_forest_port(spi::Graph& graph, spi::Port port, std::string name,
                             std::uint32_t width) {
  const spi::ValueId value = graph.add_value(std::move(name), DType::float64, width);
  graph.nodes[0].outputs.push_back({port, value});
  return value;
}

void add_forest_answers(spi::Graph& graph, const spi::Link& link, std::uint32_t width) {
  const bool scalar = width == 1;
  const spi::ValueId margin = add_forest_port(graph, spi::Port::margin, "margin", width);
  spi::ValueId linked = margin;
  if (link.kind != spi::LinkKind::identity || link.divisor != 1) {
    linked = add_forest_port(graph, spi::Port::linked, "linked", width);
  }
  graph.outputs.push_back({"prediction", linked, scalar, {}});
  graph.outputs.push_back({"raw_score", margin, scalar, {}});
  graph.parameters.push_back({"raw_score", Value(true), "raw_score"});
  graph.parameters.push_back({"raw_score", Value(false), "prediction"});
}

void add_remarks(Model& model) {
  if (!model.objective) {
    model.warnings.emplace_back(
        "the file names no objective, as with one of the user's own: predictions are raw scores");
  }
  if (!model.boosting.empty() && model.boosting != "gbdt") {
    model.notes.push_back(text::message("boosting: {}", model.boosting));
  }
  if (model.average_output) {
    model.notes.emplace_back(
        "average_output: predictions are means over the rounds, raw scores are sums");
  }
  if (model.linear_trees > 0) {
    model.notes.push_back(text::message("{} trees with linear leaves", model.linear_trees));
  }
  if (model.encoding == Encoding::json && model.version == "v3" && model.linear_trees == 0) {
    model.warnings.emplace_back(
        "a dump by LightGBM 3.2 leaves the coefficients of linear leaves out: if the model was "
        "trained with linear_tree, save it with Booster.save_model");
  }
  if (model.is_monotone) model.notes.emplace_back("trained under monotone constraints");
}

spi::Provenance make_origin(Model& model) {
  return {std::string(encoding_name(model.encoding)),
          "lightgbm",
          std::move(model.version),
          model.objective.value_or(""),
          std::move(model.notes),
          std::move(model.warnings)};
}

}  // namespace

Result<spi::Graph> to_graph(Model model) {
  TRIVET_TRY(check_version(model));
  TRIVET_TRY(check_counts(model));
  Result<spi::Link> link = link_of_objective(model);
  if (!link) return link.error();
  const auto rounds =
      static_cast<double>(model.trees.tree_count()) / static_cast<double>(model.output_count());
  if (model.average_output) link->divisor = rounds;

  spi::Graph graph;
  graph.input.value =
      graph.add_value("input", DType::float64, static_cast<std::uint32_t>(*model.max_feature + 1));
  spi::Node& node = graph.nodes.emplace_back();
  node.inputs.push_back(graph.input.value);
  Result<spi::TreeEnsemble> forest = make_forest(model, *link);
  if (!forest) return forest.error();
  node.body = std::move(*forest);
  Result<std::vector<Column>> columns = take_columns(model);
  if (!columns) return columns.error();
  graph.input.columns = std::move(*columns);
  add_forest_answers(graph, *link, static_cast<std::uint32_t>(model.output_count()));
  add_remarks(model);
  graph.provenance = make_origin(model);
  return graph;
}

}  // namespace trivet::lightgbm
