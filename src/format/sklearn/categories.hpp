// SPDX-License-Identifier: Apache-2.0
// The categories that an encoder was fitted with, as numbers that cells can be compared with.
#pragma once

#include <cstddef>
#include <vector>

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

/// Of one feature. Keys are codes of texts, or the numbers themselves; NaN stands for a missing
/// value that is a category of its own.
struct Categories {
  std::vector<double> keys;
  bool has_missing = false;
};

/// Reads one item of `categories_`. `unknown` says what the encoder does with others.
[[nodiscard]] Result<Categories> read_categories(const PickleView& view, const Element& element,
                                                 UnknownText unknown, Sketch& sketch);

/// Which category each category counts as, since 1.1: rare ones share the last number.
struct Grouping {
  std::vector<std::size_t> group;         ///< by category
  std::size_t count = 0;                  ///< of groups
  std::optional<std::size_t> infrequent;  ///< the group of rare ones
};
[[nodiscard]] Result<Grouping> read_grouping(const PickleView& estimator, std::size_t feature,
                                             std::size_t categories);

}  // namespace trivet::sklearn
