// SPDX-License-Identifier: Apache-2.0
// Selectors of features by one number for each: scores, p-values, variances.
//
// A selector keeps what it decided by, not what it decided; so the rule is followed again.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/supports.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

using artifact::PickleKind;

/// What is not a number counts as the least one.
Result<std::vector<double>> read_scores(const PickleView& estimator) {
  const Result<PickleView> view = estimator.attribute("scores_");
  if (!view) return view.error();
  Result<std::vector<double>> scores = view->doubles();
  if (!scores) return scores.error();
  for (double& score : *scores) {
    if (std::isnan(score)) score = std::numeric_limits<double>::lowest();
  }
  if (scores->empty()) return view->fail("no scores", "one for each feature");
  return scores;
}

Result<std::vector<double>> read_p_values(const PickleView& estimator) {
  const Result<PickleView> view = estimator.attribute("pvalues_");
  if (!view) return view.error();
  Result<std::vector<double>> values = view->doubles();
  if (values && values->empty()) return view->fail("no p-values", "one for each feature");
  return values;
}

// --- rules. `parameter` is the attribute that says how many, or where the limit is.

Result<Support> keep_best(const PickleView& estimator, const PickleView& parameter) {
  const Result<std::vector<double>> scores = read_scores(estimator);
  if (!scores) return scores.error();
  const Result<std::string_view> word = parameter.text();
  if (word && *word == "all") return Support(scores->size(), true);
  const Result<std::size_t> wanted = read_count(parameter);
  if (!wanted) return wanted.error();
  std::vector<std::size_t> order(scores->size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return (*scores)[a] < (*scores)[b]; });
  Support support(scores->size(), false);
  const std::size_t count = std::min(*wanted, order.size());
  for (std::size_t i = order.size() - count; i < order.size(); ++i) support[order[i]] = true;
  return support;
}

Result<Support> keep_percentile(const PickleView& estimator, const PickleView& parameter) {
  const Result<std::vector<double>> scores = read_scores(estimator);
  if (!scores) return scores.error();
  const Result<double> percent = parameter.number();
  if (!percent) return percent.error();
  if (!(*percent >= 0 && *percent <= 100)) {
    return parameter.fail(text::message("{}", *percent), "0 to 100");
  }
  if (*percent == 100) return Support(scores->size(), true);
  if (*percent == 0) return Support(scores->size(), false);
  const double threshold = percentile_of(*scores, 100 - *percent);
  Support support;
  for (const double score : *scores) support.push_back(score > threshold);
  const auto most = static_cast<std::int64_t>(static_cast<double>(scores->size()) * *percent / 100);
  // Python counts a negative end of a slice from behind; no more ties than places are kept.
  const auto kept = std::count(support.begin(), support.end(), true);
  std::int64_t places = most - kept;
  if (places < 0) {
    places += std::count(scores->begin(), scores->end(), threshold);
  }
  for (std::size_t f = 0; f < scores->size() && places > 0; ++f) {
    if ((*scores)[f] != threshold) continue;
    support[f] = true;
    --places;
  }
  return support;
}

Result<Support> keep_below(const PickleView& estimator, double limit) {
  const Result<std::vector<double>> values = read_p_values(estimator);
  if (!values) return values.error();
  Support support;
  for (const double value : *values) support.push_back(value < limit);
  return support;
}

Result<Support> keep_false_positives(const PickleView& estimator, const PickleView& parameter) {
  const Result<double> alpha = parameter.number();
  if (!alpha) return alpha.error();
  return keep_below(estimator, *alpha);
}

Result<Support> keep_family(const PickleView& estimator, const PickleView& parameter) {
  const Result<double> alpha = parameter.number();
  if (!alpha) return alpha.error();
  const Result<std::vector<double>> values = read_p_values(estimator);
  if (!values) return values.error();
  return keep_below(estimator, *alpha / static_cast<double>(values->size()));
}

