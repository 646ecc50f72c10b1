// SPDX-License-Identifier: Apache-2.0
// What a framework says of its own margins, in the layout of explanations.
#include "explain/contributions.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/try.hpp"
#include "explain/output_choice.hpp"
#include "text/message.hpp"

namespace trivet::explain {
namespace {

constexpr std::size_t kMostRowsTogether = 64;
/// Numbers of a block of rows, where one row doesn't need more.
constexpr std::size_t kBlockNumbers = std::size_t{1} << 18;

class ContributionRun {
 public:
  ContributionRun(const ContributionSource& source, const ExplanationParameters& parameters,
                  const spi::GameRows& rows, ExplainScratch& scratch, std::size_t most_attributions)
      : source_(source),
        parameters_(parameters),
        rows_(rows),
        scratch_(scratch),
        most_(most_attributions),
        width_(source.game->output_count()),
        per_row_(outputs_per_row(parameters, width_)),
        numbers_(source.game_numbers()),
        block_rows_(std::clamp<std::size_t>(
            kBlockNumbers / std::max<std::size_t>(1, width_ * numbers_), 1, kMostRowsTogether)) {}

  Result<AttributionView> run() {
    TRIVET_TRY(check_attribution_count(rows_.count, per_row_, source_.reported_numbers(), most_));
    // Blocks hold all margins, chosen or not.
    TRIVET_TRY(check_attribution_count(std::min<std::size_t>(rows_.count, 1), width_, numbers_));
    scratch_.begin_answers(rows_.count * per_row_, source_.reported_numbers());
    scratch_.answer.resize(width_);
    for (std::size_t r = 0; r < rows_.count; r += block_rows_) {
      TRIVET_TRY(run_block(r, std::min(block_rows_, rows_.count - r)));
    }
    return scratch_.view(source_.names, rows_.count, per_row_);
  }

 private:
  /// Numbers of margin `k` for row `r` of the block.
  [[nodiscard]] std::span<const double> numbers(std::size_t k, std::size_t r) const noexcept {
    return std::span(scratch_.contributions).subspan((k * block_rows_ + r) * numbers_, numbers_);
  }

  /// All margins of the block, unless it is said which ones count.
  Status run_block(std::size_t first, std::size_t count) {
    scratch_.contributions.assign(width_ * block_rows_ * numbers_, 0.0);
    for (std::size_t k = 0; k < width_; ++k) {
      if (!counts(k)) continue;
      spi::GameRows block = rows_;
      block.data += first * rows_.row_bytes;
      block.count = count;
      block.attributions = scratch_.contributions.data() + k * block_rows_ * numbers_;
      block.stride = numbers_;
      source_.game->attribute_rows(block, k, source_.values, scratch_.margins.game);
    }
    for (std::size_t r = 0; r < count; ++r) {
      report_row(first + r, r);
      TRIVET_TRY(check_finite(first + r));
    }
    return {};
  }

  /// Sums of finite leaves may have no end.
  [[nodiscard]] Status check_finite(std::size_t r) const {
    const auto is_finite = [](double x) { return std::isfinite(x); };
    const auto are_finite = [&](const std::vector<double>& all, std::size_t each) {
      const auto part = std::span(all).subspan(r * per_row_ * each, per_row_ * each);
      return std::all_of(part.begin(), part.end(), is_finite);
    };
    if (are_finite(scratch_.instance_outputs, 1) && are_finite(scratch_.baseline_outputs, 1) &&
        are_finite(scratch_.attributions, source_.reported_numbers())) {
      return {};
    }
    return Error(Errc::invalid_request, text::message("/instances/{}", r),
                 "a margin, or a part of it, that is no finite number",
                 "an instance whose margin the framework can take apart");
  }

  [[nodiscard]] bool counts(std::size_t k) const noexcept {
    const auto& indices = parameters_.output_indices;
    return indices.empty() || std::any_of(indices.begin(), indices.end(), [&](const auto& index) {
             return static_cast<std::size_t>(index.front()) == k;
           });
  }

  void report_row(std::size_t r, std::size_t in_block) {
    for (std::size_t k = 0; k < width_; ++k) {
      const std::span<const double> all = numbers(k, in_block);
      scratch_.answer[k] =
          source_.game->expected_margin(k) + std::accumulate(all.begin(), all.end(), 0.0);
    }
    choose_outputs(parameters_, scratch_.answer, scratch_.order);
    for (std::size_t i = 0; i < per_row_; ++i) {
      const std::uint32_t k = scratch_.order[i];
      const std::size_t at = r * per_row_ + i;
      scratch_.output_positions[at] = static_cast<std::int32_t>(k);
      scratch_.baseline_outputs[at] = source_.game->expected_margin(k);
      scratch_.instance_outputs[at] = scratch_.answer[k];
      double* const out = scratch_.attributions.data() + at * source_.reported_numbers();
      if (source_.values == spi::CoverValues::interactions) report_pairs(numbers(k, in_block), out);
      else report(numbers(k, in_block), 1, out);
    }
  }

  void report(std::span<const double> numbers, double share, double* out) const noexcept {
    for (std::size_t p = 0; p < numbers.size(); ++p) {
      const std::vector<std::int32_t>& shared_by = source_.reported_as[p];
      const double each = share * numbers[p] / static_cast<double>(shared_by.size());
      for (const std::int32_t reported : shared_by) {
        if (reported >= 0) out[reported] += each;
      }
    }
  }
  void report_pairs(std::span<const double> numbers, double* out) const noexcept {
    const std::size_t players = source_.reported_as.size();
    for (std::size_t p = 0; p < players; ++p) {
      const std::vector<std::int32_t>& shared_by = source_.reported_as[p];
      const double share = 1 / static_cast<double>(shared_by.size());
      for (const std::int32_t reported : shared_by) {
        if (reported < 0) continue;
        report(numbers.subspan(p * players, players), share,
               out + static_cast<std::size_t>(reported) * source_.reported_count);
      }
    }
  }

  const ContributionSource& source_;
  const ExplanationParameters& parameters_;
  const spi::GameRows& rows_;
  ExplainScratch& scratch_;
  std::size_t most_;
  std::size_t width_;
  std::size_t per_row_;
  std::size_t numbers_;
  std::size_t block_rows_;
};

}  // namespace

Result<AttributionView> explain_contributions(const ContributionSource& source,
                                              const ExplanationParameters& parameters,
                                              const spi::GameRows& rows, ExplainScratch& scratch,
                                              std::size_t most_attributions) {
  return ContributionRun(source, parameters, rows, scratch, most_attributions).run();
}

}  // namespace trivet::explain
