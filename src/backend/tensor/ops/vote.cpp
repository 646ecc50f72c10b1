// SPDX-License-Identifier: Apache-2.0
// Operators that decide by what several members say, in float64.
//
//   votes            inputs of one column, each a place among the output's columns; constant
//                    weights, one an input; attribute other. Column c gets the sum, in the inputs'
//                    order, of weight where the input is c and of other · weight elsewhere
//   pair_scores      votes and confidences of all pairs i < j of the output's columns, row by row
//                    of their triangle: a vote of 1 is for j, any other for i, and so is a greater
//                    confidence for j. Votes plus s / (3 (|s| + 1)), s the sum of confidences
//   weighted_median  inputs of one width; constant weights, one an input: of each column the least
//                    number at which the weights of those up to it reach half of all
//   last_greatest    the place of the last greatest number of a row
#include <algorithm>
#include <cmath>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

bool is_double(const spi::GraphValue& value, std::size_t width) noexcept {
  return value.dtype == DType::float64 && value.width == width;
}

/// One output, and inputs of `width` columns, all float64.
Status check_members(const KernelSpec& spec, std::size_t width) {
  bool fits = spec.outputs.size() == 1 && !spec.inputs.empty() &&
              spec.outputs[0].dtype == DType::float64 && spec.outputs[0].width > 0;
  for (const spi::GraphValue& input : spec.inputs) fits = fits && is_double(input, width);
  if (fits) return {};
  return spec.fail(text::message("{} inputs, {} outputs", spec.inputs.size(), spec.outputs.size()),
                   text::message("inputs of {} columns, and one output, all float64", width));
}

Result<std::span<const double>> read_weights(const KernelSpec& spec) {
  const auto weights = Attributes(spec).constant<double>("weights");
  if (!weights) return weights.error();
  if (weights->size() == spec.inputs.size()) return *weights;
  return spec.fail(text::message("{} weights", weights->size()),
                   text::message("{}, one an input", spec.inputs.size()));
}

const double* row_of(const spi::InputBuffer& in, std::size_t row) noexcept {
  return static_cast<const double*>(in.data) + row * in.stride;
}

class VotesKernel final : public Kernel {
 public:
  VotesKernel(std::size_t width, std::span<const double> weights, double other)
      : width_(width), weights_(weights), other_(other) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      std::fill(out, out + width_, 0.0);
      for (std::size_t i = 0; i < weights_.size(); ++i) {
        add_vote(*row_of(request.inputs[i], r), weights_[i], out);
      }
    }
  }

 private:
  void add_vote(double place, double weight, double* out) const noexcept {
    const double against = other_ * weight;
    const bool is_column = place >= 0 && place < static_cast<double>(width_);
    const std::size_t chosen = is_column ? static_cast<std::size_t>(place) : width_;
    if (other_ != 0) {
      for (std::size_t c = 0; c < width_; ++c) out[c] += c == chosen ? weight : against;
    } else if (is_column) {
      out[chosen] += weight;
    }
  }

  std::size_t width_;
  std::span<const double> weights_;
  double other_;
};

Result<std::unique_ptr<const Kernel>> prepare_votes(const KernelSpec& spec) {
  if (Status fits = check_members(spec, 1); !fits) return std::move(fits).error();
  const auto weights = read_weights(spec);
  if (!weights) return weights.error();
  const Result<double> other = Attributes(spec).number("other");
  if (!other) return other.error();
  return std::unique_ptr<const Kernel>(
      std::make_unique<VotesKernel>(spec.outputs[0].width, *weights, *other));
}

class PairScoresKernel final : public Kernel {
 public:
  explicit PairScoresKernel(std::size_t width) : width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* out = static_cast<double*>(request.outputs[0].data);
    auto* sums = reinterpret_cast<double*>(request.scratch.data());
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      std::fill(out, out + width_, 0.0);
      std::fill(sums, sums + width_, 0.0);
      add_pairs(row_of(request.inputs[0], r), row_of(request.inputs[1], r), out, sums);
      for (std::size_t c = 0; c < width_; ++c) out[c] += sums[c] / (3 * (std::fabs(sums[c]) + 1));
    }
  }
  std::size_t scratch_bytes(std::size_t /*row_count*/) const noexcept override {
    return width_ * sizeof(double);
  }

 private:
  void add_pairs(const double* votes, const double* confidences, double* out,
                 double* sums) const noexcept {
    for (std::size_t i = 0; i < width_; ++i) {
      for (std::size_t j = i + 1; j < width_; ++j, ++votes, ++confidences) {
        out[*votes == 1 ? j : i] += 1;
        sums[i] -= *confidences;
        sums[j] += *confidences;
      }
    }
  }

  std::size_t width_;
};

