// SPDX-License-Identifier: Apache-2.0
// Missing cells filled from the nearest of known rows, in float64.
//
//   fill_from_neighbors  constant donors (float64, rows of the input's width, NaN where a value is
//                        missing), attributes count, weights, strangers: a NaN of column c becomes
//                        the mean over the `count` nearest donors that have a value there
//
// The distance is Euclid's over the columns that both rows have, times the share of all columns
// that they are: √(width / common · Σ (x − y)²). A donor that has none in common is a stranger,
// farther than all others: `take` counts it among equal ones, `leave` does not. With nothing but
// strangers the mean of the whole column is taken. Weights are uniform, or distance: 1 / distance;
// donors at distance 0 then count alone. Of donors equally far, earlier ones are nearer. A column
// that no donor has a value in becomes 0.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/row_map.hpp"
#include "base/try.hpp"

namespace trivet::tensor {
namespace {

constexpr double kStranger = std::numeric_limits<double>::infinity();

struct Donor {
  double distance;
  std::size_t row;
};

struct NeighborRule {
  std::size_t count;
  bool is_weighed;
  bool leaves_strangers;
};

class FillFromNeighborsKernel final : public Kernel {
 public:
  FillFromNeighborsKernel(std::span<const double> donors, std::size_t width, NeighborRule rule)
      : donors_(donors), width_(width), rule_(rule), means_(width, 0), has_value_(width, false) {
    for (std::size_t c = 0; c < width_; ++c) {
      double sum = 0;
      std::size_t count = 0;
      for (std::size_t d = 0; d < donor_count(); ++d) {
        if (std::isnan(cell(d, c))) continue;
        sum += cell(d, c);
        ++count;
      }
      has_value_[c] = count > 0;
      if (count > 0) means_[c] = sum / static_cast<double>(count);
    }
  }

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    const std::span<double> distances(reinterpret_cast<double*>(request.scratch.data()),
                                      donor_count());
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      const double* row = static_cast<const double*>(in.data) + r * in.stride;
      auto* const candidates = reinterpret_cast<Donor*>(distances.data() + donor_count());
      fill_row(row, out, distances, candidates);
    }
  }

  std::size_t scratch_bytes(std::size_t /*row_count*/) const noexcept override {
    return donor_count() * (sizeof(double) + sizeof(Donor));
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + means_.capacity() * sizeof(double) + has_value_.capacity() / 8;
  }

 private:
  [[nodiscard]] std::size_t donor_count() const noexcept { return donors_.size() / width_; }
  [[nodiscard]] double cell(std::size_t donor, std::size_t column) const noexcept {
    return donors_[donor * width_ + column];
  }

  void fill_row(const double* row, double* out, std::span<double> distances,
                Donor* candidates) const noexcept {
    bool has_distances = false;
    for (std::size_t c = 0; c < width_; ++c) {
      out[c] = has_value_[c] ? row[c] : 0;
      if (!std::isnan(out[c])) continue;
      if (!has_distances) measure(row, distances);
      has_distances = true;
      out[c] = fill_cell(c, distances, candidates);
    }
  }

  /// Squares of lengths less twice the product, as scikit-learn has it: which of two donors at one
  /// distance is nearer hangs on that form's rounding.
  [[nodiscard]] double distance_to(std::size_t donor, const double* row) const noexcept {
    double product = 0;
    double own_length = 0;
    double length = 0;
    double own_only = 0;
    double donor_only = 0;
    std::size_t common = 0;
    for (std::size_t c = 0; c < width_; ++c) {
      const bool is_own = !std::isnan(row[c]);
      const bool is_donors = !std::isnan(cell(donor, c));
      const double x = is_own ? row[c] : 0;
      const double y = is_donors ? cell(donor, c) : 0;
      product += x * y;
      own_length += x * x;
      length += y * y;
      if (!is_donors) own_only += x * x;
      if (!is_own) donor_only += y * y;
      if (is_own && is_donors) ++common;
    }
    if (common == 0) return kStranger;
    const double all = std::max(0.0, -2 * product + own_length + length);
    const double square = std::max(0.0, all - own_only - donor_only);
    return std::sqrt(square / static_cast<double>(common) * static_cast<double>(width_));
  }

