// SPDX-License-Identifier: Apache-2.0
// A view of constant numbers does not become a view of mutable ones.
// refused: no viable|could not convert|conversion from|no matching
#include "trivet/tensor.hpp"

void use(trivet::MatrixView<float> mutable_rows, trivet::MatrixView<const float> constant_rows) {
#ifdef TRIVET_MISUSE
  mutable_rows = trivet::MatrixView<float>(constant_rows);
#else
  constant_rows = mutable_rows;
#endif
  static_cast<void>(mutable_rows);
  static_cast<void>(constant_rows);
}
