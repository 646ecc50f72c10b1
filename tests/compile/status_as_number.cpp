// SPDX-License-Identifier: Apache-2.0
// Success is asked for, not added up: the conversion to bool is explicit.
// refused: cannot convert|no viable conversion
#include "trivet/result.hpp"

int use(const trivet::Status& status) {
#ifdef TRIVET_MISUSE
  const int successes = status;
#else
  const int successes = status.has_value() ? 1 : 0;
#endif
  return successes;
}
