// SPDX-License-Identifier: Apache-2.0
// The shape of a prediction: the one place where outputs become what the contract shows.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "core/plan.hpp"
#include "core/sidecar.hpp"
#include "json/response_writer.hpp"
#include "trivet/prediction.hpp"
#include "trivet/result.hpp"
#include "trivet/signature.hpp"

namespace trivet::core {

/// How answers are written when a request asks for nothing in particular: as they are, or in one
/// of the tabular shapes. A request that names an output gets that output as it is.
class Profile {
 public:
  /// Errors: invalid_model when no output can give the classes' scores.
  [[nodiscard]] static Result<Profile> make(const Sidecar& sidecar, const Signature& signature);

  /// The output to run for a request that asked for output `wanted` of the signature.
  [[nodiscard]] std::size_t output_to_run(std::size_t wanted) const noexcept {
    return wanted == 0 ? source_ : wanted;
  }
  /// True when a plain request is answered with classes and their scores.
  [[nodiscard]] bool gives_scores(std::size_t wanted) const noexcept {
    return wanted == 0 && schema_ == PredictionSchema::tabular_classification;
  }
  [[nodiscard]] const std::vector<std::string>& classes() const noexcept { return classes_; }
  /// One prediction for each row of `answers`, which come from output_to_run(wanted).
  void write_predictions(const OutputView& answers, std::size_t wanted,
                         json::ResponseWriter& writer) const;

 private:
  void write_scores(const OutputView& answers, std::size_t row, json::ResponseWriter& writer) const;
  static void write_object(const OutputView& answers, std::size_t row,
                           json::ResponseWriter& writer);
  void write_interval(double value, json::ResponseWriter& writer) const;

  PredictionSchema schema_ = PredictionSchema::none;
  std::size_t source_ = 0;  // position of the output that a plain request is answered from
  std::vector<std::string> classes_;
  PredictionInterval interval_;
};

}  // namespace trivet::core
