// SPDX-License-Identifier: Apache-2.0
// Reads the `Tree=` blocks of a model text.
#include "format/lightgbm/tree_text.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {

enum class TreeText::Field : std::uint8_t {
  num_leaves,
  num_cat,
  split_feature,
  split_gain,
  threshold,
  decision_type,
  left_child,
  right_child,
  leaf_value,
  leaf_count,
  internal_count,
  cat_boundaries,
  cat_threshold,
  is_linear,
  leaf_const,
  num_features,
  leaf_features,
  leaf_coeff,
};

struct TreeText::FieldName {
  std::string_view name;
  Field field;
};

// In the order in which LightGBM writes them. Other fields (weights, values of inner nodes, the
// shrinkage, which the leaf values already have in them) say nothing about prediction.
const TreeText::FieldName TreeText::kFields[] = {
    {"num_leaves", Field::num_leaves},         {"num_cat", Field::num_cat},
    {"split_feature", Field::split_feature},   {"split_gain", Field::split_gain},
    {"threshold", Field::threshold},           {"decision_type", Field::decision_type},
    {"left_child", Field::left_child},         {"right_child", Field::right_child},
    {"leaf_value", Field::leaf_value},         {"leaf_count", Field::leaf_count},
    {"internal_count", Field::internal_count}, {"cat_boundaries", Field::cat_boundaries},
    {"cat_threshold", Field::cat_threshold},   {"is_linear", Field::is_linear},
    {"leaf_const", Field::leaf_const},         {"num_features", Field::num_features},
    {"leaf_features", Field::leaf_features},   {"leaf_coeff", Field::leaf_coeff},
};

bool TreeText::has(Field field) const noexcept {
  return (seen_ >> static_cast<unsigned>(field) & 1u) != 0;
}

std::string TreeText::place() const {
  return text::message("line {}, tree {}", tree_.line, model_.trees.tree_count());
}

Status TreeText::read(TextLines& lines) {
  const Result<std::int64_t> number = lines.read_integer();
  if (!number) return number.error();
  if (*number != static_cast<std::int64_t>(model_.trees.tree_count())) {
    return lines.fail("", text::message("Tree={}", *number),
                      text::message("Tree={}", model_.trees.tree_count()));
  }
  tree_.clear();
  tree_.line = lines.number();
  seen_ = 0;
  set_count_ = 0;
  set_bounds_.clear();
  set_words_.clear();
  while (true) {
    if (!lines.next()) {
      return lines.fail("", text::message("the end of the text inside tree {}", *number),
                        "the rest of the tree");
    }
    if (lines.line().empty()) return finish(lines);
    const std::string_view key = lines.key();
    const auto* at = std::find_if(std::begin(kFields), std::end(kFields),
                                  [&](const FieldName& field) { return field.name == key; });
    if (at == std::end(kFields)) continue;
    if (has(at->field)) return lines.fail(key, "the field a second time", "one of each a tree");
    seen_ |= 1u << static_cast<unsigned>(at->field);
    TRIVET_TRY(read_field(lines, at->field));
  }
}

Status TreeText::read_field(const TextLines& lines, Field field) {
  const auto into = [&](std::int64_t& out) -> Status {
    const Result<std::int64_t> number = lines.read_integer();
    if (!number) return number.error();
    out = *number;
    return {};
  };
  switch (field) {
    case Field::num_leaves: return into(leaf_count_);
    case Field::num_cat: return into(set_count_);
    case Field::split_feature: return lines.read(tree_.feature);
    case Field::split_gain: return model_.keeps_gains ? lines.read(tree_.gain) : Status{};
    case Field::threshold: return lines.read(tree_.threshold);
    case Field::decision_type: return lines.read(tree_.decision);
    case Field::left_child: return lines.read(tree_.left);
    case Field::right_child: return lines.read(tree_.right);
    case Field::leaf_value: return lines.read(tree_.leaf_value);
    case Field::leaf_count: return lines.read(tree_.leaf_count);
    case Field::internal_count: return lines.read(tree_.split_count);
    case Field::cat_boundaries: return lines.read(set_bounds_);
    case Field::cat_threshold: return lines.read(set_words_);
    case Field::is_linear: {
      std::int64_t flag = 0;
      TRIVET_TRY(into(flag));
      tree_.is_linear = flag != 0;
      return {};
    }
    case Field::leaf_const: return lines.read(tree_.leaf_constant);
    case Field::num_features: return lines.read(tree_.term_count);
    case Field::leaf_features: return lines.read(tree_.term_feature);
    case Field::leaf_coeff: return lines.read(tree_.coefficient);
  }
  return {};
}

