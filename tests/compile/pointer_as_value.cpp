// SPDX-License-Identifier: Apache-2.0
// A pointer is no boolean: a Value must not be made of one by accident.
// refused: no matching function|no viable conversion|could not convert|conversion from
#include "trivet/value.hpp"

trivet::Value use(const double* number) {
#ifdef TRIVET_MISUSE
  return number;
#else
  return *number;
#endif
}
