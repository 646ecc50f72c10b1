// SPDX-License-Identifier: Apache-2.0
// B-splines over numbers, in float64.
//
//   b_spline_basis  constants knots (float64, ascending, as many for each column, one behind the
//                   other), ends, edges (int32, one a column); attributes degree, beyond, missing:
//                   the values at x of the `knots − degree − 1` basis functions of each column
//
// The base interval of a column runs from knot `ends[c]` to that many knots before the last one.
// What happens beyond: hold (the first or last `edges[c]` functions as at the nearer end, the
// others 0), line (these on along their tangents there), extend (the outermost polynomials go on),
// wrap (x is taken back into the interval by its length; the last `degree` functions are added to
// the first ones and left out), none (NaN). `missing` is what NaN becomes: nan or zero.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/row_map.hpp"
#include "base/try.hpp"

namespace trivet::tensor {
namespace {

constexpr std::size_t kMostDegree = 32;
using BasisValues = std::array<double, kMostDegree + 1>;

enum class Beyond : std::uint8_t { hold, line, extend, wrap, none };

/// The knots of one column.
struct KnotList {
  std::span<const double> knots;
  std::size_t degree;

  [[nodiscard]] std::size_t function_count() const noexcept { return knots.size() - degree - 1; }

  /// The last knot of the base interval that is not above x and not its end.
  [[nodiscard]] std::size_t interval_of(double x) const noexcept {
    const auto begin = knots.begin() + static_cast<std::ptrdiff_t>(degree) + 1;
    const auto end = knots.begin() + static_cast<std::ptrdiff_t>(function_count());
    return static_cast<std::size_t>(std::upper_bound(begin, end, x) - knots.begin()) - 1;
  }

  /// The functions of degree `order` that are not 0 in an interval, by de Boor's recurrence:
  /// function `interval − order + i` at values[i].
  void evaluate(std::size_t interval, std::size_t order, double x,
                BasisValues& values) const noexcept {
    values[0] = 1;
    for (std::size_t d = 1; d <= order; ++d) {
      double carried = 0;
      for (std::size_t i = 0; i < d; ++i) {
        const double right = knots[interval + i + 1];
        const double left = knots[interval + i + 1 - d];
        const double share = right == left ? 0 : values[i] / (right - left);
        values[i] = carried + share * (right - x);
        carried = share * (x - left);
      }
      values[d] = carried;
    }
  }

  /// Their slopes, out of the functions of one degree less.
  void differentiate(std::size_t interval, double x, BasisValues& slopes) const noexcept {
    BasisValues lower{};
    slopes.fill(0);
    if (degree == 0) return;
    evaluate(interval, degree - 1, x, lower);
    for (std::size_t i = 0; i < degree; ++i) {
      const double right = knots[interval + i + 1];
      const double left = knots[interval + i + 1 - degree];
      const double share =
          right == left ? 0 : static_cast<double>(degree) * lower[i] / (right - left);
      slopes[i] -= share;
      slopes[i + 1] += share;
    }
  }
};

/// Some functions at an end of the base interval.
struct SplineEdge {
  std::size_t first;  ///< function of values[0]
  BasisValues values;
  BasisValues slopes;

  [[nodiscard]] double at(std::size_t function, std::size_t degree,
                          double distance) const noexcept {
    if (function < first || function > first + degree) return 0;
    return values[function - first] + distance * slopes[function - first];
  }
};

struct SplineBasis {
  std::span<const double> knots;
  std::span<const std::int32_t> ends;
  std::span<const std::int32_t> edges;
  std::size_t width;
  std::size_t degree;
  Beyond beyond;
  bool missing_is_zero;

  [[nodiscard]] KnotList own(std::size_t column) const noexcept {
    const std::size_t size = knots.size() / width;
    return {knots.subspan(column * size, size), degree};
  }
  [[nodiscard]] std::size_t output_count() const noexcept {
    return own(0).function_count() - (beyond == Beyond::wrap ? degree : 0);
  }

  void operator()(const double* row, double* out) const noexcept {
    const std::size_t count = output_count();
    for (std::size_t c = 0; c < width; ++c, out += count) {
      std::fill(out, out + count, 0.0);
      if (std::isnan(row[c])) {
        if (!missing_is_zero) std::fill(out, out + count, row[c]);
        continue;
      }
      write(c, row[c], out);
    }
  }

 private:
  void write(std::size_t column, double x, double* out) const noexcept {
    const KnotList list = own(column);
    const auto end = static_cast<std::size_t>(ends[column]);
    const double least = list.knots[end];
    const double greatest = list.knots[list.knots.size() - 1 - end];
    if (beyond == Beyond::wrap) {
      write_at(list, wrapped(x, least, greatest), out);
    } else if (beyond == Beyond::extend || (x >= least && x <= greatest)) {
      write_at(list, x, out);
    } else if (beyond == Beyond::none) {
      std::fill(out, out + output_count(), std::numeric_limits<double>::quiet_NaN());
    } else {
      const auto count = static_cast<std::size_t>(edges[column]);
      if (x < least) write_below(edge_of(list, least), count, x - least, out);
      if (x > greatest) write_above(edge_of(list, greatest), count, x - greatest, out);
    }
  }

  /// The remainder has the sign of the length, as Python's.
  [[nodiscard]] static double wrapped(double x, double least, double greatest) noexcept {
    const double length = greatest - least;
    double rest = std::fmod(x - least, length);
    if (rest < 0) rest += length;
    return least + rest;
  }

