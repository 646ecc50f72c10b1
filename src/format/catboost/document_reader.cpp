// SPDX-License-Identifier: Apache-2.0
// Reads the root of a JSON model: its parts, and the trees.
#include "format/catboost/document_reader.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/try.hpp"
#include "format/catboost/features_document.hpp"
#include "format/catboost/split_claims.hpp"
#include "format/catboost/training_info.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

using Kind = base::DocumentCursor::Kind;

class ModelDocument {
 public:
  ModelDocument(base::DocumentCursor& cursor, Model& model) : cursor_(cursor), model_(model) {}

  Status read();

 private:
  Status root(std::string_view key);
  Status oblivious_tree();
  Status oblivious_splits(std::size_t& count);
  /// A split at its place among all trees'.
  Status read_split(std::size_t at);
  Status step_tree(std::size_t index);
  Status step_node(std::uint32_t& number);
  Status step_member(std::string_view key, std::uint32_t node);
  Status step_child(std::uint32_t parent, bool is_left);
  Status leaf_value(std::uint32_t node);
  Status scale_and_bias();
  Status expect_outputs(std::size_t count);

  base::DocumentCursor& cursor_;
  Model& model_;
  bool outputs_known_ = false;
  bool trees_seen_ = false;
};

Status ModelDocument::read() {
  TRIVET_TRY(cursor_.members([&](std::string_view key) { return root(key); }));
  TRIVET_TRY(cursor_.end());
  if (!trees_seen_) {
    return broken_model("/oblivious_trees", "no such member, nor trees",
                        "a model written by save_model(format=\"json\")");
  }
  return check_split_claims(model_);
}

Status ModelDocument::root(std::string_view key) {
  if (key == "model_info") {
    return cursor_.members(
        [&](std::string_view entry) { return read_info_value(entry, cursor_, model_.info); });
  }
  if (key == "features_info") return read_features_info(cursor_, model_);
  if (key == "ctr_data") return read_ctr_data(cursor_, model_.tables);
  if (key == "scale_and_bias") return scale_and_bias();
  if (key != "oblivious_trees" && key != "trees") return {};
  if (std::exchange(trees_seen_, true)) return cursor_.fail("a second list of trees", "one list");
  model_.oblivious = key == "oblivious_trees";
  const Result<Kind> kind = cursor_.kind();
  if (!kind) return kind.error();
  if (*kind == Kind::null) return {};  // as CatBoost writes an empty list
  if (model_.oblivious) return cursor_.items([&](std::size_t) { return oblivious_tree(); });
  return cursor_.items([&](std::size_t index) { return step_tree(index); });
}

/// How many values a leaf has: the first tree says it, the others must agree.
Status ModelDocument::expect_outputs(std::size_t count) {
  const auto outputs = static_cast<std::int64_t>(count);
  if (!std::exchange(outputs_known_, true)) model_.output_count = outputs;
  if (outputs == model_.output_count && outputs > 0) return {};
  return cursor_.fail(text::message("leaves of {} values", count),
                      text::message("{}, as in the trees before", model_.output_count));
}

/// `[scale, [bias…]]`; files up to 0.24 have one number for the bias. Without this member, as
/// before there was a bias, or with the scale alone, CatBoost takes 1 and 0 for what isn't there.
Status ModelDocument::scale_and_bias() {
  bool is_empty = true;
  TRIVET_TRY(cursor_.items([&](std::size_t index) -> Status {
    is_empty = false;
    if (index > 1) return cursor_.fail("a third item", "scale and bias");
    const Result<Kind> kind = cursor_.kind();
    if (!kind) return kind.error();
    if (index == 1 && *kind == Kind::list) {
      model_.bias.clear();
      return cursor_.doubles(model_.bias);
    }
    const Result<double> number = cursor_.number();
    if (!number) return number.error();
    if (index == 0) model_.scale = *number;
    else model_.bias.assign(1, *number);
    return {};
  }));
  return is_empty ? Status(cursor_.fail("an empty list", "scale and bias")) : Status{};
}

Status ModelDocument::read_split(std::size_t at) {
  bool seen = false;
  SplitClaim& claim = model_.split_claims[at];
  TRIVET_TRY(cursor_.members([&](std::string_view key) -> Status {
    if (key != "split_index") return read_split_claim(cursor_, key, claim);
    const Result<std::int64_t> number = cursor_.integer();
    if (!number) return number.error();
    if (*number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
      return cursor_.fail(text::message("{}", *number), "the number of a condition");
    }
    model_.tree_splits[at] = static_cast<std::int32_t>(*number);
    seen = true;
    return {};
  }));
  if (seen) return {};
  return cursor_.fail("no split_index", "the number of the condition");
}

