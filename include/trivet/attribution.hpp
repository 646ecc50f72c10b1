// SPDX-License-Identifier: Apache-2.0
// Why a model answered as it did: the service's Attribution and Explanation.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trivet/value.hpp"

namespace trivet::inline v0 {

/// How the features of one instance moved one output away from its baseline: the message
/// `Attribution` of the service's `explanation.proto`, field by field. For exact methods the
/// feature attributions add up to `instance_output_value - baseline_output_value`.
struct Attribution {
  double baseline_output_value = 0;  ///< the output at the baseline; the average over several
  double instance_output_value = 0;
  Value feature_attributions;  ///< an object by input name, each in the input's own shape
  std::vector<std::int32_t> output_index;  ///< which element of the output; empty for a number
  std::string output_display_name;
  double approximation_error = 0;  ///< 0 when exact
  std::string output_name;
};

/// The attributions of one instance, one an explained output: the message `Explanation`.
struct Explanation {
  std::vector<Attribution> attributions;
};

}  // namespace trivet::inline v0
