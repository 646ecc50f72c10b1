// SPDX-License-Identifier: Apache-2.0
// An operator's attributes and constants, checked while they are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/tensor/kernel.hpp"
#include "trivet/tensor.hpp"

namespace trivet::tensor {

/// Errors name the operator and the attribute.
class Attributes {
 public:
  explicit Attributes(const KernelSpec& spec) : spec_(spec) {}

  [[nodiscard]] Result<double> number(std::string_view name) const;
  [[nodiscard]] Result<std::string_view> text(std::string_view name) const;
  [[nodiscard]] Status texts(std::string_view name, std::vector<std::string_view>& out) const;
  [[nodiscard]] Status numbers(std::string_view name, std::vector<double>& out) const;
  /// Whole numbers below `limit`.
  [[nodiscard]] Status positions(std::string_view name, std::size_t limit,
                                 std::vector<std::uint32_t>& out) const;
  [[nodiscard]] Status flags(std::string_view name, std::vector<bool>& out) const;
  /// The numbers of a constant of that element type.
  template <class T>
  [[nodiscard]] Result<std::span<const T>> constant(std::string_view name) const {
    const auto bytes = constant_bytes(name, dtype_of<T>(), alignof(T));
    if (!bytes) return bytes.error();
    return std::span<const T>(reinterpret_cast<const T*>(bytes->data()), bytes->size() / sizeof(T));
  }

 private:
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;
  [[nodiscard]] Error wanted(std::string_view name, std::string expected) const;
  [[nodiscard]] Result<const Value::List*> list(std::string_view name) const;
  [[nodiscard]] Result<std::span<const std::byte>> constant_bytes(std::string_view name,
                                                                  DType dtype,
                                                                  std::size_t alignment) const;

  const KernelSpec& spec_;
};

}  // namespace trivet::tensor
