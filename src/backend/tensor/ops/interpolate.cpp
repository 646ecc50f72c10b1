// SPDX-License-Identifier: Apache-2.0
// Functions of one number that are given by points.
//
//   interpolate  constants counts (int32), x, y (float64): column c goes along the straight lines
//                through its own `counts[c]` points, whose x ascend; by the attribute outside it
//                stays at the y of the first and the last beyond them (nearest), or is NaN there
//                (nan). The points of all columns stand one behind the other
#include <algorithm>
#include <limits>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

/// The points of one column.
struct Polyline {
  std::span<const double> x;
  std::span<const double> y;
  bool is_open = false;  ///< NaN outside

  /// O(log points); NaN stays.
  [[nodiscard]] double at(double place) const noexcept {
    const bool is_within = place >= x.front() && place <= x.back();
    if (place != place || (is_open && !is_within)) return std::numeric_limits<double>::quiet_NaN();
    if (place <= x.front()) return y.front();
    if (place >= x.back()) return y.back();
    const auto after = std::upper_bound(x.begin(), x.end(), place);
    const auto i = static_cast<std::size_t>(after - x.begin()) - 1;
    const double slope = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
    return slope * (place - x[i]) + y[i];
  }
};

class InterpolateKernel final : public Kernel {
 public:
  explicit InterpolateKernel(std::vector<Polyline> lines) : lines_(std::move(lines)) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const double* row = static_cast<const double*>(in.data) + r * in.stride;
      for (const Polyline& line : lines_) *out++ = line.at(*row++);
    }
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + lines_.capacity() * sizeof(Polyline);
  }

 private:
  std::vector<Polyline> lines_;
};

Status check_interpolated(const KernelSpec& spec, std::size_t columns) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.inputs[0].dtype == DType::float64 && spec.inputs[0].width == columns &&
                    spec.outputs[0].dtype == DType::float64 && spec.outputs[0].width == columns;
  if (fits) return {};
  return spec.fail(text::message("points of {} columns", columns),
                   "one input and one output of so many columns, float64");
}

Result<std::unique_ptr<const Kernel>> prepare_interpolate(const KernelSpec& spec) {
  const Attributes attributes(spec);
  const auto counts = attributes.constant<std::int32_t>("counts");
  if (!counts) return counts.error();
  const auto x = attributes.constant<double>("x");
  if (!x) return x.error();
  const auto y = attributes.constant<double>("y");
  if (!y) return y.error();
  const Result<std::string_view> outside = attributes.text("outside");
  if (!outside) return outside.error();
  if (*outside != "nearest" && *outside != "nan") {
    return spec.fail(text::message("outside {}", text::quoted(*outside)), "nearest or nan");
  }
  TRIVET_TRY(check_interpolated(spec, counts->size()));
  std::vector<Polyline> lines;
  std::size_t first = 0;
  for (const std::int32_t count : *counts) {
    const std::size_t points = count < 1 ? 0 : static_cast<std::size_t>(count);
    const std::size_t limit = std::min(x->size(), y->size());
    if (points == 0 || points > limit - first) return spec.fail("other counts", "1 or more points");
    lines.push_back({x->subspan(first, points), y->subspan(first, points), *outside == "nan"});
    const std::span<const double> own = lines.back().x;
    const auto descent =
        std::adjacent_find(own.begin(), own.end(), [](double a, double b) { return !(a < b); });
    if (descent != own.end() || own.front() != own.front()) {
      return spec.fail("points that don't ascend", "x from left to right");
    }
    first += points;
  }
  if (first != x->size() || first != y->size()) {
    return spec.fail(text::message("{} and {} numbers", x->size(), y->size()),
                     text::message("x and y of {} points", first));
  }
  return std::unique_ptr<const Kernel>(std::make_unique<InterpolateKernel>(std::move(lines)));
}

constexpr OpRow kInterpolateOps[] = {
    {"interpolate", prepare_interpolate},
};

}  // namespace

std::span<const OpRow> interpolate_ops() noexcept { return kInterpolateOps; }

}  // namespace trivet::tensor