/// The greatest p-value that lies below its rank's share of alpha, and all that are not greater.
Result<Support> keep_discoveries(const PickleView& estimator, const PickleView& parameter) {
  const Result<double> alpha = parameter.number();
  if (!alpha) return alpha.error();
  const Result<std::vector<double>> values = read_p_values(estimator);
  if (!values) return values.error();
  std::vector<double> sorted;
  std::copy_if(values->begin(), values->end(), std::back_inserter(sorted),
               [](double value) { return !std::isnan(value); });
  std::sort(sorted.begin(), sorted.end());
  const double share = *alpha / static_cast<double>(values->size());
  double limit = -1;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] <= share * static_cast<double>(i + 1)) limit = sorted[i];
  }
  Support support;
  for (const double value : *values) support.push_back(value <= limit);
  return support;
}

struct SelectionRule {
  std::string_view mode;       ///< of GenericUnivariateSelect
  std::string_view parameter;  ///< the attribute of the class of its own
  Result<Support> (*keep)(const PickleView& estimator, const PickleView& parameter);
};

constexpr SelectionRule kRules[] = {
    {"k_best", "k", keep_best},
    {"percentile", "percentile", keep_percentile},
    {"fpr", "alpha", keep_false_positives},
    {"fdr", "alpha", keep_discoveries},
    {"fwe", "alpha", keep_family},
};

Result<Answers> bind_rule(const SelectionRule& rule, std::string_view parameter,
                          const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> value = estimator.attribute(parameter);
  if (!value) return value.error();
  const Result<Support> support = rule.keep(estimator, *value);
  if (!support) return support.error();
  Result<Matrix> kept = add_support(*support, TakesMissing::no, rows, sketch, estimator);
  if (!kept) return kept.error();
  return Answers{.methods = {}, .transform = std::move(*kept)};
}

template <std::size_t index>
Result<Answers> bind_selector(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  return bind_rule(kRules[index], kRules[index].parameter, estimator, rows, sketch);
}

Result<Answers> bind_generic(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  for (const SelectionRule& rule : kRules) {
    if (!has_text(estimator, "mode", rule.mode)) continue;
    return bind_rule(rule, "param", estimator, rows, sketch);
  }
  return estimator.refuse("another `mode`", "'k_best', 'percentile', 'fpr', 'fdr' or 'fwe'");
}

Result<Answers> bind_variance(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("variances_");
  if (!view) return view.error();
  const Result<std::vector<double>> variances = view->doubles();
  if (!variances) return variances.error();
  const Result<PickleView> limit = estimator.attribute("threshold");
  if (!limit) return limit.error();
  const Result<double> threshold = limit->number();
  if (!threshold) return threshold.error();
  Support support;
  for (const double variance : *variances) support.push_back(variance > *threshold);
  constexpr Version kFirstWithMissing = 22;
  const bool takes = version_of(estimator) >= kFirstWithMissing;
  Result<Matrix> kept =
      add_support(support, takes ? TakesMissing::yes : TakesMissing::no, rows, sketch, estimator);
  if (!kept) return kept.error();
  return Answers{.methods = {}, .transform = std::move(*kept)};
}

constexpr std::string_view kModule = "sklearn.feature_selection._univariate_selection";
constexpr std::string_view kOldModule = "sklearn.feature_selection.univariate_selection";

constexpr EstimatorRow kSelectors[] = {
    {kModule, "SelectKBest", bind_selector<0>},
    {kOldModule, "SelectKBest", bind_selector<0>},
    {kModule, "SelectPercentile", bind_selector<1>},
    {kOldModule, "SelectPercentile", bind_selector<1>},
    {kModule, "SelectFpr", bind_selector<2>},
    {kOldModule, "SelectFpr", bind_selector<2>},
    {kModule, "SelectFdr", bind_selector<3>},
    {kOldModule, "SelectFdr", bind_selector<3>},
    {kModule, "SelectFwe", bind_selector<4>},
    {kOldModule, "SelectFwe", bind_selector<4>},
    {kModule, "GenericUnivariateSelect", bind_generic},
    {kOldModule, "GenericUnivariateSelect", bind_generic},
    {"sklearn.feature_selection._variance_threshold", "VarianceThreshold", bind_variance},
    {"sklearn.feature_selection.variance_threshold", "VarianceThreshold", bind_variance},
};

}  // namespace

std::span<const EstimatorRow> selectors() noexcept { return kSelectors; }

}  // namespace trivet::sklearn
