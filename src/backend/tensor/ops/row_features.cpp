// SPDX-License-Identifier: Apache-2.0
// Operators that make features out of the numbers of a row, in float64.
//
//   bin_index  constants edges (float64, ascending; those of all columns one behind the other),
//              counts (int32, one a column); attributes absolute, relative: how many edges of its
//              column are not greater than x + absolute + relative · |x|
//   products   constants parts, factors (int32, one an output): output k is the output parts[k]
//              before it times column factors[k]; the column alone for a part of -1, 1 where both
//              are -1
//   normalize  attributes norm (l1, l2, max: of absolute values, greatest), least: x divided by
//              the row's norm, where that is at least `least` and not 0
#include <algorithm>
#include <cmath>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/row_map.hpp"
#include "base/try.hpp"

namespace trivet::tensor {
namespace {

// --- bin_index

struct BinIndex {
  std::span<const double> edges;
  std::span<const std::int32_t> counts;
  double absolute;
  double relative;

  void operator()(const double* row, double* out) const noexcept {
    const double* own = edges.data();
    for (std::size_t c = 0; c < counts.size(); ++c) {
      const double slack = std::isfinite(row[c]) ? absolute + relative * std::fabs(row[c]) : 0;
      const double x = row[c] + slack;
      const double* const end = own + counts[c];
      out[c] = static_cast<double>(std::upper_bound(own, end, x) - own);
      own = end;
    }
  }
};

Status check_edges(const KernelSpec& spec, const BinIndex& bins) {
  std::size_t first = 0;
  for (const std::int32_t count : bins.counts) {
    const std::size_t left = bins.edges.size() - first;
    if (count < 0 || static_cast<std::size_t>(count) > left) {
      return spec.fail(text::message("{} edges of a column", count),
                       text::message("at most {}, those that are left", left));
    }
    const auto own = bins.edges.subspan(first, static_cast<std::size_t>(count));
    const bool has_nan =
        std::any_of(own.begin(), own.end(), [](double edge) { return std::isnan(edge); });
    if (has_nan || !std::is_sorted(own.begin(), own.end())) {
      return spec.fail("edges in another order", "ascending numbers");
    }
    first += static_cast<std::size_t>(count);
  }
  if (first == bins.edges.size()) return {};
  return spec.fail(text::message("{} edges", bins.edges.size()), text::message("{}", first));
}

Result<std::unique_ptr<const Kernel>> prepare_bin_index(const KernelSpec& spec) {
  TRIVET_TRY(check_equal_widths(spec));
  const Attributes attributes(spec);
  const auto edges = attributes.constant<double>("edges");
  if (!edges) return edges.error();
  const auto counts = attributes.constant<std::int32_t>("counts");
  if (!counts) return counts.error();
  const Result<double> absolute = attributes.number("absolute");
  if (!absolute) return absolute.error();
  const Result<double> relative = attributes.number("relative");
  if (!relative) return relative.error();
  if (counts->size() != spec.inputs[0].width) {
    return spec.fail(text::message("{} counts", counts->size()),
                     text::message("{}, one a column", spec.inputs[0].width));
  }
  const BinIndex bins{*edges, *counts, *absolute, *relative};
  TRIVET_TRY(check_edges(spec, bins));
  return make_row_map(spec, bins);
}

// --- products

struct Products {
  std::span<const std::int32_t> parts;
  std::span<const std::int32_t> factors;

  void operator()(const double* row, double* out) const noexcept {
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const double factor = factors[k] < 0 ? 1.0 : row[factors[k]];
      out[k] = parts[k] < 0 ? factor : out[parts[k]] * factor;
    }
  }
};

Result<std::unique_ptr<const Kernel>> prepare_products(const KernelSpec& spec) {
  TRIVET_TRY(check_row_map(spec));
  const Attributes attributes(spec);
  const auto parts = attributes.constant<std::int32_t>("parts");
  if (!parts) return parts.error();
  const auto factors = attributes.constant<std::int32_t>("factors");
  if (!factors) return factors.error();
  const std::size_t width = spec.outputs[0].width;
  if (parts->size() != width || factors->size() != width) {
    return spec.fail(text::message("{} parts, {} factors", parts->size(), factors->size()),
                     text::message("{} of each, one an output", width));
  }
  for (std::size_t k = 0; k < width; ++k) {
    const bool fits = (*parts)[k] < static_cast<std::int64_t>(k) &&
                      (*factors)[k] < static_cast<std::int64_t>(spec.inputs[0].width);
    if (fits) continue;
    return spec.fail(text::message("the part {} and the factor {}", (*parts)[k], (*factors)[k]),
                     text::message("below {} and {}", k, spec.inputs[0].width));
  }
  return make_row_map(spec, Products{*parts, *factors});
}

// --- normalize

using NormFunction = double (*)(const double* row, std::size_t width) noexcept;

double sum_of_sizes(const double* row, std::size_t width) noexcept {
  double sum = 0;
  for (std::size_t c = 0; c < width; ++c) sum += std::fabs(row[c]);
  return sum;
}

double length_of(const double* row, std::size_t width) noexcept {
  double sum = 0;
  for (std::size_t c = 0; c < width; ++c) sum += row[c] * row[c];
  return std::sqrt(sum);
}

double greatest_size(const double* row, std::size_t width) noexcept {
  double greatest = 0;
  for (std::size_t c = 0; c < width; ++c) greatest = std::max(greatest, std::fabs(row[c]));
  return greatest;
}

double greatest_number(const double* row, std::size_t width) noexcept {
  return width == 0 ? 0 : *std::max_element(row, row + width);
}

NormFunction find_norm(std::string_view name) noexcept {
  if (name == "l1") return sum_of_sizes;
  if (name == "l2") return length_of;
  if (name == "max") return greatest_size;
  return name == "greatest" ? greatest_number : nullptr;
}

struct Normalize {
  std::size_t width;
  NormFunction norm;
  double least;

  void operator()(const double* row, double* out) const noexcept {
    const double size = norm(row, width);
    const double divisor = size == 0 || size < least ? 1 : size;
    for (std::size_t c = 0; c < width; ++c) out[c] = row[c] / divisor;
  }
};

Result<std::unique_ptr<const Kernel>> prepare_normalize(const KernelSpec& spec) {
  TRIVET_TRY(check_equal_widths(spec));
  const Attributes attributes(spec);
  const Result<std::string_view> name = attributes.text("norm");
  if (!name) return name.error();
  const Result<double> least = attributes.number("least");
  if (!least) return least.error();
  const NormFunction norm = find_norm(*name);
  if (norm == nullptr) {
    return spec.fail(text::message("the norm {}", text::quoted(*name)), "l1, l2, max or greatest");
  }
  return make_row_map(spec, Normalize{spec.inputs[0].width, norm, *least});
}

constexpr OpRow kRowFeatureOps[] = {
    {"bin_index", prepare_bin_index},
    {"products", prepare_products},
    {"normalize", prepare_normalize},
};

}  // namespace

std::span<const OpRow> row_feature_ops() noexcept { return kRowFeatureOps; }

}  // namespace trivet::tensor