/// The tree is whole: its fields against each other.
Status TreeText::finish(const TextLines& lines) {
  const auto missing = [&](Field field) {
    const auto* at = std::find_if(std::begin(kFields), std::end(kFields),
                                  [&](const FieldName& name) { return name.field == field; });
    return Error(Errc::invalid_model, place(),
                 text::message("no {} up to line {}", at->name, lines.number()),
                 text::message("a line {}=…", at->name));
  };
  for (const Field field : {Field::num_leaves, Field::num_cat, Field::leaf_value}) {
    if (!has(field)) return missing(field);
  }
  if (leaf_count_ != static_cast<std::int64_t>(tree_.leaf_value.size()) || leaf_count_ < 1) {
    return Error(Errc::invalid_model, text::message("{}, num_leaves", place()),
                 text::message("{}", leaf_count_),
                 text::message("{}, the number of leaf values",
                               std::max<std::size_t>(tree_.leaf_value.size(), 1)));
  }
  for (const Field field : {Field::split_feature, Field::threshold, Field::left_child,
                            Field::right_child, Field::decision_type}) {
    if (leaf_count_ > 1 && !has(field)) return missing(field);
  }
  for (const Field field : {Field::cat_boundaries, Field::cat_threshold}) {
    if (set_count_ != 0 && !has(field)) return missing(field);
  }
  for (const Field field :
       {Field::leaf_const, Field::num_features, Field::leaf_features, Field::leaf_coeff}) {
    if (tree_.is_linear && !has(field)) return missing(field);
  }
  TRIVET_TRY(make_sets());
  return add_tree(tree_, model_);
}

/// The bit sets as lists of codes.
Status TreeText::make_sets() {
  if (set_count_ == 0 && set_bounds_.empty()) return {};
  if (set_count_ < 0 || static_cast<std::uint64_t>(set_count_) + 1 != set_bounds_.size()) {
    return Error(Errc::invalid_model, text::message("{}, cat_boundaries", place()),
                 text::message("{} values", set_bounds_.size()),
                 text::message("1 more than num_cat, which is {}", set_count_));
  }
  tree_.set_begin.push_back(0);
  for (std::size_t s = 0; s + 1 < set_bounds_.size(); ++s) {
    const std::int32_t begin = set_bounds_[s];
    const std::int32_t end = set_bounds_[s + 1];
    if (begin < 0 || end < begin || static_cast<std::size_t>(end) > set_words_.size() ||
        (s == 0 && begin != 0)) {
      return Error(Errc::invalid_model, text::message("{}, cat_boundaries[{}]", place(), s + 1),
                   text::message("{} behind {}", end, begin),
                   text::message("ascending numbers from 0 to {}, the words of cat_threshold",
                                 set_words_.size()));
    }
    TRIVET_TRY(append_codes(s, static_cast<std::size_t>(begin), static_cast<std::size_t>(end)));
  }
  return {};
}

Status TreeText::append_codes(std::size_t set, std::size_t begin, std::size_t end) {
  for (std::size_t w = begin; w < end; ++w) {
    for (std::uint32_t word = set_words_[w]; word != 0; word &= word - 1) {
      const std::size_t code = (w - begin) * 32 + static_cast<std::size_t>(std::countr_zero(word));
      if (code >= static_cast<std::size_t>(kCodeLimit)) {
        return Error(Errc::unsupported_model, text::message("{}, category set {}", place(), set),
                     text::message("the category code {}", code),
                     text::message("codes below {}", kCodeLimit));
      }
      tree_.codes.push_back(static_cast<std::int32_t>(code));
    }
  }
  tree_.set_begin.push_back(tree_.codes.size());
  return {};
}

}  // namespace trivet::lightgbm
