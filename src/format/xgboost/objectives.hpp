// SPDX-License-Identifier: Apache-2.0
// What each training objective means for prediction.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "format/xgboost/model.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/link.hpp"

namespace trivet::xgboost {

/// How base_score, which is in the space of the predictions, becomes a margin.
enum class BaseScore : std::uint8_t { identity, logit, log, expectile };

/// What a plain predict gives.
enum class Answer : std::uint8_t {
  linked,       ///< the transformed margin
  probability,  ///< the same, one a class
  class_index,  ///< the first class with the greatest margin, as a number
};

struct Objective {
  std::string_view name;
  BaseScore base;
  spi::LinkKind link;
  Answer answer;
};

/// The row of the model's objective, with the differences between versions applied. Errors:
/// unsupported_model for a name that no XGBoost has registered, as its transform is unknown.
[[nodiscard]] Result<Objective> find_objective(const Model& model);

/// Numbers out of `5E-1`, `[5E-1,2E0]` or `(5E-1)`.
[[nodiscard]] bool parse_base_score(std::string_view text, std::vector<float>& out);

/// The margin that each of the model's outputs starts from, in float32 as XGBoost computes it.
/// Errors: invalid_model for a base score that is missing, of another size, not finite, or outside
/// of the link's domain.
[[nodiscard]] Result<std::vector<float>> base_margins(const Model& model,
                                                      const Objective& objective);

}  // namespace trivet::xgboost
