// SPDX-License-Identifier: Apache-2.0
// The pool behind make_thread_pool(): every piece once, nobody waits for a busy pool, forks.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "trivet/executor.hpp"

namespace trivet::test {
namespace {

std::shared_ptr<Executor> pool_of(std::size_t threads) {
  auto pool = make_thread_pool(threads);
  REQUIRE(pool.has_value());
  return *pool;
}

/// Counts how often each piece ran.
class CountedPieces final : public PieceWork {
 public:
  explicit CountedPieces(std::size_t count) : times_(count) {}
  void run_piece(std::size_t piece) noexcept override {
    times_[piece].fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] bool all_ran_once() const {
    for (const auto& times : times_) {
      if (times.load() != 1) return false;
    }
    return true;
  }

 private:
  std::vector<std::atomic<int>> times_;
};

/// Asks the same pool from inside a piece.
class NestedPieces final : public PieceWork {
 public:
  explicit NestedPieces(Executor& pool) : pool_(pool) {}
  void run_piece(std::size_t) noexcept override {
    CountedPieces inner(5);
    pool_.run(5, inner);
    if (inner.all_ran_once()) complete_.fetch_add(1);
  }
  [[nodiscard]] int complete() const { return complete_.load(); }

 private:
  Executor& pool_;
  std::atomic<int> complete_{0};
};

bool runs_each_once(Executor& pool, std::size_t count) {
  CountedPieces work(count);
  pool.run(count, work);
  return work.all_ran_once();
}

}  // namespace

TEST_CASE("thread pool: it is as wide as it was asked to be", "[base][threads]") {
  CHECK(pool_of(1)->width() == 1);
  CHECK(pool_of(3)->width() == 3);
  CHECK(pool_of(0)->width() >= 1);
}

TEST_CASE("thread pool: each piece runs once", "[base][threads]") {
  for (const std::size_t threads : {1, 2, 4}) {
    const auto pool = pool_of(threads);
    int failures = 0;
    for (int round = 0; round < 300; ++round) {
      for (const std::size_t count : {0, 1, 2, 3, 17, 100}) {
        if (!runs_each_once(*pool, count)) ++failures;
      }
    }
    INFO(threads << " threads");
    CHECK(failures == 0);
  }
}

TEST_CASE("thread pool: a busy pool doesn't make another caller wait", "[base][threads]") {
  const auto pool = pool_of(3);
  std::atomic<int> failures{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      for (int round = 0; round < 300; ++round) {
        if (!runs_each_once(*pool, 20)) failures.fetch_add(1);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(failures.load() == 0);
}

TEST_CASE("thread pool: a piece may ask the pool again", "[base][threads]") {
  const auto pool = pool_of(3);
  NestedPieces work(*pool);
  pool->run(10, work);
  CHECK(work.complete() == 10);
}

TEST_CASE("thread pool: an idle pool comes and goes", "[base][threads]") {
  for (int round = 0; round < 20; ++round) CHECK(pool_of(3)->width() == 3);
}

#if !defined(__SANITIZE_THREAD__)  // which doesn't follow forks of programs with threads
TEST_CASE("thread pool: in a forked child the caller works alone", "[base]") {
  auto pool = pool_of(3);
  REQUIRE(runs_each_once(*pool, 50));
  const pid_t child = ::fork();
  if (child == 0) {
    const bool complete = runs_each_once(*pool, 50);
    pool.reset();
    ::_exit(complete ? 0 : 1);
  }
  REQUIRE(child > 0);
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(runs_each_once(*pool, 50));
}
#endif

}  // namespace trivet::test
