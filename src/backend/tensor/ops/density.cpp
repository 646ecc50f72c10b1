// SPDX-License-Identifier: Apache-2.0
// Operators that densities and distances from several centres are made of, in float64.
//
//   centred_squares  constants means (a row for each of the output's columns), maps: how far the
//                    row x is from each mean m, by the attribute form:
//                      diagonal   Σ ((x − m) · a)², a row a of maps for each mean
//                      full       Σ ((x − m) · A)², a square A of maps for each mean
//                      tied       the same, one A for all
//                      quadratic  (x − m) · A · (x − m)ᵀ, an A for each
//   log_sum_exp      log Σ exp(x) over the row: one column
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

bool is_one_to_one(const KernelSpec& spec) noexcept {
  return are_doubles(spec.inputs, 1) && are_doubles(spec.outputs, 1);
}

enum class CentreForm : std::uint8_t { diagonal, full, tied, quadratic };

struct Centres {
  CentreForm form = CentreForm::diagonal;
  std::size_t width = 0;
  std::span<const double> means;
  std::span<const double> maps;
};

class CentredSquaresKernel final : public Kernel {
 public:
  explicit CentredSquaresKernel(const Centres& centres)
      : centres_(centres), count_(centres.means.size() / centres.width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    auto* const gap = reinterpret_cast<double*>(request.scratch.data());
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const double* const row = static_cast<const double*>(in.data) + r * in.stride;
      for (std::size_t k = 0; k < count_; ++k) {
        const double* const mean = centres_.means.data() + k * centres_.width;
        for (std::size_t c = 0; c < centres_.width; ++c) gap[c] = row[c] - mean[c];
        *out++ = square_of_gap(k, gap, gap + centres_.width);
      }
    }
  }
  std::size_t scratch_bytes(std::size_t /*row_count*/) const noexcept override {
    return 2 * centres_.width * sizeof(double);
  }

 private:
  double square_of_gap(std::size_t k, const double* gap, double* mapped) const noexcept {
    const std::size_t width = centres_.width;
    const std::size_t size = centres_.form == CentreForm::diagonal ? width : width * width;
    const double* const map =
        centres_.maps.data() + (centres_.form == CentreForm::tied ? 0 : k * size);
    double sum = 0;
    if (centres_.form == CentreForm::diagonal) {
      for (std::size_t c = 0; c < width; ++c) sum += gap[c] * map[c] * (gap[c] * map[c]);
      return sum;
    }
    std::fill(mapped, mapped + width, 0.0);
    for (std::size_t i = 0; i < width; ++i) {
      for (std::size_t j = 0; j < width; ++j) mapped[j] += gap[i] * map[i * width + j];
    }
    const double* const by = centres_.form == CentreForm::quadratic ? gap : mapped;
    for (std::size_t c = 0; c < width; ++c) sum += mapped[c] * by[c];
    return sum;
  }

  Centres centres_;
  std::size_t count_;
};

Result<CentreForm> read_centre_form(const KernelSpec& spec) {
  const Result<std::string_view> form = Attributes(spec).text("form");
  if (!form) return form.error();
  if (*form == "diagonal") return CentreForm::diagonal;
  if (*form == "full") return CentreForm::full;
  if (*form == "tied") return CentreForm::tied;
  if (*form == "quadratic") return CentreForm::quadratic;
  return spec.fail(text::message("form {}", text::quoted(*form)),
                   "diagonal, full, tied or quadratic");
}

Result<std::unique_ptr<const Kernel>> prepare_centred_squares(const KernelSpec& spec) {
  if (!is_one_to_one(spec)) return spec.fail("other values", "one in, one out, float64");
  const Result<CentreForm> form = read_centre_form(spec);
  if (!form) return form.error();
  const Attributes attributes(spec);
  const auto means = attributes.constant<double>("means");
  if (!means) return means.error();
  const auto maps = attributes.constant<double>("maps");
  if (!maps) return maps.error();
  const std::size_t width = spec.inputs[0].width;
  const std::size_t count = spec.outputs[0].width;
  const std::size_t map_width = *form == CentreForm::diagonal ? 1 : width;
  const std::size_t map_count = *form == CentreForm::tied ? 1 : count;
  if (means->size() != count * width || maps->size() != map_count * width * map_width) {
    return spec.fail(text::message("{} means, {} maps", means->size(), maps->size()),
                     text::message("{} and {}", count * width, map_count * width * map_width));
  }
  return std::unique_ptr<const Kernel>(
      std::make_unique<CentredSquaresKernel>(Centres{*form, width, *means, *maps}));
}

class LogSumExpKernel final : public Kernel {
 public:
  explicit LogSumExpKernel(std::size_t width) : width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* const out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const double* const row = static_cast<const double*>(in.data) + r * in.stride;
      const double greatest = *std::max_element(row, row + width_);
      double sum = 0;
      for (std::size_t c = 0; c < width_; ++c) sum += std::exp(row[c] - greatest);
      out[r] = std::isinf(greatest) ? greatest : greatest + std::log(sum);
    }
  }

 private:
  std::size_t width_;
};

Result<std::unique_ptr<const Kernel>> prepare_log_sum_exp(const KernelSpec& spec) {
  if (!is_one_to_one(spec) || spec.outputs[0].width != 1) {
    return spec.fail("other widths", "columns of float64 in, one out");
  }
  return std::unique_ptr<const Kernel>(std::make_unique<LogSumExpKernel>(spec.inputs[0].width));
}

constexpr OpRow kDensityOps[] = {
    {"centred_squares", prepare_centred_squares},
    {"log_sum_exp", prepare_log_sum_exp},
};

}  // namespace

std::span<const OpRow> density_ops() noexcept { return kDensityOps; }

}  // namespace trivet::tensor
