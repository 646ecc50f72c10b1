// SPDX-License-Identifier: Apache-2.0
// Row by row: the outputs to explain, a game against each baseline, their mean.
#include "explain/explainer.hpp"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <utility>

#include "base/try.hpp"
#include "explain/gradients.hpp"
#include "explain/output_choice.hpp"
#include "explain/term_table.hpp"
#include "text/message.hpp"

namespace trivet::explain {
namespace {

Error parameter_error(std::string_view place, std::string found, std::string expected) {
  return {Errc::invalid_argument, std::string("/parameters") + std::string(place), std::move(found),
          std::move(expected)};
}

template <class Cell>
void widen_row(const ExplainedRows& rows, std::size_t r, std::span<double> out) {
  const Cell* row = static_cast<const Cell*>(rows.data) + r * rows.stride;
  std::copy_n(row, out.size(), out.begin());
}

/// The loop over rows and baselines of one call.
class RowExplainer {
 public:
  RowExplainer(const BoundSpec& spec, const ExplainedOutput& output, const ExplainedRows& rows,
               AskModel ask, ExplainScratch& scratch)
      : spec_(spec),
        output_(output),
        rows_(rows),
        ask_(ask),
        scratch_(scratch),
        per_row_(outputs_per_row(spec.spec.parameters, output.width)),
        players_(spec.player_count()) {}

  Result<AttributionView> run() {
    TRIVET_TRY(check_attribution_count(rows_.count, per_row_, players_, rows_.most_attributions));
    scratch_.begin_answers(rows_.count * per_row_, players_);
    scratch_.row.resize(spec_.cell_count);
    scratch_.baseline.resize(spec_.cell_count);
    scratch_.answer.resize(output_.width);
    const bool at_once = can_walk_at_once();
    for (std::size_t r = 0; r < rows_.count; ++r) TRIVET_TRY(explain_row(r, at_once));
    if (at_once) walk_all();
    TRIVET_TRY(check_attributions());
    return scratch_.view(spec_.player_names, rows_.count, per_row_);
  }

 private:
  [[nodiscard]] bool needs_numbers() const noexcept {
    return output_.games.empty() || spec_.has_free_cells;
  }

  /// Margins of the same outputs for all rows go to the games in one call.
  [[nodiscard]] bool can_walk_at_once() const noexcept {
    const ExplanationParameters& parameters = spec_.spec.parameters;
    return !output_.games.empty() && output_.margins.is_linear() &&
           std::holds_alternative<SampledShapleyAttribution>(parameters.method) &&
           (output_.width == 1 || !parameters.output_indices.empty());
  }

  void walk_all() {
    if (rows_.count == 0) return;
    const double share = 1 / static_cast<double>(spec_.baseline_count);
    const MarginOutput& margins = output_.margins;
    const auto* first = static_cast<const std::byte*>(game_row(0));
    const auto row_bytes = static_cast<std::size_t>(
        static_cast<const std::byte*>(game_row(rows_.count > 1 ? 1 : 0)) - first);
    for (std::size_t i = 0; i < per_row_; ++i) {
      const spi::GameRows all{first, row_bytes, rows_.count,
                              scratch_.attributions.data() + i * players_, per_row_ * players_};
      const LinearServing serving = serve_linear(margins, scratch_.order[i]);
      for (const spi::MarginGame* game : output_.games) {
        game->attribute_rows(all, serving.margin, share * serving.factor, scratch_.margins.game);
      }
    }
    for (double& x : scratch_.attributions) x += 0.0;
  }

  Status explain_row(std::size_t r, bool at_once) {
    const auto answer = rows_.answers.subspan(r * output_.width, output_.width);
    choose_outputs(spec_.spec.parameters, answer, scratch_.order);
    const std::size_t first = r * per_row_;
    for (std::size_t i = 0; i < per_row_; ++i) {
      const double number = answer[scratch_.order[i]];
      if (!std::isfinite(number)) return not_finite(r, "the output");
      scratch_.output_positions[first + i] = static_cast<std::int32_t>(scratch_.order[i]);
      scratch_.instance_outputs[first + i] = number;
    }
    if (needs_numbers()) widen(r);
    scratch_.variances.assign(per_row_, 0.0);
    scratch_.residuals.assign(per_row_, 0.0);
    RowTally tally;
    tally.attributions =
        std::span(scratch_.attributions).subspan(first * players_, per_row_ * players_);
    tally.variances = scratch_.variances;
    tally.residuals = scratch_.residuals;
    tally.share = 1 / static_cast<double>(spec_.baseline_count);
    for (std::size_t b = 0; b < spec_.baseline_count; ++b) {
      TRIVET_TRY(compare_baseline(r, b, tally.share));
      if (!at_once) TRIVET_TRY(solve(r, b, tally));
    }
    if (!at_once) finish(first, tally);
    return {};
  }

