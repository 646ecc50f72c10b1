// SPDX-License-Identifier: Apache-2.0
// Reads the trees of a JSON dump.
#include "format/lightgbm/tree_document.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {
namespace {

using Kind = base::DocumentCursor::Kind;

/// JSON has no infinities, so LightGBM dumps a cut behind all numbers as 1e300.
double undo_clamp(double cut) noexcept {
  constexpr double kClamp = 1e300;
  if (std::fabs(cut) < kClamp) return cut;
  return std::copysign(std::numeric_limits<double>::infinity(), cut);
}

/// The members of a node that are read; a node's parts have a bit for each.
constexpr std::array<std::string_view, 14> kNodeParts{
    "left_child",    "right_child",  "split_feature", "split_gain",     "threshold",
    "decision_type", "missing_type", "default_left",  "internal_count", "leaf_count",
    "leaf_value",    "leaf_const",   "leaf_features", "leaf_coeff"};
constexpr std::array<std::string_view, 6> kSplitParts{
    "threshold", "decision_type", "missing_type", "default_left", "left_child", "right_child"};
constexpr std::array<std::string_view, 3> kLinearParts{"leaf_const", "leaf_features", "leaf_coeff"};

/// 0 for other members.
constexpr std::uint32_t bit_of_part(std::string_view key) noexcept {
  for (std::size_t i = 0; i < kNodeParts.size(); ++i) {
    if (kNodeParts[i] == key) return std::uint32_t{1} << i;
  }
  return 0;
}

}  // namespace

Status TreeDocument::read() {
  tree_.clear();
  tree_.set_begin.push_back(0);
  nodes_.clear();
  term_features_.clear();
  coefficients_.clear();
  std::size_t root = kNone;
  std::int64_t leaf_count = -1;
  bool has_leaf_count = false;
  bool has_index = false;
  TRIVET_TRY(cursor_.members([&](std::string_view key) -> Status {
    const bool again = (key == "tree_index" && std::exchange(has_index, true)) ||
                       (key == "num_leaves" && std::exchange(has_leaf_count, true));
    if (again) return cursor_.fail(text::message("a second {}", key), "one a tree");
    if (key == "tree_index") return check_index();
    if (key == "num_leaves") return into_integer(leaf_count);
    if (key != "tree_structure") return {};
    if (root != kNone) return cursor_.fail("a second tree_structure", "one a tree");
    return read_node(root);
  }));
  if (root == kNone) return cursor_.fail("no tree_structure", "the root of the tree");
  number_nodes();
  const std::size_t leaves = tree_.leaf_value.size();
  if (has_leaf_count && leaf_count != static_cast<std::int64_t>(leaves)) {
    return cursor_.fail(text::message("num_leaves {}", leaf_count),
                        text::message("{}, the number of leaves in tree_structure", leaves));
  }
  return add_tree(tree_, model_);
}

/// A dump may begin behind the first tree, as dump_model's start_iteration asks; from there on
/// trees come in their order.
Status TreeDocument::check_index() {
  constexpr std::int64_t kInt32 = std::numeric_limits<std::int32_t>::max();
  std::int64_t index = 0;
  TRIVET_TRY(into_integer(index));
  const auto position = static_cast<std::int64_t>(model_.trees.tree_count());
  if (position == 0 && index >= 0 && index <= kInt32) first_index_ = index;
  const std::int64_t wanted = first_index_ + position;
  if (index == wanted) return {};
  return cursor_.fail(text::message("{}", index),
                      text::message("{}, as the trees come in their order", wanted));
}

Status TreeDocument::read_node(std::size_t& at) {
  at = nodes_.size();
  nodes_.emplace_back();
  const std::size_t here = at;
  TRIVET_TRY(cursor_.members([&](std::string_view key) { return read_member(here, key); }));
  return check_node(here);
}

Status TreeDocument::take_once(std::size_t at, std::string_view key) {
  const std::uint32_t part = bit_of_part(key);
  if ((nodes_[at].parts & part) != 0) {
    return cursor_.fail(text::message("a second {}", key), "one a node");
  }
  nodes_[at].parts |= part;
  return {};
}

