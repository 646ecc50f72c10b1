// SPDX-License-Identifier: Apache-2.0
// Operators that make one value of several of the same shape, in float64.
//
//   weighted_mean  constant weights, one an input: Σ weight · x in the inputs' order, divided by
//                  the attribute total
#include <algorithm>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

class WeightedMeanKernel final : public Kernel {
 public:
  WeightedMeanKernel(std::size_t width, std::span<const double> weights, double total)
      : width_(width), weights_(weights), total_(total) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      std::fill(out, out + width_, 0.0);
      for (std::size_t i = 0; i < weights_.size(); ++i) {
        const spi::InputBuffer in = request.inputs[i];
        const double* row = static_cast<const double*>(in.data) + r * in.stride;
        for (std::size_t c = 0; c < width_; ++c) out[c] += weights_[i] * row[c];
      }
      for (std::size_t c = 0; c < width_; ++c) out[c] /= total_;
    }
  }

 private:
  std::size_t width_;
  std::span<const double> weights_;
  double total_;
};

Result<std::unique_ptr<const Kernel>> prepare_weighted_mean(const KernelSpec& spec) {
  const Attributes attributes(spec);
  const Result<double> total = attributes.number("total");
  if (!total) return total.error();
  const auto weights = attributes.constant<double>("weights");
  if (!weights) return weights.error();
  bool fits = spec.outputs.size() == 1 && spec.outputs[0].dtype == DType::float64 &&
              weights->size() == spec.inputs.size();
  for (const spi::GraphValue& input : spec.inputs) {
    fits = fits && input.dtype == DType::float64 && input.width == spec.outputs[0].width;
  }
  if (!fits) {
    return spec.fail(text::message("{} inputs, {} weights", spec.inputs.size(), weights->size()),
                     "a weight for each input, and one output, all float64 of one width");
  }
  return std::unique_ptr<const Kernel>(
      std::make_unique<WeightedMeanKernel>(spec.outputs[0].width, *weights, *total));
}

constexpr OpRow kCombineOps[] = {
    {"weighted_mean", prepare_weighted_mean},
};

}  // namespace

std::span<const OpRow> combine_ops() noexcept { return kCombineOps; }

}  // namespace trivet::tensor
