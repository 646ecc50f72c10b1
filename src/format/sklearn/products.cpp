// SPDX-License-Identifier: Apache-2.0
// Linear maps between other steps.
#include "format/sklearn/products.hpp"

#include <utility>

namespace trivet::sklearn {

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

}  // namespace trivet::sklearn
