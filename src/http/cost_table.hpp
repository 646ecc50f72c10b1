// SPDX-License-Identifier: Apache-2.0
// How long calls of a path took lately, by a hash of the path.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace trivet::http {

/// A guess only: paths may share a place, and then are guessed by the slower one. Safe from any
/// thread; never waits.
class CostTable {
 public:
  static constexpr std::chrono::nanoseconds kUnknown = std::chrono::hours(1);

  [[nodiscard]] std::chrono::nanoseconds guess(std::string_view path) const noexcept {
    const std::uint64_t known = place(path).load(std::memory_order_relaxed);
    return known == 0 ? kUnknown : std::chrono::nanoseconds(known);
  }
  /// Believes a slow call at once, and a fast one bit by bit.
  void learn(std::string_view path, std::chrono::nanoseconds time) noexcept {
    const auto now = static_cast<std::uint64_t>(time.count() < 1 ? 1 : time.count());
    std::atomic<std::uint64_t>& cell = place(path);
    const std::uint64_t old = cell.load(std::memory_order_relaxed);
    const std::uint64_t next = old == 0 || now > old ? now : old - (old - now) / 4;
    if (next != old) cell.store(next, std::memory_order_relaxed);
  }

 private:
  static constexpr std::size_t kPlaces = 4096;
  [[nodiscard]] std::atomic<std::uint64_t>& place(std::string_view path) noexcept {
    return costs_[std::hash<std::string_view>{}(path) % kPlaces];
  }
  [[nodiscard]] const std::atomic<std::uint64_t>& place(std::string_view path) const noexcept {
    return costs_[std::hash<std::string_view>{}(path) % kPlaces];
  }

  std::array<std::atomic<std::uint64_t>, kPlaces> costs_{};  ///< ns; 0: nothing known
};

}  // namespace trivet::http
