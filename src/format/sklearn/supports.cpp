// SPDX-License-Identifier: Apache-2.0
// What selectors of features keep.
#include "format/sklearn/supports.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {

Result<Matrix> add_support(const Support& support, TakesMissing missing, Matrix& rows,
                           Sketch& sketch, const PickleView& estimator) {
  TRIVET_TRY(sketch.take_numbers(rows, support.size(), missing, estimator));
  std::vector<std::uint32_t> places;
  for (std::uint32_t f = 0; f < support.size(); ++f) {
    if (support[f]) places.push_back(f);
  }
  if (places.empty()) {
    return estimator.refuse("a selector that keeps no feature", "at least one that is kept");
  }
  return sketch.add_selection(rows, places);
}

TakesMissing missing_rule_of(const PickleView& estimator) {
  const artifact::PickleName* const name = estimator.name();
  if (name == nullptr) return TakesMissing::no;
  constexpr std::string_view kAlways[] = {"HistGradientBoosting", "XGB", "LGBM", "CatBoost"};
  for (const std::string_view start : kAlways) {
    if (name->name.substr(0, start.size()) == start) return TakesMissing::yes;
  }
  constexpr Version kTree = 103;
  constexpr Version kForest = 104;
  constexpr Version kRandomCuts = 106;
  const Version version = version_of(estimator);
  const auto is_one_of = [&](std::string_view classifier, std::string_view regressor) {
    return name->name == classifier || name->name == regressor;
  };
  const bool takes =
      (version >= kTree && is_one_of("DecisionTreeClassifier", "DecisionTreeRegressor")) ||
      (version >= kForest && is_one_of("RandomForestClassifier", "RandomForestRegressor")) ||
      (version >= kRandomCuts && is_one_of("ExtraTreesClassifier", "ExtraTreesRegressor"));
  return takes ? TakesMissing::yes : TakesMissing::no;
}

double mean_of(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

bool has_nan(const std::vector<double>& numbers) {
  return std::any_of(numbers.begin(), numbers.end(), [](double x) { return x != x; });
}

/// NaN of NaNs, as NumPy's.
double median_of(std::vector<double> numbers) {
  if (has_nan(numbers)) return std::numeric_limits<double>::quiet_NaN();
  std::sort(numbers.begin(), numbers.end());
  const std::size_t middle = numbers.size() / 2;
  if (numbers.size() % 2 == 1) return numbers[middle];
  return (numbers[middle - 1] + numbers[middle]) / 2;
}

double percentile_of(std::vector<double> numbers, double percent) {
  if (has_nan(numbers)) return std::numeric_limits<double>::quiet_NaN();
  std::sort(numbers.begin(), numbers.end());
  const double last = static_cast<double>(numbers.size() - 1);
  const double place = std::clamp(percent / 100 * last, 0.0, last);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, numbers.size() - 1);
  const double share = place - static_cast<double>(below);
  const double difference = numbers[above] - numbers[below];
  // numpy comes from the nearer end.
  return share < 0.5 ? numbers[below] + difference * share
                     : numbers[above] - difference * (1 - share);
}

}  // namespace trivet::sklearn
