// SPDX-License-Identifier: Apache-2.0
// Functions of two rows: distances, and the kernels of support vectors and Gaussian processes.
#include "backend/tensor/pair_function.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "backend/tensor/attributes.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

using StepKind = PairFunction::StepKind;

constexpr std::size_t kStackLimit = 16;
constexpr std::size_t kStepLimit = 256;
constexpr int kOneAColumn = -1;

/// What a step takes and what it leaves.
struct StepRow {
  std::string_view name;
  StepKind kind;
  int number_count;
  int pops;
};

constexpr StepRow kSteps[] = {
    {"dot", StepKind::dot, 0, 0},
    {"squared_distance", StepKind::squared_distance, 0, 0},
    {"scaled_squared_distance", StepKind::scaled_squared_distance, kOneAColumn, 0},
    {"manhattan", StepKind::manhattan, 0, 0},
    {"chebyshev", StepKind::chebyshev, 0, 0},
    {"minkowski", StepKind::minkowski, 1, 0},
    {"hamming", StepKind::hamming, 0, 0},
    {"canberra", StepKind::canberra, 0, 0},
    {"cosine", StepKind::cosine, 0, 0},
    {"constant", StepKind::constant, 1, 0},
    {"noise", StepKind::noise, 1, 0},
    {"affine", StepKind::affine, 2, 1},
    {"power", StepKind::power, 1, 1},
    {"exp", StepKind::exp, 0, 1},
    {"sqrt", StepKind::sqrt, 0, 1},
    {"sin", StepKind::sin, 0, 1},
    {"tanh", StepKind::tanh, 0, 1},
    {"bessel", StepKind::bessel, 1, 1},
    {"add", StepKind::add, 0, 2},
    {"multiply", StepKind::multiply, 0, 2},
};

