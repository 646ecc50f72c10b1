// SPDX-License-Identifier: Apache-2.0
// Gaussian processes for two classes under Laplace's approximation, in float64.
//
//   laplace_share  constants rows, one behind the other, and a function k of two rows, see
//                  pair_function.hpp; for each kept row weights (its target less its share) and
//                  roots (of its curvature); lower, a triangle L with a row for each kept row: the
//                  share of the second class, out of the latent mean Σ weight · k and the latent
//                  variance k(x, x) − |L⁻¹ (root · k)|²
//
// Rasmussen, Williams, Gaussian Processes for Machine Learning (2006), algorithm 3.2. The integral
// of a sigmoid over a normal distribution is that of five error functions: C. K. I. Williams, D.
// Barber, IEEE Transactions on Pattern Analysis and Machine Intelligence 20 (1998), appendix A.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/pair_function.hpp"
#include "backend/tensor/stored_rows.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

constexpr std::size_t kTileRows = 8;  // that share one way through the triangle

struct ErrorFunctionTerm {
  double scale;
  double weight;
};

constexpr ErrorFunctionTerm kSigmoidTerms[] = {{0.41, -1854.8214151},
                                               {0.4, 3516.89893646},
                                               {0.37, 221.29346712},
                                               {0.44, 128.12323805},
                                               {0.39, -2010.49422654}};

/// The mean of the sigmoid of a normal variable.
double mean_sigmoid(double mean, double variance) noexcept {
  const double alpha = 1 / (2 * variance);
  double share = 0;
  double weights = 0;
  for (const auto& [scale, weight] : kSigmoidTerms) {
    const double reach = std::erf(scale * mean * std::sqrt(alpha / (alpha + scale * scale)));
    const double width = 2 * std::sqrt(variance * 2 * std::numbers::pi);
    share += weight * (std::sqrt(std::numbers::pi / alpha) * reach / width);
    weights += weight;
  }
  return share + 0.5 * weights;
}

struct LaplaceTerms {
  std::span<const double> weights;
  std::span<const double> roots;
  std::span<const double> lower;
};

class LaplaceShareKernel final : public Kernel {
 public:
  LaplaceShareKernel(KeptRows kept, LaplaceTerms terms) : kept_(std::move(kept)), terms_(terms) {}

  /// O(kept rows²) a row.
  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* const out = static_cast<double*>(request.outputs[0].data);
    auto* const tile = reinterpret_cast<double*>(request.scratch.data());
    for (std::size_t first = 0; first < request.row_count; first += kTileRows) {
      const std::size_t count = std::min(kTileRows, request.row_count - first);
      const double* const rows = static_cast<const double*>(in.data) + first * in.stride;
      double means[kTileRows] = {};
      fill_tile({rows, in.stride}, count, tile, means);
      double lengths[kTileRows] = {};
      solve_tile(tile, lengths);
      for (std::size_t r = 0; r < count; ++r) {
        const double variance = kept_.function.meet_itself(rows + r * in.stride) - lengths[r];
        out[first + r] = mean_sigmoid(means[r], variance);
      }
    }
  }
  std::size_t scratch_bytes(std::size_t /*row_count*/) const noexcept override {
    return kept_.rows.row_count() * kTileRows * sizeof(double);
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + kept_.memory_bytes();
  }

 private:
  /// root · k of each kept row, and the latent means. Lanes without a row hold zeros.
  void fill_tile(spi::InputBuffer in, std::size_t count, double* tile,
                 double* means) const noexcept {
    std::fill(tile, tile + kept_.rows.row_count() * kTileRows, 0.0);
    double values[StoredRows::kLanes];
    for (std::size_t b = 0; b < kept_.rows.block_count(); ++b) {
      for (std::size_t r = 0; r < count; ++r) {
        kept_.function.meet(kept_.rows, b, static_cast<const double*>(in.data) + r * in.stride,
                            values);
        for (std::size_t l = 0; l < kept_.rows.lane_count(b); ++l) {
          const std::size_t kept = b * StoredRows::kLanes + l;
          means[r] += terms_.weights[kept] * values[l];
          tile[kept * kTileRows + r] = terms_.roots[kept] * values[l];
        }
      }
    }
  }

  /// In place: tile becomes L⁻¹ tile. Also the squared length of each of its columns.
  void solve_tile(double* tile, double* lengths) const noexcept {
    const std::size_t count = kept_.rows.row_count();
    for (std::size_t i = 0; i < count; ++i) {
      const double* const line = terms_.lower.data() + i * count;
      double* const own = tile + i * kTileRows;
      for (std::size_t j = 0; j < i; ++j) {
        const double* const before = tile + j * kTileRows;
        for (std::size_t r = 0; r < kTileRows; ++r) own[r] -= line[j] * before[r];
      }
      for (std::size_t r = 0; r < kTileRows; ++r) {
        own[r] /= line[i];
        lengths[r] += own[r] * own[r];
      }
    }
  }

  KeptRows kept_;
  LaplaceTerms terms_;
};

Result<LaplaceTerms> read_laplace_terms(const KernelSpec& spec, std::size_t rows) {
  const Attributes attributes(spec);
  const auto weights = attributes.constant<double>("weights");
  if (!weights) return weights.error();
  const auto roots = attributes.constant<double>("roots");
  if (!roots) return roots.error();
  const auto lower = attributes.constant<double>("lower");
  if (!lower) return lower.error();
  const bool fits = weights->size() == rows && roots->size() == rows &&
                    lower->size() / rows == rows && lower->size() % rows == 0;
  if (fits) return LaplaceTerms{*weights, *roots, *lower};
  return spec.fail(text::message("{} weights, {} roots, {} cells of the triangle", weights->size(),
                                 roots->size(), lower->size()),
                   text::message("{}, {} and {} × {}", rows, rows, rows, rows));
}

Result<std::unique_ptr<const Kernel>> prepare_laplace_share(const KernelSpec& spec) {
  const bool fits =
      are_doubles(spec.inputs, 1) && are_doubles(spec.outputs, 1) && spec.outputs[0].width == 1;
  if (!fits) return spec.fail("other values", "columns of float64 in, one out");
  Result<KeptRows> kept = KeptRows::read(spec);
  if (!kept) return kept.error();
  const Result<LaplaceTerms> terms = read_laplace_terms(spec, kept->rows.row_count());
  if (!terms) return terms.error();
  return std::unique_ptr<const Kernel>(
      std::make_unique<LaplaceShareKernel>(std::move(*kept), *terms));
}

constexpr OpRow kLaplaceOps[] = {
    {"laplace_share", prepare_laplace_share},
};

}  // namespace

std::span<const OpRow> laplace_ops() noexcept { return kLaplaceOps; }

}  // namespace trivet::tensor
