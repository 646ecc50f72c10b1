// SPDX-License-Identifier: Apache-2.0
// One model, one endpoint, one artefact, and many threads. Meant for the thread sanitizer.
#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "support/effort.hpp"
#include "support/files.hpp"
#include "support/plain_json.hpp"
#include "support/random_forest.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

constexpr std::size_t kThreads = 8;
constexpr std::size_t kRounds = effort<std::size_t>(300, 60);

/// Runs `work(thread)` on all threads at once; returns how often it said false.
template <class Work>
std::size_t failures_in_threads(Work&& work) {
  std::atomic<bool> go = false;
  std::atomic<std::size_t> failures = 0;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      while (!go) std::this_thread::yield();
      for (std::size_t round = 0; round < kRounds; ++round) {
        if (!work(t, round)) ++failures;
      }
    });
  }
  go = true;
  for (std::thread& thread : threads) thread.join();
  return failures;
}

LocalModel load_case(const char* name) {
  auto model = LocalModel::load(data_path(std::string("golden/xgboost/") + name + "/model"));
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  return std::move(model).value();
}

/// Batches of different sizes with their answers, asked of one thread beforehand.
struct AskedBatch {
  std::vector<float> cells;
  std::size_t rows = 0;
  std::vector<double> answers;

  [[nodiscard]] MatrixView<const float> view() const {
    return {cells.data(), rows, cells.size() / rows};
  }
  [[nodiscard]] bool same_as(const OutputView& view) const {
    if (view.row_count * view.width() != answers.size()) return false;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const double ours = view.at(i / view.width(), i % view.width());
      if (std::memcmp(&ours, &answers[i], sizeof ours) != 0) return false;
    }
    return true;
  }
};

