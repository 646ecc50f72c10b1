// SPDX-License-Identifier: Apache-2.0
// The pool behind make_thread_pool(): pieces are claimed by counting, nobody locks.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "trivet/executor.hpp"

namespace trivet::inline v0 {

PieceWork::~PieceWork() = default;
Executor::~Executor() = default;

namespace {

/// Tells the processor that this thread waits for another one.
inline void relax_processor() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/// Looks at an atomic until it is no longer `old`: some microseconds with open eyes, because the
/// next call often follows at once, then asleep.
template <class T>
void await_change(const std::atomic<T>& value, T old) noexcept {
  constexpr int kLooks = 2000;
  for (int i = 0; i < kLooks; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    relax_processor();
  }
  value.wait(old, std::memory_order_acquire);
}

class ThreadPool final : public Executor {
 public:
  ThreadPool() = default;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// In a child that was forked off, the threads are those of the parent, and their handles may by
  /// now belong to threads of the child: they are left alone.
  ~ThreadPool() override {
    if (!has_threads()) {
      static_cast<void>(new (std::nothrow) std::vector<std::thread>(std::move(threads_)));
      return;
    }
    stopping_.store(true, std::memory_order_relaxed);
    announce();
    for (std::thread& thread : threads_) thread.join();
  }

  /// False when the system starts no more threads.
  [[nodiscard]] bool start(std::size_t threads) {
#if defined(__cpp_exceptions)
    try {
#endif
      threads_.reserve(threads - 1);
      while (threads_.size() + 1 < threads) threads_.emplace_back([this] { serve(); });
#if defined(__cpp_exceptions)
    } catch (const std::system_error&) {
      return false;
    } catch (const std::bad_alloc&) {
      return false;
    }
#endif
    return true;
  }

  std::size_t width() const noexcept override { return threads_.size() + 1; }

  void run(std::size_t piece_count, PieceWork& work) noexcept override {
    const bool alone = piece_count < 2 || threads_.empty() || !has_threads();
    if (alone || taken_.exchange(true, std::memory_order_acquire)) {
      for (std::size_t piece = 0; piece < piece_count; ++piece) work.run_piece(piece);
      return;
    }
    work_ = &work;
    piece_count_ = piece_count;
    next_piece_.store(0, std::memory_order_relaxed);
    gate_.fetch_or(kOpen, std::memory_order_release);
    announce();
    run_pieces();
    gate_.fetch_and(~kOpen, std::memory_order_acq_rel);
    for (std::uint32_t inside; (inside = gate_.load(std::memory_order_acquire)) != 0;) {
      await_change(gate_, inside);
    }
    taken_.store(false, std::memory_order_release);
  }

 private:
  [[nodiscard]] bool has_threads() const noexcept { return ::getpid() == home_; }

  void announce() noexcept {
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }

  void run_pieces() noexcept {
    const std::size_t count = piece_count_;
    for (std::size_t piece; (piece = next_piece_.fetch_add(1, std::memory_order_relaxed)) < count;)
      work_->run_piece(piece);
  }

  /// A thread's life. It may touch the work only between entering an open gate and leaving it: the
  /// caller shuts the gate and waits until all are out before it lets go of the work.
  void serve() noexcept {
    for (std::uint32_t seen = 0; !stopping_.load(std::memory_order_relaxed);) {
      await_change(round_, seen);
      seen = round_.load(std::memory_order_acquire);
      const bool open = (gate_.fetch_add(1, std::memory_order_acquire) & kOpen) != 0;
      if (open) run_pieces();
      gate_.fetch_sub(1, std::memory_order_release);
      gate_.notify_all();
    }
  }

  static constexpr std::uint32_t kOpen = 0x8000'0000;

  const pid_t home_ = ::getpid();
  std::vector<std::thread> threads_;
  std::atomic<bool> stopping_{false};
  alignas(64) std::atomic<std::uint32_t> round_{0};  // counts calls: a change wakes the threads
  alignas(64) std::atomic<std::uint32_t> gate_{0};   // kOpen, and how many are inside
  alignas(64) std::atomic<std::size_t> next_piece_{0};
  alignas(64) std::atomic<bool> taken_{false};
  PieceWork* work_ = nullptr;
  std::size_t piece_count_ = 0;
};

}  // namespace

Result<std::shared_ptr<Executor>> make_thread_pool(std::size_t threads) {
  constexpr std::size_t kMostThreads = 1024;
  if (threads > kMostThreads) {
    return Error(Errc::invalid_argument, "threads", std::to_string(threads), "at most 1024");
  }
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  auto pool = std::make_shared<ThreadPool>();
  if (!pool->start(threads)) {
    return Error(Errc::out_of_memory, "threads", "the system starts no more of them",
                 "fewer threads");
  }
  return std::shared_ptr<Executor>(std::move(pool));
}

}  // namespace trivet::inline v0
