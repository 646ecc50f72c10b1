// SPDX-License-Identifier: Apache-2.0
// The bounded queue and its threads.
#include "http/compute_pool.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace trivet::http {

Status ComputePool::start(std::size_t threads, std::size_t queue_length) {
  ring_.resize(std::max<std::size_t>(queue_length, 1));
  try {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    if (threads_.empty())
      return Error(Errc::out_of_memory, "", "the system starts no more threads",
                   "a thread to answer requests");
  }
  return {};
}

bool ComputePool::submit(std::shared_ptr<ComputeTask> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || count_ == ring_.size()) return false;
    ring_[(head_ + count_) % ring_.size()] = std::move(task);
    ++count_;
  }
  wakened_.notify_one();
  return true;
}

std::size_t ComputePool::queued() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

void ComputePool::work() noexcept {
  std::unique_lock lock(mutex_);
  for (;;) {
    wakened_.wait(lock, [this] { return stopping_ || count_ != 0; });
    if (count_ == 0) return;
    std::shared_ptr<ComputeTask> task = std::move(ring_[head_]);
    head_ = (head_ + 1) % ring_.size();
    --count_;
    lock.unlock();
    task->run();
    task.reset();
    lock.lock();
  }
}

void ComputePool::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wakened_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace trivet::http