  void write_at(const KnotList& list, double x, double* out) const noexcept {
    BasisValues values;
    const std::size_t interval = list.interval_of(x);
    list.evaluate(interval, degree, x, values);
    const std::size_t count = output_count();
    for (std::size_t i = 0; i <= degree; ++i) {
      const std::size_t function = interval - degree + i;
      out[function < count ? function : function - count] += values[i];
    }
  }

  [[nodiscard]] SplineEdge edge_of(const KnotList& list, double end) const noexcept {
    SplineEdge edge{};
    const std::size_t interval = list.interval_of(end);
    edge.first = interval - degree;
    list.evaluate(interval, degree, end, edge.values);
    if (beyond == Beyond::line) list.differentiate(interval, end, edge.slopes);
    return edge;
  }

  void write_below(const SplineEdge& edge, std::size_t count, double distance,
                   double* out) const noexcept {
    for (std::size_t i = 0; i < count; ++i) out[i] = edge.at(i, degree, distance);
  }

  void write_above(const SplineEdge& edge, std::size_t count, double distance,
                   double* out) const noexcept {
    const std::size_t last = output_count() - 1;
    for (std::size_t i = 0; i < count; ++i) out[last - i] = edge.at(last - i, degree, distance);
  }
};

Result<Beyond> read_beyond(const KernelSpec& spec) {
  const Result<std::string_view> name = Attributes(spec).text("beyond");
  if (!name) return name.error();
  if (*name == "hold") return Beyond::hold;
  if (*name == "line") return Beyond::line;
  if (*name == "extend") return Beyond::extend;
  if (*name == "wrap") return Beyond::wrap;
  if (*name == "none") return Beyond::none;
  return spec.fail(text::message("beyond {}", text::quoted(*name)),
                   "hold, line, extend, wrap or none");
}

/// Also, there is a base interval, and wrapping leaves a function of each.
Status check_knots(const KernelSpec& spec, const SplineBasis& basis) {
  const std::size_t size = basis.width == 0 ? 0 : basis.knots.size() / basis.width;
  const std::size_t wrapping = basis.beyond == Beyond::wrap ? 3 * basis.degree + 1 : 0;
  const std::size_t least = std::max(2 * (basis.degree + 1), wrapping);
  if (basis.width == 0 || size * basis.width != basis.knots.size() || size < least) {
    return spec.fail(text::message("{} knots for {} columns", basis.knots.size(), basis.width),
                     text::message("as many for each, at least {}", least));
  }
  if (basis.ends.size() != basis.width || basis.edges.size() != basis.width) {
    return spec.fail(text::message("{} ends, {} edges", basis.ends.size(), basis.edges.size()),
                     text::message("{} of each", basis.width));
  }
  for (std::size_t c = 0; c < basis.width; ++c) {
    const KnotList list = basis.own(c);
    const auto limit = static_cast<std::int64_t>(size);
    const auto functions = static_cast<std::int64_t>(list.function_count());
    const bool has_edges = basis.ends[c] >= 0 && basis.ends[c] < limit && basis.edges[c] >= 0 &&
                           basis.edges[c] <= functions;
    if (!has_edges) {
      return spec.fail(text::message("the end {}, {} edges", basis.ends[c], basis.edges[c]),
                       text::message("below {}, at most {}", limit, functions));
    }
    const bool is_finite = std::all_of(list.knots.begin(), list.knots.end(),
                                       [](double knot) { return std::isfinite(knot); });
    if (!is_finite || !std::is_sorted(list.knots.begin(), list.knots.end())) {
      return spec.fail(text::message("knots of column {} in another order", c),
                       "ascending numbers");
    }
  }
  const std::size_t outputs = basis.width * basis.output_count();
  if (outputs == spec.outputs[0].width) return {};
  return spec.fail(text::message("an output of {}", spec.outputs[0].width),
                   text::message("of {}", outputs));
}

Result<std::unique_ptr<const Kernel>> prepare_b_spline_basis(const KernelSpec& spec) {
  TRIVET_TRY(check_row_map(spec));
  const Attributes attributes(spec);
  const auto knots = attributes.constant<double>("knots");
  if (!knots) return knots.error();
  const auto ends = attributes.constant<std::int32_t>("ends");
  if (!ends) return ends.error();
  const auto edges = attributes.constant<std::int32_t>("edges");
  if (!edges) return edges.error();
  const Result<double> degree = attributes.number("degree");
  if (!degree) return degree.error();
  if (!(*degree >= 0 && *degree <= kMostDegree) || *degree != std::floor(*degree)) {
    return spec.fail(text::message("the degree {}", *degree),
                     text::message("a whole number up to {}", kMostDegree));
  }
  const Result<Beyond> beyond = read_beyond(spec);
  if (!beyond) return beyond.error();
  const Result<std::string_view> missing = attributes.text("missing");
  if (!missing) return missing.error();
  if (*missing != "nan" && *missing != "zero") {
    return spec.fail(text::message("missing {}", text::quoted(*missing)), "nan or zero");
  }
  const SplineBasis basis{.knots = *knots,
                          .ends = *ends,
                          .edges = *edges,
                          .width = spec.inputs[0].width,
                          .degree = static_cast<std::size_t>(*degree),
                          .beyond = *beyond,
                          .missing_is_zero = *missing == "zero"};
  TRIVET_TRY(check_knots(spec, basis));
  return make_row_map(spec, basis);
}

constexpr OpRow kSplineOps[] = {
    {"b_spline_basis", prepare_b_spline_basis},
};

}  // namespace

std::span<const OpRow> spline_ops() noexcept { return kSplineOps; }

}  // namespace trivet::tensor
