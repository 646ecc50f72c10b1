// SPDX-License-Identifier: Apache-2.0
// Functions of two rows: distances, and the kernels of support vectors and Gaussian processes.
//
// An operator holds one as the steps of a stack machine: the attribute `function`, a list of names,
// and the constant `numbers` (float64) with what the steps take, one step behind the other.
//
//   dot, squared_distance, manhattan,
//   chebyshev, hamming, canberra, cosine  of the two rows x and y
//   minkowski p                           (Σ |x − y|^p)^(1/p)
//   scaled_squared_distance               Σ ((x − y) · number of the column)², a number a column
//   constant c                            c
//   noise c                               c of a row and itself, 0 of any two rows
//   affine a b                            a · t + b, t the top of the stack
//   power p                               t^p
//   exp, sqrt, sin, tanh                  of t
//   bessel nu                             2^(1−nu) / Γ(nu) · (√(2 nu) t)^nu · K_nu(√(2 nu) t)
//   add, multiply                         of the two topmost
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/tensor/kernel.hpp"
#include "backend/tensor/stored_rows.hpp"
#include "trivet/result.hpp"

namespace trivet::tensor {

/// Immutable, from any thread.
class PairFunction {
 public:
  /// Reads the function of rows of this width. Errors: invalid_model.
  [[nodiscard]] static Result<PairFunction> make(const KernelSpec& spec, std::size_t width);

  /// Of a row and each lane of a block: kLanes numbers.
  void meet(const StoredRows& rows, std::size_t block, const double* row,
            double* out) const noexcept;
  /// Of a row and itself.
  [[nodiscard]] double meet_itself(const double* row) const noexcept;
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

  enum class StepKind : std::uint8_t {
    dot,
    squared_distance,
    scaled_squared_distance,
    manhattan,
    chebyshev,
    minkowski,
    hamming,
    canberra,
    cosine,
    constant,
    noise,
    affine,
    power,
    exp,
    sqrt,
    sin,
    tanh,
    bessel,
    add,
    multiply,
  };

 private:
  struct Step {
    StepKind kind = StepKind::dot;
    std::size_t first_number = 0;
  };

  template <std::size_t lanes>
  void run(const double* cells, const double* row, bool is_itself, double* out) const noexcept;

  std::size_t width_ = 0;
  std::vector<Step> steps_;
  std::vector<double> numbers_;
};

/// The rows that a model keeps, and what is asked of them and a row.
struct KeptRows {
  StoredRows rows;
  PairFunction function;

  /// The constant rows (float64, one behind the other) of an operator with one input, which is as
  /// wide as they are. Errors: invalid_model.
  [[nodiscard]] static Result<KeptRows> read(const KernelSpec& spec);
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return rows.memory_bytes() + function.memory_bytes();
  }
};

}  // namespace trivet::tensor
