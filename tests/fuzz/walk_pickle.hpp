// SPDX-License-Identifier: Apache-2.0
// Reads everything in a pickle in every way, as the fuzz targets and the mutation test do.
#pragma once

#include <cstddef>
#include <optional>

#include "artifact/pickle_view.hpp"
#include "artifact/sparse_matrix.hpp"

namespace trivet::fuzz {

inline artifact::PickleNameTable all_data_names() {
  return {artifact::python_pickle_names(), artifact::numpy_pickle_names(),
          artifact::joblib_pickle_names(), artifact::scipy_pickle_names(),
          artifact::pandas_pickle_names()};
}

inline void read_in_every_way(const artifact::PickleView& view) {
  (void)view.flag().has_value();
  (void)view.integer().has_value();
  (void)view.number().has_value();
  (void)view.text().has_value();
  (void)view.bytes().has_value();
  (void)view.doubles().has_value();
  (void)view.floats().has_value();
  (void)view.integers().has_value();
  (void)view.flags().has_value();
  (void)view.texts().has_value();
  (void)view.attribute("data").has_value();
  (void)view.argument(0).has_value();
  (void)view.description();
  (void)artifact::read_sparse_matrix(view).has_value();
  (void)artifact::pandas_index_labels(view).has_value();
  if (view.array() == nullptr) return;
  for (const artifact::NumpyField& field : view.array()->type->fields) {
    std::vector<double> doubles;
    (void)view.read_field(field.name, doubles).has_value();
    std::vector<std::int64_t> integers;
    (void)view.read_field(field.name, integers).has_value();
  }
}

/// Follows every reference, shared ones again and again, which read_pickle promises to end.
/// Recursion is as deep as it promises, too.
inline void walk_pickle(const artifact::PickleView& view, std::size_t& budget) {
  if (budget == 0) return;
  --budget;
  // Messages cost a walk each, so only a few values give errors.
  if (budget % 64 == 0) read_in_every_way(view);
  const bool is_dict = view.kind() == artifact::PickleKind::dict;
  for (std::size_t i = 0; i < view.size(); ++i) {
    if (is_dict) walk_pickle(view.key(i), budget);
    walk_pickle(is_dict ? view.value(i) : view.item(i), budget);
  }
  for (const std::optional<artifact::PickleView>& part :
       {view.state(), view.items(), view.entries()}) {
    if (part) walk_pickle(*part, budget);
  }
  for (std::size_t i = 0; view.argument(i); ++i) walk_pickle(*view.argument(i), budget);
}

inline void walk_pickle(const artifact::Pickle& pickle) {
  std::size_t budget = 1024;
  walk_pickle(artifact::PickleView(pickle), budget);
  (void)artifact::unknown_names(pickle);
}

}  // namespace trivet::fuzz
