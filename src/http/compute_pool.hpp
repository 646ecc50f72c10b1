// SPDX-License-Identifier: Apache-2.0
// Threads that compute answers, behind a queue with a bound.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "trivet/result.hpp"

namespace trivet::http {

/// Something to run; its owner keeps it alive until it has run.
class ComputeTask {
 public:
  virtual void run() noexcept = 0;

 protected:
  ~ComputeTask() = default;
};

class ComputePool {
 public:
  ComputePool() = default;
  ComputePool(const ComputePool&) = delete;
  ComputePool& operator=(const ComputePool&) = delete;
  ~ComputePool() { stop(); }

  /// Errors: out_of_memory when the system starts no thread at all.
  [[nodiscard]] Status start(std::size_t threads, std::size_t queue_length);
  /// False when the queue is full or the pool has stopped. From any thread.
  [[nodiscard]] bool submit(std::shared_ptr<ComputeTask> task);
  /// Runs what is queued and joins. Once.
  void stop() noexcept;
  [[nodiscard]] std::size_t queued() const;

 private:
  void work() noexcept;

  mutable std::mutex mutex_;
  std::condition_variable wakened_;
  /// A ring of `capacity` places, so that queueing allocates nothing.
  std::vector<std::shared_ptr<ComputeTask>> ring_;
  std::size_t head_ = 0;
  std::size_t count_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace trivet::http
