// SPDX-License-Identifier: Apache-2.0
// A Status holds no value that could be taken from it.
// refused: no member named .*value
#include "trivet/result.hpp"

int use(const trivet::Status& status, const trivet::Result<int>& result) {
#ifdef TRIVET_MISUSE
  return status.value();
#else
  return status ? result.value() : 0;
#endif
}
