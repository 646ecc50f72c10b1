// SPDX-License-Identifier: Apache-2.0
// A matrix of doubles does not pass for a matrix of floats.
// refused: no matching function|no viable|could not convert|conversion from
#include "trivet/tensor.hpp"

float first(trivet::MatrixView<const float> rows) { return rows.row(0)[0]; }

float use(trivet::MatrixView<float> floats, trivet::MatrixView<double> doubles) {
#ifdef TRIVET_MISUSE
  static_cast<void>(floats);
  return first(doubles);
#else
  static_cast<void>(doubles);
  return first(floats);
#endif
}
