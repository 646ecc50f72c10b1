// SPDX-License-Identifier: Apache-2.0
// Explaining after a call that ran out of memory.
#include <memory>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/plugins.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

/// Another predictor, without memory for its second game.
class ShortOfMemory final : public spi::Predictor {
 public:
  explicit ShortOfMemory(std::unique_ptr<const spi::Predictor> inner) : inner_(std::move(inner)) {}

  void run(const spi::RunRequest& request) const noexcept override { inner_->run(request); }
  std::size_t scratch_bytes(std::size_t rows) const noexcept override {
    return inner_->scratch_bytes(rows);
  }
  std::string_view engine() const noexcept override { return inner_->engine(); }
  std::size_t memory_bytes() const noexcept override { return inner_->memory_bytes(); }
  std::unique_ptr<const spi::MarginGame> make_margin_game(
      const spi::GameSetup& setup) const override {
    if (++games_ == 2) throw std::bad_alloc();
    return inner_->make_margin_game(setup);
  }

 private:
  std::unique_ptr<const spi::Predictor> inner_;
  mutable int games_ = 0;
};

class ShortBackend final : public spi::Backend {
 public:
  std::string_view name() const noexcept override { return "test-short"; }
  bool accepts(const spi::Node& node) const noexcept override { return inner_->accepts(node); }
  std::vector<std::string_view> engines() const override { return inner_->engines(); }
  Result<std::unique_ptr<const spi::Predictor>> prepare(
      const spi::Graph& graph, const spi::Region& region,
      const spi::PrepareOptions& options) const override {
    auto prepared = inner_->prepare(graph, region, options);
    if (!prepared) return std::move(prepared).error();
    return std::unique_ptr<const spi::Predictor>(
        std::make_unique<ShortOfMemory>(std::move(prepared).value()));
  }

 private:
  std::shared_ptr<const spi::Backend> inner_ = builtin_backend("linear");
};

}  // namespace

TEST_CASE("explain: a call without memory leaves nothing for the next one", "[contract][explain]") {
  spi::Registry registry = spi::Registry::builtin();
  REQUIRE(registry.add(std::make_shared<ShortBackend>()));
  LoadOptions options;
  options.registry = &registry;
  const auto loaded = LocalModel::load(data_path("contract/models/lin"), options);
  REQUIRE(loaded.has_value());
  const auto spec = ExplanationSpec::parse(R"({"parameters":{"sampledShapleyAttribution":
    {"pathCount":1}},"metadata":{"inputs":{"a":{"inputBaselines":[0,2]},
    "b":{"inputBaselines":[0]},"c":{"inputBaselines":[0]}},"outputs":{"y":{}}}})");
  REQUIRE(spec.has_value());
  const auto model = loaded->with_explanation_spec(*spec);
  REQUIRE(model.has_value());
  const std::vector<double> row{1, 1, 1};
  const MatrixView<const double> rows(row.data(), 1, 3);
  Session session = model->session();
  const auto failed = session.explain(rows);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().code() == Errc::out_of_memory);
  const auto explained = session.explain(rows);
  REQUIRE(explained.has_value());
  // The mean of 1 and -1 for a, as in a call that had memory at once.
  CHECK(std::vector<double>(explained->attributions.begin(), explained->attributions.end()) ==
        std::vector<double>{0, 2, -3});
}

}  // namespace trivet::test
