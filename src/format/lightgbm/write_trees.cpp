// SPDX-License-Identifier: Apache-2.0
// Writes the fields of one tree in LightGBM's order.
#include "format/lightgbm/write_trees.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "format/lightgbm/tree_arrays.hpp"
#include "text/number.hpp"

namespace trivet::lightgbm {
namespace {

/// Rows of the training, which a file counts in 32 bits.
void append_count(std::string& out, float count) {
  constexpr auto kMost = std::numeric_limits<std::int32_t>::max();
  const bool fits = count > -2147483648.0f && count < 2147483648.0f;
  text::append_integer(out, fits ? static_cast<std::int64_t>(count) : kMost);
}

class TreeTextWriter {
 public:
  TreeTextWriter(std::string& out, const spi::TreeEnsemble& forest, std::size_t tree)
      : out_(out),
        forest_(forest),
        tree_(tree),
        first_split_(forest.split_begin[tree]),
        end_split_(forest.split_begin[tree + 1]),
        first_leaf_(forest.leaf_begin[tree]),
        end_leaf_(forest.leaf_begin[tree + 1]) {}

  void run();

 private:
  /// A line `name=` with what `append` adds for each of the positions, blanks between.
  template <class Append>
  void line(std::string_view name, std::size_t begin, std::size_t end, Append append) {
    out_.append(name).append("=");
    for (std::size_t i = begin; i < end; ++i) {
      if (i > begin) out_ += ' ';
      append(i);
    }
    out_ += '\n';
  }
  template <class Append>
  void splits(std::string_view name, Append append) {
    line(name, first_split_, end_split_, append);
  }
  template <class Append>
  void leaves(std::string_view name, Append append) {
    line(name, first_leaf_, end_leaf_, append);
  }
  void number_line(std::string_view name, std::size_t value) {
    out_.append(name).append("=");
    append_whole(out_, value);
    out_ += '\n';
  }
  void tests();
  void children();
  void facts();
  void category_sets();
  void linear_leaves();
  [[nodiscard]] bool is_linear() const;
  [[nodiscard]] std::int64_t decision(std::size_t split) const;

