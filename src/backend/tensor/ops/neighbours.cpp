// SPDX-License-Identifier: Apache-2.0
// Operators of the neighbours of a row, in float64: two inputs of one width, their places among the
// rows that a model keeps and how far away they are. Attribute weight: uniform, or inverse
// (1 / distance; where a distance is 0, only such neighbours count).
//
//   neighbour_votes  constant codes (uint32): the weights of each code's neighbours
//   neighbour_mean   constant targets, rows as wide as the output: the weighted mean of those rows
#include <algorithm>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

/// How neighbours count.
class NeighbourWeight {
 public:
  NeighbourWeight() = default;
  NeighbourWeight(bool is_inverse, const double* distances, std::size_t count) noexcept
      : is_inverse_(is_inverse),
        has_zero_(std::find(distances, distances + count, 0.0) != distances + count) {}
  [[nodiscard]] double of(double distance) const noexcept {
    if (!is_inverse_) return 1;
    if (has_zero_) return distance == 0 ? 1 : 0;
    return 1 / distance;
  }

 private:
  bool is_inverse_ = false;
  bool has_zero_ = false;
};

/// What both operators take: the neighbours and their weights.
struct NeighbourSpec {
  std::size_t count = 0;
  bool is_inverse = false;
};

Result<NeighbourSpec> read_neighbours(const KernelSpec& spec) {
  const bool fits = are_doubles(spec.inputs, 2) && are_doubles(spec.outputs, 1) &&
                    spec.inputs[0].width == spec.inputs[1].width;
  if (!fits) return spec.fail("other widths", "two inputs of one width, one output, float64");
  const Result<std::string_view> weight = Attributes(spec).text("weight");
  if (!weight) return weight.error();
  if (*weight != "uniform" && *weight != "inverse") {
    return spec.fail(text::message("weight {}", text::quoted(*weight)), "uniform or inverse");
  }
  return NeighbourSpec{spec.inputs[0].width, *weight == "inverse"};
}

/// Calls `take(row number, place below size, weight)` for each neighbour. Places come from a value
/// that any operator may have made.
template <class Take>
void take_neighbours(const NeighbourSpec& spec, const spi::RunRequest& request, std::size_t size,
                     Take take) noexcept {
  const spi::InputBuffer in = request.inputs[0];
  const spi::InputBuffer by = request.inputs[1];
  for (std::size_t r = 0; r < request.row_count; ++r) {
    const double* const places = static_cast<const double*>(in.data) + r * in.stride;
    const double* const distances = static_cast<const double*>(by.data) + r * by.stride;
    const NeighbourWeight weight(spec.is_inverse, distances, spec.count);
    for (std::size_t n = 0; n < spec.count; ++n) {
      const bool is_place = places[n] >= 0 && places[n] < static_cast<double>(size);
      if (is_place) take(r, static_cast<std::size_t>(places[n]), weight.of(distances[n]));
    }
  }
}

class NeighbourVotesKernel final : public Kernel {
 public:
  NeighbourVotesKernel(NeighbourSpec spec, std::span<const std::uint32_t> codes, std::size_t width)
      : spec_(spec), codes_(codes), width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* const out = static_cast<double*>(request.outputs[0].data);
    std::fill(out, out + request.row_count * width_, 0.0);
    take_neighbours(spec_, request, codes_.size(), [&](std::size_t r, std::size_t place, double w) {
      out[r * width_ + codes_[place]] += w;
    });
  }

 private:
  NeighbourSpec spec_;
  std::span<const std::uint32_t> codes_;
  std::size_t width_;
};

Result<std::unique_ptr<const Kernel>> prepare_neighbour_votes(const KernelSpec& spec) {
  const Result<NeighbourSpec> neighbours = read_neighbours(spec);
  if (!neighbours) return neighbours.error();
  const auto codes = Attributes(spec).constant<std::uint32_t>("codes");
  if (!codes) return codes.error();
  const std::size_t width = spec.outputs[0].width;
  if (!std::all_of(codes->begin(), codes->end(),
                   [&](std::uint32_t code) { return code < width; })) {
    return spec.fail("codes beyond the output", text::message("codes below {}", width));
  }
  return std::unique_ptr<const Kernel>(
      std::make_unique<NeighbourVotesKernel>(*neighbours, *codes, width));
}

class NeighbourMeanKernel final : public Kernel {
 public:
  NeighbourMeanKernel(NeighbourSpec spec, std::span<const double> targets, std::size_t width)
      : spec_(spec), targets_(targets), width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* const out = static_cast<double*>(request.outputs[0].data);
    auto* const sums = reinterpret_cast<double*>(request.scratch.data());
    std::fill(out, out + request.row_count * width_, 0.0);
    std::fill(sums, sums + request.row_count, 0.0);
    take_neighbours(spec_, request, targets_.size() / width_,
                    [&](std::size_t r, std::size_t place, double w) {
                      sums[r] += w;
                      const double* const target = targets_.data() + place * width_;
                      for (std::size_t c = 0; c < width_; ++c) out[r * width_ + c] += target[c] * w;
                    });
    for (std::size_t i = 0; i < request.row_count * width_; ++i) out[i] /= sums[i / width_];
  }
  std::size_t scratch_bytes(std::size_t row_count) const noexcept override {
    return row_count * sizeof(double);
  }

 private:
  NeighbourSpec spec_;
  std::span<const double> targets_;
  std::size_t width_;
};

Result<std::unique_ptr<const Kernel>> prepare_neighbour_mean(const KernelSpec& spec) {
  const Result<NeighbourSpec> neighbours = read_neighbours(spec);
  if (!neighbours) return neighbours.error();
  const auto targets = Attributes(spec).constant<double>("targets");
  if (!targets) return targets.error();
  const std::size_t width = spec.outputs[0].width;
  if (targets->size() % width != 0) {
    return spec.fail(text::message("{} targets", targets->size()),
                     text::message("rows of {}", width));
  }
  return std::unique_ptr<const Kernel>(
      std::make_unique<NeighbourMeanKernel>(*neighbours, *targets, width));
}

constexpr OpRow kNeighbourOps[] = {
    {"neighbour_votes", prepare_neighbour_votes},
    {"neighbour_mean", prepare_neighbour_mean},
};

}  // namespace

std::span<const OpRow> neighbour_ops() noexcept { return kNeighbourOps; }

}  // namespace trivet::tensor
