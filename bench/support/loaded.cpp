// SPDX-License-Identifier: Apache-2.0
// A generated forest, loaded: what the benchmarks of prediction share.
#include "support/loaded.hpp"

#include <cstdio>
#include <cstdlib>
#include <span>
#include <utility>

namespace trivet::bench {

Loaded load(const ModelCase& model) {
  constexpr double kMissingShare = 0.05;
  Forest forest = make_forest(model.shape);
  const std::string bytes = to_xgboost_ubjson(forest);
  const Artifact artifact = Artifact::from_bytes(model.name, std::as_bytes(std::span(bytes)));
  Result<LocalModel> loaded = LocalModel::load(artifact);
  if (!loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().message().c_str());
    std::exit(1);
  }
  std::vector<float> rows = make_rows(kRowCount, model.shape.features, kMissingShare, /*seed=*/3);
  return {std::move(forest), std::move(*loaded), std::move(rows)};
}

}  // namespace trivet::bench
