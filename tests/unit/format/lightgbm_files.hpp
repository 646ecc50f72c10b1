// SPDX-License-Identifier: Apache-2.0
// Small LightGBM models written by hand, and reading them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "format/lightgbm/lightgbm.hpp"
#include "trivet/artifact.hpp"
#include "trivet/local_model.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::test {

/// One tree over two features: b <= 0.5 goes to the leaf -2, otherwise to 4; missing type NaN, to
/// the left. Objective `regression`. `$` stands for the size of the tree.
inline constexpr std::string_view kLightStump =
    "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\n"
    "objective=regression\nfeature_names=a b\nfeature_infos=[0:1] [-3:3]\ntree_sizes=$\n\n"
    "Tree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=1\nsplit_gain=7\nthreshold=0.5\n"
    "decision_type=10\nleft_child=-1\nright_child=-2\nleaf_value=-2 4\nleaf_weight=5 3\n"
    "leaf_count=5 3\ninternal_value=0\ninternal_weight=8\ninternal_count=8\nis_linear=0\n"
    "shrinkage=1\n\n\n"
    "end of trees\n\nfeature_importances:\nb=1\n\nparameters:\n[boosting: gbdt]\n\n"
    "end of parameters\n\npandas_categorical:null\n";

/// The same model as LightGBM dumps it.
inline constexpr std::string_view kLightDump =
    R"({"name":"tree","version":"v4","num_class":1,"num_tree_per_iteration":1,"label_index":0,)"
    R"("max_feature_idx":1,"objective":"regression","average_output":false,)"
    R"("feature_names":["a","b"],"monotone_constraints":[],"feature_infos":{"a":{"min_value":0,)"
    R"("max_value":1,"values":[]},"b":{"min_value":-3,"max_value":3,"values":[]}},"tree_info":[{)"
    R"("tree_index":0,"num_leaves":2,"num_cat":0,"shrinkage":1,"tree_structure":{"split_index":0,)"
    R"("split_feature":1,"split_gain":7,"threshold":0.5,"decision_type":"<=","default_left":true,)"
    R"("missing_type":"NaN","internal_value":0,"internal_weight":8,"internal_count":8,)"
    R"("left_child":{"leaf_index":0,"leaf_value":-2,"leaf_weight":5,"leaf_count":5},)"
    R"("right_child":{"leaf_index":1,"leaf_value":4,"leaf_weight":3,"leaf_count":3}}}],)"
    R"("feature_importances":{"b":1},"pandas_categorical":null})";

/// The text with the first `from` in it replaced; empty when there is none, which no reader takes.
[[nodiscard]] inline std::string changed(std::string_view text, std::string_view from,
                                         std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string_view::npos) return {};
  return std::string(text.substr(0, at)).append(to).append(text.substr(at + from.size()));
}

/// Writes the sizes of the trees in the place of `$`, for files without carriage returns.
[[nodiscard]] inline std::string with_sizes(std::string_view text) {
  if (text.find('$') == std::string_view::npos) return std::string(text);
  std::vector<std::size_t> starts;
  for (std::size_t at = text.find("\nTree="); at != std::string_view::npos;
       at = text.find("\nTree=", at + 1)) {
    starts.push_back(at + 1);
  }
  const std::size_t end = text.find("\nend of trees");
  if (end != std::string_view::npos) starts.push_back(end + 1);
  std::string sizes;
  for (std::size_t i = 1; i < starts.size(); ++i) {
    sizes.append(i == 1 ? "" : " ").append(std::to_string(starts[i] - starts[i - 1]));
  }
  return changed(text, "$", sizes);
}

[[nodiscard]] inline Artifact light_artifact(std::string_view bytes) {
  return Artifact::from_bytes("model.txt", std::as_bytes(std::span(bytes)));
}

[[nodiscard]] inline Result<spi::Graph> read_lightgbm(std::string_view bytes, bool gains = false) {
  return lightgbm::make_lightgbm_format()->read(light_artifact(bytes), 0, {.gains = gains});
}

[[nodiscard]] inline spi::Confidence probe_lightgbm(std::string_view bytes) {
  return lightgbm::make_lightgbm_format()->probe(bytes.substr(0, spi::kProbeBytes), bytes.size());
}

[[nodiscard]] inline const spi::TreeEnsemble& light_forest(const spi::Graph& graph) {
  return std::get<spi::TreeEnsemble>(graph.nodes.at(0).body);
}

/// All numbers that the model answers for the row.
[[nodiscard]] inline std::vector<double> answers_of(std::string_view bytes,
                                                    const std::vector<double>& row,
                                                    std::string_view output = "prediction") {
  const Result<LocalModel> model = LocalModel::load(light_artifact(bytes));
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model);
  const MatrixView<const double> rows(row.data(), 1, row.size());
  const auto answers = model->predict(rows, output);
  INFO((answers ? std::string() : answers.error().message()));
  REQUIRE(answers);
  const auto numbers = answers->values<double>();
  return {numbers.begin(), numbers.end()};
}

[[nodiscard]] inline double answer_of(std::string_view bytes, const std::vector<double>& row,
                                      std::string_view output = "prediction") {
  return answers_of(bytes, row, output).at(0);
}

/// One change of a model, and where the reader must stop.
struct LightRow {
  std::string_view name;
  std::string_view from;
  std::string_view to;
  std::string_view where;
  Errc code = Errc::invalid_model;
};

inline void check_light_refused(const std::string& text, const LightRow& row) {
  INFO(row.name);
  CHECK_FALSE(text.empty());
  const auto graph = read_lightgbm(text);
  CHECK_FALSE(graph);
  if (graph) return;
  INFO(graph.error().message());
  CHECK(graph.error().where() == row.where);
  CHECK(graph.error().code() == row.code);
  CHECK_FALSE(graph.error().found().empty());
  CHECK_FALSE(graph.error().expected().empty());
}

}  // namespace trivet::test
