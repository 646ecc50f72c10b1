// SPDX-License-Identifier: Apache-2.0
// What `trivet inspect` shows to people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/forest_facts.hpp"
#include "trivet/importance.hpp"
#include "trivet/local_model.hpp"

namespace trivet::cli {

/// A model with what is only gathered for looking at it.
struct Inspected {
  LocalModel model;
  ForestFacts forests;
  std::vector<FeatureImportance> importance;
  bool has_gains = false;
};

/// What JSON gives for one number of an answer: the labels' kind where it has labels.
[[nodiscard]] std::string_view answer_type_name(const Output& output) noexcept;

/// The whole page, in colours or plain.
[[nodiscard]] std::string to_page(const Inspected& inspected, bool colour);

}  // namespace trivet::cli
