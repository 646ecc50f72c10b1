// SPDX-License-Identifier: Apache-2.0
// Operators of a row and the rows that a model keeps, in float64: constant rows, one behind the
// other, and a function of two rows, see pair_function.hpp.
//
//   pairs      the function of the row and each kept row
//   pair_sums  constants weights (kept rows × terms), places (uint32, as many), start: place p of
//              the output is Σ weight · function over the terms at that place, plus start[p]
//   nearest    the kept rows with the least of the function, as many as the outputs are wide, the
//              first of equals first: their places, and in a second output the function of them
#include <algorithm>
#include <limits>
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

constexpr std::size_t kLanes = StoredRows::kLanes;

/// Calls `take(row number, block, values of the function)`: each block meets all rows while it is
/// in the cache, and each row meets the blocks in their order.
template <class Take>
void meet_all(const KeptRows& kept, const spi::RunRequest& request, Take take) noexcept {
  const spi::InputBuffer in = request.inputs[0];
  double values[kLanes];
  for (std::size_t b = 0; b < kept.rows.block_count(); ++b) {
    for (std::size_t r = 0; r < request.row_count; ++r) {
      kept.function.meet(kept.rows, b, static_cast<const double*>(in.data) + r * in.stride, values);
      take(r, b, values);
    }
  }
}

class PairsKernel final : public Kernel {
 public:
  explicit PairsKernel(KeptRows kept) : kept_(std::move(kept)) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* const out = static_cast<double*>(request.outputs[0].data);
    meet_all(kept_, request, [&](std::size_t r, std::size_t b, const double* values) {
      std::copy(values, values + kept_.rows.lane_count(b),
                out + r * kept_.rows.row_count() + b * kLanes);
    });
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + kept_.memory_bytes();
  }

 private:
  KeptRows kept_;
};

Result<std::unique_ptr<const Kernel>> prepare_pairs(const KernelSpec& spec) {
  Result<KeptRows> kept = KeptRows::read(spec);
  if (!kept) return kept.error();
  if (!are_doubles(spec.outputs, 1) || spec.outputs[0].width != kept->rows.row_count()) {
    return spec.fail("another output", text::message("{} columns", kept->rows.row_count()));
  }
  return std::unique_ptr<const Kernel>(std::make_unique<PairsKernel>(std::move(*kept)));
}

/// What kept rows add to which places.
struct PairTerms {
  std::span<const double> weights;
  std::span<const std::uint32_t> places;
  std::span<const double> start;
};

class PairSumsKernel final : public Kernel {
 public:
  PairSumsKernel(KeptRows kept, PairTerms terms)
      : kept_(std::move(kept)),
        terms_(terms),
        term_count_(terms.weights.size() / kept_.rows.row_count()) {}

  void run(const spi::RunRequest& request) const noexcept override {
    auto* const out = static_cast<double*>(request.outputs[0].data);
    const std::size_t width = terms_.start.size();
    std::fill(out, out + request.row_count * width, 0.0);
    meet_all(kept_, request, [&](std::size_t r, std::size_t b, const double* values) {
      std::size_t term = b * kLanes * term_count_;
      for (std::size_t l = 0; l < kept_.rows.lane_count(b); ++l) {
        for (std::size_t t = 0; t < term_count_; ++t, ++term) {
          out[r * width + terms_.places[term]] += terms_.weights[term] * values[l];
        }
      }
    });
    for (std::size_t i = 0; i < request.row_count * width; ++i) out[i] += terms_.start[i % width];
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + kept_.memory_bytes();
  }

 private:
  KeptRows kept_;
  PairTerms terms_;
  std::size_t term_count_;
};

Result<std::unique_ptr<const Kernel>> prepare_pair_sums(const KernelSpec& spec) {
  Result<KeptRows> kept = KeptRows::read(spec);
  if (!kept) return kept.error();
  const Attributes attributes(spec);
  const auto weights = attributes.constant<double>("weights");
  if (!weights) return weights.error();
  const auto places = attributes.constant<std::uint32_t>("places");
  if (!places) return places.error();
  const auto start = attributes.constant<double>("start");
  if (!start) return start.error();
  const bool fits = are_doubles(spec.outputs, 1) && spec.outputs[0].width == start->size() &&
                    weights->size() == places->size() &&
                    weights->size() % kept->rows.row_count() == 0 &&
                    std::all_of(places->begin(), places->end(),
                                [&](std::uint32_t place) { return place < start->size(); });
  if (!fits) {
    return spec.fail(text::message("{} weights, {} places, {} starts", weights->size(),
                                   places->size(), start->size()),
                     "a place in the output for each weight, and as many for each kept row");
  }
  return std::unique_ptr<const Kernel>(
      std::make_unique<PairSumsKernel>(std::move(*kept), PairTerms{*weights, *places, *start}));
}

class NearestKernel final : public Kernel {
 public:
  NearestKernel(KeptRows kept, std::size_t count) : kept_(std::move(kept)), count_(count) {}

  /// Each row's list stays sorted in the outputs. O(kept rows · (columns + count)) a row at worst.
  void run(const spi::RunRequest& request) const noexcept override {
    auto* const places = static_cast<double*>(request.outputs[0].data);
    auto* const distances = static_cast<double*>(request.outputs[1].data);
    const std::size_t size = request.row_count * count_;
    std::fill(places, places + size, 0.0);
    std::fill(distances, distances + size, std::numeric_limits<double>::infinity());
    meet_all(kept_, request, [&](std::size_t r, std::size_t b, const double* values) {
      for (std::size_t l = 0; l < kept_.rows.lane_count(b); ++l) {
        if (values[l] < distances[(r + 1) * count_ - 1]) {
          insert(b * kLanes + l, values[l], places + r * count_, distances + r * count_);
        }
      }
    });
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + kept_.memory_bytes();
  }

 private:
  void insert(std::size_t place, double distance, double* places,
              double* distances) const noexcept {
    std::size_t at = count_ - 1;
    for (; at > 0 && distance < distances[at - 1]; --at) {
      distances[at] = distances[at - 1];
      places[at] = places[at - 1];
    }
    distances[at] = distance;
    places[at] = static_cast<double>(place);
  }

  KeptRows kept_;
  std::size_t count_;
};

Result<std::unique_ptr<const Kernel>> prepare_nearest(const KernelSpec& spec) {
  Result<KeptRows> kept = KeptRows::read(spec);
  if (!kept) return kept.error();
  const bool fits = are_doubles(spec.outputs, 2) &&
                    spec.outputs[0].width == spec.outputs[1].width &&
                    spec.outputs[0].width <= kept->rows.row_count();
  if (!fits) {
    return spec.fail("other outputs",
                     text::message("two of 1 to {} columns", kept->rows.row_count()));
  }
  // Each kept row may go through the whole list of a request's row.
  constexpr std::size_t kMostMoves = std::size_t{1} << 31;
  if (spec.outputs[0].width > kMostMoves / kept->rows.row_count()) {
    return spec.fail(text::message("{} of {} rows", spec.outputs[0].width, kept->rows.row_count()),
                     text::message("fewer neighbours: at most {} for so many rows",
                                   kMostMoves / kept->rows.row_count()));
  }
  return std::unique_ptr<const Kernel>(
      std::make_unique<NearestKernel>(std::move(*kept), spec.outputs[0].width));
}

constexpr OpRow kRowOps[] = {
    {"pairs", prepare_pairs},
    {"pair_sums", prepare_pair_sums},
    {"nearest", prepare_nearest},
};

}  // namespace

std::span<const OpRow> row_ops() noexcept { return kRowOps; }

}  // namespace trivet::tensor
