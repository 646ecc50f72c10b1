// SPDX-License-Identifier: Apache-2.0
// Small CatBoost models written by hand, and reading them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "format/catboost/catboost.hpp"
#include "support/flat_writer.hpp"
#include "trivet/artifact.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::test {

/// Two numbers `a` and `b`. One tree: bit 0 is a > 0.5, bit 1 is b > 2; the leaves are 1, 2, 4, 8
/// with weights 1 to 4. Scale 2, bias 0.5.
inline constexpr std::string_view kObliviousModel =
    R"({"features_info":{"float_features":[)"
    R"({"borders":[0.5],"feature_id":"a","feature_index":0,"flat_feature_index":0,)"
    R"("has_nans":false,"nan_value_treatment":"AsIs"},)"
    R"({"borders":[2],"feature_id":"b","feature_index":1,"flat_feature_index":1,)"
    R"("has_nans":false,"nan_value_treatment":"AsIs"}]},)"
    R"("model_info":{"catboost_version_info":"Branch: tags/v1.2.10",)"
    R"("params":{"loss_function":{"type":"RMSE"}}},)"
    R"("oblivious_trees":[{"leaf_values":[1,2,4,8],"leaf_weights":[1,2,3,4],)"
    R"("splits":[{"split_index":0},{"split_index":1}]}],"scale_and_bias":[2,[0.5]]})";

/// A category `c` and a number `n`, of which one leaf needs two tests: c is green, else n > 1.
/// Hashes: red 3052168893 = -1242798403, green 1390465085, as CatBoost writes them.
inline constexpr std::string_view kStepModel =
    R"({"features_info":{"categorical_features":[{"feature_id":"c","feature_index":0,)"
    R"("flat_feature_index":0,"values":[-1242798403,1390465085]}],"float_features":[)"
    R"({"borders":[1],"feature_id":"n","feature_index":0,"flat_feature_index":1,)"
    R"("has_nans":true,"nan_value_treatment":"AsTrue"}]},)"
    R"("model_info":{"params":"{\"loss_function\":{\"type\":\"RMSE\"}}"},)"
    R"("scale_and_bias":[1,[0]],"trees":[{"left":{"left":{"value":10,"weight":5},)"
    R"("right":{"value":20,"weight":6},"split":{"split_index":0}},)"
    R"("right":{"value":30,"weight":7},"split":{"split_index":2}}]})";

/// The text with the first `from` in it replaced; empty when there is none, which no reader takes.
[[nodiscard]] inline std::string changed(std::string_view text, std::string_view from,
                                         std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string_view::npos) return {};
  return std::string(text.substr(0, at)).append(to).append(text.substr(at + from.size()));
}

[[nodiscard]] inline Artifact catboost_artifact(std::string_view bytes) {
  return Artifact::from_bytes("model.cbm", std::as_bytes(std::span(bytes)));
}

[[nodiscard]] inline Result<spi::Graph> read_catboost(std::string_view bytes) {
  return catboost::make_catboost_format()->read(catboost_artifact(bytes), 0, {});
}

/// The predictions for a list of instances, or the error's text.
[[nodiscard]] inline std::string catboost_answer(std::string_view bytes, std::string_view instances,
                                                 std::string_view prediction_type = {}) {
  const Result<LocalModel> model = LocalModel::load(catboost_artifact(bytes));
  if (!model) return model.error().message();
  std::string request = "{\"instances\":" + std::string(instances);
  if (!prediction_type.empty()) {
    request += ",\"parameters\":{\"prediction_type\":\"" + std::string(prediction_type) + "\"}";
  }
  const auto reply = model->deploy_to_local_endpoint().predict(request + "}");
  if (!reply) return reply.error().message();
  constexpr std::string_view kHead = "{\"predictions\":";
  return reply->substr(kHead.size(), reply->size() - kHead.size() - 1);
}

/// A feature of numbers for a binary model.
[[nodiscard]] inline FlatNode cbm_float(std::int32_t index, const std::vector<float>& borders) {
  FlatNode node;
  node.scalar(1, index).scalar(2, index).numbers(3, borders);
  return node;
}

/// The same model as kObliviousModel, without names, as a FlatBuffers core.
[[nodiscard]] inline FlatNode cbm_trees() {
  FlatNode trees;
  trees.scalar<std::int32_t>(0, 1)
      .numbers<std::int32_t>(1, {0, 1})
      .numbers<std::int32_t>(2, {2})
      .numbers<std::int32_t>(3, {0})
      .tables(5, {cbm_float(0, {0.5F}), cbm_float(1, {2.0F})})
      .numbers<double>(8, {1, 2, 4, 8})
      .numbers<double>(9, {1, 2, 3, 4})
      .scalar(14, 2.0)
      .numbers<double>(16, {0.5});
  return trees;
}

[[nodiscard]] inline FlatNode cbm_info(std::string_view key, std::string_view value) {
  return FlatNode().text(0, key).text(1, value);
}

[[nodiscard]] inline std::string little_size(std::size_t size) {
  const auto narrow = static_cast<std::uint32_t>(size);
  return {reinterpret_cast<const char*>(&narrow), sizeof(narrow)};
}

/// A whole file: magic, size, core; what follows is up to the caller.
[[nodiscard]] inline std::string cbm_file(FlatNode trees, std::vector<std::string> parts = {},
                                          std::vector<FlatNode> info = {},
                                          std::string_view version = "FlabuffersModel_v1") {
  FlatNode core;
  core.text(0, version).table(1, std::move(trees)).tables(2, std::move(info));
  if (!parts.empty()) core.texts(3, std::move(parts));
  const std::string bytes = core.bytes();
  return "CBM1" + little_size(bytes.size()) + bytes;
}

}  // namespace trivet::test
