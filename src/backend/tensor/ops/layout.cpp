// SPDX-License-Identifier: Apache-2.0
// Operators that move numbers without changing them.
//
//   concatenate  the columns of all inputs side by side; one element type
//   constant     constant numbers (float64): the same for every row of the input, which is not read
#include <algorithm>
#include <cstring>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

class ConcatenateKernel final : public Kernel {
 public:
  ConcatenateKernel(std::size_t element_bytes, std::vector<std::uint32_t> widths)
      : element_bytes_(element_bytes), widths_(std::move(widths)) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* out = static_cast<std::byte*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      for (std::size_t i = 0; i < widths_.size(); ++i) {
        const spi::InputBuffer in = request.inputs[i];
        const std::size_t size = widths_[i] * element_bytes_;
        const auto* row = static_cast<const std::byte*>(in.data) + r * in.stride * element_bytes_;
        if (size != 0) std::memcpy(out, row, size);
        out += size;
      }
    }
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + widths_.capacity() * sizeof(std::uint32_t);
  }

 private:
  std::size_t element_bytes_;
  std::vector<std::uint32_t> widths_;
};

Result<std::unique_ptr<const Kernel>> prepare_concatenate(const KernelSpec& spec) {
  std::vector<std::uint32_t> widths;
  std::size_t sum = 0;
  bool fits = spec.outputs.size() == 1 && !spec.inputs.empty();
  for (const spi::GraphValue& input : spec.inputs) {
    widths.push_back(input.width);
    sum += input.width;
    fits = fits && input.dtype == spec.outputs[0].dtype;
  }
  if (!fits || sum != spec.outputs[0].width || size_of(spec.outputs[0].dtype) == 0) {
    return spec.fail(text::message("{} inputs of {} columns", spec.inputs.size(), sum),
                     "inputs of one element type, and one output as wide as all of them");
  }
  return std::unique_ptr<const Kernel>(
      std::make_unique<ConcatenateKernel>(size_of(spec.outputs[0].dtype), std::move(widths)));
}

class ConstantKernel final : public Kernel {
 public:
  explicit ConstantKernel(std::span<const double> numbers) : numbers_(numbers) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      out = std::copy(numbers_.begin(), numbers_.end(), out);
    }
  }

 private:
  std::span<const double> numbers_;
};

Result<std::unique_ptr<const Kernel>> prepare_constant(const KernelSpec& spec) {
  const auto numbers = Attributes(spec).constant<double>("numbers");
  if (!numbers) return numbers.error();
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.outputs[0].dtype == DType::float64 &&
                    spec.outputs[0].width == numbers->size();
  if (!fits) {
    return spec.fail(text::message("{} numbers", numbers->size()),
                     "one input, one output of float64 as wide as the numbers");
  }
  return std::unique_ptr<const Kernel>(std::make_unique<ConstantKernel>(*numbers));
}

constexpr OpRow kLayoutOps[] = {
    {"constant", prepare_constant},
    {"concatenate", prepare_concatenate},
};

}  // namespace

std::span<const OpRow> layout_ops() noexcept { return kLayoutOps; }

}  // namespace trivet::tensor
