// SPDX-License-Identifier: Apache-2.0
// Draws a tree with its tests in words and a branch for each answer.
#include "cli/tree_drawing.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "cli/console.hpp"
#include "cli/features.hpp"
#include "cli/forest_facts.hpp"

namespace trivet::cli {
namespace {

/// The shortest text that reads back in the number's own width.
template <class Number>
std::string shortest(Number number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), number).ptr;
  return std::string(text, end);
}

std::string shortest(const spi::Numbers& numbers, std::size_t i) {
  return numbers.width == spi::FloatWidth::f32 ? shortest(numbers.f32[i])
                                               : shortest(numbers.f64[i]);
}

class Drawing {
 public:
  Drawing(const TreePlace& place, std::vector<Feature> features, bool colour)
      : forest_(*place.forest),
        tree_(place.tree),
        first_split_(forest_.split_begin[tree_]),
        first_leaf_(forest_.leaf_begin[tree_]),
        features_(std::move(features)),
        shape_(measure_tree(forest_, tree_)),
        colour_(colour) {}

  /// The nodes that are still to be drawn lie on a stack of our own, the next one on top.
  std::string draw() {
    struct Pending {
      std::int32_t node;
      std::size_t depth;
      std::string before;  // the lines of the branches to the left of it
      std::string branch;  // what leads to it
      bool is_last;
    };
    const bool is_leaf = shape_.nodes_below.empty();
    std::vector<Pending> pending{{is_leaf ? ~0 : 0, 0, "", "", true}};
    while (!pending.empty()) {
      const Pending at = std::move(pending.back());
      pending.pop_back();
      const bool is_root = at.depth == 0;
      add_line(is_root ? "" : at.before + (at.is_last ? "└─ " : "├─ ") + dim(at.branch), at.node,
               at.depth);
      if (at.node < 0 || at.depth >= kDrawnDepth) continue;
      const std::string before = is_root ? "" : at.before + (at.is_last ? "   " : "│  ");
      const std::size_t split = first_split_ + static_cast<std::size_t>(at.node);
      const bool yes_is_left = !is_category_right(split);
      const bool missing_is_yes = forest_.flags[split].missing_left() == yes_is_left;
      const std::string missing = missing_words(split);
      const auto branch = [&](std::string_view answer, bool takes_missing) {
        return std::string(answer) + (takes_missing ? missing : "") + ": ";
      };
      const std::int32_t yes = yes_is_left ? forest_.left[split] : forest_.right[split];
      const std::int32_t no = yes_is_left ? forest_.right[split] : forest_.left[split];
      pending.push_back({no, at.depth + 1, before, branch("no", !missing_is_yes), true});
      pending.push_back({yes, at.depth + 1, before, branch("yes", missing_is_yes), false});
    }
    return std::move(text_);
  }

  [[nodiscard]] std::string heading(std::size_t number, std::size_t count) const {
    std::string text = "tree " + std::to_string(number) + " of " + std::to_string(count);
    const std::size_t leaves = forest_.leaf_begin[tree_ + 1] - first_leaf_;
    text += "  " + std::to_string(leaves) + (leaves == 1 ? " leaf" : " leaves") + ", depth " +
            std::to_string(shape_.depth);
    if (forest_.output_count > 1 && forest_.leaf_width == 1) {
      const std::uint32_t output = forest_.tree_output.empty() ? 0 : forest_.tree_output[tree_];
      text += ", adds to output " + std::to_string(output);
    }
    if (!forest_.tree_weight.empty()) text += ", weight " + shortest(forest_.tree_weight[tree_]);
    return text;
  }

 private:
  /// XGBoost's sets name the categories that go right.
  [[nodiscard]] bool is_category_right(std::size_t split) const {
    return forest_.flags[split].categorical() && !forest_.categories.members_go_left;
  }

  [[nodiscard]] std::string missing_words(std::size_t split) const {
    if (!features_[forest_.feature[split]].can_be_missing) return "";
    switch (forest_.flags[split].missing()) {
      case spi::Missing::nan: return " or missing";
      case spi::Missing::nan_and_zero: return ", 0 or missing";
      case spi::Missing::none: break;  // counts as 0, which the test answers
    }
    return "";
  }

