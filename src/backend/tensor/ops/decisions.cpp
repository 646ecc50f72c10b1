// SPDX-License-Identifier: Apache-2.0
// Operators that make a decision of many, in float64.
//
// Of classifiers of two classes each, for all pairs i < j in this order, a margin above 0 is for i:
//
//   pair_votes     how many pairs each class wins
//   pair_margin_scores
//                  the same, each with s / (3 (|s| + 1)) for s the sum of its margins: votes first,
//                  margins between equals
//   pair_coupling  constants slope, offset of each pair: the probabilities of all classes that fit
//                  1 / (1 + exp(slope · margin + offset)) best: T.-F. Wu, C.-J. Lin, R. C. Weng,
//                  JMLR 5 (2004), with the stopping rule of LIBSVM
//
// Of neighbours, whose places and distances are two inputs of one width; attribute weight, uniform
// or inverse (1 / distance; where a distance is 0, only such neighbours count):
//
//   neighbour_votes  constant codes (uint32): the weights of each code's neighbours
//   neighbour_mean   constant targets, rows as wide as the output: the weighted mean of those rows
#include <algorithm>
#include <cmath>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

bool is_float64(std::span<const spi::GraphValue> values, std::size_t count) noexcept {
  return values.size() == count &&
         std::all_of(values.begin(), values.end(), [](const spi::GraphValue& value) {
           return value.dtype == DType::float64 && value.width > 0;
         });
}

constexpr std::size_t kClassLimit = 4096;  // of pairs: their squares still fit anything

Result<std::size_t> count_classes(const KernelSpec& spec) {
  if (is_float64(spec.inputs, 1) && is_float64(spec.outputs, 1)) {
    const std::size_t classes = spec.outputs[0].width;
    const bool fits = classes >= 2 && classes <= kClassLimit;
    if (fits && spec.inputs[0].width == classes * (classes - 1) / 2) return classes;
  }
  return spec.fail("other widths", "a column for each pair of classes in, one for each class out");
}

/// `Function` takes the margins of a row and makes the numbers of its classes.
template <class Function>
class PairRowKernel final : public Kernel {
 public:
  PairRowKernel(std::size_t classes, Function function) : classes_(classes), function_(function) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += classes_) {
      function_(static_cast<const double*>(in.data) + r * in.stride, classes_, out);
    }
  }

 private:
  std::size_t classes_;
  Function function_;
};

void count_votes(const double* margins, std::size_t classes, double* out) noexcept {
  std::fill(out, out + classes, 0.0);
  for (std::size_t i = 0; i < classes; ++i) {
    for (std::size_t j = i + 1; j < classes; ++j) out[*margins++ > 0 ? i : j] += 1;
  }
}

void sum_scores(const double* margins, std::size_t classes, double* out) noexcept {
  std::fill(out, out + classes, 0.0);
  const double* margin = margins;
  for (std::size_t i = 0; i < classes; ++i) {
    for (std::size_t j = i + 1; j < classes; ++j, ++margin) {
      out[i] += *margin;
      out[j] -= *margin;
    }
  }
  for (std::size_t i = 0; i < classes; ++i) out[i] /= 3 * (std::fabs(out[i]) + 1);
  for (std::size_t i = 0; i < classes; ++i) {
    for (std::size_t j = i + 1; j < classes; ++j) out[*margins++ >= 0 ? i : j] += 1;
  }
}

template <class Function>
Result<std::unique_ptr<const Kernel>> prepare_pair_rows(const KernelSpec& spec, Function function) {
  const Result<std::size_t> classes = count_classes(spec);
  if (!classes) return classes.error();
  return std::unique_ptr<const Kernel>(
      std::make_unique<PairRowKernel<Function>>(*classes, function));
}

Result<std::unique_ptr<const Kernel>> prepare_pair_votes(const KernelSpec& spec) {
  return prepare_pair_rows(spec, count_votes);
}

Result<std::unique_ptr<const Kernel>> prepare_pair_margin_scores(const KernelSpec& spec) {
  return prepare_pair_rows(spec, sum_scores);
}

/// Both Q and its product with p, in scratch.
struct Coupling {
  std::size_t classes;
  double* q;
  double* product;
};

/// Without the digits that a sum of a small and a great number loses.
double falling_sigmoid(double x) noexcept {
  return x >= 0 ? std::exp(-x) / (1 + std::exp(-x)) : 1 / (1 + std::exp(x));
}

/// Q_tt = Σ r_jt², Q_tj = −r_jt r_tj, where r_tj is the share of t against j.
void fill_coupling(const Coupling& own, const double* shares) noexcept {
  std::fill(own.q, own.q + own.classes * own.classes, 0.0);
  for (std::size_t i = 0; i < own.classes; ++i) {
    for (std::size_t j = i + 1; j < own.classes; ++j) {
      const double first = *shares++;
      const double second = 1 - first;
      own.q[i * own.classes + i] += second * second;
      own.q[j * own.classes + j] += first * first;
      own.q[i * own.classes + j] = own.q[j * own.classes + i] = -first * second;
    }
  }
}

