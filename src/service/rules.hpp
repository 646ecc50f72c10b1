// SPDX-License-Identifier: Apache-2.0
// Rules on names, labels and splits; each failure is invalid_argument.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "service/failure.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

/// At least one character, at most 128.
[[nodiscard]] Outcome<Done> check_display_name(std::string_view name);
/// At most 64, keys and values of at most 64 characters: small letters, digits, `_`, `-`. Null is
/// none.
[[nodiscard]] Outcome<Done> check_labels(const Value* labels);
/// `[a-z][a-zA-Z0-9-]{0,126}[a-z0-9]`.
[[nodiscard]] Outcome<Done> check_alias(std::string_view alias);
/// An id that a client chose for a model: `[a-z_][a-z0-9_-]{0,62}`.
[[nodiscard]] Outcome<Done> check_model_id(std::string_view id);
/// For an endpoint: letters, digits and `-` behind a small letter, at most 63, no `-` at the end;
/// or at most 9 digits without a zero in front.
[[nodiscard]] Outcome<Done> check_endpoint_id(std::string_view id);
/// For a deployed model: 1 to 19 digits.
[[nodiscard]] Outcome<Done> check_deployed_model_id(std::string_view id);
/// `[A-Za-z][A-Za-z0-9_]{0,127}`.
[[nodiscard]] Outcome<Done> check_legacy_name(std::string_view name);
/// What the configuration may call a model: `[A-Za-z0-9][A-Za-z0-9_.-]{0,127}`.
[[nodiscard]] Outcome<Done> check_declared_name(std::string_view name);
/// Shares of 0 … 100 that add up to 100, of ids in `deployed`; or none. Null is none.
[[nodiscard]] Outcome<Done> check_traffic_split(const Value* split,
                                                std::span<const std::string> deployed);

}  // namespace trivet::service
