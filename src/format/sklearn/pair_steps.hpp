// SPDX-License-Identifier: Apache-2.0
// Functions of two rows, and the rows that a model keeps for them.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/sketch.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::sklearn {

/// Steps of a function of two rows, as the tensor backend's operators take them.
class PairSteps {
 public:
  PairSteps& add(std::string_view name, std::initializer_list<double> numbers = {});
  PairSteps& add(std::string_view name, std::span<const double> numbers);

  /// Another function's steps behind these.
  void append(const PairSteps& other);
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }

  /// An operator of this function and these kept rows.
  [[nodiscard]] spi::Operator make_operator(std::string_view name, std::vector<double> rows) const;

 private:
  Value::List names_;
  std::vector<double> numbers_;
};

/// Rows of an array or of a sparse matrix, with its zeros. Errors: invalid_model for rows that are
/// none, unsupported_model for a sparse matrix that is far smaller than what it stands for.
[[nodiscard]] Result<Table> read_kept_rows(const PickleView& view, Sketch& sketch);

/// What kernels of these names take besides the rows.
struct KernelNumbers {
  double gamma = 0;
  double coef0 = 0;
  double degree = 0;
};

/// linear, poly, polynomial, rbf, sigmoid, laplacian, cosine; nothing for another name.
[[nodiscard]] std::optional<PairSteps> find_kernel(std::string_view name,
                                                   const KernelNumbers& numbers);

/// The function of a metric by scikit-learn's and scipy's names, with the attribute of `p`s.
/// Errors: unsupported_model for an unknown one.
[[nodiscard]] Result<PairSteps> read_metric(const PickleView& metric,
                                            const std::optional<PickleView>& p);

}  // namespace trivet::sklearn
