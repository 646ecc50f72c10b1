// SPDX-License-Identifier: Apache-2.0
// Looks a class up in all families.
#include "format/sklearn/estimators.hpp"

#include <vector>

#include "format/sklearn/functions.hpp"
#include "format/sklearn/inert_names.hpp"

namespace trivet::sklearn {
namespace {

using Family = std::span<const EstimatorRow> (*)() noexcept;

// One line each.
// clang-format off
constexpr Family kFamilies[] = {
    ada_boost_estimators,
    boosters,
    calibration_estimators,
    clusters,
    column_estimators,
    decomposition_estimators,
    discretizers,
    distribution_estimators,
    dummies,
    encoder_estimators,
    dict_vectorizers,
    ensembles,
    forest_estimators,
    gaussian_estimators,
    gradient_boosting_estimators,
    hist_boosting_estimators,
    imputer_estimators,
    isolation_forest_estimators,
    knn_imputers,
    kernel_models,
    label_encoders,
    linear_classifiers,
    linear_regressors,
    model_selectors,
    mixtures,
    naive_bayes_estimators,
    neighbour_estimators,
    neural_networks,
    one_against_estimators,
    pipeline_estimators,
    polynomial_estimators,
    plain_regressors,
    process_classifiers,
    scaler_estimators,
    several_output_estimators,
    stacking_estimators,
    threshold_estimators,
    support_vector_machines,
    selectors,
    spline_estimators,
    target_encoders,
    vectorizers,
};
// clang-format on

std::vector<artifact::PickleName> make_class_names() {
  std::vector<artifact::PickleName> names;
  for (const Family family : kFamilies) {
    for (const EstimatorRow& row : family()) names.push_back({row.module, row.name});
  }
  return names;
}

}  // namespace

const EstimatorRow* find_estimator(std::string_view module, std::string_view name) noexcept {
  for (const Family family : kFamilies) {
    for (const EstimatorRow& row : family()) {
      if (row.name == name && row.module == module) return &row;
    }
  }
  return nullptr;
}

const artifact::PickleNameTable& known_names() {
  static const std::vector<artifact::PickleName> classes = make_class_names();
  static const artifact::PickleNameTable table{artifact::python_pickle_names(),
                                               artifact::numpy_pickle_names(),
                                               artifact::joblib_pickle_names(),
                                               artifact::scipy_pickle_names(),
                                               artifact::pandas_pickle_names(),
                                               function_names(),
                                               inert_names(),
                                               classes};
  return table;
}

}  // namespace trivet::sklearn
