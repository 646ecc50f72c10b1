// SPDX-License-Identifier: Apache-2.0
// scikit-learn's own list of English words that say little.
#pragma once

#include <span>
#include <string_view>

namespace trivet::sklearn {

/// The same 318 words in all versions.
[[nodiscard]] std::span<const std::string_view> english_stop_words() noexcept;

}  // namespace trivet::sklearn
