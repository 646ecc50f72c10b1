// SPDX-License-Identifier: Apache-2.0
// Blocks of columns that transformers put side by side.
#include "format/sklearn/blocks.hpp"

#include "format/sklearn/products.hpp"

namespace trivet::sklearn {

Result<Matrix> weigh_block(const PickleView& estimator, const PickleView& name, const Matrix& block,
                           Sketch& sketch) {
  const auto weights = estimator.find("transformer_weights");
  const Result<std::string_view> key = name.text();
  if (!key) return key.error();
  const auto weight = weights ? weights->find(*key) : std::nullopt;
  if (!weight) return block;
  const Result<double> factor = weight->number();
  if (!factor) return factor.error();
  return add_affine(std::vector<double>(block.width(), *factor),
                    std::vector<double>(block.width(), 0), block, sketch);
}

}  // namespace trivet::sklearn
