// SPDX-License-Identifier: Apache-2.0
// encode_features: cells of columns (float64) to features of a forest (float32), step by step, each
// step's features behind those of the step before. Features that no step makes are missing.
//
//   kinds       texts, one a step:
//     copy      `widths` cells as they are
//     one_hot   a code; feature `code` is 1, the others are missing
//     present   counts of `widths` categories; features of those that are there are 1, the others
//               are missing
//     row       a code; the row of that number of the step's table
//     mean      counts of `categories` categories, then their number, unknown ones included; the
//               mean of their rows of the table, where unknown ones are zeros. Without values it is
//               zeros. Of several features those that are 0 are missing.
//   cells       the first cell of each step
//   widths      its features
//   categories  rows of its table; 0 for steps without
//   constant tables  float64, the steps' tables one behind the other, row-major
//
// A code that is no row of the table, or no feature, makes all features of its step missing.
#include "backend/tensor/ops/encode_features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

enum class EncodeKind : std::uint8_t { copy, one_hot, present, row, mean };

constexpr std::array<std::string_view, 5> kEncodeKindNames{"copy", "one_hot", "present", "row",
                                                           "mean"};

struct EncodeStep {
  EncodeKind kind = EncodeKind::copy;
  std::size_t cell = 0;
  std::size_t width = 0;
  std::size_t categories = 0;
  const double* table = nullptr;

  [[nodiscard]] std::size_t cell_count() const noexcept {
    switch (kind) {
      case EncodeKind::copy:
      case EncodeKind::present: return width;
      case EncodeKind::mean: return categories + 1;
      case EncodeKind::one_hot:
      case EncodeKind::row: break;
    }
    return 1;
  }
  [[nodiscard]] bool has_table() const noexcept {
    return kind == EncodeKind::row || kind == EncodeKind::mean;
  }
};

constexpr float kMissingFeature = std::numeric_limits<float>::quiet_NaN();

/// The code in a cell, when it is a whole number below `limit`.
std::optional<std::size_t> code_below(double cell, std::size_t limit) noexcept {
  if (!(cell >= 0 && cell < static_cast<double>(limit)) || cell != std::trunc(cell)) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(cell);
}

class EncodeFeaturesKernel final : public Kernel {
 public:
  EncodeFeaturesKernel(std::vector<EncodeStep> steps, std::size_t width)
      : steps_(std::move(steps)), width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<float*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      encode_row(static_cast<const double*>(in.data) + r * in.stride, out);
    }
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + steps_.capacity() * sizeof(EncodeStep);
  }

 private:
  void encode_row(const double* row, float* out) const noexcept {
    std::fill(out, out + width_, kMissingFeature);
    for (const EncodeStep& step : steps_) {
      encode_step(step, row + step.cell, out);
      out += step.width;
    }
  }

  static void encode_step(const EncodeStep& step, const double* cells, float* out) noexcept {
    switch (step.kind) {
      case EncodeKind::copy:
        for (std::size_t i = 0; i < step.width; ++i) out[i] = static_cast<float>(cells[i]);
        break;
      case EncodeKind::one_hot:
        if (const auto code = code_below(*cells, step.width)) out[*code] = 1;
        break;
      case EncodeKind::present:
        for (std::size_t i = 0; i < step.width; ++i) {
          if (cells[i] > 0) out[i] = 1;
        }
        break;
      case EncodeKind::row:
        if (const auto code = code_below(*cells, step.categories)) {
          const double* values = step.table + *code * step.width;
          for (std::size_t i = 0; i < step.width; ++i) out[i] = static_cast<float>(values[i]);
        }
        break;
      case EncodeKind::mean: encode_mean(step, cells, out); break;
    }
  }

  /// Each value adds its share of the row, in float64.
  static void encode_mean(const EncodeStep& step, const double* counts, float* out) noexcept {
    const double value_count = counts[step.categories];
    if (std::isnan(value_count)) return;
    for (std::size_t i = 0; i < step.width; ++i) {
      double sum = 0;
      for (std::size_t c = 0; c < step.categories; ++c) {
        if (!(counts[c] > 0)) continue;
        sum += counts[c] * (step.table[c * step.width + i] / value_count);
      }
      if (step.width == 1 || sum != 0) out[i] = static_cast<float>(sum);
    }
  }

  std::vector<EncodeStep> steps_;
  std::size_t width_;
};

