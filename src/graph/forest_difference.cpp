// SPDX-License-Identifier: Apache-2.0
// Compares forests tree by tree, from the roots.
#include "graph/forest_difference.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "text/message.hpp"

namespace trivet::graph {
namespace {

using spi::TreeEnsemble;
using Found = std::optional<Difference>;

std::string_view width_name(spi::FloatWidth width) noexcept {
  return width == spi::FloatWidth::f32 ? "float32" : "float64";
}

Found compare_widths(std::string_view where, spi::FloatWidth original, spi::FloatWidth copy) {
  if (original == copy) return {};
  return Difference{std::string(where), std::string(width_name(original)),
                    std::string(width_name(copy))};
}

Found compare_numbers(std::string_view where, double original, double copy) {
  if (same_bits(original, copy)) return {};
  return number_difference(std::string(where), original, copy);
}

Found compare_rules(const TreeEnsemble& a, const TreeEnsemble& b) {
  if (a.test != b.test) {
    const auto name = [](spi::Test test) {
      return test == spi::Test::less ? "x < cut" : "x <= cut";
    };
    return Difference{"test", name(a.test), name(b.test)};
  }
  if (Found found = compare_widths("width of the row", a.input_width, b.input_width)) return found;
  if (Found found = compare_widths("width of cuts", a.cut.width, b.cut.width)) return found;
  if (Found found = compare_widths("width of leaves", a.leaf.width, b.leaf.width)) return found;
  if (Found found = compare_widths("width of sums", a.sum.accumulator, b.sum.accumulator)) {
    return found;
  }
  const bool same_side = a.categories.members_go_left == b.categories.members_go_left &&
                         a.categories.truncates_to_zero == b.categories.truncates_to_zero;
  if (a.has_categories() && !same_side) {
    return Difference{"rule for categories", "one", "another"};
  }
  return {};
}

/// How a split tests its feature.
std::string test_words(spi::NodeFlags flags) {
  return flags.categorical() ? "for a set of categories" : "against a cut";
}

std::string missing_words(spi::NodeFlags flags) {
  const std::string_view side = flags.missing_left() ? "left" : "right";
  switch (flags.missing()) {
    case spi::Missing::nan: return text::message("NaN goes {}", side);
    case spi::Missing::nan_and_zero: return text::message("NaN and 0 go {}", side);
    case spi::Missing::none: break;
  }
  return text::message("NaN counts as 0 (else {})", side);
}

Found compare_sums(const TreeEnsemble& a, const TreeEnsemble& b) {
  if (Found found = compare_numbers("scale", a.sum.scale, b.sum.scale)) return found;
  if (Found found = compare_numbers("divisor", a.sum.divisor, b.sum.divisor)) return found;
  if (Found found = compare_per_output("start", a.sum.start, b.sum.start, a.output_count)) {
    return found;
  }
  if (Found found = compare_per_output("end", a.sum.end, b.sum.end, a.output_count)) return found;
  return compare_links(a.link, b.link);
}

Found compare_counts(const TreeEnsemble& a, const TreeEnsemble& b) {
  struct Count {
    std::string_view name;
    std::size_t original;
    std::size_t copy;
  };
  for (const Count& count : {Count{"trees", a.tree_count(), b.tree_count()},
                             Count{"features", a.feature_count, b.feature_count},
                             Count{"outputs", a.output_count, b.output_count},
                             Count{"values in a leaf", a.leaf_width, b.leaf_width},
                             Count{"splits", a.split_count(), b.split_count()},
                             Count{"leaves", a.leaf_count(), b.leaf_count()}}) {
    if (count.original == count.copy) continue;
    return Difference{std::string(count.name), text::message("{}", count.original),
                      text::message("{}", count.copy)};
  }
  return {};
}

/// A leaf as a linear function; one without terms when it is none.
struct LinearLeaf {
  double constant = 0;
  std::span<const std::uint32_t> features;
  std::span<const double> coefficients;
};

LinearLeaf linear_leaf(const TreeEnsemble& forest, std::size_t leaf) {
  const spi::LinearLeaves& linear = forest.linear;
  if (linear.empty()) return {forest.leaf[leaf], {}, {}};
  const std::size_t begin = linear.offset[leaf];
  const std::size_t count = linear.offset[leaf + 1] - begin;
  return {linear.constant[leaf], std::span(linear.feature).subspan(begin, count),
          std::span(linear.coefficient).subspan(begin, count)};
}

/// The words of a category set up to its last member.
std::span<const std::uint32_t> set_words(const TreeEnsemble& forest, std::size_t split) {
  const auto set = static_cast<std::size_t>(forest.cut[split]);
  const std::size_t begin = forest.categories.offset[set];
  std::size_t end = forest.categories.offset[set + 1];
  while (end > begin && forest.categories.words[end - 1] == 0) --end;
  return std::span(forest.categories.words).subspan(begin, end - begin);
}

class ForestComparer {
 public:
  ForestComparer(const TreeEnsemble& original, const TreeEnsemble& copy, bool with_numbers)
      : a_(original), b_(copy), with_numbers_(with_numbers) {}

