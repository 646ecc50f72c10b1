// SPDX-License-Identifier: Apache-2.0
// Times as the service writes them: RFC 3339, UTC, microseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trivet::service {

/// Microseconds since 1970.
[[nodiscard]] std::int64_t microseconds_now() noexcept;
/// `2021-02-03T04:05:06.000007Z`.
[[nodiscard]] std::string format_timestamp(std::int64_t microseconds);
/// Any RFC 3339 time of the years 1 … 9999; digits behind the sixth are cut. Nothing for other
/// texts.
[[nodiscard]] std::optional<std::int64_t> parse_timestamp(std::string_view text) noexcept;

}  // namespace trivet::service
