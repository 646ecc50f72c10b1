// SPDX-License-Identifier: Apache-2.0
// The columns of a model text: names, kinds, categories.
#pragma once

#include <string>
#include <vector>

#include "trivet/result.hpp"
#include "trivet/signature.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::lightgbm {

/// A name for each column: its own, or `Column_0` and so on where there are none. Errors:
/// unsupported_model for names that a line of blank-separated words can't hold.
[[nodiscard]] Result<std::vector<std::string>> feature_words(const std::vector<Column>& columns);

/// The words of `feature_infos`. The graph doesn't keep the range of the training's values, so
/// that of the cuts stands for it; the codes are those of the categories, or else those that the
/// sets of the forest name. When there are categories, only their columns count as categorical: the
/// lists of pandas_categorical find theirs by their number.
[[nodiscard]] std::vector<std::string> describe_features(const std::vector<Column>& columns,
                                                         const spi::TreeEnsemble& forest);

/// What stands behind `pandas_categorical:`. Lists of nothing but numbers, or of nothing but
/// `true` and `false`, were such in the data frame, as far as can be told.
[[nodiscard]] std::string describe_categories(const std::vector<Column>& columns);

}  // namespace trivet::lightgbm
