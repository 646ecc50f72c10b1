// SPDX-License-Identifier: Apache-2.0
// The format of scikit-learn's models: files of joblib.dump and pickle.dump.
#pragma once

#include <memory>

#include "trivet/spi/format.hpp"

namespace trivet::sklearn {

/// Reads estimators without Python: nothing that a file names is ever run.
[[nodiscard]] std::unique_ptr<spi::Format> make_sklearn_format();

}  // namespace trivet::sklearn