const StepRow* find_step(std::string_view name) noexcept {
  for (const StepRow& row : kSteps) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

/// K_nu(x) = ∫ exp(−x cosh t) cosh(nu t) dt over t > 0 by the trapezoidal rule, whose error falls
/// exponentially with 1 / step for such a function. Requires x > 0.
double bessel_k(double nu, double x) noexcept {
  constexpr double kStep = 0.125;
  constexpr int kMostTerms = 512;  // t up to 64: exp(−x cosh t) is 0 long before for any x > 1e-20
  double sum = 0.5 * std::exp(-x);
  for (int i = 1; i < kMostTerms; ++i) {
    const double t = i * kStep;
    const double decay = -x * std::cosh(t);
    const double term = 0.5 * (std::exp(nu * t + decay) + std::exp(-nu * t + decay));
    sum += term;
    if (nu * t + decay < -745 && decay < -745) break;  // below the least number there is
  }
  return kStep * sum;
}

double bessel_of(double nu, double distance) noexcept {
  const double x =
      std::sqrt(2 * nu) * (distance == 0 ? std::numeric_limits<double>::epsilon() : distance);
  return std::exp2(1 - nu) / std::tgamma(nu) * std::pow(x, nu) * bessel_k(nu, x);
}

/// The cells of some stored rows side by side, and the row that meets them.
struct Meeting {
  const double* cells;
  const double* row;
  std::size_t width;
};

template <std::size_t lanes, class Add>
void fold_lanes(const Meeting& pair, double* out, Add add) noexcept {
  double sums[lanes] = {};
  for (std::size_t c = 0; c < pair.width; ++c) {
    const double x = pair.row[c];
    const double* const cells = pair.cells + c * lanes;
    for (std::size_t l = 0; l < lanes; ++l) add(sums[l], x, cells[l], c);
  }
  std::copy(sums, sums + lanes, out);
}

template <std::size_t lanes>
void add_dots(const Meeting& pair, double* out) noexcept {
  fold_lanes<lanes>(pair, out, [](double& sum, double x, double y, std::size_t) { sum += x * y; });
}

template <std::size_t lanes>
void add_squares(const Meeting& pair, double* out) noexcept {
  fold_lanes<lanes>(pair, out, [](double& sum, double x, double y, std::size_t) {
    const double gap = x - y;
    sum += gap * gap;
  });
}

template <std::size_t lanes>
void add_scaled_squares(const Meeting& pair, const double* scale, double* out) noexcept {
  fold_lanes<lanes>(pair, out, [scale](double& sum, double x, double y, std::size_t c) {
    const double gap = (x - y) * scale[c];
    sum += gap * gap;
  });
}

template <std::size_t lanes>
void add_powers(const Meeting& pair, double p, double* out) noexcept {
  fold_lanes<lanes>(pair, out, [p](double& sum, double x, double y, std::size_t) {
    sum += std::pow(std::fabs(x - y), p);
  });
  for (std::size_t l = 0; l < lanes; ++l) out[l] = std::pow(out[l], 1 / p);
}

/// x · y over the lengths of both, of which one of 0 counts as 1.
template <std::size_t lanes>
void find_cosines(const Meeting& pair, double* out) noexcept {
  double own = 0;
  for (std::size_t c = 0; c < pair.width; ++c) own += pair.row[c] * pair.row[c];
  double others[lanes];
  fold_lanes<lanes>(pair, others, [](double& sum, double, double y, std::size_t) { sum += y * y; });
  add_dots<lanes>(pair, out);
  const auto length = [](double squares) { return squares == 0 ? 1 : std::sqrt(squares); };
  for (std::size_t l = 0; l < lanes; ++l) out[l] /= length(own) * length(others[l]);
}

template <std::size_t lanes>
void measure_others(StepKind kind, const Meeting& pair, double* out) noexcept {
  if (kind == StepKind::manhattan) {
    fold_lanes<lanes>(
        pair, out, [](double& sum, double x, double y, std::size_t) { sum += std::fabs(x - y); });
  } else if (kind == StepKind::chebyshev) {
    fold_lanes<lanes>(pair, out, [](double& sum, double x, double y, std::size_t) {
      sum = std::max(sum, std::fabs(x - y));
    });
  } else if (kind == StepKind::canberra) {
    fold_lanes<lanes>(pair, out, [](double& sum, double x, double y, std::size_t) {
      const double size = std::fabs(x) + std::fabs(y);
      if (size > 0) sum += std::fabs(x - y) / size;
    });
  } else {
    fold_lanes<lanes>(pair, out,
                      [](double& sum, double x, double y, std::size_t) { sum += x != y ? 1 : 0; });
    for (std::size_t l = 0; l < lanes; ++l) out[l] /= static_cast<double>(pair.width);
  }
}

/// A step that pushes.
template <std::size_t lanes>
void measure(StepKind kind, const Meeting& pair, const double* numbers, bool is_itself,
             double* out) noexcept {
  switch (kind) {
    case StepKind::dot: add_dots<lanes>(pair, out); break;
    case StepKind::squared_distance: add_squares<lanes>(pair, out); break;
    case StepKind::scaled_squared_distance: add_scaled_squares<lanes>(pair, numbers, out); break;
    case StepKind::minkowski: add_powers<lanes>(pair, numbers[0], out); break;
    case StepKind::cosine: find_cosines<lanes>(pair, out); break;
    case StepKind::constant: std::fill(out, out + lanes, numbers[0]); break;
    case StepKind::noise: std::fill(out, out + lanes, is_itself ? numbers[0] : 0.0); break;
    default: measure_others<lanes>(kind, pair, out); break;
  }
}

template <std::size_t lanes, class Function>
void change(double* top, Function function) noexcept {
  std::transform(top, top + lanes, top, function);
}

/// A step that changes the top.
template <std::size_t lanes>
void change_top(StepKind kind, const double* numbers, double* top) noexcept {
  switch (kind) {
    case StepKind::affine:
      change<lanes>(top, [numbers](double t) { return numbers[0] * t + numbers[1]; });
      break;
    case StepKind::power:
      change<lanes>(top, [p = numbers[0]](double t) { return std::pow(t, p); });
      break;
    case StepKind::exp: change<lanes>(top, [](double t) { return std::exp(t); }); break;
    case StepKind::sqrt: change<lanes>(top, [](double t) { return std::sqrt(t); }); break;
    case StepKind::sin: change<lanes>(top, [](double t) { return std::sin(t); }); break;
    case StepKind::tanh: change<lanes>(top, [](double t) { return std::tanh(t); }); break;
    default: change<lanes>(top, [nu = numbers[0]](double t) { return bessel_of(nu, t); }); break;
  }
}

}  // namespace

