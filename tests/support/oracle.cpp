// SPDX-License-Identifier: Apache-2.0
// The definitions, row by row and recursive: no layout, no blocks, no shared code with engines.
#include "support/oracle.hpp"

#include <algorithm>
#include <cmath>

namespace trivet::test {
namespace {

using spi::FloatWidth;
using spi::LinkKind;
using spi::Missing;

/// LightGBM's zero threshold is a float constant, compared in double.
constexpr double kZero = static_cast<double>(1e-35f);

double in_width(double value, FloatWidth width) {
  return width == FloatWidth::f32 ? static_cast<double>(static_cast<float>(value)) : value;
}

bool is_member(const PlannedNode& node, double code, bool truncates_to_zero) {
  if (truncates_to_zero && code < 0 && code > -1) code = 0;
  if (!(code >= 0) || code >= 16777216.0) return false;
  const auto whole = static_cast<std::int32_t>(code);
  return std::find(node.codes.begin(), node.codes.end(), whole) != node.codes.end();
}

bool goes_left(const PlannedForest& forest, const PlannedNode& node, double x) {
  const bool is_nan = std::isnan(x);
  const bool follows_default = node.missing == Missing::nan ? is_nan
                               : node.missing == Missing::nan_and_zero
                                   ? is_nan || std::fabs(x) <= kZero
                                   : false;
  if (follows_default) return node.missing_left;
  if (is_nan) x = 0;
  if (node.is_categorical) {
    const spi::TreeEnsembleBuilder::Header& header = forest.header;
    return is_member(node, x, header.category_truncates_to_zero) == header.category_members_go_left;
  }
  return forest.header.test == spi::Test::less ? x < node.cut : x <= node.cut;
}

std::uint32_t walk(const PlannedForest& forest, const PlannedTree& tree, std::uint32_t at,
                   std::span<const double> row) {
  const PlannedNode& node = tree.nodes[at];
  if (node.is_leaf) return at;
  const double x = in_width(row[node.feature], forest.header.input_width);
  return walk(forest, tree, goes_left(forest, node, x) ? node.left : node.right, row);
}

/// Sums in the width T, every operation rounded on its own.
template <class T>
std::vector<double> forest_margins(const PlannedForest& forest, std::span<const double> row) {
  const spi::TreeEnsembleBuilder::Header& header = forest.header;
  const spi::Sum& sum = header.sum;
  std::vector<double> margins;
  for (std::uint32_t k = 0; k < header.output_count; ++k) {
    volatile T total = sum.start.empty() ? T(0) : static_cast<T>(sum.start[k]);
    for (std::size_t t = 0; t < forest.trees.size(); ++t) {
      const PlannedTree& tree = forest.trees[t];
      const std::uint32_t output = header.tree_output.empty() ? 0 : header.tree_output[t];
      if (forest.leaf_width == 1 && output != k) continue;
      const PlannedNode& leaf = tree.nodes[leaf_of(forest, tree, row)];
      volatile T value = static_cast<T>(leaf.values[forest.leaf_width == 1 ? 0 : k]);
      if (!header.tree_weight.empty()) value = static_cast<T>(header.tree_weight[t]) * value;
      total = total + value;
    }
    total = total * static_cast<T>(sum.scale);
    total = total / static_cast<T>(sum.divisor);
    if (!sum.end.empty()) total = total + static_cast<T>(sum.end[k]);
    margins.push_back(static_cast<double>(total));
  }
  return margins;
}

template <class T>
std::vector<double> linear_margins(const spi::Linear& linear, std::span<const double> row) {
  std::vector<double> margins;
  for (std::uint32_t k = 0; k < linear.output_count; ++k) {
    volatile T total = linear.start.empty() ? T(0) : static_cast<T>(linear.start[k]);
    for (std::uint32_t f = 0; f < linear.feature_count; ++f) {
      const T x = static_cast<T>(row[f]);
      if (std::isnan(x) && linear.missing == spi::LinearMissing::absent_term) continue;
      const std::size_t at = std::size_t{f} * linear.output_count + k;
      volatile T term = x * static_cast<T>(linear.weights[at]);
      total = total + term;
    }
    margins.push_back(static_cast<double>(total));
  }
  return margins;
}

template <class T>
T softplus(T x) {
  return std::log1p(std::exp(-std::fabs(x))) + std::max(x, T(0));
}

template <class T>
void softmax(std::vector<T>& row) {
  const T greatest = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (T& x : row) {
    x = std::exp(x - greatest);
    sum += static_cast<double>(x);
  }
  for (T& x : row) x = x / static_cast<T>(sum);
}

template <class T>
T linked_alone(const spi::Link& link, T x) {
  switch (link.kind) {
    case LinkKind::logistic: return T(1) / (T(1) + std::exp(-static_cast<T>(link.slope) * x));
    case LinkKind::logistic_clamped:
      return T(1) / (std::exp(std::min(-x, T(88.7))) + T(1) + T(1e-16));
    case LinkKind::exponential: return std::exp(x);
    case LinkKind::step: return x > 0 ? T(1) : T(0);
    case LinkKind::log1p_exp: return std::log1p(std::exp(x));
    case LinkKind::signed_square: return x < 0 ? -(x * x) : x * x;
    default: return x;
  }
}

template <class T>
std::vector<double> linked_in(const spi::Link& link, const std::vector<double>& margins) {
  std::vector<T> row(margins.begin(), margins.end());
  for (T& x : row) x = linked_alone(link, x);
  if (link.kind == LinkKind::softmax) softmax(row);
  if (link.kind == LinkKind::sorted) std::sort(row.begin(), row.end());
  if (link.kind == LinkKind::ordered_softplus) {
    for (std::size_t i = 1; i < row.size(); ++i) {
      row[i] = row[i - 1] + (T(1e-6) + softplus(row[i]));
    }
  }
  return {row.begin(), row.end()};
}

}  // namespace

std::uint32_t leaf_of(const PlannedForest& forest, const PlannedTree& tree,
                      std::span<const double> row) {
  return walk(forest, tree, 0, row);
}

std::vector<double> margins_of(const PlannedForest& forest, std::span<const double> row) {
  return forest.header.sum.accumulator == FloatWidth::f32 ? forest_margins<float>(forest, row)
                                                          : forest_margins<double>(forest, row);
}

std::vector<double> margins_of(const spi::Linear& linear, std::span<const double> row) {
  return linear.weights.width == FloatWidth::f32 ? linear_margins<float>(linear, row)
                                                 : linear_margins<double>(linear, row);
}

std::vector<double> linked(const spi::Link& link, std::vector<double> margins, FloatWidth width) {
  return width == FloatWidth::f32 ? linked_in<float>(link, margins)
                                  : linked_in<double>(link, margins);
}

double first_greatest(const std::vector<double>& margins) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < margins.size(); ++i) {
    if (margins[i] > margins[best]) best = i;
  }
  return static_cast<double>(best);
}

}  // namespace trivet::test
