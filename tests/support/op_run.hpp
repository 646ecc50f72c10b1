// SPDX-License-Identifier: Apache-2.0
// One operator of the tensor backend on rows of doubles.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "trivet/spi/backend.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::test {

/// An operator, the columns that it takes and those that it makes.
struct OpCase {
  std::string name;
  spi::Operator op;
  std::uint32_t columns = 1;
  std::uint32_t width = 1;
};

/// Runs it with exactly the memory that it states, fenced.
void check_op(const OpCase& wanted, const std::vector<double>& cells,
              const std::vector<double>& expected, double tolerance = 1e-15);

/// It is refused when it is prepared, as invalid_model, with its own name and these words.
void check_op_refused(const OpCase& wanted, const std::string& says);

}  // namespace trivet::test
