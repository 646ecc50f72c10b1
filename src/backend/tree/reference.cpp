// SPDX-License-Identifier: Apache-2.0
// The forest as it is defined: one row, one tree, one node after the other.
#include <cmath>

#include "backend/tree/engine.hpp"
#include "backend/tree/missing_rules.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::Missing;
using spi::NodeFlags;
using spi::Test;
using spi::TreeEnsemble;

bool counts_as_missing(double x, Missing missing) noexcept {
  switch (missing) {
    case Missing::nan: return std::isnan(x);
    case Missing::nan_and_zero:
      return std::isnan(x) || std::fabs(x) <= static_cast<double>(kZeroThreshold);
    case Missing::none: return false;
  }
  return false;
}

}  // namespace

/// True when the row's value sends it left at this split. Widening to double is exact, so one
/// comparison serves both widths.
bool goes_left(const TreeEnsemble& forest, std::size_t split, double x) noexcept {
  const NodeFlags flags = forest.flags[split];
  if (counts_as_missing(x, flags.missing())) return flags.missing_left();
  if (std::isnan(x)) x = 0;
  const double cut = forest.cut[split];
  if (flags.categorical()) {
    const bool member = forest.categories.contains(static_cast<std::size_t>(cut), x);
    return member == forest.categories.members_go_left;
  }
  return forest.test == Test::less ? x < cut : x <= cut;
}

double value_of(const TreeEnsemble& forest, const Rows& rows, std::size_t row,
                std::uint32_t feature) noexcept {
  const double x = rows.width == FloatWidth::f32 ? static_cast<double>(rows.float_row(row)[feature])
                                                 : rows.double_row(row)[feature];
  if (forest.input_width == FloatWidth::f64) return x;
  return static_cast<double>(static_cast<float>(x));
}

namespace {

/// The value of a leaf of a forest with linear leaves.
double linear_leaf(const TreeEnsemble& forest, std::size_t leaf, const Rows& rows,
                   std::size_t row) noexcept {
  const spi::LinearLeaves& linear = forest.linear;
  double sum = linear.constant[leaf];
  for (std::uint32_t i = linear.offset[leaf]; i < linear.offset[leaf + 1]; ++i) {
    double x = value_of(forest, rows, row, linear.feature[i]);
    if (std::isnan(x)) return forest.leaf[leaf];
    if (std::fabs(x) <= static_cast<double>(spi::kZeroThreshold)) x = 0;
    const double term = linear.coefficient[i] * x;
    sum += term;
  }
  return sum;
}

template <class Sum>
class ReferenceEngine final : public Engine {
 public:
  explicit ReferenceEngine(const TreeEnsemble& forest) : forest_(forest) {}

  std::string_view name() const noexcept override { return kReferenceName; }
  std::size_t scratch_bytes(std::size_t) const noexcept override { return 0; }
  std::size_t memory_bytes() const noexcept override { return sizeof(*this); }

  void add_up(const Rows& rows, void* sums, std::span<std::byte>) const noexcept override {
    auto* out = static_cast<Sum*>(sums);
    for (std::size_t r = 0; r < rows.count; ++r) {
      Sum* row_sums = out + r * forest_.output_count;
      for (std::uint32_t k = 0; k < forest_.output_count; ++k) {
        row_sums[k] = forest_.sum.start.empty() ? Sum(0) : static_cast<Sum>(forest_.sum.start[k]);
      }
      for (std::size_t t = 0; t < forest_.tree_count(); ++t) {
        add_leaf(t, find_leaf(forest_, t, rows, r), rows, r, row_sums);
      }
    }
  }

 private:
  void add_leaf(std::size_t tree, std::int32_t leaf, const Rows& rows, std::size_t row,
                Sum* sums) const noexcept {
    const std::size_t at = forest_.leaf_begin[tree] + static_cast<std::size_t>(leaf);
    const std::size_t first = at * forest_.leaf_width;
    const bool scalar = forest_.leaf_width == 1;
    const std::size_t output =
        scalar && !forest_.tree_output.empty() ? forest_.tree_output[tree] : 0;
    for (std::size_t k = 0; k < forest_.leaf_width; ++k) {
      Sum value = static_cast<Sum>(forest_.linear.empty() ? forest_.leaf[first + k]
                                                          : linear_leaf(forest_, at, rows, row));
      if (!forest_.tree_weight.empty()) value *= static_cast<Sum>(forest_.tree_weight[tree]);
      sums[output + k] += value;
    }
  }

  const TreeEnsemble& forest_;
};

}  // namespace

std::int32_t find_leaf(const TreeEnsemble& forest, std::size_t tree, const Rows& rows,
                       std::size_t row) noexcept {
  const std::uint32_t first = forest.split_begin[tree];
  if (forest.split_begin[tree + 1] == first) return 0;
  std::int32_t at = 0;
  while (at >= 0) {
    const std::size_t split = first + static_cast<std::size_t>(at);
    const double x = value_of(forest, rows, row, forest.feature[split]);
    at = goes_left(forest, split, x) ? forest.left[split] : forest.right[split];
  }
  return ~at;
}

std::unique_ptr<Engine> make_reference_engine(const EngineSource& source) {
  const TreeEnsemble& forest = source.forest();
  if (forest.sum.accumulator == FloatWidth::f32) {
    return std::make_unique<ReferenceEngine<float>>(forest);
  }
  return std::make_unique<ReferenceEngine<double>>(forest);
}

}  // namespace trivet::tree
