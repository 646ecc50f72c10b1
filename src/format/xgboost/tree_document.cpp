// SPDX-License-Identifier: Apache-2.0
// Reads the arrays of a tree and adds its nodes to the builder.
#include "format/xgboost/tree_document.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/try.hpp"
#include "format/xgboost/document_fields.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

constexpr std::int32_t kNoChild = -1;
constexpr std::int32_t kDeletedFeature = 0x7fffffff;  // with its default to the left
constexpr std::int64_t kTreeNodeLimit = 1 << 30;
// 256 MiB of bit sets: far beyond real models, and a bound on what a few huge codes can cost.
constexpr std::uint64_t kCategoryWordLimit = std::uint64_t{1} << 26;

}  // namespace

void TreeDocument::clear() {
  for (std::vector<std::int32_t>* list :
       {&left_, &right_, &feature_, &categories_, &category_nodes_}) {
    list->clear();
  }
  for (std::vector<float>* list : {&condition_, &cover_, &gain_, &base_weights_, &leaf_weights_}) {
    list->clear();
  }
  default_left_.clear();
  split_type_.clear();
  category_begin_.clear();
  category_size_.clear();
  id_.reset();
  node_count_.reset();
  leaf_width_ = 1;
  vector_leaves_ = {};
  next_category_node_ = 0;
  leaf_row_taken_.clear();
}

Status TreeDocument::read_parameter(base::DocumentCursor& cursor, std::string_view key) {
  if (key != "num_nodes" && key != "size_leaf_vector") return {};
  const bool is_count = key == "num_nodes";
  const Result<std::int64_t> value = read_integer_field(
      cursor, is_count ? IntegerRange{1, kTreeNodeLimit} : IntegerRange{0, kOutputLimit});
  if (!value) return value.error();
  if (is_count) node_count_ = *value;
  else leaf_width_ = std::max<std::int64_t>(*value, 1);
  return {};
}

Status TreeDocument::read_member(base::DocumentCursor& cursor, std::string_view key) {
  const auto again = [](auto& list) -> auto& {
    list.clear();
    return list;
  };
  if (key == "left_children") return cursor.integers(again(left_));
  if (key == "right_children") return cursor.integers(again(right_));
  if (key == "split_indices") return cursor.integers(again(feature_));
  if (key == "split_conditions") return cursor.floats(again(condition_));
  if (key == "default_left") return cursor.flags(again(default_left_));
  if (key == "split_type") return cursor.flags(again(split_type_));
  if (key == "sum_hessian") return cursor.floats(again(cover_));
  if (key == "loss_changes") {
    const bool wanted = model_.facts == spi::TrainingFacts::cover_and_gain;
    return wanted ? cursor.floats(again(gain_)) : Status{};
  }
  if (key == "base_weights") {
    return base_weights_needed_ ? cursor.floats(again(base_weights_)) : Status{};
  }
  if (key == "leaf_weights") return cursor.floats(again(leaf_weights_));
  if (key == "categories") return cursor.integers(again(categories_));
  if (key == "categories_nodes") return cursor.integers(again(category_nodes_));
  if (key == "categories_segments") return cursor.wide_integers(again(category_begin_));
  if (key == "categories_sizes") return cursor.wide_integers(again(category_size_));
  if (key == "tree_param") {
    return cursor.members(
        [&](std::string_view parameter) { return read_parameter(cursor, parameter); });
  }
  if (key != "id") return {};
  const Result<std::int64_t> id = read_integer_field(cursor, {});
  if (!id) return id.error();
  id_ = *id;
  return {};
}

Status TreeDocument::read(base::DocumentCursor& cursor, std::size_t index) {
  clear();
  TRIVET_TRY(cursor.members([&](std::string_view key) { return read_member(cursor, key); }));
  if (id_ && *id_ != static_cast<std::int64_t>(index)) {
    return cursor.fail(text::message("the id {}", *id_),
                       text::message("{}, its position in the list", index));
  }
  TRIVET_TRY(check_sizes(cursor));
  TRIVET_TRY(check_leaves(cursor));
  TRIVET_TRY(check_categories(cursor));
  TRIVET_TRY(model_.expect_leaf_width(static_cast<std::uint32_t>(leaf_width_)));
  if (add_whole()) return {};
  model_.trees->begin_tree(static_cast<std::uint32_t>(left_.size()));
  TRIVET_TRY(add_nodes());
  return model_.trees->end_tree();
}

