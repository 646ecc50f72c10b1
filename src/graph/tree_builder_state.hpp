// SPDX-License-Identifier: Apache-2.0
// What TreeEnsembleBuilder keeps while trees come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "text/message.hpp"
#include "trivet/spi/tree_builder.hpp"

namespace trivet::inline v0::spi {

struct TreeEnsembleBuilder::State {
  enum class NodeKind : std::uint8_t { absent, split, leaf };

  /// A node under the number of the file, until its tree is complete.
  struct PendingNode {
    NodeKind kind = NodeKind::absent;
    bool reached = false;
    NodeFlags flags;
    std::uint32_t feature = 0;
    std::uint32_t left = 0;
    std::uint32_t right = 0;
    float cover = 0;
    float gain = 0;
    double cut = 0;              ///< also the leaf's value when leaves are scalar
    std::uint32_t leaf_row = 0;  ///< position among the tree's pending vector or linear leaves
    std::int32_t compact = 0;    ///< the node's number in the compact form
  };

  /// A linear leaf under the number of its node: where its terms stand among the pending ones.
  struct PendingLinear {
    double constant = 0;
    std::size_t first_term = 0;
    std::size_t end_term = 0;
  };
  static constexpr std::uint32_t kNotLinear = 0xffffffffu;

  TreeEnsemble forest;
  TrainingFacts facts = TrainingFacts::none;
  std::vector<PendingNode> pending;     // by number in the file
  std::vector<double> pending_vectors;  // values of vector leaves, in the order they came
  std::vector<PendingLinear> pending_linear;
  std::vector<std::uint32_t> pending_features;  // the terms of linear leaves
  std::vector<double> pending_coefficients;
  std::vector<std::uint32_t> to_visit;   // the walk's stack
  std::vector<std::uint8_t> has_parent;  // of a tree that came whole, by number
  std::uint32_t greatest_feature = 0;
  std::uint32_t greatest_linear_feature = 0;

  [[nodiscard]] bool keeps_cover() const noexcept { return facts != TrainingFacts::none; }
  [[nodiscard]] bool keeps_gain() const noexcept { return facts == TrainingFacts::cover_and_gain; }
  [[nodiscard]] std::string place(std::uint32_t node) const {
    return text::message("tree {}, node {}", forest.tree_count(), node);
  }
  [[nodiscard]] Error fail(std::uint32_t node, std::string found, std::string expected) const {
    return {Errc::invalid_model, place(node), std::move(found), std::move(expected)};
  }
  [[nodiscard]] Status claim(std::uint32_t node, NodeKind kind);
  [[nodiscard]] Status walk();
  [[nodiscard]] Status reach(std::uint32_t parent, std::uint32_t child);
  [[nodiscard]] Status check_all_reached() const;
  void number_nodes();
  void append_tree();
  void append_split(const PendingNode& node);
  void append_leaf(const PendingNode& node);
  void append_linear(std::uint32_t row);
  void end_append();
  [[nodiscard]] bool fits_forest(std::size_t nodes) const noexcept;
  template <class T>
  [[nodiscard]] bool is_proved(const OrderedTree<T>& tree);
  [[nodiscard]] bool are_ordered(std::span<const std::int32_t> left,
                                 std::span<const std::int32_t> right);
  template <class T>
  [[nodiscard]] bool append_ordered(const OrderedTree<T>& tree, std::vector<T>& cuts,
                                    std::vector<T>& leaves);
  [[nodiscard]] Status check_features(std::uint32_t feature_count) const;
  [[nodiscard]] Status check_outputs(const Header& header) const;
};

}  // namespace trivet::inline v0::spi