  std::string& out_;
  const spi::TreeEnsemble& forest_;
  std::size_t tree_;
  std::size_t first_split_;
  std::size_t end_split_;
  std::size_t first_leaf_;
  std::size_t end_leaf_;
  std::vector<std::size_t> sets_;  // of the tree's categorical splits, in their order
};

std::int64_t TreeTextWriter::decision(std::size_t split) const {
  constexpr std::int64_t kNanIsMissing = 2 << kMissingTypeShift;
  const spi::NodeFlags flags = forest_.flags[split];
  if (flags.categorical()) return kCategoricalBit | kNanIsMissing;
  const std::int64_t side = flags.missing_left() ? kDefaultLeftBit : 0;
  if (flags.missing() == spi::Missing::nan) return side | kNanIsMissing;
  if (flags.missing() == spi::Missing::nan_and_zero) return side | (1 << kMissingTypeShift);
  return side;
}

void TreeTextWriter::tests() {
  for (std::size_t i = first_split_; i < end_split_; ++i) {
    if (forest_.flags[i].categorical()) sets_.push_back(static_cast<std::size_t>(forest_.cut[i]));
  }
  number_line("num_cat", sets_.size());
  splits("split_feature", [&](std::size_t i) { text::append_integer(out_, forest_.feature[i]); });
  splits("split_gain", [&](std::size_t i) {
    append_double(out_,
                  forest_.split_gain.empty() ? 0 : static_cast<double>(forest_.split_gain[i]));
  });
  std::size_t set = 0;
  splits("threshold", [&](std::size_t i) {
    if (forest_.flags[i].categorical()) append_whole(out_, set++);
    else append_double(out_, forest_.cut[i]);
  });
  splits("decision_type", [&](std::size_t i) { text::append_integer(out_, decision(i)); });
}

void TreeTextWriter::children() {
  splits("left_child", [&](std::size_t i) { text::append_integer(out_, forest_.left[i]); });
  splits("right_child", [&](std::size_t i) { text::append_integer(out_, forest_.right[i]); });
  leaves("leaf_value", [&](std::size_t i) { append_double(out_, forest_.leaf[i]); });
}

/// What the graph doesn't keep is 0: LightGBM itself wants lists of full length.
void TreeTextWriter::facts() {
  const auto zero = [&](std::size_t) { out_ += '0'; };
  const auto leaf_count = [&](std::size_t i) {
    append_count(out_, forest_.leaf_cover.empty() ? 0 : forest_.leaf_cover[i]);
  };
  leaves("leaf_weight", zero);
  leaves("leaf_count", leaf_count);
  splits("internal_value", zero);
  splits("internal_weight", zero);
  splits("internal_count", [&](std::size_t i) {
    append_count(out_, forest_.split_cover.empty() ? 0 : forest_.split_cover[i]);
  });
}

void TreeTextWriter::category_sets() {
  if (sets_.empty()) return;
  const spi::CategorySets& sets = forest_.categories;
  out_ += "cat_boundaries=0";
  std::size_t words = 0;
  for (const std::size_t set : sets_) {
    words += sets.offset[set + 1] - sets.offset[set];
    out_ += ' ';
    append_whole(out_, words);
  }
  out_ += "\ncat_threshold=";
  bool is_first = true;
  for (const std::size_t set : sets_) {
    for (std::size_t w = sets.offset[set]; w < sets.offset[set + 1]; ++w) {
      if (!is_first) out_ += ' ';
      is_first = false;
      append_whole(out_, sets.words[w]);
    }
  }
  out_ += '\n';
}

bool TreeTextWriter::is_linear() const {
  if (forest_.linear.empty()) return false;
  for (std::size_t leaf = first_leaf_; leaf < end_leaf_; ++leaf) {
    const bool has_terms = forest_.linear.offset[leaf] != forest_.linear.offset[leaf + 1];
    if (has_terms || forest_.linear.constant[leaf] != forest_.leaf[leaf]) return true;
  }
  return false;
}

void TreeTextWriter::linear_leaves() {
  const spi::LinearLeaves& linear = forest_.linear;
  leaves("leaf_const", [&](std::size_t i) { append_double(out_, linear.constant[i]); });
  leaves("num_features",
         [&](std::size_t i) { append_whole(out_, linear.offset[i + 1] - linear.offset[i]); });
  // Each leaf's terms end with a blank, as LightGBM counts on it.
  const auto terms = [&](std::string_view name, auto append) {
    out_.append(name).append("=");
    for (std::size_t leaf = first_leaf_; leaf < end_leaf_; ++leaf) {
      for (std::size_t i = linear.offset[leaf]; i < linear.offset[leaf + 1]; ++i) {
        append(i);
        out_ += ' ';
      }
      out_ += ' ';
    }
    out_ += '\n';
  };
  terms("leaf_features", [&](std::size_t i) { text::append_integer(out_, linear.feature[i]); });
  terms("leaf_coeff", [&](std::size_t i) { append_double(out_, linear.coefficient[i]); });
}

void TreeTextWriter::run() {
  number_line("Tree", tree_);
  number_line("num_leaves", end_leaf_ - first_leaf_);
  tests();
  children();
  facts();
  category_sets();
  const bool linear = is_linear();
  number_line("is_linear", linear ? 1 : 0);
  if (linear) linear_leaves();
  out_ += "shrinkage=1\n\n\n";
}

}  // namespace

void append_double(std::string& out, double value) {
  constexpr int kDigits = std::numeric_limits<double>::max_digits10;
  std::array<char, 32> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value,
                                          std::chars_format::general, kDigits);
  out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

void append_whole(std::string& out, std::size_t value) {
  text::append_integer(out, static_cast<std::int64_t>(value));
}

void append_tree(std::string& out, const spi::TreeEnsemble& forest, std::size_t tree) {
  TreeTextWriter(out, forest, tree).run();
}

}  // namespace trivet::lightgbm
