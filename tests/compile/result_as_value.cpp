// SPDX-License-Identifier: Apache-2.0
// A Result does not turn into its value by itself.
// refused: cannot convert|no viable conversion|could not convert
#include "trivet/result.hpp"

int use(const trivet::Result<int>& result) {
#ifdef TRIVET_MISUSE
  const int value = result;
#else
  const int value = result.value_or(0);
#endif
  return value;
}
