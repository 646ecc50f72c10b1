// SPDX-License-Identifier: Apache-2.0
// Large calls shared by threads: the same bits as by one, whoever lends the threads.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/plain_json.hpp"
#include "support/random_forest.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

/// Runs pieces on the calling thread, the last one first.
class BackwardExecutor final : public Executor {
 public:
  std::size_t width() const noexcept override { return 5; }
  void run(std::size_t piece_count, PieceWork& work) noexcept override {
    for (std::size_t piece = piece_count; piece > 0; --piece) work.run_piece(piece - 1);
  }
};

struct LentThreads {
  const char* name;
  std::shared_ptr<Executor> executor;
};

std::vector<LentThreads> lent_threads() {
  std::vector<LentThreads> all{{"pieces backwards", std::make_shared<BackwardExecutor>()}};
  for (const std::size_t threads : {1, 2, 3}) {
    auto pool = make_thread_pool(threads);
    REQUIRE(pool.has_value());
    all.push_back({"a pool", *pool});
  }
  return all;
}

LocalModel load_case(const std::string& path, std::shared_ptr<Executor> executor) {
  LoadOptions options;
  options.executor = std::move(executor);
  auto model = LocalModel::load(data_path("golden/" + path), options);
  INFO(path << (model ? "" : model.error().message()));
  REQUIRE(model.has_value());
  return std::move(model).value();
}

std::vector<double> random_cells(std::size_t count) {
  Random random(11);
  std::vector<double> cells(count);
  for (double& x : cells) x = random.between(-3, 8);
  return cells;
}

bool same_bits(const Predictions& a, const Predictions& b) {
  if (a.row_count() != b.row_count() || a.width() != b.width()) return false;
  for (std::size_t r = 0; r < a.row_count(); ++r) {
    for (std::size_t k = 0; k < a.width(); ++k) {
      const double x = a.at(r, k), y = b.at(r, k);
      if (std::memcmp(&x, &y, sizeof x) != 0) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("executor: batches shared by threads have the bits of one thread", "[suite][threads]") {
  const std::vector<LentThreads> lent = lent_threads();
  for (const char* path :
       {"xgboost/ubj_32_deep_leafwise/model", "xgboost/ubj_31_softprob_vector_base/model",
        "xgboost/ubj_32_gblinear_softprob/model"}) {
    const LocalModel alone = load_case(path, nullptr);
    const std::size_t columns = alone.signature().column_count();
    const std::vector<double> cells = random_cells(5000 * columns);
    for (const LentThreads& threads : lent) {
      const LocalModel shared = load_case(path, threads.executor);
      for (const std::size_t rows : {0, 1, 511, 512, 513, 1024, 3000, 5000}) {
        INFO(path << ", " << threads.name << " " << threads.executor->width() << ", " << rows);
        const MatrixView<const double> view{cells.data(), rows, columns};
        const auto expected = alone.predict(view);
        const auto got = shared.predict(view);
        REQUIRE(expected.has_value());
        REQUIRE(got.has_value());
        CHECK(same_bits(*expected, *got));
      }
    }
  }
}

}  // namespace trivet::test
