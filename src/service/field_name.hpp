// SPDX-License-Identifier: Apache-2.0
// Names of fields in their two spellings.
#pragma once

#include <string>
#include <string_view>

#include "service/json_mapping.hpp"

namespace trivet::service {

/// `display_name` → `displayName`; what is camelCase already stays.
[[nodiscard]] std::string to_camel_case(std::string_view name);
/// `displayName` → `display_name`: how the service names places.
[[nodiscard]] std::string to_snake_case(std::string_view name);

/// The field by either spelling; null when the message has none. O(fields).
[[nodiscard]] const Field* find_field(const Message& message, std::string_view name) noexcept;

}  // namespace trivet::service