Status TreeDocument::check_sizes(const base::DocumentCursor& cursor) const {
  const std::size_t nodes = left_.size();
  if (nodes == 0) return cursor.fail("no left_children", "a tree of one node at least");
  if (node_count_ && static_cast<std::uint64_t>(*node_count_) != nodes) {
    return cursor.fail(text::message("{} left_children", nodes),
                       text::message("{}, as num_nodes says", *node_count_));
  }
  struct ListSize {
    std::string_view name;
    std::size_t size;
    bool optional;
  };
  const std::array sizes{
      ListSize{"right_children", right_.size(), false},
      ListSize{"split_indices", feature_.size(), false},
      ListSize{"split_conditions", condition_.size(), false},
      ListSize{"default_left", default_left_.size(), false},
      ListSize{"split_type", split_type_.size(), true},
      ListSize{"sum_hessian", cover_.size(), true},
      ListSize{"loss_changes", gain_.size(), true},
  };
  for (const ListSize& list : sizes) {
    if (list.size == nodes || (list.optional && list.size == 0)) continue;
    return cursor.fail(text::message("{} entries in {}", list.size, list.name),
                       text::message("{}, one a node", nodes));
  }
  return {};
}

/// Finds the leaves of a vector tree: rows of their own from 3.2 on, rows of base_weights before.
Status TreeDocument::check_leaves(const base::DocumentCursor& cursor) {
  const bool is_vector = leaf_width_ > 1;
  const auto width = static_cast<std::size_t>(leaf_width_);
  base_weights_needed_ = is_vector && leaf_weights_.empty();
  if (!is_vector) return {};
  leaf_rows_by_node_ = leaf_weights_.empty();
  vector_leaves_ = leaf_rows_by_node_ ? base_weights_ : leaf_weights_;
  if (leaf_rows_by_node_ && vector_leaves_.size() != left_.size() * width) {
    return cursor.fail(text::message("{} base_weights and no leaf_weights", vector_leaves_.size()),
                       text::message("{} leaf values for each of {} nodes", width, left_.size()));
  }
  if (vector_leaves_.size() % width != 0) {
    return cursor.fail(text::message("{} leaf_weights", vector_leaves_.size()),
                       text::message("{} a leaf", width));
  }
  return {};
}

/// Category sets must lie one behind the other, as XGBoost writes them: then their sizes add up to
/// no more than what the file holds.
Status TreeDocument::check_categories(const base::DocumentCursor& cursor) {
  const std::size_t sets = category_nodes_.size();
  if (category_begin_.size() != sets || category_size_.size() != sets) {
    return cursor.fail(text::message("{} categories_segments and {} categories_sizes",
                                     category_begin_.size(), category_size_.size()),
                       text::message("{}, one for each of categories_nodes", sets));
  }
  std::int64_t end = 0;
  const auto available = static_cast<std::int64_t>(categories_.size());
  for (std::size_t i = 0; i < sets; ++i) {
    if (category_begin_[i] != end || category_size_[i] < 1 || category_size_[i] > available - end) {
      return cursor.fail(
          text::message("a category set of {} codes at {}", category_size_[i], category_begin_[i]),
          text::message("1 code or more at {}, where the set before it ends, up to {}", end,
                        available));
    }
    end += category_size_[i];
    if (i > 0 && category_nodes_[i] <= category_nodes_[i - 1]) {
      return cursor.fail(text::message("the node {} behind {} in categories_nodes",
                                       category_nodes_[i], category_nodes_[i - 1]),
                         "nodes in ascending order");
    }
  }
  return {};
}

Error TreeDocument::fail_node(std::size_t node, std::string found, std::string expected) const {
  return {Errc::invalid_model, text::message("tree {}, node {}", model_.trees->tree_count(), node),
          std::move(found), std::move(expected)};
}

