// SPDX-License-Identifier: Apache-2.0
// Operators on sparse rows of float64.
//
//   weigh_terms         attributes binary, sublinear, descending (0 or 1), norm ("", l1, l2);
//                       constant factor (float64, as many as columns, or none): each number becomes
//                       1 where binary, then 1 + log(x) where sublinear, then is multiplied by its
//                       column's factor; then the row is divided by its norm, whose terms are added
//                       from the last column on where descending
//   to_dense            the same row with all its zeros
//   sparse_product      constants weights (float64, columns × outputs), start (float64):
//                       start + Σ x · w, in the order of columns; dense
//   sparse_concatenate  the columns of all inputs side by side, sparse ones and dense ones
#include <algorithm>
#include <cmath>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

const SparseRow& sparse_row(const spi::InputBuffer& in, std::size_t r) noexcept {
  return static_cast<const SparseRow*>(in.data)[r];
}

enum class RowNorm : std::uint8_t { none, l1, l2 };

struct TermWeights {
  bool is_binary = false;
  bool is_sublinear = false;
  bool is_descending = false;
  RowNorm norm = RowNorm::none;
  std::span<const double> factor;
};

class WeighTermsKernel final : public Kernel {
 public:
  explicit WeighTermsKernel(TermWeights weights) : weights_(weights) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* rows = static_cast<SparseRow*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const SparseRow& in = sparse_row(request.inputs[0], r);
      SparseRow& out = rows[r];
      out.count = 0;
      for (std::size_t i = 0; i < in.count; ++i) {
        out.push_back(in.places[i], weighed(in.places[i], in.numbers[i]));
      }
      divide(out);
    }
  }

 private:
  [[nodiscard]] double weighed(std::uint32_t place, double x) const noexcept {
    if (weights_.is_binary) x = 1;
    if (weights_.is_sublinear) x = std::log(x) + 1;
    return weights_.factor.empty() ? x : x * weights_.factor[place];
  }
  void divide(SparseRow& row) const noexcept {
    if (weights_.norm == RowNorm::none) return;
    double sum = 0;
    for (std::size_t i = 0; i < row.count; ++i) {
      const double x = row.numbers[weights_.is_descending ? row.count - 1 - i : i];
      sum += weights_.norm == RowNorm::l1 ? std::fabs(x) : x * x;
    }
    if (sum == 0) return;
    const double norm = weights_.norm == RowNorm::l1 ? sum : std::sqrt(sum);
    for (std::size_t i = 0; i < row.count; ++i) row.numbers[i] /= norm;
  }

  TermWeights weights_;
};

class ToDenseKernel final : public Kernel {
 public:
  explicit ToDenseKernel(std::size_t width) : width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      const SparseRow& in = sparse_row(request.inputs[0], r);
      std::fill_n(out, width_, 0.0);
      for (std::size_t i = 0; i < in.count; ++i) out[in.places[i]] = in.numbers[i];
    }
  }

 private:
  std::size_t width_;
};

class SparseProductKernel final : public Kernel {
 public:
  SparseProductKernel(std::span<const double> weights, std::span<const double> start)
      : weights_(weights), start_(start) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const std::size_t width = start_.size();
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += width) {
      const SparseRow& in = sparse_row(request.inputs[0], r);
      std::fill_n(out, width, 0.0);
      for (std::size_t i = 0; i < in.count; ++i) {
        const double* column = weights_.data() + in.places[i] * width;
        for (std::size_t k = 0; k < width; ++k) out[k] += in.numbers[i] * column[k];
      }
      for (std::size_t k = 0; k < width; ++k) out[k] += start_[k];
    }
  }

 private:
  std::span<const double> weights_;
  std::span<const double> start_;
};

class SparseConcatenateKernel final : public Kernel {
 public:
  struct Part {
    std::uint32_t width;
    bool is_sparse;
  };
  explicit SparseConcatenateKernel(std::vector<Part> parts) : parts_(std::move(parts)) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* rows = static_cast<SparseRow*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      rows[r].count = 0;
      std::uint32_t first = 0;
      for (std::size_t i = 0; i < parts_.size(); first += parts_[i++].width) {
        if (parts_[i].is_sparse) append(sparse_row(request.inputs[i], r), first, rows[r]);
        else append(request.inputs[i], r, parts_[i].width, first, rows[r]);
      }
    }
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + parts_.capacity() * sizeof(Part);
  }

 private:
  static void append(const SparseRow& part, std::uint32_t first, SparseRow& out) noexcept {
    for (std::size_t i = 0; i < part.count; ++i) {
      out.push_back(first + part.places[i], part.numbers[i]);
    }
  }
  /// NaN is no zero.
  static void append(const spi::InputBuffer& in, std::size_t r, std::uint32_t width,
                     std::uint32_t first, SparseRow& out) noexcept {
    const double* row = static_cast<const double*>(in.data) + r * in.stride;
    for (std::uint32_t i = 0; i < width; ++i) {
      if (row[i] != 0) out.push_back(first + i, row[i]);
    }
  }

  std::vector<Part> parts_;
};

