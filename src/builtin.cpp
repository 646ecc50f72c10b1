// SPDX-License-Identifier: Apache-2.0
// The one table of built-in formats and backends: one line each.
#include "backend/linear/linear_backend.hpp"
#include "backend/tensor/tensor_backend.hpp"
#include "backend/tree/tree_backend.hpp"
#include "format/bqml/bqml.hpp"
#include "format/catboost/catboost.hpp"
#include "format/lightgbm/lightgbm.hpp"
#include "format/refused/refused.hpp"
#include "format/sklearn/sklearn.hpp"
#include "format/xgboost/xgboost.hpp"
#include "trivet/spi/registry.hpp"

namespace trivet::inline v0::spi {
namespace {

using MakeFormat = std::unique_ptr<Format> (*)();
using MakeBackend = std::unique_ptr<Backend> (*)();

// One line each.
// clang-format off
constexpr MakeFormat kBuiltinFormats[] = {
    bqml::make_bqml_format,
    catboost::make_catboost_format,
    lightgbm::make_lightgbm_format,
    refused::make_refused_format,
    sklearn::make_sklearn_format,
    xgboost::make_xgboost_format,
};
// clang-format on

constexpr MakeBackend kBuiltinBackends[] = {
    tree::make_tree_backend,
    linear::make_linear_backend,
    tensor::make_tensor_backend,
};

/// The lines above always fit: their names differ and they are compiled with this library.
Registry make_builtin_registry() {
  Registry registry;
  bool complete = true;
  for (const MakeFormat make : kBuiltinFormats) complete &= registry.add(make()).has_value();
  for (const MakeBackend make : kBuiltinBackends) complete &= registry.add(make()).has_value();
  assert(complete);
  static_cast<void>(complete);
  return registry;
}

}  // namespace

Registry Registry::builtin() { return make_builtin_registry(); }

}  // namespace trivet::inline v0::spi