Status TreeDocument::add_nodes() {
  const bool is_vector = leaf_width_ > 1;
  const bool has_cover = !cover_.empty();
  for (std::size_t node = 0; node < left_.size(); ++node) {
    if (left_[node] != kNoChild) {
      TRIVET_TRY(add_split(node));
    } else if (is_vector) {
      TRIVET_TRY(add_vector_leaf(node));
    } else {
      TRIVET_TRY(model_.trees->add_leaf(static_cast<std::uint32_t>(node), condition_[node],
                                        has_cover ? cover_[node] : 0));
    }
  }
  if (next_category_node_ == category_nodes_.size()) return {};
  return fail_node(static_cast<std::size_t>(std::max(category_nodes_[next_category_node_], 0)),
                   "a category set for a node that tests no category",
                   "sets for the nodes whose split_type is 1");
}

Status TreeDocument::add_split(std::size_t node) {
  if (feature_[node] == kDeletedFeature && default_left_[node] != 0) return {};
  if (left_[node] < 0 || right_[node] < 0 || feature_[node] < 0) {
    return fail_node(node,
                     text::message("the children {} and {} and the feature {}", left_[node],
                                   right_[node], feature_[node]),
                     "numbers from 0 on, or -1 on the left for a leaf");
  }
  const auto feature = static_cast<std::uint32_t>(feature_[node]);
  model_.features_used = std::max(model_.features_used, std::uint64_t{feature} + 1);
  const spi::SplitSpec split{.node = static_cast<std::uint32_t>(node),
                             .feature = feature,
                             .cut = static_cast<double>(condition_[node]),
                             .left = static_cast<std::uint32_t>(left_[node]),
                             .right = static_cast<std::uint32_t>(right_[node]),
                             .missing_left = default_left_[node] != 0,
                             .cover = cover_.empty() ? 0 : cover_[node],
                             .gain = gain_.empty() ? 0 : gain_[node]};
  if (split_type_.empty() || split_type_[node] == 0) return model_.trees->add_split(split);
  const Result<std::span<const std::int32_t>> codes = codes_of(node);
  if (!codes) return codes.error();
  return model_.trees->add_categorical_split(split, *codes);
}

Result<std::span<const std::int32_t>> TreeDocument::codes_of(std::size_t node) {
  const std::size_t set = next_category_node_;
  if (set == category_nodes_.size() || category_nodes_[set] != static_cast<std::int64_t>(node)) {
    return fail_node(node, "a test on categories without a category set",
                     "the node in categories_nodes");
  }
  ++next_category_node_;
  const std::span<const std::int32_t> codes =
      std::span<const std::int32_t>(categories_)
          .subspan(static_cast<std::size_t>(category_begin_[set]),
                   static_cast<std::size_t>(category_size_[set]));
  const std::int32_t greatest = std::max(*std::max_element(codes.begin(), codes.end()), 0);
  category_words_ += static_cast<std::uint64_t>(greatest) / 32 + 1;
  if (category_words_ > kCategoryWordLimit) {
    return Error(Errc::unsupported_model,
                 text::message("tree {}, node {}", model_.trees->tree_count(), node),
                 "category sets of more than 256 MiB in the forest", "smaller category codes");
  }
  return codes;
}

Status TreeDocument::add_vector_leaf(std::size_t node) {
  const auto width = static_cast<std::size_t>(leaf_width_);
  const std::size_t rows = vector_leaves_.size() / width;
  const std::int64_t row = leaf_rows_by_node_ ? static_cast<std::int64_t>(node) : right_[node];
  if (row < 0 || static_cast<std::uint64_t>(row) >= rows) {
    return fail_node(node, text::message("the leaf row {} in right_children", row),
                     text::message("one of {} rows of leaf_weights", rows));
  }
  // One leaf a row: else a small file could ask for the same long row again and again.
  leaf_row_taken_.resize(rows);
  if (leaf_row_taken_[static_cast<std::size_t>(row)]) {
    return fail_node(node, text::message("the leaf row {}, which another leaf has", row),
                     "a row of its own for each leaf");
  }
  leaf_row_taken_[static_cast<std::size_t>(row)] = true;
  const std::span<const float> values =
      vector_leaves_.subspan(static_cast<std::size_t>(row) * width, width);
  leaf_row_.assign(values.begin(), values.end());
  return model_.trees->add_leaf(static_cast<std::uint32_t>(node), leaf_row_,
                                cover_.empty() ? 0 : cover_[node]);
}

}  // namespace trivet::xgboost
