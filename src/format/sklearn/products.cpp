// SPDX-License-Identifier: Apache-2.0
// Linear maps between other steps.
#include "format/sklearn/products.hpp"

#include <utility>

namespace trivet::sklearn {
namespace {

spi::Operator make_scale(std::vector<double> shift, std::vector<double> divisor) {
  spi::Operator op{"scale", {}, {}};
  op.constants.push_back(make_constant("shift", std::move(shift)));
  op.constants.push_back(make_constant("divisor", std::move(divisor)));
  return op;
}

spi::Operator make_affine(std::vector<double> factor, std::vector<double> addend) {
  spi::Operator op{"multiply_add", {}, {}};
  op.constants.push_back(make_constant("factor", std::move(factor)));
  op.constants.push_back(make_constant("addend", std::move(addend)));
  return op;
}

}  // namespace

spi::ValueId add_rows_product(Sketch& sketch, spi::ValueId rows, const Table& weights,
                              std::vector<double> start) {
  spi::Linear body;
  body.feature_count = static_cast<std::uint32_t>(weights.columns);
  body.output_count = static_cast<std::uint32_t>(weights.rows);
  body.start = std::move(start);
  body.weights.width = spi::FloatWidth::f64;
  for (std::size_t f = 0; f < weights.columns; ++f) {
    for (std::size_t k = 0; k < weights.rows; ++k) {
      body.weights.push_back(weights.cells[k * weights.columns + f]);
    }
  }
  const spi::ValueId value = sketch.add_value("product", DType::float64, body.output_count);
  sketch.add_node(
      {.body = std::move(body), .inputs = {rows}, .outputs = {{spi::Port::margin, value}}});
  return value;
}

Matrix add_scale(std::vector<double> shift, std::vector<double> divisor, const Matrix& rows,
                 Sketch& sketch) {
  return sketch.add_columnwise(make_scale(std::move(shift), std::move(divisor)), rows);
}

spi::ValueId add_shift(Sketch& sketch, spi::ValueId value, double shift) {
  const spi::ValueId inputs[] = {value};
  return sketch.add_operator(make_scale({shift}, {1.0}), inputs, 1);
}

Matrix add_affine(std::vector<double> factor, std::vector<double> addend, const Matrix& rows,
                  Sketch& sketch) {
  return sketch.add_columnwise(make_affine(std::move(factor), std::move(addend)), rows);
}

spi::ValueId add_affine(Sketch& sketch, spi::ValueId value, std::vector<double> factor,
                        std::vector<double> addend) {
  const std::uint32_t width = sketch.value(value).width;
  const spi::ValueId inputs[] = {value};
  return sketch.add_operator(make_affine(std::move(factor), std::move(addend)), inputs, width);
}

spi::ValueId add_affine(Sketch& sketch, spi::ValueId value, double factor, double addend) {
  const std::uint32_t width = sketch.value(value).width;
  return add_affine(sketch, value, std::vector<double>(width, factor),
                    std::vector<double>(width, addend));
}

Matrix as_rows(spi::ValueId value, const Sketch& sketch) {
  const Element made{.may_be_missing = false};
  return {.value = value, .elements = std::vector<Element>(sketch.value(value).width, made)};
}

}  // namespace trivet::sklearn
