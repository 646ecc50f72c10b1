// SPDX-License-Identifier: Apache-2.0
// Reads an operator's attributes and constants.
#include "backend/tensor/attributes.hpp"

#include <cmath>

#include "text/message.hpp"

namespace trivet::tensor {

const Value* Attributes::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : spec_.op.attributes) {
    if (key == name) return &value;
  }
  return nullptr;
}

Error Attributes::wanted(std::string_view name, std::string expected) const {
  const bool is_there = find(name) != nullptr;
  return spec_.fail(text::message("{} attribute {}", is_there ? "another kind of" : "no", name),
                    std::move(expected));
}

Result<double> Attributes::number(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr || !value->is_number()) return wanted(name, "a number");
  return value->as_number();
}

Result<std::string_view> Attributes::text(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr || value->as_text() == nullptr) return wanted(name, "a text");
  return std::string_view(*value->as_text());
}

Result<const Value::List*> Attributes::list(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr || value->as_list() == nullptr) return wanted(name, "a list");
  return value->as_list();
}

Status Attributes::texts(std::string_view name, std::vector<std::string_view>& out) const {
  const Result<const Value::List*> items = list(name);
  if (!items) return items.error();
  for (const Value& item : **items) {
    if (item.as_text() == nullptr) return wanted(name, "a list of texts");
    out.emplace_back(*item.as_text());
  }
  return {};
}

Status Attributes::numbers(std::string_view name, std::vector<double>& out) const {
  const Result<const Value::List*> items = list(name);
  if (!items) return items.error();
  for (const Value& item : **items) {
    if (!item.is_number()) return wanted(name, "a list of numbers");
    out.push_back(item.as_number());
  }
  return {};
}

Status Attributes::positions(std::string_view name, std::size_t limit,
                             std::vector<std::uint32_t>& out) const {
  std::vector<double> values;
  if (Status read = numbers(name, values); !read) return read;
  for (const double value : values) {
    if (!(value >= 0 && value < static_cast<double>(limit)) || value != std::trunc(value)) {
      return spec_.fail(text::message("{} holds {}", name, value),
                        text::message("positions below {}", limit));
    }
    out.push_back(static_cast<std::uint32_t>(value));
  }
  return {};
}

Status Attributes::flags(std::string_view name, std::vector<bool>& out) const {
  const Result<const Value::List*> items = list(name);
  if (!items) return items.error();
  for (const Value& item : **items) {
    if (item.as_boolean() == nullptr) return wanted(name, "a list of booleans");
    out.push_back(*item.as_boolean());
  }
  return {};
}

Result<std::span<const std::byte>> Attributes::constant_bytes(std::string_view name, DType dtype,
                                                              std::size_t alignment) const {
  for (const spi::Constant& constant : spec_.op.constants) {
    if (constant.name != name) continue;
    const bool is_aligned = reinterpret_cast<std::uintptr_t>(constant.data.data()) % alignment == 0;
    if (constant.dtype != dtype || constant.data.size() % size_of(dtype) != 0 || !is_aligned) {
      return spec_.fail(text::message("a constant {} of {}", name, dtype_name(constant.dtype)),
                        text::message("{}, aligned", dtype_name(dtype)));
    }
    return constant.data;
  }
  return spec_.fail(text::message("no constant {}", name),
                    text::message("{} numbers", dtype_name(dtype)));
}

}  // namespace trivet::tensor
