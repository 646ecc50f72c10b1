// SPDX-License-Identifier: Apache-2.0
// One operator, prepared: what the files in ops/ make.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "trivet/result.hpp"
#include "trivet/spi/backend.hpp"
#include "trivet/spi/graph.hpp"
#include "trivet/tensor.hpp"

namespace trivet::tensor {

/// One row of a sparse value: places in ascending order and their numbers, which may be 0. A buffer
/// of a sparse value holds these; the program lays out what they point to.
struct SparseRow {
  std::uint32_t* places = nullptr;
  double* numbers = nullptr;
  std::size_t count = 0;

  void push_back(std::uint32_t place, double number) noexcept {
    places[count] = place;
    numbers[count++] = number;
  }
};

/// How many entries such a row has room for.
[[nodiscard]] inline std::size_t sparse_room(std::size_t width, std::size_t factor,
                                             std::size_t longest_text) noexcept {
  return std::min(width, factor * (longest_text + 1));
}

/// Runs one operator over rows. Immutable, from any thread. The request's buffers are those of the
/// node, in its order; all outputs are wanted.
class Kernel {
 public:
  virtual ~Kernel() = default;

  /// Never allocates, never fails on any number: what could go wrong was settled before.
  virtual void run(const spi::RunRequest& request) const noexcept = 0;
  [[nodiscard]] virtual std::size_t scratch_bytes(std::size_t /*row_count*/) const noexcept {
    return 0;
  }
  /// What it needs besides, for texts of that size.
  [[nodiscard]] virtual std::size_t text_scratch_bytes(
      std::size_t /*longest_text*/) const noexcept {
    return 0;
  }
  [[nodiscard]] virtual std::size_t memory_bytes() const noexcept { return sizeof(*this); }
};

/// A node as its kernel sees it. The operator outlives the kernel.
struct KernelSpec {
  const spi::Operator& op;
  std::span<const spi::GraphValue> inputs;
  std::span<const spi::GraphValue> outputs;

  /// What is wrong with the node, by the operator's name.
  [[nodiscard]] Error fail(std::string found, std::string expected) const {
    return {Errc::invalid_model, "operator " + op.name, std::move(found), std::move(expected)};
  }
};

/// So many values of float64, each with a column.
[[nodiscard]] inline bool are_doubles(std::span<const spi::GraphValue> values,
                                      std::size_t count) noexcept {
  return values.size() == count &&
         std::all_of(values.begin(), values.end(), [](const spi::GraphValue& value) {
           return value.dtype == DType::float64 && value.width > 0;
         });
}

using PrepareKernel = Result<std::unique_ptr<const Kernel>> (*)(const KernelSpec& spec);

/// One meaning under one name, for all frameworks.
struct OpRow {
  std::string_view name;
  PrepareKernel prepare;
  bool knows_sparse = false;  ///< it tells sparse values from others by itself
};

}  // namespace trivet::tensor
