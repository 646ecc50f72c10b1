// SPDX-License-Identifier: Apache-2.0
// Linear maps between other steps.
#pragma once

#include <vector>

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

/// rows · weightsᵀ + start, where weights has a row for each output; no start is all zeros.
/// Requires that the value is as wide as weights has columns.
spi::ValueId add_rows_product(Sketch& sketch, spi::ValueId rows, const Table& weights,
                              std::vector<double> start);

/// (x − shift) / divisor, with a number of each for each column.
Matrix add_scale(std::vector<double> shift, std::vector<double> divisor, const Matrix& rows,
                 Sketch& sketch);
/// x − shift of a value of one column.
spi::ValueId add_shift(Sketch& sketch, spi::ValueId value, double shift);

/// x · factor + addend, with a number of each for each column.
Matrix add_affine(std::vector<double> factor, std::vector<double> addend, const Matrix& rows,
                  Sketch& sketch);
spi::ValueId add_affine(Sketch& sketch, spi::ValueId value, std::vector<double> factor,
                        std::vector<double> addend);
/// The same numbers for all columns.
spi::ValueId add_affine(Sketch& sketch, spi::ValueId value, double factor, double addend);

/// A value as rows, of numbers that are made of several columns each.
[[nodiscard]] Matrix as_rows(spi::ValueId value, const Sketch& sketch);

}  // namespace trivet::sklearn