std::vector<AskedBatch> asked_batches(const LocalModel& model) {
  Random random(4);
  std::vector<AskedBatch> batches;
  for (const std::size_t rows : {1, 2, 7, 33, 64, 100}) {
    AskedBatch batch;
    batch.rows = rows;
    for (std::size_t i = 0; i < rows * model.signature().column_count(); ++i) {
      batch.cells.push_back(static_cast<float>(random.between(-5, 5)));
    }
    const Result<Predictions> answers = model.predict(batch.view());
    REQUIRE(answers.has_value());
    for (std::size_t i = 0; i < rows * answers->width(); ++i) {
      batch.answers.push_back(answers->at(i / answers->width(), i % answers->width()));
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

}  // namespace

TEST_CASE("threads: one model asked by many threads gives each its own answers",
          "[suite][threads]") {
  for (const char* name :
       {"ubj_32_deep_leafwise", "legacy_13_softprob", "ubj_32_gblinear_softprob"}) {
    INFO(name);
    const LocalModel model = load_case(name);
    const std::vector<AskedBatch> batches = asked_batches(model);
    CHECK(failures_in_threads([&](std::size_t thread, std::size_t round) {
            const AskedBatch& batch = batches[(thread + round) % batches.size()];
            const Result<Predictions> answers = model.predict(batch.view());
            return answers.has_value() && batch.same_as(answers->view());
          }) == 0);
  }
}

TEST_CASE("threads: sessions of one model don't know each other", "[suite][threads]") {
  const LocalModel model = load_case("ubj_31_softprob_vector_base");
  const std::vector<AskedBatch> batches = asked_batches(model);
  std::vector<Session> sessions;
  for (std::size_t t = 0; t < kThreads; ++t) sessions.push_back(model.session());
  CHECK(failures_in_threads([&](std::size_t thread, std::size_t round) {
          const AskedBatch& batch = batches[(thread * 3 + round) % batches.size()];
          const auto answers = sessions[thread].predict(batch.view());
          return answers.has_value() && batch.same_as(*answers);
        }) == 0);
}

TEST_CASE("threads: sessions come and go while others predict", "[suite][threads]") {
  const LocalModel model = load_case("json_13_names");
  const std::vector<AskedBatch> batches = asked_batches(model);
  CHECK(failures_in_threads([&](std::size_t thread, std::size_t round) {
          const AskedBatch& batch = batches[(thread + round) % batches.size()];
          if (thread % 2 == 0) {
            const LocalModel copy = model;
            const auto answers = copy.predict(batch.view());
            return answers.has_value() && batch.same_as(answers->view());
          }
          Session session = model.session();
          const auto answers = session.predict(batch.view());
          return answers.has_value() && batch.same_as(*answers);
        }) == 0);
}

TEST_CASE("threads: an endpoint with a split answers each request with one of its models",
          "[suite][threads]") {
  auto lin = LocalModel::load(data_path("contract/models/lin"));
  auto lin2 = LocalModel::load(data_path("contract/models/lin2"));
  REQUIRE(lin.has_value());
  REQUIRE(lin2.has_value());
  LocalEndpoint endpoint(7);
  REQUIRE(endpoint.deploy_model("lin", *lin).has_value());
  REQUIRE(endpoint.deploy_model("lin2", *lin2, 50).has_value());
  std::atomic<std::size_t> from_first = 0;
  const std::size_t failures = failures_in_threads([&](std::size_t thread, std::size_t round) {
    // y = 0.5 + a + 2b − 3c, or 1 + 2a + 2b + 2c.
    const double a = static_cast<double>(thread * 1000 + round);
    const std::string request = R"({"instances":[{"a":)" + std::to_string(a) + R"(,"b":0,"c":0}]})";
    std::string response;
    const auto id = endpoint.predict(request, response);
    if (!id) return false;
    const bool first = *id == "lin";
    from_first += first ? 1 : 0;
    const Value answer = parse_plain_json(response);
    const double wanted = first ? 0.5 + a : 1 + 2 * a;
    return (*answer.find("predictions")->as_list())[0].as_number() == wanted;
  });
  CHECK(failures == 0);
  const auto calls = static_cast<double>(kThreads * kRounds);
  CHECK(static_cast<double>(from_first) > 0.4 * calls);
  CHECK(static_cast<double>(from_first) < 0.6 * calls);
}

TEST_CASE("threads: refusals and answers side by side stay apart", "[suite][threads]") {
  const LocalModel model = load_case("legacy_15_dart");
  const std::string good = read_file(data_path("golden/xgboost/legacy_15_dart/request.json"));
  std::string wanted;
  REQUIRE(model.predict_json(good, wanted).has_value());
  CHECK(failures_in_threads([&](std::size_t thread, std::size_t round) {
          std::string response = "stale";
          if ((thread + round) % 3 != 0) {
            return model.predict_json(good, response).has_value() && response == wanted;
          }
          const Status refused = model.predict_json(R"({"instances":[[1,2],[1]]})", response);
          return !refused.has_value() && response.empty() && !refused.error().message().empty();
        }) == 0);
}

TEST_CASE("threads: copies of an endpoint predict while they come and go", "[suite][threads]") {
  auto lin = LocalModel::load(data_path("contract/models/lin"));
  REQUIRE(lin.has_value());
  const LocalEndpoint endpoint = lin->deploy_to_local_endpoint();
  CHECK(failures_in_threads([&](std::size_t, std::size_t) {
          const LocalEndpoint copy = endpoint;
          const auto reply = copy.predict(R"({"instances":[[1,1,1]]})");
          return reply.has_value() && *reply == R"({"predictions":[0.5]})";
        }) == 0);
}

TEST_CASE("threads: one artefact is read and loaded by many threads", "[suite][threads]") {
  const std::string folder = data_path("golden/xgboost/ubj_32_ndcg/model");
  const auto artifact = Artifact::open(folder);
  REQUIRE(artifact.has_value());
  const std::size_t size = read_file(folder + "/model.bst").size();
  CHECK(failures_in_threads([&](std::size_t thread, std::size_t round) {
          if (thread % 2 == 0 && round % 10 == 0) {
            return LocalModel::load(*artifact).has_value();
          }
          const auto head = artifact->head(0, 64);
          return head.has_value() && head->size() == 64 && artifact->file_size(0).value() == size;
        }) == 0);
}

}  // namespace trivet::test
