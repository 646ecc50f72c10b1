// SPDX-License-Identifier: Apache-2.0
// How much memory a piece of work holds at most. Only this test program has it.
#pragma once

#include <cstddef>

namespace trivet::test {

/// Watches what the calling thread allocates while the object lives. Beyond `budget` bytes held at
/// a time allocations fail, as on a machine without memory, and exceeded() says so. Under
/// sanitizers, which bring allocators of their own, nothing is watched.
class AllocationMeter {
 public:
  explicit AllocationMeter(std::size_t budget) noexcept;
  ~AllocationMeter();
  AllocationMeter(const AllocationMeter&) = delete;
  AllocationMeter& operator=(const AllocationMeter&) = delete;

  /// The most bytes that were held at a time, the one that failed included.
  [[nodiscard]] std::size_t peak() const noexcept;
  [[nodiscard]] bool exceeded() const noexcept;
  /// Allocations so far.
  [[nodiscard]] std::size_t count() const noexcept;
};

}  // namespace trivet::test
