// SPDX-License-Identifier: Apache-2.0
// Threads, lent by the caller or kept in a small pool. Without one, a model uses none but the
// thread that asks.
#pragma once

#include <cstddef>
#include <memory>

#include "trivet/export.hpp"
#include "trivet/result.hpp"

namespace trivet::inline v0 {

/// Work in pieces that don't wait for each other.
class TRIVET_EXPORT PieceWork {
 public:
  virtual void run_piece(std::size_t piece) noexcept = 0;

 protected:
  ~PieceWork();
};

/// Somebody's threads. An application that has a pool of its own lends it to a model by deriving
/// from this; make_thread_pool() is for those that have none.
class TRIVET_EXPORT Executor {
 public:
  virtual ~Executor();

  /// How many pieces may run at the same time, the calling thread's among them; at least 1, always
  /// the same.
  [[nodiscard]] virtual std::size_t width() const noexcept = 0;
  /// Runs the pieces 0 … `piece_count` - 1, each once, in any order and on any threads, and returns
  /// when all have ended. Sessions of many threads call it at the same time. An executor that is
  /// busy may run all pieces on the calling thread: the answers don't depend on it.
  virtual void run(std::size_t piece_count, PieceWork& work) noexcept = 0;
};

/// A pool of `threads` threads, the calling one among them; 0: as many as the machine runs at once.
/// It serves one call at a time and never makes another one wait: that runs on its own thread
/// alone, as do the calls of a forked child, where the threads of the pool don't exist. Threads
/// that found nothing to do for some microseconds sleep. Errors: out_of_memory when the system
/// starts no more threads, invalid_argument for more than 1024.
[[nodiscard]] TRIVET_EXPORT Result<std::shared_ptr<Executor>> make_thread_pool(
    std::size_t threads = 0);

}  // namespace trivet::inline v0
