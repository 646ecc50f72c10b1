// SPDX-License-Identifier: Apache-2.0
// There is no model before it was loaded.
// refused: no matching (function|constructor)|no default constructor|is private|is deleted
#include "trivet/local_model.hpp"

void use() {
#ifdef TRIVET_MISUSE
  const trivet::LocalModel model;
#else
  const trivet::Result<trivet::LocalModel> model = trivet::LocalModel::load("model.json");
#endif
  static_cast<void>(model);
}