Status ModelDocument::oblivious_splits(std::size_t& count) {
  const Result<Kind> kind = cursor_.kind();
  if (!kind) return kind.error();
  if (*kind == Kind::null) return {};  // a tree of one leaf
  return cursor_.items([&](std::size_t) {
    ++count;
    model_.tree_splits.push_back(0);
    model_.split_claims.emplace_back();
    return read_split(model_.tree_splits.size() - 1);
  });
}

Status ModelDocument::oblivious_tree() {
  std::size_t depth = 0;
  const std::size_t first_value = model_.leaf_values.size();
  const std::size_t first_weight = model_.leaf_weights.size();
  TRIVET_TRY(cursor_.members([&](std::string_view key) -> Status {
    if (key == "splits") return oblivious_splits(depth);
    if (key == "leaf_values") {
      model_.leaf_values.resize(first_value);  // of two lists the later one counts
      return cursor_.doubles(model_.leaf_values);
    }
    if (key == "leaf_weights") {
      model_.leaf_weights.resize(first_weight);
      return cursor_.doubles(model_.leaf_weights);
    }
    return {};
  }));
  const std::size_t values = model_.leaf_values.size() - first_value;
  const std::size_t weights = model_.leaf_weights.size() - first_weight;
  const std::size_t leaves = std::size_t{1} << std::min<std::size_t>(depth, kDepthLimit + 1);
  if (depth > kDepthLimit || values % leaves != 0 || (weights != 0 && weights != leaves)) {
    return cursor_.fail(
        text::message("{} splits, {} leaf values, {} weights", depth, values, weights),
        text::message("at most {} splits, 2^splits leaves of equal size, as many weights or none",
                      kDepthLimit));
  }
  model_.tree_sizes.push_back(static_cast<std::int32_t>(depth));
  return expect_outputs(values / leaves);
}

Status ModelDocument::step_tree(std::size_t /*index*/) {
  const std::size_t first = model_.steps.size();
  std::uint32_t root_number = 0;
  TRIVET_TRY(step_node(root_number));
  model_.tree_sizes.push_back(static_cast<std::int32_t>(model_.steps.size() - first));
  return {};
}

Status ModelDocument::leaf_value(std::uint32_t node) {
  const Result<Kind> kind = cursor_.kind();
  if (!kind) return kind.error();
  const std::size_t first = model_.leaf_values.size();
  model_.leaf_of_node[node] = static_cast<std::uint32_t>(first);
  if (*kind == Kind::list) {
    TRIVET_TRY(cursor_.doubles(model_.leaf_values));
  } else {
    const Result<double> number = cursor_.number();
    if (!number) return number.error();
    model_.leaf_values.push_back(*number);
  }
  return expect_outputs(model_.leaf_values.size() - first);
}

Status ModelDocument::step_child(std::uint32_t parent, bool is_left) {
  std::uint32_t child = 0;
  TRIVET_TRY(step_node(child));
  Model::Step& step = model_.steps[parent];
  (is_left ? step.left : step.right) = child - parent;
  return {};
}

Status ModelDocument::step_member(std::string_view key, std::uint32_t node) {
  if (key == "split") return read_split(node);
  if (key == "left" || key == "right") return step_child(node, key == "left");
  if (key == "value") return leaf_value(node);
  if (key != "weight") return {};
  const Result<double> weight = cursor_.number();
  if (!weight) return weight.error();
  model_.leaf_weights.push_back(*weight);
  return {};
}

/// A node stands before its children, whatever the order of its members. The cursor bounds the
/// recursion.
Status ModelDocument::step_node(std::uint32_t& number) {
  number = static_cast<std::uint32_t>(model_.steps.size());
  const std::uint32_t self = number;
  model_.steps.emplace_back();
  model_.leaf_of_node.push_back(0);
  model_.tree_splits.push_back(0);
  model_.split_claims.emplace_back();
  bool is_leaf = false;
  bool is_split = false;
  TRIVET_TRY(cursor_.members([&](std::string_view key) {
    is_leaf |= key == "value";
    is_split |= key == "split";
    return step_member(key, self);
  }));
  const Model::Step& step = model_.steps[self];
  const bool has_children = step.left != 0 && step.right != 0;
  const bool has_none = step.left == 0 && step.right == 0;
  if (is_leaf ? has_none && !is_split : has_children && is_split) return {};
  return cursor_.fail("a node that is neither split nor leaf", "split, left and right, or a value");
}

}  // namespace

Status read_document(base::DocumentCursor& cursor, Model& model) {
  model.encoding = Encoding::json;
  return ModelDocument(cursor, model).read();
}

}  // namespace trivet::catboost