/// The children may grow nodes_, so a node is found anew by its position.
Status TreeDocument::read_member(std::size_t at, std::string_view key) {
  TRIVET_TRY(take_once(at, key));
  DumpedNode& node = nodes_[at];
  if (key == "left_child" || key == "right_child") {
    const bool is_left = key == "left_child";
    std::size_t child = kNone;
    TRIVET_TRY(read_node(child));
    (is_left ? nodes_[at].left : nodes_[at].right) = child;
    return {};
  }
  if (key == "split_feature") return into_integer(node.feature);
  if (key == "split_gain") return into_number(node.gain);
  if (key == "threshold") return read_threshold(at);
  if (key == "decision_type") return read_decision_type(node);
  if (key == "missing_type") return read_missing_type(node);
  if (key == "default_left") {
    const Result<bool> flag = cursor_.flag();
    if (!flag) return flag.error();
    node.default_left = *flag;
    return {};
  }
  if (key == "internal_count" || key == "leaf_count") return into_integer(node.count);
  return read_leaf_member(at, key);
}

Status TreeDocument::read_leaf_member(std::size_t at, std::string_view key) {
  DumpedNode& node = nodes_[at];
  if (key == "leaf_value") {
    node.is_leaf = true;
    return into_number(node.value);
  }
  if (key == "leaf_const") {
    node.is_linear = true;
    return into_number(node.constant);
  }
  if (key == "leaf_features") {
    node.first_term = term_features_.size();
    TRIVET_TRY(cursor_.integers(term_features_));
    node.end_term = term_features_.size();
    return {};
  }
  if (key != "leaf_coeff") return {};
  node.first_coefficient = coefficients_.size();
  TRIVET_TRY(cursor_.items([&](std::size_t) { return into_number(coefficients_.emplace_back()); }));
  node.end_coefficient = coefficients_.size();
  return {};
}

Status TreeDocument::check_node(std::size_t at) const {
  const DumpedNode& node = nodes_[at];
  constexpr std::int64_t kInt32 = std::numeric_limits<std::int32_t>::max();
  const bool is_split = node.feature >= 0 && node.feature <= kInt32;
  if (node.is_leaf == is_split || (!is_split && node.feature != -1)) {
    return cursor_.fail("a node that is neither a split nor a leaf",
                        "split_feature and its companions, or leaf_value");
  }
  if (node.count < 0 || node.count > kInt32) {
    return cursor_.fail(text::message("the count {}", node.count), "a number of rows");
  }
  return node.is_leaf ? check_leaf(node) : check_split(node);
}

/// A linear leaf has all of its parts, also where it has no terms.
Status TreeDocument::check_leaf(const DumpedNode& node) const {
  std::uint32_t linear = 0;
  for (const std::string_view part : kLinearParts) linear |= bit_of_part(part);
  if ((node.parts & linear) == 0) return {};
  for (const std::string_view part : kLinearParts) {
    if ((node.parts & bit_of_part(part)) != 0) continue;
    return cursor_.fail(text::message("a linear leaf without {}", part), "all of its parts");
  }
  const std::size_t terms = node.end_term - node.first_term;
  const std::size_t coefficients = node.end_coefficient - node.first_coefficient;
  if (coefficients == terms) return {};
  return cursor_.fail(text::message("{} leaf_features and {} leaf_coeff", terms, coefficients),
                      "a coefficient a feature");
}

Status TreeDocument::check_split(const DumpedNode& node) const {
  for (const std::string_view part : kSplitParts) {
    if ((node.parts & bit_of_part(part)) != 0) continue;
    return cursor_.fail(text::message("a split without {}", part), "all of its parts");
  }
  for (const std::string_view part : kLinearParts) {
    if ((node.parts & bit_of_part(part)) == 0) continue;
    return cursor_.fail(text::message("a split with {}", part), "that in leaves only");
  }
  if (node.is_categorical == (node.set != kNone)) return {};
  return cursor_.fail("a threshold that doesn't fit the decision_type",
                      "a number for \"<=\", a text of category codes for \"==\"");
}

/// A number, or category codes as `0||3||7`.
Status TreeDocument::read_threshold(std::size_t at) {
  DumpedNode& node = nodes_[at];
  const Result<Kind> kind = cursor_.kind();
  if (!kind) return kind.error();
  if (*kind != Kind::text) {
    TRIVET_TRY(into_number(node.threshold));
    if (std::isnan(node.threshold)) return cursor_.fail("NaN", "a number to compare with");
    node.threshold = undo_clamp(node.threshold);
    return {};
  }
  const Result<std::string_view> text = cursor_.text();
  if (!text) return text.error();
  node.set = tree_.set_begin.size() - 1;
  node.threshold = static_cast<double>(node.set);
  TRIVET_TRY(read_codes(*text));
  tree_.set_begin.push_back(tree_.codes.size());
  return {};
}