// --- preparing

Status check_sparse(const KernelSpec& spec, bool gives_sparse) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.inputs[0].dtype == DType::float64 && spec.inputs[0].is_sparse() &&
                    spec.outputs[0].dtype == DType::float64 &&
                    spec.outputs[0].is_sparse() == gives_sparse;
  if (fits) return {};
  return spec.fail(text::message("{} inputs, {} outputs", spec.inputs.size(), spec.outputs.size()),
                   gives_sparse ? "one of each, sparse" : "a sparse one in, a dense one out");
}

Result<bool> sparse_switch(const KernelSpec& spec, std::string_view name) {
  const auto number = Attributes(spec).number(name);
  if (!number) return number.error();
  return *number != 0;
}

Result<std::unique_ptr<const Kernel>> prepare_weigh_terms(const KernelSpec& spec) {
  TRIVET_TRY(check_sparse(spec, true));
  const auto binary = sparse_switch(spec, "binary");
  TRIVET_TRY(binary);
  const auto sublinear = sparse_switch(spec, "sublinear");
  TRIVET_TRY(sublinear);
  const auto descending = sparse_switch(spec, "descending");
  TRIVET_TRY(descending);
  const auto norm = Attributes(spec).text("norm");
  TRIVET_TRY(norm);
  const auto factor = Attributes(spec).constant<double>("factor");
  TRIVET_TRY(factor);
  const bool is_known = norm->empty() || *norm == "l1" || *norm == "l2";
  const bool fits = is_known && (factor->empty() || factor->size() == spec.inputs[0].width) &&
                    spec.outputs[0].width == spec.inputs[0].width &&
                    spec.outputs[0].sparse_factor >= spec.inputs[0].sparse_factor;
  if (!fits) {
    return spec.fail(text::message("{} factors for {} columns, norm {}", factor->size(),
                                   spec.inputs[0].width, text::quoted(*norm)),
                     "a factor for each column or none, the norm l1, l2 or none");
  }
  const RowNorm kind = norm->empty() ? RowNorm::none : *norm == "l1" ? RowNorm::l1 : RowNorm::l2;
  return std::unique_ptr<const Kernel>(std::make_unique<WeighTermsKernel>(
      TermWeights{*binary, *sublinear, *descending, kind, *factor}));
}

Result<std::unique_ptr<const Kernel>> prepare_to_dense(const KernelSpec& spec) {
  TRIVET_TRY(check_sparse(spec, false));
  if (spec.inputs[0].width != spec.outputs[0].width) {
    return spec.fail(
        text::message("{} columns out of {}", spec.outputs[0].width, spec.inputs[0].width),
        "as many as there are");
  }
  return std::unique_ptr<const Kernel>(std::make_unique<ToDenseKernel>(spec.inputs[0].width));
}

Result<std::unique_ptr<const Kernel>> prepare_sparse_product(const KernelSpec& spec) {
  TRIVET_TRY(check_sparse(spec, false));
  const auto weights = Attributes(spec).constant<double>("weights");
  TRIVET_TRY(weights);
  const auto start = Attributes(spec).constant<double>("start");
  TRIVET_TRY(start);
  const std::size_t width = spec.outputs[0].width;
  if (start->size() != width || weights->size() != width * spec.inputs[0].width) {
    return spec.fail(text::message("{} weights, {} starts", weights->size(), start->size()),
                     text::message("{} × {} and {}", spec.inputs[0].width, width, width));
  }
  return std::unique_ptr<const Kernel>(std::make_unique<SparseProductKernel>(*weights, *start));
}

/// A dense row of so many columns has that many entries, however short the text.
Result<std::unique_ptr<const Kernel>> prepare_sparse_concatenate(const KernelSpec& spec) {
  std::vector<SparseConcatenateKernel::Part> parts;
  std::uint64_t width = 0;
  std::uint64_t factor = 0;
  bool fits = spec.outputs.size() == 1 && spec.outputs[0].is_sparse();
  for (const spi::GraphValue& input : spec.inputs) {
    parts.push_back({input.width, input.is_sparse()});
    width += input.width;
    factor += input.is_sparse() ? input.sparse_factor : input.width;
    fits = fits && input.dtype == DType::float64;
  }
  fits = fits && spec.outputs[0].dtype == DType::float64 && width == spec.outputs[0].width &&
         factor <= spec.outputs[0].sparse_factor;
  if (!fits) {
    return spec.fail(text::message("{} inputs of {} columns", spec.inputs.size(), width),
                     "inputs of float64, and one sparse output as wide as all of them");
  }
  return std::unique_ptr<const Kernel>(std::make_unique<SparseConcatenateKernel>(std::move(parts)));
}

constexpr OpRow kSparseOps[] = {
    {"weigh_terms", prepare_weigh_terms, true},
    {"to_dense", prepare_to_dense, true},
    {"sparse_product", prepare_sparse_product, true},
    {"sparse_concatenate", prepare_sparse_concatenate, true},
};

}  // namespace

std::span<const OpRow> sparse_ops() noexcept { return kSparseOps; }

}  // namespace trivet::tensor
