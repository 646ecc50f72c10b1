// SPDX-License-Identifier: Apache-2.0
// Shapes and values of Tensor messages.
#include "service/tensor_message.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

constexpr std::size_t kMaxTensorDepth = 32;

constexpr std::array<std::string_view, 9> kValueFields{"boolVal",  "stringVal", "bytesVal",
                                                       "floatVal", "doubleVal", "intVal",
                                                       "int64Val", "uintVal",   "uint64Val"};

struct TensorKind {
  DType dtype;
  std::string_view name;
  std::string_view field;
};
constexpr std::array kTensorKinds{
    TensorKind{DType::float32, "FLOAT", "floatVal"},
    TensorKind{DType::float64, "DOUBLE", "doubleVal"},
    TensorKind{DType::int8, "INT8", "intVal"},
    TensorKind{DType::int16, "INT16", "intVal"},
    TensorKind{DType::int32, "INT32", "intVal"},
    TensorKind{DType::int64, "INT64", "int64Val"},
    TensorKind{DType::uint8, "UINT8", "uintVal"},
    TensorKind{DType::uint16, "UINT16", "uintVal"},
    TensorKind{DType::uint32, "UINT32", "uintVal"},
    TensorKind{DType::uint64, "UINT64", "uint64Val"},
    TensorKind{DType::boolean, "BOOL", "boolVal"},
    TensorKind{DType::text, "STRING", "stringVal"},
};

[[nodiscard]] const TensorKind& kind_of_dtype(DType dtype) noexcept {
  for (const TensorKind& kind : kTensorKinds) {
    if (kind.dtype == dtype) return kind;
  }
  return kTensorKinds.back();
}

/// The extents of nested lists, outermost first.
class Extents {
 public:
  [[nodiscard]] bool add(std::size_t extent) noexcept {
    if (rank_ == kMaxTensorDepth) return false;
    sizes_[rank_++] = extent;
    return true;
  }
  [[nodiscard]] std::size_t rank() const noexcept { return rank_; }
  [[nodiscard]] std::size_t operator[](std::size_t i) const noexcept { return sizes_[i]; }

 private:
  std::array<std::size_t, kMaxTensorDepth> sizes_{};
  std::size_t rank_ = 0;
};

[[nodiscard]] Failure bad_tensor(std::string text) {
  return {Code::invalid_argument, "Invalid tensor: " + std::move(text)};
}

[[nodiscard]] const Value::List* list_member(const Value& value, std::string_view name) noexcept {
  const Value* const member = value.find(name);
  return member == nullptr ? nullptr : member->as_list();
}

/// The extents, none of them negative and their product exactly `count`.
[[nodiscard]] Outcome<Extents> read_shape(const Value& tensor, std::size_t count) {
  Extents extents;
  const Value::List* const shape = list_member(tensor, "shape");
  if (shape == nullptr || shape->empty()) {
    if (count != 1) (void)extents.add(count);
    return extents;
  }
  std::size_t product = 1;
  for (const Value& extent : *shape) {
    const std::int64_t* const given = extent.as_integer();
    if (given == nullptr || *given < 0) return bad_tensor("an extent of its shape below zero");
    const auto size = static_cast<std::size_t>(*given);
    const bool fits = size == 0 || product <= count / size;
    if (!fits || !extents.add(size)) {
      return bad_tensor(text::message("a shape for more than its {} values", count));
    }
    product *= size;
  }
  if (product != count) {
    return bad_tensor(text::message("a shape for {} values; it has {}", product, count));
  }
  return extents;
}

/// The values in row-major order as nested lists.
[[nodiscard]] Value nested(const Extents& extents, std::size_t depth, const Value*& at) {
  if (depth == extents.rank()) return *at++;
  Value::List list;
  list.reserve(extents[depth]);
  for (std::size_t i = 0; i < extents[depth]; ++i) list.push_back(nested(extents, depth + 1, at));
  return Value(std::move(list));
}

[[nodiscard]] bool has_serialised_values(const Value& tensor) noexcept {
  const Value* const bytes = tensor.find("tensorVal");
  if (bytes == nullptr) return false;
  return bytes->as_bytes() == nullptr || !bytes->as_bytes()->data.empty();
}

[[nodiscard]] Outcome<Value> value_at_depth(const Value& tensor, std::size_t depth);

[[nodiscard]] Outcome<Value> value_of_members(const Value::Object& members, std::size_t depth) {
  Value::Object object;
  for (const Member& member : members) {
    auto value = value_at_depth(member.value, depth);
    if (!value) return value;
    object.push_back({member.name, std::move(*value)});
  }
  return Value(std::move(object));
}