  void widen(std::size_t r) {
    if (rows_.cell_type == DType::float32) widen_row<float>(rows_, r, scratch_.row);
    else widen_row<double>(rows_, r, scratch_.row);
  }

  /// The baseline of a row: cells where nobody plays are the row's own.
  void set_baseline(std::size_t b) {
    const double* baseline = spec_.baseline(b);
    for (std::size_t c = 0; c < spec_.cell_count; ++c) {
      const bool is_free = spec_.player_of_cell[c] == spi::GameSetup::kNoPlayer;
      scratch_.baseline[c] = is_free ? scratch_.row[c] : baseline[c];
    }
  }

  std::span<const double> baseline_answer(std::size_t b) {
    if (!spec_.has_free_cells) {
      return std::span(output_.baseline_answers).subspan(b * output_.width, output_.width);
    }
    ask_(scratch_.baseline, 1, scratch_.answer);
    return scratch_.answer;
  }

  Status compare_baseline(std::size_t r, std::size_t b, double share) {
    if (needs_numbers()) set_baseline(b);
    const std::span<const double> answer = baseline_answer(b);
    for (std::size_t i = 0; i < per_row_; ++i) {
      const double number = answer[scratch_.order[i]];
      if (!std::isfinite(number)) return not_finite(r, "the output at the baseline");
      scratch_.baseline_outputs[r * per_row_ + i] += share * number;
    }
    return {};
  }

  Status solve(std::size_t r, std::size_t b, RowTally& tally) {
    const auto& method = spec_.spec.parameters.method;
    const auto* sampled = std::get_if<SampledShapleyAttribution>(&method);
    const std::int32_t paths = sampled != nullptr ? sampled->path_count : 1;
    if (output_.games.empty()) {
      const RowGame game{&spec_,         scratch_.row,  scratch_.baseline,
                         scratch_.order, output_.width, paths};
      solve_black_box(game, ask_, scratch_.black_box, tally);
      return {};
    }
    MarginRow game{output_.games[b], game_row(r), scratch_.order, players_, paths};
    if (const auto* gradients = std::get_if<IntegratedGradientsAttribution>(&method)) {
      game.step_count = gradients->step_count;
      integrate_gradients(output_.margins, game, scratch_.margins, tally);
      return {};
    }
    if (solve_margins(output_.margins, game, scratch_.margins, tally)) return {};
    return Error(Errc::invalid_request, text::message("/instances/{}", r),
                 "more mixtures with its baseline than can be told apart: trees of a great depth, "
                 "where it differs at most levels",
                 "the margin, which is explained whatever the depth, or groups of inputs "
                 "(\"groupName\")");
  }

  [[nodiscard]] const void* game_row(std::size_t r) const noexcept {
    if (rows_.game_data != nullptr) return rows_.game_data + r * rows_.game_row_bytes;
    const std::size_t size = rows_.cell_type == DType::float32 ? sizeof(float) : sizeof(double);
    return static_cast<const std::byte*>(rows_.data) + r * rows_.stride * size;
  }

  /// Approximation errors, and no zeros with a sign.
  void finish(std::size_t first, const RowTally& tally) {
    for (double& x : tally.attributions) x += 0.0;
    std::copy(tally.residuals.begin(), tally.residuals.end(),
              scratch_.errors.begin() + static_cast<std::ptrdiff_t>(first));
    if (!tally.is_sampled) return;
    constexpr double kTiny = 1e-300;
    for (std::size_t i = 0; i < per_row_; ++i) {
      double total = 0;
      for (const double x : tally.attributions.subspan(i * players_, players_)) {
        total += std::fabs(x);
      }
      const double error = std::sqrt(tally.variances[i]) / std::max(total, kTiny);
      scratch_.errors[first + i] = tally.has_variance ? std::min(error, 1.0) : 1.0;
    }
  }

  /// Between finite outputs too a mixture's may have no end.
  [[nodiscard]] Status check_attributions() const {
    const std::size_t per_row = per_row_ * players_;
    for (std::size_t r = 0; r < rows_.count; ++r) {
      for (const double x : std::span(scratch_.attributions).subspan(r * per_row, per_row)) {
        if (!std::isfinite(x)) return not_finite(r, "an attribution");
      }
    }
    return {};
  }

  static Error not_finite(std::size_t r, std::string_view what) {
    return {Errc::invalid_request, text::message("/instances/{}", r),
            text::message("{} is no finite number", what),
            "an instance whose output can be compared with its baseline's"};
  }

  const BoundSpec& spec_;
  const ExplainedOutput& output_;
  const ExplainedRows& rows_;
  AskModel ask_;
  ExplainScratch& scratch_;
  std::size_t per_row_;
  std::size_t players_;
};

struct MethodCheck {
  bool is_linear_model;

