// SPDX-License-Identifier: Apache-2.0
// Attributes of estimators, as they are spelled over the versions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/pickle_view.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::sklearn {

using artifact::PickleView;

/// A version as a number that can be compared: 102 for 1.2.
using Version = int;

/// Which version wrote this estimator, as each one says by itself; 0 for one that says nothing.
[[nodiscard]] Version version_of(const PickleView& estimator);

/// A whole number from 0 on that fits the memory of no machine.
[[nodiscard]] Result<std::size_t> read_count(const PickleView& view);

/// The first of these names that there is.
[[nodiscard]] std::optional<PickleView> find_any(const PickleView& estimator,
                                                 std::initializer_list<std::string_view> names);

/// True for a text attribute of that value.
[[nodiscard]] bool has_text(const PickleView& estimator, std::string_view name,
                            std::string_view value);
/// A bool attribute; `otherwise` where there is none.
[[nodiscard]] bool flag_or(const PickleView& estimator, std::string_view name, bool otherwise);

/// A number attribute; `otherwise` where there is none, or None.
[[nodiscard]] Result<double> number_or(const PickleView& estimator, std::string_view name,
                                       double otherwise);

/// What a data frame's columns were called when the estimator was fitted; empty for plain rows.
[[nodiscard]] Result<std::vector<std::string>> read_column_names(const PickleView& estimator);

/// A label by itself, as Python or NumPy has it.
[[nodiscard]] Result<Value> read_label(const PickleView& view);
/// The labels of `classes_`, in their own type: whole numbers, numbers, booleans or texts.
[[nodiscard]] Result<std::vector<Value>> read_labels(const PickleView& classes);

/// Numbers in rows and columns. A vector is one row.
struct Table {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> cells;  ///< row-major
};
[[nodiscard]] Result<Table> read_table(const PickleView& view);

/// As many numbers as wanted.
[[nodiscard]] Result<std::vector<double>> read_vector(const PickleView& view, std::size_t size);
/// The same of an attribute, which must be there.
[[nodiscard]] Result<std::vector<double>> read_vector(const PickleView& estimator,
                                                      std::string_view name, std::size_t size);

/// Which of so many features a member of an ensemble takes, in its order.
[[nodiscard]] Result<std::vector<std::uint32_t>> read_subset(const artifact::PickleView& view,
                                                             std::size_t features);

}  // namespace trivet::sklearn