[[nodiscard]] Outcome<Value> value_at_depth(const Value& tensor, std::size_t depth) {
  if (depth > kMaxTensorDepth) return bad_tensor("more than 32 tensors in each other");
  // Node's client sends the empty map and lists of what isn't meant.
  if (const Value* const members = tensor.find("structVal");
      members != nullptr && members->as_object() != nullptr && !members->as_object()->empty()) {
    return value_of_members(*members->as_object(), depth + 1);
  }
  if (const Value::List* const items = list_member(tensor, "listVal");
      items != nullptr && !items->empty()) {
    Value::List list;
    for (const Value& item : *items) {
      auto value = value_at_depth(item, depth + 1);
      if (!value) return value;
      list.push_back(std::move(*value));
    }
    return Value(std::move(list));
  }
  if (has_serialised_values(tensor)) {
    return bad_tensor("serialised bytes (tensorVal); give the values themselves");
  }
  const Value::List* values = nullptr;
  for (const std::string_view field : kValueFields) {
    const Value::List* const found = list_member(tensor, field);
    if (found == nullptr || found->empty()) continue;
    if (values != nullptr) return bad_tensor("values in more than one field");
    values = found;
  }
  static const Value::List kNoValues;
  if (values == nullptr) values = &kNoValues;
  const auto extents = read_shape(tensor, values->size());
  if (!extents) return extents.failure();
  if (values->empty()) return Value(Value::List());
  const Value* at = values->data();
  return nested(*extents, 0, at);
}

/// What all leaves of an answer have in common.
[[nodiscard]] bool take_leaf(const Value& leaf, std::optional<DType>& dtype) {
  DType own = DType::float64;
  if (leaf.as_boolean() != nullptr) own = DType::boolean;
  else if (leaf.as_text() != nullptr) own = DType::text;
  else if (!leaf.is_number()) return false;
  if (!dtype) dtype = own;
  const bool is_of_numbers = *dtype != DType::boolean && *dtype != DType::text;
  if (!is_of_numbers) return own == *dtype;
  // NaN and infinities come as texts.
  return leaf.is_number() || leaf == Value("NaN") || leaf == Value("Infinity") ||
         leaf == Value("-Infinity");
}

/// Flattens an answer; all rows must nest alike.
[[nodiscard]] bool flatten(const Value& value, std::size_t depth, Extents& extents, bool is_first,
                           Value::List& leaves, std::optional<DType>& dtype) {
  const Value::List* const list = value.as_list();
  if (list == nullptr) {
    if (depth != extents.rank() || !take_leaf(value, dtype)) return false;
    leaves.push_back(value);
    return true;
  }
  if (is_first && depth == extents.rank() && leaves.empty() && !extents.add(list->size())) {
    return false;
  }
  if (depth >= extents.rank() || extents[depth] != list->size()) return false;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (!flatten((*list)[i], depth + 1, extents, is_first && i == 0, leaves, dtype)) return false;
  }
  return true;
}

[[nodiscard]] Failure no_tensor() {
  return {Code::failed_precondition,
          "the model's answers fit no tensor: they aren't numbers, texts or booleans of one shape"};
}

/// Texts in an answer of numbers (the classes beside the scores) have a type of their own.
[[nodiscard]] bool begins_with_number(const Value& value) noexcept {
  const Value* leaf = &value;
  while (leaf->as_list() != nullptr && !leaf->as_list()->empty()) leaf = leaf->as_list()->data();
  return leaf->is_number();
}

/// `[{"a":…},{"a":…}]` as `{"a":[…,…]}`; nothing when the members differ.
[[nodiscard]] std::optional<Value::Object> columns_of(const Value::List& rows) {
  Value::Object columns;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const Value::Object* const row = rows[r].as_object();
    if (row == nullptr || (r != 0 && row->size() != columns.size())) return std::nullopt;
    for (std::size_t i = 0; i < row->size(); ++i) {
      const Member& member = (*row)[i];
      if (r == 0) columns.push_back({member.name, Value(Value::List())});
      if (columns[i].name != member.name) return std::nullopt;
      columns[i].value.as_list()->push_back(member.value);
    }
  }
  return columns;
}

}  // namespace

Outcome<Value> value_of_tensor(const Value& tensor) { return value_at_depth(tensor, 0); }

Outcome<Value> tensor_of_predictions(const Value::List& predictions, std::optional<DType> dtype) {
  if (!predictions.empty() && predictions.front().as_object() != nullptr) {
    auto columns = columns_of(predictions);
    if (!columns) return no_tensor();
    for (Member& column : *columns) {
      if (column.value.as_list()->front().as_object() != nullptr) return no_tensor();
      auto tensor = tensor_of_predictions(*column.value.as_list(),
                                          begins_with_number(column.value) ? dtype : std::nullopt);
      if (!tensor) return tensor;
      column.value = std::move(*tensor);
    }
    return Value(Value::Object{{"structVal", Value(std::move(*columns))}});
  }
  Extents extents;
  (void)extents.add(predictions.size());
  Value::List leaves;
  bool is_first = true;
  for (const Value& prediction : predictions) {
    if (!flatten(prediction, 1, extents, is_first, leaves, dtype)) return no_tensor();
    is_first = false;
  }
  const TensorKind& kind = kind_of_dtype(dtype.value_or(DType::float64));
  Value::List shape;
  for (std::size_t i = 0; i < extents.rank(); ++i) {
    shape.emplace_back(static_cast<std::int64_t>(extents[i]));
  }
  return Value(Value::Object{{"dtype", Value(kind.name)},
                             {"shape", Value(std::move(shape))},
                             {std::string(kind.field), Value(std::move(leaves))}});
}

}  // namespace trivet::service