Result<std::unique_ptr<const Kernel>> prepare_pair_scores(const KernelSpec& spec) {
  const std::size_t width = spec.outputs.size() == 1 ? spec.outputs[0].width : 0;
  const std::size_t pairs = width < 2 ? 0 : width * (width - 1) / 2;
  if (Status fits = check_members(spec, pairs); !fits) return std::move(fits).error();
  if (spec.inputs.size() != 2 || pairs == 0) {
    return spec.fail(text::message("{} inputs, {} columns out", spec.inputs.size(), width),
                     "votes, confidences and at least two columns");
  }
  return std::unique_ptr<const Kernel>(std::make_unique<PairScoresKernel>(width));
}

class WeightedMedianKernel final : public Kernel {
 public:
  WeightedMedianKernel(std::size_t width, std::span<const double> weights)
      : width_(width), weights_(weights) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* out = static_cast<double*>(request.outputs[0].data);
    const std::span<Said> said(reinterpret_cast<Said*>(request.scratch.data()), weights_.size());
    for (std::size_t r = 0; r < request.row_count; ++r) {
      for (std::size_t c = 0; c < width_; ++c) {
        for (std::size_t i = 0; i < weights_.size(); ++i) {
          said[i] = {row_of(request.inputs[i], r)[c], weights_[i], i};
        }
        *out++ = median(said);
      }
    }
  }
  std::size_t scratch_bytes(std::size_t /*row_count*/) const noexcept override {
    return weights_.size() * sizeof(Said);
  }

 private:
  struct Said {
    double number;
    double weight;
    std::size_t member;
  };

  /// NaN stands behind all numbers, equal ones in the members' order.
  [[nodiscard]] static bool is_before(const Said& a, const Said& b) noexcept {
    if (a.number < b.number) return true;
    if (b.number < a.number) return false;
    if (std::isnan(a.number) != std::isnan(b.number)) return std::isnan(b.number);
    return a.member < b.member;
  }

  [[nodiscard]] static double median(std::span<Said> said) noexcept {
    std::sort(said.begin(), said.end(), is_before);
    double total = 0;
    for (const Said& one : said) total += one.weight;
    double sum = 0;
    for (const Said& one : said) {
      sum += one.weight;
      if (sum >= 0.5 * total) return one.number;
    }
    return said.front().number;
  }

  std::size_t width_;
  std::span<const double> weights_;
};

Result<std::unique_ptr<const Kernel>> prepare_weighted_median(const KernelSpec& spec) {
  const std::size_t width = spec.outputs.size() == 1 ? spec.outputs[0].width : 0;
  if (Status fits = check_members(spec, width); !fits) return std::move(fits).error();
  const auto weights = read_weights(spec);
  if (!weights) return weights.error();
  return std::unique_ptr<const Kernel>(std::make_unique<WeightedMedianKernel>(width, *weights));
}

class LastGreatestKernel final : public Kernel {
 public:
  explicit LastGreatestKernel(std::size_t width) : width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const double* const row = row_of(request.inputs[0], r);
      std::size_t best = 0;
      for (std::size_t c = 1; c < width_; ++c) best = row[c] >= row[best] ? c : best;
      *out++ = static_cast<double>(best);
    }
  }

 private:
  std::size_t width_;
};

Result<std::unique_ptr<const Kernel>> prepare_last_greatest(const KernelSpec& spec) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.inputs[0].width > 0 && is_double(spec.inputs[0], spec.inputs[0].width) &&
                    is_double(spec.outputs[0], 1);
  if (!fits) return spec.fail("other widths", "columns of float64 in, one out");
  return std::unique_ptr<const Kernel>(std::make_unique<LastGreatestKernel>(spec.inputs[0].width));
}

constexpr OpRow kVoteOps[] = {
    {"votes", prepare_votes},
    {"pair_scores", prepare_pair_scores},
    {"weighted_median", prepare_weighted_median},
    {"last_greatest", prepare_last_greatest},
};

}  // namespace

std::span<const OpRow> vote_ops() noexcept { return kVoteOps; }

}  // namespace trivet::tensor
