// SPDX-License-Identifier: Apache-2.0
// A linear map as a game: every cell moves the margins by a number of its own.
#include "backend/linear/margin_game.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

namespace trivet::linear {
namespace {

class LinearGame final : public spi::MarginGame {
 public:
  LinearGame(const spi::Linear& linear, spi::FloatWidth row_width, const spi::GameSetup& setup)
      : linear_(linear),
        row_width_(row_width),
        players_(setup.player_of_cell.begin(), setup.player_of_cell.end()),
        baseline_(setup.baseline.begin(), setup.baseline.end()) {
    for (double& z : baseline_) z = rounded(z);
  }

  std::size_t output_count() const noexcept override { return linear_.output_count; }
  bool is_additive() const noexcept override { return true; }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + players_.capacity() * sizeof(std::int32_t) +
           baseline_.capacity() * sizeof(double);
  }

  void attribute(const void* row, std::size_t output, double share, std::span<double> attributions,
                 spi::GameScratch&) const override {
    for (std::size_t f = 0; f < linear_.feature_count; ++f) {
      if (players_[f] == spi::GameSetup::kNoPlayer) continue;
      const double x = cell(row, f);
      if (x == baseline_[f]) continue;
      const double weight = linear_.weights[f * linear_.output_count + output];
      attributions[static_cast<std::size_t>(players_[f])] +=
          share * (term(weight, x) - term(weight, baseline_[f]));
    }
  }

  void collect(const void* row, spi::MarginTerms& terms, spi::GameScratch&) const override {
    const std::size_t outputs = linear_.output_count;
    terms.clear(outputs);
    terms.terms.push_back({});
    for (std::size_t k = 0; k < outputs; ++k) {
      terms.values.push_back(linear_.start.empty() ? 0.0 : linear_.start[k]);
    }
    for (std::size_t f = 0; f < linear_.feature_count; ++f) {
      const double x = cell(row, f);
      const bool is_free = players_[f] == spi::GameSetup::kNoPlayer;
      const double origin = is_free ? x : baseline_[f];
      for (std::size_t k = 0; k < outputs; ++k) {
        terms.values[k] += term(linear_.weights[f * outputs + k], origin);
      }
      if (x == origin || is_free) continue;
      terms.terms.push_back({static_cast<std::uint32_t>(terms.players.size()), 1, 0, 0});
      terms.players.push_back(static_cast<std::uint32_t>(players_[f]));
      for (std::size_t k = 0; k < outputs; ++k) {
        const double weight = linear_.weights[f * outputs + k];
        terms.values.push_back(term(weight, x) - term(weight, origin));
      }
    }
  }

 private:
  [[nodiscard]] double rounded(double x) const noexcept {
    const bool narrow = linear_.weights.width == spi::FloatWidth::f32;
    return narrow ? static_cast<double>(static_cast<float>(x)) : x;
  }
  [[nodiscard]] double cell(const void* row, std::size_t f) const noexcept {
    return rounded(row_width_ == spi::FloatWidth::f32
                       ? static_cast<double>(static_cast<const float*>(row)[f])
                       : static_cast<const double*>(row)[f]);
  }
  [[nodiscard]] double term(double weight, double x) const noexcept {
    const bool is_absent = linear_.missing == spi::LinearMissing::absent_term && std::isnan(x);
    return is_absent ? 0.0 : weight * x;
  }

  const spi::Linear& linear_;
  spi::FloatWidth row_width_;
  std::vector<std::int32_t> players_;
  std::vector<double> baseline_;
};

}  // namespace

std::unique_ptr<const spi::MarginGame> make_linear_game(const spi::Linear& linear,
                                                        spi::FloatWidth row_width,
                                                        const spi::GameSetup& setup) {
  return std::make_unique<LinearGame>(linear, row_width, setup);
}

}  // namespace trivet::linear