  void add_line(const std::string& start, std::int32_t node, std::size_t depth) {
    text_ += start;
    if (node < 0) {
      add_leaf(first_leaf_ + static_cast<std::size_t>(~node));
    } else if (depth >= kDrawnDepth) {
      text_ += dim("… " + std::to_string(shape_.nodes_below[static_cast<std::size_t>(node)]) +
                   " more nodes");
    } else {
      add_split(first_split_ + static_cast<std::size_t>(node));
    }
    text_ += "\n";
  }

  void add_split(std::size_t split) {
    text_ += feature_name(forest_.feature[split]);
    if (forest_.flags[split].categorical()) {
      text_ += " in " + category_names(split);
    } else {
      text_ += forest_.test == spi::Test::less ? " < " : " <= ";
      text_ += shortest(forest_.cut, split);
    }
    std::string facts;
    if (!forest_.split_gain.empty()) facts += "  gain " + shortest(forest_.split_gain[split]);
    if (!forest_.split_cover.empty()) facts += "  cover " + shortest(forest_.split_cover[split]);
    text_ += dim(facts);
  }

  void add_leaf(std::size_t leaf) {
    text_ += "leaf";
    if (!forest_.linear.empty()) add_terms(leaf);
    for (std::uint32_t k = 0; k < forest_.leaf_width; ++k) {
      text_ += (k == 0 ? " " : ", ") + shortest(forest_.leaf, leaf * forest_.leaf_width + k);
    }
    if (!forest_.leaf_cover.empty()) text_ += dim("  cover " + shortest(forest_.leaf_cover[leaf]));
  }

  /// What a linear leaf is worth, and how the plain value behind it comes in.
  void add_terms(std::size_t leaf) {
    const spi::LinearLeaves& linear = forest_.linear;
    if (linear.offset[leaf] == linear.offset[leaf + 1]) return;
    text_ += " " + shortest(linear.constant[leaf]);
    for (std::uint32_t i = linear.offset[leaf]; i < linear.offset[leaf + 1]; ++i) {
      const double coefficient = linear.coefficient[i];
      text_ += std::signbit(coefficient) ? " - " : " + ";
      text_ += shortest(std::fabs(coefficient)) + "·" + feature_name(linear.feature[i]);
    }
    text_ += "; if one of them is missing";
  }

  [[nodiscard]] std::string feature_name(std::uint32_t feature) const {
    return bold(printable(features_[feature].name));
  }

  [[nodiscard]] std::string category_names(std::size_t split) const {
    constexpr std::size_t kShown = 8;
    const auto set = static_cast<std::size_t>(forest_.cut[split]);
    const std::vector<std::string>& names = features_[forest_.feature[split]].codes;
    std::string text = "{";
    std::size_t count = 0;
    const std::size_t words = forest_.categories.offset[set + 1] - forest_.categories.offset[set];
    for (std::size_t code = 0; code < words * 32; ++code) {
      if (!forest_.categories.contains(set, static_cast<double>(code))) continue;
      if (count++ >= kShown) continue;
      text += count == 1 ? "" : ", ";
      text += code < names.size() ? printable(names[code]) : std::to_string(code);
    }
    if (count > kShown) text += ", … " + std::to_string(count - kShown) + " more";
    return text + "}";
  }

  [[nodiscard]] std::string bold(const std::string& text) const {
    return colour_ ? "\x1b[1m" + text + "\x1b[0m" : text;
  }
  [[nodiscard]] std::string dim(const std::string& text) const {
    return colour_ && !text.empty() ? "\x1b[2m" + text + "\x1b[0m" : text;
  }

  const spi::TreeEnsemble& forest_;
  std::size_t tree_;
  std::size_t first_split_;
  std::size_t first_leaf_;
  std::vector<Feature> features_;
  TreeShape shape_;
  bool colour_;
  std::string text_;
};

}  // namespace

Result<std::string> draw_tree(const LocalModel& model, std::size_t number, bool colour) {
  const TreePlace place =
      model.graph() == nullptr ? TreePlace{} : find_tree(*model.graph(), number);
  if (place.forest == nullptr) {
    const std::size_t count = model.info().trees;
    return Error(Errc::invalid_argument, "--tree", std::to_string(number),
                 count == 0 ? "a model with trees"
                            : "0 to " + std::to_string(count - 1) + ", as the model has " +
                                  std::to_string(count) + (count == 1 ? " tree" : " trees"));
  }
  Drawing drawing(place, describe_features(*model.graph(), place.input), colour);
  const std::string heading = drawing.heading(number, model.info().trees);
  return heading + "\n\n" + drawing.draw();
}

}  // namespace trivet::cli
