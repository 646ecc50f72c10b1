// SPDX-License-Identifier: Apache-2.0
// What a model answers: numbers per row and output, or the service's Prediction.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/attribution.hpp"
#include "trivet/export.hpp"
#include "trivet/signature.hpp"
#include "trivet/tensor.hpp"
#include "trivet/value.hpp"

namespace trivet::inline v0 {

/// The answers of one output for all rows, row-major: row `r` is `values<T>()[r * width() …]`.
/// A view into the Session that made it; valid until that session's next call.
struct OutputView {
  const Output* output = nullptr;  ///< name, element type, shape, classes
  std::size_t row_count = 0;
  const void* data = nullptr;

  [[nodiscard]] std::size_t width() const noexcept { return output->width(); }
  /// Requires that `T` is the output's element type.
  template <class T>
  [[nodiscard]] std::span<const T> values() const noexcept {
    assert(output->dtype == dtype_of<T>());
    return {static_cast<const T*>(data), row_count * width()};
  }
  /// The `i`-th number of a row's answer, widened to double. For loops over many rows prefer
  /// values<T>().
  [[nodiscard]] TRIVET_EXPORT double at(std::size_t row, std::size_t i = 0) const noexcept;
};

/// The answers of one output, owned. What LocalModel::predict returns.
class TRIVET_EXPORT Predictions {
 public:
  /// Copies what the view shows.
  explicit Predictions(const OutputView& view);

  [[nodiscard]] std::size_t row_count() const noexcept { return row_count_; }
  [[nodiscard]] const Output& output() const noexcept { return output_; }
  [[nodiscard]] std::size_t width() const noexcept { return output_.width(); }
  /// Requires that `T` is the output's element type.
  template <class T>
  [[nodiscard]] std::span<const T> values() const noexcept {
    return view().values<T>();
  }
  /// The `i`-th number of a row's answer, widened to double.
  [[nodiscard]] double at(std::size_t row, std::size_t i = 0) const noexcept {
    return view().at(row, i);
  }
  [[nodiscard]] OutputView view() const noexcept { return {&output_, row_count_, storage_.data()}; }

 private:
  Output output_;
  std::size_t row_count_;
  std::vector<double> storage_;  // doubles for their alignment; holds elements of output_.dtype
};

/// What the platform's `Endpoint.predict` returns, field by field. LocalEndpoint fills the fields
/// that exist without the service; the rest stay empty.
struct Prediction {
  std::vector<Value> predictions;  ///< one an instance, in the order of the instances
  std::string deployed_model_id;
  std::string model;
  std::string model_version_id;
  std::string model_display_name;
  Value metadata;
  std::vector<Explanation> explanations;  ///< one an instance, where they were asked for
};

}  // namespace trivet::inline v0
