// SPDX-License-Identifier: Apache-2.0
// The version, objective and base score under which a file means what a graph does.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/xgboost/model.hpp"
#include "format/xgboost/write_document.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/link.hpp"

namespace trivet::xgboost {

/// What a file has to say besides the trees or weights.
struct WrittenMeaning {
  std::string objective;
  Version version;
  std::vector<float> base_score;  ///< one number, or one an output
};

/// What is wanted of it.
struct WantedMeaning {
  std::string_view objective;  ///< as the graph's provenance has it
  std::string_view version;    ///< the same
  spi::Link link;
  std::vector<float> margins;  ///< of the base score; one an output
  bool has_texts_beyond_ascii = false;
};

/// Keeps the version when it is 1.6 or later and means the same; else the lowest from there on that
/// does. XGBoost itself hardly looks at it: what it loads it reads by its own rules, which are
/// those of 1.6 and later. Searches base scores whose margins are the wanted ones, bit for bit.
/// Errors: unsupported_model.
[[nodiscard]] Result<WrittenMeaning> find_meaning(const WantedMeaning& wanted);

/// The value of the member `objective`: the name and the parameters that XGBoost insists on, with
/// its defaults.
void write_objective(std::string_view name, std::size_t outputs, DocumentWriter& out);

}  // namespace trivet::xgboost
