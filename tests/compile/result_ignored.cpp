// SPDX-License-Identifier: Apache-2.0
// A Result that nobody looks at is refused (with the warning made an error).
// refused: \[\[nodiscard\]\]|nodiscard|unused-result
#include "trivet/local_model.hpp"

void use(const trivet::LocalModel& model, trivet::MatrixView<const float> rows) {
#ifdef TRIVET_MISUSE
  model.predict(rows);
#else
  if (const auto predictions = model.predict(rows); !predictions) return;
#endif
}
