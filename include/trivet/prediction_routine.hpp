// SPDX-License-Identifier: Apache-2.0
// Custom prediction routines: a user's class around a loaded model, or instead of one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trivet/export.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::inline v0 {

/// A model written by hand, after the platform's custom prediction routines: `predict` does the
/// work, `preprocess` and `postprocess` stand before and after it. Give it to
/// LocalModel::from_routine and it deploys like any other model. A routine that wraps a model
/// keeps a LocalModel as a member and calls its predict on instances.
///
/// All three are called from any thread, at the same time, on one object: they must not change
/// it. An Error that they return becomes the answer's error with its text unchanged; make it with
/// Error::verbatim(Errc::model_refused, text). Exceptions that escape become Errc::internal.
class TRIVET_EXPORT PredictionRoutine {
 public:
  virtual ~PredictionRoutine();

  /// Turns the request's instances into what predict takes. Default: the same instances.
  [[nodiscard]] virtual Result<std::vector<Value>> preprocess(std::vector<Value> instances) const;
  /// One prediction an instance, in order.
  [[nodiscard]] virtual Result<std::vector<Value>> predict(std::vector<Value> instances,
                                                           const Value& parameters) const = 0;
  /// Turns predictions into what the answer holds. Default: the same predictions.
  [[nodiscard]] virtual Result<std::vector<Value>> postprocess(
      std::vector<Value> predictions) const;
  /// What `inspect` shows as the framework. Default: "custom".
  [[nodiscard]] virtual std::string_view framework() const noexcept;
};

}  // namespace trivet::inline v0
