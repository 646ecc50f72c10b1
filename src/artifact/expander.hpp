// SPDX-License-Identifier: Apache-2.0
// One compressed stream, piece by piece: what the decompression libraries have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "artifact/expand.hpp"

namespace trivet::artifact {

class Expander {
 public:
  enum class Step : std::uint8_t { more, end, damaged, too_much_memory };

  virtual ~Expander() = default;
  /// Takes from the front of `in`, puts to the front of `out` and moves both forward. After `end`
  /// another stream may follow.
  [[nodiscard]] virtual Step step(std::span<const std::byte>& in, std::span<std::byte>& out) = 0;
};

/// nullptr when there is no memory for it, and for Compression::none.
[[nodiscard]] std::unique_ptr<Expander> make_expander(Compression compression);

}  // namespace trivet::artifact