Result<PairFunction> PairFunction::make(const KernelSpec& spec, std::size_t width) {
  const Attributes attributes(spec);
  std::vector<std::string_view> names;
  TRIVET_TRY(attributes.texts("function", names));
  const auto numbers = attributes.constant<double>("numbers");
  if (!numbers) return numbers.error();
  PairFunction out;
  out.width_ = width;
  std::size_t depth = 0;
  std::size_t used = 0;
  for (const std::string_view name : names) {
    const StepRow* const row = find_step(name);
    if (row == nullptr) {
      return spec.fail(text::message("a step {}", text::quoted(name)), "a known step");
    }
    if (depth < static_cast<std::size_t>(row->pops)) {
      return spec.fail(text::message("{} of too few numbers", name), "a function in its order");
    }
    depth = depth - static_cast<std::size_t>(row->pops) + 1;
    out.steps_.push_back({row->kind, used});
    used += row->number_count == kOneAColumn ? width : static_cast<std::size_t>(row->number_count);
    if (depth > kStackLimit || names.size() > kStepLimit) {
      return spec.fail(text::message("a function of {} steps", names.size()),
                       text::message("at most {} steps, {} deep", kStepLimit, kStackLimit));
    }
  }
  if (depth != 1 || used != numbers->size()) {
    return spec.fail(text::message("{} results, {} numbers", depth, numbers->size()),
                     text::message("one result, {} numbers", used));
  }
  out.numbers_.assign(numbers->begin(), numbers->end());
  return out;
}

template <std::size_t lanes>
void PairFunction::run(const double* cells, const double* row, bool is_itself,
                       double* out) const noexcept {
  double stack[kStackLimit][lanes];
  std::size_t depth = 0;
  for (const Step& step : steps_) {
    const double* const numbers = numbers_.data() + step.first_number;
    if (step.kind < StepKind::affine) {
      measure<lanes>(step.kind, {cells, row, width_}, numbers, is_itself, stack[depth++]);
    } else if (step.kind < StepKind::add) {
      change_top<lanes>(step.kind, numbers, stack[depth - 1]);
    } else {
      --depth;
      double* const top = stack[depth - 1];
      for (std::size_t l = 0; l < lanes; ++l) {
        top[l] = step.kind == StepKind::add ? top[l] + stack[depth][l] : top[l] * stack[depth][l];
      }
    }
  }
  std::copy(stack[0], stack[0] + lanes, out);
}

void PairFunction::meet(const StoredRows& rows, std::size_t block, const double* row,
                        double* out) const noexcept {
  run<StoredRows::kLanes>(rows.block(block), row, false, out);
}

double PairFunction::meet_itself(const double* row) const noexcept {
  double out = 0;
  run<1>(row, row, true, &out);
  return out;
}

std::size_t PairFunction::memory_bytes() const noexcept {
  return steps_.capacity() * sizeof(Step) + numbers_.capacity() * sizeof(double);
}

Result<KeptRows> KeptRows::read(const KernelSpec& spec) {
  if (!are_doubles(spec.inputs, 1)) return spec.fail("other inputs", "one of float64");
  const std::size_t width = spec.inputs[0].width;
  const auto cells = Attributes(spec).constant<double>("rows");
  if (!cells) return cells.error();
  if (cells->empty() || cells->size() % width != 0) {
    return spec.fail(text::message("{} cells of rows", cells->size()),
                     text::message("rows of {} columns", width));
  }
  Result<PairFunction> function = PairFunction::make(spec, width);
  if (!function) return function.error();
  return KeptRows{StoredRows(*cells, width), std::move(*function)};
}

}  // namespace trivet::tensor
