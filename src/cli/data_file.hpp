// SPDX-License-Identifier: Apache-2.0
// Tables as people keep them: CSV with a header, or one JSON value a line.
#pragma once

#include <string>
#include <vector>

#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::cli {

/// A column of a data file: null where a value is missing.
struct DataColumn {
  std::string name;  ///< empty when the rows are lists
  std::vector<Value> values;
};

/// Reads a `.csv` (RFC 4180, names in the first line, numbers told from texts by their look; empty
/// cells and NaN are missing) or a `.jsonl` (objects by column name, or lists of one length); `-`
/// is either on standard input. Errors: invalid_argument with the line as the place; those of
/// read_whole.
[[nodiscard]] Result<std::vector<DataColumn>> read_data_file(const std::string& path);

}  // namespace trivet::cli
