// SPDX-License-Identifier: Apache-2.0
// The service's Tensor message (types.proto) as plain values, and plain values as Tensors.
#pragma once

#include <optional>

#include "service/failure.hpp"
#include "trivet/tensor.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

/// A Tensor in canonical form as nested lists by its shape; a single value without a shape; an
/// object for `structVal`. Failures: invalid_argument where the shape and the values don't fit, or
/// for a serialised `tensorVal`.
[[nodiscard]] Outcome<Value> value_of_tensor(const Value& tensor);

/// Predictions as one Tensor in canonical form, one a row: numbers, texts or booleans nested alike;
/// objects that all have the same members become `structVal`. `dtype` is the model's own, where it
/// has one. Failures: failed_precondition for what no Tensor holds.
[[nodiscard]] Outcome<Value> tensor_of_predictions(const Value::List& predictions,
                                                   std::optional<DType> dtype);

}  // namespace trivet::service
