// SPDX-License-Identifier: Apache-2.0
// Only element types that a model can have are asked for.
// refused: no DType for this element type
#include "trivet/tensor.hpp"

struct Pixel {};

trivet::DType use() {
#ifdef TRIVET_MISUSE
  return trivet::dtype_of<Pixel>();
#else
  return trivet::dtype_of<float>();
#endif
}