  Found run() {
    for (std::size_t t = 0; t < a_.tree_count(); ++t) {
      Found found = tree(t);
      if (!found) continue;
      found->where =
          text::message("tree {}{}{}", t, found->where.starts_with(": ") ? "" : ", ", found->where);
      return found;
    }
    return {};
  }

 private:
  struct Pair {
    std::int32_t original;
    std::int32_t copy;
  };

  Found tree(std::size_t t) {
    const auto output = [&](const TreeEnsemble& forest) {
      return forest.tree_output.empty() || forest.leaf_width > 1 ? 0u : forest.tree_output[t];
    };
    if (output(a_) != output(b_)) {
      return Difference{": output", text::message("{}", output(a_)),
                        text::message("{}", output(b_))};
    }
    const auto weight = [&](const TreeEnsemble& forest) {
      return forest.tree_weight.empty() ? 1.0 : forest.tree_weight[t];
    };
    if (Found found = compare_numbers(": weight", weight(a_), weight(b_))) return found;
    const auto root = [&](const TreeEnsemble& forest) {
      return forest.split_begin[t] == forest.split_begin[t + 1] ? ~0 : 0;
    };
    to_visit_.assign(1, {root(a_), root(b_)});
    while (!to_visit_.empty()) {
      const Pair at = to_visit_.back();
      to_visit_.pop_back();
      if (Found found = node(t, at)) return found;
    }
    return {};
  }

  Found node(std::size_t t, Pair at) {
    const bool is_leaf = at.original < 0;
    Found found;
    if (is_leaf != (at.copy < 0)) {
      found = Difference{"kind of node", is_leaf ? "a leaf" : "a split",
                         is_leaf ? "a split" : "a leaf"};
    } else if (is_leaf) {
      const std::size_t original = a_.leaf_begin[t] + static_cast<std::size_t>(~at.original);
      const std::size_t copy = b_.leaf_begin[t] + static_cast<std::size_t>(~at.copy);
      found = leaf(original, copy);
      if (!found && with_numbers_ && at.original != at.copy) {
        found =
            Difference{"number", text::message("{}", ~at.original), text::message("{}", ~at.copy)};
      }
    } else {
      const std::size_t original = a_.split_begin[t] + static_cast<std::size_t>(at.original);
      const std::size_t copy = b_.split_begin[t] + static_cast<std::size_t>(at.copy);
      to_visit_.push_back({a_.right[original], b_.right[copy]});
      to_visit_.push_back({a_.left[original], b_.left[copy]});
      found = split(original, copy);
    }
    if (found) {
      found->where = text::message("{} {}: {}", is_leaf ? "leaf" : "split",
                                   is_leaf ? ~at.original : at.original, found->where);
    }
    return found;
  }

