// SPDX-License-Identifier: Apache-2.0
// The folders of tests/golden: models with the answers of their own frameworks.
#pragma once

#include <string>
#include <vector>

#include "support/compare.hpp"
#include "trivet/value.hpp"

namespace trivet::test {

/// One question to the model of a case and the framework's answer.
struct GoldenAsk {
  std::string name;   ///< `response`, `margin`, …
  Value parameters;   ///< null: none
  Value predictions;  ///< the expected list
  CompareRule rule;
};

/// One case folder.
struct GoldenCase {
  std::string name;          ///< `xgboost/json_13_names`
  std::string model_path;    ///< the folder with the artefact
  std::string request;       ///< request.json, byte for byte
  Value instances;           ///< what is in it
  bool must_refuse = false;  ///< there is no answer
  /// Its values are told apart by their spelling (1 and 1.0), which only request.json has.
  bool json_only = false;
  std::vector<GoldenAsk> asks;  ///< the request's own answer first
};

/// All cases, read once.
[[nodiscard]] const std::vector<GoldenCase>& golden_cases();

}  // namespace trivet::test
