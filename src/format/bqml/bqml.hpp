// SPDX-License-Identifier: Apache-2.0
// Boosted trees and random forests as BigQuery ML exports them: a folder with a booster of XGBoost
// and what turns the columns of a table into its features.
#pragma once

#include <memory>

#include "trivet/spi/format.hpp"

namespace trivet::bqml {

/// Recognises the folder by the names of its files. The Graph takes the table's columns and has two
/// nodes: an operator that encodes them, and the booster. `docs/formats.md` has the encodings.
[[nodiscard]] std::unique_ptr<spi::Format> make_bqml_format();

}  // namespace trivet::bqml
