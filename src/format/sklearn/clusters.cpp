// SPDX-License-Identifier: Apache-2.0
// Clusters by their centres: predict is the nearest one, transform the distances to all.
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/pair_steps.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

Result<Answers> bind_centres(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("cluster_centers_");
  if (!view) return view.error();
  Result<Table> centres = read_kept_rows(*view, sketch);
  if (!centres) return centres.error();
  constexpr std::size_t kCentreLimit = 1u << 16;
  if (centres->rows > kCentreLimit) {
    return view->refuse(text::message("{} clusters", centres->rows),
                        text::message("at most {}", kCentreLimit));
  }
  TRIVET_TRY(sketch.take_numbers(rows, centres->columns, TakesMissing::no, *view));
  const PairSteps euclidean = PairSteps().add("squared_distance").add("sqrt");
  Matrix distances =
      sketch.add_mapping(euclidean.make_operator("pairs", std::move(centres->cells)), rows,
                         std::vector<Element>(centres->rows, Element{.may_be_missing = false}));
  const spi::ValueId closeness = add_function(sketch, "negate", distances.value, distances.width());
  Answers answers;
  answers.methods.push_back(
      label_answer(add_first_greatest(sketch, closeness), count_labels(centres->rows)));
  answers.transform = std::move(distances);
  return answers;
}

constexpr EstimatorRow kClusters[] = {
    {"sklearn.cluster._kmeans", "KMeans", bind_centres},
    {"sklearn.cluster.k_means_", "KMeans", bind_centres},
    {"sklearn.cluster._kmeans", "MiniBatchKMeans", bind_centres},
    {"sklearn.cluster.k_means_", "MiniBatchKMeans", bind_centres},
};

}  // namespace

std::span<const EstimatorRow> clusters() noexcept { return kClusters; }

}  // namespace trivet::sklearn
