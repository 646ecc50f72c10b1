// SPDX-License-Identifier: Apache-2.0
// Small XGBoost models written by hand, and reading them.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "format/xgboost/xgboost.hpp"
#include "trivet/artifact.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::test {

/// One tree: feature 1 < 0.5 goes to the leaf -2, otherwise to 4, missing to the left; the covers
/// are 8, 5 and 3. base_score is 0.25, squared error, two features `a` and `b`.
inline constexpr std::string_view kStumpModel =
    R"({"learner":{"attributes":{},"feature_names":["a","b"],"feature_types":["float",)"
    R"("float"],"gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1",)"
    R"("num_trees":"1"},"iteration_indptr":[0,1],"tree_info":[0],)"
    R"("trees":[{"base_weights":[9,9,9],"categories":[],"categories_nodes":[],)"
    R"("categories_segments":[],"categories_sizes":[],"default_left":[1,0,0],"id":0,)"
    R"("left_children":[1,-1,-1],"loss_changes":[3,0,0],"parents":[2147483647,0,0],)"
    R"("right_children":[2,-1,-1],"split_conditions":[0.5,-2,4],"split_indices":[1,0,0],)"
    R"("split_type":[0,0,0],"sum_hessian":[8,5,3],"tree_param":{"num_deleted":"0",)"
    R"("num_feature":"2","num_nodes":"3","size_leaf_vector":"1"}}]},"name":"gbtree"},)"
    R"("learner_model_param":{"base_score":"[2.5E-1]","boost_from_average":"1",)"
    R"("num_class":"0","num_feature":"2","num_target":"1"},)"
    R"("objective":{"name":"reg:squarederror"}},"version":[3,2,0]})";

/// The text with the first `from` in it replaced; empty when there is none, which no reader takes.
[[nodiscard]] inline std::string edited(std::string_view text, std::string_view from,
                                        std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string_view::npos) return {};
  return std::string(text.substr(0, at)).append(to).append(text.substr(at + from.size()));
}

[[nodiscard]] inline Result<spi::Graph> read_xgboost(std::string_view bytes) {
  const Artifact artifact = Artifact::from_bytes("model.bst", std::as_bytes(std::span(bytes)));
  return xgboost::make_xgboost_format()->read(artifact, 0, {});
}

[[nodiscard]] inline spi::Confidence probe_xgboost(std::string_view bytes) {
  return xgboost::make_xgboost_format()->probe(bytes.substr(0, spi::kProbeBytes), bytes.size());
}

/// The only node's body. Requires that it is one.
[[nodiscard]] inline const spi::TreeEnsemble& forest_of(const spi::Graph& graph) {
  return std::get<spi::TreeEnsemble>(graph.nodes.at(0).body);
}
[[nodiscard]] inline const spi::Linear& linear_of(const spi::Graph& graph) {
  return std::get<spi::Linear>(graph.nodes.at(0).body);
}

/// Bytes one behind the other, in either byte order.
class Bytes {
 public:
  template <class T>
  Bytes& little(T value) {
    return put(value, std::endian::native == std::endian::big);
  }
  template <class T>
  Bytes& big(T value) {
    return put(value, std::endian::native == std::endian::little);
  }
  Bytes& raw(std::string_view text) {
    data_ += text;
    return *this;
  }
  Bytes& zeros(std::size_t count) {
    data_.append(count, '\0');
    return *this;
  }
  /// dmlc's text: 64-bit length and bytes.
  Bytes& text(std::string_view text) {
    return little(static_cast<std::uint64_t>(text.size())).raw(text);
  }
  [[nodiscard]] const std::string& data() const noexcept { return data_; }

 private:
  template <class T>
  Bytes& put(T value, bool swap) {
    auto raw = std::bit_cast<std::array<char, sizeof(T)>>(value);
    for (std::size_t i = 0; i < sizeof(T); ++i) data_ += raw[swap ? sizeof(T) - 1 - i : i];
    return *this;
  }

  std::string data_;
};

}  // namespace trivet::test
