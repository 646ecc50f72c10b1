// SPDX-License-Identifier: Apache-2.0
// Which outputs of a call are explained, and how many numbers that may be.
#include "explain/explainer.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "catch.hpp"
#include "explain/contributions.hpp"
#include "explain/output_choice.hpp"

namespace trivet::test {
namespace {

/// A game that must not be played.
class UnplayedCoverGame final : public spi::CoverGame {
 public:
  std::size_t output_count() const noexcept override { return 3; }
  double expected_margin(std::size_t) const noexcept override { return 0; }
  void attribute_rows(const spi::GameRows&, std::size_t, spi::CoverValues,
                      spi::GameScratch&) const override {
    FAIL("a refused call");
  }
  std::size_t memory_bytes() const noexcept override { return 0; }
};

/// A game whose sums have no end.
class EndlessCoverGame final : public spi::CoverGame {
 public:
  std::size_t output_count() const noexcept override { return 1; }
  double expected_margin(std::size_t) const noexcept override { return 0; }
  void attribute_rows(const spi::GameRows& rows, std::size_t, spi::CoverValues,
                      spi::GameScratch&) const override {
    for (std::size_t r = 0; r < rows.count; ++r) {
      const bool is_endless = reinterpret_cast<const double*>(rows.data)[r] > 0;
      rows.attributions[r * rows.stride] =
          is_endless ? std::numeric_limits<double>::infinity() : 1.0;
    }
  }
  std::size_t memory_bytes() const noexcept override { return 0; }
};

TEST_CASE("explainer: an output index may stand once", "[explain]") {
  ExplanationParameters parameters;
  explain::ExplainedOutput output;
  output.width = 10000;
  CHECK(explain::check_output(parameters, output).has_value());
  parameters.output_indices = {{9000}, {1}, {4097}, {9999}, {0}};
  CHECK(explain::check_output(parameters, output).has_value());
  parameters.output_indices.push_back({9000});
  const Status refused = explain::check_output(parameters, output);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().where() == "/parameters/outputIndices/5");
  CHECK(refused.error().found() == "a second 9000");
}

TEST_CASE("explainer: the attributions of one call are counted before there are any", "[explain]") {
  CHECK(explain::check_attribution_count(1 << 20, 1, 128).has_value());
  CHECK(explain::check_attribution_count(0, 1, 128).has_value());
  constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max();
  CHECK_FALSE(explain::check_attribution_count(kMost, kMost, kMost).has_value());
  const Status refused = explain::check_attribution_count((1 << 20) + 1, 1, 128);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().where() == "/instances");

  // 2^15 outputs of 2^13 players, a row: 2^28.
  explain::BoundSpec spec;
  spec.player_cells.resize(1 << 13);
  spec.spec.parameters.top_k = -1;
  explain::ExplainedOutput output;
  output.width = 1 << 15;
  explain::ExplainedRows rows;
  rows.count = 1;
  explain::ExplainScratch scratch;
  const auto ask = [](std::span<const double>, std::size_t, std::span<double>) {};
  const auto view = explain::explain_rows(spec, output, rows, ask, scratch);
  REQUIRE_FALSE(view.has_value());
  CHECK(view.error().code() == Errc::invalid_request);
  CHECK(scratch.attributions.empty());
}

TEST_CASE("explainer: pairs of players are counted too", "[explain]") {
  explain::ContributionSource source;
  source.game = std::make_unique<UnplayedCoverGame>();
  source.values = spi::CoverValues::interactions;
  ExplanationParameters parameters;
  explain::ExplainScratch scratch;
  // 3 · 256² numbers a row, of 1024 rows with all outputs.
  source.reported_count = 256;
  parameters.top_k = -1;
  const spi::GameRows many{nullptr, 0, 1024};
  CHECK_FALSE(explain::explain_contributions(source, parameters, many, scratch).has_value());
  // One number is reported, but 3 · 8192² are walked over.
  source.reported_count = 1;
  source.reported_as.resize(8192);
  parameters.top_k = 1;
  const spi::GameRows one{nullptr, 0, 1};
  CHECK_FALSE(explain::explain_contributions(source, parameters, one, scratch).has_value());
}

TEST_CASE("explainer: contributions without an end are refused", "[explain]") {
  explain::ContributionSource source;
  source.game = std::make_unique<EndlessCoverGame>();
  source.reported_as = {{0}};
  source.reported_count = 1;
  const std::vector<double> cells{0, 0, 1};
  const auto* data = reinterpret_cast<const std::byte*>(cells.data());
  explain::ExplainScratch scratch;
  const ExplanationParameters parameters;
  const auto refused = explain::explain_contributions(
      source, parameters, spi::GameRows{data, sizeof(double), 3}, scratch);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code() == Errc::invalid_request);
  CHECK(refused.error().where() == "/instances/2");
  CHECK(explain::explain_contributions(source, parameters, spi::GameRows{data, sizeof(double), 2},
                                       scratch)
            .has_value());
}

TEST_CASE("explainer: an answer that holds NaN is refused wherever it stands", "[explain]") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  explain::BoundSpec spec;
  spec.spec.parameters.method = SampledShapleyAttribution{1};
  spec.player_names = {"x"};
  spec.player_cells = {{0}};
  spec.player_of_cell = {0};
  spec.baselines = {0};
  spec.baseline_count = 1;
  spec.cell_count = 1;
  explain::ExplainedOutput output;
  output.width = 3;
  output.baseline_answers = {0, 0, 0};
  const double cell = 1;
  const auto ask = [](std::span<const double>, std::size_t, std::span<double> answers) {
    std::fill(answers.begin(), answers.end(), 0.0);
  };
  for (std::vector<double> answer : {std::vector{kNan, 1.0, 2.0}, std::vector{1.0, kNan, 2.0},
                                     std::vector{1.0, 2.0, kNan}, std::vector{kNan, kNan, kNan}}) {
    INFO("the first is " << answer[0]);
    const explain::ExplainedRows rows{&cell, 1, DType::float64, 1, answer};
    explain::ExplainScratch scratch;
    const auto view = explain::explain_rows(spec, output, rows, ask, scratch);
    CHECK_FALSE(view.has_value());
    if (!view) CHECK(view.error().where() == "/instances/0");
    // One that is asked for by its index doesn't look at the others.
    spec.spec.parameters.output_indices = {{0}};
    CHECK(explain::explain_rows(spec, output, rows, ask, scratch).has_value() == (answer[0] == 1));
    spec.spec.parameters.output_indices.clear();
  }
}

}  // namespace
}  // namespace trivet::test
