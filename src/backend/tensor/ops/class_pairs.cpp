// SPDX-License-Identifier: Apache-2.0
// Operators that make a decision among classes of one for each pair of them, in float64. The pairs
// i < j stand in the order of their triangle; a margin above 0 is for i.
//
//   class_pair_votes     how many pairs each class wins
//   class_pair_scores    the same, each with s / (3 (|s| + 1)) for s the sum of its margins: votes
//                        first, margins between equals
//   class_pair_coupling  constants slope, offset of each pair: the probabilities of all classes
//                        that fit 1 / (1 + exp(slope · margin + offset)) best: T.-F. Wu, C.-J. Lin,
//                        R. C. Weng, JMLR 5 (2004), with the stopping rule of LIBSVM
#include <algorithm>
#include <cmath>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

constexpr std::size_t kPairedClassLimit = 4096;  // of pairs: their squares still fit anything

Result<std::size_t> count_classes(const KernelSpec& spec) {
  if (are_doubles(spec.inputs, 1) && are_doubles(spec.outputs, 1)) {
    const std::size_t classes = spec.outputs[0].width;
    const bool fits = classes >= 2 && classes <= kPairedClassLimit;
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

Result<std::unique_ptr<const Kernel>> prepare_class_pair_votes(const KernelSpec& spec) {
  return prepare_pair_rows(spec, count_votes);
}

Result<std::unique_ptr<const Kernel>> prepare_class_pair_scores(const KernelSpec& spec) {
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

Result<std::unique_ptr<const Kernel>> prepare_class_pair_coupling(const KernelSpec& spec) {
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

constexpr OpRow kClassPairOps[] = {
    {"class_pair_votes", prepare_class_pair_votes},
    {"class_pair_scores", prepare_class_pair_scores},
    {"class_pair_coupling", prepare_class_pair_coupling},
};

}  // namespace

std::span<const OpRow> class_pair_ops() noexcept { return kClassPairOps; }

}  // namespace trivet::tensor
