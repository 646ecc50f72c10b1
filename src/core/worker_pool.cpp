// SPDX-License-Identifier: Apache-2.0
// A fixed number of slots, each an atomic pointer.
#include <utility>

#include "core/worker.hpp"

namespace trivet::core {
namespace {

/// Where this thread begins to look: threads seldom meet when they look in different places.
std::size_t home_slot() noexcept {
  static std::atomic<std::size_t> next_home{0};
  thread_local const std::size_t home = next_home.fetch_add(1, std::memory_order_relaxed);
  return home;
}

}  // namespace

WorkerPool::~WorkerPool() {
  for (Slot& slot : slots_) delete slot.worker.exchange(nullptr, std::memory_order_acquire);
}

std::unique_ptr<Worker> WorkerPool::take(const LoadedModel& model) {
  const std::size_t home = home_slot();
  for (std::size_t i = 0; i < kSlots; ++i) {
    std::atomic<Worker*>& slot = slots_[(home + i) % kSlots].worker;
    if (slot.load(std::memory_order_relaxed) == nullptr) continue;
    if (Worker* worker = slot.exchange(nullptr, std::memory_order_acquire)) {
      return std::unique_ptr<Worker>(worker);
    }
  }
  return model.make_worker();
}

void WorkerPool::give(std::unique_ptr<Worker> worker) noexcept {
  const std::size_t home = home_slot();
  for (std::size_t i = 0; i < kSlots; ++i) {
    Worker* empty = nullptr;
    std::atomic<Worker*>& slot = slots_[(home + i) % kSlots].worker;
    if (slot.load(std::memory_order_relaxed) != nullptr) continue;
    if (slot.compare_exchange_strong(empty, worker.get(), std::memory_order_release,
                                     std::memory_order_relaxed)) {
      static_cast<void>(worker.release());
      return;
    }
  }
}

}  // namespace trivet::core
