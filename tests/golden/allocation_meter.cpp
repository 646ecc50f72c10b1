// SPDX-License-Identifier: Apache-2.0
// operator new and delete of this program, with a thread's own meter.
#include "golden/allocation_meter.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "support/effort.hpp"

namespace trivet::test {
namespace {

constexpr std::int64_t kNoBudget = INT64_MAX;

/// Bytes can be negative: memory may be given back that was taken before the watch began.
struct Watch {
  std::int64_t held = 0;
  std::int64_t peak = 0;
  std::int64_t budget = kNoBudget;
  std::size_t count = 0;
};
thread_local constinit Watch watch;

}  // namespace

AllocationMeter::AllocationMeter(std::size_t budget) noexcept {
  watch = {};
  watch.budget = static_cast<std::int64_t>(budget);
}
AllocationMeter::~AllocationMeter() { watch.budget = kNoBudget; }
std::size_t AllocationMeter::peak() const noexcept { return static_cast<std::size_t>(watch.peak); }
bool AllocationMeter::exceeded() const noexcept { return watch.peak > watch.budget; }
std::size_t AllocationMeter::count() const noexcept { return watch.count; }

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

/// Null when there is no memory, or none left of the budget.
void* watched_allocate(std::size_t size, std::size_t alignment) noexcept {
  const bool is_absurd = size > static_cast<std::size_t>(INT64_MAX / 2);
  watch.peak = std::max(watch.peak,
                        is_absurd ? kNoBudget - 1 : watch.held + static_cast<std::int64_t>(size));
  ++watch.count;
  if (is_absurd || watch.held + static_cast<std::int64_t>(size) > watch.budget) return nullptr;
  void* memory =
      alignment <= alignof(std::max_align_t)
          ? std::malloc(std::max<std::size_t>(size, 1))
          : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory != nullptr) watch.held += static_cast<std::int64_t>(malloc_usable_size(memory));
  return memory;
}

void watched_free(void* memory) noexcept {
  if (memory == nullptr) return;
  watch.held -= static_cast<std::int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

void* watched_or_throw(std::size_t size, std::size_t alignment) {
  if (void* memory = watched_allocate(size, alignment)) return memory;
  throw std::bad_alloc();
}

#endif

}  // namespace trivet::test

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

using trivet::test::watched_allocate;
using trivet::test::watched_free;
using trivet::test::watched_or_throw;

// new[] and the nothrow and unaligned forms of the library end in these.
void* operator new(std::size_t size) { return watched_or_throw(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return watched_or_throw(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { watched_free(memory); }
void operator delete(void* memory, std::size_t) noexcept { watched_free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { watched_free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { watched_free(memory); }

#endif
