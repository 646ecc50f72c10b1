// SPDX-License-Identifier: Apache-2.0
// The classes there are, family by family: a file each.
#pragma once

#include <span>
#include <string_view>

#include "artifact/pickle_names.hpp"
#include "format/sklearn/estimator.hpp"

namespace trivet::sklearn {

[[nodiscard]] std::span<const EstimatorRow> forest_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> gradient_boosting_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> hist_boosting_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> isolation_forest_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> linear_regressors() noexcept;
[[nodiscard]] std::span<const EstimatorRow> linear_classifiers() noexcept;
[[nodiscard]] std::span<const EstimatorRow> pipeline_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> column_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> scaler_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> imputer_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> encoder_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> label_encoders() noexcept;

[[nodiscard]] std::span<const EstimatorRow> ada_boost_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> discretizers() noexcept;
[[nodiscard]] std::span<const EstimatorRow> distribution_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> polynomial_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> selectors() noexcept;
[[nodiscard]] std::span<const EstimatorRow> model_selectors() noexcept;
[[nodiscard]] std::span<const EstimatorRow> knn_imputers() noexcept;
[[nodiscard]] std::span<const EstimatorRow> spline_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> target_encoders() noexcept;

[[nodiscard]] std::span<const EstimatorRow> boosters() noexcept;
[[nodiscard]] std::span<const EstimatorRow> calibration_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> decomposition_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> ensembles() noexcept;
[[nodiscard]] std::span<const EstimatorRow> naive_bayes_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> neural_networks() noexcept;
[[nodiscard]] std::span<const EstimatorRow> one_against_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> several_output_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> stacking_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> threshold_estimators() noexcept;

[[nodiscard]] std::span<const EstimatorRow> support_vector_machines() noexcept;
[[nodiscard]] std::span<const EstimatorRow> neighbour_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> clusters() noexcept;
[[nodiscard]] std::span<const EstimatorRow> gaussian_estimators() noexcept;
[[nodiscard]] std::span<const EstimatorRow> mixtures() noexcept;
[[nodiscard]] std::span<const EstimatorRow> kernel_models() noexcept;
[[nodiscard]] std::span<const EstimatorRow> process_classifiers() noexcept;
[[nodiscard]] std::span<const EstimatorRow> plain_regressors() noexcept;
[[nodiscard]] std::span<const EstimatorRow> dummies() noexcept;
[[nodiscard]] std::span<const EstimatorRow> vectorizers() noexcept;
[[nodiscard]] std::span<const EstimatorRow> dict_vectorizers() noexcept;

/// nullptr for a class of none of them.
[[nodiscard]] const EstimatorRow* find_estimator(std::string_view module,
                                                 std::string_view name) noexcept;

/// Every name that a model of these classes may hold: the classes, the data that they are made of,
/// and what training leaves behind and predictions never ask.
[[nodiscard]] const artifact::PickleNameTable& known_names();

}  // namespace trivet::sklearn