Status TreeDocument::read_codes(std::string_view text) {
  constexpr std::string_view kBetween = "||";
  if (text.empty()) return {};
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::int32_t code = 0;
    const auto [stop, error] = std::from_chars(at, end, code);
    const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
    if (error != std::errc() || code < 0 || !(rest.empty() || rest.starts_with(kBetween))) {
      std::string found = text::message("the text {}", text::quoted(text));
      return cursor_.fail(std::move(found), "category codes with || between them");
    }
    if (code >= kCodeLimit) {
      const Error place = cursor_.fail("", "");
      return Error(Errc::unsupported_model, std::string(place.where()),
                   text::message("the category code {}", code),
                   text::message("codes below {}", kCodeLimit));
    }
    tree_.codes.push_back(code);
    if (rest.empty()) return {};
    at = stop + kBetween.size();
  }
}

Status TreeDocument::read_decision_type(DumpedNode& node) {
  const Result<std::string_view> text = cursor_.text();
  if (!text) return text.error();
  node.is_categorical = *text == "==";
  if (node.is_categorical || *text == "<=") return {};
  std::string found = text::message("the decision type {}", text::quoted(*text));
  return cursor_.fail(std::move(found), "\"<=\" or \"==\"");
}

Status TreeDocument::read_missing_type(DumpedNode& node) {
  const Result<std::string_view> text = cursor_.text();
  if (!text) return text.error();
  constexpr std::string_view kNames[] = {"None", "Zero", "NaN"};
  const auto* at = std::find(std::begin(kNames), std::end(kNames), *text);
  if (at != std::end(kNames)) {
    node.missing_type = static_cast<std::int32_t>(at - std::begin(kNames));
    return {};
  }
  std::string found = text::message("the missing type {}", text::quoted(*text));
  return cursor_.fail(std::move(found), "\"None\", \"Zero\" or \"NaN\"");
}

Status TreeDocument::into_number(double& out) {
  const Result<double> number = cursor_.number();
  if (!number) return number.error();
  out = *number;
  return {};
}

Status TreeDocument::into_integer(std::int64_t& out) {
  const Result<std::int64_t> number = cursor_.integer();
  if (!number) return number.error();
  out = *number;
  return {};
}

/// Splits and leaves each get numbers in the order of the file, which has the root first.
void TreeDocument::number_nodes() {
  std::int32_t splits = 0;
  std::int32_t leaves = 0;
  for (DumpedNode& node : nodes_) node.number = node.is_leaf ? ~(leaves++) : splits++;
  tree_.is_linear = std::any_of(nodes_.begin(), nodes_.end(),
                                [](const DumpedNode& node) { return node.is_linear; });
  for (const DumpedNode& node : nodes_) {
    if (node.is_leaf) append_leaf(node);
    else append_split(node);
  }
}

void TreeDocument::append_split(const DumpedNode& node) {
  tree_.feature.push_back(static_cast<std::int32_t>(node.feature));
  tree_.threshold.push_back(node.threshold);
  tree_.decision.push_back((node.is_categorical ? kCategoricalBit : 0) |
                           (node.default_left ? kDefaultLeftBit : 0) |
                           node.missing_type << kMissingTypeShift);
  tree_.left.push_back(nodes_[node.left].number);
  tree_.right.push_back(nodes_[node.right].number);
  if (model_.keeps_gains) tree_.gain.push_back(node.gain);
  tree_.split_count.push_back(static_cast<std::int32_t>(node.count));
}

void TreeDocument::append_leaf(const DumpedNode& node) {
  tree_.leaf_value.push_back(node.value);
  tree_.leaf_count.push_back(static_cast<std::int32_t>(node.count));
  if (!tree_.is_linear) return;
  const auto terms = static_cast<std::ptrdiff_t>(node.end_term - node.first_term);
  const auto first = static_cast<std::ptrdiff_t>(node.first_term);
  tree_.leaf_constant.push_back(node.is_linear ? node.constant : node.value);
  tree_.term_count.push_back(static_cast<std::int32_t>(terms));
  tree_.term_feature.insert(tree_.term_feature.end(), term_features_.begin() + first,
                            term_features_.begin() + first + terms);
  const auto first_coefficient = static_cast<std::ptrdiff_t>(node.first_coefficient);
  tree_.coefficient.insert(tree_.coefficient.end(), coefficients_.begin() + first_coefficient,
                           coefficients_.begin() + first_coefficient + terms);
}

}  // namespace trivet::lightgbm