  Found split(std::size_t a, std::size_t b) const {
    if (a_.feature[a] != b_.feature[b]) {
      return Difference{"feature", text::message("{}", a_.feature[a]),
                        text::message("{}", b_.feature[b])};
    }
    if (a_.flags[a].bits != b_.flags[b].bits) {
      const spi::NodeFlags one = a_.flags[a];
      const spi::NodeFlags other = b_.flags[b];
      if (one.categorical() != other.categorical()) {
        return Difference{"kind of test", test_words(one), test_words(other)};
      }
      return Difference{"rule for missing values", missing_words(one), missing_words(other)};
    }
    if (!a_.flags[a].categorical()) {
      if (Found found = compare_numbers("cut", a_.cut[a], b_.cut[b])) return found;
    } else if (!std::ranges::equal(set_words(a_, a), set_words(b_, b))) {
      return Difference{"category set", "one", "another"};
    }
    if (Found found = fact("cover", a_.split_cover, a, b_.split_cover, b)) return found;
    return fact("gain", a_.split_gain, a, b_.split_gain, b);
  }

  Found leaf(std::size_t a, std::size_t b) const {
    for (std::size_t i = 0; i < a_.leaf_width; ++i) {
      const double original = a_.leaf[a * a_.leaf_width + i];
      if (Found found = compare_numbers("value", original, b_.leaf[b * b_.leaf_width + i])) {
        return found;
      }
    }
    if (Found found = fact("cover", a_.leaf_cover, a, b_.leaf_cover, b)) return found;
    if (a_.linear.empty() && b_.linear.empty()) return {};
    const LinearLeaf original = linear_leaf(a_, a);
    const LinearLeaf copy = linear_leaf(b_, b);
    if (Found found = compare_numbers("constant", original.constant, copy.constant)) return found;
    const bool same = std::ranges::equal(original.features, copy.features) &&
                      std::ranges::equal(original.coefficients, copy.coefficients, same_bits);
    if (same) return {};
    return Difference{"linear terms", text::message("{}", original.features.size()),
                      text::message("{} others", copy.features.size())};
  }

  /// Facts of the training that only one of them has to have.
  [[nodiscard]] static Found fact(std::string_view name, const std::vector<float>& original,
                                  std::size_t a, const std::vector<float>& copy, std::size_t b) {
    if (original.empty()) return {};
    if (copy.empty()) return Difference{std::string(name), "kept", "lost"};
    return compare_numbers(name, static_cast<double>(original[a]), static_cast<double>(copy[b]));
  }

  const TreeEnsemble& a_;
  const TreeEnsemble& b_;
  bool with_numbers_;
  std::vector<Pair> to_visit_;
};

}  // namespace

bool same_bits(double a, double b) noexcept {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

Difference number_difference(std::string where, double original, double copy) {
  return {std::move(where), text::message("{}", original), text::message("{}", copy)};
}

Found compare_per_output(std::string_view name, const std::vector<double>& original,
                         const std::vector<double>& copy, std::size_t output_count) {
  for (std::size_t i = 0; i < output_count; ++i) {
    const double one = original.empty() ? 0 : original[i];
    const double other = copy.empty() ? 0 : copy[i];
    if (same_bits(one, other)) continue;
    return number_difference(text::message("{} of output {}", name, i), one, other);
  }
  return {};
}

namespace {

std::string link_name(spi::LinkKind kind) {
  constexpr std::string_view kNames[] = {
      "identity", "logistic",         "clamped logistic", "exponential", "softmax",
      "step",     "ordered softplus", "sorted",           "log1p_exp",   "signed square"};
  return std::string(kNames[static_cast<std::size_t>(kind)]);
}

}  // namespace

Found compare_links(const spi::Link& original, const spi::Link& copy) {
  if (original.kind != copy.kind) {
    return Difference{"output transform", link_name(original.kind), link_name(copy.kind)};
  }
  if (Found found = compare_numbers("slope of the output transform", original.slope, copy.slope)) {
    return found;
  }
  return compare_numbers("divisor of the output transform", original.divisor, copy.divisor);
}

Found compare_forests(const TreeEnsemble& original, const TreeEnsemble& copy, bool with_numbers) {
  if (Found found = compare_rules(original, copy)) return found;
  if (Found found = compare_counts(original, copy)) return found;
  if (Found found = compare_sums(original, copy)) return found;
  return ForestComparer(original, copy, with_numbers).run();
}

}  // namespace trivet::graph
