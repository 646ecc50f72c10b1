// SPDX-License-Identifier: Apache-2.0
// Operators on codes of categories: whole numbers of 32 bits in cells of float64. Any other number,
// NaN among them, is a category that nobody knows.
//
//   category_index         attribute column; constant codes (int32, distinct). The codes are cut
//                          into as many equal chunks as the output has columns (32 a chunk or
//                          more); the column of the chunk that has the code gets its position
//                          there, the others -1.
//   encode_features        makes a forest's features out of numbers, codes and counts of categories
//                          (encode_features.cpp)
//   combination_statistic  looks the combination of several values of a row up in a table and
//                          makes numbers of what is counted there (combination_statistic.cpp)
#include <algorithm>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/ops/combination_statistic.hpp"
#include "backend/tensor/ops/encode_features.hpp"
#include "backend/tensor/row_map.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

/// Codes in order, with the place that each had.
struct CodePlace {
  std::int32_t code;
  std::uint32_t place;
};

class CategoryIndexKernel final : public Kernel {
 public:
  CategoryIndexKernel(std::size_t column, std::size_t width, std::span<const std::int32_t> codes)
      : column_(column),
        width_(width),
        chunk_(width == 0 ? 1 : (codes.size() + width - 1) / width) {
    for (std::uint32_t i = 0; i < codes.size(); ++i) places_.push_back({codes[i], i});
    std::sort(places_.begin(), places_.end(),
              [](const CodePlace& a, const CodePlace& b) { return a.code < b.code; });
  }

  [[nodiscard]] bool has_repeated_code() const noexcept {
    return std::adjacent_find(places_.begin(), places_.end(),
                              [](const CodePlace& a, const CodePlace& b) {
                                return a.code == b.code;
                              }) != places_.end();
  }

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      std::fill(out, out + width_, -1.0);
      const double cell = static_cast<const double*>(in.data)[r * in.stride + column_];
      const std::optional<std::int32_t> code = as_category_code(cell);
      if (!code) continue;
      const auto at = std::lower_bound(
          places_.begin(), places_.end(), *code,
          [](const CodePlace& known, std::int32_t wanted) { return known.code < wanted; });
      if (at == places_.end() || at->code != *code) continue;
      out[at->place / chunk_] = static_cast<double>(at->place % chunk_);
    }
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + places_.capacity() * sizeof(CodePlace);
  }

 private:
  std::size_t column_;
  std::size_t width_;
  std::size_t chunk_;
  std::vector<CodePlace> places_;
};

Result<std::unique_ptr<const Kernel>> prepare_category_index(const KernelSpec& spec) {
  TRIVET_TRY(check_row_map(spec));
  const Attributes attributes(spec);
  const Result<double> column = attributes.number("column");
  if (!column) return column.error();
  const Result<std::span<const std::int32_t>> codes = attributes.constant<std::int32_t>("codes");
  if (!codes) return codes.error();
  if (!(*column >= 0 && *column < spec.inputs[0].width) || spec.outputs[0].width == 0 ||
      codes->empty()) {
    return spec.fail(text::message("column {}, {} codes", *column, codes->size()),
                     text::message("one of {} columns, and codes", spec.inputs[0].width));
  }
  auto kernel = std::make_unique<CategoryIndexKernel>(static_cast<std::size_t>(*column),
                                                      spec.outputs[0].width, *codes);
  if (kernel->has_repeated_code()) return spec.fail("a code twice", "codes that differ");
  return std::unique_ptr<const Kernel>(std::move(kernel));
}

constexpr OpRow kCategoryOps[] = {
    {"category_index", prepare_category_index},
    {"combination_statistic", prepare_combination_statistic},
    {"encode_features", prepare_encode_features},
};

}  // namespace

std::span<const OpRow> category_ops() noexcept { return kCategoryOps; }

}  // namespace trivet::tensor