/// pᵀ Q p, with Q p beside it; and how far p is from its best.
double weigh_coupling(const Coupling& own, const double* p, double& error) noexcept {
  double sum = 0;
  for (std::size_t t = 0; t < own.classes; ++t) {
    double product = 0;
    for (std::size_t j = 0; j < own.classes; ++j) product += own.q[t * own.classes + j] * p[j];
    own.product[t] = product;
    sum += p[t] * product;
  }
  error = 0;
  for (std::size_t t = 0; t < own.classes; ++t) {
    error = std::max(error, std::fabs(own.product[t] - sum));
  }
  return sum;
}

void improve_coupling(const Coupling& own, double sum, double* p) noexcept {
  for (std::size_t t = 0; t < own.classes; ++t) {
    const double own_weight = own.q[t * own.classes + t];
    const double change = (sum - own.product[t]) / own_weight;
    p[t] += change;
    const double whole = 1 + change;
    sum = (sum + change * (change * own_weight + 2 * own.product[t])) / whole / whole;
    for (std::size_t j = 0; j < own.classes; ++j) {
      own.product[j] = (own.product[j] + change * own.q[t * own.classes + j]) / whole;
      p[j] /= whole;
    }
  }
}

class PairCouplingKernel final : public Kernel {
 public:
  PairCouplingKernel(std::size_t classes, std::span<const double> slopes,
                     std::span<const double> offsets)
      : classes_(classes), slopes_(slopes), offsets_(offsets) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    auto* const scratch = reinterpret_cast<double*>(request.scratch.data());
    double* const shares = scratch + classes_ * (classes_ + 1);
    const Coupling own{classes_, scratch, scratch + classes_ * classes_};
    for (std::size_t r = 0; r < request.row_count; ++r, out += classes_) {
      const double* margins = static_cast<const double*>(in.data) + r * in.stride;
      constexpr double kLeast = 1e-7;
      for (std::size_t i = 0; i < slopes_.size(); ++i) {
        const double share = falling_sigmoid(slopes_[i] * margins[i] + offsets_[i]);
        shares[i] = std::min(std::max(share, kLeast), 1 - kLeast);
      }
      couple(own, shares, out);
    }
  }
  std::size_t scratch_bytes(std::size_t /*row_count*/) const noexcept override {
    return (classes_ * (classes_ + 1) + slopes_.size()) * sizeof(double);
  }

 private:
  static void couple(const Coupling& own, const double* shares, double* p) noexcept {
    const auto classes = static_cast<double>(own.classes);
    std::fill(p, p + own.classes, 1 / classes);
    fill_coupling(own, shares);
    const std::size_t round_limit = std::max<std::size_t>(100, own.classes);
    for (std::size_t round = 0; round < round_limit; ++round) {
      double error = 0;
      const double sum = weigh_coupling(own, p, error);
      if (error < 0.005 / classes) return;
      improve_coupling(own, sum, p);
    }
  }

  std::size_t classes_;
  std::span<const double> slopes_;
  std::span<const double> offsets_;
};

Result<std::unique_ptr<const Kernel>> prepare_pair_coupling(const KernelSpec& spec) {
  const Result<std::size_t> classes = count_classes(spec);
  if (!classes) return classes.error();
  const Attributes attributes(spec);
  const auto slopes = attributes.constant<double>("slope");
  if (!slopes) return slopes.error();
  const auto offsets = attributes.constant<double>("offset");
  if (!offsets) return offsets.error();
  const std::size_t pairs = spec.inputs[0].width;
  if (slopes->size() != pairs || offsets->size() != pairs) {
    return spec.fail(text::message("{} slopes, {} offsets", slopes->size(), offsets->size()),
                     text::message("{} of each", pairs));
  }
  return std::unique_ptr<const Kernel>(
      std::make_unique<PairCouplingKernel>(*classes, *slopes, *offsets));
}

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
  const bool fits = is_float64(spec.inputs, 2) && is_float64(spec.outputs, 1) &&
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

constexpr OpRow kDecisionOps[] = {
    {"pair_votes", prepare_pair_votes},         {"pair_margin_scores", prepare_pair_margin_scores},
    {"pair_coupling", prepare_pair_coupling},   {"neighbour_votes", prepare_neighbour_votes},
    {"neighbour_mean", prepare_neighbour_mean},
};

}  // namespace

std::span<const OpRow> decision_ops() noexcept { return kDecisionOps; }

}  // namespace trivet::tensor
