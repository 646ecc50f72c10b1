// SPDX-License-Identifier: Apache-2.0
// A bound spec asked about rows: which outputs, by which plan, averaged over the baselines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "explain/black_box.hpp"
#include "explain/margin_solver.hpp"
#include "explain/output_choice.hpp"
#include "explain/players.hpp"
#include "trivet/attribution.hpp"
#include "trivet/result.hpp"
#include "trivet/tensor.hpp"

namespace trivet::explain {

/// One answer of the model, as it is served.
struct ExplainedOutput {
  std::size_t width = 1;
  bool is_number = true;                 ///< a bare number, without an index
  std::vector<double> baseline_answers;  ///< baseline_count × width; empty where cells are free
  /// By baseline, in the order of the spec; empty: the model can only be asked.
  std::vector<const spi::MarginGame*> games;
  MarginOutput margins;
};

/// Rows with what the model answered.
struct ExplainedRows {
  const void* data = nullptr;  ///< in the model's cell type
  std::size_t stride = 0;      ///< elements from row to row
  DType cell_type = DType::float32;
  std::size_t count = 0;
  std::span<const double> answers;  ///< count × width
  /// The rows as the games read them, where something stands between: dense. Null: as they are.
  const std::byte* game_data = nullptr;
  std::size_t game_row_bytes = 0;
  std::size_t most_attributions = kMostAttributions;  ///< in one call
};

/// One thread's memory, and where the answer stands.
struct ExplainScratch {
  BlackBoxScratch black_box;
  MarginScratch margins;
  std::vector<double> row;
  std::vector<double> baseline;
  std::vector<double> answer;
  std::vector<std::uint32_t> order;
  std::vector<double> variances;
  std::vector<double> residuals;
  std::vector<double> contributions;  // of a block of rows, by margin

  std::vector<double> attributions;
  std::vector<std::int32_t> output_positions;
  std::vector<double> baseline_outputs;
  std::vector<double> instance_outputs;
  std::vector<double> errors;

  /// Makes room for so many answers of so many attributions, all 0.
  void begin_answers(std::size_t answers, std::size_t attributions_each);
  /// What stands here, for rows of `per_row` answers.
  [[nodiscard]] AttributionView view(std::span<const std::string> names, std::size_t row_count,
                                     std::size_t per_row) const noexcept;
};

/// Whether the parameters can be done for this model at all, and their numbers are in bounds.
/// Errors: invalid_argument, unsupported_model; places are JSON pointers into the spec.
[[nodiscard]] Status check_parameters(const ExplanationParameters& parameters,
                                      bool is_linear_model);
/// Whether the chosen elements are there, each once.
[[nodiscard]] Status check_output(const ExplanationParameters& parameters,
                                  const ExplainedOutput& output);
/// How that output is explained.
[[nodiscard]] ExplanationPlan plan_of(const BoundSpec& spec, const ExplainedOutput& output);

/// Explains rows; `ask` answers mixtures. Requires that check_output() passed. Errors:
/// invalid_request for a row whose output is no finite number, and for too many attributions.
[[nodiscard]] Result<AttributionView> explain_rows(const BoundSpec& spec,
                                                   const ExplainedOutput& output,
                                                   const ExplainedRows& rows, AskModel ask,
                                                   ExplainScratch& scratch);

}  // namespace trivet::explain
