// SPDX-License-Identifier: Apache-2.0
// One operator of the tensor backend on rows of doubles.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "trivet/spi/backend.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::test {

template <class T>
[[nodiscard]] spi::Constant op_constant(std::string name, std::vector<T> numbers) {
  auto owner = std::make_shared<const std::vector<T>>(std::move(numbers));
  const auto bytes = std::as_bytes(std::span(*owner));
  return {std::move(name),
          dtype_of<T>(),
          {static_cast<std::int64_t>(owner->size())},
          bytes,
          std::move(owner)};
}

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