  Status operator()(std::monostate) const {
    return parameter_error("", "no method",
                           "one method, {\"sampledShapleyAttribution\": {\"pathCount\": 25}}");
  }
  Status operator()(const SampledShapleyAttribution& method) const {
    if (method.path_count >= 1 && method.path_count <= 50) return {};
    return parameter_error("/sampledShapleyAttribution/pathCount",
                           text::message("{}", method.path_count), "a whole number from 1 to 50");
  }
  Status operator()(const IntegratedGradientsAttribution& method) const {
    constexpr std::string_view kPlace = "/integratedGradientsAttribution";
    if (method.step_count < 1 || method.step_count > 100) {
      return parameter_error(std::string(kPlace) + "/stepCount",
                             text::message("{}", method.step_count),
                             "a whole number from 1 to 100");
    }
    if (!is_linear_model) {
      return parameter_error(kPlace, "gradients of a model that has none",
                             "sampledShapleyAttribution, which explains any model");
    }
    if (method.smooth_grad_config.is_null() && method.blur_baseline_config.is_null()) return {};
    return Error(Errc::unsupported_model, "/parameters" + std::string(kPlace),
                 "smoothed or blurred gradients", "plain ones, with stepCount alone");
  }
  Status operator()(const XraiAttribution&) const {
    return parameter_error("/xraiAttribution", "a method for images",
                           "sampledShapleyAttribution: this model takes no images");
  }
  Status operator()(const ExamplesExplanation&) const {
    return parameter_error("/examples", "a method that needs an index of neighbours",
                           "sampledShapleyAttribution: this model has no such index");
  }
  Status operator()(const FrameworkAttribution&) const { return {}; }
};

using OutputIndices = std::vector<std::vector<std::int32_t>>;

/// The place of an index that stood before, all of them below `width`; their number when there is
/// none. By windows of the output, because calls allocate nothing once warm.
std::size_t find_repeat(const OutputIndices& indices, std::size_t width) {
  constexpr std::size_t kWindow = 4096;
  for (std::size_t begin = 0; begin < width; begin += kWindow) {
    std::bitset<kWindow> seen;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const auto position = static_cast<std::size_t>(indices[i][0]);
      if (position < begin || position - begin >= kWindow) continue;
      if (seen[position - begin]) return i;
      seen[position - begin] = true;
    }
  }
  return indices.size();
}

}  // namespace

void ExplainScratch::begin_answers(std::size_t answers, std::size_t attributions_each) {
  attributions.assign(answers * attributions_each, 0.0);
  output_positions.assign(answers, 0);
  baseline_outputs.assign(answers, 0.0);
  instance_outputs.assign(answers, 0.0);
  errors.assign(answers, 0.0);
}

AttributionView ExplainScratch::view(std::span<const std::string> names, std::size_t row_count,
                                     std::size_t per_row) const noexcept {
  return {
      names, row_count, per_row, attributions, output_positions, baseline_outputs, instance_outputs,
      errors};
}

Status check_parameters(const ExplanationParameters& parameters, bool is_linear_model) {
  TRIVET_TRY(std::visit(MethodCheck{is_linear_model}, parameters.method));
  const std::int32_t top_k = parameters.top_k.value_or(1);
  if (top_k >= 1 || top_k == -1) return {};
  return parameter_error("/topK", text::message("{}", top_k), "1 or more, or -1 for all outputs");
}

Status check_output(const ExplanationParameters& parameters, const ExplainedOutput& output) {
  const OutputIndices& indices = parameters.output_indices;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::vector<std::int32_t>& index = indices[i];
    const bool fits =
        index.size() == 1 && index[0] >= 0 && static_cast<std::size_t>(index[0]) < output.width;
    if (fits) continue;
    return parameter_error(
        text::message("/outputIndices/{}", i),
        index.size() == 1 ? text::message("the index {}", index[0])
                          : text::message("an index of {} numbers", index.size()),
        text::message("a number below {}: the output has as many elements", output.width));
  }
  const std::size_t repeat = find_repeat(indices, output.width);
  if (repeat == indices.size()) return {};
  return parameter_error(text::message("/outputIndices/{}", repeat),
                         text::message("a second {}", indices[repeat][0]), "each index once");
}

ExplanationPlan plan_of(const BoundSpec& spec, const ExplainedOutput& output) {
  if (!output.games.empty()) {
    if (std::holds_alternative<IntegratedGradientsAttribution>(spec.spec.parameters.method)) {
      return {"integrated-gradients", is_elementwise(output.margins)};
    }
    return margin_plan(output.margins, *output.games.front(), spec.player_count());
  }
  const bool is_small = spec.player_count() <= kMostEnumerated;
  return {is_small ? "enumeration" : "paths", is_small};
}

Result<AttributionView> explain_rows(const BoundSpec& spec, const ExplainedOutput& output,
                                     const ExplainedRows& rows, AskModel ask,
                                     ExplainScratch& scratch) {
  return RowExplainer(spec, output, rows, ask, scratch).run();
}

}  // namespace trivet::explain