Status read_kinds(const KernelSpec& spec, const Attributes& attributes,
                  std::vector<EncodeStep>& steps) {
  std::vector<std::string_view> names;
  TRIVET_TRY(attributes.texts("kinds", names));
  for (const std::string_view name : names) {
    const auto* const at = std::find(kEncodeKindNames.begin(), kEncodeKindNames.end(), name);
    if (at == kEncodeKindNames.end()) {
      return spec.fail(text::message("the kind {}", text::quoted(name)), "a kind of step");
    }
    steps.push_back({.kind = static_cast<EncodeKind>(at - kEncodeKindNames.begin())});
  }
  return {};
}

Status read_sizes(const KernelSpec& spec, const Attributes& attributes,
                  std::vector<EncodeStep>& steps) {
  constexpr std::size_t kSizeLimit = std::size_t{1} << 31;
  std::vector<std::uint32_t> cells;
  std::vector<std::uint32_t> widths;
  std::vector<std::uint32_t> categories;
  TRIVET_TRY(attributes.positions("cells", std::size_t{spec.inputs[0].width} + 1, cells));
  TRIVET_TRY(attributes.positions("widths", kSizeLimit, widths));
  TRIVET_TRY(attributes.positions("categories", kSizeLimit, categories));
  if (cells.size() != steps.size() || widths.size() != steps.size() ||
      categories.size() != steps.size()) {
    return spec.fail("lists of unequal length", "a kind and sizes for each step");
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].cell = cells[i];
    steps[i].width = widths[i];
    steps[i].categories = categories[i];
  }
  return {};
}

/// Hands out the tables and proves that every step stays within its row.
Status place_steps(const KernelSpec& spec, std::span<const double> tables,
                   std::vector<EncodeStep>& steps) {
  std::size_t features = 0;
  for (EncodeStep& step : steps) {
    features += step.width;
    const std::size_t table = step.has_table() ? step.width * step.categories : 0;
    if (step.cell + step.cell_count() > spec.inputs[0].width || features > spec.outputs[0].width ||
        table > tables.size()) {
      return spec.fail(
          text::message("{} cells at {} for {} features", step.cell_count(), step.cell, step.width),
          text::message("steps within {} cells, {} features and their tables", spec.inputs[0].width,
                        spec.outputs[0].width));
    }
    step.table = tables.data();
    tables = tables.subspan(table);
  }
  if (tables.empty()) return {};
  return spec.fail(text::message("{} numbers too many", tables.size()), "a table for each step");
}

}  // namespace

Result<std::unique_ptr<const Kernel>> prepare_encode_features(const KernelSpec& spec) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.inputs[0].dtype == DType::float64 &&
                    spec.outputs[0].dtype == DType::float32;
  if (!fits) {
    return spec.fail(
        text::message("{} inputs, {} outputs", spec.inputs.size(), spec.outputs.size()),
        "an input of float64 and an output of float32");
  }
  const Attributes attributes(spec);
  std::vector<EncodeStep> steps;
  TRIVET_TRY(read_kinds(spec, attributes, steps));
  TRIVET_TRY(read_sizes(spec, attributes, steps));
  const Result<std::span<const double>> tables = attributes.constant<double>("tables");
  if (!tables) return tables.error();
  TRIVET_TRY(place_steps(spec, *tables, steps));
  return std::unique_ptr<const Kernel>(
      std::make_unique<EncodeFeaturesKernel>(std::move(steps), spec.outputs[0].width));
}

}  // namespace trivet::tensor
