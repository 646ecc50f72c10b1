// SPDX-License-Identifier: Apache-2.0
// Which elements of an answer are explained.
#include "explain/output_choice.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "text/message.hpp"

namespace trivet::explain {

std::size_t outputs_per_row(const ExplanationParameters& parameters, std::size_t width) {
  if (!parameters.output_indices.empty()) return parameters.output_indices.size();
  const std::int32_t wanted = parameters.top_k.value_or(1);
  return wanted < 0 ? width : std::min(width, static_cast<std::size_t>(wanted));
}

Status check_attribution_count(std::size_t rows, std::size_t answers, std::size_t numbers,
                               std::size_t most) {
  if (rows == 0 || answers == 0 || numbers == 0) return {};
  if (answers <= most / numbers && rows <= most / numbers / answers) {
    return {};
  }
  return Error(Errc::invalid_request, "/instances",
               text::message("{} instances with {} explained outputs of {} attributions each", rows,
                             answers, numbers),
               text::message("at most {} attributions a request", most));
}

void choose_outputs(const ExplanationParameters& parameters, std::span<const double> answer,
                    std::vector<std::uint32_t>& chosen) {
  if (!parameters.output_indices.empty()) {
    chosen.clear();
    for (const auto& index : parameters.output_indices) {
      chosen.push_back(static_cast<std::uint32_t>(index.front()));
    }
    return;
  }
  const std::size_t count = outputs_per_row(parameters, answer.size());
  chosen.resize(answer.size());
  std::iota(chosen.begin(), chosen.end(), 0u);
  // What is no number comes first, so that whoever looks at the chosen ones sees it.
  const auto is_before = [&](std::uint32_t a, std::uint32_t b) {
    const bool is_number = !std::isnan(answer[a]);
    if (is_number == std::isnan(answer[b])) return !is_number;
    return answer[a] > answer[b] || (!(answer[a] < answer[b]) && a < b);
  };
  std::partial_sort(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(count),
                    chosen.end(), is_before);
  chosen.resize(count);
}

}  // namespace trivet::explain