  void measure(const double* row, std::span<double> distances) const noexcept {
    for (std::size_t d = 0; d < distances.size(); ++d) distances[d] = distance_to(d, row);
  }

  [[nodiscard]] double fill_cell(std::size_t column, std::span<const double> distances,
                                 Donor* candidates) const noexcept {
    Donor* end = candidates;
    bool has_acquaintance = false;
    for (std::size_t d = 0; d < distances.size(); ++d) {
      if (std::isnan(cell(d, column))) continue;
      *end++ = {distances[d], d};
      has_acquaintance = has_acquaintance || distances[d] != kStranger;
    }
    if (!has_acquaintance) return means_[column];
    const auto found = static_cast<std::size_t>(end - candidates);
    Donor* const last = candidates + std::min(rule_.count, found);
    std::nth_element(candidates, last - 1, end, [](const Donor& a, const Donor& b) {
      return a.distance < b.distance || (a.distance == b.distance && a.row < b.row);
    });
    return mean(column, {candidates, last});
  }

  [[nodiscard]] double mean(std::size_t column, std::span<const Donor> donors) const noexcept {
    const bool has_equal = std::any_of(donors.begin(), donors.end(),
                                       [](const Donor& donor) { return donor.distance == 0; });
    double sum = 0;
    double total = 0;
    for (const Donor& donor : donors) {
      if (rule_.leaves_strangers && donor.distance == kStranger) continue;
      double weight = 1;
      if (rule_.is_weighed && has_equal) weight = donor.distance == 0 ? 1 : 0;
      else if (rule_.is_weighed) weight = 1 / donor.distance;
      sum += weight * cell(donor.row, column);
      total += weight;
    }
    return sum / total;
  }

  std::span<const double> donors_;
  std::size_t width_;
  NeighborRule rule_;
  std::vector<double> means_;
  std::vector<bool> has_value_;
};

Result<NeighborRule> read_neighbor_rule(const KernelSpec& spec) {
  const Attributes attributes(spec);
  const Result<double> count = attributes.number("count");
  if (!count) return count.error();
  constexpr double kMost = 1e15;
  if (!(*count >= 1 && *count <= kMost)) {
    return spec.fail(text::message("{} neighbours", *count), "1 or more");
  }
  const Result<std::string_view> weights = attributes.text("weights");
  if (!weights) return weights.error();
  const Result<std::string_view> strangers = attributes.text("strangers");
  if (!strangers) return strangers.error();
  const bool is_known = (*weights == "uniform" || *weights == "distance") &&
                        (*strangers == "take" || *strangers == "leave");
  if (!is_known) {
    return spec.fail(
        text::message("weights {}, strangers {}", text::quoted(*weights), text::quoted(*strangers)),
        "uniform or distance, take or leave");
  }
  return NeighborRule{static_cast<std::size_t>(*count), *weights == "distance",
                      *strangers == "leave"};
}

Result<std::unique_ptr<const Kernel>> prepare_fill_from_neighbors(const KernelSpec& spec) {
  TRIVET_TRY(check_equal_widths(spec));
  const auto donors = Attributes(spec).constant<double>("donors");
  if (!donors) return donors.error();
  const std::size_t width = spec.inputs[0].width;
  if (width == 0 || donors->empty() || donors->size() % width != 0) {
    return spec.fail(text::message("{} cells", donors->size()),
                     text::message("rows of {} columns", width));
  }
  const Result<NeighborRule> rule = read_neighbor_rule(spec);
  if (!rule) return rule.error();
  return std::unique_ptr<const Kernel>(
      std::make_unique<FillFromNeighborsKernel>(*donors, width, *rule));
}

constexpr OpRow kNeighborFillOps[] = {
    {"fill_from_neighbors", prepare_fill_from_neighbors},
};

}  // namespace

std::span<const OpRow> neighbor_fill_ops() noexcept { return kNeighborFillOps; }

}  // namespace trivet::tensor
